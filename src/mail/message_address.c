/* SPDX-License-Identifier: ISC */
/* The addresses in the fields of a message, and the names of people. */
#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "mail/address_token.h"
#include "mail/charset.h"
#include "mail/message.h"
#include "mail/words.h"
#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* An invalid byte becomes the three of U+FFFD; one more for charset shifts. */
#define TEXT_GROWTH 4

/* Are there encoded words and blanks only, or one quoted string? */
static bool is_wrapped(struct slice value)
{
	struct address_reader r = address_reader(value);
	bool quoted = value.len > 1 && value.p[0] == '"';

	if (quoted)
		return address_token(&r, value) == value.len;
	for (size_t at = 0; at < value.len;) {
		size_t n = address_token(
			&r, slice_of(value.p + at, value.len - at));

		if (n == 1 && !ascii_is_space(value.p[at]))
			return false;
		if (n > 1 && value.p[at] != '=')
			return false;
		at += n;
	}
	return value.len > 0;
}

/*
 * The value to read addresses from. A sender that encodes or quotes its whole
 * field has no other address there: then it is the decoded text.
 */
static struct slice value_of(struct message *m, struct field *field)
{
	struct slice value = slice_trim(field->value);
	struct buf text = BUF_INIT(value.len * TEXT_GROWTH);

	if (!is_wrapped(value))
		return field->value;
	if (field->plain == NULL) {
		if (value.p[0] == '"')
			buf_add(&text, value.p + 1, value.len - 2);
		else
			words_decode(value, m->fallback, &text);
		field->plain_len = text.len;
		field->plain = buf_detach(&text);
	}
	return slice_of(field->plain, field->plain_len);
}

/*
 * A sender is the last of several "<…>" without a comma between them, or of
 * those with ";" between them: the others are a name. Where brackets are not
 * closed, only the first is certain.
 */
static bool next_mailbox(struct address_reader *r, bool is_sender,
			 struct address *out)
{
	while (address_next(r, out)) {
		if (is_sender && out->joined)
			continue;
		if (is_sender && r->broken)
			r->rest.len = 0;
		return true;
	}
	return false;
}

/* Raw 8-bit bytes are in the charset of the message, as those of its text. */
static void add_clean(struct message *m, struct slice mailbox, struct buf *out)
{
	size_t start = out->len;
	struct buf raw;

	address_clean(mailbox, out);
	if (charset_is_utf8(slice_skip(buf_slice(out), start)))
		return;
	buf_init(&raw, out->len);
	buf_addslice(&raw, slice_skip(buf_slice(out), start));
	buf_truncate(out, start);
	charset_guess(buf_slice(&raw), message_charsets(m), out);
	buf_release(&raw);
}

void message_fold_mailbox(struct message *m, struct slice raw, struct buf *out)
{
	struct buf clean = BUF_INIT(MESSAGE_MAILBOX_MAX(raw.len));

	add_clean(m, raw, &clean);
	address_fold(buf_slice(&clean), out);
	buf_release(&clean);
}

/* Allocate it only if it differs from what is written. */
static struct slice comparable(struct message *m, struct field *field,
			       struct slice mailbox)
{
	struct buf folded = BUF_INIT(MESSAGE_MAILBOX_MAX(mailbox.len));
	size_t len;
	char *kept;

	message_fold_mailbox(m, mailbox, &folded);
	if (slice_equal(buf_slice(&folded), mailbox)) {
		buf_release(&folded);
		return mailbox;
	}
	len = folded.len;
	kept = buf_detach(&folded);
	xgrow(&field->cleaned, field->n_cleaned, sizeof(*field->cleaned));
	field->cleaned[field->n_cleaned++] = kept;
	return slice_of(kept, len);
}

static void find_mailboxes(struct message *m, struct field *field)
{
	struct address_reader r = address_reader(value_of(m, field));
	bool is_sender = address_is_sender_field(field->name);
	struct address a;

	field->mailboxes = xcalloc(1, sizeof(*field->mailboxes));
	while (field->n_mailboxes <= MESSAGE_MAILBOXES_MAX &&
	       next_mailbox(&r, is_sender, &a)) {
		if (field->n_mailboxes > 0)
			xgrow(&field->mailboxes, field->n_mailboxes,
			      sizeof(*field->mailboxes));
		field->mailboxes[field->n_mailboxes++] =
			comparable(m, field, a.mailbox);
	}
}

const struct slice *message_mailboxes(struct message *m, size_t i,
				      size_t *n_out)
{
	struct field *field = &m->fields[i];

	if (field->mailboxes == NULL)
		find_mailboxes(m, field);
	*n_out = field->n_mailboxes;
	return field->mailboxes;
}

static bool first_address(struct message *m, const char *name,
			  struct address *out)
{
	struct address_reader r;
	size_t at = 0, i;

	if (!message_next(m, name, &at, &i))
		return false;
	r = address_reader(value_of(m, &m->fields[i]));
	return next_mailbox(&r, address_is_sender_field(slice_str(name)), out);
}

bool message_address(struct message *m, const char *name, struct buf *out)
{
	struct address a;

	if (!first_address(m, name, &a))
		return false;
	add_clean(m, a.mailbox, out);
	return true;
}

bool message_name(struct message *m, const char *name, struct buf *out)
{
	struct address a;
	struct buf plain, text;
	struct slice shown;

	if (!first_address(m, name, &a) || a.name.len == 0)
		return false;
	buf_init(&plain, a.name.len);
	buf_init(&text, a.name.len * TEXT_GROWTH);
	if (a.in_comment)
		address_unescape(a.name, &plain);
	else
		address_unquote(a.name, &plain);
	words_decode(buf_slice(&plain), m->fallback, &text);
	shown = slice_trim(buf_slice(&text));
	buf_addslice(out, shown);
	buf_release(&plain);
	buf_release(&text);
	return shown.len > 0;
}
