/* SPDX-License-Identifier: ISC */
#include "tell/report.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tell/report_line.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Redrawing more often is hardly visible, and slows ssh. */
#define REDRAW_MS 200

/* The size of a terminal that does not tell its own. */
#define ROWS_USUAL    24
#define COLUMNS_USUAL 80

/* All live lines, at 80 columns and a few bytes for each cell. */
#define SCREEN_MAX (256 * 1024)

struct report {
	int fd;
	int tty;      /* the same terminal, non-blocking; or fd */
	int patience; /* of io_is_writable(tty) */
	bool live;
	struct line_style style;
	struct line *lines;
	size_t n;
	unsigned *drawn; /* columns of the lines on the screen now */
	size_t n_drawn;
	int64_t started, redrawn;
};

struct screen {
	unsigned rows, columns;
};

void report_send(int fd, const struct report_event *event)
{
	static int patience = IO_PATIENCE;
	struct error ignored = ERROR_INIT;

	if (fd != -1 && io_is_writable(fd, &patience))
		(void)io_write(fd, event, sizeof(*event), "", &ignored);
}

static bool can_move(void)
{
	const char *term = getenv("TERM");

	return term != NULL && term[0] != '\0' && strcmp(term, "dumb") != 0;
}

static bool wants_color(void)
{
	const char *no = getenv("NO_COLOR");

	return no == NULL || no[0] == '\0';
}

struct report *report_new(int fd, const char *const *names, size_t n)
{
	struct report *r = xcalloc(1, sizeof(*r));

	r->fd = fd;
	r->tty = open("/proc/self/fd/2",
		      O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (r->tty == -1)
		r->tty = fd;
	r->patience = IO_PATIENCE;
	r->n = n;
	r->live = can_move();
	r->style.colored = r->live && wants_color();
	r->lines = xcalloc(n, sizeof(*r->lines));
	r->drawn = xcalloc(n + 1, sizeof(*r->drawn));
	for (size_t i = 0; i < n; i++) {
		unsigned width = line_cells(slice_str(names[i]));

		r->lines[i].name = names[i];
		if (width > r->style.name_width)
			r->style.name_width = width;
	}
	r->started = clock_ms();
	return r;
}

static struct screen screen_of(int fd)
{
	struct screen screen = {ROWS_USUAL, COLUMNS_USUAL};
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 &&
	    size.ws_row > 0)
		screen = (struct screen){size.ws_row, size.ws_col};
	return screen;
}

/*
 * Move to the first live line. When the terminal became narrower meanwhile,
 * the lines take more rows: most terminals fold them again.
 */
static void go_up(struct report *r, struct screen screen, struct buf *out)
{
	size_t rows = 0;

	for (size_t i = 0; i < r->n_drawn; i++)
		rows += r->drawn[i] == 0 ? 1
					 : (r->drawn[i] + screen.columns - 1) /
						   screen.columns;
	if (rows > 0)
		buf_addf(out, "\033[%zuA", rows);
	buf_addch(out, '\r');
	r->n_drawn = 0;
}

/* Overwrite the old line; erasing it first would flicker. */
static void put_line(struct report *r, struct buf *line, unsigned width,
		     struct buf *out)
{
	r->drawn[r->n_drawn++] = line_cut(&r->style, line, width);
	buf_addslice(out, buf_slice(line));
	buf_addstr(out, "\033[K\n");
	buf_clear(line);
}

static size_t count_active(const struct report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += !r->lines[i].ended;
	return n;
}

static void put_lines(struct report *r, struct screen screen, struct buf *out)
{
	size_t active = count_active(r), room = screen.rows - 1, shown = 0;
	struct buf line = BUF_INIT(4096);

	/* With a single row, the line feed would scroll the line away. */
	if (room == 0)
		return;
	if (active > room)
		room = room > 1 ? room - 1 : 1;
	/* Active accounts first, then those that wait for their turn. */
	for (int listed = 1; listed >= 0; listed--) {
		for (size_t i = 0; i < r->n && shown < room; i++) {
			if (r->lines[i].ended ||
			    r->lines[i].listed != (listed == 1))
				continue;
			line_put_live(&r->lines[i], &r->style, screen.columns,
				      &line);
			put_line(r, &line, screen.columns, out);
			shown++;
		}
	}
	if (shown < active && room < screen.rows - 1) {
		buf_addf(&line, "… and %zu more", active - shown);
		put_line(r, &line, screen.columns, out);
	}
	buf_addstr(out, "\033[J");
	buf_release(&line);
}

/* Mail does not wait for a stopped terminal: the rest is not drawn. */
static void write_out(struct report *r, struct buf *out)
{
	size_t done = 0;
	ssize_t n;

	while (done < out->len && io_is_writable(r->tty, &r->patience)) {
		n = write(r->tty, out->s + done, out->len - done);
		if (n == -1 && errno != EINTR && errno != EAGAIN)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	buf_release(out);
}

/* Line by line: tmux keeps a screen that is cleared at once in its history. */
static void put_above(struct slice lines, unsigned columns, struct buf *out)
{
	struct slice line;
	unsigned cells;

	while (slice_split(&lines, '\n', &line)) {
		if (line.len == 0 && lines.len == 0)
			break;
		cells = line_cells(line);
		buf_addslice(out, line);
		/* In a full row some terminals would erase the last cell. */
		if (cells == 0 || cells % columns != 0)
			buf_addstr(out, "\033[K");
		buf_addch(out, '\n');
	}
}

/* Draw `above`, and the live lines below it. */
static void draw(struct report *r, struct slice above)
{
	struct screen screen = screen_of(r->fd);
	struct buf out = BUF_INIT(SCREEN_MAX);

	go_up(r, screen, &out);
	put_above(above, screen.columns, &out);
	put_lines(r, screen, &out);
	write_out(r, &out);
	r->redrawn = clock_ms();
}

void report_add(struct report *r, const struct report_event *event)
{
	if (r == NULL || event->account < 0 || (size_t)event->account >= r->n)
		return;
	line_take(&r->lines[event->account], event);
	if (event->kind == REPORT_LISTED || event->kind == REPORT_ENDED)
		r->redrawn = 0;
	report_tick(r);
}

void report_tick(struct report *r)
{
	/* At the end the summary replaces the lines. */
	if (r != NULL && r->live && count_active(r) > 0 &&
	    clock_ms() - r->redrawn >= REDRAW_MS)
		draw(r, SLICE_EMPTY);
}

void report_print(struct report *r, struct slice lines)
{
	struct buf out = BUF_INIT(SCREEN_MAX);

	if (r->live) {
		draw(r, lines);
		return;
	}
	buf_addslice(&out, lines);
	write_out(r, &out);
}

void report_finish(struct report *r)
{
	struct buf out = BUF_INIT(SCREEN_MAX);
	int64_t seconds;

	if (r == NULL)
		return;
	seconds = (clock_ms() - r->started + 999) / 1000;
	if (r->live)
		go_up(r, screen_of(r->fd), &out);
	for (size_t i = 0; i < r->n; i++) {
		line_put_summary(&r->lines[i], &r->style, seconds, &out);
		buf_addstr(&out, r->live ? "\033[K\n" : "\n");
		line_release(&r->lines[i]);
		if (out.len > SCREEN_MAX / 2) {
			write_out(r, &out);
			buf_init(&out, SCREEN_MAX);
		}
	}
	if (r->live)
		buf_addstr(&out, "\033[J");
	write_out(r, &out);
	if (r->tty != r->fd)
		io_close_quietly(&r->tty);
	free(r->drawn);
	free(r->lines);
	free(r);
}
