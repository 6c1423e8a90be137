/* SPDX-License-Identifier: ISC */
/*
 * Tags as Dovecot keeps them: letters in the name of a message's file, which
 * the file dovecot-keywords in its folder explains.
 */
#ifndef MAILDIR_KEYWORDS_H
#define MAILDIR_KEYWORDS_H

#include "mail/tags.h"
#include "util/error.h"

/* Dovecot's letters a to z, and a NUL. */
#define KEYWORD_LETTERS 27

/*
 * The letters for the tags in file names of the Maildir `dir_fd`, sorted. New
 * tags are added to its dovecot-keywords, under the lock that Dovecot takes
 * for that (dovecot-uidlist.lock). Returns 1; 0 when impossible: a tag is not
 * ASCII, all 26 letters are used, or Dovecot held its lock for two seconds; -1
 * on error.
 */
int keywords_assign(int dir_fd, const struct tags *t,
		    char letters[KEYWORD_LETTERS], struct error *err);

#endif
