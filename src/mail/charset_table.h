/* SPDX-License-Identifier: ISC */
/*
 * Charsets by their labels. Labels are compared by letters and digits only;
 * those of the registries of IANA and WHATWG are there, and others that mail
 * has. EBCDIC is not: no honest mail uses it.
 */
#ifndef MAIL_CHARSET_TABLE_H
#define MAIL_CHARSET_TABLE_H

#include <stddef.h>

enum charset_kind {
	CHARSET_ICONV,
	CHARSET_UTF8,
	CHARSET_ASCII, /* 8-bit bytes in it are of another charset */
	CHARSET_JIS,   /* ISO-2022-JP and its extensions */
	CHARSET_HZ,    /* GB 2312 in 7 bits (RFC 1843) */
	CHARSET_UTF16, /* iconv_name has the byte order, if nothing says it */
	CHARSET_UTF32,
};

/* How its 8-bit bytes stand in text. */
enum charset_script {
	SCRIPT_LATIN, /* one or two letters among ASCII ones */
	SCRIPT_OTHER, /* words of them: Cyrillic, Greek, Arabic, Thai … */
	SCRIPT_MULTI, /* two or more make a character */
};

struct charset {
	enum charset_kind kind;
	enum charset_script script;
	const char *iconv_name;
	const char *labels; /* letters and digits only, lower case */
};

/* Rows that are used by their place. */
enum charset_row {
	ROW_JIS,
	ROW_JIS_2, /* with Chinese, Korean and Greek (RFC 1554) */
	ROW_JIS_3, /* with JIS X 0213 */
	ROW_SHIFT_JIS,
	ROW_EUC_JP,
	ROW_GB18030,
	ROW_CP949,
	ROW_UTF16BE,
	ROW_UTF16LE,
	ROW_UTF32BE,
	ROW_UTF32LE,
	ROW_CP1252,
	ROW_FIRST_OTHER,
};

/* Rows in the table, at most. */
#define CHARSETS_MAX 96

extern const struct charset charset_table[];
extern const size_t charset_count;

#endif
