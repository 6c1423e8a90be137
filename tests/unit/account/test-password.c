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
	char *echo = xstrdup("printf 'one\\ntwo\\n'");
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
	ok(strstr(secret_of(&a), "77: ") == secret_of(&a), "no file");
	(void)put("p", 0600, "\xef\xbb\xbfmarked\n");
	is_str("marked", secret_of(&a), "a byte order mark is skipped");
	(void)put("p", 0600, "\xff\xfep");
	ok(strstr(secret_of(&a), "is UTF-16 text; save it as UTF-8") != NULL,
	   "UTF-16 is told of");
	free(a.password_file);
	a.password_file = NULL;
	a.password_command = argv;
	is_str("one", secret_of(&a), "the first line of a command");
	a.password_command = NULL;
	a.token_command = argv;
	is_str("one", secret_of(&a), "a token");
	free(echo);
}

/* The outcome of a shell script as password-command. */
static const char *command(const char *script)
{
	char sh[] = "sh", dash_c[] = "-c", *copy = xstrdup(script);
	char *argv[] = {sh, dash_c, copy, NULL};
	const struct account a = {.password_command = argv};
	const char *said = secret_of(&a);

	free(copy);
	return said;
}

static void test_commands(void)
{
	char none[] = "/nowhere/pass", *argv[] = {none, NULL};
	const struct account a = {.password_command = argv};

	is_str("77: password-command: cannot run /nowhere/pass: No such file "
	       "or directory",
	       secret_of(&a), "no such program");
	is_str("77: password-command: sh failed with status 127: \"no pass\"",
	       command("echo no pass >&2; exit 127"),
	       "nor one that a shell knows");
	is_str("75: password-command: sh failed with status 3",
	       command("exit 3"), "a command that fails in silence");
	is_str("75: password-command: sh failed with status 2: \"gpg: no; "
	       "gpg: \\x1b[1mNo secret key\"",
	       command("printf 'gpg: no\\n\\ngpg: \\033[1mNo secret key\\n' >&2; "
		       "exit 2"),
	       "G2: or with words");
	is_str("75: password-command: sh was killed by signal 9",
	       command("kill -9 $$"), "that is killed");
	is_str("75: password-command: sh failed with status 1: \"(its words "
	       "have the secret in them)\"",
	       command("echo geheim; echo + echo geheim >&2; exit 1"),
	       "H1: that says the password");
	is_str("75: password-command: sh failed with status 1: \"(its words "
	       "have the secret in them)\"",
	       command("t=$(printf '%01000d' 7); echo $t; echo token $t >&2; "
		       "exit 1"),
	       "H1: or the start of a long one");
	is_str("77: password-command: sh printed nothing but \"locked\"",
	       command("echo locked >&2"), "that prints nothing");
	is_str("77: password-command: the first line is empty",
	       command("echo; echo x"), "or an empty line");
	is_str("geheim", command("echo warning >&2; echo geheim"),
	       "with a warning");
	is_str("geheim", command("sleep 100 >&2 & echo geheim"),
	       "G10: that leaves a process behind");
	is_str("geheim", command("echo geheim; head -c 100000 /dev/zero"),
	       "G5: that prints much more");
	is_str("geheim", command("head -c 10000000 /dev/zero >&2; echo geheim"),
	       "G5: whose complaints are long");
}

static void test_netrc(void)
{
	char host[] = "h.example", user[] = "alice";
	const struct account a = {.host = host, .user = user, .netrc = true};

	(void)setenv("HOME", tempdir_path, 1);
	ok(strstr(secret_of(&a), "77: netrc: cannot read /") != NULL &&
		   strstr(secret_of(&a), "/.netrc: No such file") != NULL,
	   "no ~/.netrc");
	(void)put(".netrc", 0644, "machine h.example password plain");
	ok(strstr(secret_of(&a), "others can read it; run: chmod 600") != NULL,
	   "one that others can read");
	(void)put(".netrc", 0600,
		  "\xef\xbb\xbfmachine h.example\r\npassword plain\r\n");
	is_str("plain", secret_of(&a), "its password");
	(void)setenv("NETRC", put("other", 0600, "default password x"), 1);
	is_str("x", secret_of(&a), "that of $NETRC");
	(void)unsetenv("NETRC");
	(void)unsetenv("HOME");
	is_str("77: netrc: HOME is not set, so there is no ~/.netrc",
	       secret_of(&a), "without HOME");
}

int main(void)
{
	(void)tempdir();
	(void)unsetenv("CREDENTIALS_DIRECTORY");
	(void)unsetenv("NETRC");
	test_passwords();
	test_commands();
	test_netrc();
	return done_testing();
}
