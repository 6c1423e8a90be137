/* SPDX-License-Identifier: ISC */
/* An edit leaves all other fields and the body alone, whatever the bytes. */
#include "mail/edit.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "../unit/edit_holds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Only a name that a configuration can have. */
static bool is_name(struct slice name)
{
	struct buf text = BUF_INIT(name.len);
	struct error err;
	bool is;

	buf_addslice(&text, name);
	is = edit_check_name(text.s, &err) == 0;
	buf_release(&text);
	return is;
}

static void edit_all(struct slice bytes, struct slice name)
{
	struct edit edit = {.name = name, .value = slice_str("new value")};

	if (!is_name(name))
		return;
	for (int kind = EDIT_SET; kind <= EDIT_REMOVE; kind++) {
		edit.kind = (enum edit_kind)kind;
		assert(edit_holds(bytes, &edit));
	}
}

/*
 * A field called "a=b" reads as a parameter where it comes to stand behind
 * Content-Type. edit_kept() notices that, and the message stays as it came.
 */
static bool is_ambiguous(const struct message *m)
{
	for (size_t i = 0; i < m->n_fields; i++)
		if (memchr(m->fields[i].name.p, '=', m->fields[i].name.len))
			return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice bytes = slice_of((const char *)data, size);
	struct message m;

	message_init(&m, bytes, NULL);
	if (is_ambiguous(&m)) {
		message_release(&m);
		return 0;
	}
	edit_all(bytes, slice_str("X-Label"));
	/* The first field is the one that keeps a header a header. */
	if (m.n_fields > 0)
		edit_all(bytes, m.fields[0].name);
	if (m.n_fields > 1)
		edit_all(bytes, m.fields[m.n_fields / 2].name);
	message_release(&m);
	return 0;
}
