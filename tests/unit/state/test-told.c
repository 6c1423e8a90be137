/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <sys/stat.h>

#include "../tap.h"
#include "../tempdir.h"
#include "state/told.h"

#define MINUTE 60
#define HOUR   3600
#define DAY    ((int64_t)24 * HOUR)

static struct state *state;

static void fail(const struct error *err)
{
	printf("# %s\n", err->text);
}

static bool tell(int64_t account, const char *what, int64_t now)
{
	struct error err = ERROR_INIT;
	bool tell = false;

	if (state_tell(state, account, what, now, &tell, &err) == -1)
		fail(&err);
	return tell;
}

static bool tell_once(const char *what, int64_t now)
{
	struct error err = ERROR_INIT;
	bool tell = false;

	if (state_tell_once(state, 1, what, now, &tell, &err) == -1)
		fail(&err);
	return tell;
}

static bool tell_trouble(enum error_kind kind, const char *text, int64_t now)
{
	struct error trouble = ERROR_INIT, err = ERROR_INIT;
	bool tell = false;

	(void)error_set(&trouble, kind, "%s", text);
	if (state_tell_trouble(state, 1, &trouble, now, &tell, &err) == -1)
		fail(&err);
	return tell;
}

static void test_days(void)
{
	int64_t now = 100 * DAY;
	int n = 0;

	ok(tell(1, "retr a", now), "a new key is told");
	ok(!tell(1, "retr a", now + 5 * MINUTE), "F19: and not repeated");
	ok(tell(1, "retr b", now + 5 * MINUTE), "another key is told");
	ok(tell(2, "retr a", now + 5 * MINUTE), "another account, too");
	ok(tell(0, "retr a", now + 5 * MINUTE), "and no account");
	ok(!tell(1, "retr a", now + 23 * HOUR), "nor within a day");
	ok(tell(1, "retr a", now + DAY - MINUTE),
	   "F7: cron is never exact: a minute less is a day");
	for (int i = 0; i < 10 * 288; i++)
		n += tell(1, "retr c", now + (int64_t)i * 5 * MINUTE);
	ok(n == 10 || n == 11, "every five minutes for ten days: each day");
}

static void test_clock(void)
{
	int64_t now = 200 * DAY, future = 14000 * DAY;

	ok(tell(1, "x", future), "a clock is ahead by years");
	ok(tell(1, "x", now), "F7: that does not silence afterwards");
	ok(!tell(1, "x", now - 5), "F7: nor do seconds repeat anything");
	ok(!tell(1, "x", now + HOUR), "the new time counts");
}

static void test_once(void)
{
	int64_t now = 300 * DAY;
	int n = 0;

	for (int i = 0; i < 60; i++)
		n += tell_once("large a", now + (int64_t)i * 12 * HOUR);
	is_int(1, n, "what lasts for a month is told once");
	ok(tell_once("large b", now + 30 * DAY), "another one, too");
	ok(tell_once("large a", now + 60 * DAY),
	   "what was away for a month is told again");
}

static void test_words(void)
{
	int64_t now = 400 * DAY;

	ok(tell_trouble(ERR_TEMPORARY, "cannot connect to a.example port 995",
			now),
	   "trouble is told");
	ok(!tell_trouble(ERR_TEMPORARY, "cannot connect to a.example port 110",
			 now),
	   "numbers make no other trouble of it");
	ok(tell_trouble(ERR_TEMPORARY, "cannot find a.example", now),
	   "other words do");
	ok(tell_trouble(ERR_PERSON, "cannot find a.example", now),
	   "and another kind");
	ok(tell_trouble(ERR_LOCAL, "/m1/Inbox/new: no directory", now) &&
		   tell_trouble(ERR_LOCAL, "/m1/Lists/new: no directory", now),
	   "another path is other trouble");
	ok(tell_trouble(ERR_PERSON, "refused: \"-ERR wrong password\"", now),
	   "a refusal");
	ok(!tell_trouble(ERR_PERSON,
			 "refused: \"-ERR wrong password x7f3b 17:03:22\"",
			 now),
	   "with the time and a session's name it is the same");
	ok(tell_trouble(ERR_PERSON, "refused: \"-ERR account is locked\"", now),
	   "with other words it is not");
}

static void test_flood(void)
{
	int64_t now = 500 * DAY;
	char text[64];
	int n = 0;

	for (int i = 0; i < 26 * 26; i++) {
		(void)snprintf(text, sizeof(text), "refused: \"%c%c\"",
			       'a' + i % 26, 'a' + i / 26);
		n += tell_trouble(ERR_PERSON, text, now + i);
	}
	is_int(TOLD_WORDINGS_MAX, n,
	       "a server that never says the same thing is heard three times");
	ok(tell_trouble(ERR_PERSON, text, now + 2 * DAY), "a day");
	ok(!tell_trouble(ERR_PERSON, "\"", 0) ||
		   !tell_trouble(ERR_PERSON, "\"", 0),
	   "a lone quote is a text, too");
}

int main(void)
{
	struct error err = ERROR_INIT;

	tempdir();
	if (state_open(&state, temp_path("state"), STATE_WRITE, &err) == -1) {
		fail(&err);
		return 1;
	}
	test_days();
	test_clock();
	test_once();
	test_words();
	test_flood();
	state_close(state);
	return done_testing();
}
