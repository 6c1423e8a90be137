/* SPDX-License-Identifier: ISC */
/* A mailbox and a name without angle brackets between them. */
#include <string.h>

#include "mail/address_token.h"

#include "util/banned.h"

struct words {
	struct slice mailbox; /* the last one with an "@" */
	struct slice square;  /* the last one as in "[bob@x.org]" */
	size_t n_square;
	bool spaced; /* "bob @ x.org" is one mailbox in old mail */
};

static bool is_square(struct slice word)
{
	const char *sign = memchr(word.p, '@', word.len);

	return word.len > 4 && word.p[0] == '[' &&
	       word.p[word.len - 1] == ']' && sign != NULL &&
	       sign > word.p + 1 && sign < word.p + word.len - 2 &&
	       sign == memrchr(word.p, '@', word.len);
}

static void find_words(struct address_reader *r, struct slice s,
		       struct words *words)
{
	for (size_t at = 0; at < s.len;) {
		struct slice word = slice_skip(s, at);
		size_t sign;

		word.len = address_find(r, word, " \t\r\n");
		sign = address_find(r, word, "@");
		at += word.len + 1;
		if (is_square(word)) {
			words->square = word;
			words->n_square++;
		} else if (sign < word.len &&
			   (sign == 0 || sign + 1 == word.len)) {
			words->spaced = true;
		} else if (sign < word.len &&
			   address_find(r, word, "()\"[]\\") == word.len) {
			words->mailbox = word;
		}
	}
}

void address_split_words(struct address_reader *r, struct address *a)
{
	struct slice s = a->mailbox, whole;
	struct words words = {.n_square = 0};

	find_words(r, s, &words);
	whole = words.mailbox;
	if (words.n_square > 0)
		whole = words.square;
	else if (words.spaced || whole.len == 0)
		return;
	a->mailbox = whole;
	if (words.n_square == 1 && !words.spaced && words.mailbox.len == 0)
		a->mailbox = slice_of(whole.p + 1, whole.len - 2);
	if (whole.p > s.p) {
		a->name = slice_trim(slice_of(s.p, (size_t)(whole.p - s.p)));
		a->in_comment = false;
	}
}
