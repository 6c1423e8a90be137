/* SPDX-License-Identifier: ISC */
/*
 * A judge that was taken over: whatever its verdict, what is taken of it is
 * within the rules, and an honest one is taken. The first two bytes choose the
 * message, the answers to its requests, and what the others are: a verdict,
 * changes to an honest one, or the message.
 */
#include "rules/verdict.h"

#include <assert.h>
#include <stdint.h>

#include "../unit/judged.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct ruleset *set;
	struct slice rest;
	struct judged j;
	struct verdict v;
	bool whole, taken;

	if (set == NULL)
		set = make_all_rules();
	if (size < 2)
		return 0;
	rest = slice_of((const char *)data + 2, size - 2);
	whole = (data[1] & 0x80) != 0;
	judge_text(set, whole ? rest : judged_message(data[0]), data[1] % 32,
		   (data[1] & 0x20) != 0, &j);
	assert(!j.refused);
	if (!whole && (data[1] & 0x40) != 0) {
		buf_clear(&j.verdict);
		buf_addslice(&j.verdict, rest);
	} else if (!whole) {
		judged_bend(&j.verdict, data + 2, size - 2);
	}
	taken = judged_takes(&j, buf_slice(&j.verdict), &v);
	assert(taken || !whole);
	if (taken) {
		assert(is_within_rules(&v));
		verdict_release(&v);
	}
	judged_release(&j);
	return 0;
}
