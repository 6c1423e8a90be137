/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "../tap.h"
#include "mail/charset.h"
#include "util/xalloc.h"

static const char *const fallback[] = {"GB18030", "CP1252", NULL};

static const struct {
	const char *name;
	const char *bytes;
	const char *want;
} conversions[] = {
	{"utf-8", "gr\xc3\xbc\xc3\x9f", "grüß"},
	{"\"UTF_8\"", "\xe2\x82\xac", "€"},
	{"us-ascii", "\xc3\xa4", "ä"},
	{"us-ascii", "\xe4", "ä"},
	{"iso-8859-1", "\x80 \xe4", "€ ä"},
	{"ISO-8859-9", "\xfe", "ş"},
	{"iso-8859-15", "\xa4", "€"},
	{"iso-8859-2", "\xe8", "č"},
	{"tis-620", "\xa1", "ก"},
	{"iso-8859-8-i", "\xf9", "ש"},
	{"koi8-r", "\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"},
	{"windows-1251", "\xcf\xf0\xe8\xe2\xe5\xf2", "Привет"},
	{"x-mac-cyrillic", "\x8f", "П"},
	{"gb2312", "\xc4\xe3\xba\xc3", "你好"},
	{"gb2312", "\xe9\x46", "镕"}, /* in GBK, not in GB2312 */
	{"x-gbk", "\xc4\xe3\xba\xc3", "你好"},
	{"gb18030", "\x94\x39\xda\x33", "💩"},
	{"big5", "\xa7\x41\xa6\x6e", "你好"},
	{"big5", "\xf9\xd6", "碁"}, /* of the ETEN extension */
	{"euc-kr", "\xb0\xa1", "가"},
	{"ks_c_5601-1987", "\x81\x41", "갂"}, /* in CP949 only */
	{"shift_jis", "\x93\xfa\x87\x40", "日①"},
	{"euc-jp", "\xc6\xfc", "日"},
	{"iso-2022-jp", "\033$BF|K\\\033(B.", "日本."},
	{"iso-2022-jp", "\033$B-!\033(B", "①"},
	{"iso-2022-jp", "\033(I1\033(B", "ｱ"},
	{"iso-2022-jp", "\033$BF", "�"},
	{"iso-2022-jp", "\033$BF\nx", "�\nx"},
	{"iso-2022-kr", "\033$)C\016\x30\x21\017", "가"},
	{"utf-7", "Gr+APwA3w-e", "Grüße"},
	{"utf-16le", "\xac\x20", "€"},
	{"utf-16be", "\x20\xac", "€"},
	{"utf-16be", "\xd8\x01\x20\xac", "�€"},
	/* one U+FFFD for each byte, or for each cut-off sequence */
	{"utf-8", "\xff\xfe", "��"},
	{"utf-8", "\xe2\x82", "�"},
	{"utf-8", "\xf0\x9f\x92z", "�z"},
	{"utf-8", "\xed\xa0\xbd", "���"},
	{"utf-8", "\xc0\xaf", "��"},
	{"gb2312", "\xc4\xe3\xff\xba\xc3", "你�好"},
	{"gb2312", "\xc4\xe3\xba", "你�"},
	/* the label is wrong */
	{"gb2312", "\xe5\xbc\x80 \xe5\x80\xbc\xe5\x80", "寮� 鍊煎�"},
	{"iso-2022-jp", "\xe5\xbc\x80", "开"},
	{"utf-8", "", ""},
	{"big5", "", ""},
};

static const char *const unknown[] = {
	"",	  "x-unknown", "utf-9",
	"IBM037", "EBCDIC-US", "UTF-8//TRANSLIT",
	"gb",	  "2312",      "aliases aliases",
	"=",	  "\n",
};

static const struct {
	const char *bytes;
	const char *want;
} guesses[] = {
	{"plain", "plain"},
	{"gr\xc3\xbc\xc3\x9f", "grüß"},
	{"\xc4\xe3\xba\xc3", "你好"},
	{"M\xfcller, Stra\xdf"
	 "e",
	 "Müller, Straße"},
	{"\033$BF|K\\\033(B", "日本"},
	{"caf\xe9 \x81", "caf� �"},
	{"", ""},
};

static struct slice convert(const char *name, const char *bytes,
			    struct buf *out)
{
	const struct charset *charset = charset_find(slice_str(name));

	if (charset == NULL)
		return slice_of(NULL, 0);
	charset_convert(charset, slice_str(bytes), out);
	return buf_slice(out);
}

static void test_conversions(void)
{
	struct buf out = BUF_INIT(1024);

	for (size_t i = 0; i < sizeof(conversions) / sizeof(conversions[0]);
	     i++) {
		buf_clear(&out);
		is_slice(conversions[i].want,
			 convert(conversions[i].name, conversions[i].bytes,
				 &out),
			 conversions[i].name);
	}
	buf_release(&out);
}

static void test_names(void)
{
	size_t len = 1024 * 1024;
	char *name = xmalloc(len);

	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++)
		if (strcmp(unknown[i], "UTF-8//TRANSLIT") != 0)
			ok(charset_find(slice_str(unknown[i])) == NULL,
			   "an unknown name is unknown");
	ok(charset_find(slice_str("UTF-8//TRANSLIT")) == NULL,
	   "nothing of iconv's own gets through");
	ok(charset_find(slice_str("GB2312")) == charset_find(slice_str("gbk")),
	   "synonyms are one charset");
	memset(name, 'x', len);
	ok(charset_find(slice_of(name, len)) == NULL, "B11: a name of 1 MB");
	memset(name, '-', len);
	ok(charset_find(slice_of(name, len)) == NULL, "1 MB of nothing");
	free(name);
}

static void test_guesses(void)
{
	struct buf out = BUF_INIT(1024);

	for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++) {
		buf_clear(&out);
		charset_guess(slice_str(guesses[i].bytes), fallback, &out);
		is_slice(guesses[i].want, buf_slice(&out), "a guess");
	}
	buf_clear(&out);
	charset_guess(slice_str("\xc4\xe3"), NULL, &out);
	is_slice("��", buf_slice(&out), "a guess without a fallback");
	buf_release(&out);
}

/* All pairs of bytes in all charsets give valid UTF-8, in finite time. */
static void test_all_pairs(void)
{
	static const char *const names[] = {
		"utf-8",     "gb18030",	    "big5",   "shift_jis",
		"euc-jp",    "iso-2022-jp", "cp949",  "iso-2022-kr",
		"utf-7",     "euc-tw",	    "johab",  "iso-2022-cn",
		"utf-16",    "utf-32",	    "viscii", "tcvn",
		"macintosh", "windows-1255"};
	struct buf out = BUF_INIT(512 * 1024);
	char *bytes = xmalloc(2 * 65536);

	for (size_t i = 0; i < 65536; i++) {
		bytes[2 * i] = (char)(i >> 8);
		bytes[2 * i + 1] = (char)i;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		buf_clear(&out);
		charset_convert(charset_find(slice_str(names[i])),
				slice_of(bytes, 2 * 65536), &out);
		ok(out.len > 65536 && !out.full &&
			   charset_is_utf8(buf_slice(&out)),
		   names[i]);
	}
	free(bytes);
	buf_release(&out);
}

static void test_full_buffer(void)
{
	struct buf out = BUF_INIT(10);
	char bytes[5000];

	memset(bytes, 0xff, sizeof(bytes));
	charset_convert(charset_find(slice_str("big5")),
			slice_of(bytes, sizeof(bytes)), &out);
	ok(out.full && out.len <= 10, "a full buffer ends the conversion");
	buf_release(&out);
}

int main(void)
{
	test_conversions();
	test_names();
	test_guesses();
	test_all_pairs();
	test_full_buffer();
	return done_testing();
}
