/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/print.h"
#include "config/config.h"
#include "rules/ruleset.h"
#include "run/options.h"
#include "sort/preview.h"
#include "util/io.h"
#include "util/json.h"
#include "util/log.h"

#include "util/banned.h"

/* Longer lines are cut for people; JSON has them whole. */
#define LINE_MAX_BYTES 8192

/* Columns for the name of a rule; a longer one moves what follows. */
#define NAME_WIDTH 20

struct request_line {
	const char *account;
	const char *folder; /* on the server; NULL: none */
	bool all;	    /* show rules that were not reached, too */
	const char *path;
};

static const char *outcome_word(enum outcome outcome)
{
	static const char *const words[] = {"no", "applies", "cannot tell",
					    "off", "not reached"};

	return words[outcome];
}

/* Print the steps of the plan that come from this rule. */
static void print_effects(const struct preview *preview, const char *rule)
{
	for (size_t i = 0; i < preview->plan.n; i++) {
		const struct delivery *step = &preview->plan.steps[i];
		struct buf text = BUF_INIT(LINE_MAX_BYTES);

		if (step->rule == NULL || strcmp(step->rule, rule) != 0)
			continue;
		plan_describe_step(step, &text);
		cmd_print_escaped("        ", buf_slice(&text));
		buf_release(&text);
	}
}

static void print_rule(const struct ruleset *set, const struct preview *preview,
		       const struct verdict_trace *trace)
{
	const char *file = ruleset_rule_file(set, trace->rule);
	const char *slash = strrchr(file, '/');
	struct slice rest = slice_str(trace->why), line;

	(void)printf("%3u  ", trace->rule + 1);
	cmd_print_name(ruleset_rule_name(set, trace->rule), NAME_WIDTH);
	(void)printf(" %s:%d  %s\n", slash == NULL ? file : slash + 1,
		     ruleset_rule_line(set, trace->rule),
		     outcome_word(trace->outcome));
	while (slice_split(&rest, '\n', &line))
		if (line.len > 0)
			cmd_print_escaped("     ", line);
	if (trace->outcome == OUTCOME_APPLIES)
		print_effects(preview, ruleset_rule_name(set, trace->rule));
}

static void print_explained(const struct ruleset *set,
			    const struct preview *preview,
			    const struct request_line *line, uint64_t size)
{
	const struct verdict *v = &preview->answer.verdict;
	struct buf text = BUF_INIT(LINE_MAX_BYTES);
	size_t unreached = 0;

	(void)printf("%s, %llu bytes%s%s%s\n", preview->answer.summary,
		     (unsigned long long)size,
		     preview->answer.id[0] != '\0' ? ", <" : "",
		     preview->answer.id,
		     preview->answer.id[0] != '\0' ? ">" : "");
	for (size_t i = 0; i < v->n_trace; i++) {
		if (v->trace[i].outcome == OUTCOME_SKIPPED && !line->all)
			unreached++;
		else
			print_rule(set, preview, &v->trace[i]);
	}
	if (unreached > 0)
		(void)printf("     (%zu rules not reached)\n", unreached);
	if (preview->plan.trouble[0] != '\0')
		buf_addf(&text, "cannot be judged: %s; ",
			 preview->plan.trouble);
	if (v->postponed)
		buf_addf(&text, "%s; ", v->reason);
	plan_describe(&preview->plan, &text);
	cmd_print_escaped("  =  ", buf_slice(&text));
	buf_release(&text);
}

static struct json *lines_json(const char *text)
{
	struct json *array = json_new_array();
	struct slice rest = slice_str(text), line;

	while (slice_split(&rest, '\n', &line))
		if (line.len > 0)
			json_push(array, json_new_string(line));
	return array;
}

static struct json *words_json(char *const *words)
{
	struct json *array = json_new_array();

	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		json_push(array, json_new_string(slice_str(words[i])));
	return array;
}

static struct json *rule_json(const struct ruleset *set,
			      const struct verdict_trace *trace)
{
	struct json *rule = json_new_object();

	json_put(rule, "name",
		 json_new_string(
			 slice_str(ruleset_rule_name(set, trace->rule))));
	json_put(rule, "file",
		 json_new_string(
			 slice_str(ruleset_rule_file(set, trace->rule))));
	json_put(rule, "line",
		 json_new_number(ruleset_rule_line(set, trace->rule)));
	json_put(rule, "applies",
		 json_new_bool(trace->outcome == OUTCOME_APPLIES));
	json_put(rule, "outcome",
		 json_new_string(slice_str(outcome_word(trace->outcome))));
	json_put(rule, "why", lines_json(trace->why));
	return rule;
}

static struct json *delivery_json(const struct delivery *step)
{
	struct json *delivery = json_new_object();
	char *reason = plan_reason(step);

	json_put(delivery, "action",
		 json_new_string(slice_str(plan_action(step->kind))));
	if (step->folder != NULL)
		json_put(delivery, "folder",
			 json_new_string(slice_str(step->folder)));
	if (step->argv != NULL)
		json_put(delivery, "argv", words_json(step->argv));
	if (step->flags != 0) {
		char letters[8];

		maildir_flag_letters(step->flags, letters);
		json_put(delivery, "flags",
			 json_new_string(slice_str(letters)));
	}
	json_put(delivery, "rule",
		 cmd_json_text(step->rule == NULL ? NULL : reason));
	free(reason);
	return delivery;
}

static struct json *tags_json(const struct plan *plan)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < plan->n; i++) {
		const char *tags = plan->steps[i].tags;
		struct slice rest = slice_str(tags == NULL ? "" : tags), tag;

		if (plan->steps[i].kind != DELIVERY_FOLDER)
			continue;
		while (slice_split(&rest, ' ', &tag))
			if (tag.len > 0)
				json_push(array, json_new_string(tag));
	}
	return array;
}

static int print_json(const struct ruleset *set, const struct preview *preview)
{
	const struct verdict *v = &preview->answer.verdict;
	struct json *object = json_new_object();
	struct json *rules = json_new_array(), *deliveries = json_new_array();

	for (size_t i = 0; i < v->n_trace; i++)
		json_push(rules, rule_json(set, &v->trace[i]));
	for (size_t i = 0; i < preview->plan.n; i++)
		json_push(deliveries, delivery_json(&preview->plan.steps[i]));
	json_put(object, "rules", rules);
	json_put(object, "deliveries", deliveries);
	json_put(object, "tags", tags_json(&preview->plan));
	if (v->hold > 0)
		json_put(object, "hold", json_new_number(v->hold));
	if (v->undecided || v->postponed)
		json_put(object, "trouble",
			 json_new_string(slice_str(v->reason)));
	return json_print(object, stdout);
}

static int explain(const struct invocation *inv, const struct config *config,
		   const struct request_line *line, int fd, struct error *err)
{
	struct preview_look look = {.fd = fd,
				    .account = line->account,
				    .folder = line->folder,
				    .explain = true};
	struct sort_options options;
	struct previewer *previewer;
	struct preview preview;
	struct stat st;
	int rc;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		return error_set(err, ERR_TEMPORARY, "%s is not a file",
				 line->path);
	look.size = (uint64_t)st.st_size;
	run_sort_options(config, -1, &options);
	previewer = previewer_new(&options, false);
	if (strcmp(line->path, "-") != 0)
		look.path = line->path;
	rc = previewer_look(previewer, &look, &preview, err);
	if (rc == 0) {
		if (inv->json)
			rc = print_json(config->rules, &preview);
		else
			print_explained(config->rules, &preview, line,
					look.size);
		preview_release(&preview);
	}
	previewer_free(previewer);
	return rc;
}

/* Open a file, or copy standard input ("-") into memory. */
static int open_message(const char *path, struct error *err)
{
	bool is_stdin = strcmp(path, "-") == 0;
	int fd = is_stdin ? memfd_create("message", MFD_CLOEXEC)
			  : open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		(void)error_errno(err, ERR_TEMPORARY, "cannot open %s", path);
	else if (is_stdin &&
		 io_copy_stream(STDIN_FILENO, fd, "standard input", err) == -1)
		io_close_quietly(&fd);
	return fd;
}

static int parse(int argc, char **argv, struct request_line *out)
{
	*out = (struct request_line){.account = ""};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--all") == 0)
			out->all = true;
		else if (strcmp(argv[i], "--account") == 0 && i + 1 < argc)
			out->account = argv[++i];
		else if (strcmp(argv[i], "--folder") == 0 && i + 1 < argc)
			out->folder = argv[++i];
		else if (out->path != NULL ||
			 (argv[i][0] == '-' && argv[i][1] != '\0'))
			return -1;
		else
			out->path = argv[i];
	}
	/* The judge would see a part of it, which we should have to know. */
	if (out->folder != NULL && strlen(out->folder) > JUDGE_FOLDER_MAX)
		return -1;
	return out->path == NULL ? -1 : 0;
}

static int run_explain(const struct invocation *inv, int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct request_line line;
	struct config *config;
	int fd, rc = -1;

	if (parse(argc, argv, &line) == -1) {
		log_error("explain: name one FILE, or - for standard input; "
			  "see postroom help explain");
		return EX_USAGE;
	}
	config = cmd_load_config(inv);
	if (config == NULL)
		return EX_CONFIG;
	fd = open_message(line.path, &err);
	if (fd != -1)
		rc = explain(inv, config, &line, fd, &err);
	io_close_quietly(&fd);
	config_free(config);
	if (rc == 0)
		return 0;
	log_error("explain: %s", err.text);
	return error_exit_status(err.kind);
}

const struct cmd cmd_explain = {
	.name = "explain",
	.summary = "show what the rules do with a message, and why",
	.help = "usage: postroom explain [--all] [--account NAME] [--folder NAME] [--json] FILE|-\n"
		"\n"
		"Shows for each rule whether it applies and what in the message decided that,\n"
		"and where the message would go. Changes nothing. Filters and test-commands of\n"
		"the rules are run, pipes are not.\n"
		"\n"
		"  --all           also show rules that were not reached\n"
		"  --account NAME  as if the message had come from this account\n"
		"  --folder NAME   and from this folder on its server\n"
		"  --json          one object on one line\n"
		"\n"
		"example: postroom explain ~/Mail/Inbox/new/1732400000.M1.host\n",
	.run = run_explain,
};
