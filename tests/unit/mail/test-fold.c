/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../tap.h"
#include "mail/charset.h"
#include "mail/fold.h"
#include "util/xalloc.h"

#define LARGE ((size_t)1024 * 1024)

static const struct {
	const char *name;
	const char *text;
	const char *want; /* NULL: stays */
} cases[] = {
	{"ASCII", "Hello  world-\t\n", NULL},
	{"nothing", "", NULL},
	{"precomposed", "Gr\u00f6\u00dfe, \u0161, \u1ec7", NULL},
	{"Chinese", "\u53d1\u7968\uff61", "\u53d1\u7968\u3002"},
	{"Chinese letters stay", "\u7535\u5b50\u53d1\u7968", NULL},
	{"Hangul syllables stay", "\uc138\uae08", NULL},
	{"Russian", "\u0441\u0447\u0451\u0442 \u0439", NULL},
	{"an umlaut in two", "Mu\u0308ller", "M\u00fcller"},
	{"at both ends", "U\u0308ber u\u0308", "\u00dcber \u00fc"},
	{"two marks", "e\u0323\u0302", "\u1ec7"},
	{"two marks, other order", "e\u0302\u0323", "\u1ec7"},
	{"a mark on nothing", "\u0308x", NULL},
	{"kana with a mark", "\u304b\u3099\u3063", "\u304c\u3063"},
	{"half-width kana", "\uff76\uff9e\uff9d", "\u30ac\u30f3"},
	{"Hangul in letters", "\u1112\u1161\u11ab", "\ud55c"},
	{"io with two dots", "\u0435\u0308", "\u0451"},
	{"short i", "\u0438\u0306", "\u0439"},
	{"a singleton", "\u212b \u2126", "\u00c5 \u03a9"},
	{"full width", "\uff29\uff2e\uff36\uff10\uff0d\uff1a", "INV0-:"},
	{"a wide blank", "a\u3000b", "a b"},
	{"a no-break blank", "your\u00a0invoice", "your invoice"},
	{"narrow blanks", "10\u202f\u2009\u2007kg", "10   kg"},
	{"a no-break hyphen", "e\u2011mail e\u2010mail", "e-mail e-mail"},
	{"a soft hyphen", "in\u00advoice", "invoice"},
	{"zero width", "in\u200bvo\u2060i\ufeffce\u200d", "invoice"},
	{"direction marks", "\u202einvoice\u202c", "invoice"},
	{"a variation selector", "\u260e\ufe0f 1", "\u260e 1"},
	{"tags", "a\U000e0041b", "ab"},
	{"Hangul fillers", "a\u3164b\u115fc\u1160d\uffa0", "abcd"},
	{"Khmer vowels that nobody sees", "\u17b4a\u17b5", "a"},
	{"what musicians and shorthand have", "a\U0001d173b\U0001bca0", "ab"},
	{"Braille's blank", "a\u2800b", "a b"},
	{"invisible only", "\u200b\u200b", ""},
	{"a hidden umlaut", "u\u200b\u0308", "\u00fc"},
	{"Hindi", "\u0939\u093f\u0928\u094d\u0926\u0940", NULL},
	{"Hindi, with a dotted letter", "\u0915\u093c\u093e x",
	 "\u0915\u093c\u093e x"},
	{"Arabic with vowels", "\u0645\u064e\u0631\u0652", NULL},
	{"invalid bytes", "a\xff\u00a0\xc3", "a\xff \xc3"},
	{"emoji", "\U0001f600 x", NULL},
};

static void test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct slice text = slice_str(cases[i].text);
		struct folded *folded = fold_new(text);
		const char *want =
			cases[i].want == NULL ? cases[i].text : cases[i].want;

		is_slice(want, fold_text(folded, text), cases[i].name);
		ok((folded == NULL) == (strcmp(want, cases[i].text) == 0),
		   "kept when it stays");
		fold_free(folded);
	}
}

static const struct {
	const char *text, *want;
} lines[] = {
	{"a b c", NULL},
	{" a ", NULL},
	{"a\tb", "a b"},
	{"a  b \t\r\n c", "a b c"},
	{"\t\ta\t\t", " a "},
	{"  ", " "},
	{"a \u00a0b", "a b"},
	{"a\u00a0 b", "a b"},
	{"a\u3000\u2003\tb", "a b"},
	{"a \u200b b", "a b"},
	{"a \u200b\u200b\tb", "a b"},
	{"\u53d1  \u7968", "\u53d1 \u7968"},
	{"e\u0301  e\u0301 \u0301", "\u00e9 \u00e9 \u0301"},
	{"\t\u0301", " \u0301"},
	{"\xff  \xff\t", "\xff \xff "},
};

static void test_lines(void)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct slice text = slice_str(lines[i].text);
		struct folded *folded = fold_line(text);
		const char *want =
			lines[i].want == NULL ? lines[i].text : lines[i].want;

		is_slice(want, fold_text(folded, text), "a line");
		ok((folded == NULL) == (lines[i].want == NULL), "as a line");
		fold_free(folded);
	}
}

static const struct {
	const char *text, *want;
} names[] = {
	{"Lists", "Lists"},
	{" a \t b\n", "a b"},
	{"\u00a0\u3000a\u2003b\u00a0", "a b"},
	{"\u200b a \u200b", "a"},
	{"\u3164", ""},
	{"e\u2011mail\u2010", "e-mail-"},
	{"\u2800\u00ad\ufeff", ""},
	{"a \u200b b", "a b"},
	{"Cafe\u0301", "Caf\u00e9"},
	{"\uff29nvoice\ufe0f", "\uff29nvoice"},
	{"in\u200dvo\u200cice", "invoice"},
	{"\u53d1\u200d\u7968", "\u53d1\u7968"},
	{"\u0645\u06cc\u200c\u062e\u0648", "\u0645\u06cc\u200c\u062e\u0648"},
	{"\u0645\u06cc\u200c ", "\u0645\u06cc"},
	{"\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"},
	{"\U0001f468\u200d\U0001f469", "\U0001f468\u200d\U0001f469"},
	{"\u202egpj.x\u202c", "gpj.x"},
	{"a\xff \xff", "a\xff \xff"},
	{"", ""},
};

static void test_names(void)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf out = BUF_INIT(1000);

		fold_name(slice_str(names[i].text), &out);
		is_slice(names[i].want, buf_slice(&out), "a name");
		buf_release(&out);
	}
}

static void is_origin(const char *text, const char *part, const char *want)
{
	struct folded *folded = fold_line(slice_str(text));
	struct slice all = folded->text;
	const char *at = memmem(all.p, all.len, part, strlen(part));

	is_slice(want,
		 fold_origin(folded, slice_str(text),
			     slice_of(at, strlen(part))),
		 want);
	fold_free(folded);
}

static void test_origins(void)
{
	is_origin("a Mu\u0308ller b", "M\u00fcller", "Mu\u0308ller");
	is_origin("a Mu\u0308ller b", "ller", "ller");
	is_origin("a Mu\u0308ller b", "a M", "a M");
	is_origin("[\uff21\uff22\uff23]", "B", "\uff22");
	is_origin("[\uff21\uff22\uff23]", "ABC", "\uff21\uff22\uff23");
	is_origin("x\u00ad in\u00advo\u00adice\u00ad.", "invoice",
		  "in\u00advo\u00adice");
	is_origin("x\u00adin\u00advoice", "x", "x");
	is_origin("\u00a0x", " x", "\u00a0x");
	is_origin("a\u00a0", "", "");
	is_origin("x a \t b y", "a b", "a \t b");
	is_origin("x a \t b y", "b y", "b y");
	is_origin("x \u00a0\t b", " b", " \u00a0\t b");
	is_origin("x  \t", "x ", "x  \t");
}

static void test_large(const char *name, const char *unit)
{
	size_t len = strlen(unit), n = LARGE / len;
	char *text = xmalloc(n * len);
	clock_t start = clock();
	struct folded *folded;

	for (size_t i = 0; i < n; i++)
		memcpy(text + i * len, unit, len);
	folded = fold_new(slice_of(text, n * len));
	fold_free(folded);
	folded = fold_line(slice_of(text, n * len));
	ok(clock() - start < 20 * CLOCKS_PER_SEC &&
		   (folded == NULL || charset_is_utf8(folded->text)),
	   name);
	printf("# %.1f ms\n",
	       (double)(clock() - start) * 1000 / CLOCKS_PER_SEC);
	fold_free(folded);
	free(text);
}

int main(void)
{
	test_cases();
	test_lines();
	test_names();
	test_origins();
	test_large("1 MiB of blanks", "  ");
	test_large("of tabs", "\t");
	test_large("of tabs in words", "a\t");
	test_large("of mixed blanks", "a \u00a0\t\u200b ");
	test_large("1 MiB of ASCII", "invoice ");
	test_large("of Chinese", "\u7535\u5b50\u53d1\u7968\uff0c");
	test_large("of Chinese that stays", "\u7535\u5b50\u53d1\u7968\u3002");
	test_large("of Russian", "\u0441\u0447\u0451\u0442 ");
	test_large("of Hindi", "\u0939\u093f\u0928\u094d\u0926\u0940 ");
	test_large("of Arabic with vowels", "\u0645\u064e\u0631\u0652 ");
	test_large("of umlauts in two", "u\u0308");
	test_large("of no-break blanks", "\u00a0");
	test_large("of soft hyphens", "\u00ad");
	test_large("of marks", "\u0308");
	test_large("of two marks in the wrong order", "\u0302\u0323");
	test_large("of what grows", "\U0001d160");
	test_large("of invalid bytes", "\xff");
	return done_testing();
}
