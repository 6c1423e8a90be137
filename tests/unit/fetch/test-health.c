/* SPDX-License-Identifier: ISC */
#include <sys/stat.h>

#include "../tap.h"
#include "../tempdir.h"
#include "fetch/health.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

static struct state *state;
static int64_t account; /* what was told of another one does not count */
static struct account_health health;
static struct health_outcome out;

static struct health_policy policy = {.complain_after = HOUR, .every = 300};
static struct health_session session = {.id = 1};

/* Another account, with this health. */
static void begin(struct account_health initial)
{
	account++;
	health = initial;
	session.refused = false;
}

/* The outcome of a session at time `now`; is a person told? */
static bool ends(enum error_kind kind, const char *text, int64_t now)
{
	static struct error trouble;
	struct error err = ERROR_INIT;

	(void)error_set(&trouble, kind, "%s", text);
	session.trouble = &trouble;
	policy.now = now;
	if (health_record(state, account, &health, &session, &policy, &out,
			  &err) == -1)
		printf("# %s\n", err.text);
	return out.tell;
}

static bool outcome(enum error_kind kind, int64_t now)
{
	return ends(kind, "", now);
}

static bool refusal(const char *text, int64_t now)
{
	bool told;

	session.refused = true;
	told = ends(ERR_PERSON, text, now);
	session.refused = false;
	return told;
}

/* Seconds until the next poll after the outcome. */
static long wait_after(enum error_kind kind, int64_t now)
{
	(void)outcome(kind, now);
	return (long)(health.next_poll - now);
}

static long wait_after_refusal(int64_t now)
{
	(void)refusal("no", now);
	return (long)(health.next_poll - now);
}

static void test_lasting(void)
{
	begin((struct account_health){0});
	ok(outcome(ERR_TEMPORARY, 1000),
	   "an account that never worked: trouble is told at once");
	ok(!outcome(ERR_TEMPORARY, 1300), "and once");
	ok(outcome(ERR_PERSON, 1400), "other trouble of it, too");
	ok(!outcome(ERR_PERSON, 1500), "once");
	ok(!outcome(ERR_NONE, 2000), "success is silent");
	is_int(2000, health.last_success, "and recorded");
	begin((struct account_health){.last_success = 2000});
	ok(!outcome(ERR_TEMPORARY, 3000), "temporary trouble is not told");
	ok(!outcome(ERR_TEMPORARY, 3000 + HOUR - 1),
	   "for an hour (complain-after)");
	ok(outcome(ERR_TEMPORARY, 3000 + HOUR), "then it is told");
	ok(outcome(ERR_LOCAL, 3001 + HOUR),
	   "D1: trouble with our own disk is told at once");
	ok(!outcome(ERR_LOCAL, 3002 + HOUR), "once");
	ok(!outcome(ERR_TEMPORARY, 3003 + HOUR), "nor the other one again");
	ok(!outcome(ERR_LOCAL, 3004 + HOUR), "nor both in turn");
	ok(!outcome(ERR_TEMPORARY, 3000 + 2 * HOUR), "once");
	ok(outcome(ERR_TEMPORARY, 3003 + HOUR + DAY), "a day");
	ok(outcome(ERR_PERSON, 3100 + HOUR + DAY),
	   "what a person must do is told at once");
	ok(!outcome(ERR_PERSON, 3200 + HOUR + DAY), "once a day");
	policy.watched = true;
	ok(outcome(ERR_PERSON, 3300 + HOUR + DAY),
	   "a person who looks on is told each time");
	policy.watched = false;
	is_int(3000, health.failing_since, "failing_since is kept");
	(void)outcome(ERR_NONE, 4000 + 2 * DAY);
	is_int(0, health.failing_since, "until success");
}

static void test_kinds(void)
{
	int n = 0;

	begin((struct account_health){.last_success = DAY});
	ok(!ends(ERR_TEMPORARY, "cannot connect to a port 995", 2 * DAY),
	   "the network is away");
	ok(ends(ERR_TEMPORARY, "cannot connect to a port 995", 2 * DAY + HOUR),
	   "which is told when it lasts");
	ok(!ends(ERR_TEMPORARY, "cannot connect to a port 110",
		 2 * DAY + HOUR + 300),
	   "once, whatever the numbers in it");
	ok(ends(ERR_PERSON, "its certificate has expired",
		2 * DAY + HOUR + 600),
	   "F19: other trouble is told, although one was told today");
	ok(ends(ERR_TEMPORARY, "the name is not known", 2 * DAY + HOUR + 900),
	   "and even of the same kind");
	ok(!outcome(ERR_NONE, 2 * DAY + 2 * HOUR), "it works again");
	ok(!ends(ERR_PERSON, "its certificate has expired", 2 * DAY + 3 * HOUR),
	   "what comes back the same day is not told again");
	for (int i = 0; i < 3 * 288; i++)
		n += i % 2 == 0 ? ends(ERR_PERSON, "it comes and goes",
				       4 * DAY + (int64_t)i * 300)
				: outcome(ERR_NONE, 4 * DAY + (int64_t)i * 300);
	ok(n == 3 || n == 4, "what comes and goes is told once a day");
}

static void test_waits(void)
{
	begin((struct account_health){0});
	is_int(300, wait_after(ERR_NONE, 1), "success: every");
	is_int(300, wait_after(ERR_TEMPORARY, 2), "trouble: the same");
	is_int(600, wait_after(ERR_TEMPORARY, 3), "then doubled");
	is_int(1200, wait_after(ERR_TEMPORARY, 4), "and again");
	for (int i = 0; i < 100; i++)
		(void)wait_after(ERR_TEMPORARY, 5);
	is_int(HOUR, wait_after(ERR_LOCAL, 6), "at most an hour");
	is_int(300, wait_after(ERR_NONE, 7), "until success");
	policy.every = 2 * HOUR;
	is_int(2 * HOUR, wait_after(ERR_TEMPORARY, 8),
	       "but never sooner than every");
	policy.every = 300;
	policy.jitter = 500;
	is_int(315, wait_after(ERR_NONE, 9), "a twentieth of jitter");
	policy.jitter = 0;
	health.login_delay = 900;
	is_int(900, wait_after(ERR_NONE, 10),
	       "nor sooner than the server wants (LOGIN-DELAY)");
	health.login_delay = 0;
	session.wait = 301;
	is_int(301, wait_after(ERR_NONE, 10), "a wait that the server wants");
	session.wait = INT64_MAX;
	is_int(DAY, wait_after(ERR_TEMPORARY, 10), "of a day at most");
	session.wait = 0;
	is_int(300, wait_after(ERR_NONE, 10), "once");
	health.login_delay = 900;
	session.again = true;
	is_int(900, wait_after(ERR_NONE, 10), "even with mail left there");
	health.login_delay = 0;
	is_int(0, wait_after(ERR_NONE, 10), "without it, at once");
	session.again = false;
}

static void test_refusals(void)
{
	begin((struct account_health){.last_success = 10});
	is_int(300, wait_after_refusal(11),
	       "a refused login that worked before may be a busy server");
	is_int(ERR_TEMPORARY, out.kind, "and is taken for temporary");
	is_int(ERR_TEMPORARY, health.kind, "and recorded like that");
	ok(!out.tell, "nobody is told");
	is_int(HOUR, wait_after_refusal(12), "the second waits an hour");
	is_int(ERR_PERSON, out.kind, "and a person must act");
	ok(out.tell, "who is told");
	ok(!health_is_barred(&health, 13), "the account is still polled");
	is_int(2 * HOUR, wait_after_refusal(13), "then two");
	ok(health_is_barred(&health, 14), "after three it is barred");
	ok(!health_is_barred(&health, 13 + 2 * HOUR), "but not afterwards");
	is_int(4 * HOUR, wait_after_refusal(15), "then four");
	for (int i = 0; i < 100; i++)
		(void)wait_after_refusal(17);
	is_int(DAY, wait_after_refusal(18), "at most a day");
	is_int(300, wait_after(ERR_NONE, 19), "until a login succeeds");
	begin((struct account_health){0});
	is_int(HOUR, wait_after_refusal(21),
	       "an account that never worked: the first refusal counts");
	is_int(ERR_PERSON, out.kind, "and is for a person");
	ok(!health_is_barred(&health, 22),
	   "cron polls it: somebody is setting it up");
	(void)wait_after_refusal(23);
	(void)wait_after_refusal(24);
	ok(health_is_barred(&health, 25), "but not again and again");
}

static void test_certain_refusals(void)
{
	begin((struct account_health){.last_success = 10});
	ok(refusal("\"-ERR [AUTH] no\"", 20), "[AUTH] counts at once");
	is_int(20 + HOUR, health.next_poll, "and waits an hour");
	(void)refusal("\"-ERR [AUTH] no\"", 21);
	is_int(21 + 2 * HOUR, health.next_poll, "then two");
	begin((struct account_health){.last_success = 10});
	ok(refusal("\"-ERR [SYS/PERM] closed\"", 20), "[SYS/PERM], too");
	begin((struct account_health){.last_success = 10});
	ok(ends(ERR_PERSON, "its certificate has expired", 20),
	   "what is no refusal is not excused");
}

/* A login that is refused every second time, every five minutes. */
static void test_every_second(void)
{
	int told = 0, first = -1;

	begin((struct account_health){.last_success = DAY});
	for (int i = 0; i < 288; i++) {
		if (i % 2 == 0)
			(void)outcome(ERR_NONE, 2 * DAY + i * 300);
		else if (refusal("no", 2 * DAY + i * 300) && told++ == 0)
			first = i;
	}
	is_int(1, told, "F20: refused every second time: told once a day");
	is_int(2 * HEALTH_EXCUSED_MAX + 1, first, "after three excuses");
	for (int i = 0; i < 24; i++) {
		(void)outcome(ERR_NONE, 4 * DAY + i * (int64_t)DAY);
		told += refusal("no", 4 * DAY + i * (int64_t)DAY + HOUR);
	}
	is_int(1, told, "refused once a day: never told");
}

static void test_alternation(void)
{
	int told = 0;

	begin((struct account_health){.last_success = DAY});
	for (int i = 0; i < 16; i++)
		told += i % 2 == 0 ? refusal("\"-ERR [AUTH] no\"",
					     2 * DAY + i * HOUR)
				   : ends(ERR_TEMPORARY, "no network",
					  2 * DAY + i * HOUR);
	is_int(2, told, "a refused login and the network in turn: both once");
	is_int(8, (int)health.refusals, "and each refusal counts");
	begin((struct account_health){.last_success = DAY});
	(void)outcome(ERR_TEMPORARY, 2 * DAY);
	ok(outcome(ERR_TEMPORARY, 2 * DAY + HOUR),
	   "lasting temporary trouble is told");
	ok(refusal("\"-ERR [AUTH] no\"", 2 * DAY + 3 * HOUR),
	   "[AUTH] after it, too");
}

static void test_future(void)
{
	int64_t future = 14 * 365 * (int64_t)DAY;

	begin((struct account_health){0});
	(void)outcome(ERR_NONE, 1000);
	for (int i = 0; i < 3; i++)
		(void)wait_after_refusal(future + i);
	ok(health_is_barred(&health, future + 3),
	   "refused three times: barred");
	ok(!health_is_barred(&health, 2000),
	   "F7: but not for years, when the clock was ahead");
	ok(refusal("no", 2000), "F7: it is told again");
	ok(health.failing_since <= 2000, "F7: failing_since is not later");
	(void)outcome(ERR_NONE, future);
	(void)outcome(ERR_TEMPORARY, future + 1);
	ok(!outcome(ERR_TEMPORARY, 3000), "F7: temporary trouble");
	ok(outcome(ERR_TEMPORARY, 3000 + HOUR), "F7: is told in time");
}

static void test_without_state(void)
{
	static struct error trouble;

	begin((struct account_health){0});
	(void)error_set(&trouble, ERR_PERSON, "the database is damaged");
	session.trouble = &trouble;
	ok(health_update(&health, &session, &policy).tell &&
		   health_update(&health, &session, &policy).tell,
	   "without a database, nothing is known to be told");
}

int main(void)
{
	struct error err = ERROR_INIT;

	tempdir();
	if (state_open(&state, temp_path("state"), STATE_WRITE, &err) == -1) {
		printf("# %s\n", err.text);
		return 1;
	}
	test_lasting();
	test_kinds();
	test_waits();
	test_refusals();
	test_certain_refusals();
	test_every_second();
	test_alternation();
	test_future();
	test_without_state();
	state_close(state);
	return done_testing();
}
