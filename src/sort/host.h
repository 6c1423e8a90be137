/* SPDX-License-Identifier: ISC */
/*
 * Answers what the judge asks while it judges one message: was it here before,
 * what do commands say. It keeps the bytes of each state of the message.
 *
 *	struct sort_host host;
 *
 *	sort_host_init(&host, options, fd);
 *	host.state = …
 *	question.host = &host.for_judge;
 *	judge_ask(judge, &question, &answer, err);
 *	sort_host_write(&host, &answer.verdict.contents[1], to, err);
 *	sort_host_release(&host);
 */
#ifndef SORT_HOST_H
#define SORT_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "judge/judge.h"
#include "sort/failures.h"
#include "sort/keys.h"
#include "sort/options.h"
#include "state/spool.h"
#include "state/state.h"

/* In the environment of commands that run while the sorter holds its lock. */
#define NESTED_VARIABLE "POSTROOM_NESTED"

/* After so many timeouts in a row, a rule's commands wait for the next run. */
#define TIMEOUTS_MAX 3

struct sort_host {
	const struct sort_options *options;
	struct judge_host for_judge;
	struct state *state; /* for duplicates; NULL: there are none */
	struct spool *spool; /* for large files; NULL: memory */
	/* Keys that are not in the state yet, or NULL. */
	const struct sort_keys *keys;
	bool repeated;		   /* it is a duplicate, whatever its key */
	bool said_duplicate;	   /* out: the judge was told that it is one */
	unsigned char *timeouts;   /* of each rule, in a row; or NULL */
	struct failures *failures; /* of filters, told later; NULL: at once */
	bool crashed;	 /* a command was ended, by a signal or a limit */
	bool fake;	 /* run nothing: filters change nothing, tests fail */
	int64_t message; /* its id, or 0 */
	int64_t now;
	void (*interrupted)(void *context); /* see command.h; or NULL */
	void *context;
	int fds[SOURCES_MAX + 1]; /* [0] borrowed */
	unsigned n_fds;
};

/* In a child that reads hostile bytes: overwrite the passwords it inherits. */
void sort_forget_secrets(const struct sort_options *options);

/* A judge for the rules of these options, which are borrowed. */
struct judge *sort_judge_new(const struct sort_options *options);

void sort_host_init(struct sort_host *h, const struct sort_options *options,
		    int fd);
void sort_host_release(struct sort_host *h);

/*
 * The last look before a changed header replaces the old one: each field that
 * no rule names must be there, byte for byte, and the body whole. -1 with
 * ERR_MESSAGE when not; the message must then stay as it came.
 */
int sort_host_check(const struct sort_host *h, const struct content *content,
		    struct error *err);

/* Write the message, in one of its states, to `to`. */
int sort_host_write(const struct sort_host *h, const struct content *content,
		    int to, struct error *err);

/* Read the header at the start of a file, up to JUDGE_HEADER_MAX bytes. */
int sort_host_read_header(int fd, struct buf *out, struct error *err);

#endif
