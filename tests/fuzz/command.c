/* SPDX-License-Identifier: ISC */
/*
 * The command line, up to the configuration, which is missing; and JSON: any
 * text is printed as one line that can be read again. The words of an input
 * have a NUL behind them.
 */
#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>

#include "tell/event.h"
#include "util/escape.h"
#include "util/json.h"

/* parse() is its own. */
int postroom_main(int argc, char **argv);
#define main postroom_main
#include "../../src/main.c" /* NOLINT(bugprone-suspicious-include) */
#undef main

#define WORDS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int nobody, people;

/* Nobody reads what they print; log lines and events are made. */
static void begin(void)
{
	nobody = open("/dev/null", O_WRONLY | O_CLOEXEC);
	people = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	assert(nobody != -1 && dup2(nobody, STDOUT_FILENO) != -1);
	log_set_fd(nobody);
	log_set_event_fd(nobody);
	(void)unsetenv("XDG_CONFIG_HOME");
	(void)setenv("HOME", "/nonexistent", 1);
}

/* What is left of the words are some of them, in their order. */
static void check_words(const struct command_line *line, int argc, char **argv)
{
	int at = 1;

	for (int i = 0; i < line->argc; i++, at++) {
		while (at < argc && argv[at] != line->argv[i])
			at++;
		assert(at < argc);
	}
	assert(line->argv[line->argc] == NULL && line->verbosity >= -1);
}

/* `show` and `deliver` read before they look for a configuration. */
static void run(struct command_line *line)
{
	static const char *const excluded[] = {"show", "deliver", NULL};
	int status;

	line->inv.config_path = "/nonexistent/conf";
	if (line->argc == 0 ||
	    slice_is_one_of_nocase(slice_str(line->argv[0]), excluded))
		return;
	(void)dup2(nobody, STDERR_FILENO);
	status = run_command(line);
	(void)dup2(people, STDERR_FILENO);
	assert(status == 0 || status == EX_USAGE || status == EX_CONFIG);
	assert(fflush(stdout) == 0);
}

static void check_argv(struct slice rest)
{
	static char name[] = "postroom";
	char *argv[WORDS_MAX + 1] = {name};
	struct command_line line = {0};
	struct slice word;
	int argc = 1;

	while (argc < WORDS_MAX && slice_split(&rest, '\0', &word))
		argv[argc++] = xmemdup0(word.p, word.len);
	if (parse(&line, argc, argv) == 0) {
		check_words(&line, argc, argv);
		run(&line);
	} else {
		assert(argc > 1 && argv[argc - 1][0] == '-');
	}
	free(line.argv);
	while (argc > 1)
		free(argv[--argc]);
}

/* Each byte that is not UTF-8 is a U+FFFD. */
static void check_json(struct slice text)
{
	struct buf want = BUF_INIT(3 * text.len), got = BUF_INIT(3 * text.len);
	struct json *object = json_new_object(), *again;
	char *line;

	for (size_t i = 0, n; i < text.len; i += n == 0 ? 1 : n) {
		n = utf8_sequence(text.p + i, text.len - i);
		buf_addslice(&want, n == 0 ? slice_str("\xef\xbf\xbd")
					   : slice_of(text.p + i, n));
	}
	json_put(object, "a", json_new_string(text));
	line = json_text(object);
	assert(strchr(line, '\n') == NULL);
	again = json_parse(slice_str(line));
	assert(again != NULL && json_add_member(again, "a", &got));
	assert(slice_equal(buf_slice(&got), buf_slice(&want)));
	json_free(again);
	json_free(object);
	free(line);
	buf_release(&want);
	buf_release(&got);
	json_free(json_parse(text));
}

static void check_event(struct slice text)
{
	struct event *e = event_new(LOG_PRIORITY_INFO, "a");
	char *word = xmemdup0(text.p, text.len);
	struct json *json;
	const char *line;

	event_put_text(e, "subject", word);
	event_put_number(e, "number", (int64_t)text.len);
	event_add(e, "rules", word);
	event_put_line(e, "text", word);
	event_add(e, "rules", word);
	line = event_text(e);
	assert(line != NULL && strlen(line) < PIPE_BUF);
	assert(strchr(line, '\n') == NULL);
	json = json_parse(slice_str(line));
	assert(json != NULL);
	json_free(json);
	event_free(e);
	free(word);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of((const char *)data, size);
	static bool begun;

	if (!begun)
		begin();
	begun = true;
	check_argv(text);
	check_json(text);
	check_event(text);
	return 0;
}
