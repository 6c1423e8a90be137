/* SPDX-License-Identifier: ISC */
/*
 * The name of a message's file: a base that is unique and says what the
 * message is, then its flags.
 */
#ifndef MAILDIR_BASE_H
#define MAILDIR_BASE_H

#include <stdbool.h>
#include <stdint.h>

#include "mail/flags.h"

#define MAILDIR_BASE_MAX 192

/*
 * Build a unique file name: seconds, microseconds, Q: what server and
 * account call it, C: its content, A: which delivery of the message,
 * host, size. Both keys are 8 bytes.
 */
void maildir_base(char out[MAILDIR_BASE_MAX], int64_t calendar_us,
		  const unsigned char *q_key, const unsigned char *c_key,
		  unsigned delivery, uint64_t size);

/* What maildir_base() has put into a name. */
struct maildir_keys {
	unsigned char q[8], c[8];
};

/* False: the name is not one of ours. */
bool maildir_read_base(const char *name, struct maildir_keys *out);

/* "S", "FS", …: the letters in Maildir order. `out` holds at least 8 bytes. */
void maildir_flag_letters(unsigned flags, char *out);

/*
 * The flags that the path of a message says, with FLAG_OLD when it is in a
 * cur/. *trashed_out: it is marked to be deleted (T).
 */
unsigned maildir_flags_of(const char *path, bool *trashed_out);

#endif
