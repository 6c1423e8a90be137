/* SPDX-License-Identifier: ISC */
#include "mail/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* The longest known label has 13 letters and digits. */
#define KEY_MAX 24

/* Output is collected in pieces of this size. */
#define CHUNK 4096

enum kind {
	KIND_ICONV,
	KIND_UTF8,
	KIND_ASCII,	  /* UTF-8 when valid, else CP1252 */
	KIND_ISO_2022_JP, /* turned into EUC first */
};

struct charset {
	enum kind kind;
	const char *iconv_name;
	const char *labels; /* letters and digits only, lower case */
};

static const struct charset charsets[] = {
	{KIND_UTF8, NULL, "utf8 utf8mb4 unicode11utf8 cp65001"},
	{KIND_ASCII, "CP1252", "usascii ascii ansix341968 iso646us us"},
	{KIND_ICONV, "CP1252",
	 "iso88591 iso885911987 88591 latin1 isolatin1 l1 windows1252 cp1252 "
	 "ansi xansi"},
	{KIND_ICONV, "GB18030",
	 "gb18030 gb2312 gb231280 chinesegb2312 euccn cngb gbk xgbk cp936 "
	 "windows936 ms936"},
	{KIND_ICONV, "BIG5-HKSCS",
	 "big5 big5hkscs big5eten xxbig5 cnbig5 chinesebig5 cp950 "
	 "windows950"},
	{KIND_ISO_2022_JP, "EUC-JP-MS",
	 "iso2022jp iso2022jp1 iso2022jp2 iso2022jpms jis cp50220 cp50221"},
	{KIND_ICONV, "CP932",
	 "shiftjis sjis xsjis xmssjis mskanji windows31j cp932 windows932"},
	{KIND_ICONV, "EUC-JP-MS", "eucjp xeucjp xeuc ujis"},
	{KIND_ICONV, "CP949",
	 "ksc56011987 ksc56011989 ksc5601 ks5601 euckr korean cp949 windows949 "
	 "uhc"},
	{KIND_ICONV, "ISO-2022-KR", "iso2022kr"},
	{KIND_ICONV, "JOHAB", "johab"},
	{KIND_ICONV, "EUC-TW", "euctw xeuctw"},
	{KIND_ICONV, "ISO-2022-CN", "iso2022cn"},
	{KIND_ICONV, "KOI8-R", "koi8r koi8"},
	{KIND_ICONV, "KOI8-U", "koi8u koi8ru"},
	{KIND_ICONV, "KOI8-T", "koi8t"},
	{KIND_ICONV, "CP1250", "windows1250 cp1250"},
	{KIND_ICONV, "CP1251", "windows1251 win1251 cp1251"},
	{KIND_ICONV, "CP1253", "windows1253 cp1253"},
	{KIND_ICONV, "CP1254", "windows1254 cp1254 iso88599 latin5"},
	{KIND_ICONV, "CP1255", "windows1255 cp1255"},
	{KIND_ICONV, "CP1256", "windows1256 cp1256"},
	{KIND_ICONV, "CP1257", "windows1257 cp1257"},
	{KIND_ICONV, "CP1258", "windows1258 cp1258"},
	{KIND_ICONV, "CP874", "windows874 cp874 tis620 iso885911"},
	{KIND_ICONV, "ISO-8859-2", "iso88592 latin2"},
	{KIND_ICONV, "ISO-8859-3", "iso88593 latin3"},
	{KIND_ICONV, "ISO-8859-4", "iso88594 latin4"},
	{KIND_ICONV, "ISO-8859-5", "iso88595 cyrillic"},
	{KIND_ICONV, "ISO-8859-6", "iso88596 iso88596i iso88596e arabic"},
	{KIND_ICONV, "ISO-8859-7", "iso88597 greek"},
	{KIND_ICONV, "ISO-8859-8",
	 "iso88598 iso88598i iso88598e hebrew logical visual"},
	{KIND_ICONV, "ISO-8859-10", "iso885910 latin6"},
	{KIND_ICONV, "ISO-8859-13", "iso885913 latin7"},
	{KIND_ICONV, "ISO-8859-14", "iso885914 latin8"},
	{KIND_ICONV, "ISO-8859-15", "iso885915 latin9"},
	{KIND_ICONV, "ISO-8859-16", "iso885916 latin10"},
	{KIND_ICONV, "CP437", "cp437 ibm437"},
	{KIND_ICONV, "CP850", "cp850 ibm850"},
	{KIND_ICONV, "CP852", "cp852 ibm852"},
	{KIND_ICONV, "CP855", "cp855 ibm855"},
	{KIND_ICONV, "CP858", "cp858 ibm00858"},
	{KIND_ICONV, "CP862", "cp862 ibm862"},
	{KIND_ICONV, "CP866", "cp866 ibm866"},
	{KIND_ICONV, "MACINTOSH", "macintosh mac macroman xmacroman"},
	{KIND_ICONV, "MAC-CYRILLIC", "maccyrillic xmaccyrillic"},
	{KIND_ICONV, "TCVN", "tcvn tcvn5712"},
	{KIND_ICONV, "VISCII", "viscii"},
	{KIND_ICONV, "ARMSCII-8", "armscii8"},
	{KIND_ICONV, "UTF-7", "utf7 unicode11utf7"},
	{KIND_ICONV, "UTF-16", "utf16 unicode ucs2 iso10646ucs2"},
	{KIND_ICONV, "UTF-16BE", "utf16be"},
	{KIND_ICONV, "UTF-16LE", "utf16le"},
	{KIND_ICONV, "UTF-32", "utf32 ucs4"},
	{KIND_ICONV, "UTF-32BE", "utf32be"},
	{KIND_ICONV, "UTF-32LE", "utf32le"},
};

/* The length of the start of the bytes that is valid UTF-8. */
static size_t utf8_prefix(struct slice s)
{
	size_t at = 0;

	while (at < s.len) {
		size_t n = utf8_sequence(s.p + at, s.len - at);

		if (n == 0)
			break;
		at += n;
	}
	return at;
}

bool charset_is_utf8(struct slice bytes)
{
	return utf8_prefix(bytes) == bytes.len;
}

/* May `second` follow `lead`? (Unicode 15, table 3-7.) */
static bool second_fits(unsigned char lead, unsigned char second)
{
	unsigned char low = 0x80, high = 0xbf;

	if (lead < 0xc2 || lead > 0xf4)
		return false;
	if (lead == 0xe0)
		low = 0xa0;
	else if (lead == 0xed)
		high = 0x9f;
	else if (lead == 0xf0)
		low = 0x90;
	else if (lead == 0xf4)
		high = 0x8f;
	return second >= low && second <= high;
}

/* The length of a sequence that begins well but is cut off; at least 1. */
static size_t utf8_cut_off(struct slice s)
{
	const unsigned char *u = (const unsigned char *)s.p;

	if (s.len < 2 || !second_fits(u[0], u[1]))
		return 1;
	if (u[0] < 0xf0 || s.len < 3 || (u[2] & 0xc0) != 0x80)
		return 2;
	return 3;
}

void charset_add_utf8(struct slice bytes, struct buf *out)
{
	while (bytes.len > 0 && !out->full) {
		size_t n = utf8_prefix(bytes);

		buf_add(out, bytes.p, n);
		bytes = slice_of(bytes.p + n, bytes.len - n);
		if (bytes.len == 0)
			break;
		buf_addstr(out, REPLACEMENT);
		n = utf8_cut_off(bytes);
		bytes = slice_of(bytes.p + n, bytes.len - n);
	}
}

/* Is `key` one of the blank-separated words? */
static bool is_listed(const char *labels, const char *key, size_t len)
{
	const char *p = labels;

	while ((p = strstr(p, key)) != NULL) {
		if ((p == labels || p[-1] == ' ') &&
		    (p[len] == ' ' || p[len] == '\0'))
			return true;
		p += len;
	}
	return false;
}

const struct charset *charset_find(struct slice name)
{
	char key[KEY_MAX];
	size_t used = 0;

	for (size_t i = 0; i < name.len; i++) {
		char c = ascii_lower(name.p[i]);

		if (!ascii_is_letter(c) && !ascii_is_digit(c))
			continue;
		if (used == sizeof(key) - 1)
			return NULL;
		key[used++] = c;
	}
	key[used] = '\0';
	for (size_t i = 0; i < sizeof(charsets) / sizeof(charsets[0]); i++)
		if (used > 0 && is_listed(charsets[i].labels, key, used))
			return &charsets[i];
	return NULL;
}

/* One step of iconv. Returns 0, or errno when it cannot read the input left. */
static int convert_some(iconv_t cd, struct slice *in, struct buf *out)
{
	char chunk[CHUNK];
	char *to = chunk, *from;
	size_t room = sizeof(chunk), left = in->len;
	bool is_end = left == 0;
	int error = 0;

	/* iconv() only reads its input, although its type is not const. */
	memcpy(&from, &in->p, sizeof(from));
	if (iconv(cd, is_end ? NULL : &from, is_end ? NULL : &left, &to,
		  &room) == (size_t)-1)
		error = errno;
	buf_add(out, chunk, (size_t)(to - chunk));
	*in = slice_of(from, left);
	return error == E2BIG && to != chunk ? 0 : error;
}

/* How many bytes to skip where one cannot be decoded. */
static size_t unit_size(const char *name)
{
	if (strncmp(name, "UTF-16", 6) == 0)
		return 2;
	return strncmp(name, "UTF-32", 6) == 0 ? 4 : 1;
}

/* Returns the number of places that could not be decoded. */
static size_t convert_iconv(const char *name, struct slice in, struct buf *out)
{
	iconv_t cd = iconv_open("UTF-8", name);
	size_t unit = unit_size(name), errors = 0;

	if ((intptr_t)cd == -1) {
		charset_add_utf8(in, out);
		return 1;
	}
	while (in.len > 0 && !out->full) {
		int error = convert_some(cd, &in, out);

		if (error == 0)
			continue;
		errors++;
		buf_addstr(out, REPLACEMENT);
		if (error == EINVAL || in.len <= unit)
			break;
		in = slice_of(in.p + unit, in.len - unit);
	}
	/* Flush: some converters hold back a character. */
	in.len = 0;
	(void)convert_some(cd, &in, out);
	(void)iconv_close(cd);
	return errors;
}

enum jis_mode {
	JIS_ROMAN,
	JIS_KANA,
	JIS_X_0208,
	JIS_X_0212,
};

/* The length of the escape sequence at p, or 0; sets *mode. */
static size_t jis_escape(struct slice s, enum jis_mode *mode)
{
	static const struct {
		const char *text;
		enum jis_mode mode;
	} escapes[] = {
		{"\033$B", JIS_X_0208},	 {"\033$@", JIS_X_0208},
		{"\033$(B", JIS_X_0208}, {"\033$(D", JIS_X_0212},
		{"\033(B", JIS_ROMAN},	 {"\033(J", JIS_ROMAN},
		{"\033(H", JIS_ROMAN},	 {"\033(I", JIS_KANA},
	};

	for (size_t i = 0; i < sizeof(escapes) / sizeof(escapes[0]); i++) {
		size_t len = strlen(escapes[i].text);

		if (s.len < len || memcmp(s.p, escapes[i].text, len) != 0)
			continue;
		*mode = escapes[i].mode;
		return len;
	}
	return 0;
}

/* One character in the mode, as EUC. Returns the bytes read. */
static size_t jis_to_euc(struct slice s, enum jis_mode *mode, struct buf *euc)
{
	unsigned char c = (unsigned char)s.p[0];
	unsigned char next = s.len > 1 ? (unsigned char)s.p[1] : 0;

	if (c == '\n')
		*mode = JIS_ROMAN;
	if (*mode == JIS_ROMAN || c <= 0x20 || c >= 0x7f) {
		/* Not 7-bit: 0xff is an error in every EUC. */
		buf_addch(euc, (char)(c >= 0x80 ? 0xff : c));
		return 1;
	}
	if (*mode == JIS_KANA) {
		buf_addch(euc, '\x8e');
		buf_addch(euc, (char)(c | 0x80));
		return 1;
	}
	if (next <= 0x20 || next >= 0x7f) {
		buf_addch(euc, '\xff');
		return 1;
	}
	if (*mode == JIS_X_0212)
		buf_addch(euc, '\x8f');
	buf_addch(euc, (char)(c | 0x80));
	buf_addch(euc, (char)(next | 0x80));
	return 2;
}

/*
 * ISO-2022-JP of iconv follows the standard, which lacks the circled digits
 * and Roman numerals that Windows sends. Its EUC-JP-MS has them: the same
 * characters without shift states.
 */
static size_t convert_jis(const char *euc_name, struct slice in,
			  struct buf *out)
{
	struct buf euc = BUF_INIT(in.len * 2);
	enum jis_mode mode = JIS_ROMAN;
	size_t errors;

	while (in.len > 0) {
		size_t n = jis_escape(in, &mode);

		if (n == 0)
			n = jis_to_euc(in, &mode, &euc);
		in = slice_of(in.p + n, in.len - n);
	}
	errors = convert_iconv(euc_name, buf_slice(&euc), out);
	buf_release(&euc);
	return errors;
}

static size_t convert(const struct charset *charset, struct slice bytes,
		      struct buf *out)
{
	if (charset->kind == KIND_ISO_2022_JP)
		return convert_jis(charset->iconv_name, bytes, out);
	if (charset->kind == KIND_ICONV ||
	    (charset->kind == KIND_ASCII && !charset_is_utf8(bytes)))
		return convert_iconv(charset->iconv_name, bytes, out);
	charset_add_utf8(bytes, out);
	return charset_is_utf8(bytes) ? 0 : 1;
}

void charset_convert(const struct charset *charset, struct slice bytes,
		     struct buf *out)
{
	size_t before = out->len;
	bool is_full = out->full;

	if (convert(charset, bytes, out) == 0 || slice_is_ascii(bytes) ||
	    !charset_is_utf8(bytes))
		return;
	buf_truncate(out, before);
	out->full = is_full;
	charset_add_utf8(bytes, out);
}

static bool holds_jis_escape(struct slice s)
{
	return s.len > 0 && memchr(s.p, '\033', s.len) != NULL &&
	       (memmem(s.p, s.len, "\033$B", 3) != NULL ||
		memmem(s.p, s.len, "\033$@", 3) != NULL);
}

/* Are most runs of 8-bit bytes only one byte long? */
static bool is_mostly_ascii_text(struct slice s)
{
	size_t runs = 0, lone = 0;

	for (size_t i = 0; i < s.len;) {
		size_t start = i;

		while (i < s.len && (s.p[i] & 0x80) != 0)
			i++;
		runs += i > start;
		lone += i == start + 1;
		i += i == start;
	}
	return lone * 2 > runs;
}

static bool try_charset(const char *name, struct slice bytes, struct buf *out)
{
	const struct charset *charset = charset_find(slice_str(name));
	size_t before = out->len;

	if (charset == NULL)
		return false;
	if (charset == charset_find(slice_str("gb18030")) &&
	    is_mostly_ascii_text(bytes))
		return false;
	if (convert(charset, bytes, out) == 0)
		return true;
	buf_truncate(out, before);
	return false;
}

void charset_guess(struct slice bytes, const char *const *fallback,
		   struct buf *out)
{
	bool is_full = out->full;

	if (holds_jis_escape(bytes) && try_charset("iso-2022-jp", bytes, out))
		return;
	if (!charset_is_utf8(bytes))
		for (; fallback != NULL && *fallback != NULL; fallback++) {
			if (try_charset(*fallback, bytes, out))
				return;
			out->full = is_full;
		}
	charset_add_utf8(bytes, out);
}
