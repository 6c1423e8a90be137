/* SPDX-License-Identifier: ISC */
#include "config/diagnostics.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "util/escape.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Holds the text of a struct error with advice appended. */
#define TEXT_MAX_BYTES 1200

void diagnostics_add(struct diagnostics *d, bool is_error, const char *file,
		     int line, int column, const char *fmt, ...)
{
	char raw[TEXT_MAX_BYTES], text[TEXT_MAX_BYTES];
	struct diagnostic *new;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(raw, sizeof(raw), fmt, ap);
	va_end(ap);
	escape_to(text, sizeof(text), raw, strlen(raw));
	xgrow(&d->list, d->n, sizeof(*d->list));
	new = &d->list[d->n];
	*new = (struct diagnostic){
		.is_error = is_error,
		.file = file == NULL ? NULL : xstrdup(file),
		.line = line,
		.column = column,
		.text = xstrdup(text),
		.order = d->n,
	};
	d->n++;
	if (is_error)
		d->n_errors++;
}

void diagnostics_hint(struct diagnostics *d, const char *hint)
{
	struct diagnostic *last = &d->list[d->n - 1];

	free(last->hint);
	last->hint = xstrdup(hint);
}

static int compare_number(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *pa, const void *pb)
{
	const struct diagnostic *a = pa, *b = pb;
	int order = strcmp(a->file == NULL ? "" : a->file,
			   b->file == NULL ? "" : b->file);

	if (order == 0)
		order = compare_number((size_t)a->line, (size_t)b->line);
	if (order == 0)
		order = compare_number((size_t)a->column, (size_t)b->column);
	return order != 0 ? order : compare_number(a->order, b->order);
}

static void print_hint(const char *hint, const char *prefix, FILE *out)
{
	for (const char *line = hint; *line != '\0';) {
		size_t len = strcspn(line, "\n");

		(void)fprintf(out, "%s    %.*s\n", prefix, (int)len, line);
		line += len + (line[len] == '\n');
	}
}

/* "FILE:LINE:COLUMN: ", as far as they are known. */
static void print_place(const struct diagnostic *d, FILE *out)
{
	char file[TEXT_MAX_BYTES];

	escape_to(file, sizeof(file), d->file, strlen(d->file));
	(void)fputs(file, out);
	if (d->line > 0)
		(void)fprintf(out, ":%d", d->line);
	if (d->line > 0 && d->column > 0)
		(void)fprintf(out, ":%d", d->column);
	(void)fputs(": ", out);
}

static void print_one(const struct diagnostic *d, const char *prefix, FILE *out)
{
	(void)fputs(d->file == NULL ? "postroom: " : prefix, out);
	if (d->file != NULL)
		print_place(d, out);
	(void)fprintf(out, "%s: %s\n", d->is_error ? "error" : "warning",
		      d->text);
	if (d->hint != NULL)
		print_hint(d->hint, prefix, out);
}

void diagnostics_print(struct diagnostics *d, FILE *out, const char *prefix,
		       bool errors_only)
{
	if (d->n > 1)
		qsort(d->list, d->n, sizeof(*d->list), compare);
	for (size_t i = 0; i < d->n; i++) {
		if (d->list[i].is_error || !errors_only)
			print_one(&d->list[i], prefix, out);
	}
	(void)fflush(out);
}

void diagnostics_release(struct diagnostics *d)
{
	for (size_t i = 0; i < d->n; i++) {
		free(d->list[i].file);
		free(d->list[i].text);
		free(d->list[i].hint);
	}
	free(d->list);
	*d = (struct diagnostics){0};
}
