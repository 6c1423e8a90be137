/* SPDX-License-Identifier: ISC */
/*
 * The folders of a mailbox; part of imap.h. Names are those of the server: see
 * imap/name.h.
 */
#ifndef IMAP_FOLDERS_H
#define IMAP_FOLDERS_H

#include <stdbool.h>
#include <stdint.h>

#include "imap/response.h"
#include "util/error.h"
#include "util/slice.h"

struct imap;

/* More are not believed: each costs memory, and a round trip at least. */
#define IMAP_FOLDERS_MAX 20000

/*
 * Called for each folder, with counts of NULL, and for the counts of one, which
 * may come first. All is valid until it returns. -1 ends the session.
 */
typedef int imap_take_folder(void *context, const struct folder *folder,
			     const struct counts *counts, struct error *err);

/*
 * List all folders, with their special uses where the server tells them.
 * `counts`: also their counts, in the same command, if the server can; ask for
 * those that did not come with imap_status().
 */
int imap_list(struct imap *i, bool counts, imap_take_folder *take,
	      void *context, struct error *err);

/* The words of a refusal. */
#define IMAP_TEXT_MAX 256

/*
 * MESSAGES, UIDNEXT, UIDVALIDITY, and HIGHESTMODSEQ if the server has it.
 * Returns 1, 0 if the server refuses it, or -1.
 */
int imap_status(struct imap *i, struct slice name, struct counts *out,
		char text[IMAP_TEXT_MAX], struct error *err);

/*
 * Called once for each folder, in any order: k is its number; counts are NULL
 * if the server refuses it, and `text` says why. -1 ends the session.
 */
typedef int imap_take_counts(void *context, size_t k,
			     const struct counts *counts, const char *text,
			     struct error *err);

/*
 * The same of n folders in few round trips. Counts with none `counted`: the
 * server gave them under another name; imap_status() gets them.
 */
int imap_statuses(struct imap *i, const struct slice *names, size_t n,
		  imap_take_counts *take, void *context, struct error *err);

/* A folder that is selected. */
struct imap_selected {
	uint32_t messages;
	uint32_t uid_validity; /* 0: its UIDs mean nothing in other sessions */
	bool not_sticky;       /* UIDNOTSTICKY: so it says */
	uint32_t uid_next;     /* 0: not known */
	uint64_t highest_modseq;
	bool read_only;
	bool is_open;		  /* as imap_select() returns */
	char text[IMAP_TEXT_MAX]; /* why it was refused */
};

/*
 * SELECT, or EXAMINE, which changes nothing there. Returns 1, 0 if the server
 * refuses it, or -1.
 */
int imap_select(struct imap *i, struct slice name, bool read_only,
		struct imap_selected *out, struct error *err);

/*
 * The same in one round trip with imap_list_messages(), which must be called
 * next; *out, which must last until then, has the answer behind that. -1, or 0
 * if it is known already that there is nothing to list.
 */
int imap_select_ahead(struct imap *i, struct slice name, bool read_only,
		      struct imap_selected *out, struct error *err);

#endif
