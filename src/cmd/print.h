/* SPDX-License-Identifier: ISC */
/* How commands print on standard output. */
#ifndef CMD_PRINT_H
#define CMD_PRINT_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

/* Print a line; the text is escaped, and may be cut. */
void cmd_print_escaped(const char *prefix, struct slice text);

/*
 * Print text that is escaped already in `width` columns of a terminal: cut, or
 * filled with spaces. A name is never cut: it moves what follows.
 */
void cmd_print_column(const char *text, unsigned width);
void cmd_print_name(const char *text, unsigned width);

/* For JSON: a time as RFC 3339 writes it, a text; null for 0, NULL and "". */
struct json;
struct json *cmd_json_time(int64_t seconds);
struct json *cmd_json_text(const char *text);

/* "2026-11-26 10:50" in local time. */
void cmd_format_time(int64_t seconds, char *out, size_t size);

#endif
