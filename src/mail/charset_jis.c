/* SPDX-License-Identifier: ISC */
/*
 * ISO-2022-JP of iconv follows the standard, which lacks the circled digits
 * and Roman numerals that Windows sends. Its EUC-JP-MS has them: the same
 * characters without shift states. The same way makes GB 2312 of HZ, which
 * iconv does not know.
 */
#include <string.h>

#include "mail/charset_convert.h"
#include "util/ascii.h"

#include "util/banned.h"

/* Half-width kana are 0x21 to this. */
#define LAST_KANA 0x5f

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
static size_t next_as_euc(struct slice s, enum jis_mode *mode, struct buf *euc)
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
	if (*mode == JIS_KANA && c > LAST_KANA) {
		buf_addch(euc, '\xff');
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

void charset_jis_to_euc(struct slice bytes, struct buf *euc)
{
	enum jis_mode mode = JIS_ROMAN;

	while (bytes.len > 0) {
		size_t n = jis_escape(bytes, &mode);

		if (n == 0)
			n = next_as_euc(bytes, &mode, euc);
		bytes = slice_of(bytes.p + n, bytes.len - n);
	}
}

static bool holds_escape(struct slice s)
{
	return s.len > 0 && memchr(s.p, '\033', s.len) != NULL;
}

bool charset_holds_jis(struct slice bytes)
{
	return holds_escape(bytes) && (slice_contains(bytes, "\033$B") ||
				       slice_contains(bytes, "\033$@"));
}

enum charset_row charset_jis_row(struct slice bytes)
{
	if (!holds_escape(bytes))
		return ROW_JIS;
	if (slice_contains(bytes, "\033$A") ||
	    slice_contains(bytes, "\033$(C") ||
	    slice_contains(bytes, "\033.A") || slice_contains(bytes, "\033.F"))
		return ROW_JIS_2;
	if (slice_contains(bytes, "\033$(O") ||
	    slice_contains(bytes, "\033$(P") ||
	    slice_contains(bytes, "\033$(Q"))
		return ROW_JIS_3;
	return ROW_JIS;
}

void charset_hz_to_euc(struct slice bytes, struct buf *euc)
{
	bool is_chinese = false;

	for (size_t i = 0; i < bytes.len; i++) {
		char c = bytes.p[i];
		char next = i + 1 < bytes.len ? bytes.p[i + 1] : '\0';

		if (c == '\n')
			is_chinese = false;
		if (c == '~' && (next == '{' || next == '}')) {
			is_chinese = next == '{';
			i++;
		} else if (c == '~' && !is_chinese &&
			   (next == '~' || next == '\n')) {
			if (next == '~')
				buf_addch(euc, '~');
			i++;
		} else {
			buf_addch(euc,
				  (char)(is_chinese && c > ' ' ? c | 0x80 : c));
		}
	}
}
