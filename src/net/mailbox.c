/* SPDX-License-Identifier: ISC */
#include "net/mailbox.h"

#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

void mailbox_release(struct mailbox_listing *l)
{
	free(l->entries);
	if (l->text.max != 0)
		buf_release(&l->text);
	memset(l, 0, sizeof(*l));
}

struct slice mailbox_uidl(const struct mailbox_listing *l,
			  const struct mailbox_entry *entry)
{
	size_t at = entry->uidl_len == 0 ? 0 : entry->uidl_at;

	return slice_of(l->text.s + at, entry->uidl_len);
}
