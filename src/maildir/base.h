/* SPDX-License-Identifier: ISC */
/*
 * The name of a message's file: a unique base, which tells what the message
 * is, and the flags behind it.
 */
#ifndef MAILDIR_BASE_H
#define MAILDIR_BASE_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/flags.h"

#define MAILDIR_BASE_MAX 192

/* Dovecot's letters a to z, and a NUL. */
#define KEYWORD_LETTERS 27

/*
 * Build a unique file name: seconds, microseconds, Q: a key of account and
 * UIDL, C: a digest of the content, A: the number of this delivery of the
 * message, host, size. Both keys are 8 bytes.
 */
void maildir_base(char out[MAILDIR_BASE_MAX], int64_t calendar_us,
		  const unsigned char *q_key, const unsigned char *c_key,
		  unsigned delivery, uint64_t size);

/* Both keys that maildir_base() puts into a name. */
struct maildir_keys {
	unsigned char q[8], c[8];
};

/* False when maildir_base() did not make the name. */
bool maildir_read_base(const char *name, struct maildir_keys *out);

/*
 * Where the flags begin in a path or a name: at the separator of ":2,FS". Some
 * programs write ";2," or "!2,", for file systems that do not take a colon.
 * NULL: it has none.
 */
const char *maildir_info(const char *path);

/* Does the name consist of this base, perhaps with flags behind it? */
bool maildir_has_base(const char *name, const char *base);

/* "S", "FS", …: the letters in Maildir order. `out` holds at least 8 bytes. */
void maildir_flag_letters(unsigned flags, char *out);

/*
 * The flags in the path of a message, with FLAG_OLD when it is in a cur/.
 * *trashed_out: it is marked for deletion (T).
 */
unsigned maildir_flags_of(const char *path, bool *trashed_out);

/* Dovecot's letters for keywords, a to z, in the path of a message. */
void maildir_keywords_of(const char *path, char out[KEYWORD_LETTERS]);

#endif
