/* SPDX-License-Identifier: ISC */
/* Statistics as one page of HTML: charts in SVG, no scripts, no links. */
#ifndef CMD_STATS_PAGE_H
#define CMD_STATS_PAGE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* By day, folder, rule and account, in the order of enum tally_by. */
#define STATS_KINDS 4

struct stats_row {
	char *raw;  /* unescaped, for JSON */
	char *name; /* printable UTF-8 */
	int64_t count, bytes, last;
};

struct stats_list {
	const char *title, *unnamed;
	struct stats_row *rows;
	size_t n;
	int64_t most; /* the largest count */
};

/* STATS_KINDS lists. 0, or -1 with errno when writing failed. */
int stats_page_write(FILE *out, const struct stats_list *lists, long long days);

#endif
