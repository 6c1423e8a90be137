/* SPDX-License-Identifier: ISC */
/* The folders of an IMAP account that a session looks at. */
#ifndef FETCH_FOLDERS_H
#define FETCH_FOLDERS_H

#include <stddef.h>

#include "account/account.h"
#include "imap/imap.h"
#include "util/error.h"

struct folder_there {
	char *path;	     /* for people: UTF-8, with "/" between the parts */
	char *key;	     /* in the state, and in UIDLs; see name_to_key() */
	char *name;	     /* as the server has it */
	unsigned attributes; /* see imap/attribute.h */
	struct counts counts;	     /* none `counted`: not known */
	bool wanted;		     /* by `folders` of the account */
	char why_not[IMAP_TEXT_MAX]; /* refused; "": it was not */
};

struct folders {
	struct folder_there *list; /* n of them; also others, if it was asked */
	size_t n;
	char delimiter;
	char *target;	     /* name of the folder to move to; NULL: none */
	char *trash;	     /* name of \Trash; NULL: none */
	const char *missing; /* of the account, and not there; NULL: none */
	struct set *keys, *names; /* the list has thousands in some places */
};

/*
 * Find those that are wanted, with their counts; with `all`, also list the
 * others where only INBOX is wanted. ERR_PERSON: there is none, or
 * none to move mail to. One of several names that is not there is `missing`.
 */
int folders_find(struct folders *f, struct imap *imap, const struct account *a,
		 bool all, struct error *err);

/* Is INBOX one of those that the account names? */
bool folders_want_inbox(const struct account *a);

void folders_release(struct folders *f);

#endif
