/* SPDX-License-Identifier: ISC */
#include "mail/mime_param.h"

#include <string.h>

#include "mail/charset.h"
#include "mail/words.h"
#include "util/ascii.h"

#include "util/banned.h"

struct segment {
	unsigned number;
	bool is_extended; /* %XX and, in the first, charset'language' */
	bool is_quoted;
	struct slice value;
};

struct segments {
	struct segment list[MIME_PARAM_SEGMENTS_MAX];
	size_t n;
};

struct param {
	struct slice name;
	struct slice value;
	bool is_quoted;
};

static size_t find_any(struct slice s, size_t from, const char *set)
{
	while (from < s.len &&
	       (s.p[from] == '\0' || strchr(set, s.p[from]) == NULL))
		from++;
	return from;
}

/* The closing quote, or where the value ends without one. */
static size_t closing_quote(struct slice s, size_t from)
{
	while (from < s.len && s.p[from] != '"') {
		if (s.p[from] == '\\' && from + 1 < s.len)
			from++;
		from++;
	}
	return from;
}

/* Take the next "name=value" off *rest; false at the end. */
static bool next_param(struct slice *rest, struct param *param)
{
	struct slice s = *rest;
	size_t mark = find_any(s, 0, "=;"), start, end;

	if (s.len == 0)
		return false;
	param->name = slice_trim(slice_of(s.p, mark));
	param->is_quoted = false;
	start = end = mark;
	if (mark < s.len && s.p[mark] == '=') {
		start++;
		while (start < s.len && strchr(" \t\r\n", s.p[start]) != NULL &&
		       s.p[start] != '\0')
			start++;
		param->is_quoted = start < s.len && s.p[start] == '"';
		start += param->is_quoted;
		end = param->is_quoted ? closing_quote(s, start)
				       : find_any(s, start, ";");
	}
	param->value = slice_of(s.p + start, end - start);
	if (!param->is_quoted)
		param->value = slice_trim(param->value);
	end = find_any(s, end, ";");
	*rest = slice_of(s.p + end, s.len - end);
	if (end < s.len)
		*rest = slice_of(s.p + end + 1, s.len - end - 1);
	return true;
}

/* Is `found` the parameter `name`, or "name*", "name*2", "name*2*"? */
static bool parse_name(struct slice found, const char *name,
		       struct segment *segment)
{
	size_t len = strlen(name);
	unsigned long long number = 0;
	struct slice tail;

	if (!slice_starts_nocase(found, name))
		return false;
	tail = slice_of(found.p + len, found.len - len);
	segment->is_extended = tail.len > 0 && tail.p[tail.len - 1] == '*';
	if (segment->is_extended)
		tail.len--;
	segment->number = 0;
	if (tail.len == 0)
		return true;
	if (tail.p[0] != '*' ||
	    !slice_number(slice_of(tail.p + 1, tail.len - 1), 99999, &number))
		return false;
	segment->number = (unsigned)number + 1;
	return true;
}

/* Keep the list sorted; of two with one number the first stays. */
static void insert(struct segments *all, struct segment segment)
{
	size_t at = all->n;

	while (at > 0 && all->list[at - 1].number > segment.number)
		at--;
	if (at > 0 && all->list[at - 1].number == segment.number &&
	    (!segment.is_extended || all->list[at - 1].is_extended))
		return;
	if (at > 0 && all->list[at - 1].number == segment.number) {
		all->list[at - 1] = segment;
		return;
	}
	if (all->n == MIME_PARAM_SEGMENTS_MAX)
		return;
	memmove(&all->list[at + 1], &all->list[at],
		(all->n - at) * sizeof(segment));
	all->list[at] = segment;
	all->n++;
}

static void collect(struct slice value, const char *name, struct segments *all)
{
	struct slice rest = value;
	struct param param;
	struct segment segment;
	bool is_first = true;

	all->n = 0;
	while (next_param(&rest, &param)) {
		/* "text/plain" is not a parameter, "charset=x" may be. */
		if (is_first && param.value.len == 0) {
			is_first = false;
			continue;
		}
		is_first = false;
		if (!parse_name(param.name, name, &segment))
			continue;
		segment.is_quoted = param.is_quoted;
		segment.value = param.value;
		insert(all, segment);
	}
}

static void add_percent(struct slice s, struct buf *out)
{
	for (size_t i = 0; i < s.len; i++) {
		int byte = s.p[i] == '%' && i + 2 < s.len
				   ? ascii_hex_byte(s.p + i + 1)
				   : -1;

		if (byte != -1) {
			buf_addch(out, (char)byte);
			i += 2;
		} else {
			buf_addch(out, s.p[i]);
		}
	}
}

/* In a path like "C:\file" the backslash is not an escape. */
static void add_plain(struct segment segment, struct buf *out)
{
	struct slice s = segment.value;

	for (size_t i = 0; i < s.len; i++) {
		if (segment.is_quoted && s.p[i] == '\\' && i + 1 < s.len &&
		    (s.p[i + 1] == '"' || s.p[i + 1] == '\\'))
			i++;
		buf_addch(out, s.p[i]);
	}
}

/* Take "charset'language'" off the first segment. */
static struct slice take_charset(struct slice *value)
{
	struct slice rest = *value, charset, language;

	if (!slice_split(&rest, '\'', &charset) ||
	    !slice_split(&rest, '\'', &language) || rest.p == NULL)
		return slice_of("", 0);
	*value = rest;
	return charset;
}

static void add_bytes(const struct segments *all, size_t from,
		      struct buf *bytes)
{
	for (size_t i = from; i < all->n; i++) {
		if (all->list[i].is_extended)
			add_percent(all->list[i].value, bytes);
		else
			add_plain(all->list[i], bytes);
	}
}

/* Line ends and NULs become blanks: a name is one line. */
static void tame_controls(struct buf *out, size_t from)
{
	for (size_t i = from; i < out->len; i++)
		if (out->s[i] == '\0' || out->s[i] == '\r' || out->s[i] == '\n')
			out->s[i] = ' ';
}

struct slice mime_param_main(struct slice value)
{
	return slice_trim(slice_of(value.p, find_any(value, 0, ";")));
}

bool mime_param_get(struct slice value, const char *name,
		    const char *const *fallback, struct buf *out)
{
	struct segments all;
	struct buf bytes = BUF_INIT(value.len);
	const struct charset *charset = NULL;
	size_t from = 0, before = out->len;

	collect(value, name, &all);
	if (all.n == 0)
		return false;
	/* Both "name=" and "name*0=": the second is the full one. */
	if (all.n > 1 && all.list[0].number == 0 && !all.list[0].is_extended)
		from = 1;
	else if (all.list[0].number == 0)
		all.n = 1;
	if (all.list[from].is_extended)
		charset = charset_find(take_charset(&all.list[from].value));
	add_bytes(&all, from, &bytes);
	if (charset != NULL)
		charset_convert(charset, buf_slice(&bytes), out);
	else
		words_decode(buf_slice(&bytes), fallback, out);
	tame_controls(out, before);
	buf_release(&bytes);
	return true;
}
