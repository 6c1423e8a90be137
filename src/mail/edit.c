/* SPDX-License-Identifier: ISC */
#include "mail/edit.h"

#include <string.h>

#include "mail/message.h"
#include "util/ascii.h"
#include "util/base64.h"
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
		base64_encode(slice_of(value.p + at, n), out);
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

/* A line of a header, with its end. */
struct line {
	struct slice bytes;
	bool empty;
};

/* As the parser of mail/message.h sees it: a CR before the end is none. */
static bool is_empty(struct slice line)
{
	if (line.len > 0 && line.p[line.len - 1] == '\n')
		line.len--;
	return line.len == 0 || (line.len == 1 && line.p[0] == '\r');
}

/* The next line of the header. False: there is none. */
static bool next_line(struct slice header, size_t *at, struct line *line)
{
	const char *p = header.p + *at, *lf;
	size_t left = header.len - *at;

	if (left == 0)
		return false;
	lf = memchr(p, '\n', left);
	line->bytes = slice_of(p, lf == NULL ? left : (size_t)(lf - p) + 1);
	line->empty = is_empty(line->bytes);
	*at += line->bytes.len;
	return true;
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

/* The fields of the header, as mail/message.h reads them. */
struct walk {
	struct message m;
	size_t next;	 /* the field that has not begun */
	const char *end; /* of the one that has */
};

enum begins { BEGINS_FIELD, BEGINS_NOTHING, CONTINUES };

/* Behind the limits of the index, by the letter of RFC 5322. */
static enum begins walk_behind(struct slice line)
{
	struct message m;
	enum begins begins;

	if (ascii_is_blank(line.p[0]))
		return CONTINUES;
	message_init(&m, line, NULL);
	begins = m.n_fields == 1 ? BEGINS_FIELD : BEGINS_NOTHING;
	message_release(&m);
	return begins;
}

static enum begins walk_line(struct walk *w, struct slice line)
{
	const struct field *field =
		w->next < w->m.n_fields ? &w->m.fields[w->next] : NULL;

	if (field != NULL && field->name.p < line.p + line.len) {
		w->end = field->value.p + field->value.len;
		w->next++;
		return BEGINS_FIELD;
	}
	if (line.p < w->end)
		return CONTINUES;
	return w->m.cut ? walk_behind(line) : BEGINS_NOTHING;
}

/* The field that begins in the line, without a byte order mark before it. */
static bool is_named(const struct walk *w, struct slice line, struct slice name)
{
	const char *p = w->next == 0 ? line.p : w->m.fields[w->next - 1].name.p;

	if (p < line.p || p >= line.p + line.len)
		p = line.p;
	return is_field(slice_of(p, (size_t)(line.p + line.len - p)), name);
}

static const char *line_end_of(struct slice header)
{
	const char *lf = memchr(header.p, '\n', header.len);

	return lf != NULL && lf > header.p && lf[-1] == '\r' ? "\r\n" : "\n";
}

/* Add the line end that a cut-off last line lacks. */
static void end_line(struct buf *out, size_t start, const char *line_end)
{
	char last = out->len > start ? out->s[out->len - 1] : '\n';

	if (last != '\n')
		buf_addstr(out, last == '\r' ? "\n" : line_end);
}

static bool is_blank(struct slice line)
{
	return line.len > 0 && ascii_is_blank(line.p[0]) &&
	       slice_trim(line).len == 0;
}

/*
 * The lines up to the end of the header, edited. Lines that are no field go
 * with a field that is removed before them: otherwise one of them could come
 * first, and all of the header would be read as body, or it would continue the
 * field before. Returns whether the field was written.
 */
static bool edit_lines(struct walk *w, const struct edit *edit,
		       const char *line_end, struct line *line, struct buf *out)
{
	bool written = edit->kind == EDIT_REMOVE, removing = false;
	struct slice header = w->m.header;
	size_t at = 0;

	while (next_line(header, &at, line) && !line->empty) {
		enum begins begins = walk_line(w, line->bytes);

		if (begins == BEGINS_FIELD)
			removing = edit->kind != EDIT_ADD &&
				   is_named(w, line->bytes, edit->name);
		if (!removing)
			buf_addslice(out, line->bytes);
		else if (!written)
			edit_field(edit->name, edit->value, line_end, out);
		written |= removing;
	}
	return written;
}

void edit_header(struct slice header, const struct edit *edit, struct buf *out)
{
	const char *line_end = line_end_of(header);
	struct walk w = {.end = header.p};
	struct line line = {.empty = false};
	size_t start = out->len;

	message_init(&w.m, header, NULL);
	w.m.header = header;
	if (!edit_lines(&w, edit, line_end, &line, out)) {
		end_line(out, start, line_end);
		edit_field(edit->name, edit->value, line_end, out);
	}
	/*
	 * The empty line. A missing header has none yet, and where blanks
	 * ended it, they might not do so any more.
	 */
	if (line.empty) {
		buf_addslice(out, line.bytes);
	} else if (header.len == 0 ? out->len > start : is_blank(line.bytes)) {
		end_line(out, start, line_end);
		buf_addstr(out, line_end);
	}
	message_release(&w.m);
}

/* The next field that is not called one of `names`; NULL: there is none. */
static const struct field *next_other(const struct message *m, size_t *at,
				      const struct edit_names *names)
{
	while (*at < m->n_fields) {
		const struct field *field = &m->fields[(*at)++];

		if (!names->has(names->context, field->name))
			return field;
	}
	return NULL;
}

/* With an empty line, or with blanks that count as one. */
static bool has_end(struct slice header, bool blanks)
{
	size_t at = 0;
	struct line line = {.empty = false};

	while (next_line(header, &at, &line) && !line.empty)
		if (blanks && at == header.len && is_blank(line.bytes))
			return true;
	return line.empty && at == header.len;
}

static bool same_fields(const struct message *before,
			const struct message *after,
			const struct edit_names *names)
{
	size_t at_before = 0, at_after = 0;

	for (;;) {
		const struct field *a = next_other(before, &at_before, names);
		const struct field *b = next_other(after, &at_after, names);

		/* Behind a limit of the index, one may see more fields. */
		if (a == NULL || b == NULL)
			return (a == NULL && b == NULL) || before->cut ||
			       after->cut;
		if (!slice_equal(a->name, b->name) ||
		    !slice_equal(a->value, b->value))
			return false;
	}
}

bool edit_kept(struct slice before, struct slice after,
	       const struct edit_names *names)
{
	struct message old, new;
	bool ends = has_end(after, false), kept;

	/* Without an empty line there was no body, or nothing but body. */
	if (!ends && (before.len == 0 || has_end(before, true)))
		return before.len == 0 && after.len == 0;
	message_init(&old, before, NULL);
	message_init(&new, after, NULL);
	kept = old.header.len == before.len &&
	       new.header.len == after.len &&same_fields(&old, &new, names);
	message_release(&old);
	message_release(&new);
	return kept;
}
