/* SPDX-License-Identifier: ISC */
/* An account as a line of the report. */
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
	int64_t rated; /* when it was measured, of clock_ms() */
};

/* How to write it: with colors, and names padded to name_width columns. */
struct line_style {
	bool colored;
	unsigned name_width;
};

void line_take(struct line *line, const struct report_event *event);
void line_release(struct line *line);

/* Append the live line of a session for a terminal of `columns`. */
void line_put_live(const struct line *line, const struct line_style *style,
		   unsigned columns, struct buf *out);

/* Append the summary of a run that took so many seconds. */
void line_put_summary(const struct line *line, const struct line_style *style,
		      int64_t seconds, struct buf *out);

/* How many columns the text takes; our colors take none. */
unsigned line_cells(struct slice s);

/*
 * Cut the line to less than `width` columns: one that continues in the next
 * row cannot be erased. Returns the columns that it takes.
 */
unsigned line_cut(const struct line_style *style, struct buf *line,
		  unsigned width);

#endif
