/* SPDX-License-Identifier: ISC */
#include "rules/folder.h"

#include <string.h>

#include "mail/charset.h"

#include "util/banned.h"

static bool has_control(struct slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

/* Why the component cannot be used, or NULL. */
static const char *component_fault(struct slice c)
{
	if (c.len == 0)
		return "a part of it is empty";
	if (c.p[0] == '.' || c.p[0] == '-' || c.p[0] == '~')
		return "a part of it starts with \".\", \"-\" or \"~\"";
	if (c.len > FOLDER_COMPONENT_MAX)
		return "a part of it is longer than 100 bytes";
	if (has_control(c))
		return "it holds control characters";
	if (!charset_is_utf8(c))
		return "it is not valid UTF-8";
	return NULL;
}

const char *folder_fault(struct slice name)
{
	struct slice rest = name, component;
	const char *fault = NULL;

	while (fault == NULL && slice_split(&rest, '/', &component))
		fault = component_fault(component);
	return fault;
}

int folder_check(struct slice name, struct error *err)
{
	const char *fault = folder_fault(name);

	if (fault == NULL)
		return 0;
	return error_set(err, ERR_MESSAGE,
			 "the folder name \"%.*s\" cannot be used: %s",
			 (int)(name.len > 200 ? 200 : name.len), name.p, fault);
}
