/* SPDX-License-Identifier: ISC */
#include "util/base64.h"

#include <string.h>

#include "util/banned.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_encode(struct slice bytes, struct buf *out)
{
	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		unsigned v = (unsigned)(unsigned char)bytes.p[i] << 16;

		if (left > 1)
			v |= (unsigned)(unsigned char)bytes.p[i + 1] << 8;
		if (left > 2)
			v |= (unsigned char)bytes.p[i + 2];
		buf_addch(out, digits[v >> 18]);
		buf_addch(out, digits[v >> 12 & 63]);
		buf_addch(out, left > 1 ? digits[v >> 6 & 63] : '=');
		buf_addch(out, left > 2 ? digits[v & 63] : '=');
	}
}

int base64_digit(char c)
{
	const char *found = c == '\0' ? NULL : strchr(digits, c);

	return found == NULL ? -1 : (int)(found - digits);
}

/* A group of four letters, `n` of which are not "=". */
static bool decode_group(const char *p, int n, struct buf *out)
{
	unsigned v = 0;

	for (int i = 0; i < n; i++) {
		int digit = base64_digit(p[i]);

		if (digit == -1)
			return false;
		v |= (unsigned)digit << (18 - 6 * i);
	}
	for (int i = 0; i < n - 1; i++)
		buf_addch(out, (char)(v >> (16 - 8 * i) & 0xff));
	return !out->full;
}

bool base64_decode(struct slice text, struct buf *out)
{
	if (text.len % 4 != 0)
		return false;
	for (size_t i = 0; i < text.len; i += 4) {
		const char *p = text.p + i;
		int n = 4;

		if (i + 4 == text.len && p[3] == '=')
			n = p[2] == '=' ? 2 : 3;
		if (!decode_group(p, n, out))
			return false;
	}
	return true;
}
