/* SPDX-License-Identifier: ISC */
#include "mail/message.h"

#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "mail/charset.h"
#include "mail/words.h"
#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* An invalid byte becomes the three of U+FFFD; one more for charset shifts. */
#define TEXT_GROWTH 4

struct line {
	struct slice bytes; /* with the line end */
	struct slice text;  /* without */
};

/* Take the first line of *rest. False at the end. */
static bool next_line(struct slice *rest, struct line *line)
{
	const char *newline;
	size_t len;

	if (rest->len == 0)
		return false;
	newline = memchr(rest->p, '\n', rest->len);
	len = newline == NULL ? rest->len : (size_t)(newline - rest->p) + 1;
	line->bytes = line->text = slice_of(rest->p, len);
	if (newline != NULL)
		line->text.len--;
	if (line->text.len > 0 && line->text.p[line->text.len - 1] == '\r')
		line->text.len--;
	*rest = slice_of(rest->p + len, rest->len - len);
	return true;
}

/*
 * RFC 5322 2.2: printable ASCII without blanks, then perhaps blanks, ":". What
 * begins with "--" is the boundary of a part.
 */
static bool parse_field(struct slice text, struct field *field)
{
	size_t name = 0, colon;

	while (name < text.len && text.p[name] > ' ' && text.p[name] < 0x7f &&
	       text.p[name] != ':')
		name++;
	colon = name;
	while (colon < text.len && ascii_is_blank(text.p[colon]))
		colon++;
	if (name == 0 || colon == text.len || text.p[colon] != ':' ||
	    slice_starts_nocase(text, "--"))
		return false;
	*field = (struct field){
		.name = slice_of(text.p, name),
		.value = slice_of(text.p + colon + 1, text.len - colon - 1)};
	return true;
}

static void add_field(struct message *m, const struct field *field)
{
	xgrow(&m->fields, m->n_fields, sizeof(*m->fields));
	m->fields[m->n_fields++] = *field;
}

static void continue_field(struct message *m, struct slice text)
{
	struct field *last = &m->fields[m->n_fields - 1];

	last->value.len = (size_t)(text.p + text.len - last->value.p);
}

/* "name=" of a parameter at the start of a line that lost its indentation. */
static bool is_lost_parameter(const struct field *last, struct slice text)
{
	size_t i = 0, start;

	if (!slice_starts_nocase(last->name, "Content-"))
		return false;
	while (i < text.len && (text.p[i] == ';' || ascii_is_blank(text.p[i])))
		i++;
	start = i;
	while (i < text.len &&
	       (ascii_is_letter(text.p[i]) || ascii_is_digit(text.p[i]) ||
		text.p[i] == '-' || text.p[i] == '*'))
		i++;
	return i > start && i < text.len && text.p[i] == '=';
}

enum kind { LINE_FIELD, LINE_CONTINUES, LINE_SKIPPED, LINE_ODD };

/*
 * Take a line of the header. `open`: the line before belongs to the last field,
 * so this one may continue it.
 */
static enum kind index_line(struct message *m, struct slice text, bool open)
{
	struct field field;

	if (open && (ascii_is_blank(text.p[0]) ||
		     is_lost_parameter(&m->fields[m->n_fields - 1], text))) {
		continue_field(m, text);
		return LINE_CONTINUES;
	}
	if (ascii_is_blank(text.p[0]))
		return LINE_SKIPPED;
	if (!parse_field(text, &field))
		return LINE_ODD;
	if (m->n_fields == MESSAGE_FIELDS_MAX ||
	    (size_t)(text.p - m->bytes.p) >= MESSAGE_HEADER_MAX) {
		m->cut = true;
		return LINE_SKIPPED;
	}
	add_field(m, &field);
	return LINE_FIELD;
}

static void cut_long_values(struct message *m)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		if (m->fields[i].value.len <= MESSAGE_VALUE_MAX)
			continue;
		m->fields[i].value.len = MESSAGE_VALUE_MAX;
		m->cut = true;
	}
}

static bool is_mbox_line(struct slice text)
{
	return slice_starts_nocase(text, "From ") ||
	       slice_starts_nocase(text, ">From ");
}

/* Do the bytes begin like a message? The test of other mail readers. */
static bool has_header(struct slice bytes)
{
	struct line first;
	struct field field;

	if (!next_line(&bytes, &first) || first.text.len == 0)
		return true;
	return ascii_is_blank(first.text.p[0]) ||
	       parse_field(first.text, &field) || is_mbox_line(first.text);
}

/*
 * A line of blanks and then text is the end of a header, although by the letter
 * of RFC 5322 the blanks continue a field. *blank is where such lines end, or
 * NULL. Does the header end there, before this line?
 */
static bool ends_at_blank(const char **blank, struct slice text,
			  const char *next, enum kind kind)
{
	if (kind == LINE_ODD && !is_mbox_line(text))
		return *blank != NULL;
	if (kind != LINE_CONTINUES || slice_trim(text).len > 0)
		*blank = NULL;
	else if (*blank == NULL)
		*blank = next;
	return false;
}

/* A byte order mark, if a field follows it; else 0. */
static size_t bom_length(struct slice bytes)
{
	struct slice rest;
	struct line first;
	struct field field;

	if (!slice_starts_nocase(bytes, "\xef\xbb\xbf"))
		return 0;
	rest = slice_of(bytes.p + 3, bytes.len - 3);
	return next_line(&rest, &first) && parse_field(first.text, &field) ? 3
									   : 0;
}

/* The header ends at `end`, in the middle of the last field. */
static void shorten_field(struct message *m, const char *end)
{
	struct slice rest = m->fields[m->n_fields - 1].value;
	const char *start = rest.p;
	struct line line;

	rest.len = (size_t)(end - start);
	while (next_line(&rest, &line))
		m->fields[m->n_fields - 1].value.len =
			(size_t)(line.text.p + line.text.len - start);
}

/* Index the fields. Returns where the body begins. */
static const char *index_header(struct message *m, struct slice rest)
{
	const char *blank = NULL;
	enum kind kind = LINE_ODD;
	struct line line;

	while (next_line(&rest, &line)) {
		if (line.text.len == 0)
			break;
		kind = index_line(m, line.text,
				  kind == LINE_FIELD || kind == LINE_CONTINUES);
		if (ends_at_blank(&blank, line.text, rest.p, kind)) {
			shorten_field(m, blank);
			return blank;
		}
	}
	return rest.p;
}

void message_init(struct message *m, struct slice bytes,
		  const char *const *fallback)
{
	size_t bom = bom_length(bytes), size = 0;
	struct slice rest = slice_of(bytes.p + bom, bytes.len - bom);

	*m = (struct message){.bytes = bytes, .fallback = fallback};
	if (has_header(rest) && bytes.len > 0)
		size = (size_t)(index_header(m, rest) - bytes.p);
	m->header = slice_of(bytes.p, size);
	m->body = slice_of(bytes.p + size, bytes.len - size);
	m->beyond = m->body;
	cut_long_values(m);
}

void message_release(struct message *m)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		free(m->fields[i].text);
		fold_free(m->fields[i].folded);
		free(m->fields[i].mailboxes);
		free(m->fields[i].plain);
		for (size_t j = 0; j < m->fields[i].n_cleaned; j++)
			free(m->fields[i].cleaned[j]);
		free(m->fields[i].cleaned);
	}
	free(m->fields);
	free(m->charsets);
	*m = (struct message){0};
}

bool message_next(const struct message *m, const char *name, size_t *at,
		  size_t *index_out)
{
	struct slice wanted = slice_str(name == NULL ? "" : name);

	for (size_t i = *at; i < m->n_fields; i++) {
		if (name != NULL &&
		    !slice_equal_nocase(m->fields[i].name, wanted))
			continue;
		*at = i + 1;
		*index_out = i;
		return true;
	}
	return false;
}

static void decode_field(struct field *field, const char *const *fallback)
{
	struct buf plain = BUF_INIT(field->value.len);
	struct buf text = BUF_INIT(field->value.len * TEXT_GROWTH);
	struct slice value = field->value, trimmed;

	if (value.len > 0 && memchr(value.p, '"', value.len) != NULL &&
	    address_is_field(field->name)) {
		address_unquote(value, &plain);
		value = buf_slice(&plain);
	}
	words_decode(value, fallback, &text);
	trimmed = slice_trim(buf_slice(&text));
	field->text = xmemdup0(trimmed.p, trimmed.len);
	field->text_len = trimmed.len;
	buf_release(&plain);
	buf_release(&text);
}

struct slice message_text(struct message *m, size_t i)
{
	if (m->fields[i].text == NULL)
		decode_field(&m->fields[i], charset_is_utf8(m->fields[i].value)
						    ? m->fallback
						    : message_charsets(m));
	return slice_of(m->fields[i].text, m->fields[i].text_len);
}

const struct folded *message_folded(struct message *m, size_t i)
{
	struct field *field = &m->fields[i];

	if (!field->is_folded)
		field->folded = fold_line(message_text(m, i));
	field->is_folded = true;
	return field->folded;
}

struct slice message_first(struct message *m, const char *name)
{
	size_t at = 0, i;

	if (!message_next(m, name, &at, &i))
		return slice_of(NULL, 0);
	return message_text(m, i);
}
