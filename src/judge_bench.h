/* SPDX-License-Identifier: ISC */
/* What the two sides of the judge share; seen by nobody else. */
#ifndef JUDGE_BENCH_H
#define JUDGE_BENCH_H

#include <stdint.h>

#include "account.h"
#include "judge.h"

/* A verdict with as many actions as one may have, and its folder names. */
#define ANSWER_MAX (1024 * 1024)

/* The name of an account, and its NUL. */
#define ACCOUNT_MAX (ACCOUNT_NAME_MAX + 1)

/* Crosses the socket as it is: both ends are the same program. */
struct question_frame {
	uint64_t size;
	int64_t now;
	char account[ACCOUNT_MAX];
};

struct answer_frame {
	uint32_t verdict_len;
	char summary[256];
};

/*
 * In the child: give up every descriptor but the socket (which becomes 0) and
 * standard error, set the limits, end with the parent.
 */
void bench_confine(int socket_fd);

/* Answer questions until the parent closes its end. */
void bench_serve(const struct ruleset *rules, const char *const *fallback);

#endif
