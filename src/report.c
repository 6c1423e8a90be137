/* SPDX-License-Identifier: ISC */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/clock.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Redrawing more often is not seen and slows ssh. */
#define REDRAW_MS 100

/* Folders named in a summary; the rest is counted together. */
#define FOLDERS_SHOWN 6

#define BAR_CELLS 20

/* All live lines together, at 80 columns and a few bytes a cell. */
#define SCREEN_MAX (256 * 1024)

struct folder_count {
	char *name;
	uint64_t count;
};

struct line {
	const char *name;
	bool listed, ended;
	uint64_t total, total_bytes, count, bytes, filed;
	struct folder_count *folders;
	size_t n_folders;
	char *trouble;
};

struct report {
	int fd;
	struct line *lines;
	size_t n;
	size_t drawn; /* lines on the screen now */
	int64_t started, redrawn;
};

void report_send(int fd, const struct report_event *event)
{
	struct error ignored = ERROR_INIT;

	if (fd != -1)
		(void)io_write(fd, event, sizeof(*event), "", &ignored);
}

struct report *report_new(int fd, const char *const *names, size_t n)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->fd = fd;
	r->n = n;
	r->lines = xcalloc(n, sizeof(*r->lines));
	for (size_t i = 0; i < n; i++)
		r->lines[i].name = names[i];
	r->started = clock_ms();
	return r;
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

static void take(struct line *line, const struct report_event *event)
{
	switch (event->kind) {
	case REPORT_LISTED:
		line->listed = true;
		line->total = event->count;
		line->total_bytes = event->bytes;
		break;
	case REPORT_FETCHED:
		line->count = event->count;
		line->bytes = event->bytes;
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

static void put_name(const struct report *r, const char *name, struct buf *out)
{
	size_t width = 0;

	for (size_t i = 0; i < r->n; i++)
		if (strlen(r->lines[i].name) > width)
			width = strlen(r->lines[i].name);
	buf_addf(out, "%-*s  ", (int)width, name);
}

static void put_size(uint64_t bytes, struct buf *out)
{
	static const char units[] = "KMGT";
	double value = (double)bytes / 1024;
	size_t unit = 0;

	while (value >= 1000 && unit + 2 < sizeof(units)) {
		value /= 1024;
		unit++;
	}
	buf_addf(out, value < 10 ? "%.1f %cB" : "%.0f %cB", value, units[unit]);
}

static void put_bar(uint64_t done, uint64_t total, struct buf *out)
{
	uint64_t cells = total == 0 ? 0 : done * BAR_CELLS / total;

	for (uint64_t i = 0; i < BAR_CELLS; i++)
		buf_addstr(out, i < cells ? "█" : "░");
}

static void put_live(const struct report *r, const struct line *line,
		     struct buf *out)
{
	put_name(r, line->name, out);
	if (!line->listed) {
		buf_addstr(out, line->ended ? "-" : "connecting …");
		return;
	}
	if (line->total == 0) {
		buf_addstr(out, "nothing new");
		return;
	}
	put_bar(line->count, line->total, out);
	buf_addf(out, "  %llu/%llu  ", (unsigned long long)line->count,
		 (unsigned long long)line->total);
	put_size(line->bytes, out);
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

static void put_summary(const struct report *r, const struct line *line,
			struct buf *out)
{
	int64_t seconds = (clock_ms() - r->started + 999) / 1000;

	put_name(r, line->name, out);
	if (line->trouble != NULL)
		buf_addf(out, "failed, see above");
	else if (line->count == 0 && line->filed == 0)
		buf_addstr(out, "nothing new");
	else
		buf_addf(out, "%llu new", (unsigned long long)line->count);
	put_folders(line, out);
	if (line->count > 0)
		buf_addf(out, "   %lld s", (long long)seconds);
}

static unsigned screen_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
		return size.ws_col;
	return 80;
}

/* Cut at the width, counting characters: a wrapped line cannot be erased. */
static void cut_line(struct buf *line, unsigned width)
{
	unsigned cells = 0;

	for (size_t i = 0; i < line->len;) {
		size_t n = utf8_sequence(line->s + i, line->len - i);

		/* Anything beyond Latin may be two cells wide. */
		cells += n >= 3 && (unsigned char)line->s[i] >= 0xe3 ? 2 : 1;
		if (cells >= width) {
			buf_truncate(line, i);
			return;
		}
		i += n == 0 ? 1 : n;
	}
}

static void erase(struct report *r, struct buf *out)
{
	if (r->drawn > 0)
		buf_addf(out, "\033[%zuA", r->drawn);
	buf_addstr(out, "\r\033[J");
	r->drawn = 0;
}

static void draw(struct report *r)
{
	unsigned width = screen_width(r->fd);
	struct buf out = BUF_INIT(SCREEN_MAX);
	struct error ignored = ERROR_INIT;

	erase(r, &out);
	for (size_t i = 0; i < r->n; i++) {
		struct buf line = BUF_INIT(4096);

		if (r->lines[i].ended)
			continue;
		put_live(r, &r->lines[i], &line);
		cut_line(&line, width);
		buf_addslice(&out, buf_slice(&line));
		buf_addch(&out, '\n');
		buf_release(&line);
		r->drawn++;
	}
	(void)io_write(r->fd, out.s, out.len, "", &ignored);
	buf_release(&out);
	r->redrawn = clock_ms();
}

void report_add(struct report *r, const struct report_event *event)
{
	if (r == NULL || event->account < 0 || (size_t)event->account >= r->n)
		return;
	take(&r->lines[event->account], event);
	if (event->kind == REPORT_LISTED || event->kind == REPORT_ENDED ||
	    clock_ms() - r->redrawn >= REDRAW_MS)
		draw(r);
}

static void free_line(struct line *line)
{
	for (size_t i = 0; i < line->n_folders; i++)
		free(line->folders[i].name);
	free(line->folders);
	free(line->trouble);
}

void report_finish(struct report *r)
{
	struct buf out = BUF_INIT(SCREEN_MAX);
	struct error ignored = ERROR_INIT;

	if (r == NULL)
		return;
	erase(r, &out);
	for (size_t i = 0; i < r->n; i++) {
		put_summary(r, &r->lines[i], &out);
		buf_addch(&out, '\n');
		free_line(&r->lines[i]);
	}
	(void)io_write(r->fd, out.s, out.len, "", &ignored);
	buf_release(&out);
	free(r->lines);
	free(r);
}
