/* SPDX-License-Identifier: ISC */
/* How commands print on standard output. */
#ifndef CMD_PRINT_H
#define CMD_PRINT_H

#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"

/* A line of standard output; the text is escaped, and may be cut. */
void cmd_print_escaped(const char *prefix, struct slice text);

/*
 * Text that is escaped already in so many columns of a terminal, cut or filled;
 * a name is not cut, for it is needed whole: what follows it moves.
 */
void cmd_print_column(const char *text, unsigned width);
void cmd_print_name(const char *text, unsigned width);

/* "2026-11-26 10:50", local time; for people. */
void cmd_format_time(int64_t seconds, char *out, size_t size);

#endif
