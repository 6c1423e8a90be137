/* SPDX-License-Identifier: ISC */
#include "account/password.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/io.h"
#include "util/spawn.h"

#include "util/banned.h"

/* Enough for a password manager that asks the user for its key. */
#define COMMAND_SECONDS 30

/* Keep the first line of what was added at `start`; wipe the rest. */
static int first_line(struct buf *secret, size_t start, const char *source,
		      struct error *err)
{
	char *p = secret->s + start;
	size_t len = secret->len - start;
	const char *nl = memchr(p, '\n', len);
	size_t keep = nl == NULL ? len : (size_t)(nl - p);

	if (nl == NULL && (secret->full || secret->len == secret->max))
		return error_set(err, ERR_PERSON,
				 "%s: the first line is too long for a "
				 "password",
				 source);
	secret->full = false;
	if (keep > 0 && p[keep - 1] == '\r')
		keep--;
	explicit_bzero(p + keep, len - keep);
	buf_truncate(secret, start + keep);
	if (keep == 0)
		return error_set(err, ERR_PERSON, "%s: the first line is empty",
				 source);
	if (memchr(p, '\0', keep) != NULL || memchr(p, '\r', keep) != NULL)
		return error_set(err, ERR_PERSON,
				 "%s: the first line has a NUL or CR", source);
	return 0;
}

static int check_private(int fd, const char *path, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s", path);
	if (!S_ISREG(st.st_mode))
		return error_set(err, ERR_PERSON, "%s is not a regular file",
				 path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return error_set(err, ERR_PERSON,
				 "%s holds a password and belongs to another "
				 "user",
				 path);
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return error_set(err, ERR_PERSON,
				 "%s holds a password and others can read it; "
				 "run: chmod 600 %s",
				 path, path);
	return 0;
}

/* `is_private`: its mode must keep other users out. */
static int from_file(const char *path, bool is_private, struct buf *secret,
		     struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	size_t start = secret->len, room = secret->max - secret->len;
	long n = 0;
	int rc;

	if (fd == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s", path);
	rc = is_private ? check_private(fd, path, err) : 0;
	if (rc == 0 && buf_reserve(secret, room)) {
		n = io_read(fd, secret->s + start, room, path, err);
		rc = n == -1 ? -1 : 0;
	}
	io_close_quietly(&fd);
	if (rc == -1)
		return -1;
	secret->len += (size_t)n;
	buf_terminate(secret);
	return first_line(secret, start, path, err);
}

/* systemd protects it with ACLs for this service alone; its mode differs. */
static int from_credential(const char *name, struct buf *secret,
			   struct error *err)
{
	const char *directory = getenv("CREDENTIALS_DIRECTORY");
	struct buf path = BUF_INIT(IO_PATH_MAX);
	int rc;

	if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
		return error_set(
			err, ERR_PERSON,
			"\"credential:%s\" is not the name of a credential",
			name);
	if (directory == NULL)
		return error_set(err, ERR_PERSON,
				 "there is no credential %s: "
				 "CREDENTIALS_DIRECTORY is not set (systemd "
				 "sets it for LoadCredential=)",
				 name);
	buf_addf(&path, "%s/%s", directory, name);
	rc = from_file(path.s, false, secret, err);
	buf_release(&path);
	return rc;
}

static int from_command(const char *setting, char *const argv[],
			struct buf *secret, struct error *err)
{
	size_t start = secret->len;

	/* Reserve everything now: a growing buffer leaves copies behind. */
	(void)buf_reserve(secret, secret->max - start);
	if (spawn_capture(argv, COMMAND_SECONDS, secret, err) == -1) {
		explicit_bzero(secret->s + start, secret->len - start);
		buf_truncate(secret, start);
		return error_prefix(err, "%s", setting);
	}
	return first_line(secret, start, setting, err);
}

int password_read(const struct account *account, struct buf *secret,
		  struct error *err)
{
	const char *text = account->password;

	if (account->token_command != NULL)
		return from_command("token-command", account->token_command,
				    secret, err);
	if (account->password_command != NULL)
		return from_command("password-command",
				    account->password_command, secret, err);
	if (account->password_file != NULL)
		return from_file(account->password_file, true, secret, err);
	if (text != NULL && strncmp(text, "credential:", 11) == 0)
		return from_credential(text + 11, secret, err);
	if (text != NULL)
		buf_addstr(secret, text);
	return 0;
}

bool password_changed_since(const struct account *account, int64_t when)
{
	struct buf path = BUF_INIT(IO_PATH_MAX);
	struct stat st;
	bool changed;

	if (account->password_file != NULL)
		buf_addstr(&path, account->password_file);
	else if (account->netrc && getenv("HOME") != NULL)
		buf_addf(&path, "%s/.netrc", getenv("HOME"));
	changed = path.len > 0 && stat(path.s, &st) == 0 &&
		  st.st_mtim.tv_sec >= when;
	buf_release(&path);
	return changed;
}
