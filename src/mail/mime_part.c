/* SPDX-License-Identifier: ISC */
#include "mail/mime_part.h"

#include <string.h>

#include "mail/mime_cms.h"
#include "mail/mime_decode.h"
#include "mail/mime_head.h"
#include "mail/mime_param.h"
#include "util/ascii.h"

#include "util/banned.h"

enum state {
	STATE_HEADER, /* a header begins here */
	STATE_SKIM,   /* before the first part, or behind the last one */
	STATE_CLOSE,  /* at a boundary: layers above `keep` end */
	STATE_END,
};

/* The same bytes may be walked once more for each guessed boundary. */
#define GUESSES_MAX 8

/* Bytes in which a header of a part has a "=". */
#define QUOTED_LOOK ((size_t)16 * 1024)

#define TEXT_PLAIN "text/plain"

static struct mime_source *source_of(struct mime_walk *w)
{
	return &w->sources[w->n_sources - 1];
}

static bool push_source(struct mime_walk *w, struct slice bytes)
{
	struct mime_source *s;

	if (w->n_sources == sizeof(w->sources) / sizeof(w->sources[0])) {
		w->cut = true;
		return false;
	}
	s = &w->sources[w->n_sources++];
	*s = (struct mime_source){.bytes = bytes, .n_layers = w->n_layers};
	buf_init(&s->decoded, MIME_DECODED_MAX);
	return true;
}

/* Decode the body of a multipart or message, and walk through that. */
static bool push_decoded(struct mime_walk *w, const struct mime_part *part,
			 struct slice body)
{
	struct mime_source *s;

	if (!push_source(w, body))
		return false;
	s = source_of(w);
	s->decoded.max = MIME_DECODED_MAX - w->n_decoded;
	s->bytes = mime_decode(mime_encoding_of(part->encoding), body,
			       &s->decoded);
	s->cut = part->cut || s->decoded.full;
	w->cut = w->cut || s->cut;
	w->n_decoded += s->decoded.len;
	return true;
}

static void pop_source(struct mime_walk *w)
{
	buf_release(&source_of(w)->decoded);
	w->n_sources--;
}

/* The length of the boundary in the line, which may have blanks; or 0. */
static size_t match_folded(struct slice boundary, struct slice line)
{
	size_t at = 0;

	for (size_t i = 0; i < boundary.len; i++) {
		while (at < line.len && ascii_is_blank(line.p[at]))
			at++;
		if (at == line.len || line.p[at] != boundary.p[i])
			return 0;
		at++;
	}
	return at;
}

static bool match_boundary(const struct mime_layer *layer, struct slice line,
			   bool *is_closing)
{
	struct slice b = buf_slice(&layer->boundary), rest;
	size_t end = b.len;

	if (b.len == 0 || layer->is_hidden)
		return false;
	if (layer->is_folded)
		end = match_folded(b, line);
	else if (line.len < b.len || memcmp(line.p, b.p, b.len) != 0)
		return false;
	rest = slice_of(line.p + end, line.len - end);
	*is_closing = rest.len >= 2 && rest.p[0] == '-' && rest.p[1] == '-';
	if (*is_closing)
		rest = slice_of(rest.p + 2, rest.len - 2);
	return end > 0 && slice_trim(rest).len == 0;
}

/*
 * Is the line a boundary of an open layer? Returns the number of layers that it
 * leaves open, or 0. The innermost one counts.
 */
static size_t match_layer(const struct mime_walk *w, struct slice line,
			  bool *is_closing)
{
	size_t bottom = w->sources[w->n_sources - 1].n_layers;

	if (line.len < 3 || line.p[0] != '-' || line.p[1] != '-')
		return 0;
	line = slice_of(line.p + 2, line.len - 2);
	for (size_t i = w->n_layers; i > bottom; i--)
		if (match_boundary(&w->layers[i - 1], line, is_closing))
			return i;
	return 0;
}

/* "--token", and then a header or an empty line: perhaps a boundary. */
static bool looks_like_boundary(struct slice bytes, size_t at)
{
	struct slice line = mime_line_at(bytes, at), token = slice_trim(line),
		     next;
	size_t dashes = 0;

	for (size_t i = 0; i < token.len; i++) {
		if (token.p[i] <= ' ' && token.p[i] >= 0)
			return false;
		dashes += token.p[i] == '-';
	}
	if (dashes == token.len || token.len > 2 + 200)
		return false;
	at += line.len;
	next = mime_line_at(bytes, at);
	return at < bytes.len && (slice_trim(next).len == 0 ||
				  slice_starts_nocase(next, "content-"));
}

/* Keep the first line that may be the boundary of a multipart without one. */
static void guess(struct mime_walk *w, size_t at)
{
	struct mime_source *s = source_of(w);
	struct mime_layer *top;

	if (w->n_layers == s->n_layers || w->state != STATE_SKIM)
		return;
	top = &w->layers[w->n_layers - 1];
	if (top->is_message || top->n_parts > 0 || top->guessed.len > 0 ||
	    !looks_like_boundary(s->bytes, at))
		return;
	top->guessed = slice_trim(mime_line_at(s->bytes, at));
	top->guessed = slice_of(top->guessed.p + 2, top->guessed.len - 2);
}

/* Go behind the next boundary line, or to the end of the bytes. */
static void find_boundary(struct mime_walk *w)
{
	struct mime_source *s = source_of(w);
	size_t from = s->at, at = from;

	while (at < s->bytes.len) {
		struct slice line = mime_line_at(s->bytes, at);
		size_t found = 0;

		if (line.len > 2 && line.p[0] == '-' && line.p[1] == '-') {
			found = match_layer(w, line, &s->is_closing);
			if (found == 0)
				guess(w, at);
		}
		if (found > 0) {
			s->content_end = mime_before_line(s->bytes, from, at);
			s->at = at + line.len;
			s->keep = found;
			w->state = STATE_CLOSE;
			return;
		}
		at += line.len;
	}
	s->at = s->content_end = s->bytes.len;
	s->keep = s->n_layers;
	s->is_end = true;
	w->state = STATE_CLOSE;
}

/* A boundary that no header has named yet, in place of an empty line? */
static bool begins_parts(struct slice line)
{
	return line.len > 3 && line.p[0] == '-' && line.p[1] == '-';
}

/* The lines from `at` to an empty one or a boundary. */
static struct slice header_region(const struct mime_walk *w,
				  const struct mime_source *s)
{
	size_t at = s->at;
	bool ignored;

	while (at < s->bytes.len) {
		struct slice line = mime_line_at(s->bytes, at);

		if (match_layer(w, line, &ignored) > 0 ||
		    (at > s->at && begins_parts(line)))
			break;
		at += line.len;
		if (line.p[0] == '\n' ||
		    (line.len == 2 && line.p[0] == '\r' && line.p[1] == '\n'))
			break;
	}
	return slice_of(s->bytes.p + s->at, at - s->at);
}

static void read_header(struct mime_walk *w, struct mime_part *part)
{
	struct mime_source *s = source_of(w);
	bool in_digest = w->n_layers > s->n_layers &&
			 w->layers[w->n_layers - 1].is_digest;
	bool cut = false;

	s->at += mime_head_read(header_region(w, s), in_digest, part, &cut);
	w->cut = w->cut || cut;
}

static bool is_multipart_type(const char *type)
{
	return strncmp(type, "multipart/", 10) == 0;
}

/*
 * Blanks at the end do not belong to a boundary (RFC 2046 5.1.1); a folded one
 * is kept without any.
 */
static void read_boundary(struct mime_layer *layer)
{
	struct buf raw = BUF_INIT(MIME_FIELD_MAX);
	size_t len = 0;

	(void)mime_param_raw(layer->part.content_type, "boundary", &raw);
	for (size_t i = 0; i < raw.len; i++)
		if (!ascii_is_space(raw.s[i]))
			len = i + 1;
	for (size_t i = 0; i < len; i++)
		layer->is_folded = layer->is_folded || ascii_is_space(raw.s[i]);
	for (size_t i = 0; i < len; i++)
		if (!ascii_is_space(raw.s[i]))
			buf_addch(&layer->boundary, raw.s[i]);
	buf_release(&raw);
}

static struct mime_layer *push_layer(struct mime_walk *w,
				     const struct mime_part *part)
{
	struct mime_layer *layer;

	if (w->n_layers == MIME_DEPTH_MAX) {
		w->cut = true;
		return NULL;
	}
	layer = &w->layers[w->n_layers++];
	*layer = (struct mime_layer){.part = *part, .start = source_of(w)->at};
	buf_init(&layer->boundary, MIME_FIELD_MAX);
	layer->is_digest = strcmp(part->type, "multipart/digest") == 0;
	layer->is_message = mime_is_message(part->type);
	if (!layer->is_message)
		read_boundary(layer);
	return layer;
}

static void pop_layer(struct mime_walk *w)
{
	w->n_layers--;
	buf_release(&w->layers[w->n_layers].boundary);
}

/* Is the end of the source that of the part, too, and is it not all? */
static bool is_cut(struct mime_walk *w)
{
	return source_of(w)->is_end && source_of(w)->cut;
}

/* The body: from the end of the header to the next boundary. */
static void take_body(struct mime_walk *w, struct mime_part *part)
{
	struct mime_source *s = source_of(w);
	size_t start = s->at;

	find_boundary(w);
	part->body = slice_of(s->bytes.p + start, s->content_end - start);
	part->cut = is_cut(w);
}

/* Is the message under an encoding, and not only labelled so? */
static bool is_encoded(const struct mime_walk *w, const struct mime_part *part)
{
	const struct mime_source *s = &w->sources[w->n_sources - 1];
	enum mime_encoding encoding = mime_encoding_of(part->encoding);
	struct slice line = mime_line_at(s->bytes, s->at);

	return encoding != MIME_ENCODING_NONE &&
	       (encoding != MIME_ENCODING_BASE64 || line.len == 0 ||
		memchr(line.p, ':', line.len) == NULL);
}

static bool begin_message(struct mime_walk *w, struct mime_part *part)
{
	if (is_encoded(w, part)) {
		take_body(w, part);
		if (!push_decoded(w, part, part->body))
			return false;
		part->body = SLICE_EMPTY;
	}
	if (push_layer(w, part) == NULL) {
		take_body(w, part);
		return false;
	}
	w->state = STATE_HEADER;
	part->kind = MIME_PART_MESSAGE;
	return true;
}

/* The text of signed mail is a part, too, and comes next. */
static void enter_signed(struct mime_walk *w, struct mime_part *part)
{
	struct buf joined = BUF_INIT(MIME_DECODED_MAX);
	struct mime_source *s;
	struct slice content;

	if (!push_decoded(w, part, part->body))
		return;
	s = source_of(w);
	if (!cms_content(s->bytes, &joined, &content)) {
		buf_release(&joined);
		pop_source(w);
		return;
	}
	s->bytes = content;
	if (joined.len > 0) {
		buf_release(&s->decoded);
		s->decoded = joined;
	}
	part->is_opened = true;
	w->state = STATE_HEADER;
}

/*
 * Is the multipart in quoted-printable, and not only labelled so? Its boundary
 * may look the same; a "=" in the header of a part does not.
 */
static bool is_quoted(struct mime_walk *w, const struct mime_layer *layer)
{
	const struct mime_source *s = source_of(w);
	size_t at = s->at, end = s->bytes.len;
	bool in_header = false, ignored;
	enum mime_quoting quoting = QUOTING_UNKNOWN;

	if (mime_encoding_of(layer->part.encoding) != MIME_ENCODING_QUOTED)
		return false;
	if (end - at > QUOTED_LOOK)
		end = at + QUOTED_LOOK;
	while (at < end && quoting == QUOTING_UNKNOWN) {
		struct slice line = mime_line_at(s->bytes, at);

		if (match_layer(w, line, &ignored) > 0)
			in_header = true;
		else if (slice_trim(line).len == 0)
			in_header = false;
		else if (in_header)
			quoting = mime_quoting_of(line);
		at += line.len;
	}
	return quoting == QUOTING_YES;
}

/* A header begins. True: *part is to be told. */
static bool begin_part(struct mime_walk *w, struct mime_part *part)
{
	read_header(w, part);
	if (++w->n_parts > MIME_PARTS_MAX) {
		w->cut = true;
		w->state = STATE_END;
		return false;
	}
	if (mime_is_message(part->type))
		return begin_message(w, part);
	if (is_multipart_type(part->type)) {
		struct mime_layer *layer = push_layer(w, part);

		if (layer == NULL) {
			take_body(w, part);
			return false;
		}
		layer->is_hidden = is_quoted(w, layer);
		w->state = STATE_SKIM;
		return false;
	}
	take_body(w, part);
	if (mime_is_signed(part))
		enter_signed(w, part);
	return true;
}

/* Walk the content of a multipart again, which had no part at all. */
static void again(struct mime_walk *w, const struct mime_layer *old)
{
	struct mime_layer *layer = push_layer(w, &old->part);

	if (layer == NULL)
		return;
	layer->is_decoded = true;
	layer->start = 0;
	if (old->guessed.len > 0) {
		buf_clear(&layer->boundary);
		buf_addslice(&layer->boundary, old->guessed);
	}
	w->state = STATE_SKIM;
}

/* No boundary was found: it is encoded, or has another one, or is text. */
static bool end_empty(struct mime_walk *w, struct mime_layer *old,
		      struct slice content, struct mime_part *part)
{
	bool cut = is_cut(w);

	if (!old->is_decoded &&
	    mime_encoding_of(old->part.encoding) != MIME_ENCODING_NONE) {
		old->guessed = SLICE_EMPTY;
		old->part.cut = cut;
		if (push_decoded(w, &old->part, content))
			again(w, old);
		return false;
	}
	if (old->guessed.len > 0 && w->n_guessed++ < GUESSES_MAX) {
		if (push_source(w, content)) {
			source_of(w)->cut = cut;
			again(w, old);
		}
		return false;
	}
	*part = old->part;
	memcpy(part->type, TEXT_PLAIN, sizeof(TEXT_PLAIN));
	if (old->is_decoded)
		part->encoding = SLICE_EMPTY;
	part->cut = cut;
	part->body = content;
	return true;
}

/* The innermost layer ends. True: *part is to be told. */
static bool end_layer(struct mime_walk *w, struct mime_part *part)
{
	struct mime_source *s = source_of(w);
	struct mime_layer old = w->layers[w->n_layers - 1];
	size_t end = s->content_end < old.start ? old.start : s->content_end;
	struct slice content =
		slice_of(s->bytes.p + old.start, end - old.start);

	pop_layer(w);
	if (old.is_message) {
		*part = old.part;
		part->kind = MIME_PART_MESSAGE_END;
		part->cut = is_cut(w);
		part->body = content;
		return true;
	}
	return old.n_parts == 0 && end_empty(w, &old, content, part);
}

/* All layers have ended that the boundary does not belong to. */
static void close_done(struct mime_walk *w)
{
	struct mime_source *s = source_of(w);

	if (s->is_end) {
		pop_source(w);
		/* The source before it stands at a boundary, too. */
		w->state = w->n_sources == 0 ? STATE_END : STATE_CLOSE;
	} else if (s->is_closing) {
		w->layers[w->n_layers - 1].n_parts++;
		w->state = STATE_SKIM;
	} else {
		w->layers[w->n_layers - 1].n_parts++;
		w->state = STATE_HEADER;
	}
}

void mime_walk_begin(struct mime_walk *w, struct slice bytes)
{
	*w = (struct mime_walk){.state = STATE_HEADER};
	(void)push_source(w, bytes);
}

bool mime_walk_next(struct mime_walk *w, struct mime_part *part)
{
	bool found = false;

	while (!found && w->state != STATE_END) {
		switch ((enum state)w->state) {
		case STATE_HEADER:
			found = begin_part(w, part);
			break;
		case STATE_SKIM:
			find_boundary(w);
			break;
		case STATE_CLOSE:
			if (w->n_layers > source_of(w)->keep)
				found = end_layer(w, part);
			else
				close_done(w);
			break;
		case STATE_END:
			break;
		}
	}
	return found;
}

void mime_walk_end(struct mime_walk *w)
{
	while (w->n_layers > 0)
		pop_layer(w);
	while (w->n_sources > 0)
		pop_source(w);
}
