/* SPDX-License-Identifier: ISC */
/* Messages that failed, and servers that cannot do what they announce. */
#include <stdlib.h>

#include "../tap.h"
#include "../tempdir.h"
#include "state/attempt.h"
#include "state/server.h"

#define ACCOUNT 3

static struct state *state;
static struct error err = ERROR_INIT;

static int set(const char *uidl, uint64_t size, int64_t failures, bool keep)
{
	char trouble[] = "no such file";
	struct attempt a = {
		.uidl = slice_str(uidl),
		.size = size,
		.failures = failures,
		.keep = keep,
		.alone = keep,
		.has_sha256 = keep,
		.trouble = keep ? NULL : trouble,
	};

	memset(a.sha256, 7, sizeof(a.sha256));
	return state_set_attempt(state, ACCOUNT, &a, &err);
}

static int64_t left(void)
{
	int64_t n = -1;

	(void)state_count_left(state, ACCOUNT, &n, &err);
	return n;
}

static void test_attempts(void)
{
	struct attempts all;
	const struct attempt *a;

	is_int(0, state_get_attempts(state, ACCOUNT, &all, &err), "read");
	is_int(0, (int)all.n, "at first there are none");
	ok(attempts_find(&all, slice_str("b"), 5) == NULL, "and none is found");
	attempts_release(&all);
	ok(set("b", 5, 1, false) == 0 && set("a", 9, 2, false) == 0 &&
		   set("b", 4, 1, true) == 0 && set("b", 5, 1, false) == 0,
	   "three are stored, one of them twice");
	is_int(0, state_get_attempts(state, ACCOUNT, &all, &err), "read");
	is_int(3, (int)all.n, "all three");
	a = attempts_find(&all, slice_str("b"), 5);
	ok(a != NULL && a->failures == 1 && !a->keep && !a->has_sha256,
	   "by UIDL and size");
	is_str("no such file", a == NULL ? "" : a->trouble, "with its trouble");
	ok(a != NULL && !attempt_is_left(a), "one failure: tried again");
	a = attempts_find(&all, slice_str("b"), 4);
	ok(a != NULL && a->keep && a->alone && a->sha256[31] == 7 &&
		   a->trouble == NULL && attempt_is_left(a),
	   "kept, with its content");
	a = attempts_find(&all, slice_str("a"), 9);
	ok(a != NULL && attempt_is_left(a), "two failures: left");
	ok(attempts_find(&all, slice_str("b"), 6) == NULL, "not another size");
	attempts_release(&all);
	is_int(2, (int)left(), "two are left");
	is_int(0, state_forget_attempt(state, ACCOUNT, slice_str("a"), 9, &err),
	       "one came");
	is_int(1, (int)left(), "one is left");
}

static void test_server(void)
{
	struct server_faults faults = {.no_top_until = 5};

	is_int(0, state_get_server(state, "a:1", &faults, &err), "read");
	ok(faults.no_top_until == 0 && faults.no_pipelining_until == 0,
	   "nothing is known of a new server");
	faults.no_pipelining_until = 77;
	is_int(0, state_set_server(state, "a:1", &faults, &err), "stored");
	faults.no_top_until = 88;
	is_int(0, state_set_server(state, "a:1", &faults, &err), "and changed");
	memset(&faults, 0, sizeof(faults));
	is_int(0, state_get_server(state, "a:1", &faults, &err), "read");
	ok(faults.no_pipelining_until == 77 && faults.no_top_until == 88,
	   "both are remembered");
	is_int(0, state_get_server(state, "a:2", &faults, &err), "read");
	is_int(0, (int)faults.no_top_until, "another port: another server");
}

int main(void)
{
	(void)tempdir();
	if (state_open(&state, temp_path("state"), STATE_WRITE, &err) == -1) {
		printf("Bail out! %s\n", err.text);
		return 1;
	}
	test_attempts();
	test_server();
	state_close(state);
	return done_testing();
}
