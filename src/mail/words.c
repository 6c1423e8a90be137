/* SPDX-License-Identifier: ISC */
/*
 * The value is split into raw text and encoded words. The bytes of successive
 * words in one charset are collected in `pending` and converted together.
 */
#include "mail/words.h"

#include <stdbool.h>
#include <string.h>

#include "mail/charset.h"
#include "util/ascii.h"

#include "util/banned.h"

/* Longer charset names do not exist; bounds the look-ahead for "?". */
#define CHARSET_NAME_MAX 64

struct decoder {
	const char *const *fallback;
	struct buf *out;
	bool has_word;		       /* one waits in `pending` */
	const struct charset *charset; /* its charset; NULL: unknown */
	struct buf pending;
	size_t next_end; /* the first "?=" at or behind where we looked */
};

struct word {
	const struct charset *charset;
	char encoding; /* 'b' or 'q' */
	struct slice text;
	size_t end; /* offset behind "?=" */
};

/* Decoded text must not start a new line in a log or a header. */
static void tame_controls(struct buf *out, size_t from)
{
	for (size_t i = from; i < out->len; i++)
		if (ascii_is_line_end(out->s[i]) || out->s[i] == '\0')
			out->s[i] = ' ';
}

static void flush_words(struct decoder *d)
{
	size_t before = d->out->len;

	if (!d->has_word)
		return;
	if (d->charset != NULL)
		charset_convert(d->charset, buf_slice(&d->pending), d->out);
	else
		charset_guess(buf_slice(&d->pending), d->fallback, d->out);
	tame_controls(d->out, before);
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
	size_t before = d->out->len;

	if (text.len == 0)
		return;
	if (memchr(text.p, '\n', text.len) != NULL ||
	    memchr(text.p, '\r', text.len) != NULL) {
		unfold(text, &plain);
		text = buf_slice(&plain);
	}
	charset_guess(text, d->fallback, d->out);
	tame_controls(d->out, before);
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

static int base64_digit(char c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";
	const char *found = c == '\0' ? NULL : strchr(digits, c);

	return found == NULL ? -1 : (int)(found - digits);
}

static bool is_base64(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (base64_digit(text.p[i]) < 0 && text.p[i] != '=' &&
		    !ascii_is_space(text.p[i]))
			return false;
	return true;
}

/* Blanks and "=" are skipped anywhere in the text. */
static void decode_b(struct slice text, struct buf *out)
{
	unsigned bits = 0;
	int n_bits = 0;

	for (size_t i = 0; i < text.len; i++) {
		int digit = base64_digit(text.p[i]);

		if (digit < 0)
			continue;
		bits = (bits << 6 | (unsigned)digit) & 0xffff;
		n_bits += 6;
		if (n_bits < 8)
			continue;
		n_bits -= 8;
		buf_addch(out, (char)(bits >> n_bits & 0xff));
	}
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
	word->charset = charset_find(rest);
	return is_token(rest);
}

static void add_word(struct decoder *d, const struct word *word)
{
	if (d->charset != word->charset)
		flush_words(d);
	d->has_word = true;
	d->charset = word->charset;
	if (word->encoding == 'b')
		decode_b(word->text, &d->pending);
	else
		decode_q(word->text, &d->pending);
}

static bool is_all_blank(struct slice s)
{
	return slice_trim(s).len == 0;
}

void words_decode(struct slice value, const char *const *fallback,
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
