/* SPDX-License-Identifier: ISC */
/*
 * The accounts that a daemon serves, and when each is due: in clock_boot_ms(),
 * so that neither a clock that is set nor a machine that sleeps lets polls
 * pile up. After a night there is one for each account. Deadlines of processes
 * are in clock_ms(), for they sleep, too.
 */
#ifndef RUN_SLOT_H
#define RUN_SLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "config/config.h"
#include "state/state.h"

/* Sessions at a time with one server, whatever `parallel` allows. */
#define SLOT_HOST_MAX 3

/* "Never", as a time. */
#define SLOT_NEVER INT64_MAX

struct slot {
	size_t account; /* in the configuration */
	int64_t id;	/* in the state */
	int64_t due;
	pid_t pid;	  /* of its fetcher; 0: none */
	int64_t deadline; /* of the fetcher */
	bool again;	  /* somebody asked while it was running */
	bool ended;	  /* its health is to be read again */
	bool failing;	  /* its last session did */
};

struct slots {
	struct slot *list;
	size_t n;
	size_t running;
};

/*
 * One slot for each of these accounts (none named: all that are enabled).
 * `old` (or NULL) are the slots of a former configuration: what runs or waits
 * goes on, but refused logins are tried again. -1 on error, or when a name is
 * no account (ERR_USAGE).
 */
int slots_build(struct slots *out, const struct config *config,
		char *const *names, size_t n_names, const struct slots *old,
		struct state *state, struct error *err);
void slots_release(struct slots *slots);

/* The one that is longest due and may start now; NULL: none. */
struct slot *slots_next(const struct slots *slots, const struct config *config,
			int64_t now);

/* When the next one is due that may start; when the next fetcher is overdue. */
int64_t slots_next_due(const struct slots *slots, const struct config *config);
int64_t slots_next_deadline(const struct slots *slots);

struct slot *slots_of_pid(const struct slots *slots, pid_t pid);

/* When the account is due, as its sessions left it. */
int slot_read_due(struct slot *slot, struct state *state, int64_t now,
		  struct error *err);

/*
 * Somebody wants a poll: of the accounts that the state says, or of all when
 * it says none.
 */
int slots_request(struct slots *slots, struct state *state, int64_t now,
		  struct error *err);

#endif
