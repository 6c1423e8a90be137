/* SPDX-License-Identifier: ISC */
#include "run/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "cmd/cmd.h"
#include "cmd/load.h"
#include "config/config.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct service {
	struct invocation inv;
	bool background;
	char *pidfile; /* absolute, or NULL */
	bool written;  /* we wrote the pidfile, and may remove it */
	int ready_fd;  /* a byte tells the starting process that we are ready */
	char **names;  /* into argv */
	size_t n_names;
};

static struct config *load(void *context, struct error *err)
{
	const struct service *s = context;

	return cmd_reload_config(&s->inv, err);
}

static bool test(void *context, const struct config *config)
{
	(void)context;
	return cmd_run_tests(config) == 0;
}

static void write_pidfile(struct service *s)
{
	FILE *file;

	if (s->pidfile == NULL)
		return;
	file = fopen(s->pidfile, "we");
	if (file == NULL || fprintf(file, "%ld\n", (long)getpid()) < 0)
		log_error("cannot write %s: %s", s->pidfile, strerror(errno));
	if (file != NULL && fclose(file) != 0)
		log_error("cannot write %s: %s", s->pidfile, strerror(errno));
	s->written = file != NULL;
}

/* In the background: leave the terminal, and log to syslog from now on. */
static void ready(void *context)
{
	struct service *s = context;
	struct error ignored = ERROR_INIT;
	int null;

	write_pidfile(s);
	if (s->ready_fd == -1)
		return;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = 0; null != -1 && fd <= STDERR_FILENO; fd++)
		(void)dup2(null, fd);
	io_close_quietly(&null);
	log_set_syslog(true);
	(void)io_write(s->ready_fd, "r", 1, "", &ignored);
	io_close_quietly(&s->ready_fd);
}

/* Another daemon may have written its number there since. */
static bool is_pidfile_ours(const char *path)
{
	FILE *file = fopen(path, "re");
	long pid = 0;

	if (file == NULL)
		return false;
	if (fscanf(file, "%ld", &pid) != 1)
		pid = 0;
	(void)fclose(file);
	return pid == (long)getpid();
}

/*
 * A reload refuses a configuration whose tests fail, and so does the start. In
 * a process of its own: the memory of the judge is not for the daemon to keep.
 */
static bool tests_pass(const struct config *config)
{
	int status;
	pid_t pid;

	if (config->n_tests == 0)
		return true;
	pid = fork();
	if (pid == -1)
		return cmd_run_tests(config) == 0;
	if (pid == 0)
		_exit(cmd_run_tests(config) == 0 ? 0 : 1);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int serve(struct service *s)
{
	const struct daemon_host host = {
		.context = s,
		.load = load,
		.test = test,
		.ready = ready,
		.names = s->names,
		.n_names = s->n_names,
	};
	struct config *config = cmd_load_config(&s->inv);
	int status;

	if (config == NULL)
		return EX_CONFIG;
	if (config->n_accounts == 0)
		log_warning("%s: no account to fetch from", config->path);
	cmd_open_log(config);
	if (!tests_pass(config)) {
		log_error("%s: a test of it fails; postroom test shows which "
			  "one",
			  config->path);
		config_free(config);
		return EX_CONFIG;
	}
	log_set_event_fd(s->inv.json ? STDOUT_FILENO : -1);
	log_set_priorities(log_is_journal());
	status = daemon_run(config, &host);
	if (s->written && is_pidfile_ours(s->pidfile))
		(void)unlink(s->pidfile);
	return status;
}

/* In the starting process: wait until the daemon is ready, or has failed. */
static int wait_ready(int fd, pid_t pid)
{
	char byte;
	int status;
	ssize_t n;

	do
		n = read(fd, &byte, 1);
	while (n == -1 && errno == EINTR);
	if (n == 1)
		return 0;
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EX_TEMPFAIL;
}

static int serve_in_background(struct service *s)
{
	int pair[2];
	pid_t pid;

	if (pipe2(pair, O_CLOEXEC) == -1 || (pid = fork()) == -1) {
		log_error("daemon: %s", strerror(errno));
		return EX_TEMPFAIL;
	}
	if (pid != 0) {
		(void)close(pair[1]);
		return wait_ready(pair[0], pid);
	}
	(void)close(pair[0]);
	s->ready_fd = pair[1];
	(void)setsid();
	if (chdir("/") == -1)
		log_warning("daemon: cannot leave this directory: %s",
			    strerror(errno));
	return serve(s);
}

/* The daemon changes its directory, and reads the file again later. */
static char *absolute(const char *path)
{
	char here[PATH_MAX];
	struct buf out = BUF_INIT(2 * PATH_MAX);

	if (path[0] == '/' || getcwd(here, sizeof(here)) == NULL)
		return xstrdup(path);
	buf_addf(&out, "%s/%s", here, path);
	return buf_detach(&out);
}

static int parse(struct service *s, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--background") == 0)
			s->background = true;
		else if (strcmp(argv[i], "--pidfile") == 0 && i + 1 < argc)
			s->pidfile = absolute(argv[++i]);
		else if (argv[i][0] == '-')
			return -1;
		else
			s->names[s->n_names++] = argv[i];
	}
	return 0;
}

static int run_daemon(const struct invocation *inv, int argc, char **argv)
{
	struct service s = {.inv = *inv, .ready_fd = -1};
	char *path = NULL;
	int status = EX_USAGE;

	s.names = xcalloc((size_t)argc, sizeof(*s.names));
	if (inv->config_path != NULL)
		s.inv.config_path = path = absolute(inv->config_path);
	if (parse(&s, argc, argv) == -1)
		log_error("daemon: unknown option; see postroom help daemon");
	else
		status = s.background ? serve_in_background(&s) : serve(&s);
	free(s.names);
	free(s.pidfile);
	free(path);
	return status;
}

const struct cmd cmd_daemon = {
	.name = "daemon",
	.summary = "poll each account when it is due, until stopped",
	.help = "usage: postroom daemon [--background] [--pidfile FILE] [--json] [ACCOUNT…]\n"
		"\n"
		"Polls the accounts (without names: all of them) at once, then as often as\n"
		"`every` says, and sorts what comes. After temporary trouble the wait doubles\n"
		"each time, up to an hour; after a refused login it is one hour, two, four, up\n"
		"to a day.\n"
		"\n"
		"  --background    leave the terminal when ready; without the setting `log`,\n"
		"                  messages go to the system's log\n"
		"  --json          emit events as objects, one a line, on standard output\n"
		"  --pidfile FILE  write the process number to FILE\n"
		"\n"
		"SIGHUP reads the configuration again; if it has an error, or one of its tests\n"
		"fails, the old one stays in use (postroom status shows why). SIGUSR1, or\n"
		"postroom poll, polls now. SIGTERM ends the daemon within two seconds.\n"
		"\n"
		"exit status: 0 ended by a signal, 75 another daemon is running here, 78 the\n"
		"configuration is wrong, 64 usage\n"
		"\n"
		"example:  postroom daemon --background --pidfile ~/.postroom.pid\n",
	.run = run_daemon,
};
