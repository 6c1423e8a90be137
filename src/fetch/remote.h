/* SPDX-License-Identifier: ISC */
/*
 * The mailbox of an account on its server, whichever protocol that speaks; part
 * of internal.h. Of IMAP, one folder at a time is the mailbox: folder.c
 * has selected it.
 *
 *	fetch_log_in(f, &secret, err);
 *	… the listing …
 *	fetch_request(f, MAILBOX_MESSAGE, wanted, n, max_bytes);
 *	while ((rc = fetch_next(f, fd, &answer, err)) == 1)
 *		… answer.at, answer.entry …
 *
 * After any -1 the session is dead.
 */
#ifndef FETCH_REMOTE_H
#define FETCH_REMOTE_H

#include "imap/imap.h"
#include "net/mailbox.h"
#include "pop3/pop3.h"
#include "state/spool.h"

struct fetch;

struct remote {
	struct pop3 *pop3; /* one of the two; neither: not connected */
	struct imap *imap;

	/* The request of IMAP: in the order of UIDs, which it wants. */
	const struct mailbox_entry **list;
	struct imap_wanted *wanted;
	size_t *places; /* of wanted[i], in the list */
	size_t n_answered;
	enum mailbox_command command;
};

/* For the trace of a dialogue, at -vv. */
void fetch_trace(char direction, struct slice text);

/* Connect and log in. `pipelining`: commands may be sent ahead. */
int fetch_log_in(struct fetch *f, const struct conn_secret *secret,
		 bool pipelining, struct error *err);
bool fetch_is_connected(const struct fetch *f);

/* The last words; see session.c. */
int fetch_log_out(struct fetch *f, struct error *err);
void fetch_disconnect(struct fetch *f);

/* Can headers be read alone? The second: they cannot, as was seen before. */
bool fetch_has_headers(const struct fetch *f);
void fetch_ignore_headers(struct fetch *f);

/* As pop3_request() and pop3_next(); the answers may come in any order. */
void fetch_request(struct fetch *f, enum mailbox_command command,
		   const struct mailbox_entry *const *list, size_t n,
		   uint64_t max_bytes);
int fetch_next(struct fetch *f, int fd, struct mailbox_answer *answer,
	       struct error *err);

/* As pop3_read_alone(). */
int fetch_read_alone(struct fetch *f, const struct mailbox_entry *entry,
		     bool literal, int fd, struct mailbox_answer *answer,
		     struct error *err);

/* Answers that are proved besides those of the listed size. */
size_t fetch_synced(const struct fetch *f);

/* Seconds that the server asked to be left alone for; 0: it did not. */
int64_t fetch_wait_wanted(const struct fetch *f);

/* How the session died. */
struct mailbox_break fetch_broke(const struct fetch *f);

/* See net/intake.h. Either may be NULL; their context is `f`. */
void fetch_watch_remote(struct fetch *f, intake_progress *progress,
			intake_guard *guard);

/* Copy folder, time, flags and id of a message, as an IMAP server gave them. */
void fetch_describe(const struct fetch *f, const struct mailbox_answer *answer,
		    struct on_server *out);

/* The UID of an entry of IMAP, which ends its UIDL. */
uint32_t fetch_uid(const struct fetch *f, const struct mailbox_entry *entry);

#endif
