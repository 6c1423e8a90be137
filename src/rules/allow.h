/* SPDX-License-Identifier: ISC */
/*
 * The parent does not believe its judge, which reads hostile bytes. An
 * allowance follows one judgement and compares what the judge says with the
 * rules. The judge can choose the rules that apply, and the text that stands
 * for a {…}; all else follows from the rules, each action and each question
 * of which is there once.
 *
 *	struct allowance *a = allowance_new(set, &terms);
 *
 *	while (…)
 *		if (allowance_takes_request(a, &request)) {
 *			…
 *			allowance_note_reply(a, &reply);
 *		}
 *	if (allowance_takes_verdict(a, &verdict))
 *		…
 *	allowance_free(a);
 */
#ifndef RULES_ALLOW_H
#define RULES_ALLOW_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/template.h"

struct allowance;
struct reply;
struct request;
struct ruleset;
struct verdict;

/* The question. All borrowed. */
struct allowance_terms {
	struct template_source source;
	int64_t now, received; /* for `hold` */
	unsigned first, end;   /* these rules only; end 0: all */
	bool traces;	       /* the verdict may have a trace */
};

struct allowance *allowance_new(const struct ruleset *set,
				const struct allowance_terms *terms);
void allowance_free(struct allowance *a);

/*
 * May the judge ask this now? If so, the content gets the names of the header
 * fields that rules may have changed.
 */
bool allowance_takes_request(struct allowance *a, struct request *request);

/* The answer to the request that was taken last. */
void allowance_note_reply(struct allowance *a, const struct reply *reply);

/* Sources of the message, besides the one that came. */
unsigned allowance_sources(const struct allowance *a);

/*
 * May this be the verdict? If so, its contents get names likewise, and its
 * filings `captured` and `written`.
 */
bool allowance_takes_verdict(struct allowance *a, struct verdict *v);

#endif
