/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "util/clock.h"
#include "util/spawn.h"

static int capture(const char *script, struct buf *out, struct error *err)
{
	char sh[] = "sh", c[] = "-c", text[256];
	char *argv[] = {sh, c, text, NULL};

	(void)snprintf(text, sizeof(text), "%s", script);
	return spawn_capture(argv, 1, out, err);
}

static void test_spawn(void)
{
	struct error err = ERROR_INIT;
	struct buf out = BUF_INIT(100);
	char none[] = "/no/such/program";
	char *argv[] = {none, NULL};
	int64_t start = clock_ms();

	is_int(0, capture("echo secret; cat", &out, &err), "a command");
	is_str("secret\n", out.s, "its output is read; its input is empty");
	is_int(-1, capture("exit 3", &out, &err), "a command that fails");
	ok(strstr(err.text, "exit status 3") != NULL,
	   "the error has its status");
	is_int(-1, spawn_capture(argv, 1, &out, &err), "no such command");
	ok(strstr(err.text, "cannot run /no/such/program: No such") != NULL,
	   "the error says that it could not be started");
	is_int(-1, capture("sleep 100 & sleep 100", &out, &err),
	       "a command that does not end");
	is_int(-1, capture("yes", &out, &err),
	       "a command that never stops writing");
	ok(strstr(err.text, "did not end in time") != NULL,
	   "the error says so");
	ok(clock_ms() - start < 20000, "both are ended in time");
	buf_release(&out);
}

int main(void)
{
	test_spawn();
	return done_testing();
}
