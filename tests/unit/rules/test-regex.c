/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "rules/marks.h"
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
	{"\\bсчёт\\b", false, "Новый счёт на оплату", MATCH_YES, NULL, NULL},
	{"\\bсчёт\\b", false, "Счётчик", MATCH_NO, NULL, NULL},
	{"\\bgrün\\b", false, "Grünes", MATCH_NO, NULL, NULL},
	{"^(\\w+)$", false, "Größe", MATCH_YES, "Größe", NULL},
	{"代\\W*开", false, "代表大会召开", MATCH_NO, NULL, NULL},
	{"代\\W*开", false, "代-、开", MATCH_YES, NULL, NULL},
	/* Marks belong to the letter before them. */
	{"\\bहिन्दी\\b", false, "यह हिन्दी है", MATCH_YES, NULL, NULL},
	{"\\bहिन्द\\b", false, "यह हिन्दी है", MATCH_NO, NULL, NULL},
	{"^(\\w+)$", false, "हिन्दी", MATCH_YES, "हिन्दी", NULL},
	{"\\b(\\w+) है", false, "यह हिन्दी है", MATCH_YES, "हिन्दी", NULL},
	{"^(\\w+)$", false, "น้ำผึ้ง", MATCH_YES, "น้ำผึ้ง", NULL},
	{"\\bنَا\\b", false, "كِتَابُنَا", MATCH_NO, NULL, NULL},
	{"\\b(كِتَاب)\\b", false, "هذا كِتَاب", MATCH_YES, "كِتَاب", NULL},
	{"\\bكتاب\\b", false, "كتابُ", MATCH_NO, NULL, NULL},
	{"([\\w.-]+)@", false, "x दी.ी-a@b", MATCH_YES, "दी.ी-a", NULL},
	{"([^\\w]+)$", false, "ही दी!?", MATCH_YES, "!?", NULL},
	{"(\\W+)$", false, "ही !दी", MATCH_NO, NULL, NULL},
	{"ह\\B(ी)", false, "ही", MATCH_YES, "ी", NULL},
	{"your\\s+invoice", false, "Your\u00a0 invoice", MATCH_YES, NULL, NULL},
	{"a\\s{2}b", false, "a\u3000\u2009b", MATCH_YES, NULL, NULL},
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

static const char *const patterns[] = {
	"\\bab\\b",
	"\\Bb",
	"a\\B",
	"\\w+\\W\\w+",
	"^[\\w-]+$",
	"[\\w\\].-]+",
	"[]\\w]+",
	"[^]\\w]+",
	"[\\W]",
	"[\\b]",
	"[[:alpha:]\\w]+$",
	"[[:^alpha:]]\\b",
	"[a[:]\\w",
	"\\Q\\b[\\E\\b",
	"\\Q\\w",
	"\\cw\\w",
	"\\\\w\\b",
	"(?#\\w[)\\w",
	"(?<=\\b)a\\w",
	"(?i:\\bA)",
	"\\[\\w\\]",
	"(?<n>\\w)\\b",
};
static const char *const texts[] = {
	"",	 "ab",	       "ab-b",	"a b.b",     "x]y",
	"[a]",	 "[",	       "\\b[a", "\\w",	     "\\\\w",
	"\027a", "-",	       "a\bb",	"aab baa b", "1_2",
	":a[x",	 "\\Q\\E\\b[", " ",	"\303\251b", "b\xc3\xa9",
};

/* Rewritten for marks, a pattern means the same where there are none. */
static void test_rewritten(void)
{
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		struct buf out = BUF_INIT(10000);
		struct error err = ERROR_INIT;
		struct slice a[1], b[1];
		size_t offset;
		bool changed = marks_rewrite(slice_str(patterns[i]), &out);
		struct regex *re =
			regex_new(slice_str(patterns[i]), 0, &offset, &err);
		struct regex *other =
			regex_new(buf_slice(&out), 0, &offset, &err);
		bool same = re != NULL && other != NULL;

		for (size_t j = 0; same && j < sizeof(texts) / sizeof(texts[0]);
		     j++) {
			struct slice t = slice_str(texts[j]);
			enum match match = regex_search(re, t, a, 1, &err);

			same = match == regex_search(other, t, b, 1, &err) &&
			       (match != MATCH_YES ||
				(a[0].p == b[0].p && a[0].len == b[0].len));
		}
		ok(same, patterns[i]);
		ok(changed == !slice_equal(buf_slice(&out),
					   slice_str(patterns[i])),
		   "rewritten or not");
		regex_free(re);
		regex_free(other);
		buf_release(&out);
	}
}

static void test_not_rewritten(void)
{
	struct buf out = BUF_INIT(100);

	ok(!marks_rewrite(slice_str("(?x) # [\n\\w"), &out), "(?x)");
	ok(!marks_rewrite(slice_str("(?i-x:\\w)"), &out), "(?-x:");
	ok(!marks_rewrite(slice_str("abc[d]\\d\\"), &out), "no \\w");
	buf_release(&out);
}

static void test_errors(void)
{
	struct error err = ERROR_INIT;
	char many[8 * 100 + 1] = "";
	size_t offset = 99;

	ok(regex_new(slice_str("(a"), 0, &offset, &err) == NULL,
	   "C7: an invalid pattern");
	is_int(2, offset, "and the place of the error");
	is_str("missing closing parenthesis", err.text, "and its reason");
	is_int(ERR_CONFIG, err.kind, "it is an error of the configuration");
	for (int i = 0; i < 100; i++)
		memcpy(many + (size_t)i * 3, "(a)", 4);
	ok(regex_new(slice_str(many), 0, &offset, &err) == NULL,
	   "C6: more than 99 groups are refused");
	ok(regex_new(slice_str("\\C"), 0, &offset, &err) == NULL,
	   "\\C, which splits characters, is refused");
	ok(regex_new(slice_str("\xff"), 0, &offset, &err) == NULL,
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
	struct regex *re = regex_new(slice_str("y"), 0, &offset, &err);

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
			regex_new(slice_str(greedy[i]), 0, &offset, &err);

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
	test_rewritten();
	test_not_rewritten();
	test_errors();
	test_names();
	test_large();
	test_memory();
	return done_testing();
}
