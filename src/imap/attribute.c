/* SPDX-License-Identifier: ISC */
#include "imap/attribute.h"

#include "util/banned.h"

static const struct {
	const char *name;
	enum attribute attribute;
} names[] = {
	{"\\Noselect", ATTRIBUTE_NOSELECT},
	{"\\NonExistent", ATTRIBUTE_NOSELECT},
	{"\\All", ATTRIBUTE_ALL},
	{"\\AllMail", ATTRIBUTE_ALL},
	{"\\Archive", ATTRIBUTE_ARCHIVE},
	{"\\Drafts", ATTRIBUTE_DRAFTS},
	{"\\Flagged", ATTRIBUTE_FLAGGED},
	{"\\Starred", ATTRIBUTE_FLAGGED},
	{"\\Important", ATTRIBUTE_IMPORTANT},
	{"\\Inbox", ATTRIBUTE_INBOX},
	{"\\Junk", ATTRIBUTE_JUNK},
	{"\\Spam", ATTRIBUTE_JUNK},
	{"\\Sent", ATTRIBUTE_SENT},
	{"\\Trash", ATTRIBUTE_TRASH},
};

unsigned attribute_bit(struct slice word)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equal_nocase(word, slice_str(names[i].name)))
			return 1U << names[i].attribute;
	return 0;
}
