/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "maildir.h"
#include "tap.h"
#include "util/xalloc.h"
#include "verdict.h"

static void fill(struct verdict *v)
{
	verdict_init(v);
	verdict_add(v, ACTION_COPY, "Backup/2026")->rule = 1;
	verdict_add(v, ACTION_FOLDER, "Lists/发票")->captured = true;
	v->actions[1].flags = FLAG_SEEN;
	v->flags = FLAG_FLAGGED;
}

static void test_round_trip(void)
{
	struct verdict v, back;
	struct buf bytes = BUF_INIT(10000);
	struct error err = ERROR_INIT;

	fill(&v);
	verdict_encode(&v, &bytes);
	verdict_init(&back);
	is_int(0, verdict_decode(buf_slice(&bytes), 2, &back, &err), "decodes");
	is_int(2, back.n, "two actions");
	is_str("Lists/发票", back.actions[1].folder, "the folder");
	ok(back.actions[1].captured && back.actions[1].flags == FLAG_SEEN,
	   "what is said of it");
	ok(back.decided && back.flags == FLAG_FLAGGED, "and of the message");
	verdict_release(&back);
	is_int(-1, verdict_decode(buf_slice(&bytes), 1, &back, &err),
	       "a rule that does not exist is refused");
	verdict_release(&v);
	buf_release(&bytes);
}

static void test_undecided(void)
{
	struct verdict v, back;
	struct buf bytes = BUF_INIT(10000);
	struct error err = ERROR_INIT;

	fill(&v);
	verdict_set_undecided(&v, "because");
	is_int(0, v.n, "undecided: no actions are left");
	ok(!v.decided, "and nothing is decided");
	verdict_encode(&v, &bytes);
	verdict_init(&back);
	is_int(0, verdict_decode(buf_slice(&bytes), 0, &back, &err), "decodes");
	is_str("because", back.reason, "with the reason");
	verdict_release(&back);
	buf_release(&bytes);
}

/* Every truncation and every changed byte: an error or a checked verdict. */
static void test_hostile(void)
{
	struct verdict v, back;
	struct buf bytes = BUF_INIT(10000);
	struct error err = ERROR_INIT;
	size_t truncated = 0, odd = 0;

	fill(&v);
	verdict_encode(&v, &bytes);
	for (size_t i = 0; i < bytes.len; i++) {
		char *copy = xmemdup0(bytes.s, bytes.len);

		verdict_init(&back);
		if (verdict_decode(slice_of(copy, i), 2, &back, &err) == 0)
			truncated++;
		verdict_release(&back);
		for (int c = 0; c < 256; c++) {
			copy[i] = (char)c;
			verdict_init(&back);
			if (verdict_decode(slice_of(copy, bytes.len), 2, &back,
					   &err) == 0)
				for (size_t j = 0; j < back.n; j++)
					odd += back.actions[j].rule > 1 ||
					       back.actions[j].flags > 15;
			verdict_release(&back);
		}
		free(copy);
	}
	is_int(0, truncated, "no truncated verdict decodes");
	is_int(0, odd, "no changed byte brings a value out of range");
	verdict_release(&v);
	buf_release(&bytes);
}

static void test_folders(void)
{
	static const char *const bad[] = {"../x",    "a/../b", "/etc",	"a//b",
					  ".hidden", "-rf",    "~root", "a/"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct verdict v, back;
		struct buf bytes = BUF_INIT(10000);
		struct error err = ERROR_INIT;

		verdict_init(&v);
		(void)verdict_add(&v, ACTION_FOLDER, bad[i]);
		verdict_encode(&v, &bytes);
		verdict_init(&back);
		is_int(-1, verdict_decode(buf_slice(&bytes), 1, &back, &err),
		       bad[i]);
		verdict_release(&v);
		buf_release(&bytes);
	}
}

static void test_too_many(void)
{
	struct verdict v;

	verdict_init(&v);
	for (int i = 0; i < VERDICT_ACTIONS_MAX; i++)
		(void)verdict_add(&v, ACTION_COPY, "x");
	ok(verdict_add(&v, ACTION_COPY, "x") == NULL && v.undecided,
	   "more than 256 copies are undecided");
	verdict_release(&v);
}

int main(void)
{
	test_round_trip();
	test_undecided();
	test_hostile();
	test_folders();
	test_too_many();
	return done_testing();
}
