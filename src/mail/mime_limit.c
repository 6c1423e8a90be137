/* SPDX-License-Identifier: ISC */
#include "mail/mime_limit.h"

#include <stdbool.h>
#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

static bool looks_like_field(struct slice line)
{
	size_t i = 0;

	while (i < line.len && line.p[i] > ' ' && line.p[i] != ':')
		i++;
	while (i < line.len && ascii_is_blank(line.p[i]))
		i++;
	return i > 0 && i < line.len && line.p[i] == ':';
}

static size_t count_separators(struct slice line)
{
	size_t n = 0;

	for (size_t i = 0; i < line.len; i++)
		n += line.p[i] == ',' || line.p[i] == ';' || line.p[i] == ':' ||
		     line.p[i] == '<';
	return n;
}

size_t mime_safe_length(struct slice bytes)
{
	struct slice rest = bytes, line;
	size_t dashes = 0, fields = 0;
	bool is_field = false;

	if (rest.len > MIME_INPUT_MAX)
		rest.len = MIME_INPUT_MAX;
	while (slice_split(&rest, '\n', &line)) {
		if (line.len == 0 || !ascii_is_blank(line.p[0]))
			is_field = looks_like_field(line);
		if (is_field)
			fields += 1 + count_separators(line);
		if (line.len > 1 && line.p[0] == '-' && line.p[1] == '-')
			dashes++;
		if (dashes > MIME_DASH_LINES_MAX || fields > MIME_FIELDS_MAX)
			return (size_t)(line.p - bytes.p);
	}
	return bytes.len < MIME_INPUT_MAX ? bytes.len : MIME_INPUT_MAX;
}
