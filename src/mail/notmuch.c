/* SPDX-License-Identifier: ISC */
#include "mail/notmuch.h"

#include <string.h>

#include "mail/address_token.h"
#include "mail/message.h"
#include "mail/tags.h"
#include "util/ascii.h"
#include "util/error.h"
#include "util/hash.h"

#include "util/banned.h"

/* Bytes of a line for one tag: each may become three. */
#define TAG_HEX_MAX (3 * TAG_LENGTH_MAX)

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The index behind a comment in brackets that begins at i. */
static size_t skip_comment(struct slice s, size_t i)
{
	size_t len = address_comment(slice_skip(s, i));

	return len == 0 ? s.len : i + len;
}

static size_t skip_blanks(struct slice s, size_t i)
{
	while (i < s.len && (is_blank(s.p[i]) || s.p[i] == '('))
		i = s.p[i] == '(' ? skip_comment(s, i) : i + 1;
	return i;
}

/*
 * The text in the first angle brackets; notmuch takes the whole value if that
 * has less than two characters.
 */
static struct slice bracketed(struct slice value)
{
	size_t start = skip_blanks(value, 0), end;

	while (start < value.len && value.p[start] != '<')
		start++;
	if (start == value.len)
		return value;
	start = skip_blanks(value, start + 1);
	for (end = start; end < value.len && value.p[end] != '>';)
		end++;
	return end - start < 2 ? value : slice_of(value.p + start, end - start);
}

bool notmuch_digest_id(struct slice bytes, struct buf *out)
{
	unsigned char digest[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];

	if (!hash_digest(HASH_SHA1, bytes, digest))
		return false;
	hash_hex(digest, hash_size(HASH_SHA1), hex);
	buf_addf(out, "notmuch-sha1-%s", hex);
	return true;
}

/* notmuch 0.37 counts the NUL behind a long id in its digest, too. */
static void add_id(struct slice id, struct buf *out)
{
	struct buf whole = BUF_INIT(MESSAGE_VALUE_MAX);

	if (id.len <= NOTMUCH_ID_MAX) {
		buf_add(out, id.p, id.len);
		return;
	}
	buf_add(&whole, id.p, id.len);
	buf_addch(&whole, '\0');
	(void)notmuch_digest_id(buf_slice(&whole), out);
	buf_release(&whole);
}

void notmuch_id(struct slice header, struct buf *out)
{
	static const char *const fallback[] = {"ISO-8859-1", NULL};
	struct buf id = BUF_INIT(4 * MESSAGE_VALUE_MAX);
	struct slice value, found;
	struct message m;

	message_init(&m, header, fallback);
	value = message_first(&m, "Message-ID");
	found = bracketed(value);
	/* Blanks within brackets do not count. */
	for (size_t i = 0; i < found.len; i++)
		if (found.p == value.p ||
		    (found.p[i] != ' ' && found.p[i] != '\t'))
			buf_addch(&id, found.p[i]);
	add_id(buf_slice(&id), out);
	buf_release(&id);
	message_release(&m);
}

static bool is_bare(char c)
{
	return ascii_is_letter(c) || ascii_is_digit(c) ||
	       (c != '\0' && strchr("+-_@=.,", c));
}

/* In a tag all but these are written as %XX. */
static void add_hex(struct buf *out, struct slice tag)
{
	for (size_t i = 0; i < tag.len; i++) {
		if (is_bare(tag.p[i]))
			buf_addch(out, tag.p[i]);
		else
			buf_addf(out, "%%%02x", (unsigned char)tag.p[i]);
	}
}

static void add_changes(struct slice changes, struct buf *out)
{
	struct error ignored = ERROR_INIT;
	struct slice word;

	while (slice_split(&changes, ' ', &word)) {
		bool removes = word.len > 0 && word.p[0] == '-';
		struct slice tag =
			removes ? slice_of(word.p + 1, word.len - 1) : word;

		if (tags_check(tag, &ignored) == -1)
			continue;
		buf_addch(out, removes ? '-' : '+');
		add_hex(out, tag);
		buf_addch(out, ' ');
	}
}

/*
 * A term of Xapian's query language: in quotes, with inner quotes doubled.
 * notmuch's input is lines, and ends at a NUL.
 */
static void add_query(struct buf *out, struct slice id)
{
	buf_addstr(out, "id:\"");
	for (size_t i = 0; i < id.len; i++) {
		char c = id.p[i];

		if (c == '"')
			buf_addch(out, c);
		buf_addch(out, c == '\n' || c == '\r' || c == '\0' ? ' ' : c);
	}
	buf_addstr(out, "\"\n");
}

void notmuch_line(struct slice changes, struct slice id, struct buf *out)
{
	struct buf tags = BUF_INIT(2 * TAGS_MAX * (TAG_HEX_MAX + 2));

	add_changes(changes, &tags);
	if (tags.len > 0 && id.len > 0) {
		buf_add(out, tags.s, tags.len);
		buf_addstr(out, "-- ");
		add_query(out, id);
	}
	buf_release(&tags);
}
