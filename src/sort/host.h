/* SPDX-License-Identifier: ISC */
/*
 * What the judge asks for while it judges one message: was it here before,
 * what do commands say. And the bytes of the states the message went through.
 *
 *	struct asker asker;
 *
 *	asker_init(&asker, options, fd);
 *	asker.state = …
 *	question.host = &asker.host;
 *	judge_ask(judge, &question, &answer, err);
 *	asker_write(&asker, &answer.verdict.contents[1], to, err);
 *	asker_release(&asker);
 */
#ifndef SORT_HOST_H
#define SORT_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "judge/judge.h"
#include "sort/options.h"
#include "state/spool.h"
#include "state/state.h"

/* In the environment of what runs while the sorter holds its lock. */
#define ASKER_VARIABLE "POSTROOM_NESTED"

/* Keys of messages that are decided and not yet in the state. */
struct sort_keys {
	unsigned char (*list)[HASH_SIZE];
	size_t n;
};

/* A rule whose commands ran out of time so often waits for the next run. */
#define TIMEOUTS_MAX 3

struct asker {
	const struct sort_options *options;
	struct judge_host host;
	struct state *state;	      /* NULL: nothing was here before */
	struct spool *spool;	      /* for large files; NULL: memory */
	const struct sort_keys *keys; /* of this batch, or NULL */
	unsigned char *timeouts;      /* of each rule in this run, or NULL */
	bool crashed;		      /* a command did not end by itself */
	bool fake;	 /* run nothing: filters change nothing, tests fail */
	int64_t message; /* its id, 0: has none */
	int64_t now;
	void (*interrupted)(void *context); /* see command.h; or NULL */
	void *context;
	int fds[SOURCES_MAX + 1]; /* [0] borrowed */
	unsigned n_fds;
};

void asker_init(struct asker *a, const struct sort_options *options, int fd);
void asker_release(struct asker *a);

/* Write a state of the message to `to`. */
int asker_write(const struct asker *a, const struct content *content, int to,
		struct error *err);

/* The header at the start of a file; a larger one was not judged. */
int asker_read_header(int fd, struct buf *out, struct error *err);

/* A place for bytes that has no name: -1 on error. */
int asker_scratch(const struct asker *a, struct error *err);

#endif
