/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "util/set.h"

static void test_many(void)
{
	static char words[1000][8];
	struct set *set = set_new_placed();
	int found = 0, placed = 0;

	for (int i = 0; i < 1000; i++) {
		(void)snprintf(words[i], sizeof(words[i]), "w%d", i);
		set_add(set, slice_str(words[i]));
	}
	for (int i = 0; i < 1000; i++)
		found += set_has(set, slice_str(words[i]));
	is_int(1000, found, "a thousand words are found");
	for (int i = 0; i < 1000; i++) {
		set_add(set, slice_str(words[i]));
		placed += set_place(set, slice_str(words[i])) == (size_t)i;
	}
	is_int(1000, placed, "each in its place");
	ok(set_place(set, slice_str("w1000")) == SET_NONE,
	   "another word has none");
	ok(!set_has(set, slice_str("w1000")), "another word is not");
	set_free(set);
}

static void test_few(void)
{
	struct set *set = set_new();

	ok(!set_has(set, slice_str("")), "an empty set has nothing");
	set_add(set, slice_of("a\0b", 3));
	set_add(set, slice_of("a\0b", 3));
	ok(set_has(set, slice_of("a\0b", 3)), "what is added twice is there");
	ok(!set_has(set, slice_str("a")), "a NUL is a byte like others");
	set_add(set, slice_str(""));
	ok(set_has(set, slice_str("")), "no bytes can be in a set");
	set_free(set);
	set_free(NULL);
}

int main(void)
{
	test_many();
	test_few();
	return done_testing();
}
