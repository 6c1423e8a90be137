/* SPDX-License-Identifier: ISC */
/*
 * A text value of a rule: a word, an address, a domain, a pattern or a list.
 * See postroom-rules(7).
 *
 *	"invoice"		contains, ignoring case (Unicode)
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
	TEXT_ADDRESS,
	TEXT_DOMAIN,
	TEXT_SUBDOMAINS,
	TEXT_REGEX,
	TEXT_LIST,
};

struct list;

struct text {
	enum text_kind kind;
	char *value;	     /* as it was written */
	struct slice part;   /* the address or domain; view into value */
	struct regex *regex; /* also used for TEXT_CONTAINS */
	bool is_address;
	/* TEXT_LIST: addresses and domains; the other lines, compiled. */
	struct list *list;
	struct text *lines;
	size_t n_lines;
};

/*
 * Compile `value`. `is_address`: it is for an address field. The path of a list
 * is relative to `directory`. On error -1; *column_out is the offset of the
 * error in the value, or -1.
 */
int text_init(struct text *t, const char *value, bool is_address,
	      const char *directory, long *column_out, struct error *err);

/* Read the file of a list again if it has changed. True when it was read. */
bool text_refresh(struct text *t);
void text_release(struct text *t);

/* The text to search, and its addresses. */
struct text_subject {
	struct slice decoded;
	const struct slice *mailboxes; /* as message_mailboxes() gives them */
	size_t n_mailboxes;
};

/* Does the value need the decoded text? The addresses? */
bool text_needs_decoded(const struct text *t);
bool text_needs_mailboxes(const struct text *t);

/*
 * Does the subject have the value? ASCII case of addresses is ignored.
 * captures: as in regex_search(); NULL with n = 0.
 */
enum match text_match(const struct text *t, const struct text_subject *subject,
		      struct slice *captures, size_t n, struct error *err);

#endif
