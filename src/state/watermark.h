/* SPDX-License-Identifier: ISC */
/*
 * How far the folders of an IMAP account were read. Below `uid_next` of a
 * folder, all messages are here, or gone, or in its list of those that are
 * wanted still: too large, or refused by the server. So a session lists only
 * what is above it, and those.
 *
 * UIDNEXT and the number of messages are kept as the server gave them, to see
 * that nothing has changed. They are no watermark: a server may count messages
 * that it does not show yet.
 */
#ifndef STATE_WATERMARK_H
#define STATE_WATERMARK_H

#include <stddef.h>
#include <stdint.h>

#include "state/state.h"

/* A message below the watermark that did not come. */
struct unfetched {
	uint32_t uid;
	uint64_t size; /* as listed */
};

struct watermark {
	uint32_t uid_validity; /* 0: nothing is known of the folder */
	uint32_t uid_next;     /* above the last one that was listed */
	uint32_t said_next;    /* UIDNEXT; 0: the server did not say */
	uint32_t said_messages;
	struct unfetched *unfetched; /* in the order of UIDs */
	size_t n_unfetched;
	const uint32_t *settled; /* to set: those that were wanted, and are not
				    now, borrowed; NULL: all */
	size_t n_settled;
};

/* The UID that ends the UIDL of a message of IMAP; 0: there is none. */
uint32_t watermark_uid(struct slice uidl);

/* Read that of a folder, by its path. Release it after a failure, too. */
int state_get_watermark(struct state *s, int64_t account, const char *folder,
			struct watermark *out, struct error *err);
void watermark_release(struct watermark *w);

/* Within a transaction: replace it. */
int state_set_watermark(struct state *s, int64_t account, const char *folder,
			const struct watermark *w, struct error *err);

/*
 * The folder of the last message that came from one, to be freed by the caller.
 * NULL: there is none.
 */
int state_get_last_folder(struct state *s, int64_t account, char **out,
			  struct error *err);

/*
 * The messages of an account that have no folder, as those of POP3, are in this
 * one: their UIDLs begin with it and "0", which is no UIDVALIDITY. Those that
 * were imported or marked as seen have UIDLs of IMAP already. *n_out gets their
 * number.
 */
int state_adopt_nameless(struct state *s, int64_t account, const char *folder,
			 int64_t *n_out, struct error *err);

/* Within a transaction: all folders of the account are listed again. */
int state_forget_watermarks(struct state *s, int64_t account,
			    struct error *err);

/*
 * Not within a transaction: the account is one of POP3 now. Should it be one of
 * IMAP again, its messages are found as state_adopt_nameless() says.
 */
int state_forget_folders(struct state *s, int64_t account, struct error *err);

/*
 * Within a transaction: a message that was here is to be fetched once more,
 * because its file was lost. Nothing happens for one that has no folder.
 */
int state_want_again(struct state *s, int64_t message, struct error *err);

#endif
