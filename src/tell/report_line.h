/* SPDX-License-Identifier: ISC */
/* What the files of report share: an account as a line of text. */
#ifndef TELL_REPORT_LINE_H
#define TELL_REPORT_LINE_H

#include "tell/report.h"

struct folder_count {
	char *name;
	uint64_t count;
};

struct line {
	const char *name;
	bool listed, ended;
	uint64_t total, total_bytes, count, bytes, filed;
	uint64_t counted; /* in the sessions before this one */
	struct folder_count *folders;
	size_t n_folders;
	char *trouble;
	double rate; /* bytes a second; 0: not known yet */
	uint64_t rated_bytes;
	int64_t rated; /* when, of clock_ms() */
};

/* How it is written: with colors, names in so many columns. */
struct line_style {
	bool colored;
	unsigned name_width;
};

void line_take(struct line *line, const struct report_event *event);
void line_release(struct line *line);

/* While it goes on, in so many columns: appended, and not longer than that. */
void line_put_live(const struct line *line, const struct line_style *style,
		   unsigned columns, struct buf *out);

/* At the end, after so many seconds. */
void line_put_summary(const struct line *line, const struct line_style *style,
		      int64_t seconds, struct buf *out);

/* The columns of text with our colors in it. */
unsigned line_cells(struct slice s);

/*
 * Cut at the width: a line that goes on in the next row cannot be erased.
 * Returns the columns that it has.
 */
unsigned line_cut(const struct line_style *style, struct buf *line,
		  unsigned width);

#endif
