/* SPDX-License-Identifier: ISC */
/* Requests between judge and sorter: bytes are hostile until checked. */
#include <stdlib.h>

#include "../tap.h"
#include "rules/request.h"
#include "util/xalloc.h"

static void fill(struct request *r)
{
	memset(r, 0, sizeof(*r));
	r->kind = REQUEST_FILTER;
	r->rule = 1;
	r->must = true;
	r->seconds = 5;
	memset(r->key, 9, HASH_SIZE);
	strings_add(&r->argv, "prog");
	strings_add(&r->argv, "$(x)");
	strings_add(&r->environment, "POSTROOM_X=1");
	r->content.source = 1;
	r->content.skip = 7;
	r->content.header = xstrdup("A: b\n\n");
	r->content.header_len = 6;
}

static void test_round_trip(void)
{
	struct buf bytes = BUF_INIT(10000);
	struct request r, back;

	fill(&r);
	request_encode(&r, &bytes);
	ok(request_decode(buf_slice(&bytes), 2, 1, &back), "decodes");
	is_int(REQUEST_FILTER, back.kind, "kind");
	ok(back.must && back.rule == 1 && back.seconds == 5, "numbers");
	is_str("$(x)", back.argv[1], "an argument");
	is_str("POSTROOM_X=1", back.environment[0], "a variable");
	is_str("A: b\n\n", back.content.header, "a header");
	is_int(9, back.key[31], "the key");
	request_release(&back);
	ok(!request_decode(buf_slice(&bytes), 1, 1, &back), "no such rule");
	ok(!request_decode(buf_slice(&bytes), 2, 0, &back), "no such source");
	ok(!request_decode(buf_slice(&bytes), 0, 1, &back), "no rules");
	request_release(&r);
	buf_release(&bytes);
}

static void test_hostile(void)
{
	struct buf bytes = BUF_INIT(10000);
	struct request r, back;
	size_t truncated = 0, odd = 0;

	fill(&r);
	request_encode(&r, &bytes);
	for (size_t i = 0; i < bytes.len; i++) {
		char *copy = xmemdup0(bytes.s, bytes.len);

		if (request_decode(slice_of(copy, i), 2, 1, &back)) {
			truncated++;
			request_release(&back);
		}
		for (int c = 0; c < 256; c++) {
			copy[i] = (char)c;
			if (!request_decode(slice_of(copy, bytes.len), 2, 1,
					    &back))
				continue;
			odd += back.rule > 1 || back.content.source > 1 ||
			       (back.kind != REQUEST_DUPLICATE &&
				back.argv[0] == NULL);
			request_release(&back);
		}
		free(copy);
	}
	is_int(0, truncated, "no truncated request decodes");
	is_int(0, odd, "C13: no changed byte brings a value out of range");
	request_release(&r);
	buf_release(&bytes);
}

int main(void)
{
	test_round_trip();
	test_hostile();
	return done_testing();
}
