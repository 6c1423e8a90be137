/* SPDX-License-Identifier: ISC */
#include <stdint.h>
#include <stdlib.h>

#include "../tap.h"
#include "util/value.h"
#include "util/xalloc.h"

static const struct {
	const char *text;
	int64_t want; /* -1: an error */
} durations[] =
	{
		{"30", 30},
		{"30s", 30},
		{"5m", 300},
		{"12h", 43200},
		{"2d", 172800},
		{"2w", 1209600},
		{"", -1},
		{"m", -1},
		{"5x", -1},
		{"-5m", -1},
		{"5 m", -1},
		{"1.5h", -1},
		{"5mm", -1},
		{"99999999999999999999", -1},
		{"9999999999999999w", -1},
},
  sizes[] = {
	  {"0", 0},
	  {"500", 500},
	  {"4K", 4096},
	  {"4kb", 4096},
	  {"1M", 1 << 20},
	  {"1G", 1 << 30},
	  {"", -1},
	  {"K", -1},
	  {"1X", -1},
	  {"-1", -1},
	  {"99999999999999999999", -1},
};

static void test_numbers(void)
{
	struct error err = ERROR_INIT;
	long long n = 0;

	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		int64_t got = -1;

		if (value_duration(durations[i].text, &got, &err) == -1)
			got = -1;
		is_int(durations[i].want, got, durations[i].text);
	}
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint64_t got = 0;
		int rc = value_size(sizes[i].text, &got, &err);

		is_int(sizes[i].want, rc == -1 ? -1 : (int64_t)got,
		       sizes[i].text);
	}
	ok(value_number("64", 1, 64, &n, &err) == 0 && n == 64, "the largest");
	is_int(-1, value_number("65", 1, 64, &n, &err), "one more");
	is_int(ERR_CONFIG, err.kind, "is an error of the configuration");
	is_int(-1, value_number("0", 1, 64, &n, &err), "one less");
}

static void test_yes(void)
{
	static const char *const words[] = {"yes", "true",  "on",
					    "no",  "false", "off"};
	struct error err = ERROR_INIT;
	bool yes = false;

	for (size_t i = 0; i < 6; i++)
		ok(value_yes(words[i], &yes, &err) == 0 && yes == (i < 3),
		   words[i]);
	is_int(-1, value_yes("maybe", &yes, &err), "maybe");
}

static void is_words(const char *text, const char *want)
{
	struct error err = ERROR_INIT;
	char **words = value_words(text, &err);
	char got[128] = "";

	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		(void)snprintf(got + strlen(got), sizeof(got) - strlen(got),
			       "[%s]", words[i]);
	is_str(want, words == NULL ? "error" : got, text);
	strings_free(words);
}

static void test_paths(void)
{
	static const char *const paths[][2] = {{"~/x", "/home/u/x"},
					       {"~", "/home/u"},
					       {"/x", "/x"},
					       {"x/y", "/etc/x/y"}};
	struct error err = ERROR_INIT;

	for (size_t i = 0; i < 4; i++) {
		char *path = value_path(paths[i][0], "/etc", &err);

		is_str(paths[i][1], path, paths[i][0]);
		free(path);
	}
	ok(value_path("~bob/x", "/etc", &err) == NULL,
	   "the home of another user");
	is_words("prog -x 'y z' \"a'b\"", "[prog][-x][y z][a'b]");
	is_words("~/bin/x ~/y a~/z", "[/home/u/bin/x][/home/u/y][a~/z]");
	is_words("a\\ b c''d", "[a b][cd]");
	is_words("a 'b", "error");
	is_int(1, value_find_word("inbox Junk trash", "junk", NULL),
	       "a word of a list");
	is_int(-1, value_find_word("inbox Junk", "jun", NULL), "a part of one");
	is_int(-1, value_find_word(NULL, "x", NULL), "no list");
}

static const char *shown(uint64_t bytes)
{
	static struct buf out = BUF_INIT(32);

	buf_clear(&out);
	value_show_size(bytes, &out);
	return out.s;
}

static void test_sizes_shown(void)
{
	is_str("0.0 KB", shown(1), "a size for people: a byte");
	is_str("3.1 KB", shown(3150), "some");
	is_str("512 MB", shown(512 << 20), "many");
	is_str("16777216 TB", shown(UINT64_MAX), "all there are");
}

static void is_copied(const char *word, const char *as)
{
	struct slice s = value_word_to_copy(slice_str(word), "UIDL");

	ok(slice_equal(s, slice_str(as)), word);
}

static void test_words_to_copy(void)
{
	is_copied("a9.B_:+=@/,%-", "a9.B_:+=@/,%-");
	is_copied("x'; reboot; '", "UIDL");
	is_copied("$(reboot)", "UIDL");
	is_copied("a b", "UIDL");
	is_copied("-all", "UIDL");
	is_copied("", "UIDL");
}

int main(void)
{
	(void)setenv("HOME", "/home/u", 1);
	test_numbers();
	test_yes();
	test_paths();
	test_sizes_shown();
	test_words_to_copy();
	return done_testing();
}
