/* SPDX-License-Identifier: ISC */
/*
 * For a test and a fuzz target: does an edit keep the body, and each field that
 * it does not name?
 */
#ifndef TESTS_EDIT_HOLDS_H
#define TESTS_EDIT_HOLDS_H

#include "mail/edit.h"
#include "mail/message.h"
#include "util/xalloc.h"

static inline bool only_name(const void *context, struct slice name)
{
	const struct slice *wanted = context;

	return slice_equal_nocase(name, *wanted);
}

/* The fields of `m` that `edit` does not touch, as "Name:value" with NULs. */
static inline void list_others(const struct message *m, const struct edit *edit,
			       size_t *n_named, struct buf *out)
{
	*n_named = 0;
	for (size_t i = 0; i < m->n_fields; i++) {
		if (slice_equal_nocase(m->fields[i].name, edit->name)) {
			(*n_named)++;
			continue;
		}
		buf_addslice(out, m->fields[i].name);
		buf_addch(out, ':');
		buf_addslice(out, m->fields[i].value);
		buf_addch(out, '\0');
	}
}

static inline size_t named_after(const struct edit *edit, size_t before)
{
	if (edit->kind == EDIT_ADD)
		return before + 1;
	return edit->kind == EDIT_SET ? 1 : 0;
}

/* Within the limits of the index only: behind them it sees no fields. */
static inline bool edit_holds(struct slice bytes, const struct edit *edit)
{
	const struct edit_names names = {only_name, &edit->name};
	size_t room = bytes.len + edit->value.len * 4 + 1024, n, n_after;
	struct buf out = BUF_INIT(room), a = BUF_INIT(room), b = BUF_INIT(room);
	struct message before, after;
	size_t header_len;
	bool holds;

	message_init(&before, bytes, NULL);
	edit_header(before.header, edit, &out);
	header_len = out.len;
	holds = !out.full && edit_kept(before.header, buf_slice(&out), &names);
	buf_addslice(&out, before.body);
	message_init(&after, buf_slice(&out), NULL);
	list_others(&before, edit, &n, &a);
	list_others(&after, edit, &n_after, &b);
	holds &= after.header.len == header_len &&
		 slice_equal(after.body, before.body);
	if (!before.cut && !after.cut)
		holds &= n_after == named_after(edit, n) &&
			 slice_equal(buf_slice(&a), buf_slice(&b));
	message_release(&before);
	message_release(&after);
	buf_release(&out);
	buf_release(&a);
	buf_release(&b);
	return holds;
}

#endif
