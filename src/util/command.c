/* SPDX-License-Identifier: ISC */
#include "util/command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/buf.h"
#include "util/clock.h"
#include "util/environment.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Between SIGTERM and SIGKILL; the second when a signal ends us, too. */
#define GRACE_MS      2000
#define LAST_GRACE_MS 200

/* How often to poll a process that has no descriptor (before Linux 5.3). */
#define ASK_MS 20

/* Lines kept of its standard error, and bytes of each: enough for a reason. */
#define LINES_MAX 3

#define CHUNK 65536

/* A running command, and what it has written. */
struct running {
	const struct command *command;
	pid_t pid;
	int pid_fd;
	int output, errors; /* our ends of its pipes; -1: none, or closed */
	uint64_t written;
	struct buf line; /* of errors, still incomplete */
	char lines[LINES_MAX]
		  [COMMAND_COMPLAINT_MAX]; /* the last complete ones */
	char first[COMMAND_COMPLAINT_MAX]; /* of all lines */
	bool flood, timeout;
	int signal_fd; /* for signals that end us; -1: they just do */
	sigset_t mask; /* to be restored */
};

/* Made for the child before the fork. */
struct setup {
	char **environment;
	const char *home;
	pid_t parent;
	int input, output, errors, report;
};

/*
 * Open the file again: a shared file description would share the offset, too,
 * and it must be read from its start.
 */
static int open_input(int fd, struct error *err)
{
	char path[64] = "/dev/null";
	int copy;

	if (fd != -1)
		(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	copy = open(path, O_RDONLY | O_CLOEXEC);
	if (copy == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot open %s", path);
	return copy;
}

static void reset_signals(void)
{
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		(void)signal(i, SIG_DFL);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* In the child: only what is safe after fork(). */
static void become(const struct command *command, const struct setup *s)
{
	int reason;

	(void)setpgid(0, 0);
	/* The next run starts it again; it must not run twice at a time. */
	(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != s->parent)
		_exit(126);
	if (dup2(s->input, STDIN_FILENO) == -1 ||
	    dup2(s->output, STDOUT_FILENO) == -1 ||
	    dup2(s->errors, STDERR_FILENO) == -1 ||
	    dup3(s->report, STDERR_FILENO + 1, O_CLOEXEC) == -1)
		_exit(126);
	(void)close_range(STDERR_FILENO + 2, ~0U, 0);
	reset_signals();
	(void)umask(077);
	if ((s->home == NULL || chdir(s->home) == -1) && chdir("/") == -1)
		_exit(126);
	environ = s->environment;
	execvp(command->argv[0], command->argv);
	reason = errno;
	if (write(STDERR_FILENO + 1, &reason, sizeof(reason)) == -1)
		_exit(126);
	_exit(127);
}

/* Move a descriptor above 0 to 3, which the child is about to replace. */
static int lift(int *fd, struct error *err)
{
	int high = fcntl(*fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 2);

	if (high == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot run a command");
	(void)close(*fd);
	*fd = high;
	return 0;
}

static int make_pipe(int *read_end, int *write_end, struct error *err)
{
	int pair[2];

	if (pipe2(pair, O_CLOEXEC) == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot make a pipe");
	*read_end = pair[0];
	*write_end = pair[1];
	return lift(write_end, err);
}

static int open_output(const struct command *command, int *read_end,
		       int *write_end, struct error *err)
{
	if (command->output != -1 || command->capture != NULL)
		return make_pipe(read_end, write_end, err);
	*write_end = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (*write_end == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot open /dev/null");
	return lift(write_end, err);
}

static void close_setup(struct setup *s)
{
	io_close_quietly(&s->input);
	io_close_quietly(&s->output);
	io_close_quietly(&s->errors);
	io_close_quietly(&s->report);
	strings_free(s->environment);
}

/* errno of a failed exec, or 0 when the program runs. */
static int read_report(int fd)
{
	struct error ignored = ERROR_INIT;
	int reason = 0;

	if (io_read(fd, &reason, sizeof(reason), "", &ignored) !=
	    (long)sizeof(reason))
		return 0;
	return reason;
}

/*
 * A signal that ends this process must end the command and its children, too.
 * Only signals with their default action: the caller itself looks for blocked
 * ones, and ignored ones end nothing.
 */
static void guard(struct running *r)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
	struct sigaction action;
	sigset_t ends;

	(void)sigemptyset(&ends);
	(void)sigprocmask(SIG_BLOCK, NULL, &r->mask);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (sigismember(&r->mask, numbers[i]) == 0 &&
		    sigaction(numbers[i], NULL, &action) == 0 &&
		    action.sa_handler == SIG_DFL)
			(void)sigaddset(&ends, numbers[i]);
	r->signal_fd = signalfd(-1, &ends, SFD_CLOEXEC);
	if (r->signal_fd != -1)
		(void)sigprocmask(SIG_BLOCK, &ends, NULL);
}

/* A signal that came meanwhile ends this process here. */
static void unguard(struct running *r)
{
	struct pollfd signal = {.fd = r->signal_fd, .events = POLLIN};

	if (r->command->interrupted != NULL && poll(&signal, 1, 0) == 1)
		r->command->interrupted(r->command->context);
	io_close_quietly(&r->signal_fd);
	(void)sigprocmask(SIG_SETMASK, &r->mask, NULL);
}

/* 0: it runs, or *reason_out is the errno of its exec; -1: no process. */
static int start(struct running *r, int *reason_out, struct error *err)
{
	struct setup s = {NULL, getenv("HOME"), getpid(), -1, -1, -1, -1};
	int report = -1, rc = -1;

	s.input = open_input(r->command->input, err);
	s.environment = environment_make(r->command->environment);
	if (s.input != -1 && lift(&s.input, err) == 0 &&
	    open_output(r->command, &r->output, &s.output, err) == 0 &&
	    make_pipe(&r->errors, &s.errors, err) == 0 &&
	    make_pipe(&report, &s.report, err) == 0) {
		r->pid = fork();
		if (r->pid == 0)
			become(r->command, &s);
		/* Here, too: we may signal the group before it runs. */
		if (r->pid != -1)
			(void)setpgid(r->pid, r->pid);
		rc = r->pid == -1 ? error_errno(err, ERR_TEMPORARY,
						"cannot start a process")
				  : 0;
	}
	close_setup(&s);
	if (rc == 0) {
		*reason_out = read_report(report);
		r->pid_fd = (int)syscall(SYS_pidfd_open, r->pid, 0);
	}
	io_close_quietly(&report);
	return rc;
}

/* Keep the last lines that are not empty. */
static void take_line(struct running *r)
{
	struct slice line = slice_trim(buf_slice(&r->line));

	if (line.len > 0) {
		memmove(r->lines[0], r->lines[1],
			sizeof(r->lines) - sizeof(r->lines[0]));
		escape_to(r->lines[LINES_MAX - 1], COMMAND_COMPLAINT_MAX,
			  line.p, line.len);
		if (r->first[0] == '\0')
			memcpy(r->first, r->lines[LINES_MAX - 1],
			       sizeof(r->first));
	}
	buf_clear(&r->line);
}

static void take_errors(struct running *r, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n')
			take_line(r);
		else if (r->line.len < r->line.max)
			buf_addch(&r->line, p[i]);
	}
}

static int take_output(struct running *r, const char *p, size_t n,
		       struct error *err)
{
	struct buf *capture = r->command->capture;

	if (capture != NULL) {
		size_t room = capture->max - capture->len;

		buf_add(capture, p, n < room ? n : room);
		return 0;
	}
	if (n > r->command->output_max - r->written) {
		r->flood = true;
		return 0;
	}
	r->written += n;
	return io_write(r->command->output, p, n, "the output of a command",
			err);
}

/* 1: bytes came; 0: none now, or the end; -1: they cannot be written. */
static int take(struct running *r, int *fd, struct error *err)
{
	char chunk[CHUNK];
	ssize_t n = read(*fd, chunk, sizeof(chunk));

	if (n == -1 && (errno == EINTR || errno == EAGAIN))
		return 0;
	if (n <= 0) {
		io_close_quietly(fd);
		return 0;
	}
	if (fd == &r->errors)
		take_errors(r, chunk, (size_t)n);
	else if (take_output(r, chunk, (size_t)n, err) == -1)
		return -1;
	/* The captured text may be a password. */
	if (r->command->capture != NULL)
		explicit_bzero(chunk, (size_t)n);
	return 1;
}

/* After its end: read what is left in the pipes. */
static int drain(struct running *r, int *fd, struct error *err)
{
	int rc = 1;

	if (*fd != -1)
		(void)fcntl(*fd, F_SETFL, O_NONBLOCK);
	/* A process that it left behind may write on: stop at 4 MiB. */
	for (int i = 0; i < 64 && rc == 1 && *fd != -1 && !r->flood; i++)
		rc = take(r, fd, err);
	return rc == -1 ? -1 : 0;
}

/* `told`: its descriptor is readable; without one (ASK_MS) ask the kernel. */
static bool has_ended(const struct running *r, bool told)
{
	siginfo_t info = {.si_pid = 0};

	if (r->pid_fd != -1)
		return told;
	return waitid(P_PID, (id_t)r->pid, &info,
		      WEXITED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == r->pid;
}

/* Our parent waits only a moment for us, so the grace is short. */
static void end_with_us(struct running *r)
{
	struct pollfd end = {.fd = r->pid_fd, .events = POLLIN};

	(void)kill(-r->pid, SIGTERM);
	(void)poll(&end, 1, LAST_GRACE_MS);
	(void)kill(-r->pid, SIGKILL);
	unguard(r);
}

/* 1: it has ended; 0: not yet; -1: its output cannot be written. */
static int look(struct running *r, int wait_ms, struct error *err)
{
	struct pollfd p[4] = {{.fd = r->pid_fd, .events = POLLIN},
			      {.fd = r->output, .events = POLLIN},
			      {.fd = r->errors, .events = POLLIN},
			      {.fd = r->signal_fd, .events = POLLIN}};

	if (r->pid_fd == -1 && (wait_ms < 0 || wait_ms > ASK_MS))
		wait_ms = ASK_MS;
	if (poll(p, 4, wait_ms) == -1)
		return 0;
	if (p[3].revents != 0)
		end_with_us(r);
	if (p[1].revents != 0 && take(r, &r->output, err) == -1)
		return -1;
	if (p[2].revents != 0)
		(void)take(r, &r->errors, err);
	return has_ended(r, p[0].revents != 0);
}

/* look() until the deadline, with its results. */
static int wait_until(struct running *r, int64_t deadline, struct error *err)
{
	int rc = 0;

	while (rc == 0 && !r->flood && clock_ms() < deadline)
		rc = look(r, clock_left(deadline), err);
	return rc;
}

static void end_group(struct running *r)
{
	struct error ignored = ERROR_INIT;
	int64_t deadline = clock_ms() + GRACE_MS;

	(void)kill(-r->pid, SIGTERM);
	/* Output after this is not read. */
	io_close_quietly(&r->output);
	r->flood = false;
	if (wait_until(r, deadline, &ignored) != 1)
		(void)kill(-r->pid, SIGKILL);
}

static int reap(struct running *r)
{
	int status = 0;

	while (waitpid(r->pid, &status, 0) == -1 && errno == EINTR)
		;
	return status;
}

/* The last lines, as many as fit. */
static void join_lines(const struct running *r, char *out, size_t size)
{
	size_t first = LINES_MAX - 1, len = strlen(r->lines[first]) + 1;

	while (first > 0 && r->lines[first - 1][0] != '\0' &&
	       len + strlen(r->lines[first - 1]) + 2 <= size)
		len += strlen(r->lines[--first]) + 2;
	out[0] = '\0';
	for (len = 0; first < LINES_MAX; first++)
		len += (size_t)snprintf(out + len, size - len, "%s%s",
					len == 0 ? "" : "; ", r->lines[first]);
}

static void describe(const struct running *r, struct command_result *result)
{
	const char *last = r->lines[LINES_MAX - 1];
	const char *colon = last[0] == '\0' ? "" : ": ";
	bool is_one = strcmp(r->first, last) == 0;
	char what[128];

	switch (result->end) {
	case COMMAND_EXITED:
		(void)snprintf(what, sizeof(what), "exited with %d",
			       result->status);
		break;
	case COMMAND_SIGNAL:
		(void)snprintf(what, sizeof(what), "was killed by signal %d",
			       result->status);
		break;
	case COMMAND_TIMEOUT:
		(void)snprintf(what, sizeof(what), "did not end within %d s",
			       r->command->seconds);
		break;
	case COMMAND_FLOOD:
		(void)snprintf(what, sizeof(what), "wrote more than %llu bytes",
			       (unsigned long long)r->command->output_max);
		break;
	case COMMAND_NOT_STARTED:
		(void)snprintf(what, sizeof(what), "cannot be started: %s",
			       strerror(result->status));
		break;
	}
	/* The first line often names the cause, the last one what to do. */
	(void)snprintf(result->text, sizeof(result->text), "%s%s%.180s%s%.180s",
		       what, colon, is_one ? "" : r->first, is_one ? "" : " … ",
		       last);
	join_lines(r, result->complaint, sizeof(result->complaint));
}

static void conclude(struct running *r, bool flood, int status,
		     struct command_result *result)
{
	result->status =
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status);
	if (r->timeout)
		result->end = COMMAND_TIMEOUT;
	else if (flood)
		result->end = COMMAND_FLOOD;
	else
		result->end =
			WIFEXITED(status) ? COMMAND_EXITED : COMMAND_SIGNAL;
}

static int run(struct running *r, struct command_result *result,
	       struct error *err)
{
	int rc = wait_until(r, clock_ms() + (int64_t)r->command->seconds * 1000,
			    err);
	bool flood;

	if (rc == 1 && (drain(r, &r->output, err) == -1 ||
			drain(r, &r->errors, err) == -1))
		rc = -1;
	flood = r->flood;
	r->timeout = rc == 0 && !flood;
	if (rc != 1)
		end_group(r);
	conclude(r, flood, reap(r), result);
	take_line(r);
	return rc == -1 ? -1 : 0;
}

int command_run(const struct command *command, struct command_result *result,
		struct error *err)
{
	struct running r = {.command = command,
			    .pid_fd = -1,
			    .output = -1,
			    .errors = -1,
			    .line = BUF_INIT(COMMAND_COMPLAINT_MAX),
			    .signal_fd = -1};
	int reason = 0, rc;

	memset(result, 0, sizeof(*result));
	guard(&r);
	rc = start(&r, &reason, err);
	if (rc == 0 && reason != 0) {
		(void)reap(&r);
		result->end = COMMAND_NOT_STARTED;
		result->status = reason;
	} else if (rc == 0) {
		rc = run(&r, result, err);
	}
	unguard(&r);
	describe(&r, result);
	io_close_quietly(&r.pid_fd);
	io_close_quietly(&r.output);
	io_close_quietly(&r.errors);
	buf_release(&r.line);
	return rc;
}
