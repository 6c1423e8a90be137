/* SPDX-License-Identifier: ISC */
#include "mail/identity.h"

#include <string.h>
#include <strings.h>

#include "mail/message.h"
#include "util/ascii.h"

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

/* Servers that store mail in an mbox change these when it is read. */
static bool is_volatile(struct slice name)
{
	static const char *const names[] = {
		"Status",	  "X-Status",	      "X-UID",
		"X-Keywords",	  "X-Mozilla-Status", "X-Mozilla-Status2",
		"X-Mozilla-Keys", "Content-Length",   "Lines",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (name.len == strlen(names[i]) &&
		    strncasecmp(name.p, names[i], name.len) == 0)
			return true;
	return false;
}

/* All bytes of the header, except for volatile fields. */
static void add_header(struct hash *h, const struct message *m)
{
	const char *at = m->header.p, *end = at + m->header.len;

	for (size_t i = 0; i < m->n_fields; i++) {
		const char *next =
			i + 1 < m->n_fields
				? m->fields[i + 1].name.p
				: m->fields[i].value.p + m->fields[i].value.len;

		if (!is_volatile(m->fields[i].name))
			continue;
		hash_update(h, at, (size_t)(m->fields[i].name.p - at));
		at = next;
		while (i + 1 == m->n_fields && at < end &&
		       ascii_is_line_end(*at)) {
			at++;
			if (at[-1] == '\n')
				break;
		}
	}
	hash_update(h, at, (size_t)(end - at));
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
		add_header(h, &m);
	hash_final(h, out);
	hash_free(h);
	message_release(&m);
}

void identity_of_body(struct slice head, uint64_t size,
		      unsigned char out[HASH_SIZE])
{
	struct hash *h;
	struct message m;
	uint64_t length;

	memset(out, 0, HASH_SIZE);
	message_init(&m, head, NULL);
	if (m.header.len < head.len || head.len == size) {
		length = size - m.header.len;
		h = hash_new();
		hash_update(h, &length, sizeof(length));
		hash_update(h, m.body.p, m.body.len);
		hash_final(h, out);
		hash_free(h);
	}
	message_release(&m);
}

bool identity_is_known(const unsigned char digest[HASH_SIZE])
{
	static const unsigned char none[HASH_SIZE];

	return memcmp(digest, none, HASH_SIZE) != 0;
}
