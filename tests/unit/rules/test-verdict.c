/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "maildir/maildir.h"
#include "rules/verdict.h"
#include "util/xalloc.h"

static void add_pipe(struct verdict *v)
{
	struct verdict_action *pipe = verdict_add(v, ACTION_PIPE, 0);

	strings_add(&pipe->argv, "prog");
	strings_add(&pipe->argv, "$(x) y");
	strings_add(&pipe->environment, "POSTROOM_RULE=r");
	pipe->content = 1;
	xgrow(&v->contents, v->n_contents, sizeof(*v->contents));
	v->contents[v->n_contents++] = (struct content){
		.source = 0,
		.skip = 10,
		.header = xstrdup("A: b\n\n"),
		.header_len = 6,
	};
}

static void fill(struct verdict *v)
{
	verdict_init(v);
	verdict_add(v, ACTION_COPY, 1)->text = xstrdup("Backup/2026");
	verdict_add(v, ACTION_FOLDER, 0)->text = xstrdup("Lists/发票");
	v->actions[1].captured = true;
	v->actions[1].flags = FLAG_SEEN;
	v->actions[1].tags = xstrdup("one two");
	v->actions[1].why = xstrdup("subject \"发票\"");
	add_pipe(v);
	v->flags = FLAG_FLAGGED;
	v->has_key = true;
	memset(v->key, 7, HASH_SIZE);
	verdict_add_match(v, 1);
	verdict_add_match(v, 0);
	verdict_add_trace(v, 1, OUTCOME_APPLIES, "because\nof this\n");
	v->trace[0].ns = 1234;
}

static void test_round_trip(void)
{
	struct verdict v, back;
	struct buf bytes = BUF_INIT(10000);
	struct error err = ERROR_INIT;

	fill(&v);
	verdict_encode(&v, &bytes);
	is_int(0, verdict_decode(buf_slice(&bytes), 2, 0, &back, &err),
	       "decodes");
	is_int(3, back.n, "three actions");
	is_str("Lists/发票", back.actions[1].text, "the folder");
	ok(!back.actions[1].captured && back.actions[1].flags == FLAG_SEEN,
	   "what is said of it");
	is_str("one two", back.actions[1].tags, "its tags");
	is_str("$(x) y", back.actions[2].argv[1], "an argument");
	is_int(6, back.contents[1].header_len, "another header");
	is_str("because\nof this\n", back.trace[0].why, "the trace");
	is_int(1234, (long)back.trace[0].ns, "what it took");
	ok(back.n_matched == 2 && back.matched[0] == 1 && back.matched[1] == 0,
	   "the rules that applied");
	ok(back.has_key && back.key[31] == 7, "the key");
	ok(back.decided && back.flags == FLAG_FLAGGED, "and of the message");
	verdict_release(&back);
	is_int(-1, verdict_decode(buf_slice(&bytes), 1, 0, &back, &err),
	       "a rule that does not exist is refused");
	verdict_release(&back);
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
	is_int(0, verdict_decode(buf_slice(&bytes), 2, 0, &back, &err),
	       "decodes");
	is_str("because", back.reason, "with the reason");
	verdict_release(&back);
	verdict_release(&v);
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

		if (verdict_decode(slice_of(copy, i), 2, 0, &back, &err) == 0)
			truncated++;
		verdict_release(&back);
		for (int c = 0; c < 256; c++) {
			copy[i] = (char)c;
			if (verdict_decode(slice_of(copy, bytes.len), 2, 0,
					   &back, &err) == 0)
				for (size_t j = 0; j < back.n; j++)
					odd += back.actions[j].rule > 1 ||
					       back.actions[j].flags > 15;
			for (size_t j = 0; j < back.n_matched; j++)
				odd += back.matched[j] > 1;
			verdict_release(&back);
		}
		free(copy);
	}
	is_int(0, truncated, "no truncated verdict decodes");
	is_int(0, odd, "C13: no changed byte brings a value out of range");
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
		verdict_add(&v, ACTION_FOLDER, 0)->text = xstrdup(bad[i]);
		verdict_encode(&v, &bytes);
		is_int(-1, verdict_decode(buf_slice(&bytes), 1, 0, &back, &err),
		       bad[i]);
		verdict_release(&back);
		verdict_release(&v);
		buf_release(&bytes);
	}
}

static void test_too_many(void)
{
	struct verdict v;

	verdict_init(&v);
	for (int i = 0; i < VERDICT_ACTIONS_MAX; i++)
		(void)verdict_add(&v, ACTION_COPY, 0);
	ok(verdict_add(&v, ACTION_COPY, 0) == NULL && v.undecided,
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
