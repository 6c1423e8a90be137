/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "config/lint.h"
#include "util/buf.h"
#include "util/xalloc.h"

/* The errors as they are printed, one "LINE:COLUMN: TEXT" a line. */
static struct buf complaints(const char *bytes, size_t len)
{
	struct diagnostics diags = {0};
	struct buf clean = BUF_INIT(8 << 20), out = BUF_INIT(1 << 20);
	struct slice rest, line;
	char *printed;
	size_t size;
	FILE *f = open_memstream(&printed, &size);

	(void)lint("f", slice_of(bytes, len), &diags, &clean, NULL);
	diagnostics_print(&diags, f, "", false);
	(void)fclose(f);
	rest = slice_of(printed, size);
	while (slice_split(&rest, '\n', &line) && line.len > 0) {
		const char *mark = strstr(line.p, " error:");

		buf_add(&out, line.p + 2, (size_t)(mark - line.p) - 2);
		mark += strlen(" error:");
		buf_add(&out, mark, line.len - (size_t)(mark - line.p));
		buf_addch(&out, '\n');
	}
	free(printed);
	diagnostics_release(&diags);
	buf_release(&clean);
	return out;
}

static const struct {
	const char *name, *text, *want;
} cases[] = {
	{"an empty file", "", ""},
	{"unknown setting", "# c\n\n /* d\n */ maildr = x\n",
	 "4:5: unknown setting 'maildr' in the main part — did you mean "
	 "'maildir'?\n"},
	{"a word of another tool",
	 "account \"a\" {\n    passwordeval = x\n    sever = y\n}\n",
	 "2:5: unknown setting 'passwordeval' in an account — did you mean "
	 "'password-command'?\n"
	 "3:5: unknown setting 'sever' in an account — did you mean 'host'?\n"},
	{"fileinto", "rule \"a\" {\n    fileinto = \"x\"\n}\n",
	 "2:5: unknown setting 'fileinto' in a rule — did you mean "
	 "'folder'?\n"},
	{"nothing is near", "xyzzy-plugh = 1\n",
	 "1:1: unknown setting 'xyzzy-plugh' in the main part\n"},
	{"the case of letters", "Maildir = x\n",
	 "1:1: unknown setting 'Maildir' in the main part — did you mean "
	 "'maildir'?\n"},
	{"fetchmail's way", "poll pop.x.org proto pop3 user \"a\"\n",
	 "1:1: unknown setting 'poll' in the main part — did you mean "
	 "'account'?\n"},
	{"belongs elsewhere", "host = x\n",
	 "1:1: 'host' belongs in an account, not in the main part\n"},
	{"an action in a group", "rule a { any { from = x folder = y } }",
	 "1:25: 'folder' belongs directly in a rule, not in 'any { }'\n"},
	{"an unknown block", "accont \"x\" {\n whatever = 1\n}\n",
	 "1:1: unknown block 'accont' in the main part — did you mean "
	 "'account'?\n"},
	{"a setting as a block", "maildir { }",
	 "1:1: 'maildir' is a setting, not a block; write maildir = …\n"},
	{"a block as a setting", "rule = x\nrule \"x\" { any = y }",
	 "1:1: 'rule' is a block; write rule \"NAME\" { … }\n"
	 "2:12: 'any' is a block; write any { … }\n"},
	{"a group outside", "any { from = x }",
	 "1:1: 'any { }' belongs in a rule\n"},
	{"a group with a name", "rule x { any \"y\" { from = x } }",
	 "1:14: 'any' takes no name; write any { … }\n"},
	{"no name", "account {\n}\nrule \"\" { }\nrule '' { }",
	 "1:1: 'account' needs a name; write account \"NAME\" {\n"
	 "3:1: 'rule' needs a name; write rule \"NAME\" {\n"
	 "4:1: 'rule' needs a name; write rule \"NAME\" {\n"},
	{"a name with blanks", "rule a b {\n folder = x\n}\n",
	 "1:6: a name with spaces needs quotes: rule \"…\" {\n"},
	{"no brace", "rule \"x\"\n folder = x\n}\n",
	 "1:1: '{' is missing after 'rule'\n"},
	{"a brace that is never closed", "\nrule \"x\" {\n from = a\n",
	 "2:1: the '{' opened here is never closed\n"},
	{"the first of two", "rule \"x\" {\n from = a\nrule \"y\" {\n}\n",
	 "3:1: a rule inside a rule: is the '}' for line 1 missing?\n"},
	{"an account in a group", "rule \"x\" {\nany {\naccount y {\n}\n",
	 "3:1: an account inside an any: is the '}' for line 2 missing?\n"},
	{"nested on purpose", "rule \"x\" {\nrule \"y\" {\n}\n}\n}\n",
	 "2:1: a rule inside a rule: is the '}' for line 1 missing?\n"
	 "5:1: this '}' has no matching '{'\n"},
	{"a brace too many", "rule \"x\" { }\n }\n",
	 "2:2: this '}' has no matching '{'\n"},
	{"a list that is never closed", "rule x {\n from = {a,\n to = c\n}\n",
	 "2:9: the '{' opened here is never closed\n"},
	{"a list to the end of the file", "rule x {\n from = {a,\n",
	 "1:1: the '{' opened here is never closed\n"
	 "2:9: the '{' opened here is never closed\n"},
	{"a string that is never closed", "maildir = \"~/Mail\nparallel = 2\n",
	 "1:11: the string opened here is never closed\n"},
	{"a quote forgotten", "maildir = \"x\nstate = \"y\"\nwat = 2\n",
	 "1:11: the string opened here ends on line 2, directly before other "
	 "text; is its closing quote missing?\n"
	 "3:1: unknown setting 'wat' in the main part\n"},
	{"a quote forgotten in a name",
	 "rule \"x {\n folder = \"y\"\n}\nq = 1\n",
	 "1:6: the string opened here ends on line 2, directly before other "
	 "text; is its closing quote missing?\n"
	 "4:1: unknown setting 'q' in the main part\n"},
	{"a single quote that is never closed", "maildir = 'x\\'\n",
	 "1:11: the string opened here is never closed\n"},
	{"a string of several lines", "test x { mail = 'a\n b' }", ""},
	{"a comment that is never closed", "maildir = x /* y\n\n",
	 "1:13: the comment opened here is never closed\n"},
	{"curly quotes", "rule \"x\" {\n    folder = “Lists”\n}\n",
	 "2:14: curly quote “; use '\"'\n"},
	{"curly single quotes", "maildir = ‘a b’\n",
	 "1:11: curly quote ‘; use \"'\"\n"},
	{"a curly quote in text", "rule x { subject = \"“a”\" folder = y }",
	 ""},
	{"full-width signs", "maildir＝ x\nrule y ｛ folder = x ｝\n",
	 "1:8: full-width sign ＝; use '='\n"
	 "2:8: full-width sign ｛; use '{'\n"
	 "2:23: full-width sign ｝; use '}'\n"},
	{"full-width text", "rule x { subject = 回复：y folder = 中文 }",
	 "1:26: full-width sign ：; use ':', or put the text in quotes\n"},
	{"other blanks", "maildir\xc2\xa0= x\nstate =\xe3\x80\x80y\n",
	 "1:8: U+00A0 is not an ordinary space; use ' '\n"
	 "2:8: U+3000 is not an ordinary space; use ' '\n"},
	{"a byte order mark", "\xef\xbb\xbfmaildr = x\n",
	 "1:1: unknown setting 'maildr' in the main part — did you mean "
	 "'maildir'?\n"},
	{"a colon", "rule x {\n    foldr: \"Lists\"\n    from:a\n}\n",
	 "2:5: write 'foldr = …', not 'foldr: …'\n"
	 "3:5: write 'from = …', not 'from: …'\n"},
	{"a semicolon", "maildir = ~/M;\nstate = \"x\";\nrule x { };\n;\n",
	 "1:14: ';' is not needed here; remove it\n"
	 "2:12: ';' is not needed here; remove it\n"
	 "3:11: ';' is not needed here; remove it\n"
	 "4:1: ';' is not needed here; remove it\n"},
	{"brackets",
	 "rule x {\n from = [a, b]\n to = [\"c\", \"d\"]\n cc = [e]\n}",
	 "2:9: write a list as {a, b}, not [a, b]\n"
	 "3:7: write a list as {a, b}, not [a, b]\n"},
	{"no braces", "rule x {\n    from = a, b, c\n    to = d\n}\n",
	 "2:13: several values need braces: from = {a, b}\n"},
	{"no comma", "rule x { from = {a b, \"c\" d} }",
	 "1:20: a comma is missing before this value\n"
	 "1:27: a comma is missing before this value\n"},
	{"a comma too many", "rule x { from = {a,, b,} }",
	 "1:20: a value is missing before the comma\n"},
	{"an empty list", "rule x { from = {} }\ntest y { expect-tags = {} }",
	 "1:17: 'from' is an empty list; write a value, or remove the "
	 "setting\n"},
	{"blanks in a value", "rule x { subject = a b c folder = x }",
	 "1:22: a value with spaces needs quotes: subject = \"…\"\n"},
	{"a bare word that is cut", "layout = maildir++\nrule x { from = a*b }",
	 "1:10: an unquoted value cannot contain '+'; put it in quotes: "
	 "\"maildir++\"\n"
	 "2:17: an unquoted value cannot contain '*'; put it in quotes: "
	 "\"a*b\"\n"},
	{"a bare template", "rule x { folder = Lists/{list}/y }",
	 "1:19: an unquoted value cannot contain '{'; put it in quotes: "
	 "\"Lists/{list}/y\"\n"},
	{"a bare word cut by a comment", "maildir = a#b\n",
	 "1:11: an unquoted value cannot contain '#'; put it in quotes\n"},
	{"a star at the start", "rule x { from = *.example.org }",
	 "1:17: an unquoted value cannot begin with '*'; put it in quotes\n"},
	{"a lost backslash", "rule x {\n    subject = \"\\d+\\.\"\n}\n",
	 "2:15: \"\\d\" loses its backslash in double quotes; put the pattern "
	 "in single quotes: '\\d+\\.'\n"},
	{"a lost backslash in a secret",
	 "account x {\n password = \"ge\\heim\"\n}\n",
	 "2:13: \"\\…\" loses its backslash in double quotes; put the value in "
	 "single quotes\n"},
	{"backslashes that stay",
	 "maildir = \"a\\\\b\\\"c\\${D}\"\nlog = '\\d'\n", ""},
	{"a quote within quotes", "rule x { subject = 'don't' }\n",
	 "1:25: text directly after the closing quote; inside '…' write a "
	 "quote as \\'\n"
	 "1:26: the string opened here is never closed\n"},
	{"C9: an unset variable",
	 "maildir = \"${NOT_SET}/x\"\nlog = ${NOT_SET}\n",
	 "1:12: the environment variable NOT_SET is not set; write "
	 "${NOT_SET:-text} for a default, or \\${ for a literal ${\n"
	 "2:7: the environment variable NOT_SET is not set; write "
	 "${NOT_SET:-text} for a default, or \\${ for a literal ${\n"},
	{"variables that are set", "maildir = \"${IS_SET}\"\nlog = ${N:-x}\n",
	 ""},
	{"a variable that goes on", "maildir = \"${IS_SET\"\nlog = \"x}\"\n",
	 "1:12: the '${' opened here is never closed; for a literal ${ write "
	 "\\${\n"},
	{"a default of another shell", "maildir = \"${N:=x}\"\n",
	 "1:12: write a default as ${N:-text}\n"},
	{"+=", "rule x { from += a }",
	 "1:15: '+=' is not supported; write all values in one list: from = "
	 "{a, b}\n"},
	{"no value", "maildir =\nstate = x\nlog =",
	 "1:1: 'maildir' has no value\n3:1: 'log' has no value\n"},
	{"no equals sign", "maildir x\n",
	 "1:1: '=' is missing after 'maildir'\n"},
	{"include",
	 "include \"x\"\ninclude()\nrule x { include(\"y\") }\n"
	 "include(\"z\"\nlog = x\nfrob(\"x\")\n",
	 "1:1: write include(\"FILE\"), without '='\n"
	 "2:1: include() takes a file, and perhaps \"FOLDER=FOLDER\" to "
	 "rename a folder of it\n"
	 "3:10: include() belongs in the main part, not in a rule\n"
	 "4:8: the '(' opened here is never closed\n"
	 "6:1: unknown function 'frob'; the only one is include(\"FILE\")\n"},
	{"not UTF-8", "maildir = \"\xff\xe4\"\n# \xff\n",
	 "1:12: byte 0xff is not UTF-8; save the file as UTF-8\n"
	 "1:13: byte 0xe4 is not UTF-8; save the file as UTF-8\n"},
	{"control characters", "maildir = \"a\x01\"\n\x7f\n",
	 "1:13: control character 0x01; remove it\n"
	 "2:1: control character 0x7f; remove it\n"},
	{"lines that end in CRLF", "maildir = x\r\nfoo = y\r\n",
	 "2:1: unknown setting 'foo' in the main part\n"},
	{"everything on one line",
	 "rule x { any { from = a none{to=b} } subject = {c,d} mark = read "
	 "folder = \"x\" } account y{user=z} include(\"w\")",
	 ""},
};

static void test_complaints(void)
{
	(void)setenv("IS_SET", "x", 1);
	(void)unsetenv("NOT_SET");
	(void)unsetenv("N");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct buf got =
			complaints(cases[i].text, strlen(cases[i].text));

		is_str(cases[i].want, got.s, cases[i].name);
		buf_release(&got);
	}
}

static void test_nul(void)
{
	struct buf got = complaints("maildir = \"a\0b\"\n\0", 17);

	is_str("1:13: control character 0x00; remove it\n"
	       "2:1: control character 0x00; remove it\n",
	       got.s, "NULs do not end the file");
	buf_release(&got);
}

static void test_clean(void)
{
	static const char text[] = "a = b # c ü\n/* d\n e */ f = \"#g // h\"\n"
				   "// i\nj = http://k\n";
	static const char want[] = "a = b      \n    \n      f = \"#g // h\"\n"
				   "    \nj = http://k\n";
	struct diagnostics diags = {0};
	struct buf clean = BUF_INIT(4096);

	(void)lint("f", slice_str(text), &diags, &clean, NULL);
	is_int(sizeof(text) - 1, clean.len, "the clean text is as long");
	/* The ü has two bytes. */
	is_int(0, memcmp(clean.s, want, 11), "a comment is blank");
	is_str(want + 11, clean.s + 12, "lines and columns stay");
	diagnostics_release(&diags);
	buf_release(&clean);
}

/* Noise: lint must end in time, with a limited number of errors. */
static void test_rubbish(void)
{
	size_t size = 1 << 20;
	unsigned char *bytes = xmalloc(size);
	unsigned x = 1;

	for (int round = 0; round < 3; round++) {
		struct buf got;

		for (size_t i = 0; i < size; i++) {
			static const char some[] = "{}='\"\\a #\n,;$*";

			x = x * 1103515245 + 12345;
			bytes[i] = round == 0 ? (unsigned char)(x >> 16)
				   : round == 1
					   ? (unsigned char)some[(x >> 16) % 14]
					   : (unsigned char)"{a "[i % 3];
		}
		got = complaints((const char *)bytes, size);
		ok(got.len > 0, "1 MB of rubbish is complained of");
		ok(got.len < 51 * 400, "but not for ever");
		buf_release(&got);
	}
	free(bytes);
}

static void test_depth(void)
{
	struct buf text = BUF_INIT(65536), got;

	buf_addstr(&text, "rule x {");
	for (int i = 0; i < LINT_DEPTH_MAX - 1; i++)
		buf_addstr(&text, "any {");
	buf_addstr(&text, "from = a");
	for (int i = 0; i < LINT_DEPTH_MAX; i++)
		buf_addstr(&text, "}");
	got = complaints(text.s, text.len);
	is_str("", got.s, "as deep as is allowed");
	buf_release(&got);
	buf_clear(&text);
	for (int i = 0; i < 1000; i++)
		buf_addstr(&text, "any {");
	buf_addstr(&text, "rule x {");
	for (int i = 0; i <= LINT_DEPTH_MAX; i++)
		buf_addstr(&text, "any {");
	got = complaints(text.s, text.len);
	ok(strstr(got.s, "nested more than 1000 deep") != NULL,
	   "deeper is not");
	buf_release(&got);
	buf_release(&text);
}

int main(void)
{
	test_complaints();
	test_nul();
	test_clean();
	test_rubbish();
	test_depth();
	return done_testing();
}
