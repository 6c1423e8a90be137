/* SPDX-License-Identifier: ISC */
/* Header text: any bytes give valid UTF-8 on one line. */
#include "mail/words.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/charset.h"
#include "repeat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(struct slice value)
{
	static const char *const fallback[] = {"GB18030", "CP1252", NULL};
	struct buf out = BUF_INIT(8 * value.len + 16);

	words_decode(value, fallback, &out);
	assert(!out.full && charset_is_utf8(buf_slice(&out)));
	for (size_t i = 0; i < out.len; i++)
		assert(out.s[i] != '\n' && out.s[i] != '\r' &&
		       out.s[i] != '\0');
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check(slice_of((const char *)data, size));
	repeat(data, size, check);
	return 0;
}
