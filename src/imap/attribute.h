/* SPDX-License-Identifier: ISC */
/* Attributes of folders, as LIST (RFC 9051, 7.3.1) and XLIST show them. */
#ifndef IMAP_ATTRIBUTE_H
#define IMAP_ATTRIBUTE_H

#include "util/slice.h"

enum attribute {
	ATTRIBUTE_NOSELECT, /* also \NonExistent */
	/* Special uses (RFC 6154, RFC 8457) */
	ATTRIBUTE_ALL,
	ATTRIBUTE_ARCHIVE,
	ATTRIBUTE_DRAFTS,
	ATTRIBUTE_FLAGGED,
	ATTRIBUTE_IMPORTANT,
	ATTRIBUTE_INBOX, /* of XLIST: its name is a translation */
	ATTRIBUTE_JUNK,
	ATTRIBUTE_SENT,
	ATTRIBUTE_TRASH,
};

/* "\Junk", and XLIST's "\Spam": its bit. 0: one that we do not know. */
unsigned attribute_bit(struct slice word);

#endif
