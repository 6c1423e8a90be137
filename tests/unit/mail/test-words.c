/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../tap.h"
#include "mail/charset.h"
#include "mail/words.h"
#include "util/xalloc.h"

static const char *const fallback[] = {"GB18030", "CP1252", NULL};

static const struct {
	const char *name;
	const char *raw;
	const char *want;
} cases[] = {
	{"plain", "Hello  world", "Hello  world"},
	{"empty", "", ""},
	{"B", "=?utf-8?B?w6TDtg==?=", "äö"},
	{"Q", "=?ISO-8859-1?Q?oxyg=e8ne_x?=", "oxygène x"},
	{"blank between words", "=?utf-8?q?a?= \r\n\t =?utf-8?q?b?=", "ab"},
	{"blank before text", "=?utf-8?q?a?=  b =?utf-8?q?c?=", "a  b c"},
	{"words that touch", "=?utf-8?Q?=C4?==?utf-8?Q?=97?=", "ė"},
	{"B and Q joined", "=?UTF-8?B?8J+S?= =?utf8?Q?=a9?=", "💩"},
	{"gb2312 and gbk joined", "=?gb2312?B?xOM=?= =?GBK?Q?=BA=C3?=", "你好"},
	{"other charset, not joined",
	 "=?UTF-8?B?8J+S?= =?ISO-8859-1?B?qQ==?=", "�©"},
	{"split GBK character",
	 "=?gb2312?B?xOO6?=\n =?gb2312?B?ww==?=", "你好"},
	{"shift state over words",
	 "=?ISO-2022-JP?B?GyRCRnw=?= =?ISO-2022-JP?B?S1wbKEI=?=", "日本"},
	{"touching text", "R=?iso-8859-1?Q?=E5?=fisk", "Råfisk"},
	{"blanks in Q", "=?utf-8?Q?A space?=", "A space"},
	{"blanks in B", "=?utf-8?B?w6 TD\n tg==?=", "äö"},
	{"no padding", "=?utf-8?B?w6TDtg?=", "äö"},
	{"too much padding", "=?utf-8?B?VGVzdA=====?=", "Test"},
	{"padding inside", "=?utf-8?B?eW91cg==IGludm9pY2U=?=", "your invoice"},
	{"padding where none can be",
	 "=?utf-8?B?Y=WJjZA==?= =?utf-8?B?Y=WJj==ZA==?=", "abcdabcd"},
	{"padding inside a character",
	 "=?utf-8?B?w6Q=w7bD?= =?utf-8?B?pA==pA=?=", "äöä�"},
	{"padding and a footer", "=?utf-8?B?VGVzdA==\n  ?=", "Test"},
	{"language", "=?utf-8*EN?Q?x?=", "x"},
	{"question marks", "=?utf-8?Q?What?\?=", "What?"},
	{"question mark before the end", "=?utf-8?Q?a?.b?=", "a?.b"},
	{"empty word", "=?utf-8?Q?\?=", ""},
	{"leading =", "=?utf-8?Q?=41?=", "A"},
	{"broken Q", "=?utf-8?Q?=4g=?=", "=4g="},
	{"broken B", "=?utf-8?B?a!b?=", "=?utf-8?B?a!b?="},
	{"no end", "=?utf-8?Q?abc", "=?utf-8?Q?abc"},
	{"half an end", "=?utf-8?Q?abc?", "=?utf-8?Q?abc?"},
	{"no such encoding", "=?utf-8?X?abc?=", "=?utf-8?X?abc?="},
	{"no charset", "=??Q?abc?=", "=??Q?abc?="},
	{"unknown charset", "=?x-no?Q?ab=C3=A4?=", "abä"},
	{"unknown charsets, not joined", "=?x-a?Q?=C3?= =?x-b?Q?=A4?=", "Ã¤"},
	{"one unknown charset, joined", "=?x-a?Q?=C3?= =?X-A?Q?=A4?=", "ä"},
	{"UTF-8 as Latin 1", "=?iso-8859-1?Q?f=C3=BCr?=", "für"},
	{"not a word", "a =? b ?= c", "a =? b ?= c"},
	{"word in the making", "=?=?utf-8?q?x?=", "=?x"},
	{"B19: encoded once only",
	 "=?us-ascii?Q?=3D=3Futf-8=3FQ=3Fx=3F=3D?=", "=?utf-8?Q?x?="},
	{"folded", "a\r\n b\n\tc  \n  d", "a b c d"},
	{"folds with nothing on them", "a\n \n \n b", "a b"},
	{"stray CR and LF", "a\rb\nc", "a b c"},
	{"B12: encoded newline", "=?utf-8?q?a=0ABcc:_x=0D=00?=", "a Bcc: x  "},
	{"newline in UTF-7", "=?utf-7?q?a+AAo-b?=", "a b"},
	{"raw UTF-8", "gr\xc3\xbc\xc3\x9f", "grüß"},
	{"raw GBK", "\xc4\xe3\xba\xc3 x", "你好 x"},
	{"raw Latin 1", "M\xfcller", "Müller"},
	{"raw ISO-2022-JP", "\033$BF|K\\\033(B", "日本"},
	{"raw and encoded", "\xc4\xe3 =?gb2312?B?usM=?=", "你 好"},
	{"leading and trailing blanks", "  =?utf-8?q?a?=  ", "  a  "},
};

/* Each of them once loaded and unloaded its converter. */
static const char rotating[] =
	"=?koi8-r?q?=f0?= =?cp1250?q?=f0?= =?cp1251?q?=f0?= =?cp1253?q?=f0?= "
	"=?cp1255?q?=f0?= =?cp1256?q?=f0?= =?cp1257?q?=f0?= =?cp1258?q?=f0?= "
	"=?big5?q?=f0=f0?= =?sjis?q?=f0=f0?= =?euc-jp?q?=f0=f0?= "
	"=?euc-kr?q?=f0=f0?= =?johab?q?=f0=f0?= =?euc-tw?q?=f0=f0?= "
	"=?iso-2022-kr?q?a?= =?iso-2022-cn?q?a?= =?utf-7?q?a?= "
	"=?iso-8859-2?q?=f0?= =?iso-8859-5?q?=f0?= =?iso-8859-7?q?=f0?= "
	"=?437?q?=f0?= =?850?q?=f0?= =?866?q?=f0?= =?viscii?q?=f0?= ";

static void test_cases(void)
{
	struct buf out = BUF_INIT(4096);

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&out);
		words_decode(slice_str(cases[i].raw), fallback, &out);
		is_slice(cases[i].want, buf_slice(&out), cases[i].name);
	}
	buf_release(&out);
}

static void test_nul(void)
{
	struct buf out = BUF_INIT(64);

	words_decode(slice_of("a\0b", 3), NULL, &out);
	is_slice("a b", buf_slice(&out), "a NUL becomes a blank");
	buf_release(&out);
}

/*
 * A careless decoder needs quadratic time for each of these. The length is that
 * of the longest value of a message.
 */
static void test_hostile(const char *name, const char *unit)
{
	size_t len = strlen(unit), n = 256 * 1024 / len;
	char *value = xmalloc(n * len);
	struct buf out = BUF_INIT(8 * n * len);
	clock_t start = clock();

	for (size_t i = 0; i < n; i++)
		memcpy(value + i * len, unit, len);
	words_decode(slice_of(value, n * len), fallback, &out);
	ok(clock() - start < 20 * CLOCKS_PER_SEC &&
		   charset_is_utf8(buf_slice(&out)),
	   name);
	free(value);
	buf_release(&out);
}

int main(void)
{
	test_cases();
	test_nul();
	test_hostile("B6: 100,000 words", "=?utf-8?q?a?= ");
	test_hostile("words of changing charset", "=?utf-8?q?a?= =?gbk?q?b?= ");
	test_hostile("a converter for each word", rotating);
	test_hostile("words without an end", "=?utf-8?q?");
	test_hostile("starts of words", "=?");
	test_hostile("ends of words", "?=");
	test_hostile("folds", "\n ");
	test_hostile("8-bit", "\xff");
	test_hostile("words of nothing", "=?utf-8?b?\?=");
	test_hostile("language tags", "=?*");
	return done_testing();
}
