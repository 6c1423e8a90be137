/* SPDX-License-Identifier: ISC */
/*
 * The value is split into raw text and encoded words. The bytes of successive
 * words in one charset are collected in `pending` and converted together.
 */
#include "mail/words.h"

#include <stdbool.h>
#include <string.h>

#include "mail/charset.h"
#include "mail/mime_decode.h"
#include "util/ascii.h"
#include "util/base64.h"

#include "util/banned.h"

/* Longer charset names do not exist; bounds the look-ahead for "?". */
#define CHARSET_NAME_MAX 64

struct decoder {
	const char *const *fallback;
	struct buf *out;
	bool has_word;		       /* one waits in `pending` */
	struct slice label;	       /* of its charset */
	const struct charset *charset; /* NULL: unknown */
	struct buf pending;
	size_t next_end; /* the first "?=" at or behind where we looked */
};

struct word {
	struct slice label;
	const struct charset *charset;
	char encoding; /* 'b' or 'q' */
	struct slice text;
	size_t end; /* offset behind "?=" */
};

void words_tame(struct buf *out, size_t from)
{
	for (size_t i = from; i < out->len; i++)
		if (ascii_is_line_end(out->s[i]) || out->s[i] == '\0')
			out->s[i] = ' ';
}

static void flush_words(struct decoder *d)
{
	if (!d->has_word)
		return;
	charset_convert_or_guess(d->charset, buf_slice(&d->pending),
				 d->fallback, d->out);
	buf_clear(&d->pending);
	d->has_word = false;
}

/* A line end with the blanks around it becomes one blank. */
static void unfold(struct slice text, struct buf *out)
{
	for (size_t i = 0; i < text.len;) {
		size_t start = i;

		while (i < text.len && !ascii_is_line_end(text.p[i]))
			i++;
		buf_add(out, text.p + start, i - start);
		if (i == text.len)
			break;
		while (out->len > 0 && ascii_is_space(out->s[out->len - 1]))
			buf_truncate(out, out->len - 1);
		while (i < text.len && ascii_is_space(text.p[i]))
			i++;
		buf_addch(out, ' ');
	}
}

static void add_text(struct decoder *d, struct slice text)
{
	struct buf plain = BUF_INIT(text.len);

	if (text.len == 0)
		return;
	if (memchr(text.p, '\n', text.len) != NULL ||
	    memchr(text.p, '\r', text.len) != NULL) {
		unfold(text, &plain);
		text = buf_slice(&plain);
	}
	charset_guess(text, d->fallback, d->out);
	buf_release(&plain);
}

static void decode_q(struct slice text, struct buf *out)
{
	for (size_t i = 0; i < text.len; i++) {
		int byte = text.p[i] == '=' && i + 2 < text.len
				   ? ascii_hex_byte(text.p + i + 1)
				   : -1;

		if (byte != -1) {
			buf_addch(out, (char)byte);
			i += 2;
		} else if (text.p[i] == '_') {
			buf_addch(out, ' ');
		} else if (!ascii_is_line_end(text.p[i])) {
			buf_addch(out, text.p[i]);
		}
	}
}

static bool is_base64(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (base64_digit(text.p[i]) < 0 && text.p[i] != '=' &&
		    !ascii_is_space(text.p[i]))
			return false;
	return true;
}

/* The offset of "?=" at or behind `from`. Linear in all calls together. */
static size_t find_end(struct decoder *d, struct slice value, size_t from)
{
	const char *found;

	if (d->next_end >= from)
		return d->next_end;
	found = memmem(value.p + from, value.len - from, "?=", 2);
	d->next_end = found == NULL ? value.len : (size_t)(found - value.p);
	return d->next_end;
}

/* RFC 2231 5: "charset*language". */
static struct slice without_language(struct slice name)
{
	const char *star = memchr(name.p, '*', name.len);

	if (star != NULL)
		name.len = (size_t)(star - name.p);
	return name;
}

/* Could it be the name of a charset, even of an unknown one? */
static bool is_token(struct slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.p[i] <= ' ' || name.p[i] == 0x7f ||
		    strchr("()<>@,;\"/[]=", name.p[i]) != NULL)
			return false;
	return name.len > 0;
}

/* Is there an encoded word at `at`, where "=?" stands? */
static bool parse_word(struct decoder *d, struct slice value, size_t at,
		       struct word *word)
{
	struct slice rest = slice_of(value.p + at + 2, value.len - at - 2);
	size_t look = rest.len < CHARSET_NAME_MAX ? rest.len : CHARSET_NAME_MAX;
	const char *mark = memchr(rest.p, '?', look);
	size_t text;

	if (mark == NULL || value.p + value.len - mark < 5 || mark[2] != '?')
		return false;
	word->encoding = ascii_lower(mark[1]);
	if (word->encoding != 'b' && word->encoding != 'q')
		return false;
	text = (size_t)(mark - value.p) + 3;
	word->end = find_end(d, value, text);
	if (word->end == value.len)
		return false;
	word->text = slice_of(value.p + text, word->end - text);
	word->end += 2;
	if (word->encoding == 'b' && !is_base64(word->text))
		return false;
	rest = without_language(slice_of(rest.p, (size_t)(mark - rest.p)));
	word->label = rest;
	word->charset = charset_find(rest);
	return is_token(rest);
}

/* Is it in the charset of the words before it? */
static bool is_same(const struct decoder *d, const struct word *word)
{
	return d->charset == word->charset &&
	       (word->charset != NULL ||
		slice_equal_nocase(d->label, word->label));
}

static void add_word(struct decoder *d, const struct word *word)
{
	if (!is_same(d, word))
		flush_words(d);
	d->has_word = true;
	d->label = word->label;
	d->charset = word->charset;
	if (word->encoding == 'b')
		(void)mime_decode(MIME_ENCODING_BASE64, word->text,
				  &d->pending);
	else
		decode_q(word->text, &d->pending);
}

static bool is_all_blank(struct slice s)
{
	return slice_trim(s).len == 0;
}

void words_decode_wild(struct slice value, const char *const *fallback,
		       struct buf *out)
{
	struct decoder d = {.fallback = fallback,
			    .out = out,
			    .pending = BUF_INIT(value.len)};
	size_t done = 0, at = 0;

	while (at < value.len) {
		const char *p = memmem(value.p + at, value.len - at, "=?", 2);
		struct word word;
		struct slice gap;

		if (p == NULL)
			break;
		at = (size_t)(p - value.p);
		if (!parse_word(&d, value, at, &word)) {
			at += 2;
			continue;
		}
		gap = slice_of(value.p + done, at - done);
		if (!d.has_word || !is_all_blank(gap)) {
			flush_words(&d);
			add_text(&d, gap);
		}
		add_word(&d, &word);
		done = at = word.end;
	}
	flush_words(&d);
	add_text(&d, slice_of(value.p + done, value.len - done));
	buf_release(&d.pending);
}

void words_decode(struct slice value, const char *const *fallback,
		  struct buf *out)
{
	size_t before = out->len;

	words_decode_wild(value, fallback, out);
	words_tame(out, before);
}
