/* SPDX-License-Identifier: ISC */
/*
 * Tags as Dovecot keeps them: a letter in the file's name stands for each,
 * and the file dovecot-keywords of the folder says for which.
 */
#ifndef MAILDIR_KEYWORDS_H
#define MAILDIR_KEYWORDS_H

#include "mail/tags.h"
#include "util/error.h"

/* Dovecot's letters a to z, and a NUL. */
#define KEYWORD_LETTERS 27

/*
 * The letters that stand for the tags in the names of files of the Maildir
 * `dir_fd`, sorted. New tags are written into its dovecot-keywords, under the
 * lock that Dovecot takes for that (dovecot-uidlist.lock). Returns 1; 0 when
 * that cannot be: a tag is not ASCII, all 26 letters are taken, or Dovecot
 * held its lock for two seconds; -1 on an error.
 */
int keywords_assign(int dir_fd, const struct tags *t,
		    char letters[KEYWORD_LETTERS], struct error *err);

#endif
