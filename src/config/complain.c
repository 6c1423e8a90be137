/* SPDX-License-Identifier: ISC */
/* Errors and warnings about a line of the file that is being read. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "config/internal.h"

#include "util/banned.h"

void build_error(struct builder *b, int line, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diagnostics_add(b->diags, true, b->source->file, line, 0, "%s", text);
}

void build_warning(struct builder *b, int line, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diagnostics_add(b->diags, false, b->source->file, line, 0, "%s", text);
}

void build_place(const struct builder *b, const char *file, int line, char *out,
		 size_t size)
{
	if (strcmp(file, b->source->file) == 0)
		(void)snprintf(out, size, " (line %d)", line);
	else
		(void)snprintf(out, size, " (%s:%d)", file, line);
}
