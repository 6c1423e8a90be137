/* SPDX-License-Identifier: ISC */
/*
 * GMime gets a message made here: the MIME fields of the top header and the
 * body behind them. This way GMime and the rest of postroom agree where the
 * header ends, and GMime parses no addresses, which nobody needs.
 */
#include "mail/mime.h"

#include <gmime/gmime.h>
#include <stdlib.h>
#include <string.h>

#include "mail/charset.h"
#include "mail/html.h"
#include "mail/message.h"
#include "mail/mime_limit.h"
#include "mail/mime_param.h"
#include "mail/mime_uu.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes read of a MIME field: real ones are under 1 KB. */
#define FIELD_MAX ((size_t)16 * 1024)

/* A decoded name longer than this is cut off: file systems take 255. */
#define NAME_MAX_BYTES (4 * FIELD_MAX)

/* An HTML page that names its charset does so near its top. */
#define META_LOOK 1024

#define CHUNK ((size_t)16 * 1024)

struct walker {
	struct mime_view *view;
	const char *const *fallback;
	const struct mime_visitor *visitor; /* NULL: only the view */
};

static const char *const mime_fields[] = {
	"Content-Type", "Content-Transfer-Encoding", "Content-Disposition"};

/* The raw value of a field of a part; empty when it has none. */
static struct slice raw_field(GMimeObject *part, const char *name)
{
	GMimeHeaderList *list = g_mime_object_get_header_list(part);
	GMimeHeader *header = g_mime_header_list_get_header(list, name);
	const char *raw =
		header == NULL ? NULL : g_mime_header_get_raw_value(header);
	struct slice value = slice_str(raw == NULL ? "" : raw);

	if (value.len > FIELD_MAX)
		value.len = FIELD_MAX;
	return value;
}

/* The bytes of a part without its transfer encoding, up to the limit. */
static void read_content(GMimePart *part, struct buf *out)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *filtered;
	ssize_t n = 1;

	if (content == NULL)
		return;
	(void)g_mime_stream_reset(g_mime_data_wrapper_get_stream(content));
	filtered = g_mime_stream_filter_new(
		g_mime_data_wrapper_get_stream(content));
	switch (g_mime_data_wrapper_get_encoding(content)) {
	case GMIME_CONTENT_ENCODING_BASE64:
	case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
	case GMIME_CONTENT_ENCODING_UUENCODE: {
		GMimeFilter *filter = g_mime_filter_basic_new(
			g_mime_data_wrapper_get_encoding(content), FALSE);

		g_mime_stream_filter_add((GMimeStreamFilter *)filtered, filter);
		g_object_unref(filter);
		break;
	}
	case GMIME_CONTENT_ENCODING_DEFAULT:
	case GMIME_CONTENT_ENCODING_7BIT:
	case GMIME_CONTENT_ENCODING_8BIT:
	case GMIME_CONTENT_ENCODING_BINARY:
		break;
	}
	while (n > 0 && buf_reserve(out, CHUNK)) {
		n = g_mime_stream_read(filtered, out->s + out->len, CHUNK);
		if (n > 0)
			out->len += (size_t)n;
		buf_terminate(out);
	}
	g_object_unref(filtered);
}

/* The decoded file name, from either field; empty without one. */
static void read_name(struct walker *w, GMimeObject *part, struct buf *name)
{
	if (!mime_param_get(raw_field(part, "Content-Disposition"), "filename",
			    w->fallback, name) ||
	    name->len == 0)
		(void)mime_param_get(raw_field(part, "Content-Type"), "name",
				     w->fallback, name);
}

/* Takes over `type`, which g_free() frees. */
static void add_attachment(struct walker *w, struct slice name, char *type)
{
	struct mime_view *view = w->view;
	struct mime_attachment *added;

	if (view->n_attachments == MIME_PARTS_MAX) {
		view->cut = true;
		g_free(type);
		return;
	}
	xgrow(&view->attachments, view->n_attachments, sizeof(*added));
	added = &view->attachments[view->n_attachments++];
	added->name = xmemdup0(name.p, name.len);
	added->name_len = name.len;
	added->type = type;
}

static void visit(struct walker *w, struct slice name, struct slice bytes)
{
	if (w->visitor != NULL)
		w->visitor->attachment(w->visitor->context, name, bytes);
}

static bool is_attached(GMimeObject *part)
{
	const char *disposition = g_mime_object_get_disposition(part);

	return disposition != NULL &&
	       g_ascii_strcasecmp(disposition, "attachment") == 0;
}

static void visit_part(struct walker *w, GMimeObject *part, struct slice name)
{
	struct buf bytes = BUF_INIT(MIME_INPUT_MAX);

	if (w->visitor == NULL || !GMIME_IS_PART(part))
		return;
	read_content((GMimePart *)part, &bytes);
	visit(w, name, buf_slice(&bytes));
	buf_release(&bytes);
}

/* Is it an attachment? A part with a name, and a part that is not text. */
static void look_at_attachment(struct walker *w, GMimeObject *part,
			       bool is_body)
{
	GMimeContentType *type = g_mime_object_get_content_type(part);
	struct buf name = BUF_INIT(NAME_MAX_BYTES);
	char *type_name;

	read_name(w, part, &name);
	if (name.len > 0 || !is_body || is_attached(part)) {
		type_name = g_mime_content_type_get_mime_type(type);
		add_attachment(w, buf_slice(&name),
			       g_ascii_strdown(type_name, -1));
		g_free(type_name);
		visit_part(w, part, buf_slice(&name));
	}
	buf_release(&name);
}

/* Append, with LF for CRLF; cut between characters when the view is full. */
static void add_text(struct mime_view *view, struct slice text)
{
	size_t room = view->text.max - view->text.len;

	if (text.len >= room) {
		view->cut = true;
		text.len = room == 0 ? 0 : room - 1;
		while (text.len > 0 && (text.p[text.len] & 0xc0) == 0x80)
			text.len--;
	}
	for (size_t i = 0; i < text.len; i++)
		if (text.p[i] != '\r' || i + 1 == text.len ||
		    text.p[i + 1] != '\n')
			buf_addch(&view->text, text.p[i]);
	if (text.len > 0 && text.p[text.len - 1] != '\n')
		buf_addch(&view->text, '\n');
}

/* <meta charset="x"> or <meta … content="text/html; charset=x">. */
static const struct charset *html_charset(struct slice html)
{
	size_t look = html.len < META_LOOK ? html.len : META_LOOK;
	struct slice head = slice_of(html.p, look), name;
	size_t start = 0, end;

	while (start + 8 < head.len &&
	       !slice_starts_nocase(slice_of(head.p + start, head.len - start),
				    "charset="))
		start++;
	if (start + 8 >= head.len)
		return NULL;
	start += 8;
	while (start < head.len &&
	       (head.p[start] == '"' || head.p[start] == '\''))
		start++;
	end = start;
	while (end < head.len && head.p[end] > ' ' &&
	       strchr("\"'>/;", head.p[end]) == NULL)
		end++;
	name = slice_of(head.p + start, end - start);
	return charset_find(name);
}

static void to_utf8(struct walker *w, GMimeObject *part, bool is_html,
		    struct slice raw, struct buf *out)
{
	struct buf label = BUF_INIT(FIELD_MAX);
	const struct charset *charset = NULL;

	if (mime_param_get(raw_field(part, "Content-Type"), "charset", NULL,
			   &label))
		charset = charset_find(buf_slice(&label));
	else if (is_html)
		charset = html_charset(raw);
	buf_release(&label);
	if (charset != NULL)
		charset_convert(charset, raw, out);
	else
		charset_guess(raw, w->fallback, out);
}

/* Append text, converted from its charset, to the view. */
static void add_raw_text(struct walker *w, GMimeObject *part, bool is_html,
			 struct slice raw)
{
	struct buf text = BUF_INIT(4 * (MIME_TEXT_MAX + CHUNK));
	struct buf plain = BUF_INIT(4 * (MIME_TEXT_MAX + CHUNK) + 1);

	to_utf8(w, part, is_html, raw, &text);
	if (is_html)
		html_to_text(buf_slice(&text), &plain, NULL);
	add_text(w->view, buf_slice(is_html ? &plain : &text));
	buf_release(&text);
	buf_release(&plain);
}

/*
 * Files uuencoded in the text. Today's mail readers show them as text, and so
 * does the view; saving attachments saves them, too.
 */
static void visit_uu_files(struct walker *w, struct slice raw)
{
	struct slice before, name;
	struct buf data = BUF_INIT(MIME_TEXT_MAX);
	size_t files = 0;

	while (files++ < MIME_PARTS_MAX &&
	       uu_next(&raw, &before, &name, &data)) {
		struct buf text = BUF_INIT(NAME_MAX_BYTES);

		charset_guess(name, w->fallback, &text);
		visit(w, buf_slice(&text), buf_slice(&data));
		buf_release(&text);
		buf_clear(&data);
	}
	buf_release(&data);
}

static void add_text_part(struct walker *w, GMimeObject *part)
{
	GMimeContentType *type = g_mime_object_get_content_type(part);
	struct buf raw = BUF_INIT(MIME_TEXT_MAX + CHUNK);

	read_content((GMimePart *)part, &raw);
	w->view->cut = w->view->cut || raw.full;
	add_raw_text(w, part, g_mime_content_type_is_type(type, "text", "html"),
		     buf_slice(&raw));
	if (w->visitor != NULL)
		visit_uu_files(w, buf_slice(&raw));
	buf_release(&raw);
}

/* How many levels lie above the part, by its path: "1.2.1". */
static size_t part_depth(GMimePartIter *iter)
{
	char *path = g_mime_part_iter_get_path(iter);
	size_t depth = 0;

	for (const char *p = path; p != NULL && *p != '\0'; p++)
		depth += *p == '.';
	g_free(path);
	return depth;
}

static bool is_type(GMimeObject *part, const char *type, const char *subtype)
{
	return g_mime_content_type_is_type(g_mime_object_get_content_type(part),
					   type, subtype);
}

static void add_part(struct walker *w, GMimeObject *part)
{
	bool is_text = GMIME_IS_PART(part) && is_type(part, "text", "*");

	if (GMIME_IS_MULTIPART(part))
		return;
	/* An invitation (text/calendar) counts as an attachment, too. */
	look_at_attachment(w, part,
			   is_text && (is_type(part, "text", "plain") ||
				       is_type(part, "text", "html")));
	if (is_text)
		add_text_part(w, part);
}

static void walk(struct walker *w, GMimeObject *root)
{
	GMimePartIter *iter = g_mime_part_iter_new(root);
	size_t parts = 0;
	bool more = g_mime_part_iter_is_valid(iter);

	for (; more; more = g_mime_part_iter_next(iter)) {
		if (++parts > MIME_PARTS_MAX) {
			w->view->cut = true;
			break;
		}
		if (part_depth(iter) < MIME_DEPTH_MAX)
			add_part(w, g_mime_part_iter_get_current(iter));
		else
			w->view->cut = true;
	}
	g_mime_part_iter_free(iter);
}

/* The MIME fields of the message and an empty line. */
static void make_header(const struct message *m, struct buf *out)
{
	for (size_t i = 0; i < G_N_ELEMENTS(mime_fields); i++) {
		size_t at = 0, field;
		struct slice value;

		if (!message_next(m, mime_fields[i], &at, &field))
			continue;
		value = m->fields[field].value;
		if (value.len > FIELD_MAX)
			value.len = FIELD_MAX;
		buf_addf(out, "%s:", mime_fields[i]);
		buf_addslice(out, value);
		buf_addch(out, '\n');
	}
	buf_addch(out, '\n');
}

/* Add a view of the bytes to the stream; GMime does not write to them. */
static void add_source(GMimeStream *cat, GByteArray *array, struct slice bytes)
{
	GMimeStream *stream = g_mime_stream_mem_new();

	memcpy(&array->data, &bytes.p, sizeof(array->data));
	array->len = (guint)bytes.len;
	g_mime_stream_mem_set_byte_array((GMimeStreamMem *)stream, array);
	/* A new stream has the bounds of its own, empty array: set them. */
	stream->bound_end = (gint64)bytes.len;
	g_mime_stream_cat_add_source((GMimeStreamCat *)cat, stream);
	g_object_unref(stream);
}

static void walk_message_bytes(struct walker *w, struct slice header,
			       struct slice body)
{
	GByteArray arrays[2] = {{NULL, 0}, {NULL, 0}};
	GMimeStream *cat = g_mime_stream_cat_new();
	GMimeParser *parser;
	GMimeObject *root;

	add_source(cat, &arrays[0], header);
	if (body.len > 0)
		add_source(cat, &arrays[1], body);
	parser = g_mime_parser_new_with_stream(cat);
	root = g_mime_parser_construct_part(parser, NULL);
	if (root != NULL) {
		walk(w, root);
		g_object_unref(root);
	}
	g_object_unref(parser);
	g_object_unref(cat);
}

void mime_view_init(struct mime_view *view, struct slice bytes,
		    const char *const *fallback)
{
	mime_visit(view, bytes, fallback, NULL);
}

void mime_visit(struct mime_view *view, struct slice bytes,
		const char *const *fallback, const struct mime_visitor *visitor)
{
	struct walker w = {view, fallback, visitor};
	struct buf header = BUF_INIT(4 * FIELD_MAX);
	struct message m;
	size_t safe;

	*view = (struct mime_view){.text = BUF_INIT(MIME_TEXT_MAX)};
	g_mime_init();
	message_init(&m, bytes, fallback);
	safe = mime_safe_length(m.body);
	view->cut = safe < m.body.len;
	make_header(&m, &header);
	walk_message_bytes(&w, buf_slice(&header), slice_of(m.body.p, safe));
	buf_release(&header);
	message_release(&m);
}

void mime_view_release(struct mime_view *view)
{
	for (size_t i = 0; i < view->n_attachments; i++) {
		free(view->attachments[i].name);
		g_free(view->attachments[i].type);
	}
	free(view->attachments);
	buf_release(&view->text);
	view->attachments = NULL;
	view->n_attachments = 0;
}
