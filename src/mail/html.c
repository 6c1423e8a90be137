/* SPDX-License-Identifier: ISC */
#include "mail/html.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mail/entity.h"
#include "mail/html_attributes.h"
#include "mail/html_comment.h"
#include "mail/html_stack.h"
#include "mail/html_targets.h"
#include "util/ascii.h"
#include "util/escape.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of a style or an alternative text; a longer one is ignored. */
#define VALUE_MAX ((size_t)64 * 1024)

struct reader {
	struct buf *out;
	size_t start; /* of our text in out */
	/* Before the next visible character. */
	size_t lines, blanks;
	bool is_seen, is_pre; /* of the innermost element */
	bool is_inner;	      /* this is a comment: others in it are not read */
	struct html_stack stack;
	struct html_targets targets;
};

static void read_page(struct slice html, struct buf *out, struct links *links,
		      bool is_inner);

static bool is_blank(unsigned code)
{
	return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xa0 ||
	       (code >= 0x2000 && code <= 0x200a) || code == 0x202f ||
	       code == 0x205f || code == 0x3000;
}

static bool is_invisible(unsigned code)
{
	return code < ' ' || (code >= 0x7f && code < 0xa0) || code == 0xad ||
	       code == 0x34f || code == 0x180e ||
	       (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x2060 && code <= 0x2064) || code == 0xfeff;
}

static void put_blank(struct reader *r, unsigned code)
{
	if (!r->is_pre) {
		r->blanks = 1;
	} else if (code == '\n') {
		r->lines++;
		r->blanks = 0;
	} else {
		r->blanks++;
	}
}

static void put_line(struct reader *r)
{
	if (r->lines == 0)
		r->lines = 1;
	r->blanks = 0;
}

/* Blanks and line ends before a visible character, now that one comes. */
static void put_gap(struct reader *r)
{
	bool is_first = r->out->len == r->start, has_lines = r->lines > 0;

	for (; r->lines > 0; r->lines--)
		if (!is_first)
			buf_addch(r->out, '\n');
	for (; r->blanks > 0; r->blanks--)
		if (!is_first && (!has_lines || r->is_pre))
			buf_addch(r->out, ' ');
}

static void put(struct reader *r, unsigned code)
{
	if (is_blank(code)) {
		put_blank(r, code);
	} else if (!is_invisible(code)) {
		put_gap(r);
		entity_add_code(r->out, code);
	}
}

/* Read one character as it is. Returns the bytes read. */
static size_t read_plain(struct slice s, struct reader *r)
{
	size_t n = utf8_sequence(s.p, s.len);

	if (r->is_seen)
		put(r, n == 0 ? 0xfffd : utf8_character(s.p, n));
	return n == 0 ? 1 : n;
}

/* Read one character, or a reference to one. Returns the bytes read. */
static size_t read_character(struct slice s, struct reader *r)
{
	struct entity e;
	size_t n = s.p[0] == '&' ? entity_read(s, false, &e) : 0;

	if (n == 0)
		return read_plain(s, r);
	for (unsigned i = 0; i < e.n && r->is_seen; i++)
		put(r, e.codes[i]);
	return n;
}

static bool is_sign(char c)
{
	return c > ' ' && c < 0x7f && c != '<' && c != '&';
}

/* Most of a text is words of ASCII with one blank between: add a run at once.
 */
static size_t read_run(struct slice s, struct reader *r)
{
	size_t n = 0;

	while (n < s.len && is_sign(s.p[n])) {
		n++;
		if (s.len - n > 1 && s.p[n] == ' ' && is_sign(s.p[n + 1]))
			n++;
	}
	if (n > 0 && r->is_seen) {
		put_gap(r);
		buf_add(r->out, s.p, n);
	}
	return n;
}

static size_t read_text(struct slice s, struct reader *r)
{
	size_t n = read_run(s, r);

	if (n > 0)
		return n;
	/* CR LF is one line end. */
	if (s.p[0] == '\r' && r->is_pre && s.len > 1 && s.p[1] == '\n')
		return 1;
	return read_character(s, r);
}

/* The alternative text of an image, apart from its neighbours. */
static void put_alternative(struct reader *r, struct slice value)
{
	struct buf text = BUF_INIT(VALUE_MAX);
	struct slice rest;

	entity_decode_attribute(value, &text);
	rest = buf_slice(&text);
	if (rest.len > 0 && r->is_seen)
		put_blank(r, ' ');
	while (rest.len > 0)
		rest = slice_skip(rest, read_plain(rest, r));
	if (text.len > 0 && r->is_seen)
		put_blank(r, ' ');
	buf_release(&text);
}

static void read_style(const struct tag *tag, const struct attributes *a,
		       struct style *style)
{
	struct buf css = BUF_INIT(VALUE_MAX);

	entity_decode_attribute(a->values[ATTRIBUTE_STYLE], &css);
	html_style_read(buf_slice(&css), style);
	buf_release(&css);
	style->hidden |= a->values[ATTRIBUTE_HIDDEN].p != NULL;
	if (tag->letters == html_tag_letters(slice_str("pre")) &&
	    style->pre == STYLE_UNSET)
		style->pre = STYLE_YES;
}

static void look(struct reader *r)
{
	r->is_seen = html_stack_is_seen(&r->stack);
	r->is_pre = html_stack_is_pre(&r->stack);
}

static size_t start_element(struct reader *r, const struct tag *tag,
			    struct slice rest)
{
	struct attributes a;
	struct style style;

	html_attributes_read(tag->attributes, &a);
	html_targets_start(&r->targets, tag, &a);
	read_style(tag, &a, &style);
	if (a.values[ATTRIBUTE_ALT].p != NULL && !style.hidden)
		put_alternative(r, a.values[ATTRIBUTE_ALT]);
	html_stack_start(&r->stack, tag, &style);
	look(r);
	if ((tag->kind & ELEMENT_RAW) != 0) {
		rest.len = html_tag_find_end(rest, tag->name);
		if (tag->letters == html_tag_letters(slice_str("style")))
			html_targets_css(&r->targets, rest);
		return rest.len;
	}
	/* The first line end in <pre> is not part of its text. */
	if (tag->letters == html_tag_letters(slice_str("pre"))) {
		if (rest.len > 1 && rest.p[0] == '\r' && rest.p[1] == '\n')
			return 2;
		return rest.len > 0 && rest.p[0] == '\n';
	}
	return 0;
}

/* Read a tag with what belongs to it. Returns the bytes read. */
static size_t read_element(struct slice s, struct reader *r)
{
	struct tag tag;
	size_t n = html_tag_read(s, &tag);

	if (!tag.closed)
		return n;
	if (r->is_seen && (tag.kind & ELEMENT_BLOCK) != 0)
		put_line(r);
	else if (r->is_seen && (tag.kind & ELEMENT_CELL) != 0)
		r->blanks += r->blanks == 0;
	if (tag.is_end)
		html_targets_end(&r->targets, &tag);
	else
		return n + start_element(r, &tag, slice_skip(s, n));
	html_stack_end(&r->stack, &tag);
	look(r);
	return n;
}

/* Outlook shows what a conditional comment holds: its links count. */
static size_t read_comment(struct slice s, const struct reader *r)
{
	size_t n = html_comment_length(s);
	struct slice inner = html_comment_shown(slice_of(s.p, n));
	struct buf text = BUF_INIT(2 * inner.len);

	if (inner.len > 0 && r->targets.links != NULL && !r->is_inner)
		read_page(inner, &text, r->targets.links, true);
	buf_release(&text);
	return n;
}

/* Read a tag, a comment, or a plain "<". */
static size_t read_markup(struct slice s, struct reader *r)
{
	if (s.len >= 4 && memcmp(s.p, "<!--", 4) == 0)
		return read_comment(s, r);
	if (html_tag_begins(s))
		return read_element(s, r);
	if (s.len > 1 && (s.p[1] == '!' || s.p[1] == '?'))
		return html_comment_bogus_length(s);
	if (s.len > 2 && s.p[1] == '/')
		return html_comment_bogus_length(s);
	return read_character(s, r);
}

static void read_page(struct slice html, struct buf *out, struct links *links,
		      bool is_inner)
{
	struct reader *r = xcalloc(1, sizeof(*r));

	r->is_inner = is_inner;
	r->out = out;
	r->start = out->len;
	html_stack_init(&r->stack);
	html_targets_init(&r->targets, links, out);
	look(r);
	while (html.len > 0) {
		size_t n = html.p[0] == '<' ? read_markup(html, r)
					    : read_text(html, r);

		html = slice_skip(html, n);
	}
	html_targets_finish(&r->targets);
	if (out->len > r->start)
		buf_addch(out, '\n');
	free(r);
}

void html_to_text(struct slice html, struct buf *out, struct links *links)
{
	read_page(html, out, links, false);
}
