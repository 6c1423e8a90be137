/* SPDX-License-Identifier: ISC */
/*
 * The judge: a child process that gets a message and answers with a verdict.
 * It holds the compiled rules (it is forked after they were compiled) and
 * nothing else: no descriptor but its socket, no file, no other process, no
 * secret, limits on memory and on the time for one message (see sandbox.h). It
 * reads hostile bytes, so its answer is checked like any other input.
 *
 *	struct judge *judge = judge_new(rules, fallback);
 *
 *	judge_ask(judge, &question, &answer, err);
 *	judge_free(judge);
 *
 * When a judge dies or overruns its time, no mail is lost: a new judge is
 * asked. A message that ends JUDGE_TRIES judges, or takes too long, is
 * `undecided`, with the reason.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <stdint.h>

#include "rules/verdict.h"
#include "util/error.h"

/* Bytes of a header; with a larger one a message is undecided. */
#define JUDGE_HEADER_MAX (1024 * 1024)

/* For a message: CPU time in the judge, and what the parent waits in all. */
#define JUDGE_CPU_SECONDS  5
#define JUDGE_WALL_SECONDS 30

/* Questions that may wait for their turn. */
#define JUDGE_AHEAD 16

/* Judges asked about a message: one may be killed by chance, not three. */
#define JUDGE_TRIES 3

/* Bytes of a subject, a sender, which are cut, and of names. */
#define JUDGE_SUBJECT_MAX 256
#define JUDGE_FROM_MAX	  128
#define JUDGE_ACCOUNT_MAX 100
#define JUDGE_FOLDER_MAX  999 /* on a server */

struct judge;
struct ruleset;

/*
 * The judge's host runs commands and knows earlier messages. For a filter,
 * *reply has the descriptor of the new message, which is closed after it was
 * sent. A request has been checked, see rules/allow.h. restart() comes before
 * each try at a message: forget what was answered before.
 */
struct judge_host {
	void *context;
	void (*restart)(void *context);
	void (*ask)(void *context, const struct request *request,
		    struct reply *reply);
};

struct judge_question {
	int64_t id; /* of the message, for judge_foresee(); 0: none */
	int fd;	    /* of the message; its offset does not matter */
	uint64_t size;
	const char *account, *folder; /* on the server, or NULL */
	int64_t now;		      /* seconds since 1970 */
	int64_t received; /* when it came here, for `hold`: as `now` */
	int64_t arrived;  /* stands for a Date that is not there: as `now` */
	bool explain;	  /* trace every rule in the verdict */
	bool measure; /* trace the rules that are looked at, with their times */
	unsigned first, end; /* ask these rules only; end 0: all */
	const struct judge_host *host;
};

struct judge_answer {
	struct verdict verdict;
	char summary[256]; /* "Subject" from Sender: escaped, for people */
	char id[256];	   /* Message-ID without brackets, escaped; or "" */
	/* Decoded, for programs; not escaped. */
	char subject[JUDGE_SUBJECT_MAX], from[JUDGE_FROM_MAX];
};

/* Both are borrowed. The child starts with the first question. */
struct judge *judge_new(const struct ruleset *rules,
			const char *const *fallback);
void judge_free(struct judge *judge);

/*
 * Wait for JUDGE_WALL_SECONDS, or so many milliseconds. Judge even where the
 * child cannot be confined, or not. Have the child call forget() first: it
 * overwrites the secrets that it inherits.
 */
void judge_set_wall(struct judge *judge, int ms);
void judge_set_best_effort(struct judge *judge, bool yes);
void judge_set_forget(struct judge *judge, void (*forget)(const void *context),
		      const void *context);

/* The rules have changed: the next question starts a new child. */
void judge_reset(struct judge *judge);

/*
 * Give the judge a question before its turn, so that it works while its last
 * answer is used. Questions that were foreseen must be asked next, in this
 * order; until then keep their descriptors open, because another judge may need
 * them. False when there is no room, or when rules make requests, which would
 * come in between.
 */
bool judge_foresee(struct judge *judge, const struct judge_question *question);

/* Does it have a question whose turn has not come? */
bool judge_has_foreseen(const struct judge *judge);

/*
 * Fill in the answer; release it with verdict_release(). -1 only when no judge
 * can be started: nothing was decided, try again later.
 */
int judge_ask(struct judge *judge, const struct judge_question *question,
	      struct judge_answer *answer, struct error *err);

#endif
