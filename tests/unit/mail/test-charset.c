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
	{"iso-2022-jp", "\033(I1z~\033(B.", "ｱ��."},
	{"iso-2022-jp", "\033$BF", "�"},
	{"iso-2022-jp", "\033$BF\nx", "�\nx"},
	{"iso-2022-kr", "\033$)C\016\x30\x21\017", "가"},
	{"hz-gb-2312", "a ~{Dc:C~} ~~b", "a 你好 ~b"},
	{"iso-2022-jp-2", "\033$A72F1\033(B", "凡票"},
	{"iso-2022-jp-2", "\033$(C0!\033(B", "가"},
	{"iso-2022-jp-2004", "\033$(Q0!\033(B", "亜"},
	{"437", "\x94nly", "önly"},
	{"csShiftJIS", "\x93\xfa", "日"},
	{"csISO2022JP", "\033$BF|\033(B", "日"},
	{"csKOI8R", "\xf0", "П"},
	{"unicode-1-1-utf-8", "\xc3\xa4", "ä"},
	{"x-sjis", "\x93\xfa", "日"},
	{"x-windows-949", "\xbc\xbc", "세"},
	{"x-x-big5", "\xa7\x41", "你"},
	{"ISO_8859-2:1987", "\xe8", "č"},
	{"Extended_UNIX_Code_Packed_Format_for_Japanese", "\xc6\xfc", "日"},
	{"sun_eu_greek", "\xe1", "α"},
	{"x-mac-ukrainian", "\x8f", "П"},
	{"dos-874", "\xa1", "ก"},
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

/* Labels that lie, or say nothing, with the fallback. */
static const struct {
	const char *label;
	const char *bytes;
	size_t len; /* 0: up to the NUL */
	const char *want;
} labelled[] = {
	{"us-ascii", "\xc4\xe3\xba\xc3", 0, "你好"},
	{"us-ascii",
	 "Gr\xfc\xdf"
	 "e",
	 0, "Grüße"},
	{"us-ascii", "gr\xc3\xbc\xc3\x9f", 0, "grüß"},
	{"unknown-8bit", "\xc4\xe3\xba\xc3", 0, "你好"},
	{"", "\xc4\xe3\xba\xc3", 0, "你好"},
	{"utf-8",
	 "Gr\xfc\xdf"
	 "e",
	 0, "Grüße"},
	{"utf-8", "a\xc3\xa4 b\xfc", 0, "aä b\ufffd"},
	{"utf-8", "\xc3\xa4\xc3", 0, "ä\ufffd"},
	{"utf-8", "a\xf0\x9f\x92", 0, "a\ufffd"},
	{"utf-8", "\xb7\xa2\xc6\xb1\xcd\xa8\xd6\xaa", 0, "发票通知"},
	{"utf-8", "\xb7\xa2\xc6\xb1\xd2\xd1\xbf\xaa\xbe\xdf", 0, "发票已开具"},
	{"utf-8", "\033$BF|K\\\033(B", 0, "日本"},
	{"iso-8859-1", "\033$BF|K\\\033(B", 0, "日本"},
	{"iso-8859-1", "f\xc3\xbcr", 0, "für"},
	{"windows-1251", "\xd1\xb8", 0, "Сё"},
	{"windows-1251", "\xd0\x9f\xd1\x80\xd0\xb8", 0, "При"},
	{"gb2312", "\xe4\xbd\xa0\xe5\xa5\xbd", 0, "你好"},
	{"gb2312", "\xc3\xab", 0, "毛"},
	{"shift_jis", "\xe3\x81\x82\xe3\x82\x8a", 0, "あり"},
	{"iso-2022-jp", "\x8a\x77\x90\xb6 \x83\x47", 0, "学生 エ"},
	{"iso-2022-jp", "\xc6\xfc\xcb\xdc", 0, "日本"},
	{"shift_jis", "\033$BF|K\\\033(B", 0, "日本"},
	{"euc-jp", "\x8a\x77\x90\xb6", 0, "学生"},
	{"iso-2022-kr", "\xb0\xa1", 0, "가"},
	{"hz-gb-2312", "\xc4\xe3", 0, "你"},
	{"utf-16", "\0h\x53\xd1\0 ", 6, "h发 "},
	{"utf-16", "h\0\xd1\x53 \0", 6, "h发 "},
	{"utf-16", "\xff\xfeh\0", 4, "h"},
	{"utf-16be", "\xff\xfeh\0", 4, "h"},
	{"utf-16le", "\0h\0i", 4, "hi"},
	{"utf-16", "Hello", 0, "Hello"},
	{"utf-16", "gr\xc3\xbc\xc3\x9f", 0, "grüß"},
	{"utf-8", "\xff\xfeh\0i\0", 6, "hi"},
	{"utf-32", "\0\0\0h", 4, "h"},
	{"utf-32", "h\0\0\0", 4, "h"},
	{"utf-8", "\xef\xbb\xbfhi", 0, "hi"},
	{"iso-8859-1", "\xef\xbb\xbfhi", 0, "hi"},
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
	{"R\xfc"
	 "ckgabe Ihrer Gr\xf6\xdf"
	 "e",
	 "Rückgabe Ihrer Größe"},
	{"\xd0\xae\xd0\xbd\xd0\xb8\xd0\xba\xd0", "Юник\ufffd"},
	{"\xb7\xa2\xc6\xb1\xcd\xa8\xd6\xaa", "发票通知"},
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

static void test_labelled(void)
{
	struct buf out = BUF_INIT(1024);

	for (size_t i = 0; i < sizeof(labelled) / sizeof(labelled[0]); i++) {
		struct slice bytes = slice_str(labelled[i].bytes);

		if (labelled[i].len > 0)
			bytes = slice_of(labelled[i].bytes, labelled[i].len);
		buf_clear(&out);
		charset_decode(slice_str(labelled[i].label), bytes, fallback,
			       &out);
		is_slice(labelled[i].want, buf_slice(&out), labelled[i].label);
	}
	buf_release(&out);
}

static void test_html(void)
{
	static const struct {
		const char *label, *html, *want;
	} pages[] = {
		{"", "<meta charset='koi8-r'>\xf0", "<meta charset='koi8-r'>П"},
		{"unknown-8bit", "<meta charset=koi8-r>\xf0",
		 "<meta charset=koi8-r>П"},
		{"us-ascii", "<meta charset=koi8-r>\xf0",
		 "<meta charset=koi8-r>П"},
		{"utf-8", "<meta charset=koi8-r>\xf0",
		 "<meta charset=koi8-r>П"},
		{"utf-8", "<meta charset=koi8-r>\xd0\x9f",
		 "<meta charset=koi8-r>П"},
		{"windows-1251", "<meta charset=koi8-r>\xcf",
		 "<meta charset=koi8-r>П"},
		{"", "<?xml version='1.0' encoding='windows-1251'?>\xcf",
		 "<?xml version='1.0' encoding='windows-1251'?>П"},
		{"", "<?xml version=\"1.0\" Encoding = koi8-r?>\xf0",
		 "<?xml version=\"1.0\" Encoding = koi8-r?>П"},
		{"", "<?xml version='1.0'?>encoding=koi8-r \xcf",
		 "<?xml version='1.0'?>encoding=koi8-r Ï"},
		{"", "<?xml encoding=x?><meta charset = koi8-r>\xf0",
		 "<?xml encoding=x?><meta charset = koi8-r>П"},
		{"", "<meta charset=utf-16>ab", "<meta charset=utf-16>ab"},
	};
	struct buf out = BUF_INIT(1024);

	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		buf_clear(&out);
		charset_decode_html(slice_str(pages[i].label),
				    slice_str(pages[i].html), fallback, &out);
		is_slice(pages[i].want, buf_slice(&out), pages[i].html);
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
	test_labelled();
	test_html();
	test_names();
	test_guesses();
	test_all_pairs();
	test_full_buffer();
	return done_testing();
}
