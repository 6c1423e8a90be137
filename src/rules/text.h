/* SPDX-License-Identifier: ISC */
/*
 * A text value of a rule and what it means: contains, an address, a domain,
 * a pattern. See postroom-rules(7).
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
	char *value;	     /* as written, for explanations */
	struct slice part;   /* the address or domain; view into value */
	struct regex *regex; /* also used for TEXT_CONTAINS */
	bool is_address;
	/* Of TEXT_LIST: addresses and domains, and the lines that are not. */
	struct list *list;
	struct text *lines;
	size_t n_lines;
};

/*
 * Understand `value`. `is_address`: it is for an address field; a file is
 * below `directory`. On error returns -1; *column_out is the offset within
 * value, or -1.
 */
int text_init(struct text *t, const char *value, bool is_address,
	      const char *directory, long *column_out, struct error *err);

/* Read the file of a list again when it has changed: true. */
bool text_refresh(struct text *t);
void text_release(struct text *t);

/* What is compared: a text, and the addresses in it where it has any. */
struct text_subject {
	struct slice decoded;
	const struct slice *mailboxes; /* as message_mailboxes() gives them */
	size_t n_mailboxes;
};

/* Does it look at the decoded text? At the addresses? */
bool text_needs_decoded(const struct text *t);
bool text_needs_mailboxes(const struct text *t);

/*
 * Does the subject hold the value? Addresses are compared ignoring ASCII
 * case. captures as in regex_search(); may be NULL with n = 0.
 */
enum match text_match(const struct text *t, const struct text_subject *subject,
		      struct slice *captures, size_t n, struct error *err);

#endif
