/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <string.h>

#include "mail/charset.h"
#include "mail/charset_convert.h"

#include "util/banned.h"

/* Output is collected in pieces of this size. */
#define CHUNK 4096

/* A converter, or why there is none. */
struct converter {
	bool tried;
	iconv_t cd;
};

static struct converter converters[CHARSETS_MAX];

/* Set in a process that cannot open any. */
static struct {
	void (*tell)(void *context, unsigned number);
	void *context;
} missing;

/* In its initial state; (iconv_t)-1 when iconv does not have it. */
static iconv_t converter_of(enum charset_row row)
{
	struct converter *converter = &converters[row];

	if (!converter->tried && missing.tell != NULL)
		missing.tell(missing.context, row);
	if (!converter->tried)
		converter->cd =
			iconv_open("UTF-8", charset_table[row].iconv_name);
	else if ((intptr_t)converter->cd != -1)
		(void)iconv(converter->cd, NULL, NULL, NULL, NULL);
	converter->tried = true;
	return converter->cd;
}

void charset_on_missing(void (*tell)(void *context, unsigned number),
			void *context)
{
	missing.tell = tell;
	missing.context = context;
}

bool charset_prepare(unsigned number)
{
	if (number >= charset_count || converters[number].tried)
		return false;
	(void)converter_of(number);
	return true;
}

void charset_prepare_all(void)
{
	for (unsigned i = 0; i < charset_count; i++)
		(void)charset_prepare(i);
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
static size_t unit_size(enum charset_row row)
{
	enum charset_kind kind = charset_table[row].kind;

	return kind == CHARSET_UTF16 ? 2 : kind == CHARSET_UTF32 ? 4 : 1;
}

size_t charset_iconv(enum charset_row row, struct slice bytes, struct buf *out)
{
	iconv_t cd = converter_of(row);
	size_t unit = unit_size(row), errors = 0;

	if ((intptr_t)cd == -1) {
		charset_add_utf8(bytes, out);
		return 1;
	}
	while (bytes.len > 0 && !out->full) {
		int error = convert_some(cd, &bytes, out);

		if (error == 0)
			continue;
		errors++;
		buf_addstr(out, CHARSET_REPLACEMENT);
		if (error == EINVAL || bytes.len <= unit)
			break;
		bytes = slice_of(bytes.p + unit, bytes.len - unit);
	}
	/* Flush: some converters hold back a character. */
	bytes.len = 0;
	(void)convert_some(cd, &bytes, out);
	return errors;
}
