/* SPDX-License-Identifier: ISC */
#include "account/password.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "account/netrc.h"
#include "account/private_file.h"
#include "util/command.h"
#include "util/escape.h"
#include "util/io.h"

#include "util/banned.h"

/* Enough for a password manager that asks the user for its key. */
#define COMMAND_SECONDS 30

/* Shorter ones are parts of words, and no secrets. */
#define SHOWN_SECRET_MAX 4

/* A prefix of this length tells that a longer one is there. */
#define SECRET_START 16

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

/* `shared`: it is protected otherwise than by its mode. */
static int from_file(const char *path, bool shared, struct buf *secret,
		     struct error *err)
{
	size_t start = secret->len;

	if (private_file_read(path, shared, secret, err) == -1)
		return -1;
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
	rc = from_file(path.s, true, secret, err);
	buf_release(&path);
	return rc;
}

/*
 * A program that prints the secret with its complaint: do not repeat it. The
 * complaint may have been cut in a long token.
 */
static const char *complaint_of(const struct command_result *result,
				const struct buf *secret, size_t start)
{
	char line[COMMAND_COMPLAINT_MAX];
	const char *p = secret->s + start;
	size_t len = strcspn(p, "\r\n");
	bool shown;

	if (len < SHOWN_SECRET_MAX)
		return result->complaint;
	if (len > SECRET_START)
		len = SECRET_START;
	escape_to(line, sizeof(line), p, len);
	shown = strstr(result->complaint, line) != NULL;
	explicit_bzero(line, sizeof(line));
	return shown ? "(its words have the secret in them)"
		     : result->complaint;
}

/*
 * A person must act: there is no such program, which a shell reports with 126
 * or 127. Anything else may pass: a key ring is locked, a token server is down.
 */
static int command_error(const char *name, const struct command_result *result,
			 const char *complaint, struct error *err)
{
	bool said = complaint[0] != '\0';
	bool missing = result->end == COMMAND_NOT_STARTED ||
		       (result->end == COMMAND_EXITED &&
			(result->status == 126 || result->status == 127));
	enum error_kind kind = missing ? ERR_PERSON : ERR_TEMPORARY;
	char what[128] = "";

	if (result->end == COMMAND_NOT_STARTED)
		return error_set(err, kind, "cannot run %s: %s", name,
				 strerror(result->status));
	if (result->end == COMMAND_EXITED)
		(void)snprintf(what, sizeof(what), "failed with status %d",
			       result->status);
	else if (result->end == COMMAND_SIGNAL)
		(void)snprintf(what, sizeof(what), "was killed by signal %d",
			       result->status);
	else
		(void)snprintf(what, sizeof(what),
			       "did not end within %d seconds",
			       COMMAND_SECONDS);
	return error_set(err, kind, "%s %s%s%s%s", name, what,
			 said ? ": \"" : "", complaint, said ? "\"" : "");
}

static int from_command(const char *setting, char *const argv[],
			struct buf *secret, struct error *err)
{
	size_t start = secret->len;
	struct command command = {.argv = argv,
				  .input = -1,
				  .output = -1,
				  .capture = secret,
				  .seconds = COMMAND_SECONDS};
	struct command_result result;
	int rc;

	/* Reserve everything now: a growing buffer leaves copies behind. */
	(void)buf_reserve(secret, secret->max - start);
	rc = command_run(&command, &result, err);
	if (rc == 0 && (result.end != COMMAND_EXITED || result.status != 0))
		rc = command_error(argv[0], &result,
				   complaint_of(&result, secret, start), err);
	else if (rc == 0 && secret->len == start && result.complaint[0] != '\0')
		rc = error_set(err, ERR_PERSON, "%s printed nothing but \"%s\"",
			       argv[0], result.complaint);
	if (rc == 0)
		return first_line(secret, start, setting, err);
	explicit_bzero(secret->s + start, secret->len - start);
	buf_truncate(secret, start);
	return error_prefix(err, "%s", setting);
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
		return from_file(account->password_file, false, secret, err);
	if (account->netrc)
		return netrc_read(account->host, account->user, secret, err);
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
	else if (account->netrc)
		netrc_path(&path);
	changed = path.len > 0 && stat(path.s, &st) == 0 &&
		  st.st_mtim.tv_sec >= when;
	buf_release(&path);
	return changed;
}

static void overwrite(char *text)
{
	if (text != NULL)
		explicit_bzero(text, strlen(text));
}

void password_forget_own(const struct account *account)
{
	overwrite(account->password);
}

void password_forget(const struct account *account)
{
	password_forget_own(account);
	overwrite(account->proxy);
}
