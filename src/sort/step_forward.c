/* SPDX-License-Identifier: ISC */
/*
 * The step that sends a message on, by a server or by a program, but not in a
 * loop.
 */
#include "sort/step_forward.h"

#include <string.h>
#include <unistd.h>

#include "account/password.h"
#include "mail/address.h"
#include "mail/edit.h"
#include "mail/message.h"
#include "net/smtp.h"
#include "sort/host.h"
#include "sort/step.h"
#include "util/clock.h"
#include "util/command.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of the fields that go before a forwarded message. */
#define FIELDS_MAX ((size_t)64 * 1024)

/*
 * Loops are cut earlier than RFC 5321 6.3 asks (100); real mail has up to 20.
 */
#define RECEIVED_MAX 50

#define MARK "X-Postroom-Forwarded"

static bool is_recipient(struct slice mailbox, char *const *recipients)
{
	for (size_t i = 0; recipients[i] != NULL; i++)
		if (slice_equal_nocase(mailbox, slice_str(recipients[i])))
			return true;
	return false;
}

static bool names_recipient(const struct message *m, const char *field,
			    char *const *recipients)
{
	struct address a;
	size_t at = 0, i;

	while (message_next(m, field, &at, &i)) {
		struct address_reader rest =
			address_reader(m->fields[i].value);

		while (address_next(&rest, &a))
			if (is_recipient(a.mailbox, recipients))
				return true;
	}
	return false;
}

static size_t count(const struct message *m, const char *field)
{
	size_t n = 0, at = 0, i;

	while (message_next(m, field, &at, &i))
		n++;
	return n;
}

/*
 * "auto-generated" is a receipt or a notice: that may be forwarded (RFC 3834
 * 5).
 */
static bool is_reply(struct message *m)
{
	struct slice s = message_first(m, "Auto-Submitted");

	return s.p != NULL && slice_starts_nocase(s, "auto-replied");
}

static bool is_report(struct message *m)
{
	struct slice path = message_first(m, "Return-Path");
	struct slice type = message_first(m, "Content-Type");

	return path.p != NULL && slice_equal(path, slice_str("<>")) &&
	       type.p != NULL && slice_starts_nocase(type, "multipart/report");
}

static const char *loop_of(struct message *m, char *const *recipients)
{
	if (names_recipient(m, "Delivered-To", recipients))
		return "it was delivered there before";
	if (names_recipient(m, MARK, recipients))
		return "it was forwarded there before";
	if (count(m, "Received") > RECEIVED_MAX)
		return "it has passed more than 50 servers";
	if (is_reply(m))
		return "it is an automatic reply";
	if (is_report(m))
		return "it is a report about mail that failed";
	return NULL;
}

bool forward_is_loop(struct slice header, char *const *recipients,
		     const char **why_out)
{
	struct message m;

	message_init(&m, header, NULL);
	*why_out = loop_of(&m, recipients);
	message_release(&m);
	return *why_out != NULL;
}

/* RFC 5322 3.3, in UTC and in English whatever the locale. */
static void add_date(time_t now, struct buf *out)
{
	static const char days[] = "SunMonTueWedThuFriSat";
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct tm tm;

	(void)gmtime_r(&now, &tm);
	buf_addf(out, "%.3s, %02d %.3s %04d %02d:%02d:%02d +0000",
		 days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon,
		 tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void add_field(const char *name, const struct buf *value,
		      struct buf *out)
{
	edit_field(slice_str(name), buf_slice(value), "\n", out);
}

void forward_fields(char *const *recipients, const char *from, time_t now,
		    const char *host, struct buf *out)
{
	struct buf to = BUF_INIT(64 * 1024), text = BUF_INIT(1024);

	for (size_t i = 0; recipients[i] != NULL; i++)
		buf_addf(&to, "%s%s", i == 0 ? "" : ", ", recipients[i]);
	buf_addf(&text, "by %s (postroom); ", host);
	add_date(now, &text);
	add_field("Received", &text, out);
	if (from[0] != '\0') {
		buf_clear(&text);
		buf_addstr(&text, from);
		add_field("Resent-From", &text, out);
		buf_clear(&text);
		add_date(now, &text);
		add_field("Resent-Date", &text, out);
		add_field("Resent-To", &to, out);
	}
	add_field(MARK, &to, out);
	buf_release(&to);
	buf_release(&text);
}

static int send_by_smtp(const struct sort_options *options,
			char *const *recipients, int fd,
			const struct buf *fields, struct error *err)
{
	struct buf bytes = BUF_INIT(PASSWORD_MAX);
	const struct smtp_mail mail = {options->smtp_from, recipients,
				       buf_slice(fields), fd};
	struct conn_secret secret = {NULL, false};
	int rc = password_read(options->smtp, &bytes, err);

	secret.text = bytes.s;
	if (rc == 0)
		rc = smtp_send(options->smtp, &secret, &mail, err);
	explicit_bzero(bytes.s, bytes.len);
	buf_release(&bytes);
	return rc;
}

/*
 * The program gets the addresses after "--", and the message on standard input.
 */
static int send_by_program(const struct step_tools *tools,
			   char *const *recipients, int fd,
			   const struct buf *fields, struct error *err)
{
	char **argv = strings_copy(tools->options->sendmail);
	struct command command = {.output = -1,
				  .seconds = tools->options->command_timeout,
				  .interrupted = tools->interrupted,
				  .context = tools->context};
	struct command_result result = {.end = COMMAND_EXITED};
	int rc = -1;

	strings_add(&argv, "--");
	for (size_t i = 0; recipients[i] != NULL; i++)
		strings_add(&argv, recipients[i]);
	command.argv = argv;
	command.input = sort_host_scratch(tools->spool, err);
	if (command.input != -1 &&
	    io_write(command.input, fields->s, fields->len, "", err) == 0 &&
	    io_copy(fd, command.input, "the spool", err) == 0)
		rc = command_run(&command, &result, err);
	if (rc == 0 && (result.end != COMMAND_EXITED || result.status != 0))
		rc = error_set(err, ERR_TEMPORARY, "%s %s", argv[0],
			       result.text);
	io_close_quietly(&command.input);
	strings_free(argv);
	return rc;
}

static void run(const struct step_tools *tools, const struct delivery *step,
		int fd, struct ending *ending)
{
	struct buf header = BUF_INIT(JUDGE_HEADER_MAX);
	struct buf fields = BUF_INIT(FIELDS_MAX);
	struct error err = ERROR_INIT;
	char host[256] = "localhost";
	const char *loop = NULL;
	int rc = sort_host_read_header(fd, &header, &err);

	(void)gethostname(host, sizeof(host) - 1);
	if (rc == 0 && forward_is_loop(buf_slice(&header), step->argv, &loop))
		rc = error_set(&err, ERR_MESSAGE,
			       "not forwarded to %s: it would loop (%s)",
			       step->argv[0], loop);
	if (rc == 0) {
		forward_fields(step->argv, tools->options->smtp_from,
			       (time_t)clock_calendar_s(), host, &fields);
		rc = tools->options->sendmail != NULL
			     ? send_by_program(tools, step->argv, fd, &fields,
					       &err)
			     : send_by_smtp(tools->options, step->argv, fd,
					    &fields, &err);
	}
	if (rc == -1)
		ending_fail(ending, &err);
	buf_release(&header);
	buf_release(&fields);
}

static bool runs_program(const struct sort_options *options)
{
	return options->sendmail != NULL;
}

const struct step_kind step_forward = {
	.number = 5,
	.action = ACTION_FORWARD,
	.name = "forward",
	.text = "forward to",
	.takes = STEP_TAKES_ARGV,
	.needs_bytes = true,
	.run = run,
	.runs_program = runs_program,
};
