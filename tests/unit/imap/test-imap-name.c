/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "imap/name.h"

#define NAMES_MAX 65536

/* NULL: the name is malformed, and its own path. */
static const struct {
	const char *name, *path;
} utf7[] = {
	{"INBOX", "INBOX"},
	{"Lists.a", "Lists/a"},
	{"a &- b", "a & b"},
	{"&-&-", "&&"},
	{"Entw&APw-rfe", "Entw\xc3\xbcrfe"},
	{"&ZeVnLIqe-", "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e"},
	{"~peter.mail.&U,BTFw-.&ZeVnLIqe-",
	 "~peter/mail/\xe5\x8f\xb0\xe5\x8c\x97/\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa"
	 "\x9e"},
	{"&2D3eAA-", "\xf0\x9f\x98\x80"},
	{"&AOQ-x&AOQ-", "\xc3\xa4x\xc3\xa4"},
	{"", ""},
	/* base64 without an end, nothing in it, letters that are none */
	{"&", NULL},
	{"&AOQ", NULL},
	{"a&b", NULL},
	{"&A-", NULL},
	{"&AO!-", NULL},
	{"&AOQ=-", NULL},
	/* ASCII in base64, two parts in a row, bits that are left */
	{"&AGE-", NULL},
	{"&AC8-", NULL},
	{"&AOQ-&AOQ-", NULL},
	{"&AOR-", NULL},
	/* half a surrogate pair, the wrong order, a NUL, a line's end, DEL */
	{"&2D0-", NULL},
	{"&3gDYPQ-", NULL},
	{"&AAA-", NULL},
	{"a\nb", NULL},
	{"&AAo-", NULL},
	{"a\x7f", NULL},
	/* bytes that are not ASCII */
	{"\xc3\xa4", NULL},
};

static void test_utf7(void)
{
	struct buf out = BUF_INIT(NAMES_MAX), back = BUF_INIT(NAMES_MAX);

	for (size_t i = 0; i < sizeof(utf7) / sizeof(utf7[0]); i++) {
		struct slice name = slice_str(utf7[i].name);
		bool well;

		buf_clear(&out);
		buf_clear(&back);
		well = name_to_path(name, '.', false, &out);
		is_str(utf7[i].path == NULL ? utf7[i].name : utf7[i].path,
		       out.s, "a path");
		ok(well == (utf7[i].path != NULL), "is it malformed?");
		if (!well)
			continue;
		ok(name_of_path(buf_slice(&out), '.', false, &back),
		   "it has a name");
		is_str(utf7[i].name, back.s, "which is the same");
	}
	buf_release(&out);
	buf_release(&back);
}

static void test_utf8(void)
{
	struct buf out = BUF_INIT(NAMES_MAX);

	ok(name_to_path(slice_str("a&b.\xc3\xa4"), '.', true, &out),
	   "a name in UTF-8");
	is_str("a&b/\xc3\xa4", out.s, "its path");
	buf_clear(&out);
	ok(name_of_path(slice_str("a&b/\xc3\xa4"), '.', true, &out),
	   "a path in UTF-8");
	is_str("a&b.\xc3\xa4", out.s, "its name");
	buf_clear(&out);
	ok(!name_to_path(slice_str("a.\xe4"), '.', true, &out),
	   "a name that is not UTF-8");
	is_str("a.\xe4", out.s, "is its own path");
	buf_clear(&out);
	ok(!name_of_path(slice_str("a/\xe4"), '.', false, &out),
	   "a path that is not UTF-8");
	is_str("a/\xe4", out.s, "is its own name");
	buf_clear(&out);
	ok(name_to_path(slice_str("a/b.c"), '\0', false, &out),
	   "a server without a hierarchy");
	is_str("a/b.c", out.s, "keeps all");
	buf_release(&out);
}

static void test_long_names(void)
{
	char text[5000];
	struct buf out = BUF_INIT(NAMES_MAX);

	memset(text, 'A', sizeof(text));
	text[0] = '&';
	text[4097] = '-';
	(void)name_to_path(slice_of(text, 4098), '/', false, &out);
	ok(out.len > 0, "a long name of base64");
	buf_clear(&out);
	memset(text, 'a', sizeof(text));
	ok(!name_of_path(slice_of(text, 5000), '/', false, &out),
	   "a path that is too long");
	buf_release(&out);
}

/* Names of one server, whose keys must differ. */
static const struct {
	const char *name, *key;
} keys[] = {
	{"INBOX", "INBOX"},	    {"&APw-", "\xc3\xbc"},
	{"\xc3\xbc", "\xc3\xbc//"}, {"&-APw-", "&APw-"},
	{"\xfc", "\xfc"},	    {"Q&-A", "Q&A"},
	{"Q&A", "Q&A//"},	    {"Q&-A.", "Q&-A.//"},
	{"Q&A.", "Q&A.//"},	    {"Q&A//", "Q&A////"},
	{"Q&-A..", "Q&-A..//"},	    {"a.b", "a/b"},
	{"a/b", "a/b//"},	    {"&AOQ", "&AOQ//"},
	{"&-AOQ", "&AOQ"},	    {"\xfc.", "\xfc."},
	{"\xfc/", "\xfc///"},
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

static void test_keys(void)
{
	struct buf key = BUF_INIT(NAMES_MAX);
	int same = 0;

	for (size_t i = 0; i < N_KEYS; i++) {
		buf_clear(&key);
		name_to_key(slice_str(keys[i].name), '.', false, &key);
		is_str(keys[i].key, key.s, "a key");
		for (size_t k = 0; k < i; k++)
			same += strcmp(keys[i].key, keys[k].key) == 0;
	}
	is_int(0, same, "K45: no two are the same");
	buf_clear(&key);
	name_to_key(slice_str("Q&A.\xc3\xbc"), '.', true, &key);
	is_str("Q&A/\xc3\xbc", key.s, "a key where names are UTF-8");
	buf_release(&key);
}

static void test_patterns(void)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} cases[] = {
		{"INBOX", "INBOX", true},
		{"inbox", "Inbox", true},
		{"inbox", "Inbox/a", false},
		{"Lists", "lists", false},
		{"*", "", true},
		{"*", "a/b", true},
		{"%", "a", true},
		{"%", "a/b", false},
		{"%", "", true},
		{"Lists/*", "Lists/a/b", true},
		{"Lists/%", "Lists/a", true},
		{"Lists/%", "Lists/a/b", false},
		{"Lists/*", "Lists", false},
		{"*/b", "a/a/b", true},
		{"%/b", "a/a/b", false},
		{"%/%/b", "a/a/b", true},
		{"*a*b", "xaxbxb", true},
		{"%a*/b%", "xa/x/bx", true},
		{"a", "ab", false},
		{"ab", "a", false},
		{"", "", true},
		{"", "a", false},
		{"**%%", "a/", true},
		{"*", "*", true},
	};

	char many[NAME_PATTERN_MAX + 1], path[4000];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_int(cases[i].matches,
		       name_matches(slice_str(cases[i].pattern),
				    slice_str(cases[i].path)),
		       cases[i].pattern);
	memset(path, 'a', sizeof(path));
	for (size_t i = 0; i < sizeof(many); i++)
		many[i] = i % 2 == 0 ? '*' : 'a';
	many[NAME_PATTERN_MAX - 1] = 'b';
	ok(!name_matches(slice_of(many, NAME_PATTERN_MAX),
			 slice_of(path, sizeof(path))),
	   "a pattern that asks for much work");
	ok(!name_matches(slice_of(many, NAME_PATTERN_MAX + 1),
			 slice_of(path, sizeof(path))),
	   "a pattern that is too long");
}

int main(void)
{
	test_utf7();
	test_utf8();
	test_long_names();
	test_keys();
	test_patterns();
	return done_testing();
}
