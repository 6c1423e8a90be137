/* SPDX-License-Identifier: ISC */
/*
 * A text value of a rule: a word, an address, a domain, a pattern or a list.
 * See postroom-rules(7).
 *
 *	"invoice"		contains, ignoring case (Unicode); in some
 *				places at word boundaries only
 *	"=Spam"			in a header field: all of it
 *	"bob@x.org"		in an address field: exactly this address
 *	"@x.org" "@.x.org"	in an address field: the domain; and below it
 *	'/re/' '/re/c'		PCRE2, ignoring case; c: case matters
 *	"file:family.txt"	any line of that file, written as above
 */
#ifndef RULES_TEXT_H
#define RULES_TEXT_H

#include <stdbool.h>

#include "mail/message.h"
#include "rules/regex.h"
#include "util/buf.h"
#include "util/error.h"

enum text_kind {
	TEXT_CONTAINS,
	TEXT_WHOLE,
	TEXT_ADDRESS,
	TEXT_DOMAIN,
	TEXT_SUBDOMAINS,
	TEXT_REGEX,
	TEXT_LIST,
};

struct list;

/* The kind of text that a value is for, as bits. */
enum text_use {
	TEXT_ADDRESSES = 1, /* an address field */
	TEXT_WORDS = 2,	    /* a plain value matches at word boundaries */
	TEXT_EQUALS = 4,    /* "=…" is the whole text, or all of it before
			       the first comma, semicolon or bracket */
	TEXT_LINES = 8,	    /* ^ and $ of patterns mean lines */
	TEXT_PROSE = 16,    /* a blank of a plain value is also a line end */
};

struct text {
	enum text_kind kind;
	char *value;	     /* as it was written */
	char *ascii;	     /* an address with its domain as DNS knows it;
				also a plain value that may be a domain */
	struct slice part;   /* without its mark; view into these */
	struct regex *regex; /* also of some plain values; else NULL */
	unsigned uses;
	bool is_address;
	bool words; /* it may not match within a word */
	/* A plain value is compared in the form of mail/fold.h, `folded`. */
	struct folded *folded; /* or NULL: `value` has that form */
	bool exact; /* not so: folded, only blanks would be left of it */
	/* TEXT_LIST: addresses and domains; the other lines, compiled. */
	struct list *list;
	struct text *lines;
	size_t n_lines;
};

/*
 * Compile `value`; `uses` has bits of enum text_use. The path of a list is
 * relative to `directory`. On error -1; *column_out is the offset of the error
 * in the value, or -1.
 */
int text_init(struct text *t, const char *value, unsigned uses,
	      const char *directory, long *column_out, struct error *err);

/* Read the file of a list again if it has changed. True when it was read. */
bool text_refresh(struct text *t);
void text_release(struct text *t);

/* The text to search, and its addresses. */
struct text_subject {
	struct slice decoded;
	const struct slice *mailboxes; /* as message_mailboxes() gives them */
	size_t n_mailboxes;
	const struct folded *folded; /* of `decoded`; NULL: as it is */
};

/* Does the value need the decoded text? The addresses? */
bool text_needs_decoded(const struct text *t);
bool text_needs_mailboxes(const struct text *t);

/*
 * Does the subject have the value? ASCII case of addresses is ignored. A
 * pattern is searched for in the folded text and then in the text as it is;
 * captures are as it is.
 * captures: as in regex_search(); NULL with n = 0.
 */
enum match text_match(const struct text *t, const struct text_subject *subject,
		      struct slice *captures, size_t n, struct error *err);

#endif
