/* SPDX-License-Identifier: ISC */
/*
 * Rules × message → verdict. Pure computation: nothing here does anything to
 * a message, it only says what is to be done, as data.
 *
 *	struct verdict verdict;
 *
 *	verdict_init(&verdict);
 *	ruleset_judge(set, &input, &verdict);
 *
 * A condition that cannot be evaluated (a pattern that exceeds its limits, a
 * folder name that cannot be tamed) is never "no match": the verdict becomes
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
 * What the rules cannot do by themselves. ask() waits for the parent; when a
 * FILTER is answered with YES, the message of the input has been replaced by
 * the new one, and its size. bytes() is the whole message, header as it came;
 * very large ones are cut.
 */
struct rule_host {
	void *context;
	struct slice (*bytes)(void *context);
	void (*ask)(void *context, const struct request *request,
		    struct reply *reply);
};

struct rule_input {
	struct message *message; /* replaced by message_init() of new bytes */
	const char *account;
	uint64_t size;
	time_t now;
	time_t received; /* when we got it */
	bool explain;	 /* trace every rule in the verdict */
	bool measure;	 /* or those that are looked at, with what they take */
	const struct rule_host *host;
};

/* `verdict` was initialised; `input` is used up. */
void ruleset_judge(const struct ruleset *set, struct rule_input *input,
		   struct verdict *verdict);

#endif
