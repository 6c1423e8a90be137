/* SPDX-License-Identifier: ISC */
/*
 * Names of folders and paths that are partly made of a message's text. Slashes
 * of the configuration separate components; captured text is part of one, and
 * what cannot stand in a name is replaced.
 *
 *	struct tame t = {.out = out, .start = out->len};
 *
 *	tame_fixed(&t, "Lists/");
 *	tame_captured(&t, text, 0);
 *	tame_end(&t);
 */
#ifndef RULES_TAME_H
#define RULES_TAME_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"

struct tame {
	struct buf *out;
	size_t start;  /* of the component, in `out` */
	bool captured; /* it has captured text, or should have */
};

/* Append text of the configuration as it is. */
void tame_fixed(struct tame *t, struct slice text);

/*
 * Append text of the message in the form of fold_name(): "/" and control
 * characters become "_", and so does a ".", "-" or "~" at the beginning of the
 * component; what is too long is cut, with room for `more` bytes behind it.
 */
void tame_captured(struct tame *t, struct slice text, size_t more);

/*
 * Of a component with captured text, blanks at its ends go, and a first ".",
 * "-" or "~" of the configuration becomes "_", too. An empty one becomes "_";
 * "new", "cur" and "tmp" get one behind them.
 */
void tame_end(struct tame *t);

/*
 * The levels of a folder on a server become levels here, each of them tamed. A
 * server may have any number: what is behind some slashes is one component.
 * Take the next one; false: there is none. *n counts them, from 0.
 */
#define TAME_LEVELS_MAX 8
bool tame_next_level(struct slice *rest, unsigned *n, struct slice *level_out);

/* Append them, with room for `more` bytes behind the last one. */
void tame_levels(struct tame *t, struct slice folder, size_t more);

/* Does tame_end() add the one? */
bool tame_lengthens(struct slice name);

#endif
