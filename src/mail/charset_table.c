/* SPDX-License-Identifier: ISC */
#include "mail/charset_table.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "mail/charset.h"
#include "util/ascii.h"

#include "util/banned.h"

/* The longest label has 39 letters and digits. */
#define KEY_MAX 48

/* Slots for some 500 labels; a power of two. */
#define SLOTS 2048

/*
 * Names are read as senders mean them: GB 2312 as GB18030, ISO-8859-1 as
 * Windows-1252, Shift_JIS with the characters of Windows, and so on.
 */
const struct charset charset_table[] = {
	[ROW_JIS] =
		{CHARSET_JIS, SCRIPT_MULTI, "EUC-JP-MS",
		 "iso2022jp csiso2022jp iso2022jp1 iso2022jp2 csiso2022jp2 "
		 "iso2022jpms iso2022jpext jis jis7 cp50220 cp50221 cp50222 "
		 "50220 50221 50222 iso2022jp3 iso2022jp2004"},
	[ROW_JIS_2] = {CHARSET_ICONV, SCRIPT_MULTI, "ISO-2022-JP-2", ""},
	[ROW_JIS_3] = {CHARSET_ICONV, SCRIPT_MULTI, "ISO-2022-JP-3", ""},
	[ROW_SHIFT_JIS] =
		{CHARSET_ICONV, SCRIPT_MULTI, "CP932",
		 "shiftjis csshiftjis sjis xsjis xmssjis mskanji windows31j "
		 "cswindows31j cp932 windows932 ms932 mscode932 932 cp943 "
		 "ibm943 ibm932"},
	[ROW_EUC_JP] =
		{CHARSET_ICONV, SCRIPT_MULTI, "EUC-JP-MS",
		 "eucjp cseucpkdfmtjapanese "
		 "extendedunixcodepackedformatforjapanese eucjpms xeucjp xeuc "
		 "ujis eucjis 51932 cp51932 osf00030010"},
	[ROW_GB18030] =
		{CHARSET_ICONV, SCRIPT_MULTI, "GB18030",
		 "gb18030 csgb18030 gb2312 csgb2312 gb231280 csiso58gb231280 "
		 "isoir58 chinese chinesegb2312 euccn cngb gbk csgbk xgbk "
		 "cp936 windows936 ms936 mswin936 936 54936 cp54936 gb13000"},
	[ROW_CP949] =
		{CHARSET_ICONV, SCRIPT_MULTI, "CP949",
		 "ksc56011987 ksc56011989 csksc56011987 ksc5601 ks5601 "
		 "isoir149 euckr cseuckr korean cp949 windows949 ms949 949 "
		 "51949 uhc osf0004000a mscp949 osf100203b5"},
	[ROW_UTF16BE] =
		{CHARSET_UTF16, SCRIPT_MULTI, "UTF-16BE",
		 "utf16 csutf16 unicode csunicode ucs2 iso10646ucs2 unicode11 "
		 "csunicode11 iso10646 utf16be csutf16be unicodefffe 1201"},
	[ROW_UTF16LE] = {CHARSET_UTF16, SCRIPT_MULTI, "UTF-16LE",
			 "utf16le csutf16le unicodefeff 1200"},
	[ROW_UTF32BE] =
		{CHARSET_UTF32, SCRIPT_MULTI, "UTF-32BE",
		 "utf32 csutf32 ucs4 csucs4 iso10646ucs4 utf32be csutf32be"},
	[ROW_UTF32LE] = {CHARSET_UTF32, SCRIPT_MULTI, "UTF-32LE",
			 "utf32le csutf32le"},
	[ROW_CP1252] =
		{CHARSET_ICONV, SCRIPT_LATIN, "CP1252",
		 "iso88591 iso885911987 88591 latin1 isolatin1 isoir100 l1 "
		 "csisolatin1 ibm819 cp819 8859 iso8859 windows1252 cp1252 "
		 "win1252 1252 ms1252 mswindows1252 cswindows1252 ansi xansi "
		 "msansi ansix3110 iso88591windows30latin1 cswindows30latin1 "
		 "iso88591windows31latin1 cswindows31latin1 osf00010001"},
	[ROW_FIRST_OTHER] =
		{CHARSET_UTF8, SCRIPT_MULTI, "UTF-8",
		 "utf8 utf8mb4 unicode11utf8 unicode20utf8 xunicode20utf8 "
		 "cp65001 65001 csutf8 utf"},
	{CHARSET_ASCII, SCRIPT_LATIN, "CP1252",
	 "usascii ascii ansix341968 ansix341986 iso646us iso646irv1991 "
	 "us isoir6 ibm367 cp367 csascii 7bit"},
	{CHARSET_ICONV, SCRIPT_MULTI, "BIG5-HKSCS",
	 "big5 csbig5 big5hkscs csbig5hkscs big5eten xxbig5 cnbig5 "
	 "chinesebig5 cp950 windows950 ms950 950 bigfive"},
	{CHARSET_ICONV, SCRIPT_MULTI, "ISO-2022-KR", "iso2022kr csiso2022kr"},
	{CHARSET_ICONV, SCRIPT_MULTI, "JOHAB", "johab cp1361 1361 mscp1361"},
	{CHARSET_ICONV, SCRIPT_MULTI, "EUC-TW", "euctw xeuctw osf0005000a"},
	{CHARSET_ICONV, SCRIPT_MULTI, "ISO-2022-CN-EXT",
	 "iso2022cn csiso2022cn iso2022cnext"},
	{CHARSET_HZ, SCRIPT_MULTI, "GB18030", "hzgb2312 hz"},
	{CHARSET_ICONV, SCRIPT_OTHER, "KOI8-R", "koi8r cskoi8r koi8 koi 20866"},
	{CHARSET_ICONV, SCRIPT_OTHER, "KOI8-U", "koi8u koi8ru cskoi8u 21866"},
	{CHARSET_ICONV, SCRIPT_OTHER, "KOI8-T", "koi8t"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP1250",
	 "windows1250 cp1250 win1250 ms1250 1250 cswindows1250 msee"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP1251",
	 "windows1251 cp1251 win1251 ms1251 1251 cswindows1251 "
	 "ansi1251 mscyrl"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP1253",
	 "windows1253 cp1253 win1253 1253 cswindows1253 msgreek"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP1254",
	 "windows1254 cp1254 win1254 1254 cswindows1254 iso88599 "
	 "iso885991989 isoir148 latin5 l5 csisolatin5 88599 "
	 "iso88599windowslatin5 cswindows31latin5 msturk osf00010009 "
	 "ibm920 cp920 ts5881 ecma128"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP1255",
	 "windows1255 cp1255 win1255 1255 cswindows1255 mshebr"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP1256",
	 "windows1256 cp1256 win1256 1256 cswindows1256 msarab"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP1257",
	 "windows1257 cp1257 win1257 1257 cswindows1257 winbaltrim"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP1258",
	 "windows1258 cp1258 win1258 1258 cswindows1258"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP874",
	 "windows874 cp874 dos874 ibm874 874 cswindows874 tis620 "
	 "tis6200 tis62025291 tis62025330 cstis620 iso885911 isoir166"},
	{CHARSET_ICONV, SCRIPT_LATIN, "ISO-8859-2",
	 "iso88592 88592 iso885921987 isoir101 latin2 l2 csisolatin2 "
	 "iso88592windowslatin2 cswindows31latin2 osf00010002 ibm912 "
	 "cp912"},
	{CHARSET_ICONV, SCRIPT_LATIN, "ISO-8859-3",
	 "iso88593 88593 iso885931988 isoir109 latin3 l3 csisolatin3 "
	 "osf00010003"},
	{CHARSET_ICONV, SCRIPT_LATIN, "ISO-8859-4",
	 "iso88594 88594 iso885941988 isoir110 latin4 l4 csisolatin4 "
	 "osf00010004"},
	{CHARSET_ICONV, SCRIPT_OTHER, "ISO-8859-5",
	 "iso88595 88595 iso885951988 isoir144 cyrillic "
	 "csisolatincyrillic osf00010005 ibm915 cp915"},
	{CHARSET_ICONV, SCRIPT_OTHER, "ISO-8859-6",
	 "iso88596 88596 iso885961987 isoir127 iso88596e csiso88596e "
	 "iso88596i csiso88596i ecma114 asmo708 arabic "
	 "csisolatinarabic osf00010006 ibm1089 cp1089"},
	{CHARSET_ICONV, SCRIPT_OTHER, "ISO-8859-7",
	 "iso88597 88597 iso885971987 iso885972003 isoir126 elot928 "
	 "ecma118 greek greek8 csisolatingreek suneugreek osf00010007 "
	 "ibm813 cp813"},
	{CHARSET_ICONV, SCRIPT_OTHER, "ISO-8859-8",
	 "iso88598 88598 iso885981988 isoir138 iso88598e csiso88598e "
	 "iso88598i csiso88598i hebrew csisolatinhebrew logical visual "
	 "osf00010008 ibm916 cp916"},
	{CHARSET_ICONV, SCRIPT_LATIN, "ISO-8859-10",
	 "iso885910 885910 iso8859101992 isoir157 latin6 l6 "
	 "csisolatin6 osf0001000a"},
	{CHARSET_ICONV, SCRIPT_LATIN, "ISO-8859-13",
	 "iso885913 885913 csiso885913 isoir179 latin7 l7 baltic"},
	{CHARSET_ICONV, SCRIPT_LATIN, "ISO-8859-14",
	 "iso885914 885914 iso8859141998 isoir199 latin8 l8 isoceltic "
	 "csiso885914"},
	{CHARSET_ICONV, SCRIPT_LATIN, "ISO-8859-15",
	 "iso885915 885915 latin9 l9 csisolatin9 csiso885915 isoir203 "
	 "latin0 iso8859151998"},
	{CHARSET_ICONV, SCRIPT_LATIN, "ISO-8859-16",
	 "iso885916 885916 iso8859162001 isoir226 latin10 l10 "
	 "csiso885916"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP437",
	 "cp437 ibm437 dos437 437 cspc8codepage437"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP737", "cp737 ibm737 dos737 737"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP775",
	 "cp775 ibm775 dos775 775 cspc775baltic"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP850",
	 "cp850 ibm850 dos850 850 cspc850multilingual"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP852",
	 "cp852 ibm852 dos852 852 cspcp852"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP855",
	 "cp855 ibm855 dos855 855 csibm855"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP857",
	 "cp857 ibm857 dos857 857 csibm857"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP858",
	 "cp858 ibm858 dos858 858 ibm00858 cp00858 ccsid00858 "
	 "csibm00858 pcmultilingual850euro"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP860",
	 "cp860 ibm860 dos860 860 csibm860"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP861",
	 "cp861 ibm861 dos861 861 cpis csibm861"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP862",
	 "cp862 ibm862 dos862 862 cspc862latinhebrew"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP863",
	 "cp863 ibm863 dos863 863 csibm863"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP864",
	 "cp864 ibm864 dos864 864 csibm864"},
	{CHARSET_ICONV, SCRIPT_LATIN, "CP865",
	 "cp865 ibm865 dos865 865 csibm865"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP866",
	 "cp866 ibm866 dos866 866 csibm866"},
	{CHARSET_ICONV, SCRIPT_OTHER, "CP869",
	 "cp869 ibm869 dos869 869 cpgr csibm869"},
	{CHARSET_ICONV, SCRIPT_LATIN, "MACINTOSH",
	 "macintosh mac csmacintosh macroman xmacroman"},
	{CHARSET_ICONV, SCRIPT_LATIN, "MAC-CENTRALEUROPE",
	 "macce xmacce maccentraleurope xmaccentraleurroman"},
	{CHARSET_ICONV, SCRIPT_OTHER, "MAC-CYRILLIC",
	 "maccyrillic xmaccyrillic"},
	{CHARSET_ICONV, SCRIPT_OTHER, "MAC-UK",
	 "xmacukrainian macukraine macuk macukrainian"},
	{CHARSET_ICONV, SCRIPT_LATIN, "HP-ROMAN8",
	 "hproman8 roman8 r8 cshproman8"},
	{CHARSET_ICONV, SCRIPT_OTHER, "PT154",
	 "pt154 ptcp154 csptcp154 cp154 cyrillicasian"},
	{CHARSET_ICONV, SCRIPT_LATIN, "TCVN",
	 "tcvn tcvn5712 tcvn57121 tcvn571211993"},
	{CHARSET_ICONV, SCRIPT_LATIN, "VISCII", "viscii csviscii viscii111"},
	{CHARSET_ICONV, SCRIPT_OTHER, "ARMSCII-8", "armscii8"},
	{CHARSET_ICONV, SCRIPT_MULTI, "UTF-7",
	 "utf7 csutf7 unicode11utf7 csunicode11utf7 65000"},
};

const size_t charset_count = sizeof(charset_table) / sizeof(charset_table[0]);

_Static_assert(sizeof(charset_table) / sizeof(charset_table[0]) <= CHARSETS_MAX,
	       "the table has room in what is kept for each charset");

struct slot {
	const char *label; /* within the labels of the row; NULL: empty */
	size_t len;
	const struct charset *charset;
};

static struct slot slots[SLOTS];

/* The slot of a label, or the empty one where it belongs. */
static struct slot *slot_of(const char *label, size_t len)
{
	uint32_t hash = 2166136261U;

	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char)label[i]) * 16777619U;
	for (hash ^= hash >> 15;; hash++) {
		struct slot *slot = &slots[hash % SLOTS];

		if (slot->label == NULL ||
		    (slot->len == len && memcmp(slot->label, label, len) == 0))
			return slot;
	}
}

static void fill_slots(void)
{
	for (size_t i = 0; i < charset_count; i++) {
		struct slice rest = slice_str(charset_table[i].labels), label;

		while (slice_split(&rest, ' ', &label) && label.len > 0)
			*slot_of(label.p, label.len) = (struct slot){
				label.p, label.len, &charset_table[i]};
	}
}

const struct charset *charset_find(struct slice name)
{
	static bool is_filled;
	char key[KEY_MAX] = "";
	const struct charset *found;
	size_t used = 0, from = 0;

	for (size_t i = 0; i < name.len; i++) {
		char c = ascii_lower(name.p[i]);

		if (!ascii_is_letter(c) && !ascii_is_digit(c))
			continue;
		if (used == sizeof(key))
			return NULL;
		key[used++] = c;
	}
	if (!is_filled)
		fill_slots();
	is_filled = true;
	found = slot_of(key, used)->charset;
	/* "x-windows-949" was windows-949 before it was registered. */
	while (found == NULL && from < used && key[from] == 'x') {
		from++;
		found = slot_of(key + from, used - from)->charset;
	}
	return found;
}
