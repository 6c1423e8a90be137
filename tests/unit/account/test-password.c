/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "../tempdir.h"
#include "account/password.h"
#include "util/buf.h"
#include "util/xalloc.h"

static const char *put(const char *name, mode_t mode, const char *text)
{
	const char *path = temp_path(name);
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF ||
	    chmod(path, mode) == -1) {
		perror(path);
		exit(1);
	}
	return path;
}

/* The result of password_read() for an account, or its error. */
static const char *secret_of(const struct account *a)
{
	static char out[ERROR_TEXT_MAX + 40];
	struct buf buf = BUF_INIT(PASSWORD_MAX);
	struct error err = ERROR_INIT;

	if (password_read(a, &buf, &err) == -1)
		(void)snprintf(out, sizeof(out), "%d: %s",
			       error_exit_status(err.kind), err.text);
	else
		(void)snprintf(out, sizeof(out), "%s", buf.s);
	buf_release(&buf);
	return out;
}

static void test_passwords(void)
{
	char sh[] = "sh", dash_c[] = "-c";
	char *echo = xstrdup("printf 'one\\ntwo\\n'"),
	     *fail = xstrdup("exit 3");
	char *argv[] = {sh, dash_c, echo, NULL};
	struct account a = {.password = xstrdup("plain")};

	is_str("plain", secret_of(&a), "a password in the configuration");
	free(a.password);
	a.password = xstrdup("credential:c");
	is_str("77: there is no credential c: CREDENTIALS_DIRECTORY is not set "
	       "(systemd sets it for LoadCredential=)",
	       secret_of(&a), "a credential outside systemd");
	(void)put("c", 0640, "from systemd\r\n");
	(void)setenv("CREDENTIALS_DIRECTORY", tempdir_path, 1);
	is_str("from systemd", secret_of(&a), "a credential");
	free(a.password);
	a.password = NULL;
	a.password_file = xstrdup(put("p", 0600, "in a file\nsecond\n"));
	is_str("in a file", secret_of(&a), "the first line of a file");
	(void)chmod(a.password_file, 0640);
	ok(strstr(secret_of(&a), "others can read it; run: chmod 600") != NULL,
	   "a file that others can read");
	(void)put("p", 0600, "\n");
	ok(strstr(secret_of(&a), "77: ") == secret_of(&a), "an empty line");
	(void)unlink(a.password_file);
	ok(strstr(secret_of(&a), "75: ") == secret_of(&a), "no file");
	free(a.password_file);
	a.password_file = NULL;
	a.password_command = argv;
	is_str("one", secret_of(&a), "the first line of a command");
	argv[2] = fail;
	is_str("75: password-command: the command sh failed with exit status 3",
	       secret_of(&a), "a command that fails");
	argv[2] = echo;
	a.password_command = NULL;
	a.token_command = argv;
	is_str("one", secret_of(&a), "a token");
	free(echo);
	free(fail);
}

int main(void)
{
	(void)tempdir();
	(void)unsetenv("CREDENTIALS_DIRECTORY");
	test_passwords();
	return done_testing();
}
