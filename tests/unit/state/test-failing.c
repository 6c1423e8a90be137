/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <sys/stat.h>

#include "../tap.h"
#include "../tempdir.h"
#include "state/failing.h"
#include "state/received.h"

#define NOW ((int64_t)1000000)

static struct state *state;

static void note(int64_t now, const char *trouble)
{
	struct error err = ERROR_INIT;

	if (state_set_sorter_trouble(state, now, trouble, &err) == -1)
		printf("# %s\n", err.text);
}

static struct failing failing_at(int64_t now)
{
	struct error err = ERROR_INIT;
	struct failing failing;

	if (state_get_failing(state, now, &failing, &err) == -1)
		printf("# %s\n", err.text);
	return failing;
}

static void test_sorter(void)
{
	struct error err = ERROR_INIT;
	struct failing f = failing_at(NOW);

	is_str(NULL, f.sorter_trouble, "mail can be filed");
	is_int(0, state_has_sorter_trouble(state, &err), "so it is recorded");
	failing_release(&f);
	note(NOW, "the disk is full");
	note(NOW + 60, "no such folder");
	f = failing_at(NOW + 70);
	is_str("no such folder", f.sorter_trouble, "F22: why it cannot be");
	is_int(NOW, f.sorter_since, "since the first failure");
	is_int(1, state_has_sorter_trouble(state, &err), "is known");
	failing_release(&f);
	note(NOW + 80, NULL);
	f = failing_at(NOW + 90);
	is_str(NULL, f.sorter_trouble, "until it can");
	failing_release(&f);
}

static void test_waiting(void)
{
	struct received received = {.account = 1,
				    .uidl = slice_str("u"),
				    .spool = "a1-x",
				    .session = 1,
				    .now = NOW};
	struct error err = ERROR_INIT;
	struct failing f;

	ok(state_add_received(state, &received, &err) != -1, "a message");
	f = failing_at(NOW + 5);
	is_int(1, f.waiting, "waits for a sorter");
	is_int(NOW, f.waiting_since, "since it came");
	is_int(0, f.postponed + f.quarantined + (int)f.n, "nothing failed");
	failing_release(&f);
}

int main(void)
{
	struct error err = ERROR_INIT;

	tempdir();
	if (state_open(&state, temp_path("state"), STATE_WRITE, &err) == -1) {
		printf("# %s\n", err.text);
		return 1;
	}
	test_sorter();
	test_waiting();
	state_close(state);
	return done_testing();
}
