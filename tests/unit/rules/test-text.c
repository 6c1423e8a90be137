/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "../tempdir.h"
#include "rules/text.h"
#include "util/buf.h"

static char *path;

static void put(const char *bytes, size_t len)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(bytes, 1, len, f) != len || fclose(f) != 0)
		perror(path);
}

/* The same through a value: file:… is relative to a directory. */
static void test_text(void)
{
	struct slice bob = slice_str("bob@x.org"), other = slice_str("a@b");
	const struct text_subject listed = {slice_str("x"), &bob, 1, NULL};
	const struct text_subject evil = {slice_str("Evil <a@b>"), &other, 1,
					  NULL};
	const struct text_subject plain = {other, &other, 1, NULL};
	struct error err = ERROR_INIT;
	struct text t;
	long column;

	put("bob@x.org\n/^\"?evil/\n", 20);
	is_int(0,
	       text_init(&t, "file:list", TEXT_ADDRESSES, tempdir_path, &column,
			 &err),
	       "a text that is a file");
	is_int(MATCH_YES, text_match(&t, &listed, NULL, 0, &err),
	       "matches an address");
	is_int(MATCH_YES, text_match(&t, &evil, NULL, 0, &err),
	       "or a pattern in it");
	is_int(MATCH_NO, text_match(&t, &plain, NULL, 0, &err),
	       "and nothing else");
	put("a@b\n", 4);
	ok(text_refresh(&t), "it is read again");
	is_int(MATCH_YES, text_match(&t, &plain, NULL, 0, &err),
	       "and is the new one");
	put("/(/\n", 4);
	ok(!text_refresh(&t), "a broken one is not taken");
	text_release(&t);
	put("file:list\n", 10);
	is_int(-1,
	       text_init(&t, "file:list", TEXT_ADDRESSES, tempdir_path, &column,
			 &err),
	       "a list in a list is refused");
	ok(strstr(err.text, "list:1") != NULL, "with its line");
	text_release(&t);
}

static const struct {
	const char *value;
	const char *text;
	enum match match;
	const char *first; /* group 1, or NULL */
} alike[] = {
	{"M\u00fcller", "Mu\u0308ller", MATCH_YES, NULL},
	{"Mu\u0308ller", "M\u00fcller", MATCH_YES, NULL},
	{"your invoice", "Your\u00a0invoice", MATCH_YES, NULL},
	{"invoice", "In\u00advoice", MATCH_YES, NULL},
	{"invoice", "\uff29\uff2e\uff36\uff2f\uff29\uff23\uff25", MATCH_YES,
	 NULL},
	{"\uff1a", "a:b", MATCH_YES, NULL},
	{"\u200b", "a\u200bb", MATCH_YES, NULL},
	{"\u200b", "ab", MATCH_NO, NULL},
	{"\u3000", "a b", MATCH_NO, NULL},
	{"/in\\x{ad}v/", "In\u00advoice", MATCH_YES, NULL},
	{"/^your (\\w+)$/", "Your\u00a0in\u00advoice", MATCH_YES,
	 "in\u00advoice"},
	{"/ (\\w+) /", "a Mu\u0308ller b", MATCH_YES, "Mu\u0308ller"},
	{"your invoice", "Your  \tinvoice", MATCH_YES, NULL},
	{"your\tinvoice", "Your invoice", MATCH_YES, NULL},
	{"your \u3000invoice", "Your\u00a0invoice", MATCH_YES, NULL},
	{"a  b", "ab", MATCH_NO, NULL},
	{"  ", "a  b", MATCH_YES, NULL},
	{"  ", "a b", MATCH_NO, NULL},
	{"/a  (b)/", "a  b", MATCH_YES, "b"},
	{"/a (b  c) d/", "a\tb  c\td", MATCH_NO, NULL},
	{"/a (b c) d/", "a\tb  c\td", MATCH_YES, "b  c"},
	{"invoice", "in\u3164vo\uffa0ice", MATCH_YES, NULL},
	{"/\uff3b(.)\uff3d/", "\uff3bx\uff3d", MATCH_YES, "x"},
};

static void test_folding(void)
{
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		struct text_subject subject = {
			.decoded = slice_str(alike[i].text)};
		struct folded *folded = fold_line(subject.decoded);
		struct slice captures[2];
		struct error err = ERROR_INIT;
		struct text t;
		long column;

		subject.folded = folded;
		is_int(0, text_init(&t, alike[i].value, 0, NULL, &column, &err),
		       alike[i].value);
		is_int(alike[i].match,
		       text_match(&t, &subject, captures,
				  alike[i].first == NULL ? 0 : 2, &err),
		       alike[i].text);
		if (alike[i].first != NULL)
			is_slice(alike[i].first, captures[1],
				 "the capture is as it came");
		fold_free(folded);
		text_release(&t);
	}
}

struct example {
	unsigned uses;
	const char *value, *subject;
	bool yes;
};

#define HEADER (TEXT_WORDS | TEXT_EQUALS)
#define BODY   (TEXT_LINES | TEXT_PROSE)

static const struct example examples[] = {
	/* Word boundaries. */
	{HEADER, "Spam", "Ham, tests=bogofilter, spamicity=0.0", false},
	{HEADER, "Spam", "Spam, tests=bogofilter, spamicity=0.99", true},
	{HEADER, "Yes", "No, tests=BAYES_00,HTML_MESSAGE", false},
	{HEADER, "yes", "X-yes", true},
	{HEADER, "yes", "yes_no", false},
	{HEADER, "yes", "yesyes no yes", true},
	{HEADER, "yes", "byes yes2 ayes", false},
	{HEADER, "pass", "spf=pass smtp.mailfrom=x", true},
	{HEADER, "*****", "a*****b", true},
	{HEADER, "[list]", "x[list]y", true},
	{HEADER, "C++", "C++17", true},
	{HEADER, "C++", "ABC++", false},
	{HEADER, "na", "na\u00efve", false},
	{HEADER, "Stra\u00dfe", "STRA\u1e9eE 1", true},
	{HEADER, "Stra\u00dfe", "Landstra\u00dfe", false},
	{HEADER, "\u0434\u0430", "\u0434\u0430\u0442\u0430", false},
	{HEADER, "\u0434\u0430", "\u0414\u0410!", true},
	{HEADER, "\u53d1\u7968", "\u7535\u5b50\u53d1\u7968\u5df2", true},
	{HEADER, "YES", "\u662fYES\u662f", true},
	{HEADER, "\u53d1\u7968a", "\u53d1\u7968abc", false},
	{HEADER, "हिन्दी", "यह हिन्दी है", true},
	{HEADER, "हिन्द", "यह हिन्दी है", false},
	{HEADER, "ह", "ही", false},
	{HEADER, "น้ำ", "น้ำผึ้ง", true},
	{HEADER, "น", "น้ำ", false},
	{HEADER, "كتاب", "كتابُ", false},
	{HEADER, "كتاب", "كتاب.", true},
	{HEADER, "a", "a\u20dd", false},
	{0, "Spam", "spamicity", true},
	{TEXT_LINES, "yes", "BAYES", true},
	/* All of a field. */
	{HEADER, "=Spam", "Spam", true},
	{HEADER, "= Spam ", "spam", true},
	{HEADER, "=Spam", "Spam, tests=bogofilter", true},
	{HEADER, "=bulk", "bulk (see RFC 2076)", true},
	{HEADER, "=text/plain", "text/plain; charset=utf-8", true},
	{HEADER, "=Spam", "not Spam", false},
	{HEADER, "=Spam", "Spam or not", false},
	{HEADER, "=a, b", "A, B", true},
	{HEADER, "=a, b", "a", false},
	{HEADER, "=\u53d1\u7968", "\u53d1\u7968; x", true},
	{HEADER, "=\u53d1\u7968", "\u53d1\u7968x", false},
	{0, "=a", "x=ab", true},
	/* Lines. */
	{BODY, "/^Order: (\\d+)$/", "Hello\nOrder: 55\nBye\n", true},
	{BODY, "/^Order$/", "Hello\r\nOrder\r\nBye\r\n", true},
	{BODY, "/^-- $/", "Hello\n-- \nAcme Ltd\n", true},
	{BODY, "/\\ABye/", "Hello\nBye\n", false},
	{BODY, "/o.B/", "Hello\nBye\n", false},
	{HEADER, "/^b$/", "a\nb\nc", false},
	/* Phrases across a line end. */
	{BODY, "the invoice", "please pay the \ninvoice now\n", true},
	{BODY, "the invoice", "please pay the\r\n  invoice now\n", true},
	{BODY, "the invoice", "> > pay the\n> > invoice now\n", true},
	{BODY, "the  invoice", "the \t invoice", true},
	{BODY, "the invoice", "the\n\ninvoice", false},
	{BODY, "the invoice", "the x\ninvoice", false},
	{BODY, "der Stra\u00dfe", "in der\nSTRA\u1e9eE\n", true},
	{BODY, " now", "pay\nnow", true},
	{BODY, "pay ", "pay\nnow", true},
	{BODY, "\u8bf7\u67e5\u6536\u53d1\u7968",
	 "\u8bf7\u67e5\u6536\n\u53d1\u7968", true},
	{BODY, "a.c d", "abc d", false},
	{TEXT_LINES, "the invoice", "the\ninvoice", false},
	{TEXT_LINES, "the  \u00a0", "the  \u00a0", true},
	{TEXT_LINES, "the  invoice", "the invoice", false},
};

static void test_plain(void)
{
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *e = &examples[i];
		const struct text_subject subject = {
			.decoded = slice_str(e->subject)};
		struct error err = ERROR_INIT;
		struct text t;
		char name[200];
		long column;
		bool lost = text_init(&t, e->value, e->uses, NULL, &column,
				      &err) == -1;

		(void)snprintf(name, sizeof(name), "example %zu: %s: %s", i,
			       e->value, e->yes ? "yes" : "no");
		ok(!lost && text_match(&t, &subject, NULL, 0, &err) ==
				    (e->yes ? MATCH_YES : MATCH_NO),
		   name);
		text_release(&t);
	}
}

int main(void)
{
	(void)tempdir();
	path = strdup(temp_path("list"));
	test_text();
	test_folding();
	test_plain();
	free(path);
	return done_testing();
}
