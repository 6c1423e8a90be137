/* SPDX-License-Identifier: ISC */
/* Shared by the files of pop3/ only. */
#ifndef POP3_INTERNAL_H
#define POP3_INTERNAL_H

#include "net/intake.h"
#include "pop3/pop3.h"

/*
 * The window of commands without an answer. Half of either limit must last for
 * a round trip: 500 small messages, or 8 MiB. The count keeps the commands
 * sent ahead below 16 KiB; a server may read them slowly, because sending
 * never blocks receiving. The bytes bound what a broken session wastes.
 */
#define WINDOW_COMMANDS 1000
#define WINDOW_BYTES	(16 * 1024 * 1024)

/*
 * A STAT follows so many commands, or so many bytes, and the last command: its
 * answer shows that nothing was taken for an answer that was none.
 */
#define SYNC_COMMANDS POP3_SYNC_MAX
#define SYNC_BYTES    (1024 * 1024)
#define SYNCS_MAX     (WINDOW_COMMANDS / SYNC_COMMANDS + 1 + 2 * 16 + 8)

struct pop3 {
	struct wire wire;

	struct {
		bool pipelining; /* offered before the login */
		bool shuns_capa; /* it did not survive CAPA: do not ask again */
		bool asked;	 /* POP3_FIRST_COMMANDS went with the login */
	} login;

	bool may_pipeline, pipelining, top, uidl;
	bool ignores_top;
	struct pop3_terms terms;
	size_t n_listed, n_marked; /* by STAT, by DELE */
	bool has_octets;	   /* STAT says two numbers */

	struct intake intake;
	bool undoubled; /* the server does not double dots, as was seen */

	enum mailbox_command command;
	const struct mailbox_entry *const *wanted;
	size_t n_wanted, n_asked, n_answered;
	uint64_t bytes_asked, max_bytes;

	size_t n_synced;	 /* answers that a STAT has confirmed */
	size_t syncs[SYNCS_MAX]; /* sent behind so many commands; n_syncs */
	size_t n_syncs;
	size_t unsynced; /* commands since the last one was sent */
	uint64_t unsynced_bytes;
	bool unproved; /* a size since the last one was not the listed one */

	struct mailbox_break broke;
};

/* The session broke while this was awaited. Returns -1. */
int pop3_note_break(struct pop3 *p, const struct mailbox_entry *entry);

/* Report an answer that does not fit the command. Returns -1. */
int pop3_contradict(struct pop3 *p, const char *command, struct slice answer,
		    struct error *err);

/* body.c: read a message behind its status line, with its end marker. */
int pop3_read_body(struct pop3 *p, int fd, struct mailbox_answer *answer,
		   struct error *err);

/* body.c: exactly as many octets as listed, dots as they come. */
int pop3_read_octets(struct pop3 *p, int fd, struct mailbox_answer *answer,
		     struct error *err);

/* Is it the answer to STAT, as it must be now? */
bool pop3_is_stat(const struct pop3 *p, struct slice text);

/* A status line, into the answer. As wire_status(). */
int pop3_read_status(struct pop3 *p, const struct mailbox_entry *entry,
		     struct mailbox_answer *answer, struct error *err);

#endif
