/* SPDX-License-Identifier: ISC */
/* A server's words when it refuses: any bytes, and capitals do not matter. */
#include "account/refusal.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "util/ascii.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of((const char *)data, size), line;

	while (slice_split(&rest, '\n', &line)) {
		struct buf upper = BUF_INIT(size);
		struct refusal a, b;

		for (size_t i = 0; i < line.len; i++)
			buf_addch(&upper, ascii_upper(line.p[i]));
		refusal_read(line, "pop.163.com", &a);
		refusal_read(buf_slice(&upper), "POP.163.com", &b);
		assert(a.kind >= REFUSAL_UNKNOWN && a.kind <= REFUSAL_WAY);
		assert(a.kind == b.kind && a.advice == b.advice);
		buf_release(&upper);
	}
	return 0;
}
