/* SPDX-License-Identifier: ISC */
/*
 * The command line, up to the configuration, which is missing. The words of an
 * input have a NUL behind them.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>

#include "util/slice.h"

/* parse() is its own. */
int postroom_main(int argc, char **argv);
#define main postroom_main
#include "../../src/main.c" /* NOLINT(bugprone-suspicious-include) */
#undef main

#define WORDS_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int nobody, people;

/* Nobody reads what they print. */
static void begin(void)
{
	nobody = open("/dev/null", O_WRONLY | O_CLOEXEC);
	people = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	assert(nobody != -1 && dup2(nobody, STDOUT_FILENO) != -1);
	log_set_fd(nobody);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of((const char *)data, size);
	static bool begun;

	if (!begun)
		begin();
	begun = true;
	check_argv(text);
	return 0;
}
