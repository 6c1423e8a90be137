/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sysexits.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "config/config.h"
#include "rules/ruleset.h"
#include "run/options.h"
#include "sort/preview.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of explanation for one failed test. */
#define FAILURE_MAX ((size_t)16 * 1024)

struct options {
	bool tap;
	bool logged; /* results go to the log, and only what failed */
	bool run_commands;
	const char *record;
};

/* The outcome, in the terms of a test block. */
struct outcome_words {
	char **folder, **copies, **tags, **rule;
};

static void release_words(struct outcome_words *w)
{
	strings_free(w->folder);
	strings_free(w->copies);
	strings_free(w->tags);
	strings_free(w->rule);
}

static void add_words(char ***list, const char *text)
{
	struct slice rest = slice_str(text), word;

	while (slice_split(&rest, ' ', &word)) {
		char *copy = xmemdup0(word.p, word.len);

		if (word.len > 0)
			strings_add(list, copy);
		free(copy);
	}
}

static void collect(const struct ruleset *set, const struct preview *preview,
		    struct outcome_words *out)
{
	const struct verdict *v = &preview->answer.verdict;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < preview->plan.n; i++) {
		const struct delivery *step = &preview->plan.steps[i];

		if (step->kind == DELIVERY_COPY || step->copied)
			strings_add(&out->copies, step->folder);
		if (step->kind != DELIVERY_FOLDER)
			continue;
		strings_add(&out->folder, step->folder);
		if (step->tags != NULL)
			add_words(&out->tags, step->tags);
	}
	for (size_t i = 0; i < v->n_trace; i++)
		if (v->trace[i].outcome == OUTCOME_APPLIES)
			strings_add(&out->rule,
				    ruleset_rule_name(set, v->trace[i].rule));
}

static size_t count(char *const *list)
{
	size_t n = 0;

	while (list != NULL && list[n] != NULL)
		n++;
	return n;
}

static bool holds(char *const *list, const char *word)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

static void add_list(struct buf *out, char *const *list)
{
	if (count(list) == 0)
		buf_addstr(out, "nothing");
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		buf_addf(out, "%s\"%s\"", i == 0 ? "" : ", ", list[i]);
}

/* `whole`: no other words may be there. */
static void compare(const char *what, const struct expectation *expected,
		    char *const *got, bool whole, struct buf *failure)
{
	size_t n = count(expected->words);
	bool same = n > 0 && !whole ? true : n == count(got);

	for (size_t i = 0; i < n; i++)
		same = same && holds(got, expected->words[i]);
	if (same || !expected->is_set)
		return;
	buf_addf(failure, "%s: expected ", what);
	add_list(failure, expected->words);
	buf_addstr(failure, ", got ");
	add_list(failure, got);
	buf_addch(failure, '\n');
}

static int open_mail(const struct test_case *t, uint64_t *size_out,
		     struct error *err)
{
	struct stat st;
	int fd = t->mail_file == NULL
			 ? memfd_create("test", MFD_CLOEXEC)
			 : open(t->mail_file, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return error_errno(err, ERR_CONFIG, "cannot open %s",
				   t->mail_file == NULL ? "memory"
							: t->mail_file);
	if ((t->mail != NULL &&
	     io_write(fd, t->mail, strlen(t->mail), t->title, err) == -1) ||
	    fstat(fd, &st) == -1) {
		io_close_quietly(&fd);
		return -1;
	}
	*size_out = (uint64_t)st.st_size;
	return fd;
}

/*
 * A test of a ready-made set is about the rules of the set alone: other sets,
 * in any order, and rules of the user are not its business.
 */
static void limit(const struct ruleset *set, const struct test_case *t,
		  struct preview_look *look)
{
	unsigned n = (unsigned)ruleset_size(set), i = 0;

	if (!t->of_set)
		return;
	while (i < n && strcmp(ruleset_rule_file(set, i), t->file) != 0)
		i++;
	look->first = i;
	while (i < n && strcmp(ruleset_rule_file(set, i), t->file) == 0)
		i++;
	look->end = i;
}

static int look(struct previewer *p, const struct ruleset *set,
		const struct test_case *t, struct preview *out,
		struct error *err)
{
	struct preview_look look = {.account = t->account == NULL ? ""
								  : t->account,
				    .folder = t->folder_there,
				    .explain = true};
	int rc;

	limit(set, t, &look);
	look.fd = open_mail(t, &look.size, err);
	if (look.fd == -1)
		return -1;
	rc = previewer_look(p, &look, out, err);
	io_close_quietly(&look.fd);
	return rc;
}

/* Run a test; `failure` gets lines that explain a failure. */
static void run_one(struct previewer *p, const struct ruleset *set,
		    const struct test_case *t, struct buf *failure)
{
	struct error err = ERROR_INIT;
	struct outcome_words got;
	struct preview preview;

	if (look(p, set, t, &preview, &err) == -1) {
		buf_addf(failure, "%s\n", err.text);
		return;
	}
	collect(set, &preview, &got);
	compare("folder", &t->folder, got.folder, true, failure);
	compare("copies", &t->copies, got.copies, true, failure);
	compare("tags", &t->tags, got.tags, true, failure);
	compare("rule", &t->rule, got.rule, false, failure);
	if (failure->len > 0 && preview.plan.trouble[0] != '\0')
		buf_addf(failure, "it could not be judged: %s\n",
			 preview.plan.trouble);
	release_words(&got);
	preview_release(&preview);
}

static void print_lines(const char *prefix, const struct buf *lines)
{
	struct slice rest = buf_slice(lines), line;
	char text[FAILURE_MAX];

	while (slice_split(&rest, '\n', &line)) {
		if (line.len == 0)
			continue;
		escape_to(text, sizeof(text), line.p, line.len);
		(void)printf("%s%s\n", prefix, text);
	}
}

static void log_failure(const struct test_case *t, const struct buf *failure)
{
	struct slice rest = buf_slice(failure), line;

	log_error("%s:%d: test \"%s\" failed", t->file, t->line, t->title);
	while (slice_split(&rest, '\n', &line))
		if (line.len > 0)
			log_error("    %.*s", (int)line.len, line.p);
}

static void report(const struct options *o, const struct test_case *t,
		   size_t number, const struct buf *failure)
{
	char title[512];

	if (o->logged) {
		if (failure->len > 0)
			log_failure(t, failure);
		return;
	}
	escape_to(title, sizeof(title), t->title, strlen(t->title));
	if (o->tap)
		(void)printf("%sok %zu - %s\n", failure->len > 0 ? "not " : "",
			     number, title);
	else if (failure->len > 0)
		(void)printf("%s:%d: test \"%s\" failed\n", t->file, t->line,
			     title);
	else if (log_get_level() >= LOG_LEVEL_WHY)
		(void)printf("passed: %s\n", title);
	print_lines(o->tap ? "# " : "    ", failure);
}

static int run_tests(const struct options *o, const struct config *config,
		     struct previewer *previewer)
{
	size_t failed = 0;

	if (o->tap)
		(void)printf("1..%zu\n", config->n_tests);
	for (size_t i = 0; i < config->n_tests; i++) {
		struct buf failure = BUF_INIT(FAILURE_MAX);

		run_one(previewer, config->rules, &config->tests[i], &failure);
		failed += failure.len > 0;
		report(o, &config->tests[i], i + 1, &failure);
		buf_release(&failure);
	}
	if (!o->tap && !o->logged)
		(void)printf("%zu tests passed, %zu failed\n",
			     config->n_tests - failed, failed);
	return failed == 0 ? 0 : 1;
}

static void print_expectation(const char *name, char *const *words)
{
	(void)printf("    %s = {", name);
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		(void)printf("%s\"%s\"", i == 0 ? "" : ", ", words[i]);
	(void)printf("}\n");
}

static void print_block(const char *path, const struct outcome_words *got)
{
	char name[4096];

	escape_to(name, sizeof(name), path, strlen(path));
	(void)printf("test \"%s\" {\n    mail = \"file:%s\"\n", name, name);
	print_expectation("expect-folder", got->folder);
	print_expectation("expect-tags", got->tags);
	print_expectation("expect-copies", got->copies);
	print_expectation("expect-rule", got->rule);
	(void)printf("}\n");
}

/* Print a test block that passes now, to be added to the configuration. */
static int record(const struct options *o, const struct config *config,
		  struct previewer *previewer, struct error *err)
{
	struct test_case t = {.line = 0};
	struct outcome_words got;
	struct preview preview;
	char *path = realpath(o->record, NULL);
	int rc;

	if (path == NULL)
		return error_errno(err, ERR_TEMPORARY, "cannot open %s",
				   o->record);
	t.mail_file = path;
	rc = look(previewer, config->rules, &t, &preview, err);
	if (rc == 0) {
		collect(config->rules, &preview, &got);
		print_block(path, &got);
		release_words(&got);
		preview_release(&preview);
	}
	free(path);
	return rc;
}

static int parse(int argc, char **argv, struct options *out)
{
	memset(out, 0, sizeof(*out));
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--tap") == 0)
			out->tap = true;
		else if (strcmp(argv[i], "--run-commands") == 0)
			out->run_commands = true;
		else if (strcmp(argv[i], "--record") == 0 && i + 1 < argc)
			out->record = argv[++i];
		else
			return -1;
	}
	return 0;
}

int cmd_run_tests(const struct config *config)
{
	const struct options o = {.logged = true};
	struct sort_options options;
	struct previewer *previewer;
	int status;

	if (config->n_tests == 0)
		return 0;
	run_sort_options(config, -1, &options);
	previewer = previewer_new(&options, true);
	status = run_tests(&o, config, previewer);
	previewer_free(previewer);
	return status;
}

static int run_test(const struct invocation *inv, int argc, char **argv)
{
	struct error err = ERROR_INIT;
	struct sort_options options;
	struct previewer *previewer;
	struct config *config;
	struct options o;
	int status = 0;

	if (parse(argc, argv, &o) == -1) {
		log_error("test: unexpected argument; see postroom help test");
		return EX_USAGE;
	}
	config = cmd_load_config(inv);
	if (config == NULL)
		return EX_CONFIG;
	run_sort_options(config, -1, &options);
	previewer = previewer_new(&options, !o.run_commands);
	if (o.record == NULL) {
		status = run_tests(&o, config, previewer);
	} else if (record(&o, config, previewer, &err) == -1) {
		log_error("test: %s", err.text);
		status = error_exit_status(err.kind);
	}
	previewer_free(previewer);
	config_free(config);
	return status;
}

const struct cmd cmd_test = {
	.name = "test",
	.summary = "run the tests in the configuration",
	.help = "usage: postroom test [--tap] [--run-commands] [--record FILE]\n"
		"\n"
		"Runs each `test` block of the configuration: sends its mail through the rules\n"
		"and compares where it would go with what the block expects. Touches neither\n"
		"mail nor state. Commands are not run: a filter changes nothing, a test-command\n"
		"does not match, nothing is a duplicate.\n"
		"\n"
		"  --tap           print results in the Test Anything Protocol\n"
		"  --run-commands  run filters and test-commands\n"
		"  --record FILE   print a test block with what happens to FILE now\n"
		"\n"
		"exit status: 0 all passed, 1 some failed, 78 the configuration is wrong\n"
		"\n"
		"example: postroom test --record odd.eml >> ~/.config/postroom/tests.conf\n",
	.run = run_test,
};
