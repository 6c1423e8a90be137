/* SPDX-License-Identifier: ISC */
#include "mail/identity.h"

#include "mail/message.h"

#include "util/banned.h"

/* Message-ID and Date: without both, many headers look alike. */
#define N_TELLING 2

/* Without its line ends: servers fold as they like. */
static void add_value(struct hash *h, struct slice value)
{
	size_t start = 0;

	for (size_t i = 0; i <= value.len; i++) {
		if (i < value.len && value.p[i] != '\r' && value.p[i] != '\n')
			continue;
		if (i > start)
			hash_update(h, value.p + start, i - start);
		start = i + 1;
	}
}

void identity_of(struct slice head, unsigned char out[HASH_SIZE])
{
	static const char *const names[] = {"Message-ID", "Date", "From",
					    "Subject"};
	struct hash *h = hash_new();
	bool found = false;
	struct message m;

	message_init(&m, head, NULL);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t at = 0, field;

		if (message_next(&m, names[i], &at, &field)) {
			add_value(h, m.fields[field].value);
			found |= i < N_TELLING;
		}
		hash_update(h, "", 1);
	}
	if (!found)
		hash_update(h, m.header.p, m.header.len);
	hash_final(h, out);
	hash_free(h);
	message_release(&m);
}
