/* SPDX-License-Identifier: ISC */
/*
 * Text as it is compared: two texts that look the same are the same. Letters
 * are composed (NFC); full-width and half-width forms become the usual ones;
 * all blanks become U+0020, and unbreakable hyphens "-"; what Unicode calls
 * Default_Ignorable is left out: soft hyphens, zero-width characters, direction
 * marks, fillers, variation selectors, tags.
 * Only comparison uses this form: what is stored or shown stays as it came.
 */
#ifndef MAIL_FOLD_H
#define MAIL_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

/* A piece of the folded text, and the bytes that it came from. */
struct fold_piece {
	size_t at, len;
	size_t from, from_len;
	bool same; /* they are the same bytes */
};

struct folded {
	struct slice text;
	char *bytes; /* owned: those of `text` */
	struct fold_piece *pieces;
	size_t n_pieces;
	bool is_rough; /* there were more */
};

/* A text in which more letters differ is not a name: they take memory. */
#define FOLD_PIECES_MAX 100000

/*
 * Fold UTF-8; bytes that are not stay as they are. NULL when folding changes
 * nothing, as in nearly all text. The time is linear. The caller frees it.
 */
struct folded *fold_new(struct slice text);

/*
 * The same for a field or a name, which is one line: several blanks, tabs and
 * line ends become one blank.
 */
struct folded *fold_line(struct slice text);
void fold_free(struct folded *folded); /* NULL is accepted */

/* The text to compare: the folded one, or `text` when `folded` is NULL. */
struct slice fold_text(const struct folded *folded, struct slice text);

/*
 * The bytes of `original`, of which `folded` was made, that became `part`, a
 * view into folded->text. Of a rough one it is `part` itself.
 */
struct slice fold_origin(const struct folded *folded, struct slice original,
			 struct slice part);

/*
 * Append UTF-8 as the name of something that is made and kept: composed,
 * without characters that nobody sees, any blanks one U+0020 and none at the
 * ends, so that two names that differ look so. Other text stays as it is.
 */
void fold_name(struct slice text, struct buf *out);

/* Enough for a text of `len` bytes: no normal form is longer (UAX 15). */
#define FOLD_NAME_MAX(len) (3 * (len) + 1)

/*
 * Can the bytes of a name from `from` up to `to` be a part of what fold_name()
 * gave? The composition is not looked at.
 */
bool fold_name_gives(struct slice name, size_t from, size_t to);

/*
 * Append the UTF-8 text in small letters, and composed, too (NFC). Of what is
 * no UTF-8, only the letters of ASCII are made small.
 */
void fold_lower(struct slice text, struct buf *out);
void fold_case(struct slice text, struct buf *out);

#endif
