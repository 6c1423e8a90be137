/* SPDX-License-Identifier: ISC */
/* The frames between the judge and its parent, and the judge's side. */
#ifndef JUDGE_CHILD_H
#define JUDGE_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "judge/judge.h"

/*
 * Bytes of an answer: enough for the largest verdict or request. The parent
 * reads no more.
 */
#define ANSWER_MAX ((size_t)64 * 1024 * 1024)

/* These cross the socket as they are: both ends are the same program. */
struct question_frame {
	int64_t id;
	uint64_t size;
	int64_t now;
	int64_t received;
	uint32_t explain;
	uint32_t measure;
	char account[JUDGE_ACCOUNT_MAX + 1];
};

/* From the judge: a request or the verdict follows. */
struct answer_frame {
	int64_t id; /* of the question */
	uint32_t is_request;
	uint32_t len;
	char summary[256];
	char message_id[256]; /* without its brackets */
	char subject[JUDGE_SUBJECT_MAX], from[JUDGE_FROM_MAX];
};

/* Answers a request. After a filter that worked, a descriptor comes with it. */
struct reply_frame {
	int32_t answer;
	uint32_t postpone;
	uint64_t size;
	char reason[256];
};

/* Send a frame, with a descriptor or without one (-1). 0, or -1 on error. */
int frame_send(int socket_fd, const void *frame, size_t len, int fd);

/*
 * Receive a frame. *fd_out is -1 when no descriptor came. 1, 0 at the end, -1.
 */
int frame_receive(int socket_fd, void *frame, size_t len, int *fd_out);

/*
 * In the child: close every descriptor except the socket (which becomes 0) and
 * the standard ones, set the limits, and die with the parent.
 */
void judge_child_confine(int socket_fd);

/* Answer questions until the parent closes its end. */
void judge_child_serve(const struct ruleset *rules,
		       const char *const *fallback);

#endif
