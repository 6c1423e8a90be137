/* SPDX-License-Identifier: ISC */
#include "tell/report_line.h"

#include <stdlib.h>
#include <string.h>

#include "util/clock.h"
#include "util/escape.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Folders named in a summary; the others are counted together. */
#define FOLDERS_SHOWN 6

/* Cells of the bar, and the width of a terminal that shows so many. */
#define BAR_CELLS	20
#define BAR_CELLS_SMALL 8
#define BAR_WIDTH	72
#define BAR_WIDTH_SMALL 56

/* The rate is smoothed: how often to measure, and the old rate's share. */
#define RATE_MS	  500
#define RATE_KEEP 0.7

#define RED   "\033[31m"
#define CYAN  "\033[36m"
#define PLAIN "\033[0m"

/* After so long without bytes the rate is not shown any more. */
#define STALE_MS 4000

/* The bytes of a character or of one of our colors; its columns. */
static size_t next_cell(struct slice s, size_t i, unsigned *columns)
{
	size_t n = utf8_sequence(s.p + i, s.len - i);

	*columns = 0;
	if (s.p[i] == '\033') {
		for (n = 1; i + n < s.len && s.p[i + n - 1] != 'm';)
			n++;
		return n;
	}
	*columns = utf8_columns(s.p + i, n);
	return n == 0 ? 1 : n;
}

unsigned line_cells(struct slice s)
{
	unsigned cells = 0, columns;

	for (size_t i = 0; i < s.len;) {
		i += next_cell(s, i, &columns);
		cells += columns;
	}
	return cells;
}

static void count_folder(struct line *line, const char *name)
{
	for (size_t i = 0; i < line->n_folders; i++) {
		if (strcmp(line->folders[i].name, name) != 0)
			continue;
		line->folders[i].count++;
		return;
	}
	xgrow(&line->folders, line->n_folders, sizeof(*line->folders));
	line->folders[line->n_folders].name = xstrdup(name);
	line->folders[line->n_folders++].count = 1;
}

static void measure_rate(struct line *line)
{
	int64_t now = clock_ms(), ms = now - line->rated;
	double rate;

	if (line->rated != 0 && ms < RATE_MS)
		return;
	if (line->rated != 0 && line->bytes >= line->rated_bytes) {
		rate = (double)(line->bytes - line->rated_bytes) * 1000 /
		       (double)ms;
		line->rate = line->rate == 0 ? rate
					     : line->rate * RATE_KEEP +
						       rate * (1 - RATE_KEEP);
	}
	line->rated = now;
	line->rated_bytes = line->bytes;
}

void line_take(struct line *line, const struct report_event *event)
{
	switch (event->kind) {
	case REPORT_LISTED:
		/* An account may have several sessions in one run. */
		line->counted += line->count;
		line->count = 0;
		line->bytes = 0;
		line->rated_bytes = 0;
		line->listed = true;
		line->total = event->count;
		line->total_bytes = event->bytes;
		line->rated = clock_ms();
		break;
	case REPORT_FETCHED:
		line->count = event->count;
		line->bytes = event->bytes;
		measure_rate(line);
		break;
	case REPORT_FILED:
		line->filed++;
		count_folder(line, event->text);
		break;
	case REPORT_ALIVE:
		break;
	case REPORT_ENDED:
		line->ended = true;
		if (event->text[0] != '\0' && line->trouble == NULL)
			line->trouble = xstrdup(event->text);
		break;
	}
}

static void put_name(const struct line_style *style, const char *name,
		     struct buf *out)
{
	int gap = (int)style->name_width - (int)line_cells(slice_str(name)) + 2;

	buf_addf(out, "%s%*s", name, gap, "");
}

static void put_color(const struct line_style *style, const char *color,
		      struct buf *out)
{
	if (style->colored)
		buf_addstr(out, color);
}

static void put_bar(const struct line_style *style, const struct line *line,
		    unsigned columns, struct buf *out)
{
	uint64_t all = columns >= BAR_WIDTH ? BAR_CELLS : BAR_CELLS_SMALL;
	uint64_t done = line->total_bytes == 0
				? 0
				: line->bytes * all / line->total_bytes;

	if (columns < BAR_WIDTH_SMALL)
		return;
	put_color(style, CYAN, out);
	for (uint64_t i = 0; i < all; i++)
		buf_addstr(out, i < done ? "█" : "░");
	put_color(style, PLAIN, out);
	buf_addstr(out, "  ");
}

/* "1:02:03", "2:03" */
static void put_time(double seconds, struct buf *out)
{
	unsigned long n = seconds > 359999 ? 359999 : (unsigned long)seconds;

	if (n >= 3600)
		buf_addf(out, "%lu:%02lu:%02lu", n / 3600, n / 60 % 60, n % 60);
	else
		buf_addf(out, "%lu:%02lu", n / 60, n % 60);
}

static void put_rate(const struct line *line, struct buf *out)
{
	if (line->rate < 1 || clock_ms() - line->rated > STALE_MS)
		return;
	buf_addstr(out, "  ");
	value_show_size((uint64_t)line->rate, out);
	buf_addstr(out, "/s");
	if (line->total_bytes <= line->bytes)
		return;
	buf_addstr(out, "  ");
	put_time((double)(line->total_bytes - line->bytes) / line->rate, out);
	buf_addstr(out, " left");
}

void line_put_live(const struct line *line, const struct line_style *style,
		   unsigned columns, struct buf *out)
{
	put_name(style, line->name, out);
	if (!line->listed) {
		buf_addstr(out, "connecting …");
		return;
	}
	if (line->total == 0) {
		buf_addstr(out, "nothing new");
		return;
	}
	put_bar(style, line, columns, out);
	buf_addf(out, "%llu/%llu  ", (unsigned long long)line->count,
		 (unsigned long long)line->total);
	value_show_size(line->bytes, out);
	if (line->count < line->total)
		put_rate(line, out);
}

static void put_folders(const struct line *line, struct buf *out)
{
	uint64_t rest = 0;

	for (size_t i = 0; i < line->n_folders; i++) {
		char name[160];

		if (i >= FOLDERS_SHOWN) {
			rest += line->folders[i].count;
			continue;
		}
		escape_to(name, sizeof(name), line->folders[i].name,
			  strlen(line->folders[i].name));
		buf_addf(out, " · %s %llu", name,
			 (unsigned long long)line->folders[i].count);
	}
	if (rest > 0)
		buf_addf(out, " · %llu in other folders",
			 (unsigned long long)rest);
}

void line_put_summary(const struct line *line, const struct line_style *style,
		      int64_t seconds, struct buf *out)
{
	uint64_t count = line->counted + line->count;

	put_name(style, line->name, out);
	if (line->trouble != NULL) {
		put_color(style, RED, out);
		buf_addstr(out, line->trouble);
		put_color(style, PLAIN, out);
	} else if (count == 0 && line->filed == 0) {
		buf_addstr(out, "nothing new");
	} else {
		buf_addf(out, "%llu new", (unsigned long long)count);
	}
	put_folders(line, out);
	if (count > 0)
		buf_addf(out, "   %lld s", (long long)seconds);
}

void line_release(struct line *line)
{
	for (size_t i = 0; i < line->n_folders; i++)
		free(line->folders[i].name);
	free(line->folders);
	free(line->trouble);
}

unsigned line_cut(const struct line_style *style, struct buf *line,
		  unsigned width)
{
	struct slice s = buf_slice(line);
	unsigned cells = 0, columns;

	for (size_t i = 0, n; i < s.len; i += n) {
		n = next_cell(s, i, &columns);
		if (cells + columns >= width) {
			buf_truncate(line, i);
			put_color(style, PLAIN, line);
			return cells;
		}
		cells += columns;
	}
	return cells;
}
