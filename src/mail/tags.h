/* SPDX-License-Identifier: ISC */
/*
 * The tags of a message: single words. The field X-Label is written by
 * mail/edit.h, Dovecot's keywords by maildir/keywords.h, and notmuch is told
 * by mail/notmuch.h.
 */
#ifndef MAIL_TAGS_H
#define MAIL_TAGS_H

#include <stdbool.h>
#include <stddef.h>

#include "util/buf.h"
#include "util/error.h"

/* Dovecot has 26 for a whole folder; more on one message are useless. */
#define TAGS_MAX       64
#define TAG_LENGTH_MAX 64

struct tags {
	char **names;
	size_t n;
};

/*
 * A tag is a word that mutt, mu, notmuch and IMAP can all take: UTF-8 without
 * blanks, control characters, and ( ) { } % * " \ ] , that does not begin
 * with "-" or "+". -1 with ERR_CONFIG for anything else.
 */
int tags_check(struct slice tag, struct error *err);

/* 0: t has it now. -1: it cannot be a tag, or there are TAGS_MAX already. */
int tags_add(struct tags *t, struct slice tag);
void tags_remove(struct tags *t, struct slice tag);
bool tags_has(const struct tags *t, struct slice tag);
void tags_release(struct tags *t);

/* As one text and back; words that cannot be tags are left out. */
void tags_join(const struct tags *t, char separator, struct buf *out);
void tags_split(struct slice joined, char separator, struct tags *out);

#endif
