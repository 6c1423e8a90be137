/* SPDX-License-Identifier: ISC */
/* Flags and keywords in the names of files, as several programs write them. */
#include "../tap.h"
#include "maildir/base.h"

static void test_info(void)
{
	static const struct {
		const char *path, *info;
	} names[] = {
		{"/m/cur/1.a:2,S", ":2,S"},  {"/m/cur/1.a;2,FS", ";2,FS"},
		{"/m/cur/1.a!2,", "!2,"},    {"/m/cur/1.a", NULL},
		{"/m:2,x/cur/1.a", NULL},    {"/m/cur/1;2,b.c:2,S", ":2,S"},
		{"/m/cur/1;2,b.c", NULL},    {"/m/cur/1!2,b;2,RS", ";2,RS"},
		{"1.a:2,S,x=1", ":2,S,x=1"}, {"", NULL},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *info = maildir_info(names[i].path);

		ok(names[i].info == NULL
			   ? info == NULL
			   : info != NULL && strcmp(info, names[i].info) == 0,
		   names[i].path);
	}
}

static void test_has_base(void)
{
	ok(maildir_has_base("1.a", "1.a"), "the base itself");
	ok(maildir_has_base("1.a:2,S", "1.a"), "with flags");
	ok(maildir_has_base("1.a;2,S", "1.a"), "behind a semicolon");
	ok(!maildir_has_base("1.ab", "1.a"), "a longer name");
	ok(!maildir_has_base("1.a;b", "1.a"), "a semicolon in a name");
}

static void test_flags(void)
{
	char letters[8], keywords[KEYWORD_LETTERS];
	bool trashed;

	is_int(FLAG_OLD | FLAG_DRAFT | FLAG_FLAGGED | FLAG_PASSED |
		       FLAG_ANSWERED | FLAG_SEEN,
	       maildir_flags_of("/m/cur/1!2,DFPRST", &trashed), "all flags");
	ok(trashed, "and T");
	maildir_flag_letters(FLAG_SEEN | FLAG_PASSED | FLAG_OLD, letters);
	is_str("PS", letters, "in the order of the letters");
	is_int(0, maildir_flags_of("/m/new/1.S", &trashed), "none in new/");
	maildir_keywords_of("/m/cur/a.z:2,Sbza", keywords);
	is_str("abz", keywords, "keywords");
	maildir_keywords_of("/m/cur/a.z", keywords);
	is_str("", keywords, "no keywords in a base");
}

int main(void)
{
	test_info();
	test_has_base();
	test_flags();
	return done_testing();
}
