/* SPDX-License-Identifier: ISC */
/*
 * Long inputs for a parser that must be linear: a few bytes, and the others
 * over and over. If it is not, libFuzzer reports a timeout.
 */
#ifndef TESTS_FUZZ_REPEAT_H
#define TESTS_FUZZ_REPEAT_H

#include <stdint.h>

#include "util/buf.h"

#define REPEAT_MAX ((size_t)128 * 1024)

/* Only short inputs, and a part of them: a long one takes milliseconds. */
static inline void repeat(const uint8_t *data, size_t size,
			  void parse(struct slice))
{
	struct buf all = BUF_INIT(REPEAT_MAX);
	size_t head = size / 4;
	unsigned sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += data[i];
	if (size == 0 || size > 24 || sum % 32 != 0)
		return;
	buf_add(&all, data, head);
	while (!all.full)
		buf_add(&all, data + head, size - head);
	parse(buf_slice(&all));
	buf_release(&all);
}

#endif
