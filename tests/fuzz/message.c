/* SPDX-License-Identifier: ISC */
/* The header index: fields are views into the bytes, texts are valid UTF-8. */
#include "mail/message.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/charset.h"
#include "mail/mailing_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_view(struct slice bytes, struct slice view)
{
	assert(view.p >= bytes.p && view.p + view.len <= bytes.p + bytes.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const fallback[] = {"GB18030", "CP1252", NULL};
	struct slice bytes = slice_of((const char *)data, size);
	struct message m;

	message_init(&m, bytes, fallback);
	assert(m.header.len + m.body.len == size);
	for (size_t i = 0; i < m.n_fields; i++) {
		struct slice text = message_text(&m, i);

		check_view(m.header, m.fields[i].name);
		check_view(m.header, m.fields[i].value);
		assert(charset_is_utf8(text));
		assert(slice_trim(text).len == text.len);
	}
	assert(charset_is_utf8(mailing_list_name(&m)));
	message_release(&m);
	return 0;
}
