/* SPDX-License-Identifier: ISC */
#include "mail/mime_head.h"

#include <string.h>

#include "mail/message.h"
#include "mail/mime_param.h"
#include "util/ascii.h"

#include "util/banned.h"

#define TEXT_PLAIN "text/plain"
#define TEXT_HTML  "text/html"

struct slice mime_line_at(struct slice bytes, size_t at)
{
	size_t left = bytes.len - at;
	const char *lf = left == 0 ? NULL : memchr(bytes.p + at, '\n', left);

	return slice_of(bytes.p + at,
			lf == NULL ? left : (size_t)(lf + 1 - bytes.p) - at);
}

size_t mime_before_line(struct slice bytes, size_t from, size_t at)
{
	if (at > from && bytes.p[at - 1] == '\n')
		at--;
	if (at > from && bytes.p[at - 1] == '\r')
		at--;
	return at;
}

static struct slice read_field(const struct message *m, const char *name)
{
	size_t at = 0, i;

	if (!message_next(m, name, &at, &i))
		return SLICE_EMPTY;
	return m->fields[i].value;
}

/* The last of several fields; empty if there is only one. */
static struct slice read_last_field(const struct message *m, const char *name)
{
	struct slice last = SLICE_EMPTY;
	size_t at = 0, i;

	(void)message_next(m, name, &at, &i);
	while (message_next(m, name, &at, &i))
		last = m->fields[i].value;
	return last;
}

/* Copy a token in lower case; returns where it ends. */
static size_t copy_token(struct slice s, size_t at, char *out, size_t size)
{
	size_t n = 0;

	while (at < s.len &&
	       (ascii_is_space(s.p[at]) || s.p[at] == '"' || s.p[at] == '\''))
		at++;
	while (at < s.len && s.p[at] > ' ' && s.p[at] < 0x7f &&
	       strchr("/;,\"'()<>=", s.p[at]) == NULL) {
		if (n + 1 < size)
			out[n++] = ascii_lower(s.p[at]);
		at++;
	}
	out[n] = '\0';
	while (at < s.len && ascii_is_space(s.p[at]))
		at++;
	return at;
}

static bool has_boundary(struct slice field)
{
	struct buf value = BUF_INIT(MIME_FIELD_MAX);
	bool found = mime_param_raw(field, "boundary", &value);

	buf_release(&value);
	return found;
}

/* A type without a "/" means text (RFC 2045 5.2), or what it says. */
static void read_type(struct mime_part *part, const char *without)
{
	struct slice s = part->content_type;
	char sub[MIME_TYPE_MAX / 2];
	size_t at = copy_token(s, 0, part->type, MIME_TYPE_MAX / 2), len;

	len = strlen(part->type);
	sub[0] = '\0';
	if (at < s.len && s.p[at] == '/')
		(void)copy_token(s, at + 1, sub, sizeof(sub));
	if (len > 0 && sub[0] != '\0') {
		part->type[len] = '/';
		memcpy(part->type + len + 1, sub, strlen(sub) + 1);
	} else if (strcmp(part->type, "multipart") == 0 && has_boundary(s)) {
		memcpy(part->type, "multipart/mixed", 16);
	} else if (strcmp(part->type, "html") == 0 ||
		   strcmp(part->type, "htm") == 0 ||
		   strcmp(part->type, "xhtml") == 0) {
		memcpy(part->type, TEXT_HTML, sizeof(TEXT_HTML));
	} else {
		memcpy(part->type, without, strlen(without) + 1);
	}
}

/* Is the last line an empty one? */
static bool ends_empty(struct slice s)
{
	size_t at = mime_before_line(s, 0, s.len);

	return at < s.len && (at == 0 || s.p[at - 1] == '\n');
}

/*
 * Where the body begins. Without an empty line, text that follows the last
 * field is it.
 */
static size_t body_start(const struct message *m, struct slice region)
{
	const struct field *last;
	size_t end;

	if (m->n_fields == 0 || m->header.len < region.len ||
	    ends_empty(region))
		return m->header.len;
	last = &m->fields[m->n_fields - 1];
	end = (size_t)(last->value.p + last->value.len - region.p);
	return end + mime_line_at(region, end).len;
}

bool mime_is_html(const char *type)
{
	static const char *const types[] = {"text/html",
					    "text/htm",
					    "text/x-html",
					    "text/xhtml",
					    "text/xhtml+xml",
					    "application/xhtml+xml",
					    "application/xhtml",
					    "application/html",
					    NULL};

	return slice_is_one_of_nocase(slice_str(type), types);
}

bool mime_is_message(const char *type)
{
	return strcmp(type, "message/rfc822") == 0 ||
	       strcmp(type, "message/rfc2822") == 0 ||
	       strcmp(type, "message/global") == 0 ||
	       strcmp(type, "message/news") == 0;
}

bool mime_is_signed(const struct mime_part *part)
{
	struct buf name = BUF_INIT(MIME_FIELD_MAX);
	bool yes = strcmp(part->type, "application/pkcs7-mime") == 0 ||
		   strcmp(part->type, "application/x-pkcs7-mime") == 0;

	if (!yes && strcmp(part->type, "application/octet-stream") == 0 &&
	    (mime_param_raw(part->disposition, "filename", &name) ||
	     mime_param_raw(part->content_type, "name", &name)))
		yes = slice_ends_nocase(slice_trim(buf_slice(&name)), ".p7m");
	buf_release(&name);
	return yes;
}

/* Long fields that are not read here do not count. */
static bool has_lost(const struct message *m, const struct mime_part *part)
{
	return m->n_fields == MESSAGE_FIELDS_MAX ||
	       m->header.len >= MESSAGE_HEADER_MAX ||
	       part->content_type.len == MIME_FIELD_MAX ||
	       part->encoding.len == MIME_FIELD_MAX ||
	       part->disposition.len == MIME_FIELD_MAX ||
	       part->id.len == MIME_FIELD_MAX ||
	       part->last_type.len == MIME_FIELD_MAX ||
	       part->last_disposition.len == MIME_FIELD_MAX;
}

size_t mime_head_read(struct slice region, bool in_digest,
		      struct mime_part *part, bool *cut)
{
	struct message m;
	size_t start;

	message_init(&m, region, NULL);
	*part = (struct mime_part){
		.kind = MIME_PART_LEAF,
		.content_type = read_field(&m, "Content-Type"),
		.encoding = read_field(&m, "Content-Transfer-Encoding"),
		.disposition = read_field(&m, "Content-Disposition"),
		.id = read_field(&m, "Content-ID"),
		.last_type = read_last_field(&m, "Content-Type"),
		.last_disposition = read_last_field(&m, "Content-Disposition")};
	read_type(part, part->content_type.len == 0 && in_digest
				? "message/rfc822"
				: TEXT_PLAIN);
	start = body_start(&m, region);
	*cut = has_lost(&m, part);
	message_release(&m);
	return start;
}
