/* SPDX-License-Identifier: ISC */
/*
 * Challenges of SASL: any lines give a response, a refusal or a verdict, and
 * never a login by SCRAM without the server's proof.
 */
#include "net/sasl.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "util/base64.h"

/* The lines of an input, in all mechanisms; more are like the first ones. */
#define LINES_MAX 6

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(enum sasl_mechanism m, struct slice rest, bool encode)
{
	struct sasl_login login = {
		.user = slice_str("user"),
		.secret = slice_str("pencil"),
		.host = "example.org",
		.binding = slice_str("0123456789abcdef0123456789abcdef"),
		.nonce = "r",
	};
	struct sasl *s = sasl_new(m, &login);
	struct slice line;
	struct error err;

	if (sasl_speaks_first(m))
		assert(sasl_first(s, &(struct buf)BUF_INIT(0)) == false);
	for (int i = 0; i < LINES_MAX && slice_split(&rest, '\n', &line); i++) {
		struct buf text = BUF_INIT(BASE64_LENGTH(line.len));
		struct buf response = BUF_INIT(SASL_RESPONSE_MAX);

		if (encode)
			base64_encode(line, &text);
		(void)sasl_step(s, encode ? buf_slice(&text) : line, &response,
				&err);
		assert(!response.full && response.len % 4 == 0);
		assert(sasl_reason(s).len <= SASL_CHALLENGE_MAX);
		buf_release(&text);
		buf_release(&response);
	}
	if (sasl_proof(m) == SASL_HASH && m != SASL_CRAM_MD5)
		assert(sasl_end(s, &err) == SASL_FALSE);
	sasl_free(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice input = slice_of((const char *)data, size);

	for (unsigned m = 0; m < SASL_MECHANISMS; m++) {
		run((enum sasl_mechanism)m, input, true);
		run((enum sasl_mechanism)m, input, false);
	}
	return 0;
}
