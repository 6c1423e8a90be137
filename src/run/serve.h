/* SPDX-License-Identifier: ISC */
/*
 * Shared by the files of the daemon only: daemon.c is its loop, child.c starts
 * and ends its children, reload.c takes a new configuration, status.c reports
 * to `status` and systemd.
 */
#ifndef RUN_SERVE_H
#define RUN_SERVE_H

#include <signal.h>

#include "run/daemon.h"
#include "run/slot.h"
#include "run/trouble.h"
#include "state/daemon.h"

/*
 * A sorter without a sign of life for so long is killed. One command of a rule
 * may take `command-timeout` in addition.
 */
#define SORTER_QUIET_MS ((int64_t)30 * 60 * 1000)

/* A configuration whose tests take longer is refused. */
#define TESTER_MS ((int64_t)5 * 60 * 1000)

struct daemon {
	struct config *config;
	const struct daemon_host *host;
	struct slots slots;
	int lock;
	sigset_t signals; /* read from signal_fd */
	int signal_fd;
	int wake[2];  /* fetchers → sorter; to the daemon without a sorter */
	int pulse[2]; /* sorter → daemon: a sign of life */
	pid_t sorter; /* 0: none */
	int64_t sorter_due;	 /* when to start the next one */
	int64_t sorter_deadline; /* of the running one */
	pid_t waiter;		 /* 0: none */
	int waiter_fd;		 /* a socket; see waiter.h */
	bool waiter_stopped;	 /* by us */
	bool sorter_again;	 /* start another one when it has ended */
	pid_t tester;		 /* runs the tests of `next`; 0: none */
	int64_t tester_deadline;
	struct config *next;
	int64_t watchdog, watchdog_due; /* 0: systemd does not watch us */
	int64_t stop_at;		/* 0: not stopping; else kill then */
	bool killed;
	int status;	   /* exit status of the program */
	char trouble[512]; /* why the last configuration was refused, or "" */
	int64_t began, loaded;
	struct troubles troubles; /* for on-trouble */
};

/* status.c: open the state; logs why that fails. */
int daemon_open_state(const struct daemon *d, struct state **out);

/* Record what `postroom status` shows of the daemon. Logs errors only. */
void daemon_record(const struct daemon *d);

/* Send the line that `systemctl status` shows. */
void daemon_send_status(const struct daemon *d);

/* child.c: worker_fork(), and in the worker close the daemon's descriptors. */
pid_t daemon_fork(struct daemon *d, struct error *err);

/* Start a fetcher; take note of its end (`state` may be NULL). */
void daemon_start_fetcher(struct daemon *d, struct slot *slot, int64_t now);
void daemon_end_fetcher(struct daemon *d, struct slot *slot, int status,
			struct state *state);

/* The same of one that the waiter has started. */
void daemon_note_fetcher(struct daemon *d, struct slot *slot, int status,
			 bool again, const struct error *trouble,
			 struct state *state);

/*
 * waiting.c: let those wait for mail that are due; take what the waiter says;
 * take note of its end; end it.
 */
void daemon_watch_due(struct daemon *d, int64_t now);
void daemon_hear_waiter(struct daemon *d);
void daemon_end_waiter(struct daemon *d, int status);
void daemon_stop_waiter(struct daemon *d);

/* When a sorter that gives a sign of life now will be overdue. */
int64_t daemon_sorter_deadline(const struct daemon *d);
void daemon_start_sorter(struct daemon *d, int64_t now);
void daemon_end_sorter(struct daemon *d, int status, struct state *state);

/* reload.c: read the configuration again; take note that its tests ended. */
void daemon_reload(struct daemon *d);
void daemon_end_tester(struct daemon *d, int status, struct state *state);

#endif
