/* SPDX-License-Identifier: ISC */
#include "util/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/print.h"
#include "config/config.h"
#include "sort/plan.h"
#include "state/history.h"
#include "util/escape.h"
#include "util/json.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

#define LIMIT_DEFAULT 20
#define LIMIT_MAX     1000000

#define LINE_MAX_BYTES 8192

struct selection {
	struct state *state;
	const char *account, *folder, *rule; /* or NULL */
	long long limit;
	bool json;
};

/* A line of the output: what became of one message. */
struct entry {
	struct past past;
	char *steps; /* "Lists/x, copy Backup" */
	char *rule;  /* of the first step; or why there is that step */
	bool by_rule;
};

static void release(struct entry *e)
{
	past_release(&e->past);
	free(e->steps);
	free(e->rule);
}

static bool is_wanted_step(const struct selection *sel,
			   const struct delivery *step)
{
	if (sel->folder != NULL &&
	    (step->folder == NULL || strcmp(step->folder, sel->folder) != 0))
		return false;
	return sel->rule == NULL ||
	       (step->rule != NULL && strcmp(step->rule, sel->rule) == 0);
}

static void add_step(const struct delivery *step, struct buf *out)
{
	buf_addstr(out, out->len > 0 ? ", " : "");
	if (step->kind == DELIVERY_FOLDER && step->folder != NULL)
		buf_addstr(out, step->folder);
	else
		plan_describe_step(step, out);
}

static void add_hold(int64_t until, struct buf *out)
{
	char when[32];

	cmd_format_time(until, when, sizeof(when));
	buf_addf(out, "held until %s", when);
}

/* Returns 1 when the message is wanted, and fills in the entry; 0; -1. */
static int read_steps(const struct selection *sel, struct entry *e,
		      struct error *err)
{
	struct buf steps = BUF_INIT(LINE_MAX_BYTES);
	bool wanted = sel->folder == NULL && sel->rule == NULL;
	struct past_step step;
	int n = 0, rc;

	while ((rc = state_past_step(sel->state, e->past.id, n, &step, err)) ==
	       1) {
		n = step.step.n + 1;
		wanted = wanted || is_wanted_step(sel, &step.step);
		add_step(&step.step, &steps);
		if (e->rule == NULL) {
			e->rule = plan_reason(&step.step);
			e->by_rule = step.step.rule != NULL;
		}
		past_step_release(&step);
	}
	if (e->past.held_until != 0)
		add_hold(e->past.held_until, &steps);
	e->steps = steps.len > 0 ? buf_detach(&steps) : xstrdup("");
	buf_release(&steps);
	return rc == -1 ? -1 : wanted;
}

static void print_text(const struct entry *e)
{
	char when[32], steps[LINE_MAX_BYTES], rule[1024];

	cmd_format_time(e->past.first_seen, when, sizeof(when));
	escape_to(steps, sizeof(steps), e->steps, strlen(e->steps));
	escape_to(rule, sizeof(rule), e->rule == NULL ? "" : e->rule,
		  e->rule == NULL ? 0 : strlen(e->rule));
	(void)printf("%s  %s%s%s → %s%s%s%s%s\n", when, e->past.account,
		     e->past.account[0] != '\0' ? ": " : "", e->past.summary,
		     steps, rule[0] != '\0' ? "  (" : "", rule,
		     rule[0] != '\0' ? ")" : "",
		     e->past.waiting ? "  (not done yet)" : "");
}

static int print_json(const struct entry *e)
{
	const struct past *p = &e->past;
	struct json *o = json_new_object();

	json_put(o, "time", cmd_json_time(p->first_seen));
	json_put(o, "account", cmd_json_text(p->account));
	json_put(o, "folder", cmd_json_text(p->folder));
	json_put(o, "summary", json_new_string(slice_str(p->summary)));
	json_put(o, "message_id", cmd_json_text(p->message_id));
	json_put(o, "steps", json_new_string(slice_str(e->steps)));
	json_put(o, "rule", cmd_json_text(e->by_rule ? e->rule : NULL));
	json_put(o, "waiting", json_new_bool(p->waiting));
	return json_print(o, stdout);
}

/* Find the newest ones, and print them with the newest last. */
static int show(const struct selection *sel, struct error *err)
{
	struct entry *list = NULL, e;
	int64_t before = INT64_MAX;
	size_t n = 0;
	int rc = 1;

	while (rc == 1 && n < (size_t)sel->limit) {
		memset(&e, 0, sizeof(e));
		rc = state_past(sel->state, before, &e.past, err);
		if (rc != 1)
			break;
		before = e.past.id;
		if (sel->account == NULL ||
		    strcmp(e.past.account, sel->account) == 0)
			rc = read_steps(sel, &e, err);
		else
			rc = 0;
		if (rc == 1) {
			xgrow(&list, n, sizeof(*list));
			list[n++] = e;
		} else {
			release(&e);
			rc = rc == 0 ? 1 : rc;
		}
	}
	for (size_t i = n; i-- > 0; release(&list[i])) {
		if (rc == -1)
			continue;
		if (!sel->json)
			print_text(&list[i]);
		else if (print_json(&list[i]) == -1)
			rc = error_set(err, ERR_TEMPORARY, "cannot print");
	}
	free(list);
	return rc == -1 ? -1 : 0;
}

static int parse(struct selection *sel, int argc, char **argv,
		 struct error *err)
{
	struct {
		const char *option;
		const char **value;
	} texts[] = {{"--account", &sel->account},
		     {"--folder", &sel->folder},
		     {"--rule", &sel->rule}};

	for (int i = 1; i < argc; i += 2) {
		size_t j = 0;

		while (j < 3 && strcmp(argv[i], texts[j].option) != 0)
			j++;
		if (i + 1 == argc ||
		    (j == 3 && strcmp(argv[i], "--limit") != 0))
			return error_set(err, ERR_USAGE,
					 "unexpected argument; see postroom "
					 "help log");
		if (j < 3)
			*texts[j].value = argv[i + 1];
		else if (value_number(argv[i + 1], 1, LIMIT_MAX, &sel->limit,
				      err) == -1)
			return error_prefix(err, "--limit");
	}
	return 0;
}

static int run_log(const struct invocation *inv, int argc, char **argv)
{
	struct selection sel = {.limit = LIMIT_DEFAULT, .json = inv->json};
	struct error err = ERROR_INIT;
	struct config *config;
	int rc;

	if (parse(&sel, argc, argv, &err) == -1) {
		log_error("log: %s", err.text);
		return EX_USAGE;
	}
	config = cmd_load_config(inv);
	if (config == NULL)
		return EX_CONFIG;
	rc = cmd_open_state(config, &sel.state, &err);
	if (rc == 0)
		rc = show(&sel, &err);
	state_close(sel.state);
	config_free(config);
	return cmd_outcome("log", rc, &err);
}

const struct cmd cmd_log = {
	.name = "log",
	.summary = "list recent messages and where they went",
	.help = "usage: postroom log [--account NAME] [--folder NAME] [--rule NAME] [--limit N]\n"
		"\n"
		"Lists the last messages, the newest last, a line each: when it came, its\n"
		"account, subject and sender, where it went, and by which rule. The history\n"
		"goes back 90 days.\n"
		"\n"
		"  --account, --folder, --rule  only messages of these\n"
		"  --limit N                    at most N messages (default 20)\n"
		"\n"
		"With --json, an object a line. postroom why shows more about one message.\n"
		"\n"
		"example:  postroom log --folder Spam --limit 100\n",
	.run = run_log,
};
