/* SPDX-License-Identifier: ISC */
#include "mail/fold.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/entity.h"
#include "mail/unicode.h"
#include "util/ascii.h"
#include "util/escape.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * Characters that are composed at once. Words are shorter; more marks than
 * this on one letter are no text, and are composed in pieces.
 */
#define RUN_MAX 256

/* No normal form in UTF-8 is more than three times as long (UAX 15). */
#define GROWTH 3

struct folder {
	struct folded *folded;
	struct buf out;
	bool changed;
	bool is_line; /* any blanks are one */
	/* Characters that may have to be composed, and what they came from. */
	uint32_t run[RUN_MAX];
	size_t n_run;
	size_t run_from, run_end;
	bool run_changed; /* one of them is not what the text has */
};

/* Record which original bytes became the output from `at` on. */
static void add_piece(struct folder *f, size_t at, size_t from, size_t from_len,
		      bool same)
{
	struct folded *folded = f->folded;
	struct fold_piece *last =
		folded->n_pieces == 0 ? NULL
				      : &folded->pieces[folded->n_pieces - 1];

	f->changed = f->changed || !same;
	if (f->out.len == at)
		return;
	if (same && last != NULL && last->same &&
	    last->from + last->from_len == from) {
		last->len += f->out.len - at;
		last->from_len += from_len;
		return;
	}
	if (folded->n_pieces == FOLD_PIECES_MAX) {
		folded->is_rough = true;
		return;
	}
	xgrow(&folded->pieces, folded->n_pieces, sizeof(*folded->pieces));
	folded->pieces[folded->n_pieces++] =
		(struct fold_piece){.at = at,
				    .len = f->out.len - at,
				    .from = from,
				    .from_len = from_len,
				    .same = same};
}

/* Is the output, so far, such that a blank would be a second one? */
static bool has_blank(const struct folder *f)
{
	return f->out.len > 0 && f->out.s[f->out.len - 1] == ' ';
}

/* Append a character. False: not as it is. */
static bool put(struct folder *f, uint32_t c)
{
	if (!f->is_line || !(c < 0x80 && ascii_is_space((char)c))) {
		entity_add_code(&f->out, c);
		return true;
	}
	if (has_blank(f))
		return false;
	buf_addch(&f->out, ' ');
	return c == ' ';
}

/* Compose what was collected. */
static void end_run(struct folder *f)
{
	uint32_t composed[RUN_MAX * GROWTH];
	size_t n = sizeof(composed) / sizeof(composed[0]), at = f->out.len;
	uint32_t *result = f->run;
	bool same = !f->run_changed;

	if (f->n_run == 0)
		return;
	if (f->n_run > 1 || !unicode_is_plain(f->run[0])) {
		result = unicode_compose(f->run, f->n_run, composed, &n);
		same = same && n == f->n_run &&
		       memcmp(result, f->run, n * sizeof(*result)) == 0;
	} else {
		n = 1;
	}
	for (size_t i = 0; i < n; i++)
		same = put(f, result[i]) && same;
	add_piece(f, at, f->run_from, f->run_end - f->run_from, same);
	if (result != f->run && result != composed)
		free(result);
	f->n_run = 0;
}

static void add_to_run(struct folder *f, uint32_t c, size_t from, size_t len,
		       bool changed)
{
	if (f->n_run == RUN_MAX || (f->n_run > 0 && unicode_is_plain(c)))
		end_run(f);
	if (f->n_run == 0) {
		f->run_from = from;
		f->run_changed = false;
	}
	f->run_changed = f->run_changed || changed;
	f->run[f->n_run++] = c;
	f->run_end = from + len;
}

/*
 * The length of the start of the text that stays as it is, whatever follows
 * it.
 */
static size_t plain_prefix(struct slice s, size_t from)
{
	size_t at = from, before = from;

	while (at < s.len) {
		size_t n;

		n = ascii_prefix(s.p + at, s.len - at);
		if (n > 0) {
			at += n;
			before = at - 1;
			continue;
		}
		n = utf8_sequence(s.p + at, s.len - at);
		if (n > 0 && !unicode_is_plain(utf8_character(s.p + at, n)))
			return before - from;
		before = n == 0 ? at + 1 : at;
		at += n == 0 ? 1 : n;
	}
	return s.len - from;
}

/* From a plain character, or one that is folded, to the next plain one. */
static size_t fold_some(struct folder *f, struct slice s, size_t at)
{
	bool first = true;

	while (at < s.len) {
		size_t n = utf8_sequence(s.p + at, s.len - at);
		uint32_t c, into;

		if (n == 0)
			break;
		c = utf8_character(s.p + at, n);
		if (!first && unicode_is_plain(c))
			break;
		into = unicode_fold(c);
		f->changed = f->changed || into != c;
		if (into != UNICODE_DROPPED)
			add_to_run(f, into, at, n, into != c);
		else if (f->n_run > 0)
			f->run_changed = true;
		at += n;
		first = false;
	}
	end_run(f);
	return at;
}

/* The length of the blanks at `at`, of ASCII. */
static size_t blanks_at(struct slice s, size_t at)
{
	size_t end = at;

	while (end < s.len && ascii_is_space(s.p[end]))
		end++;
	return end - at;
}

/* The length of the text at `at` in which each blank is one, and U+0020. */
static size_t single_prefix(struct slice s, size_t at)
{
	size_t end = at;

	while (end < s.len) {
		size_t n = blanks_at(s, end);

		if (n > 1 || (n == 1 && s.p[end] != ' '))
			break;
		end++;
	}
	return end - at;
}

static void keep(struct folder *f, struct slice s, size_t from, size_t n)
{
	size_t start = f->out.len;

	if (n == 0)
		return;
	buf_add(&f->out, s.p + from, n);
	add_piece(f, start, from, n, true);
}

/* A line without characters to fold, between `at` and the end of `s`. */
static void fold_blanks(struct folder *f, struct slice s, size_t at)
{
	while (at < s.len) {
		size_t n = blanks_at(s, at), start = f->out.len;

		if (n > 0 && has_blank(f)) {
			f->changed = true;
		} else if (n > 1 || (n == 1 && s.p[at] != ' ')) {
			buf_addch(&f->out, ' ');
			add_piece(f, start, at, n, false);
		} else {
			n = n > 0 ? n : single_prefix(s, at);
			keep(f, s, at, n);
		}
		at += n;
	}
}

static void fold_all(struct folder *f, struct slice s)
{
	size_t at = 0;

	while (at < s.len) {
		size_t n = plain_prefix(s, at);

		if (f->is_line)
			fold_blanks(f, slice_of(s.p, at + n), at);
		else
			keep(f, s, at, n);
		at += n;
		if (at < s.len)
			at = fold_some(f, s, at);
	}
}

static struct folded *fold(struct slice text, bool is_line)
{
	struct folder f = {.out = BUF_INIT(text.len * GROWTH + 1),
			   .is_line = is_line};
	struct folded *folded;

	if (plain_prefix(text, 0) == text.len &&
	    (!is_line || single_prefix(text, 0) == text.len))
		return NULL;
	f.folded = folded = xcalloc(1, sizeof(*folded));
	fold_all(&f, text);
	folded->text = buf_slice(&f.out);
	if (f.out.cap > 0)
		folded->bytes = buf_detach(&f.out);
	if (f.changed)
		return folded;
	fold_free(folded);
	return NULL;
}

struct folded *fold_new(struct slice text)
{
	return fold(text, false);
}

struct folded *fold_line(struct slice text)
{
	return fold(text, true);
}

void fold_free(struct folded *folded)
{
	if (folded == NULL)
		return;
	free(folded->bytes);
	free(folded->pieces);
	free(folded);
}

struct slice fold_text(const struct folded *folded, struct slice text)
{
	return folded == NULL ? text : folded->text;
}

/* The piece with offset `at`; there is one. */
static const struct fold_piece *piece_at(const struct folded *folded, size_t at)
{
	size_t low = 0, high = folded->n_pieces;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (folded->pieces[middle].at <= at)
			low = middle;
		else
			high = middle;
	}
	return &folded->pieces[low];
}

struct slice fold_origin(const struct folded *folded, struct slice original,
			 struct slice part)
{
	size_t start = (size_t)(part.p - folded->text.p), end;
	const struct fold_piece *piece;

	if (folded->n_pieces == 0 || part.len == 0)
		return slice_of(original.p, 0);
	if (folded->is_rough)
		return part;
	piece = piece_at(folded, start + part.len - 1);
	end = piece->same ? piece->from + start + part.len - piece->at
			  : piece->from + piece->from_len;
	piece = piece_at(folded, start);
	start = piece->same ? piece->from + start - piece->at : piece->from;
	return slice_of(original.p + start, end - start);
}
