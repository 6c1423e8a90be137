/* SPDX-License-Identifier: ISC */
#include "mail/message.h"

#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
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

/* RFC 5322 2.2: printable ASCII without blanks, then perhaps blanks, ":". */
static bool parse_field(struct slice text, struct field *field)
{
	size_t name = 0, colon;

	while (name < text.len && text.p[name] > ' ' && text.p[name] < 0x7f &&
	       text.p[name] != ':')
		name++;
	colon = name;
	while (colon < text.len && ascii_is_blank(text.p[colon]))
		colon++;
	if (name == 0 || colon == text.len || text.p[colon] != ':')
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

/*
 * Take a line of the header. `open`: does a blank at its start continue the
 * last field? Returns the same for the next line.
 */
static bool index_line(struct message *m, struct slice text, bool open)
{
	struct field field;

	if (ascii_is_blank(text.p[0])) {
		if (open) {
			struct field *last = &m->fields[m->n_fields - 1];
			const char *end = text.p + text.len;

			last->value.len = (size_t)(end - last->value.p);
		}
		return open;
	}
	if (!parse_field(text, &field))
		return false;
	if (m->n_fields == MESSAGE_FIELDS_MAX ||
	    (size_t)(text.p - m->bytes.p) >= MESSAGE_HEADER_MAX) {
		m->cut = true;
		return false;
	}
	add_field(m, &field);
	return true;
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

/* Do the bytes begin like a message? The test of other mail readers. */
static bool has_header(struct slice bytes)
{
	struct line first;
	struct field field;

	if (!next_line(&bytes, &first) || first.text.len == 0)
		return true;
	return ascii_is_blank(first.text.p[0]) ||
	       parse_field(first.text, &field) ||
	       slice_starts_nocase(first.text, "From ") ||
	       slice_starts_nocase(first.text, ">From ");
}

void message_init(struct message *m, struct slice bytes,
		  const char *const *fallback)
{
	struct slice rest = bytes;
	struct line line;
	bool open = false;

	*m = (struct message){.bytes = bytes, .fallback = fallback};
	while (has_header(bytes) && next_line(&rest, &line)) {
		if (line.text.len == 0)
			break;
		open = index_line(m, line.text, open);
	}
	m->header = slice_of(bytes.p, bytes.len - rest.len);
	m->body = rest;
	cut_long_values(m);
}

void message_release(struct message *m)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		free(m->fields[i].text);
		free(m->fields[i].mailboxes);
	}
	free(m->fields);
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

static bool is_address_field(struct slice name)
{
	static const char *const names[] = {"From",	"To",  "Cc",
					    "Reply-To", "Bcc", "Sender"};

	if (slice_starts_nocase(name, "Resent-"))
		name = slice_of(name.p + 7, name.len - 7);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equal_nocase(name, slice_str(names[i])))
			return true;
	return false;
}

/* The offset of the quote that closes the one at `at`, or s.len. */
static size_t closing_quote(struct slice s, size_t at)
{
	for (at++; at < s.len && s.p[at] != '"'; at++)
		if (s.p[at] == '\\')
			at++;
	return at < s.len ? at : s.len;
}

static void add_unescaped(struct slice s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		if (s.p[i] == '\\' && i + 1 < s.len)
			i++;
		buf_addch(out, s.p[i]);
	}
}

/*
 * Remove the quotes of display names. Quotes within "<…>" and before an "@"
 * belong to the address and stay.
 */
static void unquote(struct slice s, struct buf *out)
{
	bool in_address = false;

	for (size_t i = 0; i < s.len; i++) {
		size_t end;

		if (s.p[i] == '<' || s.p[i] == '>')
			in_address = s.p[i] == '<';
		if (s.p[i] != '"' || in_address) {
			buf_addch(out, s.p[i]);
			continue;
		}
		end = closing_quote(s, i);
		if (end == s.len) {
			buf_add(out, s.p + i, s.len - i);
			return;
		}
		if (end + 1 < s.len && s.p[end + 1] == '@')
			buf_add(out, s.p + i, end + 1 - i);
		else
			add_unescaped(slice_of(s.p + i + 1, end - i - 1), out);
		i = end;
	}
}

static void decode_field(struct field *field, const char *const *fallback)
{
	struct buf plain = BUF_INIT(field->value.len);
	struct buf text = BUF_INIT(field->value.len * TEXT_GROWTH);
	struct slice value = field->value, trimmed;

	if (value.len > 0 && memchr(value.p, '"', value.len) != NULL &&
	    is_address_field(field->name)) {
		unquote(value, &plain);
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
		decode_field(&m->fields[i], m->fallback);
	return slice_of(m->fields[i].text, m->fields[i].text_len);
}

static void find_mailboxes(struct field *field)
{
	struct address_reader rest = address_reader(field->value);
	struct address a;

	field->mailboxes = xcalloc(1, sizeof(*field->mailboxes));
	while (field->n_mailboxes <= MESSAGE_MAILBOXES_MAX &&
	       address_next(&rest, &a)) {
		if (field->n_mailboxes > 0)
			xgrow(&field->mailboxes, field->n_mailboxes,
			      sizeof(*field->mailboxes));
		field->mailboxes[field->n_mailboxes++] = a.mailbox;
	}
}

const struct slice *message_mailboxes(struct message *m, size_t i,
				      size_t *n_out)
{
	struct field *field = &m->fields[i];

	if (field->mailboxes == NULL)
		find_mailboxes(field);
	*n_out = field->n_mailboxes;
	return field->mailboxes;
}

struct slice message_first(struct message *m, const char *name)
{
	size_t at = 0, i;

	if (!message_next(m, name, &at, &i))
		return slice_of(NULL, 0);
	return message_text(m, i);
}

struct slice message_list(struct message *m)
{
	struct slice id = message_first(m, "List-Id");
	const char *mark;

	if (id.len == 0)
		return id;
	/* The last "<": the description before it may hold anything. */
	mark = memrchr(id.p, '<', id.len);
	if (mark != NULL)
		id = slice_of(mark + 1, (size_t)(id.p + id.len - mark) - 1);
	mark = id.len == 0 ? NULL : memchr(id.p, '>', id.len);
	if (mark != NULL)
		id.len = (size_t)(mark - id.p);
	mark = id.len == 0 ? NULL : memchr(id.p, '.', id.len);
	if (mark != NULL)
		id.len = (size_t)(mark - id.p);
	return slice_trim(id);
}
