/* SPDX-License-Identifier: ISC */
/* Patterns that can take very many steps, and similar ones that cannot. */
#include "../tap.h"
#include "rules/pattern.h"

static const struct example {
	const char *pattern;
	bool slow;
} examples[] = {
	{"(a+)+b", true},    {"(a*)*b", true},	  {"(?:a+)*b", true},
	{"(a|b+)+c", true},  {"((a+)b?)+", true}, {"(a{2,})+b", true},
	{"(.+.+)+x", true},  {"(\\w+)*@", true},  {"a+b", false},
	{"(a+)b", false},    {"(ab+)+c", false},  {"(a+,)+b", false},
	{"(a+){2}b", false}, {"(a++)+b", false},  {"([a-z]+\\.)+x", false},
	{"(", false},	     {"([)", false},	  {"\\", false},
	{"", false},	     {"a{2,", false},	  {"(\\(+)+x", true},
};

int main(void)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++)
		ok(pattern_is_slow(slice_str(examples[i].pattern)) ==
			   examples[i].slow,
		   examples[i].pattern);
	return done_testing();
}
