/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/print.h"
#include "config/config.h"
#include "maildir/find.h"
#include "sort/plan.h"
#include "state/history.h"
#include "util/json.h"
#include "util/log.h"

#include "util/banned.h"

/* At most so many messages are shown. */
#define SHOWN_MAX 20

#define LINE_MAX_BYTES 8192

struct search {
	const struct config *config;
	struct state *state;
	struct maildir *maildir; /* NULL: there is none */
	char *const *words;
	size_t n_words;
	bool json;
};

/* Each word is the Message-ID, perhaps in brackets, or part of the summary. */
static bool matches(const struct search *a, const struct past *p)
{
	for (size_t i = 0; i < a->n_words; i++) {
		const char *word = a->words[i];
		size_t len = strlen(word);

		if (len > 2 && word[0] == '<' && word[len - 1] == '>') {
			word++;
			len -= 2;
		}
		if (strlen(p->message_id) == len &&
		    strncmp(p->message_id, word, len) == 0)
			continue;
		if (strcasestr(p->summary, a->words[i]) == NULL)
			return false;
	}
	return true;
}

/* The file's path now; empty when it is gone, or never was a file. */
static void locate(const struct search *a, const struct delivery *step,
		   struct buf *path)
{
	if (a->maildir != NULL && step->base != NULL)
		(void)maildir_locate(a->maildir, step->folder, step->base,
				     path);
}

static void print_state(const struct past_step *p)
{
	char when[32];

	cmd_format_time(p->done != 0 ? p->done : p->next, when, sizeof(when));
	if (p->done != 0 && p->trouble == NULL)
		return;
	(void)printf("      %s %s: ", p->done != 0 ? "given up" : "next try",
		     p->next == 0 && p->done == 0 ? "with the next run" : when);
	cmd_print_escaped(
		"", slice_str(p->trouble == NULL ? "not run yet" : p->trouble));
}

static void print_step(const struct search *a, const struct past_step *p)
{
	struct buf text = BUF_INIT(LINE_MAX_BYTES);
	char *reason = plan_reason(&p->step);

	plan_describe_step(&p->step, &text);
	if (reason[0] != '\0')
		buf_addf(&text, "  (%s)", reason);
	free(reason);
	cmd_print_escaped("    ", buf_slice(&text));
	if (p->step.why != NULL)
		cmd_print_escaped("      ", slice_str(p->step.why));
	buf_clear(&text);
	locate(a, &p->step, &text);
	if (p->step.base != NULL && p->done != 0)
		cmd_print_escaped(
			"      ",
			slice_str(text.len > 0 ? text.s
					       : "it is not there any more"));
	if (DELIVERY_IS_COMMAND(p->step.kind) || p->done == 0)
		print_state(p);
	buf_release(&text);
}

static struct json *step_json(const struct search *a, const struct past_step *p)
{
	struct json *step = json_new_object();
	struct json *argv = json_new_array();
	struct buf path = BUF_INIT(LINE_MAX_BYTES);
	char *reason = plan_reason(&p->step);

	locate(a, &p->step, &path);
	json_put(step, "action",
		 json_new_string(slice_str(plan_action(p->step.kind))));
	json_put(step, "folder", cmd_json_text(p->step.folder));
	for (size_t i = 0; p->step.argv != NULL && p->step.argv[i] != NULL; i++)
		json_push(argv, json_new_string(slice_str(p->step.argv[i])));
	json_put(step, "argv", argv);
	json_put(step, "rule",
		 cmd_json_text(p->step.rule == NULL ? NULL : reason));
	free(reason);
	json_put(step, "why", cmd_json_text(p->step.why));
	json_put(step, "done", cmd_json_time(p->done));
	json_put(step, "path", cmd_json_text(path.len > 0 ? path.s : NULL));
	json_put(step, "trouble", cmd_json_text(p->trouble));
	buf_release(&path);
	return step;
}

static void print_head(const struct past *p)
{
	char when[32];

	cmd_format_time(p->first_seen, when, sizeof(when));
	(void)printf("%s  %s%s%s%s  %s\n", when, p->summary,
		     p->message_id[0] != '\0' ? "  <" : "", p->message_id,
		     p->message_id[0] != '\0' ? ">" : "",
		     p->account[0] != '\0' ? p->account : "");
	if (p->origin[0] != '\0')
		cmd_print_escaped("    was in ", slice_str(p->origin));
	if (p->held_until == 0)
		return;
	cmd_format_time(p->held_until, when, sizeof(when));
	(void)printf("    held until %s, then the rules decide\n", when);
}

static struct json *head_json(const struct past *p, struct json *steps)
{
	struct json *object = json_new_object();

	json_put(object, "time", cmd_json_time(p->first_seen));
	json_put(object, "account", cmd_json_text(p->account));
	json_put(object, "folder", cmd_json_text(p->folder));
	json_put(object, "summary", json_new_string(slice_str(p->summary)));
	json_put(object, "message_id", cmd_json_text(p->message_id));
	json_put(object, "waiting", json_new_bool(p->waiting));
	json_put(object, "held_until", cmd_json_time(p->held_until));
	json_put(object, "deliveries", steps);
	return object;
}

static int show(const struct search *a, const struct past *p, struct error *err)
{
	struct json *steps = a->json ? json_new_array() : NULL;
	struct past_step step;
	int n = 0, rc;

	if (!a->json)
		print_head(p);
	while ((rc = state_past_step(a->state, p->id, n, &step, err)) == 1) {
		n = step.step.n + 1;
		if (a->json)
			json_push(steps, step_json(a, &step));
		else
			print_step(a, &step);
		past_step_release(&step);
	}
	if (a->json && json_print(head_json(p, steps), stdout) == -1)
		return error_set(err, ERR_TEMPORARY, "cannot print");
	return rc;
}

/* Returns how many were shown, or -1. */
static int search(const struct search *a, struct error *err)
{
	int64_t before = INT64_MAX;
	struct past p;
	int shown = 0, rc;

	while (shown < SHOWN_MAX &&
	       (rc = state_past(a->state, before, &p, err)) == 1) {
		bool hit = matches(a, &p);

		before = p.id;
		rc = hit ? show(a, &p, err) : 0;
		past_release(&p);
		if (rc == -1)
			return -1;
		shown += hit;
	}
	return rc == -1 ? -1 : shown;
}

static int ask(const struct invocation *inv, const struct config *config,
	       int argc, char **argv, struct error *err)
{
	struct search a = {.config = config,
			   .words = argv,
			   .n_words = (size_t)argc,
			   .json = inv->json};
	int rc = cmd_open_state(config, &a.state, err);

	if (rc == 0 && access(config->maildir, F_OK) == 0)
		rc = maildir_open(&a.maildir, config->maildir, config->layout,
				  config->folder_encoding, err);
	if (rc == 0)
		rc = search(&a, err);
	maildir_close(a.maildir);
	state_close(a.state);
	return rc;
}

static int run_why(const struct invocation *inv, int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct config *config;
	int shown;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-')
			continue;
		log_error("why: unknown option '%s'; see postroom help why",
			  argv[i]);
		return EX_USAGE;
	}
	config = cmd_load_config(inv);
	if (config == NULL)
		return EX_CONFIG;
	shown = ask(inv, config, argc - 1, argv + 1, &err);
	config_free(config);
	if (shown == -1) {
		log_error("why: %s", err.text);
		return error_exit_status(err.kind);
	}
	if (shown == 0)
		log_warning("why: no message of the last 90 days matches");
	return shown == 0 ? 1 : 0;
}

const struct cmd cmd_why = {
	.name = "why",
	.summary = "show where a message went, and why",
	.help = "usage: postroom why [--json] [ID|WORD...]\n"
		"\n"
		"Finds messages of the last 90 days with this Message-ID, or with all the words\n"
		"in subject and sender, and shows what was done with each: the rule, what\n"
		"matched, when, and where it is now. Without a word: the newest ones.\n"
		"\n"
		"exit status: 0 found, 1 not found\n"
		"\n"
		"example: postroom why invoice alice\n",
	.run = run_why,
};
