/* SPDX-License-Identifier: ISC */
/*
 * RFC 5322 3.4 address lists, read leniently and from the raw field value,
 * so that an encoded display name cannot pretend to be an address.
 *
 *	struct address_reader reader = address_reader(value);
 *	struct address a;
 *
 *	while (address_next(&reader, &a))
 *		address_clean(a.mailbox, &out);
 *
 * Linear in all calls together.
 */
#ifndef MAIL_ADDRESS_H
#define MAIL_ADDRESS_H

#include <stdbool.h>

#include "util/buf.h"

struct address {
	struct slice name;    /* raw display name, with its quotes; without
				 one, the comment behind the address, as in
				 "bob@x.org (Bob)"; may be empty */
	struct slice mailbox; /* local@domain as written; comments are
				 removed only at the ends; never empty */
	bool in_comment;      /* the name is a comment, without brackets */
	bool joined;	      /* another one follows without a comma */
};

/*
 * The openers from these places on have no closing byte, and are plain bytes:
 * this is found out once, however many there are.
 */
struct address_reader {
	struct slice rest;
	const char *end;	  /* of the value */
	const char *plain_quotes; /* NULL: all quotes so far are closed */
	const char *plain_comments;
	const char *word_end;  /* the last "?=" that was looked up */
	const char *no_names;  /* what ends before it is no part of a name */
	const char *last_sign; /* the last "@" of the value, or NULL */
	bool broken;	       /* an opener in a name was not closed */
};

struct address_reader address_reader(struct slice value);

/*
 * The next mailbox, including the members of groups. The route in
 * "<@a,@b:user@host>" is removed; a missing comma behind ">" and commas in a
 * name before "<" are accepted; a part without an "@" is returned as a mailbox
 * without a domain. Behind a bracket or quote that is never closed nothing is
 * read, except for a smiley in a name, as in ":-( <a@x.org>". False at the end.
 */
bool address_next(struct address_reader *reader, struct address *out);

/*
 * Append the mailbox in one form: without comments, blanks, "mailto:", a last
 * dot, and quotes that are not needed. Of several words it is the last one
 * with an "@".
 */
void address_clean(struct slice mailbox, struct buf *out);

/*
 * Append it in the form in which addresses are compared, ignoring the case of
 * ASCII: the domain as DNS knows it, "@xn--mnchen-3ya.example" for
 * "@München.example"; a local part with letters of other languages composed
 * (NFC) and in small letters. A domain that cannot be in DNS stays as it is.
 */
void address_fold(struct slice mailbox, struct buf *out);
void address_fold_domain(struct slice domain, struct buf *out);

/*
 * Append "münchen.example" for "xn--mnchen-3ya.example". False: the domain has
 * no such label, or one that stands for nothing.
 */
bool address_domain_letters(struct slice domain, struct buf *out);

/* Enough for a mailbox of `len` bytes. */
#define ADDRESS_FOLD_MAX(len) (3 * (len) + 1024)

/* The part behind the last "@", or an empty slice. */
struct slice address_domain(struct slice mailbox);

/*
 * Append the text without the quotes of display names. Quotes within "<…>" and
 * before an "@" belong to the address and stay.
 */
void address_unquote(struct slice s, struct buf *out);

/* Append the content of a comment without its backslashes. */
void address_unescape(struct slice s, struct buf *out);

/*
 * Does a field of this name hold addresses? Of the sender, or of those who
 * receive it?
 */
bool address_is_field(struct slice name);
bool address_is_sender_field(struct slice name);

#endif
