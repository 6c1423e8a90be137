/* SPDX-License-Identifier: ISC */
/* The messages of the folder that is selected; part of imap.h. */
#ifndef IMAP_MESSAGES_H
#define IMAP_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "imap/folders.h"
#include "util/error.h"

struct imap;

struct imap_listed {
	uint32_t uid;
	uint64_t size;	/* RFC822.SIZE, a hint; 0: not known */
	unsigned flags; /* see imap/flags.h */
	bool has_time;
	int64_t time; /* INTERNALDATE */
};

/*
 * Called for each message, in any order, and again when news of its flags come.
 * -1 ends the session.
 */
typedef int imap_take_listed(void *context, const struct imap_listed *message,
			     struct error *err);

/* Messages of a folder. */
struct imap_set {
	uint32_t from; /* the one with this UID, and larger ones; 0: none */
	const uint32_t *uids; /* and these: ascending, each smaller than from */
	size_t n;
};

/*
 * List them, as far as they are there. Returns 1, 0 if the server refuses it,
 * or a part of it, or -1.
 */
int imap_list_messages(struct imap *i, const struct imap_set *set,
		       imap_take_listed *take, void *context,
		       char text[IMAP_TEXT_MAX], struct error *err);

/*
 * Only the UIDs, of messages with this UID and larger ones, in any order: seven
 * bytes each instead of a hundred. Returns 1, 0 if the server refuses it, or
 * -1.
 */
typedef int imap_take_uid(void *context, uint32_t uid, struct error *err);
int imap_list_uids(struct imap *i, uint32_t from, imap_take_uid *take,
		   void *context, char text[IMAP_TEXT_MAX], struct error *err);

#endif
