/* SPDX-License-Identifier: ISC */
/*
 * Runs a fuzz target over the named files, without libFuzzer, which has a
 * main() of its own.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/attr.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/io.h"

/* Inputs of fuzzers are small, and test mail is not large. */
#define INPUT_MAX (16 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int main(int argc, char **argv);

ATTR_WEAK int main(int argc, char **argv)
{
	struct buf input = BUF_INIT(INPUT_MAX);
	struct error err = ERROR_INIT;

	for (int i = 1; i < argc; i++) {
		buf_clear(&input);
		if (io_read_file(argv[i], &input, &err) == -1) {
			(void)fprintf(stderr, "%s\n", err.text);
			return EXIT_FAILURE;
		}
		(void)LLVMFuzzerTestOneInput((const uint8_t *)input.s,
					     input.len);
	}
	(void)printf("%d inputs\n", argc - 1);
	buf_release(&input);
	return EXIT_SUCCESS;
}
