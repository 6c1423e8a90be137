/* SPDX-License-Identifier: ISC */
#include "tell/hook.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "util/buf.h"
#include "util/command.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

static int run(const struct hook *hook, const char *setting,
	       char *const *environment, int input, struct error *err)
{
	struct command command = {.argv = hook->argv,
				  .environment = environment,
				  .input = input,
				  .output = -1,
				  .seconds = hook->seconds};
	struct command_result result;

	if (command_run(&command, &result, err) == -1)
		return error_prefix(err, "%s", setting);
	if (result.end == COMMAND_EXITED && result.status == 0)
		return 0;
	return error_set(err, ERR_TEMPORARY, "%s: %.100s %.400s", setting,
			 hook->argv[0], result.text);
}

int hook_new(const struct hook *hook, int list, uint64_t n, struct error *err)
{
	char **environment = NULL, text[48];
	int rc;

	if (hook->argv == NULL)
		return 0;
	(void)snprintf(text, sizeof(text), "POSTROOM_NEW=%llu",
		       (unsigned long long)n);
	strings_add(&environment, text);
	rc = run(hook, "on-new", environment, list, err);
	strings_free(environment);
	return rc;
}

static int write_line(const char *account, const char *text, struct error *err)
{
	int fd = memfd_create("trouble", MFD_CLOEXEC);
	struct buf line = BUF_INIT(2 * ERROR_TEXT_MAX);

	buf_addf(&line, "%s%s%s\n", account, account[0] == '\0' ? "" : ": ",
		 text);
	if (fd == -1)
		(void)error_errno(err, ERR_TEMPORARY,
				  "cannot make a file in memory");
	else if (io_write(fd, line.s, line.len, "a file in memory", err) == -1)
		io_close_quietly(&fd);
	buf_release(&line);
	return fd;
}

int hook_trouble(const struct hook *hook, const char *account, const char *text,
		 struct error *err)
{
	char **environment = NULL, escaped[ERROR_TEXT_MAX];
	struct buf variable = BUF_INIT(2 * ERROR_TEXT_MAX);
	int fd, rc = -1;

	if (hook->argv == NULL)
		return 0;
	escape_to(escaped, sizeof(escaped), text, strlen(text));
	buf_addf(&variable, "POSTROOM_ACCOUNT=%s", account);
	strings_add(&environment, variable.s);
	buf_clear(&variable);
	buf_addf(&variable, "POSTROOM_TROUBLE=%s", escaped);
	strings_add(&environment, variable.s);
	fd = write_line(account, escaped, err);
	if (fd != -1)
		rc = run(hook, "on-trouble", environment, fd, err);
	io_close_quietly(&fd);
	strings_free(environment);
	buf_release(&variable);
	return rc;
}
