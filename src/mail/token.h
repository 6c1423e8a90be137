/* SPDX-License-Identifier: ISC */
/* Words of fields such as Precedence: "bulk (of (many)); x=y". */
#ifndef MAIL_TOKEN_H
#define MAIL_TOKEN_H

#include <stdbool.h>

#include "util/slice.h"

/*
 * Take the next word out of *rest: between blanks and the punctuation of
 * fields, outside of comments, without quotation marks. False: there is none.
 */
bool token_next(struct slice *rest, struct slice *token);

/* Is the word one of these, which have blanks between, in any case? */
bool token_is_one_of(struct slice token, const char *words);

#endif
