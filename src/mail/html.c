/* SPDX-License-Identifier: ISC */
#include "mail/html.h"

#include <stdbool.h>
#include <string.h>

#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/* Names in our table have up to 8 letters; longer ones are not decoded. */
#define ENTITY_MAX 12

struct writer {
	struct buf *out;
	size_t start;	  /* of our text in out */
	bool wants_blank; /* before the next visible character */
	bool wants_line;
};

static const struct entity {
	const char *name;
	unsigned code;
} entities[] = {
	{"nbsp", 0x20},	    {"amp", '&'},      {"lt", '<'},
	{"gt", '>'},	    {"quot", '"'},     {"apos", '\''},
	{"copy", 0xa9},	    {"reg", 0xae},     {"trade", 0x2122},
	{"euro", 0x20ac},   {"pound", 0xa3},   {"yen", 0xa5},
	{"cent", 0xa2},	    {"sect", 0xa7},    {"deg", 0xb0},
	{"plusmn", 0xb1},   {"middot", 0xb7},  {"bull", 0x2022},
	{"hellip", 0x2026}, {"ndash", 0x2013}, {"mdash", 0x2014},
	{"lsquo", 0x2018},  {"rsquo", 0x2019}, {"sbquo", 0x201a},
	{"ldquo", 0x201c},  {"rdquo", 0x201d}, {"bdquo", 0x201e},
	{"laquo", 0xab},    {"raquo", 0xbb},   {"lsaquo", 0x2039},
	{"rsaquo", 0x203a}, {"iexcl", 0xa1},   {"iquest", 0xbf},
	{"times", 0xd7},    {"divide", 0xf7},  {"frac12", 0xbd},
	{"frac14", 0xbc},   {"frac34", 0xbe},  {"sup2", 0xb2},
	{"sup3", 0xb3},	    {"micro", 0xb5},   {"para", 0xb6},
	{"ordf", 0xaa},	    {"ordm", 0xba},    {"rarr", 0x2192},
	{"larr", 0x2190},   {"ensp", 0x20},    {"emsp", 0x20},
	{"thinsp", 0x20},   {"shy", 0xad},     {"zwnj", 0x200c},
	{"zwj", 0x200d},    {"Agrave", 0xc0},  {"Aacute", 0xc1},
	{"Acirc", 0xc2},    {"Atilde", 0xc3},  {"Auml", 0xc4},
	{"Aring", 0xc5},    {"AElig", 0xc6},   {"Ccedil", 0xc7},
	{"Egrave", 0xc8},   {"Eacute", 0xc9},  {"Ecirc", 0xca},
	{"Euml", 0xcb},	    {"Igrave", 0xcc},  {"Iacute", 0xcd},
	{"Icirc", 0xce},    {"Iuml", 0xcf},    {"ETH", 0xd0},
	{"Ntilde", 0xd1},   {"Ograve", 0xd2},  {"Oacute", 0xd3},
	{"Ocirc", 0xd4},    {"Otilde", 0xd5},  {"Ouml", 0xd6},
	{"Oslash", 0xd8},   {"Ugrave", 0xd9},  {"Uacute", 0xda},
	{"Ucirc", 0xdb},    {"Uuml", 0xdc},    {"Yacute", 0xdd},
	{"THORN", 0xde},    {"szlig", 0xdf},   {"agrave", 0xe0},
	{"aacute", 0xe1},   {"acirc", 0xe2},   {"atilde", 0xe3},
	{"auml", 0xe4},	    {"aring", 0xe5},   {"aelig", 0xe6},
	{"ccedil", 0xe7},   {"egrave", 0xe8},  {"eacute", 0xe9},
	{"ecirc", 0xea},    {"euml", 0xeb},    {"igrave", 0xec},
	{"iacute", 0xed},   {"icirc", 0xee},   {"iuml", 0xef},
	{"eth", 0xf0},	    {"ntilde", 0xf1},  {"ograve", 0xf2},
	{"oacute", 0xf3},   {"ocirc", 0xf4},   {"otilde", 0xf5},
	{"ouml", 0xf6},	    {"oslash", 0xf8},  {"ugrave", 0xf9},
	{"uacute", 0xfa},   {"ucirc", 0xfb},   {"uuml", 0xfc},
	{"yacute", 0xfd},   {"thorn", 0xfe},   {"yuml", 0xff},
	{"OElig", 0x152},   {"oelig", 0x153},  {"Scaron", 0x160},
	{"scaron", 0x161},  {"Yuml", 0x178},   {"hearts", 0x2665},
};

static struct slice skip(struct slice s, size_t n)
{
	return slice_of(s.p + n, s.len - n);
}

static bool is_blank(unsigned code)
{
	return code == ' ' || (code >= '\t' && code <= '\r') || code == 0xa0 ||
	       (code >= 0x2000 && code <= 0x200a) || code == 0x3000;
}

static bool is_invisible(unsigned code)
{
	return code == 0 || code == 0xad || code == 0x34f || code == 0x180e ||
	       (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x2060 && code <= 0x2064) || code == 0xfeff;
}

static void add_code(struct writer *w, unsigned code)
{
	char c[4];
	size_t n = 0;

	if (code < 0x80) {
		c[n++] = (char)code;
	} else if (code < 0x800) {
		c[n++] = (char)(0xc0 | code >> 6);
		c[n++] = (char)(0x80 | (code & 0x3f));
	} else if (code < 0x10000) {
		c[n++] = (char)(0xe0 | code >> 12);
		c[n++] = (char)(0x80 | (code >> 6 & 0x3f));
		c[n++] = (char)(0x80 | (code & 0x3f));
	} else {
		c[n++] = (char)(0xf0 | code >> 18);
		c[n++] = (char)(0x80 | (code >> 12 & 0x3f));
		c[n++] = (char)(0x80 | (code >> 6 & 0x3f));
		c[n++] = (char)(0x80 | (code & 0x3f));
	}
	buf_add(w->out, c, n);
}

static void put(struct writer *w, unsigned code)
{
	if (is_invisible(code))
		return;
	if (is_blank(code)) {
		w->wants_blank = true;
		return;
	}
	if (w->out->len > w->start) {
		if (w->wants_line)
			buf_addch(w->out, '\n');
		else if (w->wants_blank)
			buf_addch(w->out, ' ');
	}
	w->wants_line = w->wants_blank = false;
	add_code(w, code);
}

/* The number in "&#…;", made a valid character. */
static unsigned sane_code(unsigned code)
{
	if (code >= 0x80 && code < 0xa0)
		return ' ';
	if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0xfffd;
	return code;
}

static size_t numeric_entity(struct slice s, unsigned *code_out)
{
	bool is_hex = s.len > 2 && (s.p[2] == 'x' || s.p[2] == 'X');
	size_t first = is_hex ? 3 : 2, i;
	unsigned code = 0;

	for (i = first; i < s.len; i++) {
		int digit = ascii_hex_value(s.p[i]);

		if (digit == -1 || (!is_hex && digit > 9))
			break;
		if (code <= 0x10ffff)
			code = code * (is_hex ? 16 : 10) + (unsigned)digit;
	}
	if (i == first)
		return 0;
	*code_out = sane_code(code);
	return i < s.len && s.p[i] == ';' ? i + 1 : i;
}

/* The length of the entity at the start of s ("&…"), or 0. */
static size_t read_entity(struct slice s, unsigned *code_out)
{
	size_t look = s.len < ENTITY_MAX ? s.len : ENTITY_MAX;
	const char *end;
	struct slice name;

	if (s.len > 1 && s.p[1] == '#')
		return numeric_entity(s, code_out);
	end = memchr(s.p, ';', look);
	if (end == NULL)
		return 0;
	name = slice_of(s.p + 1, (size_t)(end - s.p) - 1);
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		if (!slice_equal(name, slice_str(entities[i].name)))
			continue;
		*code_out = entities[i].code;
		return name.len + 2;
	}
	return 0;
}

static unsigned decode_utf8(const char *p, size_t n)
{
	const unsigned char *u = (const unsigned char *)p;
	unsigned code = n == 1 ? u[0] : u[0] & (0xffU >> (n + 1));

	for (size_t i = 1; i < n; i++)
		code = code << 6 | (u[i] & 0x3f);
	return code;
}

/* Read one visible character. Returns the bytes read. */
static size_t read_character(struct slice s, struct writer *w)
{
	unsigned code = 0xfffd;
	size_t n = s.p[0] == '&' ? read_entity(s, &code) : 0;

	if (n == 0) {
		n = utf8_sequence(s.p, s.len);
		if (n == 0)
			n = 1;
		else
			code = decode_utf8(s.p, n);
	}
	put(w, code);
	return n;
}

static bool is_one_of(struct slice name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (slice_equal_nocase(name, slice_str(*names)))
			return true;
	return false;
}

/* The offset behind the ">" of the tag; quoted values may hold a ">". */
static size_t tag_end(struct slice s)
{
	char quote = '\0';

	for (size_t i = 1; i < s.len; i++) {
		if (quote != '\0') {
			if (s.p[i] == quote)
				quote = '\0';
		} else if (s.p[i] == '>') {
			return i + 1;
		} else if ((s.p[i] == '"' || s.p[i] == '\'') &&
			   s.p[i - 1] == '=') {
			quote = s.p[i];
		}
	}
	return s.len;
}

/* The offset behind `</name`; the rest of that tag is read as usual. */
static size_t find_close(struct slice s, struct slice name)
{
	for (size_t i = 0; i + 2 + name.len <= s.len; i++) {
		const char *p = memchr(s.p + i, '<', s.len - i);

		if (p == NULL)
			break;
		i = (size_t)(p - s.p);
		if (i + 2 + name.len <= s.len && p[1] == '/' &&
		    slice_equal_nocase(slice_of(p + 2, name.len), name))
			return i;
	}
	return s.len;
}

static size_t comment_end(struct slice s)
{
	const char *end = memmem(s.p + 2, s.len - 2, "-->", 3);

	return end == NULL ? s.len : (size_t)(end - s.p) + 3;
}

/* Read a tag, a comment, or a lone "<". Returns the bytes read. */
static size_t read_tag(struct slice s, struct writer *w)
{
	static const char *const hidden[] = {"script", "style", "title",
					     "template", NULL};
	static const char *const blocks[] = {
		"p",	"br",  "div",	     "tr",	"li", "h1",
		"h2",	"h3",  "h4",	     "h5",	"h6", "hr",
		"ul",	"ol",  "table",	     "dt",	"dd", "dl",
		"body", "pre", "blockquote", "section", NULL};
	bool is_end = s.len > 1 && s.p[1] == '/';
	size_t start = is_end ? 2 : 1, end = start;
	struct slice name;

	if (s.len >= 4 && memcmp(s.p, "<!--", 4) == 0)
		return comment_end(s);
	if (s.len > 1 && (s.p[1] == '!' || s.p[1] == '?'))
		return tag_end(s);
	while (end < s.len && (ascii_is_letter(s.p[end]) ||
			       (end > start && ascii_is_digit(s.p[end]))))
		end++;
	if (end == start)
		return read_character(s, w);
	name = slice_of(s.p + start, end - start);
	if (is_one_of(name, blocks))
		w->wants_line = true;
	else if (slice_equal_nocase(name, slice_str("td")))
		w->wants_blank = true;
	end = tag_end(s);
	if (!is_end && is_one_of(name, hidden))
		end += find_close(skip(s, end), name);
	return end;
}

void html_to_text(struct slice html, struct buf *out)
{
	struct writer w = {out, out->len, false, false};

	while (html.len > 0) {
		size_t n = html.p[0] == '<' ? read_tag(html, &w)
					    : read_character(html, &w);

		html = skip(html, n);
	}
	if (out->len > w.start)
		buf_addch(out, '\n');
}
