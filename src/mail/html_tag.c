/* SPDX-License-Identifier: ISC */
#include "mail/html_tag.h"

#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

#define BLOCK  (ELEMENT_BLOCK | ELEMENT_ENDS_P)
#define HIDDEN ELEMENT_HIDDEN
#define RAW    (ELEMENT_HIDDEN | ELEMENT_RAW)
#define VOID   ELEMENT_VOID
#define FORMAT ELEMENT_FORMAT
#define FENCE  ELEMENT_FENCE
#define SAME   ELEMENT_ENDS_SAME

static const struct element {
	const char *name;
	unsigned kind;
} elements[] = {
	{"a", FORMAT | SAME},
	{"address", BLOCK},
	{"area", VOID},
	{"article", BLOCK},
	{"aside", BLOCK},
	{"b", FORMAT},
	{"base", VOID},
	{"big", FORMAT},
	{"blockquote", BLOCK},
	{"body", ELEMENT_BLOCK},
	{"br", ELEMENT_BLOCK | VOID},
	{"caption", ELEMENT_BLOCK | FENCE | ELEMENT_ROWS},
	{"center", BLOCK},
	{"code", FORMAT},
	{"col", VOID},
	{"datalist", HIDDEN},
	{"dd", BLOCK | SAME | ELEMENT_TERM},
	{"details", BLOCK},
	{"dialog", BLOCK},
	{"dir", BLOCK},
	{"div", BLOCK},
	{"dl", BLOCK | ELEMENT_LIST},
	{"dt", BLOCK | SAME | ELEMENT_TERM},
	{"em", FORMAT},
	{"embed", VOID},
	{"fieldset", BLOCK},
	{"figcaption", BLOCK},
	{"figure", BLOCK},
	{"font", FORMAT},
	{"footer", BLOCK},
	{"form", BLOCK},
	{"frame", VOID},
	{"h1", BLOCK},
	{"h2", BLOCK},
	{"h3", BLOCK},
	{"h4", BLOCK},
	{"h5", BLOCK},
	{"h6", BLOCK},
	{"header", BLOCK},
	{"hgroup", BLOCK},
	{"hr", BLOCK | VOID},
	{"html", ELEMENT_BLOCK},
	{"i", FORMAT},
	{"iframe", RAW},
	{"img", VOID},
	{"input", VOID},
	{"legend", ELEMENT_BLOCK},
	{"li", BLOCK | SAME},
	{"link", VOID},
	{"listing", BLOCK},
	{"main", BLOCK},
	{"menu", BLOCK | ELEMENT_LIST},
	{"meta", VOID},
	{"nav", BLOCK},
	{"nobr", FORMAT},
	{"noembed", RAW},
	{"noframes", RAW},
	{"object", FENCE},
	{"ol", BLOCK | ELEMENT_LIST},
	{"optgroup", ELEMENT_BLOCK},
	{"option", ELEMENT_BLOCK | SAME},
	{"p", BLOCK},
	{"param", VOID},
	{"pre", BLOCK},
	{"s", FORMAT},
	{"script", RAW},
	{"search", BLOCK},
	{"section", BLOCK},
	{"select", ELEMENT_BLOCK},
	{"small", FORMAT},
	{"source", VOID},
	{"strike", FORMAT},
	{"strong", FORMAT},
	{"style", RAW},
	{"summary", BLOCK},
	{"table", BLOCK | FENCE | ELEMENT_TABLE},
	{"tbody", ELEMENT_BLOCK | SAME | ELEMENT_ROWS},
	{"td", ELEMENT_CELL | FENCE | SAME},
	{"template", HIDDEN | FENCE},
	{"tfoot", ELEMENT_BLOCK | SAME | ELEMENT_ROWS},
	{"th", ELEMENT_CELL | FENCE | SAME},
	{"thead", ELEMENT_BLOCK | SAME | ELEMENT_ROWS},
	{"title", RAW},
	{"tr", ELEMENT_BLOCK | SAME | ELEMENT_ROWS},
	{"track", VOID},
	{"tt", FORMAT},
	{"u", FORMAT},
	{"ul", BLOCK | ELEMENT_LIST},
	{"wbr", VOID},
	{"xmp", BLOCK},
};

uint64_t html_tag_letters(struct slice name)
{
	uint64_t letters = 0;

	for (size_t i = 0; i < name.len && i < 8; i++)
		letters = letters << 8 | (unsigned char)ascii_lower(name.p[i]);
	return letters;
}

static int compare_name(const void *key, const void *row)
{
	const struct slice *name = key;
	const char *want = ((const struct element *)row)->name;
	size_t i = 0;

	while (i < name->len && want[i] != '\0' &&
	       ascii_lower(name->p[i]) == want[i])
		i++;
	if (i == name->len)
		return want[i] == '\0' ? 0 : -1;
	return (unsigned char)ascii_lower(name->p[i]) - (unsigned char)want[i];
}

static unsigned kind_of(struct slice name)
{
	const struct element *e =
		bsearch(&name, elements, sizeof(elements) / sizeof(elements[0]),
			sizeof(elements[0]), compare_name);

	return e == NULL ? 0 : e->kind;
}

bool html_tag_begins(struct slice s)
{
	size_t at = s.len > 1 && s.p[1] == '/' ? 2 : 1;

	return s.len > at && s.p[0] == '<' && ascii_is_letter(s.p[at]);
}

/* The value of an attribute, and the bytes that it takes with its quotes. */
static size_t read_value(struct slice s, struct slice *value)
{
	size_t n = 0;
	const char *end;

	if (s.len > 0 && (s.p[0] == '"' || s.p[0] == '\'')) {
		end = memchr(s.p + 1, s.p[0], s.len - 1);
		n = end == NULL ? s.len - 1 : (size_t)(end - s.p) - 1;
		*value = slice_of(s.p + 1, n);
		return end == NULL ? s.len : n + 2;
	}
	while (n < s.len && !html_is_blank(s.p[n]) && s.p[n] != '>')
		n++;
	*value = slice_of(s.p, n);
	return n;
}

bool html_tag_attribute(struct slice *rest, struct slice *name,
			struct slice *value)
{
	struct slice s = *rest;
	size_t n = 0;

	while (n < s.len && (html_is_blank(s.p[n]) || s.p[n] == '/'))
		n++;
	s = slice_skip(s, n);
	*rest = s;
	if (s.len == 0 || s.p[0] == '>')
		return false;
	n = 1;
	while (n < s.len && !html_is_blank(s.p[n]) && s.p[n] != '/' &&
	       s.p[n] != '>' && s.p[n] != '=')
		n++;
	*name = slice_of(s.p, n);
	*value = SLICE_EMPTY;
	while (n < s.len && html_is_blank(s.p[n]))
		n++;
	s = slice_skip(s, n);
	if (s.len > 0 && s.p[0] == '=') {
		n = 1;
		while (n < s.len && html_is_blank(s.p[n]))
			n++;
		s = slice_skip(s, n);
		s = slice_skip(s, read_value(s, value));
	}
	*rest = s;
	return true;
}

size_t html_tag_read(struct slice s, struct tag *out)
{
	struct slice rest, name, value;
	size_t start, end;

	out->is_end = s.p[1] == '/';
	start = end = out->is_end ? 2 : 1;
	while (end < s.len && !html_is_blank(s.p[end]) && s.p[end] != '/' &&
	       s.p[end] != '>')
		end++;
	out->name = slice_of(s.p + start, end - start);
	out->kind = kind_of(out->name);
	out->letters = html_tag_letters(out->name);
	rest = slice_skip(s, end);
	while (html_tag_attribute(&rest, &name, &value))
		;
	out->attributes = slice_of(s.p + end, (size_t)(rest.p - s.p) - end);
	out->closed = rest.len > 0;
	return (size_t)(rest.p - s.p) + out->closed;
}

size_t html_tag_find_end(struct slice s, struct slice name)
{
	for (size_t i = 0; i < s.len; i++) {
		const char *p = memchr(s.p + i, '<', s.len - i);

		if (p == NULL)
			break;
		i = (size_t)(p - s.p);
		if (s.len - i < name.len + 2)
			break;
		if (p[1] == '/' &&
		    slice_equal_nocase(slice_of(p + 2, name.len), name) &&
		    (s.len - i == name.len + 2 ||
		     html_is_blank(p[name.len + 2]) || p[name.len + 2] == '>' ||
		     p[name.len + 2] == '/'))
			return i;
	}
	return s.len;
}
