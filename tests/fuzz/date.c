/* SPDX-License-Identifier: ISC */
/* Dates, and the fields of a message that have them and addresses. */
#include "mail/date.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_message(struct slice bytes)
{
	static const char *const fallback[] = {"CP1252", NULL};
	struct buf out = BUF_INIT(16 * bytes.len + 16);
	struct message m;
	int64_t seconds;
	size_t n;
	int zone;

	message_init(&m, bytes, fallback);
	seconds = date_of(&m, 1000, 5000, &zone);
	assert(seconds > -86400 * 2 && seconds < 4200000000);
	for (size_t i = 0; i < m.n_fields; i++)
		(void)message_mailboxes(&m, i, &n);
	(void)message_address(&m, "From", &out);
	(void)message_name(&m, "From", &out);
	message_release(&m);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of((const char *)data, size);
	int64_t seconds = 0;
	int zone = 0;

	if (date_parse(text, &seconds, &zone)) {
		assert(seconds > 31449600 && seconds < 4134067200);
		assert(zone >= -16 * 3600 && zone <= 16 * 3600);
	}
	check_message(text);
	return 0;
}
