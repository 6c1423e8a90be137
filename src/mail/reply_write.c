/* SPDX-License-Identifier: ISC */
/* The bytes of an answer: RFC 5322, RFC 2045, RFC 3834 3. */
#include <string.h>

#include "mail/edit.h"
#include "mail/reply.h"
#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/* RFC 5322 2.1.1, and RFC 2045 6.7 for an encoded line. */
#define LINE_MUST    998
#define ENCODED_LINE 76

/* Bytes kept of the original subject; the field is folded. */
#define SUBJECT_MAX 400

/* Bytes kept of References; a long thread keeps its end. */
#define ID_MAX	       250
#define REFERENCES_MAX 4000

static void add_field(const char *name, struct slice value, struct buf *out)
{
	edit_field(slice_str(name), value, "\n", out);
}

/* "<…>" of printable ASCII that no encoding would change. */
static bool is_id(struct slice s)
{
	if (s.len < 3 || s.len > ID_MAX || s.p[0] != '<' ||
	    s.p[s.len - 1] != '>' || slice_contains(s, "=?"))
		return false;
	for (size_t i = 1; i + 1 < s.len; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '<' ||
		    s.p[i] == '>')
			return false;
	return true;
}

/* The next id in a raw value. False: there is none. */
static bool next_id(struct slice *rest, struct slice *id)
{
	while (rest->len > 0) {
		const char *end = memchr(rest->p, '>', rest->len);
		const char *begin;

		if (end == NULL)
			return false;
		begin = memrchr(rest->p, '<', (size_t)(end - rest->p));
		if (begin != NULL)
			*id = slice_of(begin, (size_t)(end - begin) + 1);
		rest->len -= (size_t)(end - rest->p) + 1;
		rest->p = end + 1;
		if (begin != NULL && is_id(*id))
			return true;
	}
	return false;
}

static void add_ids(const struct message *m, const char *name, struct buf *out)
{
	size_t at = 0, i;
	struct slice rest, id;

	if (!message_next(m, name, &at, &i))
		return;
	rest = m->fields[i].value;
	if (rest.len > REFERENCES_MAX)
		rest = slice_of(rest.p + rest.len - REFERENCES_MAX,
				REFERENCES_MAX);
	while (next_id(&rest, &id)) {
		buf_addstr(out, out->len > 0 ? " " : "");
		buf_addslice(out, id);
	}
}

/* RFC 5322 3.6.4. */
static void add_thread(const struct message *m, struct buf *out)
{
	struct buf ids = BUF_INIT(2 * REFERENCES_MAX);
	struct slice id = slice_of(NULL, 0), rest;
	size_t at = 0, i;

	if (message_next(m, "Message-ID", &at, &i)) {
		rest = m->fields[i].value;
		(void)next_id(&rest, &id);
	}
	if (!is_id(id))
		return;
	add_field("In-Reply-To", id, out);
	add_ids(m, "References", &ids);
	if (ids.len == 0)
		add_ids(m, "In-Reply-To", &ids);
	buf_addstr(&ids, ids.len > 0 ? " " : "");
	buf_addslice(&ids, id);
	add_field("References", buf_slice(&ids), out);
	buf_release(&ids);
}

/* Take the line "Subject: …" from the top of the text, with an empty line. */
static struct slice take_subject(struct slice *text)
{
	struct slice rest = *text, line, subject;

	if (!slice_starts_nocase(rest, "Subject:") ||
	    !slice_split(&rest, '\n', &line))
		return slice_of(NULL, 0);
	subject = slice_trim(slice_of(line.p + 8, line.len - 8));
	*text = rest;
	if (slice_split(&rest, '\n', &line) && slice_trim(line).len == 0)
		*text = rest;
	return subject;
}

static void add_subject(struct message *m, struct slice own, struct buf *out)
{
	struct buf text = BUF_INIT(2 * SUBJECT_MAX);
	struct slice subject = message_first(m, "Subject");

	if (own.p == NULL) {
		if (!slice_starts_nocase(subject, "Re:"))
			buf_addstr(&text, "Re: ");
		buf_addslice(&text, slice_cut_utf8(subject, SUBJECT_MAX));
		own = buf_slice(&text);
	}
	add_field("Subject", own, out);
	buf_release(&text);
}

static bool is_text(char c)
{
	return ((unsigned char)c >= ' ' && (unsigned char)c < 0x7f) ||
	       c == '\t';
}

/* Can it go as it is? ASCII, in lines that may be. */
static bool is_plain(struct slice text)
{
	struct slice line;

	while (slice_split(&text, '\n', &line)) {
		if (line.len > LINE_MUST)
			return false;
		for (size_t i = 0; i < line.len; i++)
			if (!is_text(line.p[i]) &&
			    !(line.p[i] == '\r' && i + 1 == line.len))
				return false;
	}
	return true;
}

/* RFC 2045 6.7. A blank at the end of a line would be lost. */
static void add_quoted(struct slice line, struct buf *out)
{
	size_t column = 0;

	for (size_t i = 0; i < line.len; i++) {
		char c = line.p[i];
		bool last = i + 1 == line.len;
		bool as_is =
			is_text(c) && c != '=' && !(last && ascii_is_blank(c));
		size_t width = as_is ? 1 : 3;

		if (column + width + !last > ENCODED_LINE) {
			buf_addstr(out, "=\n");
			column = 0;
		}
		if (as_is)
			buf_addch(out, c);
		else
			buf_addf(out, "=%02X", (unsigned)(unsigned char)c);
		column += width;
	}
}

static void add_body(struct slice text, bool plain, struct buf *out)
{
	struct slice line;

	while (slice_split(&text, '\n', &line)) {
		if (line.len > 0 && line.p[line.len - 1] == '\r')
			line.len--;
		if (plain)
			buf_addslice(out, line);
		else
			add_quoted(line, out);
		buf_addch(out, '\n');
	}
}

void reply_write(struct message *m, const struct reply_mail *reply,
		 struct buf *out)
{
	struct slice text = reply->text, subject = take_subject(&text);
	bool plain;

	while (text.len > 0 && ascii_is_line_end(text.p[text.len - 1]))
		text.len--;
	plain = is_plain(text);
	add_field("From", slice_str(reply->route->from), out);
	add_field("To", slice_str(reply->route->to), out);
	add_subject(m, subject, out);
	add_field("Date", slice_str(reply->date), out);
	add_field("Message-ID", slice_str(reply->id), out);
	add_thread(m, out);
	buf_addstr(out, "Auto-Submitted: auto-replied\n"
			"X-Auto-Response-Suppress: All\n"
			"MIME-Version: 1.0\n"
			"Content-Type: text/plain; charset=utf-8\n");
	buf_addf(out, "Content-Transfer-Encoding: %s\n\n",
		 plain ? "7bit" : "quoted-printable");
	add_body(text, plain, out);
}
