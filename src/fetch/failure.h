/* SPDX-License-Identifier: ISC */
/* Messages that came and messages that failed; part of internal.h. */
#ifndef FETCH_FAILURE_H
#define FETCH_FAILURE_H

#include "net/mailbox.h"
#include "util/error.h"

struct fetch;

/*
 * The most sessions of a run that may end at a suspect: each may last as
 * long as `timeout` says.
 */
#define FETCH_OVER_MAX 3

/* A message that came in this session. */
struct fetched {
	const struct mailbox_entry *entry;
	size_t nth;  /* answer of its request; 0: it is proved complete */
	bool exact;  /* its size is the listed one, which is proof, too */
	bool longer; /* than listed */
	bool keep;   /* it is not deleted on the server */
	uint64_t size;
};

/* A message that is read apart from others. */
struct suspect {
	const struct mailbox_entry *entry;
	bool due; /* a known one, to be deleted when it is the same */
};

/* One that was refused, or must be read alone. */
struct refused {
	const struct mailbox_entry *entry;
	char *why;
	bool alone;
};

/* How a message failed, for fetch_count_failure(). */
struct failure {
	const char *why;
	bool alone;		     /* read it apart from others from now on */
	bool kept;		     /* it is here now, and stays there */
	const unsigned char *sha256; /* what came; or NULL */
};

/*
 * receive.c: fetch_retrieve() receives what is new. fetch_receive() is one
 * request. Complete messages are committed even if the session then breaks, if
 * they are proved; see "Proof" in ARCHITECTURE.md. fetch_keep() adds a message
 * to the batch, fetch_commit() makes the batch durable.
 */
int fetch_retrieve(struct fetch *f, struct error *err);
void fetch_watch(struct fetch *f); /* call it before the first request */
int fetch_receive(struct fetch *f, const struct mailbox_entry *const *list,
		  size_t n, struct error *err);
int fetch_keep(struct fetch *f, int *fd, const char *name,
	       const struct mailbox_answer *answer, size_t nth,
	       struct error *err);
int fetch_commit(struct fetch *f, struct error *err);

/* Why the answer brought no message; NULL: it did. */
const char *fetch_why_unusable(const struct mailbox_answer *answer);

/* verify.c: look at known messages before they are deleted or trusted. */
int fetch_spare_doubtful(struct fetch *f, struct error *err);
int fetch_verify(struct fetch *f, struct error *err);
int fetch_note_no_top(struct fetch *f, struct error *err);

/*
 * blame.c: messages that failed. fetch_sort_out() takes them out of f->todo:
 * those that were refused come last, those that broke a session become
 * suspects. fetch_note_refused() and fetch_blame() count a failure; the second
 * finds out what has broken the session. fetch_tell_rest() counts those that
 * were not named.
 */
int fetch_sort_out(struct fetch *f, struct error *err);
void fetch_note_refused(struct fetch *f, const struct mailbox_entry *entry,
			const char *why, bool alone);
int fetch_record_refused(struct fetch *f, struct error *err);
void fetch_tell_rest(const struct fetch *f);
void fetch_blame(struct fetch *f, const struct error *trouble);
int fetch_count_failure(struct fetch *f, const struct mailbox_entry *entry,
			const struct failure *failure, struct error *err);

/* suspect.c: read suspects one by one. */
int fetch_read_suspects(struct fetch *f, struct error *err);

#endif
