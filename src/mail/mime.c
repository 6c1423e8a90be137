/* SPDX-License-Identifier: ISC */
#include "mail/mime.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mail/charset.h"
#include "mail/html.h"
#include "mail/message.h"
#include "mail/mime_decode.h"
#include "mail/mime_flowed.h"
#include "mail/mime_head.h"
#include "mail/mime_inline.h"
#include "mail/mime_name.h"
#include "mail/mime_param.h"
#include "mail/mime_tnef.h"
#include "mail/mime_uu.h"
#include "mail/words.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Other names of attachments, all together: as many as there are parts. */
#define OTHER_NAMES_MAX MIME_PARTS_MAX

/* Bytes that are converted of one part: more would not fit. */
#define TEXT_MAX_BYTES (MIME_TEXT_MAX + (size_t)16 * 1024)

/* Bytes of an encoded part in which its first ones must be. */
#define TNEF_LOOK ((size_t)1024)

struct walker {
	struct mime_view *view;
	struct slice bytes; /* the whole message */
	const char *const *fallback;
	struct message
		whole; /* once a charset is in doubt: see charsets_of() */
	bool is_indexed;
	const struct mime_visitor *visitor; /* NULL: only the view */
	struct buf cids; /* of the images that the text shows */
};

/*
 * Charsets to try for raw bytes. The message is searched for them only when
 * there are such bytes.
 */
static const char *const *charsets_of(struct walker *w)
{
	if (!w->is_indexed)
		message_init(&w->whole, w->bytes, w->fallback);
	w->is_indexed = true;
	return message_charsets(&w->whole);
}

static bool is_plain(struct slice field)
{
	return slice_is_ascii(field) && !slice_contains_nocase(field, "=?") &&
	       (field.len == 0 || memchr(field.p, '*', field.len) == NULL);
}

static void read_names(struct walker *w, const struct mime_part *part,
		       struct buf *names)
{
	bool plain = is_plain(part->content_type) &&
		     is_plain(part->disposition) && is_plain(part->last_type) &&
		     is_plain(part->last_disposition);

	mime_names(part, plain ? w->fallback : charsets_of(w), names);
}

/* The first of some lines, which are left. */
static struct slice take_name(struct slice *names)
{
	struct slice name = SLICE_EMPTY;

	(void)slice_split(names, '\n', &name);
	if (names->p == NULL)
		*names = SLICE_EMPTY;
	return name;
}

/* As many of them as keep all attachments within OTHER_NAMES_MAX. */
static struct slice limit_names(struct mime_view *view, struct slice names)
{
	struct slice rest = names;

	while (rest.len > 0 && view->n_names < OTHER_NAMES_MAX) {
		(void)take_name(&rest);
		view->n_names++;
	}
	view->cut = view->cut || rest.len > 0;
	return slice_of(names.p, names.len - rest.len);
}

static void add_attachment(struct walker *w, struct slice names,
			   const char *type, bool is_inline)
{
	struct mime_view *view = w->view;
	struct mime_attachment *added;
	struct slice name = take_name(&names);

	if (view->n_attachments == MIME_PARTS_MAX) {
		view->cut = true;
		return;
	}
	names = limit_names(view, names);
	xgrow(&view->attachments, view->n_attachments, sizeof(*added));
	added = &view->attachments[view->n_attachments++];
	added->name = xmemdup0(name.p, name.len);
	added->name_len = name.len;
	added->others = xmemdup0(names.p, names.len);
	added->type = xstrdup(type);
	added->is_inline = is_inline;
}

static void visit(struct walker *w, struct slice name, struct slice bytes)
{
	if (w->visitor != NULL)
		w->visitor->attachment(w->visitor->context, name, bytes);
}

/* Is it an attachment? A part with a name, and a part that is not text. */
static void look_at_attachment(struct walker *w, const struct mime_part *part,
			       bool is_body, struct slice bytes)
{
	struct buf names = BUF_INIT(MIME_NAMES_MAX);
	struct slice rest;

	read_names(w, part, &names);
	w->view->cut = w->view->cut || names.full;
	rest = buf_slice(&names);
	if (rest.len > 0 || !is_body || mime_is_attached(part)) {
		add_attachment(w, rest, part->type,
			       mime_is_inline(part, rest, &w->cids));
		if (part->kind == MIME_PART_LEAF && !part->cut)
			visit(w, take_name(&rest), bytes);
	}
	buf_release(&names);
}

/* An attached message is saved as NAME.eml, or by its subject. */
static void visit_message(struct walker *w, const struct mime_part *part)
{
	struct buf names = BUF_INIT(MIME_NAMES_MAX);
	struct buf name = BUF_INIT(MIME_NAME_MAX + MESSAGE_VALUE_MAX);
	struct message m;
	struct slice rest;

	if (w->visitor == NULL || part->cut)
		return;
	read_names(w, part, &names);
	rest = buf_slice(&names);
	buf_addslice(&name, take_name(&rest));
	message_init(&m, part->body, w->fallback);
	if (name.len == 0)
		buf_addslice(&name, message_first(&m, "Subject"));
	if (name.len == 0)
		buf_addstr(&name, "message");
	if (!slice_ends_nocase(buf_slice(&name), ".eml"))
		buf_addstr(&name, ".eml");
	visit(w, buf_slice(&name), part->body);
	message_release(&m);
	buf_release(&name);
	buf_release(&names);
}

/*
 * Is it a winmail.dat? Servers label it in many ways, and name it in more: its
 * first bytes are sure.
 */
static bool is_tnef(const struct mime_part *part)
{
	struct buf room = BUF_INIT(TNEF_LOOK);
	struct slice start = part->body;
	bool yes;

	if (strncmp(part->type, "application/", 12) != 0)
		return false;
	if (start.len > TNEF_LOOK)
		start.len = TNEF_LOOK;
	start = mime_decode(mime_encoding_of(part->encoding), start, &room);
	yes = tnef_begin(&start);
	buf_release(&room);
	return yes;
}

/* It has a long name, and one for systems that know only short ones. */
static void add_tnef_file(struct walker *w, struct slice charset,
			  const struct tnef_file *file)
{
	struct buf names = BUF_INIT(MIME_NAMES_MAX);
	struct buf name = BUF_INIT(MIME_NAME_MAX);
	struct slice rest;

	charset_convert(charset_find(slice_str("utf-16le")), file->wide, &name);
	mime_name_add(buf_slice(&name), &names);
	buf_clear(&name);
	charset_decode(charset, file->name, charsets_of(w), &name);
	mime_name_add(buf_slice(&name), &names);
	rest = buf_slice(&names);
	add_attachment(w, rest, "application/octet-stream", false);
	visit(w, take_name(&rest), file->bytes);
	w->view->cut = w->view->cut || name.full || names.full;
	buf_release(&name);
	buf_release(&names);
}

/* The files within a winmail.dat are attachments, too. */
static void add_tnef_files(struct walker *w, struct slice bytes)
{
	struct slice rest = bytes;
	bool more = tnef_begin(&rest);
	struct tnef_file file;
	char page[16];

	(void)snprintf(page, sizeof(page), "%u", tnef_codepage(rest));
	for (size_t n = 0; more && n < MIME_PARTS_MAX; n++) {
		more = tnef_next(&rest, &file);
		if (more)
			add_tnef_file(w, slice_str(page), &file);
	}
	w->view->cut = w->view->cut || more;
}

/* Append, with LF for CRLF. */
static void add_lines(struct buf *out, struct slice text)
{
	while (text.len > 0) {
		const char *cr = memchr(text.p, '\r', text.len);
		size_t n = cr == NULL ? text.len : (size_t)(cr - text.p);
		bool ends = text.len - n > 1 && cr[1] == '\n';

		if (n < text.len && !ends)
			n++;
		buf_add(out, text.p, n);
		text = slice_skip(text, n + ends);
	}
}

/* Append; cut between characters when the view is full. */
static void add_text(struct mime_view *view, struct slice text)
{
	size_t room = view->text.max - view->text.len;

	if (text.len >= room) {
		view->text_cut = true;
		text = slice_cut_utf8(text, room == 0 ? 0 : room - 1);
	}
	add_lines(&view->text, text);
	if (text.len > 0 && text.p[text.len - 1] != '\n')
		buf_addch(&view->text, '\n');
}

static void to_utf8(struct walker *w, const struct mime_part *part,
		    bool is_html, struct slice raw, struct buf *out)
{
	struct buf label = BUF_INIT(4 * MIME_FIELD_MAX);
	const char *const *fallback =
		slice_is_ascii(raw) ? w->fallback : charsets_of(w);

	(void)mime_param_get(part->content_type, "charset", NULL, &label);
	if (is_html)
		charset_decode_html(buf_slice(&label), raw, fallback, out);
	else
		charset_decode(buf_slice(&label), raw, fallback, out);
	buf_release(&label);
}

/* As its reader sees it: HTML reduced to text, lines that flow joined. */
static void add_shown(struct walker *w, const struct mime_part *part,
		      bool is_html, struct slice text)
{
	struct buf plain = BUF_INIT(4 * TEXT_MAX_BYTES + 1);
	bool delsp;

	if (is_html) {
		mime_note_cids(text, &w->cids);
		html_to_text(text, &plain, &w->view->links);
		text = buf_slice(&plain);
	} else {
		if (mime_is_flowed(part, &delsp)) {
			mime_flowed_join(text, delsp, &plain);
			text = buf_slice(&plain);
		}
		links_add_text(&w->view->links, text);
	}
	add_text(w->view, text);
	buf_release(&plain);
}

/* Append text, converted from its charset, to the view. */
static void add_raw_text(struct walker *w, const struct mime_part *part,
			 bool is_html, struct slice raw)
{
	struct buf text = BUF_INIT(4 * TEXT_MAX_BYTES);

	to_utf8(w, part, is_html, raw, &text);
	add_shown(w, part, is_html, buf_slice(&text));
	buf_release(&text);
}

/*
 * Files uuencoded in the text. Today's mail readers show them as text, and so
 * does the view; saving attachments saves them, too.
 */
static void visit_uu_files(struct walker *w, struct slice raw)
{
	struct slice before, name;
	struct buf data = BUF_INIT(MIME_INPUT_MAX);
	size_t files = 0;

	while (uu_next(&raw, &before, &name, &data)) {
		struct buf text = BUF_INIT(MIME_NAME_MAX);

		if (files++ == MIME_PARTS_MAX) {
			w->view->cut = true;
			break;
		}
		charset_guess(name, charsets_of(w), &text);
		visit(w, buf_slice(&text), buf_slice(&data));
		buf_release(&text);
		buf_clear(&data);
	}
	buf_release(&data);
}

static void add_text_part(struct walker *w, const struct mime_part *part,
			  bool is_html, struct slice raw)
{
	if (w->visitor != NULL)
		visit_uu_files(w, raw);
	if (raw.len > TEXT_MAX_BYTES) {
		w->view->text_cut = true;
		raw.len = TEXT_MAX_BYTES;
	}
	add_raw_text(w, part, is_html, raw);
}

static void add_part(struct walker *w, const struct mime_part *part)
{
	bool is_html = mime_is_html(part->type);
	bool is_text = is_html || strncmp(part->type, "text/", 5) == 0;
	bool has_files = is_tnef(part);
	struct buf room =
		BUF_INIT(is_text && w->visitor == NULL ? TEXT_MAX_BYTES
						       : MIME_INPUT_MAX);
	struct slice bytes = SLICE_EMPTY;

	if (w->visitor != NULL || is_text || has_files)
		bytes = mime_decode(mime_encoding_of(part->encoding),
				    part->body, &room);
	/* An invitation (text/calendar) counts as an attachment, too. */
	look_at_attachment(w, part,
			   is_html || strcmp(part->type, "text/plain") == 0,
			   bytes);
	w->view->text_cut = w->view->text_cut || room.full;
	if (is_text)
		add_text_part(w, part, is_html, bytes);
	if (has_files)
		add_tnef_files(w, bytes);
	buf_release(&room);
}

void mime_view_init(struct mime_view *view, struct slice bytes,
		    const char *const *fallback)
{
	mime_visit(view, bytes, fallback, NULL);
}

void mime_visit(struct mime_view *view, struct slice bytes,
		const char *const *fallback, const struct mime_visitor *visitor)
{
	struct walker w = {.view = view,
			   .fallback = fallback,
			   .visitor = visitor,
			   .cids = BUF_INIT(MIME_CIDS_MAX)};
	bool too_large = bytes.len > MIME_INPUT_MAX;
	struct mime_walk walk;
	struct mime_part part;

	*view = (struct mime_view){.text = BUF_INIT(MIME_TEXT_MAX)};
	links_init(&view->links);
	if (too_large)
		bytes.len = MIME_INPUT_MAX;
	w.bytes = bytes;
	mime_walk_begin(&walk, bytes);
	while (mime_walk_next(&walk, &part))
		if (part.kind == MIME_PART_MESSAGE_END)
			visit_message(&w, &part);
		else
			add_part(&w, &part);
	view->cut = view->cut || walk.cut || too_large;
	view->text_cut = view->text_cut || view->cut || view->links.cut;
	mime_walk_end(&walk);
	if (w.is_indexed)
		message_release(&w.whole);
	buf_release(&w.cids);
}

void mime_view_release(struct mime_view *view)
{
	for (size_t i = 0; i < view->n_attachments; i++) {
		free(view->attachments[i].name);
		free(view->attachments[i].others);
		free(view->attachments[i].type);
	}
	free(view->attachments);
	buf_release(&view->text);
	links_release(&view->links);
	view->attachments = NULL;
	view->n_attachments = 0;
}
