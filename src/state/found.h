/* SPDX-License-Identifier: ISC */
/*
 * What `state rebuild` found: messages that are in the Maildirs, known by
 * their file names, which say what server and account called them (key) and
 * what they contain (content), both cut to 8 bytes. They make a new database
 * know what the lost one knew, as soon as the server lists them.
 */
#ifndef STATE_FOUND_H
#define STATE_FOUND_H

#include "state/received.h"

/* Of both digests, as in maildir_base(). */
#define FOUND_SIZE 8

/* One file; that it is there already is fine. */
int state_add_found(struct state *s, const unsigned char key[FOUND_SIZE],
		    const unsigned char content[FOUND_SIZE],
		    const unsigned char identity[HASH_SIZE], struct error *err);

/* What server and account call a message; for its name in the Maildir. */
void state_make_key(const char *account, struct slice uidl,
		    unsigned char key[HASH_SIZE]);

/*
 * The key of a message that came from no server: sorted on disk, delivered, or
 * taken over from the spool. Numbers are different where messages are. A file
 * with such a key answers for one message with its content.
 */
void state_make_anonymous_key(int64_t number, unsigned char key[HASH_SIZE]);

/* Is there a file with this content? 1, 0, -1. */
int state_has_content(struct state *s, const unsigned char content[FOUND_SIZE],
		      struct error *err);

/* Is a message of this account and UIDL there? 1, 0, -1. */
int state_is_found(struct state *s, int64_t account, struct slice uidl,
		   struct error *err);

/*
 * The server lists it, with a header of this identity. 1: the one that was
 * found has it, too, and is known from now on; 0: fetch it; -1.
 */
int state_adopt_found(struct state *s, const struct received *listed,
		      struct error *err);

/* A message was received: was just this one found? 1, 0, -1. */
int state_take_found(struct state *s, const struct received *r,
		     struct error *err);

#endif
