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
#include "sort/options.h"
#include "state/spool.h"
#include "state/state.h"

/* In the environment of commands that run while the sorter holds its lock. */
#define NESTED_VARIABLE "POSTROOM_NESTED"

/* Duplicate keys of messages that are decided and not yet in the state. */
struct sort_keys {
	unsigned char (*list)[HASH_SIZE];
	size_t n;
};

/* After so many timeouts in a row, a rule's commands wait for the next run. */
#define TIMEOUTS_MAX 3

struct sort_host {
	const struct sort_options *options;
	struct judge_host for_judge;
	struct state *state;	      /* for duplicates; NULL: there are none */
	struct spool *spool;	      /* for large files; NULL: memory */
	const struct sort_keys *keys; /* more duplicate keys, or NULL */
	unsigned char *timeouts;      /* of each rule, in a row; or NULL */
	bool crashed;	 /* a command was ended, by a signal or a limit */
	bool fake;	 /* run nothing: filters change nothing, tests fail */
	int64_t message; /* its id, or 0 */
	int64_t now;
	void (*interrupted)(void *context); /* see command.h; or NULL */
	void *context;
	int fds[SOURCES_MAX + 1]; /* [0] borrowed */
	unsigned n_fds;
};

void sort_host_init(struct sort_host *h, const struct sort_options *options,
		    int fd);
void sort_host_release(struct sort_host *h);

/* Write the message, in one of its states, to `to`. */
int sort_host_write(const struct sort_host *h, const struct content *content,
		    int to, struct error *err);

/* Read the header at the start of a file, up to JUDGE_HEADER_MAX bytes. */
int sort_host_read_header(int fd, struct buf *out, struct error *err);

/*
 * Open a file without a name: in the spool, or (NULL) in memory. -1 on error.
 */
int sort_host_scratch(struct spool *spool, struct error *err);

#endif
