/* SPDX-License-Identifier: ISC */
#include "state/stats.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/print.h"
#include "cmd/stats_page.h"
#include "config/config.h"
#include "util/clock.h"
#include "util/escape.h"
#include "util/json.h"
#include "util/log.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

#define DAY_SECONDS	((int64_t)24 * 3600)
#define DAYS_DEFAULT	30
#define DAYS_MAX	90 /* the history goes back no further */
#define WIDTH_DEFAULT	80
#define NAME_WIDTH	28
#define BAR_WIDTH_LEAST 10

struct options {
	long long days;
	const char *html;
};

static const struct {
	const char *title, *key, *name;
	const char *unnamed; /* a row without a name */
} kinds[STATS_KINDS] = {
	[TALLY_DAY] = {"by day", "days", "day", ""},
	[TALLY_FOLDER] = {"by folder", "folders", "folder", ""},
	[TALLY_RULE] = {"by rule", "rules", "rule", "(no rule)"},
	[TALLY_ACCOUNT] = {"by account", "accounts", "account", "(deliver)"},
};

static void take(void *context, const struct tally *row)
{
	struct stats_list *list = context;
	char name[256];

	escape_to(name, sizeof(name), row->name, strlen(row->name));
	xgrow(&list->rows, list->n, sizeof(*list->rows));
	list->rows[list->n++] = (struct stats_row){
		.raw = xstrdup(name[0] == '\0' ? list->unnamed : row->name),
		.name = xstrdup(name[0] == '\0' ? list->unnamed : name),
		.count = row->count,
		.bytes = row->bytes,
		.last = row->last};
	if (row->count > list->most)
		list->most = row->count;
}

static int read_all(const struct config *config, int64_t since,
		    struct stats_list *lists, struct error *err)
{
	struct state *state = NULL;
	int rc = cmd_open_state(config, &state, err);

	for (size_t i = 0; i < STATS_KINDS && rc == 0; i++) {
		lists[i].title = kinds[i].title;
		lists[i].unnamed = kinds[i].unnamed;
		rc = state_tally(state, (enum tally_by)i, since, take,
				 &lists[i], err);
	}
	state_close(state);
	return rc;
}

static void release(struct stats_list *lists)
{
	for (size_t i = 0; i < STATS_KINDS; i++) {
		for (size_t j = 0; j < lists[i].n; j++) {
			free(lists[i].rows[j].raw);
			free(lists[i].rows[j].name);
		}
		free(lists[i].rows);
	}
}

static int terminal_width(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		return size.ws_col;
	return WIDTH_DEFAULT;
}

static void print_list(const struct stats_list *list, int bar_width)
{
	(void)printf("%s\n", list->title);
	for (size_t i = 0; i < list->n; i++) {
		const struct stats_row *row = &list->rows[i];
		int64_t n =
			(row->count * bar_width + list->most - 1) / list->most;

		(void)printf("  ");
		cmd_print_column(row->name, NAME_WIDTH);
		(void)printf(" %7lld ", (long long)row->count);
		for (int64_t j = 0; j < n; j++)
			(void)printf("▇");
		(void)printf("\n");
	}
	(void)printf("\n");
}

static void print_text(const struct stats_list *lists, long long days)
{
	int bar_width = terminal_width() - NAME_WIDTH - 11;

	if (bar_width < BAR_WIDTH_LEAST)
		bar_width = BAR_WIDTH_LEAST;
	(void)printf("the last %lld days\n\n", days);
	for (size_t i = 0; i < STATS_KINDS; i++)
		print_list(&lists[i], bar_width);
}

static int print_json(const struct stats_list *lists, int64_t since)
{
	struct json *o = json_new_object();

	json_put(o, "since", cmd_json_time(since));
	for (size_t i = 0; i < STATS_KINDS; i++) {
		struct json *array = json_new_array();

		for (size_t j = 0; j < lists[i].n; j++) {
			const struct stats_row *row = &lists[i].rows[j];
			struct json *item = json_new_object();

			json_put(item, kinds[i].name,
				 json_new_string(slice_str(row->raw)));
			json_put(item, "messages", json_new_number(row->count));
			json_put(item, "bytes", json_new_number(row->bytes));
			json_put(item, "last", cmd_json_time(row->last));
			json_push(array, item);
		}
		json_put(o, kinds[i].key, array);
	}
	return json_print(o, stdout);
}

static int write_page(const char *path, const struct stats_list *lists,
		      long long days, struct error *err)
{
	FILE *file = fopen(path, "we");
	int rc;

	if (file == NULL)
		return error_errno(err, ERR_LOCAL, "cannot write %s", path);
	rc = stats_page_write(file, lists, days);
	if (fclose(file) != 0 || rc == -1)
		return error_errno(err, ERR_LOCAL, "cannot write %s", path);
	return 0;
}

static int parse(int argc, char **argv, struct options *out, struct error *err)
{
	*out = (struct options){.days = DAYS_DEFAULT};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--html") == 0 && i + 1 < argc) {
			out->html = argv[++i];
		} else if (strcmp(argv[i], "--days") == 0 && i + 1 < argc) {
			if (value_number(argv[++i], 1, DAYS_MAX, &out->days,
					 err) == -1)
				return error_prefix(err, "--days");
		} else {
			return error_set(err, ERR_USAGE,
					 "unexpected argument; see postroom "
					 "help stats");
		}
	}
	return 0;
}

static int show(const struct invocation *inv, const struct config *config,
		const void *options, struct error *err)
{
	const struct options *o = options;
	struct stats_list lists[STATS_KINDS] = {{.n = 0}};
	int64_t since = clock_calendar_s() - o->days * DAY_SECONDS;
	int rc = read_all(config, since, lists, err);

	if (rc == 0 && o->html != NULL)
		rc = write_page(o->html, lists, o->days, err);
	else if (rc == 0 && inv->json && print_json(lists, since) == -1)
		rc = error_set(err, ERR_TEMPORARY, "cannot print");
	else if (rc == 0 && !inv->json)
		print_text(lists, o->days);
	release(lists);
	return rc;
}

static int run_stats(const struct invocation *inv, int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct options o;

	if (parse(argc, argv, &o, &err) == -1) {
		log_error("stats: %s", err.text);
		return EX_USAGE;
	}
	return cmd_run_show(inv, "stats", show, &o);
}

const struct cmd cmd_stats = {
	.name = "stats",
	.summary = "count messages by day, folder, rule and account",
	.help = "usage: postroom stats [--days N] [--json | --html FILE]\n"
		"\n"
		"Counts messages by day, folder, rule and account.\n"
		"\n"
		"  --days N     of the last N days (default 30, at most 90)\n"
		"  --html FILE  write a self-contained page with charts\n"
		"\n"
		"example:  postroom stats --html ~/mail.html\n",
	.run = run_stats,
};
