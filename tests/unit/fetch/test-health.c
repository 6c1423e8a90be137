/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "fetch/health.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

static struct account_health health;

static struct health_policy policy = {.complain_after = HOUR, .every = 300};
static struct health_session session = {.id = 1};

/* The outcome `kind` at time `now`; is a person told? */
static bool outcome(enum error_kind kind, int64_t now, bool watched)
{
	static struct error trouble;

	trouble.kind = kind;
	session.trouble = &trouble;
	policy.now = now;
	policy.watched = watched;
	return health_update(&health, &session, &policy);
}

/* Seconds until the next poll after the outcome. */
static long wait_after(enum error_kind kind, bool refused, int64_t now)
{
	session.refused = refused;
	(void)outcome(kind, now, false);
	session.refused = false;
	return (long)(health.next_poll - now);
}

static void test_waits(void)
{
	health = (struct account_health){0};
	is_int(300, wait_after(ERR_NONE, false, 1), "success: every");
	is_int(300, wait_after(ERR_TEMPORARY, false, 2), "trouble: the same");
	is_int(600, wait_after(ERR_TEMPORARY, false, 3), "then doubled");
	is_int(1200, wait_after(ERR_TEMPORARY, false, 4), "and again");
	for (int i = 0; i < 100; i++)
		(void)wait_after(ERR_TEMPORARY, false, 5);
	is_int(HOUR, wait_after(ERR_LOCAL, false, 6), "at most an hour");
	is_int(300, wait_after(ERR_NONE, false, 7), "until success");
	policy.every = 2 * HOUR;
	is_int(2 * HOUR, wait_after(ERR_TEMPORARY, false, 8),
	       "but never sooner than every");
	policy.every = 300;
	policy.jitter = 500;
	is_int(315, wait_after(ERR_NONE, false, 9), "a twentieth of jitter");
	policy.jitter = 0;
	health.login_delay = 900;
	is_int(900, wait_after(ERR_NONE, false, 10),
	       "nor sooner than the server wants (LOGIN-DELAY)");
	session.again = true;
	is_int(900, wait_after(ERR_NONE, false, 10),
	       "even with mail left there");
	health.login_delay = 0;
	is_int(0, wait_after(ERR_NONE, false, 10), "without it, at once");
	session.again = false;
}

static void test_refusals(void)
{
	struct error auth = {.kind = ERR_PERSON, .text = "\"-ERR [AUTH] no\""};

	policy.patient = true;
	is_int(300, wait_after(ERR_PERSON, true, 11),
	       "a refused login that worked before may be a busy server");
	is_int(ERR_TEMPORARY, health.kind, "and is taken for temporary");
	is_int(600, wait_after(ERR_PERSON, true, 12), "twice");
	ok(!health_is_barred(&health, 12), "the account is still polled");
	is_int(HOUR, wait_after(ERR_PERSON, true, 13), "then waits an hour");
	is_int(ERR_PERSON, health.kind, "and a person must act");
	ok(health_is_barred(&health, 14), "the account is barred meanwhile");
	ok(!health_is_barred(&health, 13 + HOUR), "but not afterwards");
	is_int(2 * HOUR, wait_after(ERR_PERSON, true, 15), "then two");
	is_int(4 * HOUR, wait_after(ERR_PERSON, true, 16), "then four");
	for (int i = 0; i < 100; i++)
		(void)wait_after(ERR_PERSON, true, 17);
	is_int(DAY, wait_after(ERR_PERSON, true, 18), "at most a day");
	is_int(300, wait_after(ERR_NONE, false, 19), "until a login succeeds");
	session.trouble = &auth;
	session.refused = true;
	policy.now = 20;
	ok(health_update(&health, &session, &policy),
	   "[AUTH] counts, and is reported, at once");
	is_int(20 + HOUR, health.next_poll, "and waits an hour");
	policy.now = 21;
	(void)health_update(&health, &session, &policy);
	is_int(21 + 2 * HOUR, health.next_poll, "then two");
	session.refused = false;
	health = (struct account_health){0};
	is_int(HOUR, wait_after(ERR_PERSON, true, 21),
	       "so does an account that never worked");
	ok(!health_is_barred(&health, 22),
	   "cron polls it: somebody is setting it up");
	(void)wait_after(ERR_PERSON, true, 23);
	(void)wait_after(ERR_PERSON, true, 24);
	ok(health_is_barred(&health, 25), "but not again and again");
}

/* How often a person is told, of 16 sessions in a day with two troubles. */
static int told_in_a_day(bool patient)
{
	int told = 0;

	health = (struct account_health){.last_success = DAY};
	policy.patient = patient;
	for (int i = 0; i < 16; i++) {
		session.refused = i % 2 == 0;
		told += outcome(session.refused ? ERR_PERSON : ERR_TEMPORARY,
				2 * DAY + i * HOUR, false);
	}
	session.refused = false;
	return told;
}

static void test_alternation(void)
{
	struct error auth = {.kind = ERR_PERSON, .text = "\"-ERR [AUTH] no\""};

	is_int(1, told_in_a_day(false),
	       "a refused login is news once, whatever comes in between");
	is_int(8, (int)health.refusals, "and each of them counts");
	health = (struct account_health){.last_success = DAY};
	(void)outcome(ERR_TEMPORARY, 2 * DAY, false);
	ok(outcome(ERR_TEMPORARY, 2 * DAY + HOUR, false),
	   "lasting temporary trouble is reported");
	session.refused = true;
	policy.patient = true;
	ok(!outcome(ERR_PERSON, 2 * DAY + 2 * HOUR, false),
	   "a refusal that may be temporary is not");
	session.trouble = &auth;
	policy.now = 2 * DAY + 3 * HOUR;
	ok(health_update(&health, &session, &policy), "[AUTH] after it is");
	session.refused = false;
	is_int(2, told_in_a_day(true),
	       "in a daemon: first the network, then the refusal");
}

static void test_future(void)
{
	int64_t future = 14 * 365 * (int64_t)DAY;

	health = (struct account_health){0};
	policy.patient = false;
	(void)outcome(ERR_NONE, 1000, false);
	for (int i = 0; i < 3; i++)
		(void)wait_after(ERR_PERSON, true, future + i);
	ok(health_is_barred(&health, future + 3),
	   "refused three times: barred");
	ok(!health_is_barred(&health, 2000),
	   "F7: but not for years, when the clock was ahead");
	session.refused = true;
	ok(outcome(ERR_PERSON, 2000, false), "F7: it is reported again");
	session.refused = false;
	ok(health.failing_since <= 2000, "F7: failing_since is not later");
	(void)outcome(ERR_NONE, future, false);
	(void)outcome(ERR_TEMPORARY, future + 1, false);
	ok(!outcome(ERR_TEMPORARY, 3000, false), "F7: temporary trouble");
	ok(outcome(ERR_TEMPORARY, 3000 + HOUR, false),
	   "F7: is reported in time");
}

int main(void)
{
	ok(outcome(ERR_TEMPORARY, 1000, false),
	   "an account that never worked: trouble is reported at once");
	ok(!outcome(ERR_TEMPORARY, 1300, false), "and once");
	ok(outcome(ERR_PERSON, 1400, false), "other trouble of it, too");
	ok(!outcome(ERR_PERSON, 1500, false), "once");
	ok(!outcome(ERR_NONE, 2000, false), "success is silent");
	is_int(2000, health.last_success, "and recorded");
	ok(!outcome(ERR_TEMPORARY, 3000, false),
	   "temporary trouble is not reported");
	ok(!outcome(ERR_TEMPORARY, 3000 + HOUR - 1, false),
	   "for an hour (complain-after)");
	ok(outcome(ERR_TEMPORARY, 3000 + HOUR, false), "then it is reported");
	ok(outcome(ERR_LOCAL, 3001 + HOUR, false),
	   "D1: trouble with our own disk is reported at once");
	ok(!outcome(ERR_LOCAL, 3002 + HOUR, false), "once");
	ok(!outcome(ERR_TEMPORARY, 3003 + HOUR, false), "nor a lesser one");
	ok(!outcome(ERR_LOCAL, 3004 + HOUR, false), "nor both in turn");
	ok(!outcome(ERR_TEMPORARY, 3000 + 2 * HOUR, false), "once");
	ok(outcome(ERR_TEMPORARY, 3003 + HOUR + DAY, false), "a day");
	ok(outcome(ERR_PERSON, 3100 + HOUR + DAY, false),
	   "a refused login is news, and reported at once");
	ok(!outcome(ERR_PERSON, 3200 + HOUR + DAY, false), "once a day");
	ok(outcome(ERR_PERSON, 3300 + HOUR + DAY, true),
	   "a person who looks on is told each time");
	is_int(3000, health.failing_since, "failing_since is kept");
	(void)outcome(ERR_NONE, 4000 + 2 * DAY, false);
	is_int(0, health.failing_since, "until success");
	ok(outcome(ERR_PERSON, 5000 + 2 * DAY, false),
	   "then trouble is news again");
	test_waits();
	test_refusals();
	test_alternation();
	test_future();
	return done_testing();
}
