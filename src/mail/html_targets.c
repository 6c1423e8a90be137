/* SPDX-License-Identifier: ISC */
#include "mail/html_targets.h"

#include <string.h>

#include "mail/entity.h"
#include "mail/html_css.h"
#include "mail/url.h"
#include "util/ascii.h"

#include "util/banned.h"

/* A character takes up to 10 bytes as "&#x10ffff;" and more are cut. */
#define TARGET_MAX (10 * URL_MAX)

#define LETTERS(name) html_tag_letters(slice_str(name))

void html_targets_init(struct html_targets *t, struct links *links,
		       const struct buf *out)
{
	*t = (struct html_targets){.links = links, .out = out};
	t->from = out->len;
}

/* The text since the last call: seen on a link, or outside of links. */
static void flush(struct html_targets *t)
{
	struct slice text =
		slice_of(t->out->s + t->from, t->out->len - t->from);

	if (!t->in_anchor)
		links_add_text(t->links, text);
	else if (t->link < LINKS_MAX)
		links_note_shown(t->links, t->link, text);
	t->in_anchor = false;
	t->from = t->out->len;
}

static struct slice cut(struct slice value)
{
	return slice_of(value.p,
			value.len < TARGET_MAX ? value.len : TARGET_MAX);
}

/* "5; url='https://example.org/'" */
static struct slice refresh_target(struct slice content)
{
	size_t at = 0;

	while (at < content.len &&
	       (ascii_is_space(content.p[at]) ||
		ascii_is_digit(content.p[at]) || content.p[at] == '.'))
		at++;
	while (at < content.len &&
	       (ascii_is_space(content.p[at]) || content.p[at] == ';' ||
		content.p[at] == ','))
		at++;
	content = slice_of(content.p + at, content.len - at);
	if (slice_starts_nocase(content, "url")) {
		struct slice rest =
			slice_trim(slice_of(content.p + 3, content.len - 3));

		if (rest.len > 0 && rest.p[0] == '=')
			content =
				slice_trim(slice_of(rest.p + 1, rest.len - 1));
	}
	if (content.len > 1 && (content.p[0] == '"' || content.p[0] == '\'')) {
		const char *end =
			memchr(content.p + 1, content.p[0], content.len - 1);

		at = end == NULL ? content.len : (size_t)(end - content.p);
		content = slice_of(content.p + 1, at - 1);
	}
	return content;
}

static void add_refresh(struct html_targets *t, const struct attributes *a)
{
	struct buf content = BUF_INIT(TARGET_MAX);
	struct slice target;

	entity_decode_attribute(cut(a->values[ATTRIBUTE_CONTENT]), &content);
	target = refresh_target(buf_slice(&content));
	if (target.len > 0)
		(void)links_add(t->links, target);
	buf_release(&content);
}

/* Returns the index of the link, as links_add() does. */
static size_t add(struct html_targets *t, const struct tag *tag,
		  struct slice value)
{
	struct buf target = BUF_INIT(TARGET_MAX);
	size_t i = LINKS_MAX;

	entity_decode_attribute(cut(value), &target);
	if (tag->letters == LETTERS("base"))
		links_set_base(t->links, buf_slice(&target));
	else
		i = links_add(t->links, buf_slice(&target));
	buf_release(&target);
	return i;
}

/* "a.png 1x, b.png 2x": a URL, and to the next comma what it is for. */
static void add_srcset(struct html_targets *t, const struct tag *tag,
		       struct slice list)
{
	while (list.len > 0) {
		struct slice url = slice_until(list, " \t\r\n\f");
		size_t n = url.len;

		while (url.len > 0 && url.p[url.len - 1] == ',')
			url.len--;
		if (url.len > 0)
			(void)add(t, tag, url);
		list = slice_skip(list, n);
		if (n > 0 && n == url.len)
			list = slice_skip(list, slice_until(list, ",").len);
		while (list.len > 0 &&
		       (list.p[0] == ',' || html_is_blank(list.p[0])))
			list = slice_skip(list, 1);
	}
}

static void add_words(struct html_targets *t, const struct tag *tag,
		      struct slice list)
{
	while (list.len > 0) {
		struct slice url = slice_until(list, " \t\r\n\f");

		if (url.len > 0)
			(void)add(t, tag, url);
		list = slice_skip(list, url.len + (url.len < list.len));
	}
}

static void add_lists(struct html_targets *t, const struct tag *tag,
		      const struct attributes *a)
{
	struct slice style = a->values[ATTRIBUTE_STYLE];
	/* "&nGt;" takes five bytes, and its characters six. */
	struct buf css = BUF_INIT(2 * style.len);

	add_srcset(t, tag, a->values[ATTRIBUTE_SRCSET]);
	add_srcset(t, tag, a->values[ATTRIBUTE_IMAGESRCSET]);
	add_words(t, tag, a->values[ATTRIBUTE_PING]);
	if (slice_until(style, "(&").len == style.len)
		return;
	entity_decode_attribute(style, &css);
	html_css_add(buf_slice(&css), t->links);
	buf_release(&css);
}

static bool is_cell(const struct tag *tag)
{
	return (tag->kind & (ELEMENT_CELL | ELEMENT_FENCE)) != 0;
}

void html_targets_start(struct html_targets *t, const struct tag *tag,
			const struct attributes *a)
{
	bool is_anchor = tag->letters == LETTERS("a");

	if (t->links == NULL)
		return;
	if (is_anchor || (t->in_anchor && is_cell(tag)))
		flush(t);
	if (tag->letters == LETTERS("meta")) {
		struct slice kind = a->values[ATTRIBUTE_HTTP_EQUIV];

		if (kind.p != NULL &&
		    slice_equal_nocase(slice_trim(kind), slice_str("refresh")))
			add_refresh(t, a);
		return;
	}
	for (unsigned i = 0; i < ATTRIBUTE_ADDRESSES; i++) {
		size_t link;

		if (a->values[i].p == NULL ||
		    (i == ATTRIBUTE_DATA && tag->letters != LETTERS("object")))
			continue;
		link = add(t, tag, a->values[i]);
		if (is_anchor && i == ATTRIBUTE_HREF) {
			t->in_anchor = true;
			t->link = link;
		}
	}
	add_lists(t, tag, a);
}

void html_targets_css(struct html_targets *t, struct slice css)
{
	if (t->links != NULL)
		html_css_add(css, t->links);
}

void html_targets_end(struct html_targets *t, const struct tag *tag)
{
	if (t->links != NULL && t->in_anchor &&
	    (tag->letters == LETTERS("a") || is_cell(tag)))
		flush(t);
}

void html_targets_finish(struct html_targets *t)
{
	if (t->links != NULL)
		flush(t);
}
