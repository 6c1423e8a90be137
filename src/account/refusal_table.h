/* SPDX-License-Identifier: ISC */
/* Texts of servers that refuse, as data for refusal.c. */
#ifndef ACCOUNT_REFUSAL_TABLE_H
#define ACCOUNT_REFUSAL_TABLE_H

#include <stddef.h>

#include "account/refusal.h"

struct refusal_row {
	/*
	 * Whole words in lower case, neighbours in the text but for signs
	 * between them. "a|b" is one of two words, "*" any words of the same
	 * sentence, at most twice; "=" before them: these are all the words.
	 * Chinese and Japanese need no blanks. In a text that is not UTF-8 the
	 * bytes are compared as they are: some Chinese servers send GBK.
	 */
	const char *words;
	const char *domains; /* the only servers to mean this, or NULL */
	enum refusal_kind kind;
	const char *source; /* where it was seen: an URL, repository#number */
	const char *advice; /* what to do, or NULL */
};

/* Texts as they were seen; the order does not matter. */
extern const struct refusal_row refusal_table[];
extern const size_t refusal_table_len;

/* Signs in texts that nobody has seen yet; the first that is there counts. */
extern const struct refusal_row refusal_signs[];
extern const size_t refusal_signs_len;

#endif
