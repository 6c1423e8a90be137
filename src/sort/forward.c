/* SPDX-License-Identifier: ISC */
#include "sort/forward.h"

#include <string.h>

#include "mail/address.h"
#include "mail/edit.h"
#include "mail/message.h"

#include "util/banned.h"

/* RFC 5321 6.3 wants at least 100; real mail has up to 20. */
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
		struct slice rest = m->fields[i].value;

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

/* auto-generated is a receipt or a notice, and may be forwarded. */
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
