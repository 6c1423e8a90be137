/* SPDX-License-Identifier: ISC */
/*
 * Rules × message → verdict. Pure computation: the verdict says what to do, as
 * data; nothing is done here.
 *
 *	struct verdict verdict;
 *
 *	verdict_init(&verdict);
 *	ruleset_judge(set, &input, &verdict);
 *
 * A condition that cannot be evaluated (a pattern that exceeds its limits, a
 * folder name that cannot be used) is never "no match": the verdict becomes
 * `undecided` with the reason, and the message goes to the fallback folder.
 */
#ifndef RULES_JUDGE_H
#define RULES_JUDGE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "mail/message.h"
#include "rules/request.h"
#include "rules/verdict.h"

struct ruleset;

/*
 * The process that runs the rules answers these. ask() waits for the parent.
 * When it answers a FILTER with YES, it has replaced the message and the size
 * of the input. bytes() returns the whole message with its original header;
 * very large ones are cut.
 */
struct rule_host {
	void *context;
	struct slice (*bytes)(void *context);
	void (*ask)(void *context, const struct request *request,
		    struct reply *reply);
};

struct rule_input {
	struct message *message; /* replaced when a rule changes it */
	const char *account;
	const char *folder; /* on the server; NULL: none */
	uint64_t size;
	time_t now;
	time_t received;   /* when it came here, for `hold` */
	time_t arrived;	   /* stands for a Date that is not there */
	bool explain;	   /* trace every rule in the verdict */
	bool measure;	   /* trace evaluated rules, with their times */
	size_t first, end; /* ask these rules only; end 0: all */
	const struct rule_host *host;
};

/* `verdict` must be initialised. The message of `input` may be replaced. */
void ruleset_judge(const struct ruleset *set, struct rule_input *input,
		   struct verdict *verdict);

#endif
