/* SPDX-License-Identifier: ISC */
#include "mail/html_attributes.h"

#include <string.h>

#include "mail/html_tag.h"

#include "util/banned.h"

static const char *const names[ATTRIBUTES] = {
	[ATTRIBUTE_HREF] = "href",
	[ATTRIBUTE_SRC] = "src",
	[ATTRIBUTE_ACTION] = "action",
	[ATTRIBUTE_FORMACTION] = "formaction",
	[ATTRIBUTE_BACKGROUND] = "background",
	[ATTRIBUTE_POSTER] = "poster",
	[ATTRIBUTE_XLINK] = "xlink:href",
	[ATTRIBUTE_DATA] = "data",
	[ATTRIBUTE_SRCSET] = "srcset",
	[ATTRIBUTE_IMAGESRCSET] = "imagesrcset",
	[ATTRIBUTE_PING] = "ping",
	[ATTRIBUTE_ALT] = "alt",
	[ATTRIBUTE_STYLE] = "style",
	[ATTRIBUTE_HIDDEN] = "hidden",
	[ATTRIBUTE_CONTENT] = "content",
	[ATTRIBUTE_HTTP_EQUIV] = "http-equiv",
};

void html_attributes_read(struct slice attributes, struct attributes *out)
{
	struct slice name, value;

	for (size_t i = 0; i < ATTRIBUTES; i++)
		out->values[i] = slice_of(NULL, 0);
	while (html_tag_attribute(&attributes, &name, &value))
		for (size_t i = 0; i < ATTRIBUTES; i++)
			if (out->values[i].p == NULL &&
			    slice_equal_nocase(name, slice_str(names[i])))
				out->values[i] = value;
}
