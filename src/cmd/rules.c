/* SPDX-License-Identifier: ISC */
#include "state/rules.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/print.h"
#include "config/config.h"
#include "maildir/walk.h"
#include "rules/ruleset.h"
#include "run/options.h"
#include "sort/preview.h"
#include "util/clock.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/json.h"
#include "util/log.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A rule that did not apply for so long is marked: it may be obsolete. */
#define IDLE_DAYS    180
#define IDLE_SECONDS ((int64_t)IDLE_DAYS * 24 * 3600)

/* Messages that the rules are timed with. */
#define SAMPLE_DEFAULT 200
#define SAMPLE_MAX     10000

#define NAME_WIDTH  28
#define PLACE_WIDTH 24

struct options {
	bool cost;
	long long messages;
	const char *maildir; /* NULL: that of the configuration */
};

struct row {
	unsigned rule;
	struct rule_record record;
	uint64_t ns, looked, applied; /* in the sample */
};

struct table {
	const struct ruleset *rules;
	struct row *rows;
	size_t n;
	size_t sample; /* messages */
	int64_t now;
};

static int read_records(struct table *t, const struct config *config,
			struct error *err)
{
	struct state *state = NULL;
	int rc = state_open(&state, config->state_dir, STATE_READ, err);

	for (size_t i = 0; i < t->n && rc == 0; i++)
		rc = state_get_rule(state,
				    ruleset_rule_name(t->rules, (unsigned)i),
				    &t->rows[i].record, err);
	state_close(state);
	return rc;
}

static void add_times(struct table *t, const struct verdict *v)
{
	for (size_t i = 0; i < v->n_trace; i++) {
		struct row *row = &t->rows[v->trace[i].rule];

		row->ns += v->trace[i].ns;
		row->looked++;
		row->applied += v->trace[i].outcome == OUTCOME_APPLIES;
	}
	t->sample++;
}

static void reset_times(struct table *t)
{
	for (size_t i = 0; i < t->n; i++)
		t->rows[i].ns = t->rows[i].looked = t->rows[i].applied = 0;
	t->sample = 0;
}

/* A file that has disappeared meanwhile is skipped. */
static int time_one(struct table *t, struct previewer *previewer,
		    const char *path, struct error *err)
{
	struct preview_look look = {
		.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY),
		.account = "",
		.measure = true};
	struct preview preview;
	struct stat st;
	int rc = 0;

	if (look.fd != -1 && fstat(look.fd, &st) == 0 && S_ISREG(st.st_mode)) {
		look.size = (uint64_t)st.st_size;
		rc = previewer_look(previewer, &look, &preview, err);
		if (rc == 0) {
			add_times(t, &preview.answer.verdict);
			preview_release(&preview);
		}
	}
	io_close_quietly(&look.fd);
	return rc;
}

/* Commands are not run: they could have effects. */
static int measure(struct table *t, const struct config *config,
		   const struct options *o, struct error *err)
{
	const char *maildir = o->maildir != NULL ? o->maildir : config->maildir;
	struct sort_options options;
	struct previewer *previewer;
	char **paths = NULL;
	int rc = 0;

	maildir_newest(maildir, (size_t)o->messages, &paths);
	if (paths == NULL)
		return error_set(err, ERR_USAGE, "there is no mail in %s",
				 maildir);
	run_sort_options(config, -1, &options);
	previewer = previewer_new(&options, true);
	/* The first message pays for starting the judge: not counted. */
	rc = time_one(t, previewer, paths[0], err);
	reset_times(t);
	for (char **p = paths; *p != NULL && rc == 0; p++)
		rc = time_one(t, previewer, *p, err);
	previewer_free(previewer);
	strings_free(paths);
	return rc;
}

static double microseconds(const struct table *t, uint64_t ns)
{
	return t->sample == 0 ? 0 : (double)ns / (double)t->sample / 1000;
}

/* A remark for the last column, or "". */
static void remark(const struct table *t, const struct row *row, char *out,
		   size_t size)
{
	const struct rule_record *r = &row->record;
	char when[32];

	out[0] = '\0';
	if (!ruleset_rule_enabled(t->rules, row->rule)) {
		(void)snprintf(out, size, "off");
	} else if (r->hits > 0) {
		if (r->last < t->now - IDLE_SECONDS)
			(void)snprintf(out, size, "not in %d days", IDLE_DAYS);
	} else if (r->since == 0) {
		(void)snprintf(out, size, "not counted yet");
	} else if (r->since < t->now - IDLE_SECONDS) {
		(void)snprintf(out, size, "never in %d days", IDLE_DAYS);
	} else {
		cmd_format_time(r->since, when, sizeof(when));
		(void)snprintf(out, size, "never since %.10s", when);
	}
}

static void print_row(const struct table *t, const struct row *row, bool cost)
{
	const char *file = ruleset_rule_file(t->rules, row->rule);
	const char *slash = strrchr(file, '/');
	char name[256], place[256], when[32] = "-", text[64];
	const char *raw = ruleset_rule_name(t->rules, row->rule);

	escape_to(name, sizeof(name), raw, strlen(raw));
	(void)snprintf(place, sizeof(place), "%s:%d",
		       slash == NULL ? file : slash + 1,
		       ruleset_rule_line(t->rules, row->rule));
	if (row->record.last != 0)
		cmd_format_time(row->record.last, when, sizeof(when));
	remark(t, row, text, sizeof(text));
	cmd_print_column(name, NAME_WIDTH);
	(void)printf(" ");
	cmd_print_column(place, PLACE_WIDTH);
	(void)printf(" %8lld  %-16s", (long long)row->record.hits, when);
	if (cost)
		(void)printf(" %9.2f", microseconds(t, row->ns));
	(void)printf("%s%s\n", text[0] == '\0' ? "" : "  ", text);
}

static int compare_cost(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->ns != y->ns)
		return x->ns < y->ns ? 1 : -1;
	return x->rule < y->rule ? -1 : 1;
}

static void print_text(struct table *t, bool cost)
{
	uint64_t all = 0;

	cmd_print_column("rule", NAME_WIDTH + 1);
	cmd_print_column("place", PLACE_WIDTH + 1);
	(void)printf("%8s  %-16s%s\n", "applied", "last time",
		     cost ? "   us/mail" : "");
	if (cost)
		qsort(t->rows, t->n, sizeof(*t->rows), compare_cost);
	for (size_t i = 0; i < t->n; i++) {
		print_row(t, &t->rows[i], cost);
		all += t->rows[i].ns;
	}
	if (cost)
		(void)printf("\nThe rules take %.2f us a message, on average "
			     "over %zu messages on disk;\ntheir commands were "
			     "not run.\n",
			     microseconds(t, all), t->sample);
}

static struct json *row_json(const struct table *t, const struct row *row,
			     bool cost)
{
	struct json *o = json_new_object();
	const struct rule_record *r = &row->record;

	json_put(o, "name",
		 json_new_string(
			 slice_str(ruleset_rule_name(t->rules, row->rule))));
	json_put(o, "file",
		 json_new_string(
			 slice_str(ruleset_rule_file(t->rules, row->rule))));
	json_put(o, "line",
		 json_new_number(ruleset_rule_line(t->rules, row->rule)));
	json_put(o, "enabled",
		 json_new_bool(ruleset_rule_enabled(t->rules, row->rule)));
	json_put(o, "applied", json_new_number(r->hits));
	json_put(o, "last", cmd_json_time(r->last));
	json_put(o, "since", cmd_json_time(r->since));
	if (cost) {
		json_put(o, "ns", json_new_number((int64_t)row->ns));
		json_put(o, "looked_at", json_new_number((int64_t)row->looked));
		json_put(o, "applied_in_sample",
			 json_new_number((int64_t)row->applied));
	}
	return o;
}

static int print_json(const struct table *t, bool cost)
{
	struct json *o = json_new_object(), *rules = json_new_array();

	for (size_t i = 0; i < t->n; i++)
		json_push(rules, row_json(t, &t->rows[i], cost));
	if (cost)
		json_put(o, "messages", json_new_number((int64_t)t->sample));
	json_put(o, "rules", rules);
	return json_print(o, stdout);
}

static int show(const struct invocation *inv, const struct config *config,
		const void *options, struct error *err)
{
	const struct options *o = options;
	struct table t = {.rules = config->rules,
			  .n = ruleset_size(config->rules),
			  .now = clock_calendar_s()};
	int rc;

	t.rows = xcalloc(t.n, sizeof(*t.rows));
	for (size_t i = 0; i < t.n; i++)
		t.rows[i].rule = (unsigned)i;
	rc = read_records(&t, config, err);
	if (rc == 0 && o->cost)
		rc = measure(&t, config, o, err);
	if (rc == 0 && inv->json && print_json(&t, o->cost) == -1)
		rc = error_set(err, ERR_TEMPORARY, "cannot print");
	else if (rc == 0 && !inv->json)
		print_text(&t, o->cost);
	free(t.rows);
	return rc;
}

static int parse(int argc, char **argv, struct options *out, struct error *err)
{
	*out = (struct options){.messages = SAMPLE_DEFAULT};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--cost") == 0) {
			out->cost = true;
		} else if (strcmp(argv[i], "--messages") == 0 && i + 1 < argc) {
			if (value_number(argv[++i], 1, SAMPLE_MAX,
					 &out->messages, err) == -1)
				return error_prefix(err, "--messages");
		} else if (argv[i][0] == '-' || out->maildir != NULL) {
			return error_set(err, ERR_USAGE,
					 "unexpected argument; see postroom "
					 "help rules");
		} else {
			out->maildir = argv[i];
		}
	}
	if (out->maildir != NULL && !out->cost)
		return error_set(err, ERR_USAGE,
				 "a MAILDIR is only read with --cost");
	return 0;
}

static int run_rules(const struct invocation *inv, int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct options o;

	if (parse(argc, argv, &o, &err) == -1) {
		log_error("rules: %s", err.text);
		return EX_USAGE;
	}
	return cmd_run_show(inv, "rules", show, &o);
}

const struct cmd cmd_rules = {
	.name = "rules",
	.summary = "list the rules, how often they apply, what they cost",
	.help = "usage: postroom rules [--json]\n"
		"       postroom rules --cost [--messages N] [--json] [MAILDIR]\n"
		"\n"
		"Lists each rule with its place, how often it has applied to new mail, and when\n"
		"last. Rules that have not applied in 180 days are marked.\n"
		"\n"
		"  --cost        show the time each rule takes for a message, the slowest\n"
		"                first: judges the newest messages on disk again, without\n"
		"                running commands\n"
		"  --messages N  how many messages to judge (default 200, at most 10000)\n"
		"\n"
		"Rules are counted by name. The first rule that looks at a body pays for\n"
		"decoding it.\n"
		"\n"
		"example:  postroom rules --cost\n",
	.run = run_rules,
};
