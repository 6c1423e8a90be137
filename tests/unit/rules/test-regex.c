/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "rules/regex.h"

struct example {
	const char *pattern;
	bool case_matters;
	const char *subject;
	enum match match;
	const char *first;  /* group 1, or NULL: unset or none */
	const char *number; /* its case in tests/FAULTS.md, or NULL */
};

static const struct example examples[] = {
	{"abc", false, "xABCx", MATCH_YES, NULL, NULL},
	{"abc", true, "xABCx", MATCH_NO, NULL, NULL},
	{"ärger", false, "ÄRGER", MATCH_YES, NULL, NULL},
	{"счёт", false, "СЧЁТ № 5", MATCH_YES, NULL, NULL},
	{"<([^.>]+)", false, "X <notmuch.org>", MATCH_YES, "notmuch", NULL},
	{"(a)|b", false, "b", MATCH_YES, NULL, "C6"},
	{"", false, "x", MATCH_YES, NULL, "C5"},
	{"()", false, "", MATCH_YES, "", "C5"},
	{"(a*)*", false, "b", MATCH_YES, "", "C5"},
	{"$()", false, "ab\n", MATCH_YES, "", "C5"},
	{"a\\Kb", false, "ab", MATCH_YES, NULL, "C5"},
	{"(?<=a)b$", false, "ab", MATCH_YES, NULL, "C5"},
	{"^.$", false, "发", MATCH_YES, NULL, "C4"},
	{"b(.)d", false, "\xff\xfe bcd", MATCH_YES, "c", "C4"},
	{"b(.)d", false,
	 "b\xff"
	 "d b\xe5\x8f",
	 MATCH_NO, NULL, "C4"},
	{"^(a+)+$", false, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab",
	 MATCH_ERROR, NULL, "C1"},
};

static void test_examples(void)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *e = &examples[i];
		struct error err = ERROR_INIT;
		struct slice captures[2];
		size_t offset;
		char name[128];
		struct regex *re = regex_new(slice_str(e->pattern),
					     e->case_matters, &offset, &err);

		(void)snprintf(name, sizeof(name), "%s%s/%s/",
			       e->number == NULL ? "" : e->number,
			       e->number == NULL ? "" : ": ", e->pattern);
		is_int(e->match,
		       regex_search(re, slice_str(e->subject), captures, 2,
				    &err),
		       name);
		if (e->match == MATCH_YES && e->first != NULL)
			is_slice(e->first, captures[1], "group 1");
		if (e->match == MATCH_YES && e->first == NULL)
			ok(captures[1].p == NULL, "group 1 is not set");
		if (e->match == MATCH_ERROR)
			is_int(ERR_MESSAGE, err.kind, "about this message");
		regex_free(re);
	}
}

static void test_errors(void)
{
	struct error err = ERROR_INIT;
	char many[8 * 100 + 1] = "";
	size_t offset = 99;

	ok(regex_new(slice_str("(a"), false, &offset, &err) == NULL,
	   "C7: an invalid pattern");
	is_int(2, offset, "and the place of the error");
	is_str("missing closing parenthesis", err.text, "and its reason");
	is_int(ERR_CONFIG, err.kind, "it is an error of the configuration");
	for (int i = 0; i < 100; i++)
		memcpy(many + (size_t)i * 3, "(a)", 4);
	ok(regex_new(slice_str(many), false, &offset, &err) == NULL,
	   "C6: more than 99 groups are refused");
	ok(regex_new(slice_str("\\C"), false, &offset, &err) == NULL,
	   "\\C, which splits characters, is refused");
	ok(regex_new(slice_str("\xff"), false, &offset, &err) == NULL,
	   "a pattern that is not UTF-8 is refused");
}

static void test_names(void)
{
	struct error err = ERROR_INIT;
	size_t offset, number;
	struct slice name;
	struct regex *re = regex_new(slice_str("(x)(?<list>y)(?<id>z)"), false,
				     &offset, &err);

	is_int(3, regex_groups(re), "three groups");
	ok(regex_group_name(re, 1, &name, &number) &&
		   slice_equal(name, slice_str("list")) && number == 2,
	   "names can be walked");
	ok(!regex_group_name(re, 2, &name, &number), "to their end");
	regex_free(re);
}

static void test_large(void)
{
	struct error err = ERROR_INIT;
	size_t offset, len = REGEX_SUBJECT_MAX + 1;
	char *subject = malloc(len);
	struct regex *re = regex_new(slice_str("y"), false, &offset, &err);

	memset(subject, 'x', len);
	is_int(MATCH_ERROR,
	       regex_search(re, slice_of(subject, len), NULL, 0, &err),
	       "a text over the limit is an error, not a no");
	is_int(MATCH_NO,
	       regex_search(re, slice_of(subject, len - 1), NULL, 0, &err),
	       "one at the limit is searched");
	regex_free(re);
	free(subject);
}

/* The stack of the JIT and the heap of the interpreter are limited. */
static void test_memory(void)
{
	static const char *const greedy[] = {
		"^(?:(a)|(b))*c", "^((?:a|b)+?)++c", "(*NO_JIT)^(?:(a)|(b))*c"};
	size_t offset, len = 3000000;
	char *subject = malloc(len), name[128];

	for (size_t i = 0; i < len; i++)
		subject[i] = i % 2 == 0 ? 'a' : 'b';
	for (size_t i = 0; i < sizeof(greedy) / sizeof(greedy[0]); i++) {
		struct error err = ERROR_INIT;
		struct regex *re =
			regex_new(slice_str(greedy[i]), false, &offset, &err);

		(void)snprintf(name, sizeof(name), "C3: /%s/ on 3 MB",
			       greedy[i]);
		is_int(MATCH_ERROR,
		       regex_search(re, slice_of(subject, len), NULL, 0, &err),
		       name);
		is_int(ERR_MESSAGE, err.kind, "about this message");
		regex_free(re);
	}
	free(subject);
}

int main(void)
{
	test_examples();
	test_errors();
	test_names();
	test_large();
	test_memory();
	return done_testing();
}
