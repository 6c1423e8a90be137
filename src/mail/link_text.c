/* SPDX-License-Identifier: ISC */
#include "mail/link_text.h"

#include <string.h>

#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/* Bytes of the text of a link that are looked at. */
#define SHOWN_MAX 256

/* "mailto" is the longest scheme. */
#define SCHEME_MAX 6

static bool is_word(char c)
{
	return ascii_is_letter(c) || ascii_is_digit(c);
}

/* Where the URL begins whose colon is at `colon`; false: it is none. */
static bool starts_before(struct slice s, size_t colon, size_t *start)
{
	static const char *const schemes[] = {"http", "https", "ftp"};
	size_t n = 0;
	struct slice scheme;

	while (n < colon && n <= SCHEME_MAX &&
	       ascii_is_letter(s.p[colon - n - 1]))
		n++;
	*start = colon - n;
	scheme = slice_of(s.p + *start, n);
	if (s.len - colon > 1 &&
	    slice_equal_nocase(scheme, slice_str("mailto")))
		return true;
	if (s.len - colon < 4 || s.p[colon + 1] != '/' || s.p[colon + 2] != '/')
		return false;
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		struct slice want = slice_str(schemes[i]);

		/* Chinese text has no blank before it: "见http://…". */
		if (slice_equal_nocase(scheme, want))
			return true;
	}
	return false;
}

/* Punctuation of Chinese, quotation marks and the like end a URL. */
static bool ends_url(struct slice s, size_t i, size_t start)
{
	const unsigned char *u = (const unsigned char *)s.p + i;

	if (u[0] <= ' ' || u[0] == 0x7f || strchr("<>\"`", s.p[i]) != NULL)
		return true;
	if (u[0] < 0x80)
		return false;
	if (s.len - i < 3 || u[0] < 0xe2)
		return u[0] == 0xc2 && s.len - i > 1 && u[1] <= 0xbf;
	/* U+2000 to U+206F, U+3000 to U+303F, U+FF00 to U+FF0F. */
	if ((u[0] == 0xe2 && (u[1] == 0x80 || u[1] == 0x81)) ||
	    (u[0] == 0xe3 && u[1] == 0x80) ||
	    (u[0] == 0xef && u[1] == 0xbc && u[2] < 0x90))
		return true;
	/* "http://shop.example查看": letters of another script follow. */
	return u[0] >= 0xe3 && i > start && is_word(s.p[i - 1]);
}

static size_t count(struct slice s, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len; i++)
		n += s.p[i] == c;
	return n;
}

/* Drop what ends the sentence; a ")" or "]" belongs to the URL if it opens. */
static struct slice trim(struct slice url)
{
	size_t open = count(url, '('), close = count(url, ')');
	size_t open_square = count(url, '['), square = count(url, ']');

	while (url.len > 0) {
		char c = url.p[url.len - 1];

		if (c == ')' && close > open)
			close--;
		else if (c == ']' && square > open_square)
			square--;
		else if (strchr(".,;:!?'*}|\\", c) == NULL)
			break;
		url.len--;
	}
	return url;
}

static bool is_www(struct slice s, size_t i)
{
	return slice_starts_nocase(slice_skip(s, i), "www.") && s.len - i > 4 &&
	       is_word(s.p[i + 4]) &&
	       (i == 0 ||
		(!is_word(s.p[i - 1]) && strchr("./@-_", s.p[i - 1]) == NULL));
}

bool link_text_next(struct slice *rest, struct slice *url)
{
	struct slice s = *rest;
	size_t start, end;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.p[i];

		if (c != ':' && c != 'w' && c != 'W')
			continue;
		start = i;
		if (c == ':' ? !starts_before(s, i, &start) : !is_www(s, i))
			continue;
		for (end = i + 1; end < s.len && !ends_url(s, end, start);)
			end++;
		*url = trim(slice_of(s.p + start, end - start));
		*rest = slice_skip(s, end);
		if (url->len > i - start + 3)
			return true;
		s = *rest;
		i = (size_t)-1;
	}
	*rest = slice_skip(s, s.len);
	return false;
}

/* One word like "shop.example.com/x"; not "report.pdf". */
static bool is_bare_host(struct slice s)
{
	static const char *const tops[] = {"com",  "org", "net", "edu",
					   "info", "gov", "biz"};
	size_t end = 0, dots = 0, top = 0;

	for (; end < s.len && s.p[end] != '/' && s.p[end] != ':'; end++) {
		if (s.p[end] == '.') {
			dots++;
			top = end + 1;
		} else if (!is_word(s.p[end]) && s.p[end] != '-') {
			return false;
		}
	}
	s = slice_of(s.p + top, end - top);
	if (dots >= 2 && s.len == 2)
		return !ascii_is_digit(s.p[0]);
	for (size_t i = 0; dots > 0 && i < sizeof(tops) / sizeof(tops[0]); i++)
		if (slice_equal_nocase(s, slice_str(tops[i])))
			return true;
	return false;
}

bool link_text_names_host(struct slice text, struct slice *shown)
{
	struct slice rest;

	text = slice_trim(text);
	if (text.len > SHOWN_MAX)
		text.len = SHOWN_MAX;
	rest = text;
	if (link_text_next(&rest, shown))
		return !slice_starts_nocase(*shown, "mailto:");
	*shown = text;
	return is_bare_host(text);
}
