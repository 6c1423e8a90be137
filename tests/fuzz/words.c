/* SPDX-License-Identifier: ISC */
/* Header text and address lists: any bytes give valid UTF-8 on one line. */
#include "mail/words.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/address.h"
#include "mail/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const fallback[] = {"GB18030", "CP1252", NULL};
	struct slice value = slice_of((const char *)data, size), rest = value;
	struct buf out = BUF_INIT(8 * size + 16);
	struct address a;
	size_t n = 0;

	words_decode(value, fallback, &out);
	assert(!out.full && charset_is_utf8(buf_slice(&out)));
	for (size_t i = 0; i < out.len; i++)
		assert(out.s[i] != '\n' && out.s[i] != '\r' &&
		       out.s[i] != '\0');
	while (address_next(&rest, &a)) {
		assert(a.mailbox.len > 0 && a.mailbox.p >= value.p &&
		       a.mailbox.p + a.mailbox.len <= value.p + value.len);
		assert(a.name.len == 0 ||
		       (a.name.p >= value.p &&
			a.name.p + a.name.len <= value.p + value.len));
		assert(address_domain(a.mailbox).len <= a.mailbox.len);
		assert(++n <= size);
	}
	buf_release(&out);
	return 0;
}
