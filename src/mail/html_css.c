/* SPDX-License-Identifier: ISC */
#include "mail/html_css.h"

#include <string.h>

#include "mail/entity.h"
#include "mail/html_tag.h"
#include "mail/url.h"
#include "util/ascii.h"

#include "util/banned.h"

/* Hexadecimal digits of an escape (CSS Syntax 4.3.7). */
#define ESCAPE_DIGITS 6

struct reader {
	struct slice rest;
	struct links *links;
	bool is_import;	  /* a string here is a target */
	bool is_ignored;  /* a url() here is none */
	unsigned set;	  /* open brackets since image-set( */
	struct buf value; /* of the string, name or url() read last */
};

static char take(struct reader *r)
{
	char c = r->rest.p[0];

	r->rest = slice_skip(r->rest, 1);
	return c;
}

static bool comes(const struct reader *r, char c)
{
	return r->rest.len > 0 && r->rest.p[0] == c;
}

static void skip_blanks(struct reader *r)
{
	while (r->rest.len > 0 && html_is_blank(r->rest.p[0]))
		(void)take(r);
}

static void skip_comment(struct reader *r)
{
	const char *end = memmem(r->rest.p, r->rest.len, "*/", 2);

	r->rest = slice_skip(r->rest, end == NULL
					      ? r->rest.len
					      : (size_t)(end - r->rest.p) + 2);
}

/* Behind a "\": a character, or its number; a line end is left out. */
static void read_escape(struct reader *r)
{
	unsigned code = 0, n = 0;

	while (n < ESCAPE_DIGITS && r->rest.len > 0 &&
	       ascii_hex_value(r->rest.p[0]) != -1) {
		code = code * 16 + (unsigned)ascii_hex_value(take(r));
		n++;
	}
	if (n > 0) {
		if (code == 0 || code > 0x10ffff ||
		    (code >= 0xd800 && code < 0xe000))
			code = 0xfffd;
		entity_add_code(&r->value, code);
		if (r->rest.len > 0 && html_is_blank(r->rest.p[0]))
			(void)take(r);
	} else if (r->rest.len > 0 && ascii_is_line_end(r->rest.p[0])) {
		(void)take(r);
	} else if (r->rest.len > 0) {
		buf_addch(&r->value, take(r));
	}
}

/* To the end of a string, behind its quotation mark. */
static void read_string(struct reader *r, char mark)
{
	buf_clear(&r->value);
	while (r->rest.len > 0 && !ascii_is_line_end(r->rest.p[0])) {
		char c = take(r);

		if (c == mark)
			return;
		if (c == '\\')
			read_escape(r);
		else
			buf_addch(&r->value, c);
	}
}

static void add(struct reader *r)
{
	(void)links_add(r->links, buf_slice(&r->value));
}

/* Behind "url(". Without quotation marks, none and no "(" may be in it. */
static void read_url(struct reader *r)
{
	bool is_wrong = false;

	skip_blanks(r);
	if (comes(r, '"') || comes(r, '\'')) {
		read_string(r, take(r));
	} else {
		buf_clear(&r->value);
		while (r->rest.len > 0 && !comes(r, ')') &&
		       !html_is_blank(r->rest.p[0])) {
			char c = take(r);

			is_wrong |= c == '(' || c == '"' || c == '\'';
			if (c == '\\')
				read_escape(r);
			else
				buf_addch(&r->value, c);
		}
	}
	if (!r->is_ignored && !is_wrong)
		add(r);
	r->is_import = false;
}

static bool is_name(char c)
{
	return ascii_is_letter(c) || ascii_is_digit(c) || c == '-' ||
	       c == '_' || c == '\\' || (c & 0x80) != 0;
}

static bool value_is(const struct reader *r, const char *name)
{
	return slice_equal_nocase(buf_slice(&r->value), slice_str(name));
}

static void read_name(struct reader *r)
{
	buf_clear(&r->value);
	while (r->rest.len > 0 && is_name(r->rest.p[0])) {
		char c = take(r);

		if (c == '\\')
			read_escape(r);
		else
			buf_addch(&r->value, c);
	}
	if (!comes(r, '('))
		return;
	if (value_is(r, "url") || value_is(r, "src")) {
		(void)take(r);
		read_url(r);
	} else if (r->set == 0 && (value_is(r, "image-set") ||
				   value_is(r, "-webkit-image-set"))) {
		(void)take(r);
		r->set = 1;
	}
}

static void read_rule(struct reader *r)
{
	read_name(r);
	r->is_import = value_is(r, "import");
	r->is_ignored = value_is(r, "namespace");
}

static void read_mark(struct reader *r)
{
	char c = take(r);

	if (c == '"' || c == '\'') {
		read_string(r, c);
		if (r->is_import || r->set == 1)
			add(r);
		r->is_import = false;
	} else if (c == '/' && comes(r, '*')) {
		(void)take(r);
		skip_comment(r);
	} else if (c == '@') {
		read_rule(r);
	} else if (c == ';' || c == '{' || c == '}') {
		r->is_import = r->is_ignored = false;
		r->set = 0;
	} else if (r->set > 0) {
		r->set += (c == '(') - (c == ')');
	}
}

void html_css_add(struct slice css, struct links *links)
{
	struct reader r = {.rest = css, .links = links};

	buf_init(&r.value, URL_MAX);
	while (r.rest.len > 0 && !links->cut) {
		if (is_name(r.rest.p[0]))
			read_name(&r);
		else
			read_mark(&r);
	}
	buf_release(&r.value);
}
