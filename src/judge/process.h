/* SPDX-License-Identifier: ISC */
/* The judge as a process: its start, its end, and bytes to and from it. */
#ifndef JUDGE_PROCESS_H
#define JUDGE_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "judge/judge.h"
#include "util/buf.h"

/* Its exit status when it cannot be confined: this, and the sandbox_step. */
#define JUDGE_UNCONFINED 100

struct judge {
	const struct ruleset *rules;
	const char *const *fallback;
	pid_t pid; /* 0: not running */
	int fd;
	struct buf
		in; /* received bytes: a frame, its answer, and what follows */
	int64_t ahead[JUDGE_AHEAD]; /* ids of questions sent, and not answered
				       yet */
	size_t n_ahead;
	int left_ms; /* of what we may wait for it because of this message */
	int wall_ms;
	unsigned n_converters; /* that were found missing */
	bool best_effort;
	void (*forget)(const void *context);
	const void *context;
};

/* How a try at a message ended. */
enum fate {
	FATE_TIME = -1, /* its time is up */
	FATE_FAULT,	/* the judge is gone, or talks nonsense */
	FATE_GOES_ON,
	FATE_VERDICT,
	FATE_CHARSET, /* it ended for want of a converter, which is open now */
};

int judge_start(struct judge *judge, struct error *err);

/* Kill the judge, if it is still there. *status_out: as of waitpid(). */
void judge_stop(struct judge *judge, int *status_out);

/* Never waits; returns the values of frame_send(). */
int judge_send_question(const struct judge *judge,
			const struct judge_question *question);

/*
 * These wait for the judge; the time of its message runs. FATE_GOES_ON: the
 * frame is sent, or so many bytes of the answer are in judge->in.
 */
enum fate judge_send_frame(struct judge *judge, const void *frame, size_t len,
			   int fd);
enum fate judge_receive(struct judge *judge, size_t len);

#endif
