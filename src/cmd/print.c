/* SPDX-License-Identifier: ISC */
#include "cmd/print.h"

#include <stdio.h>
#include <time.h>

#include "util/clock.h"
#include "util/escape.h"
#include "util/json.h"

#include "util/banned.h"

/* Longer lines are cut. */
#define LINE_MAX_BYTES 8192

void cmd_print_escaped(const char *prefix, struct slice text)
{
	char line[LINE_MAX_BYTES];

	escape_to(line, sizeof(line), text.p, text.len);
	(void)printf("%s%s\n", prefix, line);
}

void cmd_print_column(const char *text, unsigned width)
{
	unsigned used;
	size_t n = utf8_fitting(text, width, &used);

	(void)printf("%.*s%*s", (int)n, text, (int)(width - used), "");
}

void cmd_print_name(const char *text, unsigned width)
{
	unsigned used;

	if (text[utf8_fitting(text, width, &used)] == '\0')
		cmd_print_column(text, width);
	else
		(void)fputs(text, stdout);
}

void cmd_format_time(int64_t seconds, char *out, size_t size)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(out, size, "%Y-%m-%d %H:%M", &tm) == 0)
		out[0] = '\0';
}

struct json *cmd_json_time(int64_t seconds)
{
	char text[CLOCK_STAMP_MAX];

	if (seconds <= 0)
		return json_new_null();
	clock_format(seconds, text);
	return json_new_string(slice_str(text));
}

struct json *cmd_json_text(const char *text)
{
	return text == NULL || text[0] == '\0'
		       ? json_new_null()
		       : json_new_string(slice_str(text));
}
