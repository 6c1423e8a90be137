/* SPDX-License-Identifier: ISC */
#include "mail/mime_param.h"

#include <stdlib.h>
#include <string.h>

#include "mail/charset.h"
#include "mail/mime_param_scan.h"
#include "mail/words.h"
#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* An invalid byte becomes the three of U+FFFD; one more for charset shifts. */
#define DECODED_GROWTH 4

struct segment {
	unsigned number;  /* 0: not numbered; name*0 has 1 */
	bool is_extended; /* %XX and, in the first, charset'language' */
	bool is_quoted;
	struct slice value;
};

struct segments {
	struct segment *list;
	size_t n;
};

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

/* By number; of one number, the extended ones first, then as they stand. */
static int compare(const void *left, const void *right)
{
	const struct segment *a = left, *b = right;

	if (a->number != b->number)
		return a->number < b->number ? -1 : 1;
	if (a->is_extended != b->is_extended)
		return a->is_extended ? -1 : 1;
	return a->value.p < b->value.p ? -1 : a->value.p > b->value.p;
}

static void add(struct segments *all, const struct segment *segment)
{
	xgrow(&all->list, all->n, sizeof(*all->list));
	all->list[all->n++] = *segment;
}

/* All of that name, sorted; to be freed. */
static void collect(struct slice value, const char *name, struct segments *all)
{
	struct mime_param_scan scan = MIME_PARAM_SCAN(value);
	struct mime_param param;
	struct segment segment;
	bool is_first = true;

	*all = (struct segments){0};
	while (mime_param_next(&scan, &param)) {
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
		add(all, &segment);
	}
	if (all->n > 1)
		qsort(all->list, all->n, sizeof(*all->list), compare);
}

/* One of each number, the first or the last; to be freed. */
static struct segments choose(const struct segments *sorted, bool last)
{
	struct segments chosen = {0};
	const struct segment *list = sorted->list;

	for (size_t i = 0; i < sorted->n; i++) {
		size_t next = last ? i + 1 : i - 1;

		if (next >= sorted->n || list[next].number != list[i].number)
			add(&chosen, &list[i]);
	}
	return chosen;
}

/*
 * The segments that count. Both "name=" and "name*0=": the second is the full
 * one.
 */
static struct segments main_value(const struct segments *chosen)
{
	struct segments value = *chosen;

	if (value.n > 1 && value.list->number == 0 &&
	    !value.list->is_extended) {
		value.list++;
		value.n--;
	} else if (value.n > 0 && value.list->number == 0) {
		value.n = 1;
	}
	return value;
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

static void add_segment(const struct segment *segment, struct buf *bytes)
{
	if (segment->is_extended)
		add_percent(segment->value, bytes);
	else
		add_plain(*segment, bytes);
}

/* Append the joined bytes; *label: the charset that they name, or empty. */
static void join(const struct segments *value, struct slice *label,
		 struct buf *bytes)
{
	struct segment first = *value->list;

	*label = SLICE_EMPTY;
	if (first.is_extended)
		*label = take_charset(&first.value);
	add_segment(&first, bytes);
	for (size_t i = 1; i < value->n; i++)
		add_segment(&value->list[i], bytes);
}

static void decode(const struct segments *value, const char *const *fallback,
		   struct buf *out)
{
	const struct charset *charset = NULL;
	struct slice label;
	struct buf bytes;
	size_t len = 0;

	for (size_t i = 0; i < value->n; i++)
		len += value->list[i].value.len;
	buf_init(&bytes, len);
	join(value, &label, &bytes);
	if (label.len > 0)
		charset = charset_find(label);
	if (charset != NULL)
		charset_convert(charset, buf_slice(&bytes), out);
	else
		words_decode_wild(buf_slice(&bytes), fallback, out);
	buf_release(&bytes);
}

bool mime_param_raw(struct slice value, const char *name, struct buf *out)
{
	struct segments all, chosen, counts;
	struct slice ignored;

	collect(value, name, &all);
	chosen = choose(&all, false);
	counts = main_value(&chosen);
	if (counts.n > 0)
		join(&counts, &ignored, out);
	free(chosen.list);
	free(all.list);
	return counts.n > 0;
}

bool mime_param_get(struct slice value, const char *name,
		    const char *const *fallback, struct buf *out)
{
	struct segments all, chosen, counts;
	size_t before = out->len;

	collect(value, name, &all);
	chosen = choose(&all, false);
	counts = main_value(&chosen);
	if (counts.n > 0)
		decode(&counts, fallback, out);
	words_tame(out, before);
	free(chosen.list);
	free(all.list);
	return counts.n > 0;
}

struct reading {
	const char *const *fallback;
	void (*use)(void *context, struct slice value);
	void *context;
	struct buf text;
};

static void read_one(struct reading *r, const struct segments *value)
{
	buf_clear(&r->text);
	decode(value, r->fallback, &r->text);
	r->use(r->context, buf_slice(&r->text));
}

/*
 * Without quotes a value ends at a blank or comment (RFC 2045 5.1). Most mail
 * readers read on, because of names with blanks; others do not. Is it a name
 * with an ending so, too?
 */
static bool read_strictly(const struct segment *segment, struct segment *strict)
{
	struct slice whole = segment->value;

	*strict = *segment;
	strict->value = slice_until(whole, " \t\r\n(");
	return segment->number == 0 && !segment->is_quoted &&
	       !segment->is_extended && strict->value.len < whole.len &&
	       memchr(strict->value.p, '.', strict->value.len) != NULL &&
	       !slice_contains(whole, "=?");
}

/* All but the main value `m`. */
static void read_others(struct reading *r, const struct segments *all,
			const struct segments *m)
{
	struct segments numbered = *all, first, last;

	for (size_t i = 0; i < all->n && all->list[i].number == 0; i++) {
		struct segments one = {&all->list[i], 1};
		struct segment strict;

		if (m->list->value.p != one.list->value.p)
			read_one(r, &one);
		if (read_strictly(one.list, &strict))
			read_one(r, &(struct segments){&strict, 1});
		numbered.list++;
		numbered.n--;
	}
	first = choose(&numbered, false);
	last = choose(&numbered, true);
	if (first.n > 0 && m->list->number == 0)
		read_one(r, &first);
	if (first.n < numbered.n)
		read_one(r, &last);
	free(first.list);
	free(last.list);
}

void mime_param_each(struct slice value, const char *name,
		     const char *const *fallback,
		     void (*use)(void *context, struct slice value),
		     void *context)
{
	struct reading r = {fallback, use, context,
			    BUF_INIT(value.len * DECODED_GROWTH)};
	struct segments all, chosen, counts;

	collect(value, name, &all);
	chosen = choose(&all, false);
	counts = main_value(&chosen);
	if (counts.n > 0) {
		read_one(&r, &counts);
		read_others(&r, &all, &counts);
	}
	buf_release(&r.text);
	free(chosen.list);
	free(all.list);
}
