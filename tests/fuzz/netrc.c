/* SPDX-License-Identifier: ISC */
/* ~/.netrc: any bytes give a password that can be sent, or a reason. */
#include "account/netrc.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char start[] = "machine h login u password ";
	const struct netrc_query query = {"netrc", "h", "u"};
	struct buf text = BUF_INIT(size + sizeof(start));
	struct slice password;
	struct error err = ERROR_INIT;

	for (int i = 0; i < 2; i++) {
		buf_clear(&text);
		if (i == 1) /* so that there is an entry to read */
			buf_addstr(&text, start);
		buf_add(&text, data, size);
		if (netrc_find(&text, &query, &password, &err) == -1) {
			assert(err.kind == ERR_PERSON && err.text[0] != '\0');
			continue;
		}
		assert(password.len > 0 && password.p >= text.s &&
		       password.p + password.len <= text.s + text.len);
		assert(memchr(password.p, '\0', password.len) == NULL &&
		       memchr(password.p, '\r', password.len) == NULL &&
		       memchr(password.p, '\n', password.len) == NULL);
	}
	buf_release(&text);
	return 0;
}
