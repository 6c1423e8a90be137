/* SPDX-License-Identifier: ISC */
#include "health.h"
#include "tap.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

static struct account_health health;

/* The outcome `kind` at time `now`; is a person told? */
static bool outcome(enum error_kind kind, int64_t now, bool watched)
{
	struct error trouble = {.kind = kind};
	struct health_policy policy = {now, HOUR, watched};

	return health_update(&health, &trouble, now, &policy);
}

int main(void)
{
	ok(outcome(ERR_TEMPORARY, 1000, false),
	   "an account that never worked: trouble is said at once");
	ok(outcome(ERR_TEMPORARY, 1300, false), "and each time");
	ok(!outcome(ERR_NONE, 2000, false), "success is silent");
	is_int(2000, health.last_success, "and remembered");
	ok(!outcome(ERR_TEMPORARY, 3000, false),
	   "a network that went is not worth a word");
	ok(!outcome(ERR_TEMPORARY, 3000 + HOUR - 1, false),
	   "for an hour (complain-after)");
	ok(outcome(ERR_TEMPORARY, 3000 + HOUR, false), "then it is said");
	ok(outcome(ERR_LOCAL, 3001 + HOUR, false),
	   "D1: trouble with our own disk is said at once");
	ok(!outcome(ERR_LOCAL, 3002 + HOUR, false), "once");
	ok(outcome(ERR_TEMPORARY, 3003 + HOUR, false), "other trouble is news");
	ok(!outcome(ERR_TEMPORARY, 3000 + 2 * HOUR, false), "once");
	ok(outcome(ERR_TEMPORARY, 3003 + HOUR + DAY, false), "a day");
	ok(outcome(ERR_PERSON, 3100 + HOUR + DAY, false),
	   "a refused login is news, and said at once");
	ok(!outcome(ERR_PERSON, 3200 + HOUR + DAY, false), "once a day");
	ok(outcome(ERR_PERSON, 3300 + HOUR + DAY, true),
	   "who looks on is told each time");
	is_int(3000, health.failing_since, "since when it fails is kept");
	(void)outcome(ERR_NONE, 4000 + 2 * DAY, false);
	is_int(0, health.failing_since, "until all is well");
	ok(outcome(ERR_PERSON, 5000 + 2 * DAY, false),
	   "then trouble is news again");
	return done_testing();
}
