/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "util/suggest.h"

static const struct {
	const char *word, *want;
} examples[] = {
	{"maildr", "maildir"},	 {"maildirr", "maildir"},
	{"maidlir", "maildir"},	 {"MAILDIR", "maildir"},
	{"layuot", "layout"},	 {"state", "state"},
	{"somethingelse", NULL}, {"", NULL},
};

int main(void)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		struct suggestion s = suggest_for(examples[i].word);

		suggest_try(&s, "maildir");
		suggest_try(&s, "layout");
		suggest_try(&s, "state");
		is_str(examples[i].want, s.best, examples[i].word);
	}
	return done_testing();
}
