/* SPDX-License-Identifier: ISC */
/*
 * Messages that `state rebuild` found in the Maildirs, by their file names. A
 * name has a digest of account and UIDL (key) and one of the content, both cut
 * to 8 bytes. When the server lists such a message, the new database knows it
 * as the lost one did.
 */
#ifndef STATE_FOUND_H
#define STATE_FOUND_H

#include "state/received.h"

/* Bytes of each digest, as in maildir_base(). */
#define FOUND_SIZE 8

/* Add one file. A second one with the same key and content changes nothing. */
int state_add_found(struct state *s, const unsigned char key[FOUND_SIZE],
		    const unsigned char content[FOUND_SIZE],
		    const unsigned char identity[HASH_SIZE], struct error *err);

/* The key of a message: a digest of account and UIDL, for its file name. */
void state_make_key(const char *account, struct slice uidl,
		    unsigned char key[HASH_SIZE]);

/*
 * The key of a message that came from no server: sorted on disk, delivered, or
 * adopted from the spool. `number` is another one for each message. A file with
 * such a key stands for one message with its content.
 */
void state_make_anonymous_key(int64_t number, unsigned char key[HASH_SIZE]);

bool state_is_anonymous_key(const unsigned char key[FOUND_SIZE]);

/* Has the database never had an account, a message or a file found? 1, 0, -1.
 */
int state_is_new(struct state *s, struct error *err);

/* Is there a file with this content? 1, 0, -1. */
int state_has_content(struct state *s, const unsigned char content[FOUND_SIZE],
		      struct error *err);

/* Is a message of this account and UIDL there? 1, 0, -1. */
int state_is_found(struct state *s, int64_t account, struct slice uidl,
		   struct error *err);

/*
 * The server lists a message whose header has this identity. 1: the file that
 * was found has it, too, and the message is known now; 0: fetch it; -1.
 */
int state_adopt_found(struct state *s, const struct received *listed,
		      struct error *err);

/* Is this message, which was just received, one of those found? 1, 0, -1. */
int state_take_found(struct state *s, const struct received *r,
		     struct error *err);

#endif
