/* SPDX-License-Identifier: ISC */
/*
 * The step that sends a message on, by a server or by a program, but not in a
 * loop.
 */
#include "sort/step_forward.h"

#include <string.h>
#include <unistd.h>

#include "mail/address.h"
#include "mail/edit.h"
#include "mail/message.h"
#include "sort/from_line.h"
#include "sort/host.h"
#include "sort/send.h"
#include "sort/step.h"
#include "util/clock.h"
#include "util/io.h"

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
	bool found = false;

	for (size_t i = 0; recipients[i] != NULL && !found; i++) {
		struct slice recipient = slice_str(recipients[i]);
		struct buf ascii = BUF_INIT(ADDRESS_FOLD_MAX(recipient.len));

		address_fold(recipient, &ascii);
		found = slice_equal_nocase(mailbox, buf_slice(&ascii));
		buf_release(&ascii);
	}
	return found;
}

static bool names_recipient(struct message *m, const char *field,
			    char *const *recipients)
{
	size_t at = 0, i, n;

	while (message_next(m, field, &at, &i)) {
		const struct slice *list = message_mailboxes(m, i, &n);

		for (size_t j = 0; j < n; j++)
			if (is_recipient(list[j], recipients))
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
	send_date(now, &text);
	add_field("Received", &text, out);
	if (from[0] != '\0') {
		buf_clear(&text);
		buf_addstr(&text, from);
		add_field("Resent-From", &text, out);
		buf_clear(&text);
		send_date(now, &text);
		add_field("Resent-Date", &text, out);
		add_field("Resent-To", &to, out);
	}
	add_field(MARK, &to, out);
	buf_release(&to);
	buf_release(&text);
}

static int send_on(const struct step_tools *tools, char *const *recipients,
		   int fd, struct error *err)
{
	struct buf fields = BUF_INIT(FIELDS_MAX);
	struct smtp_mail mail = {.from = tools->options->smtp_from,
				 .recipients = recipients,
				 .fd = fd};
	char host[256] = "localhost";
	int rc;

	(void)gethostname(host, sizeof(host) - 1);
	forward_fields(recipients, tools->options->smtp_from,
		       (time_t)clock_calendar_s(), host, &fields);
	mail.fields = buf_slice(&fields);
	rc = send_mail(tools, &mail, err);
	buf_release(&fields);
	return rc;
}

static void run(const struct step_tools *tools, const struct delivery *step,
		int fd, struct ending *ending)
{
	struct buf header = BUF_INIT(JUDGE_HEADER_MAX);
	struct error err = ERROR_INIT;
	const char *loop = NULL;
	bool own;
	int input = from_line_drop(tools->spool, fd, &own, &err);
	int rc = input == -1 ? -1 : sort_host_read_header(input, &header, &err);

	if (rc == 0 && forward_is_loop(buf_slice(&header), step->argv, &loop))
		rc = error_set(&err, ERR_MESSAGE,
			       "not forwarded to %s: it would loop (%s)",
			       step->argv[0], loop);
	if (rc == 0)
		rc = send_on(tools, step->argv, input, &err);
	if (rc == -1)
		ending_fail(ending, &err);
	if (own)
		io_close_quietly(&input);
	buf_release(&header);
}

const struct step_kind step_forward = {
	.number = 5,
	.action = ACTION_FORWARD,
	.name = "forward",
	.text = "forward to",
	.takes = STEP_TAKES_ARGV,
	.needs_bytes = true,
	.run = run,
	.runs_program = send_runs_program,
};
