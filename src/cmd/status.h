/* SPDX-License-Identifier: ISC */
/*
 * Shared by the files of `postroom status`: what is known of the accounts, the
 * daemon and the spool, and how it is printed.
 */
#ifndef CMD_STATUS_H
#define CMD_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "config/config.h"
#include "state/accounts.h"
#include "state/admin.h"
#include "state/attempt.h"
#include "state/daemon.h"
#include "state/failing.h"

/* An account: its configuration and its state. */
struct status_row {
	const char *name; /* borrowed */
	bool enabled;
	int64_t every;
	struct state_summary summary; /* id 0: never polled */
	struct account_health health;
	struct idle_record idle;
	struct attempts attempts; /* of messages that failed */
};

/* Something that is not well. */
struct problem {
	const char *account; /* borrowed; NULL: not of one account */
	bool person;	     /* a person must act; else it may pass */
	int64_t since;	     /* seconds since 1970; 0: not known */
	char *text;	     /* of any bytes: escape it */
};

struct status {
	const struct config *config;
	bool broken; /* the configuration is: accounts are those of the state */
	int64_t now;
	long pid;  /* of the daemon; 0: none is running */
	long died; /* of one that did not end properly; 0: none */
	struct daemon_record daemon;
	struct state_queue_summary queue;
	struct failing failing;
	struct status_row *rows;
	size_t n;
	struct problem *problems; /* the gravest first */
	size_t n_problems;
};

/* Release it after a failure, too. */
int status_read(struct status *s, struct error *err);
void status_release(struct status *s);

/* Find the problems, once all is read. */
void status_find_problems(struct status *s);

/* 0: all is well; 77: a person must act; 75: there is other trouble. */
int status_exit(const struct status *s);

/* Does the daemon poll this account? */
bool status_is_served(const struct status *s, const struct status_row *row);

/* Does its session wait for mail? */
bool status_is_idle(const struct status *s, const struct status_row *row);

void status_print_table(const struct status *s);
void status_print_problems(const struct status *s);
void status_print_metrics(const struct status *s);
int status_print_json(const struct status *s);

#endif
