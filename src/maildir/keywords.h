/* SPDX-License-Identifier: ISC */
/*
 * Tags as Dovecot keeps them: letters in the name of a message's file, which
 * the file dovecot-keywords in its folder explains.
 */
#ifndef MAILDIR_KEYWORDS_H
#define MAILDIR_KEYWORDS_H

#include "mail/tags.h"
#include "maildir/base.h"
#include "util/error.h"

/*
 * The letters for the tags in file names of the Maildir `dir_fd`, sorted. New
 * tags are added to its dovecot-keywords, under the lock that Dovecot takes
 * for that (dovecot-uidlist.lock). Returns 1; 0 when impossible: a tag is not
 * ASCII, all 26 letters are used, or Dovecot held its lock for two seconds; -1
 * on error.
 */
int keywords_assign(int dir_fd, const struct tags *t,
		    char letters[KEYWORD_LETTERS], struct error *err);

/*
 * The letters that mean in the Maildir `to_fd` what `letters` mean in
 * `from_fd`. A letter that has no name there stays as it is, unless it means
 * something in the other. Returns 1; 0 when some keywords cannot be kept, see
 * above: the others are; -1 on error.
 */
int keywords_move(int from_fd, int to_fd, const char *letters,
		  char out[KEYWORD_LETTERS], struct error *err);

/*
 * The same for a message at FOLDER/cur/NAME that goes to the folder at the path
 * `to`. Without keywords no folder is looked at.
 */
int keywords_carry(const char *message, const char *to,
		   char out[KEYWORD_LETTERS], struct error *err);

/* Join two lists of letters; `out` may be one of them. */
void keywords_join(const char *a, const char *b, char out[KEYWORD_LETTERS]);

#endif
