/* SPDX-License-Identifier: ISC */
#include "cmd/stats_page.h"

#include <string.h>

#include "util/escape.h"

#include "util/banned.h"

/* In units of the SVG drawing. */
#define LABEL_WIDTH 220
#define BAR_WIDTH   420
#define ROW_HEIGHT  20

/* Columns of a name that fit; a longer one is shown in full as a tooltip. */
#define NAME_COLUMNS 32

/* The chart of a list shows its first rows only. */
#define ROWS_MAX 100

static void put_escaped(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		switch (*text) {
		case '<':
			(void)fputs("&lt;", out);
			break;
		case '>':
			(void)fputs("&gt;", out);
			break;
		case '&':
			(void)fputs("&amp;", out);
			break;
		case '"':
			(void)fputs("&quot;", out);
			break;
		default:
			(void)fputc(*text, out);
		}
	}
}

static void put_name(FILE *out, const char *name)
{
	char shown[256];
	unsigned columns;
	size_t n = utf8_fitting(name, NAME_COLUMNS, &columns);

	if (name[n] == '\0' || n >= sizeof(shown)) {
		put_escaped(out, name);
		return;
	}
	memcpy(shown, name, n);
	shown[n] = '\0';
	put_escaped(out, shown);
	(void)fputs("…<title>", out);
	put_escaped(out, name);
	(void)fputs("</title>", out);
}

static void put_row(FILE *out, const struct stats_list *list, size_t i)
{
	const struct stats_row *row = &list->rows[i];
	long y = (long)i * ROW_HEIGHT;
	double width = (double)row->count * BAR_WIDTH / (double)list->most;

	(void)fprintf(out, "<text class=\"name\" x=\"%d\" y=\"%ld\">",
		      LABEL_WIDTH - 8, y + 14);
	put_name(out, row->name);
	(void)fprintf(out,
		      "</text><rect x=\"%d\" y=\"%ld\" width=\"%.1f\" "
		      "height=\"%d\"><title>%lld messages, %.1f MB</title>"
		      "</rect><text x=\"%.1f\" y=\"%ld\">%lld</text>\n",
		      LABEL_WIDTH, y + 3, width, ROW_HEIGHT - 6,
		      (long long)row->count, (double)row->bytes / 1e6,
		      LABEL_WIDTH + width + 6, y + 14, (long long)row->count);
}

static void put_chart(FILE *out, const struct stats_list *list)
{
	size_t n = list->n < ROWS_MAX ? list->n : ROWS_MAX;

	(void)fprintf(out, "<h2>%s</h2>\n", list->title);
	if (n == 0) {
		(void)fputs("<p>nothing</p>\n", out);
		return;
	}
	(void)fprintf(out,
		      "<svg role=\"img\" aria-label=\"messages %s\" "
		      "viewBox=\"0 0 %d %zu\">\n",
		      list->title, LABEL_WIDTH + BAR_WIDTH + 80,
		      n * ROW_HEIGHT);
	for (size_t i = 0; i < n; i++)
		put_row(out, list, i);
	(void)fputs("</svg>\n", out);
	if (n < list->n)
		(void)fprintf(out, "<p>and %zu more</p>\n", list->n - n);
}

int stats_page_write(FILE *out, const struct stats_list *lists, long long days)
{
	(void)fputs("<!DOCTYPE html>\n<html lang=\"en\"><head>"
		    "<meta charset=\"utf-8\">\n"
		    "<meta name=\"viewport\" content=\"width=device-width\">\n"
		    "<title>postroom: mail</title>\n<style>\n"
		    ":root { color-scheme: light dark }\n"
		    "body { font: 14px sans-serif; margin: 2em auto; "
		    "max-width: 720px; padding: 0 1em }\n"
		    "svg { width: 100% }\n"
		    "text { font-size: 12px; fill: currentColor }\n"
		    "text.name { text-anchor: end }\n"
		    "rect { fill: #3b78c4 }\n"
		    "</style></head><body>\n",
		    out);
	(void)fprintf(out, "<h1>Mail of the last %lld days</h1>\n", days);
	for (size_t i = 0; i < STATS_KINDS; i++)
		put_chart(out, &lists[i]);
	return fputs("</body></html>\n", out) == EOF || ferror(out) ? -1 : 0;
}
