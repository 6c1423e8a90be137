/* SPDX-License-Identifier: ISC */
/*
 * The judge: a child process that is given a message and answers with a
 * verdict. It holds the compiled rules (it is forked after they were
 * compiled) and nothing else: no descriptor but its socket, no file to write,
 * limits on memory and on the time for one message. What it reads is hostile,
 * and so its answer is checked like any other input.
 *
 *	struct judge *judge = judge_new(rules, fallback);
 *
 *	judge_ask(judge, &question, &answer, err);
 *	judge_free(judge);
 *
 * A judge that dies or overruns its time costs no mail: a new one is asked, and
 * what ends JUDGE_TRIES of them, or takes too long, is `undecided`, with the
 * reason.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdint.h>

#include "rules/verdict.h"
#include "util/error.h"

/* A larger header is not judged: the message goes to the fallback folder. */
#define JUDGE_HEADER_MAX (1024 * 1024)

/* Of a message: CPU time in the judge, and what the parent waits. */
#define JUDGE_CPU_SECONDS  5
#define JUDGE_WALL_SECONDS 30

/* So many questions may wait for their turn. */
#define JUDGE_AHEAD 16

/* One may be killed for the sake of others (memory); three are no chance. */
#define JUDGE_TRIES 3

/* What is told of a message, in bytes: the rest of it is cut. */
#define JUDGE_SUBJECT_MAX 256
#define JUDGE_FROM_MAX	  128

/* Bytes of the name of an account; all that an account may have. */
#define JUDGE_ACCOUNT_MAX 100

struct judge;
struct ruleset;

/*
 * Who runs commands and knows what was here before. For a filter: *reply has
 * the descriptor of the new message, which is closed after it was sent. A
 * request has been checked with ruleset_allows_request().
 */
struct judge_host {
	void *context;
	void (*ask)(void *context, const struct request *request,
		    struct reply *reply);
};

struct judge_question {
	int64_t id; /* of the message, for judge_foresee(); 0: none */
	int fd;	    /* of the message; its offset does not matter */
	uint64_t size;
	const char *account;
	int64_t now;	  /* seconds since 1970 */
	int64_t received; /* when we got it */
	bool explain;	  /* trace every rule in the verdict */
	bool measure;	  /* or those that are looked at, with their times */
	const struct judge_host *host;
};

struct judge_answer {
	struct verdict verdict;
	char summary[256]; /* "Subject" from Sender: escaped, for people */
	char id[256];	   /* Message-ID without brackets, escaped; or "" */
	/* Decoded, for programs: nothing is escaped. */
	char subject[JUDGE_SUBJECT_MAX], from[JUDGE_FROM_MAX];
};

/* Borrows both, for its lifetime. The child is started when needed. */
struct judge *judge_new(const struct ruleset *rules,
			const char *const *fallback);
void judge_free(struct judge *judge);

/* The rules have changed: the next question starts a new child. */
void judge_reset(struct judge *judge);

/*
 * Give the judge a question before its turn, so that it has work while its
 * last answer is used: both are on their way at the same time. Those that were
 * foreseen are to be asked next, in this order; until then their descriptors
 * stay open, for another judge may have to be given them. False when there is
 * no room, or when rules make requests, which would come in between.
 */
bool judge_foresee(struct judge *judge, const struct judge_question *question);

/* Has it any question whose turn has not come? */
bool judge_has_foreseen(const struct judge *judge);

/*
 * Fill in the answer, which the caller releases with verdict_release(). -1
 * only when no judge can be started: nothing was decided, try again later.
 */
int judge_ask(struct judge *judge, const struct judge_question *question,
	      struct judge_answer *answer, struct error *err);

#endif
