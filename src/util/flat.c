/* SPDX-License-Identifier: ISC */
#include "util/flat.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "util/banned.h"

void flat_put_number(struct buf *out, uint64_t value)
{
	buf_add(out, &value, sizeof(value));
}

void flat_put_bytes(struct buf *out, struct slice bytes)
{
	flat_put_number(out, bytes.len);
	buf_addslice(out, bytes);
}

void flat_put_string(struct buf *out, const char *s)
{
	flat_put_bytes(out, slice_str(s == NULL ? "" : s));
}

void flat_put_strings(struct buf *out, char *const *list)
{
	size_t n = 0;

	while (list != NULL && list[n] != NULL)
		n++;
	flat_put_number(out, n);
	for (size_t i = 0; i < n; i++)
		flat_put_string(out, list[i]);
}

bool flat_number(struct slice *rest, uint64_t max, uint64_t *out)
{
	uint64_t number;

	if (rest->len < sizeof(number))
		return false;
	memcpy(&number, rest->p, sizeof(number));
	*rest = slice_of(rest->p + sizeof(number), rest->len - sizeof(number));
	*out = number;
	return number <= max;
}

bool flat_bytes(struct slice *rest, size_t max, struct slice *out)
{
	uint64_t len;

	if (!flat_number(rest, max, &len) || rest->len < len)
		return false;
	*out = slice_of(rest->p, (size_t)len);
	*rest = slice_of(rest->p + len, rest->len - (size_t)len);
	return true;
}

bool flat_string(struct slice *rest, size_t max, char **out)
{
	struct slice bytes;

	*out = NULL;
	if (!flat_bytes(rest, max, &bytes) ||
	    (bytes.len > 0 && memchr(bytes.p, '\0', bytes.len) != NULL))
		return false;
	*out = xmemdup0(bytes.p, bytes.len);
	return true;
}

bool flat_strings(struct slice *rest, size_t max_n, size_t max_len, char ***out)
{
	uint64_t n;

	*out = NULL;
	/* Each string takes eight bytes at least. */
	if (!flat_number(rest, max_n, &n) || n > rest->len / 8)
		return false;
	*out = xcalloc((size_t)n + 1, sizeof(**out));
	for (uint64_t i = 0; i < n; i++) {
		if (flat_string(rest, max_len, &(*out)[i]))
			continue;
		strings_free(*out);
		*out = NULL;
		return false;
	}
	return true;
}
