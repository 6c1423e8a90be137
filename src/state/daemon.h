/* SPDX-License-Identifier: ISC */
/* The record that the daemon leaves for `status` and `poll`. */
#ifndef STATE_DAEMON_H
#define STATE_DAEMON_H

#include "state/state.h"

/* The daemon that started last. It may have ended since. */
struct daemon_record {
	int64_t began;	/* seconds since 1970; 0: no daemon ran */
	int64_t loaded; /* when it read its configuration */
	char *trouble;	/* why it refused a newer one; or NULL */
	char *accounts; /* it polls, each ended by '\n'; NULL: all */
};

int state_set_daemon(struct state *s, const struct daemon_record *record,
		     struct error *err);

/* Texts are allocated. All zero when no daemon ran. */
int state_get_daemon(struct state *s, struct daemon_record *out,
		     struct error *err);
void daemon_record_release(struct daemon_record *record);

/*
 * In seconds since 1970: since when the daemon waits for mail of an account,
 * and when some came the last time. 0: it does not, none did.
 */
struct idle_record {
	int64_t since, news;
};

/* A negative number leaves what was. A power cut may take it. */
int state_set_idle(struct state *s, int64_t account,
		   const struct idle_record *record, struct error *err);
int state_get_idle(struct state *s, int64_t account, struct idle_record *out,
		   struct error *err);

/*
 * Does it poll this account? `enabled` is what the configuration says; an
 * account that was named on the daemon's command line is polled anyway.
 */
bool daemon_record_has(const struct daemon_record *record, const char *account,
		       bool enabled);

#endif
