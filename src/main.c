/* SPDX-License-Identifier: ISC */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "config/config.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct command_line {
	struct invocation inv;
	int verbosity;
	bool help;
	char **argv; /* what is not a global option */
	int argc;
};

/* Descriptors 0 to 2 must not become files that mail is written to. */
static void open_standard_files(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		(void)close(fd);
}

/*
 * Ignore signals without a meaning here. SIGCHLD must have its default: a
 * parent that ignores it would make us lose the exit statuses of children.
 */
static void set_signals(void)
{
	static const int ignored[] = {SIGPIPE, SIGXFSZ, SIGALRM, SIGUSR1,
				      SIGUSR2};

	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		(void)signal(ignored[i], SIG_IGN);
	(void)signal(SIGCHLD, SIG_DFL);
}

/*
 * A core of this process would hold passwords and mail; so does its memory,
 * which other programs of the user could read. Programs that it runs are not
 * concerned.
 */
static void protect_process(void)
{
	struct rlimit none = {0, 0};

	(void)setrlimit(RLIMIT_CORE, &none);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)umask(077);
}

/*
 * Refuse to run with another user's rights: the caller chooses the
 * configuration, and with it the commands to run and the files to read.
 */
static bool is_set_id(void)
{
	if (geteuid() == getuid() && getegid() == getgid())
		return false;
	log_error("postroom must not be installed setuid or setgid: chmod ug-s "
		  "its file");
	return true;
}

/*
 * Returns how many words were used; 0 when argv[0] is not a global option, -1
 * when its value is missing.
 */
static int global_option(struct command_line *line, int argc, char **argv)
{
	const char *word = argv[0];

	if (strcmp(word, "-c") == 0 || strcmp(word, "--config") == 0) {
		if (argc < 2)
			return -1;
		line->inv.config_path = argv[1];
		return 2;
	}
	if (strcmp(word, "-n") == 0 || strcmp(word, "--dry-run") == 0)
		line->inv.dry_run = true;
	else if (strcmp(word, "--json") == 0)
		line->inv.json = true;
	else if (strcmp(word, "-q") == 0 || strcmp(word, "--quiet") == 0)
		line->verbosity = -1;
	else if (strcmp(word, "-v") == 0 || strcmp(word, "--verbose") == 0)
		line->verbosity++;
	else if (strcmp(word, "-vv") == 0)
		line->verbosity = 2;
	else if (strcmp(word, "-h") == 0 || strcmp(word, "--help") == 0)
		line->help = true;
	else
		return 0;
	return 1;
}

/* Options may stand before or after the command; "--" ends them. */
static int parse(struct command_line *line, int argc, char **argv)
{
	line->argv = xcalloc((size_t)argc + 1, sizeof(char *));
	for (int i = 1; i < argc;) {
		int used = 0;

		if (strcmp(argv[i], "--") == 0) {
			while (++i < argc)
				line->argv[line->argc++] = argv[i];
			break;
		}
		used = global_option(line, argc - i, argv + i);
		if (used == -1) {
			log_error("-c needs a file name");
			return -1;
		}
		if (used == 0)
			line->argv[line->argc++] = argv[i];
		i += used == 0 ? 1 : used;
	}
	return 0;
}

/* Without a command: fetch or, without a configuration, a welcome. */
static int run_default(const struct command_line *line)
{
	static char name[] = "fetch";
	char *argv[] = {name, NULL};
	char *path = line->inv.config_path != NULL
			     ? xstrdup(line->inv.config_path)
			     : config_find();

	if (path == NULL) {
		(void)printf("postroom collects mail by POP3 and sorts it into "
			     "Maildir folders.\n"
			     "It has no configuration yet: write "
			     "~/.config/postroom/postroom.conf,\n"
			     "as postroom.conf(5) and postroom help say.\n");
		return 0;
	}
	free(path);
	return cmd_fetch.run(&line->inv, 1, argv);
}

static int run_command(const struct command_line *line)
{
	const struct cmd *command;

	if (line->argc == 0 && line->help)
		return cmd_help.run(&line->inv, 1, line->argv);
	if (line->argc == 0)
		return run_default(line);
	if (strcmp(line->argv[0], "--version") == 0)
		return cmd_version.run(&line->inv, 1, line->argv);
	if (strcmp(line->argv[0], cmd_complete.name) == 0)
		return cmd_complete.run(&line->inv, line->argc, line->argv);
	if (line->argv[0][0] == '-') {
		log_error("unknown option '%s'; see postroom help",
			  line->argv[0]);
		return EX_USAGE;
	}
	command = cmd_find(line->argv[0]);
	if (command == NULL)
		return EX_USAGE;
	if (line->help)
		return fputs(command->help, stdout) < 0 ? EX_TEMPFAIL : 0;
	return command->run(&line->inv, line->argc, line->argv);
}

/*
 * The destructors of fifty libraries take 4 ms, more than many commands, and
 * the kernel frees everything anyway. The sanitizer needs exit() to look for
 * leaks.
 */
static _Noreturn void leave(int status)
{
#ifdef SANITIZED
	exit(status);
#else
	_exit(status);
#endif
}

int main(int argc, char **argv)
{
	struct command_line line = {0};
	int status = EX_USAGE;

	open_standard_files();
	log_set_name(!isatty(STDERR_FILENO) && !log_is_journal());
	protect_process();
	set_signals();
	if (!is_set_id() && parse(&line, argc, argv) == 0) {
		log_set_level(line.verbosity > 2
				      ? LOG_LEVEL_WIRE
				      : (enum log_level)line.verbosity);
		status = run_command(&line);
	}
	free(line.argv);
	if (fflush(stdout) != 0 && status == 0)
		status = EX_TEMPFAIL;
	leave(status);
}
