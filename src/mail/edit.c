/* SPDX-License-Identifier: ISC */
#include "mail/edit.h"

#include <string.h>

#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/* RFC 5322 2.1.1: a line should not, and must not, be longer. */
#define LINE_SHOULD 78
#define LINE_MUST   998

/* RFC 2047 2: an encoded word has at most 75 characters. */
#define WORD_PREFIX "=?utf-8?B?"
#define WORD_SUFFIX "?="
#define WORD_MAX    75

#define WORD_FRAME (sizeof(WORD_PREFIX) - 1 + sizeof(WORD_SUFFIX) - 1)

/* Room for an encoded word of one character of any script. */
#define WORD_MIN (WORD_FRAME + 8)

/* Leaves room for a value on the line of the name. */
#define NAME_MAX_BYTES 76

/* Each byte of a value may become U+FFFD. */
#define VALUE_GROWTH 3

int edit_check_name(const char *name, struct error *err)
{
	size_t len = strlen(name);

	if (len == 0 || len > NAME_MAX_BYTES)
		return error_set(err, ERR_CONFIG,
				 "the name of a header field has 1 to %d "
				 "characters",
				 NAME_MAX_BYTES);
	for (size_t i = 0; i < len; i++)
		if (name[i] <= ' ' || name[i] >= 0x7f || name[i] == ':')
			return error_set(err, ERR_CONFIG,
					 "\"%s\" cannot be the name of a "
					 "header field",
					 name);
	return 0;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* Valid UTF-8 without control characters, and without blanks at the ends. */
static void clean(struct slice value, struct buf *out)
{
	struct slice s;

	for (size_t i = 0; i < value.len;) {
		size_t n = utf8_sequence(value.p + i, value.len - i);

		if (n == 0)
			buf_addstr(out, "\xef\xbf\xbd");
		else if (n == 1 && is_control(value.p[i]))
			buf_addch(out, ' ');
		else
			buf_add(out, value.p + i, n);
		i += n == 0 ? 1 : n;
	}
	s = slice_trim(buf_slice(out));
	buf_truncate(out, (size_t)(s.p - out->s) + s.len);
	buf_consume(out, (size_t)(s.p - out->s));
}

/* Must it be encoded? Non-ASCII text, or text that looks encoded already. */
static bool is_plain(struct slice value)
{
	size_t run = 0;

	for (size_t i = 0; i < value.len; i++) {
		if ((unsigned char)value.p[i] >= 0x80)
			return false;
		if (value.p[i] == '=' && i + 1 < value.len &&
		    value.p[i + 1] == '?')
			return false;
		run = value.p[i] == ' ' ? 0 : run + 1;
		if (run > LINE_MUST - NAME_MAX_BYTES - 2)
			return false;
	}
	return true;
}

/* All blanks of the value stay: a folded line begins with one of them. */
static void add_plain(struct slice value, size_t column, const char *line_end,
		      struct buf *out)
{
	size_t at = 0;

	while (at < value.len) {
		size_t end = at;

		while (end < value.len && value.p[end] == ' ')
			end++;
		while (end < value.len && value.p[end] != ' ')
			end++;
		/* The first word stays with the name. */
		if (column + (end - at) > LINE_SHOULD && at > 0) {
			buf_addstr(out, line_end);
			column = 0;
		}
		buf_add(out, value.p + at, end - at);
		column += end - at;
		at = end;
	}
}

static void add_base64(struct slice s, struct buf *out)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.len; i += 3) {
		size_t left = s.len - i;
		unsigned v = (unsigned)(unsigned char)s.p[i] << 16;

		if (left > 1)
			v |= (unsigned)(unsigned char)s.p[i + 1] << 8;
		if (left > 2)
			v |= (unsigned char)s.p[i + 2];
		buf_addch(out, digits[v >> 18]);
		buf_addch(out, digits[v >> 12 & 63]);
		buf_addch(out, left > 1 ? digits[v >> 6 & 63] : '=');
		buf_addch(out, left > 2 ? digits[v & 63] : '=');
	}
}

/* The bytes of as many whole characters as fit into a word of `room`. */
static size_t word_len(struct slice rest, size_t columns)
{
	/* Groups of three bytes become four letters. */
	size_t bytes = (columns - WORD_FRAME) / 4 * 3, n = 0;

	for (;;) {
		size_t next = n < rest.len
				      ? utf8_sequence(rest.p + n, rest.len - n)
				      : 0;

		if (next == 0 || n + next > bytes)
			return n;
		n += next;
	}
}

/* Encode all of it: blanks between two encoded words would be lost. */
static void add_words(struct slice value, size_t column, const char *line_end,
		      struct buf *out)
{
	size_t at = 0;

	while (at < value.len) {
		size_t room = LINE_SHOULD - column, n;

		if (at > 0 || column + WORD_MIN > LINE_SHOULD) {
			buf_addstr(out, line_end);
			room = LINE_SHOULD - 1;
		}
		buf_addch(out, ' ');
		n = word_len(slice_of(value.p + at, value.len - at),
			     room < WORD_MAX ? room : WORD_MAX);
		buf_addstr(out, WORD_PREFIX);
		add_base64(slice_of(value.p + at, n), out);
		buf_addstr(out, WORD_SUFFIX);
		at += n;
	}
}

void edit_field(struct slice name, struct slice value, const char *line_end,
		struct buf *out)
{
	struct buf text = BUF_INIT(value.len * VALUE_GROWTH);

	clean(value, &text);
	buf_addslice(out, name);
	buf_addstr(out, ":");
	if (!is_plain(buf_slice(&text))) {
		add_words(buf_slice(&text), name.len + 2, line_end, out);
	} else if (text.len > 0) {
		buf_addch(out, ' ');
		add_plain(buf_slice(&text), name.len + 2, line_end, out);
	}
	buf_addstr(out, line_end);
	buf_release(&text);
}

/* The next line of the header, with its end. False: there is none. */
static bool next_line(struct slice header, size_t *at, struct slice *line)
{
	const char *lf;

	if (*at >= header.len)
		return false;
	lf = memchr(header.p + *at, '\n', header.len - *at);
	line->p = header.p + *at;
	line->len = lf == NULL ? header.len - *at : (size_t)(lf - line->p) + 1;
	*at += line->len;
	return true;
}

static bool is_empty(struct slice line)
{
	return (line.len == 1 && line.p[0] == '\n') ||
	       (line.len == 2 && line.p[0] == '\r' && line.p[1] == '\n');
}

static bool is_continuation(struct slice line)
{
	return ascii_is_blank(line.p[0]);
}

/* "Name:" in any case, with or without blanks before the colon. */
static bool is_field(struct slice line, struct slice name)
{
	size_t i = name.len;

	if (line.len <= name.len ||
	    !slice_equal_nocase(slice_of(line.p, name.len), name))
		return false;
	while (i < line.len && ascii_is_blank(line.p[i]))
		i++;
	return i < line.len && line.p[i] == ':';
}

static const char *line_end_of(struct slice header)
{
	const char *lf = memchr(header.p, '\n', header.len);

	return lf != NULL && lf > header.p && lf[-1] == '\r' ? "\r\n" : "\n";
}

/* Add the line end that a cut-off last line lacks. */
static void end_line(struct buf *out, size_t start, const char *line_end)
{
	if (out->len > start && out->s[out->len - 1] != '\n')
		buf_addstr(out, line_end);
}

void edit_header(struct slice header, const struct edit *edit, struct buf *out)
{
	const char *line_end = line_end_of(header);
	bool written = edit->kind == EDIT_REMOVE, in_field = false;
	size_t at = 0, start = out->len;
	struct slice line;

	while (next_line(header, &at, &line) && !is_empty(line)) {
		if (edit->kind != EDIT_ADD &&
		    !(is_continuation(line) && at > line.len))
			in_field = is_field(line, edit->name);
		if (!in_field) {
			buf_addslice(out, line);
			continue;
		}
		if (!written)
			edit_field(edit->name, edit->value, line_end, out);
		written = true;
	}
	if (!written) {
		end_line(out, start, line_end);
		edit_field(edit->name, edit->value, line_end, out);
	}
	/* The empty line; a missing header has none yet. */
	if (header.len == 0 ? out->len > start : is_empty(line))
		buf_addstr(out, line_end);
}
