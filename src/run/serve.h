/* SPDX-License-Identifier: ISC */
/*
 * What the files of the daemon share; seen by nobody else. daemon.c is its
 * loop, child.c its children, reload.c the way to another configuration,
 * status.c what it says of itself.
 */
#ifndef RUN_SERVE_H
#define RUN_SERVE_H

#include <signal.h>

#include "run/daemon.h"
#include "run/slot.h"
#include "run/trouble.h"
#include "state/daemon.h"

/*
 * A sorter that shows no sign of life so long is killed; its commands have
 * limits of their own.
 */
#define SORTER_QUIET_MS ((int64_t)30 * 60 * 1000)

/* The tests of a configuration take a moment; so long, and it is refused. */
#define TESTER_MS ((int64_t)5 * 60 * 1000)

struct daemon {
	struct config *config;
	const struct daemon_host *host;
	struct slots slots;
	int lock;
	sigset_t signals; /* that are read from: */
	int signal_fd;
	int wake[2];  /* fetchers → sorter, or us when there is none */
	int pulse[2]; /* sorter → us: it lives */
	pid_t sorter;
	int64_t sorter_due;	 /* when the next is to begin */
	int64_t sorter_deadline; /* of the one that runs */
	bool sorter_again;	 /* begin another one when it has ended */
	pid_t tester;		 /* tries the tests of: */
	int64_t tester_deadline;
	struct config *next;
	int64_t watchdog, watchdog_due; /* 0: nobody watches */
	int64_t stop_at;		/* 0: not yet; then all are killed */
	bool killed;
	int status;	   /* of the program, at its end */
	char trouble[512]; /* why the last configuration was refused */
	int64_t began, loaded;
	struct troubles troubles; /* for on-trouble */
};

/* status.c: the state, or a word on why not. */
int daemon_open_state(const struct daemon *d, struct state **out);

/* What `status` says of us. Not worth more than a word when it fails. */
void daemon_record(const struct daemon *d);

/* What systemd says of us. */
void daemon_send_status(const struct daemon *d);

/* child.c: a worker that has none of the daemon's descriptors. */
pid_t daemon_fork(struct daemon *d, struct error *err);

/* Start one; note its end (`state` may be NULL). */
void daemon_start_fetcher(struct daemon *d, struct slot *slot, int64_t now);
void daemon_end_fetcher(struct daemon *d, struct slot *slot, int status,
			struct state *state);
/* When a sorter that is alive now is overdue: one command may take its time. */
int64_t daemon_sorter_deadline(const struct daemon *d);
void daemon_start_sorter(struct daemon *d, int64_t now);
void daemon_end_sorter(struct daemon *d, int status, struct state *state);

/* reload.c: read the configuration; its tests have ended. */
void daemon_reload(struct daemon *d);
void daemon_end_tester(struct daemon *d, int status, struct state *state);

#endif
