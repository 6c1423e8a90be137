/* SPDX-License-Identifier: ISC */
/*
 * A judge that was taken over: whatever it asks, and how often, each question
 * of the rules is answered once. The first two bytes choose the message and the
 * answers; then each nine are a request of an honest judge, and how to change
 * it.
 */
#include "rules/request.h"

#include <assert.h>
#include <stdint.h>

#include "../unit/judged.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* All requests of the set come from its second rule. */
static void check_request(const struct request *r, unsigned n_sources,
			  unsigned *counts)
{
	static const unsigned most[] = {1, 2, 2};

	assert(++counts[r->kind] <= most[r->kind]);
	assert(r->rule == 1 && !r->must && r->content.source <= n_sources);
	if (r->kind == REQUEST_DUPLICATE) {
		assert(r->seconds == (int64_t)30 * 24 * 3600);
		return;
	}
	assert(strcmp(r->argv[0], r->kind == REQUEST_TEST ? "ask" : "clean") ==
	       0);
	for (size_t i = 0; r->environment[i] != NULL; i++)
		assert(strncmp(r->environment[i], "POSTROOM_", 9) == 0);
	for (size_t i = 0; i < r->content.n_names; i++)
		assert(strcmp(r->content.names[i], "X-Label") == 0);
	assert(r->content.header == NULL || r->content.n_names == 1);
}

static void ask_again(const struct judged *j, const uint8_t *data, size_t size)
{
	struct allowance *a = allowance_new(j->set, &j->terms);
	unsigned n_rules = (unsigned)ruleset_size(j->set), counts[3] = {0};

	for (; size >= 9 && j->n_asked > 0; data += 9, size -= 9) {
		size_t n = data[0] % j->n_asked;
		struct buf bytes = BUF_INIT(1 << 20);
		struct request r;

		buf_addslice(&bytes, buf_slice(&j->asked[n]));
		judged_bend(&bytes, data + 1, data[0] / 32 % 3 * 4);
		if (request_decode(buf_slice(&bytes), n_rules,
				   allowance_sources(a), &r)) {
			if (allowance_takes_request(a, &r)) {
				check_request(&r, allowance_sources(a), counts);
				allowance_note_reply(a, &j->replies[n]);
			}
			request_release(&r);
		}
		buf_release(&bytes);
	}
	allowance_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ruleset *set;
	struct judged j;

	if (set == NULL)
		set = make_all_rules();
	if (size < 2)
		return 0;
	judge_text(set, judged_message(data[0]), data[1] % 32, false, &j);
	assert(!j.refused);
	ask_again(&j, data + 2, size - 2);
	judged_release(&j);
	return 0;
}
