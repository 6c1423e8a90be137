/* SPDX-License-Identifier: ISC */
/* The frames between the judge and its parent, and the judge's side. */
#ifndef JUDGE_CHILD_H
#define JUDGE_CHILD_H

#include <stdint.h>
#include <sys/types.h>

#include "judge/judge.h"
#include "util/sandbox.h"

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
	int64_t arrived;
	uint32_t explain;
	uint32_t measure;
	uint32_t first, end; /* as in struct judge_question */
	char account[JUDGE_ACCOUNT_MAX + 1];
	char folder[JUDGE_FOLDER_MAX + 1];
};

enum answer_kind {
	ANSWER_VERDICT,
	ANSWER_REQUEST,
	ANSWER_CHARSET, /* an unsigned for charset_prepare(); then it ends */
};

/* From the judge; what `kind` says follows. */
struct answer_frame {
	int64_t id; /* of the question */
	uint32_t kind;
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
	char reason[REPLY_REASON_MAX];
};

/*
 * In the child: keep the socket (which becomes 0), and nothing else that is
 * not needed to judge (see sandbox.h); set the limits; die with the parent.
 */
enum sandbox_step judge_child_confine(int socket_fd, bool best_effort);

/* Answer questions until the parent closes its end. */
void judge_child_serve(const struct ruleset *rules,
		       const char *const *fallback);

#endif
