/* SPDX-License-Identifier: ISC */
#include "sort/send.h"

#include <string.h>

#include "account/password.h"
#include "sort/scratch.h"
#include "util/command.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

static int send_by_smtp(const struct sort_options *options,
			const struct smtp_mail *mail, struct error *err)
{
	struct buf bytes = BUF_INIT(PASSWORD_MAX);
	struct conn_secret secret = {NULL, false};
	int rc = password_read(options->smtp, &bytes, err);

	secret.text = bytes.s;
	if (rc == 0)
		rc = smtp_send(options->smtp, &secret, mail, err);
	explicit_bzero(bytes.s, bytes.len);
	buf_release(&bytes);
	return rc;
}

/* The input of the program: the fields, then the file if there is one. */
static int open_input(const struct step_tools *tools,
		      const struct smtp_mail *mail, struct error *err)
{
	int fd = sort_scratch(tools->spool, err);

	if (fd != -1 &&
	    (io_write(fd, mail->fields.p, mail->fields.len, "", err) == -1 ||
	     (mail->fd != -1 && io_copy(mail->fd, fd, "the spool", err) == -1)))
		io_close_quietly(&fd);
	return fd;
}

static int send_by_program(const struct step_tools *tools,
			   const struct smtp_mail *mail, struct error *err)
{
	char **argv = strings_copy(tools->options->sendmail);
	struct command command = {.output = -1,
				  .seconds = tools->options->command_timeout,
				  .interrupted = tools->interrupted,
				  .context = tools->context};
	struct command_result result = {.end = COMMAND_EXITED};
	int rc = -1;

	strings_add(&argv, "--");
	for (size_t i = 0; mail->recipients[i] != NULL; i++)
		strings_add(&argv, mail->recipients[i]);
	command.argv = argv;
	command.input = open_input(tools, mail, err);
	if (command.input != -1)
		rc = command_run(&command, &result, err);
	if (rc == 0 && result.end != COMMAND_EXITED && mail->unsure != NULL)
		*mail->unsure = true;
	if (rc == 0 && (result.end != COMMAND_EXITED || result.status != 0))
		rc = error_set(err, ERR_TEMPORARY, "%s %s", argv[0],
			       result.text);
	io_close_quietly(&command.input);
	strings_free(argv);
	return rc;
}

int send_mail(const struct step_tools *tools, const struct smtp_mail *mail,
	      struct error *err)
{
	return tools->options->sendmail != NULL
		       ? send_by_program(tools, mail, err)
		       : send_by_smtp(tools->options, mail, err);
}

bool send_runs_program(const struct sort_options *options)
{
	return options->sendmail != NULL;
}

void send_date(time_t now, struct buf *out)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm;

	(void)gmtime_r(&now, &tm);
	buf_addf(out, "%.3s, %02d %.3s %04d %02d:%02d:%02d +0000",
		 days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
		 tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
