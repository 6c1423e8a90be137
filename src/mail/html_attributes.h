/* SPDX-License-Identifier: ISC */
/* The attributes of a tag that postroom looks at. */
#ifndef MAIL_HTML_ATTRIBUTES_H
#define MAIL_HTML_ATTRIBUTES_H

#include "util/buf.h"

enum attribute {
	/* Addresses, in the order in which they are noted. */
	ATTRIBUTE_HREF,
	ATTRIBUTE_SRC,
	ATTRIBUTE_ACTION,
	ATTRIBUTE_FORMACTION,
	ATTRIBUTE_BACKGROUND,
	ATTRIBUTE_POSTER,
	ATTRIBUTE_XLINK,
	ATTRIBUTE_DATA,
	ATTRIBUTE_ADDRESSES, /* how many they are */
	/* Lists of them. */
	ATTRIBUTE_SRCSET = ATTRIBUTE_ADDRESSES,
	ATTRIBUTE_IMAGESRCSET,
	ATTRIBUTE_PING,
	ATTRIBUTE_ALT,
	ATTRIBUTE_STYLE,
	ATTRIBUTE_HIDDEN,
	ATTRIBUTE_CONTENT,
	ATTRIBUTE_HTTP_EQUIV,
	ATTRIBUTES
};

/* The values as they stand in the tag; p is NULL for those not there. */
struct attributes {
	struct slice values[ATTRIBUTES];
};

/* `attributes` is what html_tag_read() found. Of two the first counts. */
void html_attributes_read(struct slice attributes, struct attributes *out);

#endif
