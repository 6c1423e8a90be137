/* SPDX-License-Identifier: ISC */
/*
 * The accounts that a daemon serves, and when each is due. Due times are in
 * clock_boot_ms(), which neither setting the clock nor suspending the machine
 * disturbs: after a night's sleep each account is polled once. Deadlines of
 * processes are in clock_ms(), because processes are suspended, too.
 */
#ifndef RUN_SLOT_H
#define RUN_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/config.h"
#include "run/fetcher.h"
#include "state/state.h"

/* Sessions at a time with one server, whatever `parallel` allows. */
#define SLOT_HOST_MAX 3

/* A due time that means "never". */
#define SLOT_NEVER INT64_MAX

/* Does a session wait for its mail? See waiter.h. */
enum slot_watch {
	WATCH_OFF,
	WATCH_ASKED, /* the waiter was told to log in */
	WATCH_ON,
	WATCH_FETCHING, /* mail has come: a fetcher of the waiter runs */
};

struct slot {
	size_t account; /* its place in the configuration */
	int64_t id;	/* its number in the state */
	int64_t due;
	struct fetcher fetcher;
	int64_t deadline; /* of its fetchers in a row */
	bool again;	  /* a poll was requested while it was running */
	bool ended;	  /* its health must be read again */
	bool failing;	  /* its last session failed */
	enum slot_watch watch;
	int64_t watch_due;  /* when to wait again */
	int64_t watched;    /* since when it was to wait the last time */
	int64_t watch_from; /* not earlier: it could not */
	int n_lost;	    /* in a row: it could not wait */
};

struct slots {
	struct slot *list;
	size_t n;
	size_t running;
};

/*
 * Make one slot for each of these accounts (no names: all that are enabled).
 * `old` (or NULL) are the slots of the previous configuration: fetchers that
 * run and waits for the next poll continue, but refused logins are tried
 * again. -1 on error, or when an account does not exist (ERR_USAGE).
 */
int slots_build(struct slots *out, const struct config *config,
		char *const *names, size_t n_names, const struct slots *old,
		struct state *state, struct error *err);
void slots_release(struct slots *slots);

/* Put those of a new configuration in their place. */
void slots_replace(struct slots *slots, const struct slots *with);

/* The longest due slot that may start now; NULL: none. */
struct slot *slots_next(const struct slots *slots, const struct config *config,
			int64_t now);

/*
 * When the next slot that may start is due, and when the next running fetcher
 * is overdue; or SLOT_NEVER.
 */
int64_t slots_next_due(const struct slots *slots, const struct config *config);
int64_t slots_next_deadline(const struct slots *slots);

/* The account was fetched, so it may wait for mail, if it is to. */
void slot_want_watch(struct slot *slot, const struct account *account);

/* When the next one is due to wait for mail; or SLOT_NEVER. */
int64_t slots_next_watch(const struct slots *slots);

struct slot *slots_of_pid(const struct slots *slots, pid_t pid);

/* Set when the account is due, by what its last session recorded. */
int slot_read_due(struct slot *slot, struct state *state, int64_t now,
		  struct error *err);

/*
 * Make the accounts due that the state has poll requests for; all accounts
 * when it has none.
 */
int slots_request(struct slots *slots, struct state *state, int64_t now,
		  struct error *err);

#endif
