/* SPDX-License-Identifier: ISC */
/*
 * Files and programs that the configuration names. They may come and go while
 * it stays, so only `check` looks for them beforehand.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account/password.h"
#include "config/check.h"
#include "util/buf.h"
#include "util/environment.h"
#include "util/io.h"

#include "util/banned.h"

/* All certificates of a system are about 250 KB. */
#define PEM_MAX ((size_t)4 * 1024 * 1024)

static void report(struct builder *b, const struct account *a,
		   const char *setting, const char *text)
{
	int line = build_seen(b, setting);
	size_t len = strlen(setting);

	if (line == 0)
		line = a->line;
	/* password_read() names the setting, too. */
	if (strncmp(text, setting, len) == 0 && text[len] == ':')
		text += len + 2;
	if (a->enabled || b->where == SECTION_SMTP)
		build_error(b, line, "'%s': %s", setting, text);
	else
		build_warning(b, line, "'%s': %s", setting, text);
}

/* 0, or the errno with which it cannot be run. */
static int try_program(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return errno;
	if (!S_ISREG(st.st_mode))
		return EACCES;
	return access(path, X_OK) == -1 ? errno : 0;
}

/* The same for a name that is looked up in PATH, as execvp() does. */
static int find_program(const char *name)
{
	const char *path = getenv("PATH");
	struct slice rest = slice_str(path == NULL ? ENVIRONMENT_PATH : path),
		     part;
	struct buf file = BUF_INIT(IO_PATH_MAX);
	int found = ENOENT;

	if (strchr(name, '/') != NULL)
		return try_program(name);
	while (found != 0 && slice_split(&rest, ':', &part)) {
		int reason;

		buf_clear(&file);
		buf_addslice(&file, part);
		buf_addf(&file, "%s%s", part.len == 0 ? "./" : "/", name);
		reason = try_program(file.s);
		if (reason == 0 || reason == EACCES)
			found = reason;
	}
	buf_release(&file);
	return found;
}

static void check_program(struct builder *b, const struct account *a,
			  const char *setting, char *const *argv)
{
	struct error err = ERROR_INIT;
	int reason = argv == NULL ? 0 : find_program(argv[0]);

	if (reason == 0)
		return;
	errno = reason;
	if (reason == ENOENT && strchr(argv[0], '/') == NULL)
		error_set(&err, ERR_CONFIG, "there is no program %s in PATH",
			  argv[0]);
	else
		error_errno(&err, ERR_CONFIG, "cannot run %s", argv[0]);
	report(b, a, setting, err.text);
}

static void check_password(struct builder *b, const struct account *a)
{
	struct buf secret = BUF_INIT(PASSWORD_MAX);
	struct error err = ERROR_INIT;

	/* A command may ask a person; a credential is there for a service. */
	if (a->password_file == NULL &&
	    (!a->netrc || a->host == NULL || a->user == NULL))
		return;
	if (password_read(a, &secret, &err) == -1)
		report(b, a, a->netrc ? "netrc" : "password", err.text);
	explicit_bzero(secret.s, secret.cap);
	buf_release(&secret);
}

/* Read a PEM file; *mode_out is that of the file. */
static int read_pem(const char *path, struct buf *out, mode_t *mode_out,
		    struct error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	long n = -1;

	if (fd == -1 || fstat(fd, &st) == -1)
		error_errno(err, ERR_CONFIG, "cannot read %s", path);
	else if (!S_ISREG(st.st_mode))
		error_set(err, ERR_CONFIG, "%s is not a regular file", path);
	else if (!buf_reserve(out, st.st_size < 0 ? 0 : (size_t)st.st_size))
		error_set(err, ERR_CONFIG, "%s is too large", path);
	else
		n = io_read(fd, out->s, (size_t)st.st_size, path, err);
	io_close_quietly(&fd);
	if (n == -1)
		return -1;
	out->len = (size_t)n;
	buf_terminate(out);
	*mode_out = st.st_mode;
	if (memmem(out->s, out->len, "-----BEGIN ", 11) == NULL)
		return error_set(err, ERR_CONFIG,
				 "%s is not a PEM file; openssl x509 -inform "
				 "der -in FILE converts a certificate in DER",
				 path);
	return 0;
}

/* Is there a block with that name, with lines in it and an end? */
static bool has_block(const struct buf *pem, const char *name)
{
	struct slice rest = buf_slice(pem), line;
	bool inside = false, filled = false;
	size_t len = strlen(name);

	while (slice_split(&rest, '\n', &line)) {
		line = slice_trim(line);
		if (slice_starts_nocase(line, "-----BEGIN ")) {
			inside = memmem(line.p, line.len, name, len) != NULL;
			filled = false;
		} else if (slice_starts_nocase(line, "-----END ")) {
			if (inside && filled)
				return true;
			inside = false;
		} else {
			filled |= line.len > 0;
		}
	}
	return false;
}

static int check_ca(const char *path, struct error *err)
{
	struct buf pem = BUF_INIT(PEM_MAX);
	mode_t mode;
	int rc = read_pem(path, &pem, &mode, err);

	if (rc == 0 && !has_block(&pem, "CERTIFICATE-----"))
		rc = error_set(err, ERR_CONFIG,
			       "%s has no complete certificate", path);
	buf_release(&pem);
	return rc;
}

static int check_own(const struct buf *pem, const char *path, struct error *err)
{
	if (!has_block(pem, "CERTIFICATE-----"))
		return error_set(err, ERR_CONFIG,
				 "%s has no complete certificate", path);
	if (!has_block(pem, "PRIVATE KEY-----"))
		return error_set(err, ERR_CONFIG,
				 "%s has no private key; append it to this "
				 "file",
				 path);
	if (has_block(pem, "ENCRYPTED PRIVATE KEY-----") ||
	    memmem(pem->s, pem->len, "Proc-Type: 4,ENCRYPTED", 22) != NULL)
		return error_set(err, ERR_CONFIG,
				 "the key in %s has a pass phrase, and nobody "
				 "would be there to type it; remove it with "
				 "openssl pkey, and keep the file to yourself",
				 path);
	return 0;
}

static void check_client_cert(struct builder *b, const struct account *a)
{
	const char *path = a->tls_client_cert;
	struct buf pem = BUF_INIT(PEM_MAX);
	struct error err = ERROR_INIT;
	mode_t mode = 0;

	if (read_pem(path, &pem, &mode, &err) == -1 ||
	    check_own(&pem, path, &err) == -1)
		report(b, a, "tls-client-cert", err.text);
	else if ((mode & (S_IRWXG | S_IRWXO)) != 0) {
		error_set(&err, ERR_CONFIG,
			  "others can read the private key; run: chmod 600 %s",
			  path);
		report(b, a, "tls-client-cert", err.text);
	}
	explicit_bzero(pem.s, pem.cap);
	buf_release(&pem);
}

void outside_check(struct builder *b, const struct account *a)
{
	struct error err = ERROR_INIT;

	check_program(b, a, "password-command", a->password_command);
	check_program(b, a, "token-command", a->token_command);
	check_password(b, a);
	if (a->tls_ca_file != NULL && check_ca(a->tls_ca_file, &err) == -1)
		report(b, a, "tls-ca-file", err.text);
	if (a->tls_client_cert != NULL)
		check_client_cert(b, a);
}

void outside_check_ca(struct builder *b, const char *file, int line,
		      const char *path)
{
	struct error err = ERROR_INIT;

	if (check_ca(path, &err) == -1)
		diagnostics_add(b->diags, true, file, line, 0,
				"'tls-ca-file': %s", err.text);
}
