/* SPDX-License-Identifier: ISC */
/* H17: seals of rows. Each value counts, and only with the key. */
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "../tempdir.h"
#include "state/key.h"
#include "state/seal.h"

static struct state *state;

static struct sealed_step sample(void)
{
	return (struct sealed_step){
		.message = 1,
		.n = 2,
		.kind = 4,
		.flags = 1,
		.line = 5,
		.folder = "a",
		.base = "b",
		.spool = "s-1",
		.keywords = "c",
		.tags = "d",
		.rule = "e",
		.file = "f",
		.reason = NULL,
		.command = slice_str("g"),
	};
}

static struct slice seal_of(const struct sealed_step *step)
{
	static unsigned char seal[HASH_SIZE];

	ok(seal_step(state, SEAL_STEP, step, seal), "a step is sealed");
	return slice_of((const char *)seal, HASH_SIZE);
}

static bool fits(const struct sealed_step *step, struct slice seal)
{
	return seal_fits_step(state, SEAL_STEP, step, seal);
}

static void test_step(void)
{
	const struct sealed_step good = sample();
	struct slice seal = seal_of(&good);

	ok(fits(&good, seal), "H17: its seal fits");
	ok(!fits(&good, SLICE_EMPTY), "no seal does not");
	ok(!fits(&good, slice_of(seal.p, seal.len - 1)), "nor a part of it");
	ok(!seal_fits_step(state, SEAL_DONE, &good, seal),
	   "nor that of a step to be done, when it is done");
#define CHANGED(field, value)                                                  \
	do {                                                                   \
		struct sealed_step bad = sample();                             \
		bad.field = value;                                             \
		ok(!fits(&bad, seal), "not with another " #field);             \
	} while (0)
	CHANGED(message, 2);
	CHANGED(n, 3);
	CHANGED(kind, 4 + ((int64_t)1 << 32));
	CHANGED(flags, 0);
	CHANGED(line, 6);
	CHANGED(folder, NULL);
	CHANGED(folder, "ab");
	CHANGED(base, "");
	CHANGED(spool, "s-2");
	CHANGED(keywords, "x");
	CHANGED(tags, "x");
	CHANGED(rule, "x");
	CHANGED(file, "x");
	CHANGED(reason, "");
	CHANGED(command, slice_str("gg"));
#undef CHANGED
}

/* The step is done: its file in the spool is forgotten. */
static void test_done(void)
{
	struct sealed_step step = sample();
	unsigned char seal[HASH_SIZE];
	struct slice bytes = slice_of((const char *)seal, HASH_SIZE);

	ok(seal_step(state, SEAL_DONE, &step, seal), "it is done");
	step.spool = NULL;
	ok(seal_fits_step(state, SEAL_DONE, &step, bytes),
	   "its seal fits without the file");
	ok(!fits(&step, bytes), "but it is not to be done again");
}

static void test_origin(void)
{
	struct sealed_origin origin = {1, 5, slice_str("digest"), "/a/cur/b"};
	unsigned char seal[HASH_SIZE];
	struct slice bytes = slice_of((const char *)seal, HASH_SIZE);

	ok(seal_origin(state, SEAL_ORIGIN, &origin, seal), "a path on disk");
	ok(seal_fits_origin(state, SEAL_ORIGIN, &origin, bytes), "is sealed");
	ok(!seal_fits_origin(state, SEAL_FILED, &origin, bytes),
	   "but not as one whose mail is filed");
	origin.path = "/a/cur/c";
	ok(!seal_fits_origin(state, SEAL_ORIGIN, &origin, bytes),
	   "nor another path");
}

static void test_without_key(void)
{
	const struct sealed_step step = sample();
	struct slice seal = seal_of(&step);
	struct error err = ERROR_INIT;
	struct state *other = NULL;
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(fits(&step, seal));
	(void)waitpid(pid, &status, 0);
	is_int(0, status, "a child that is forked has no key");
	is_int(0, state_open(&other, temp_path("state"), STATE_WRITE, &err),
	       "another connection");
	ok(!seal_fits_step(other, SEAL_STEP, &step, seal),
	   "has none before it is loaded");
	is_int(0, state_read_key(other, temp_path("state"), &err), "then");
	ok(seal_fits_step(other, SEAL_STEP, &step, seal), "it is the same");
	state_close(other);
}

int main(void)
{
	struct error err = ERROR_INIT;

	(void)tempdir();
	is_int(0, state_open(&state, temp_path("state"), STATE_WRITE, &err),
	       "a state");
	is_int(0, state_load_key(state, temp_path("state"), &err), "its key");
	test_step();
	test_done();
	test_origin();
	test_without_key();
	state_close(state);
	return done_testing();
}
