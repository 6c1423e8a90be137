/* SPDX-License-Identifier: ISC */
#include "run/daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "run/options.h"
#include "run/serve.h"
#include "sort/sort.h"
#include "state/daemon.h"
#include "state/dir.h"
#include "state/queue.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/lock.h"
#include "util/log.h"
#include "util/notify.h"
#include "util/number.h"

#include "util/banned.h"

/*
 * Wake up once a minute, however far off the next poll is: a machine that was
 * suspended does not tell when it resumes.
 */
#define LOOK_MS 60000

/*
 * How long workers have to end after SIGTERM, and then after SIGINT, before
 * they are killed: the daemon ends within two seconds.
 */
#define GRACE_MS      1200
#define LAST_GRACE_MS 300

static void note_child(struct daemon *d, pid_t pid, int status,
		       struct state *state)
{
	struct slot *slot;

	if (pid == d->sorter) {
		daemon_end_sorter(d, status, state);
	} else if (pid == d->tester) {
		daemon_end_tester(d, status, state);
	} else if (pid == d->waiter) {
		daemon_end_waiter(d, status);
	} else {
		/* NULL: of an account that is not served any more. */
		slot = slots_of_pid(&d->slots, pid);
		if (slot != NULL)
			daemon_end_fetcher(d, slot, status, state);
	}
}

/*
 * Mail may wait in the spool although nothing woke us: its fetcher may have
 * died between the two.
 */
static void look_for_work(struct daemon *d, struct state *state)
{
	struct error err = ERROR_INIT;
	int64_t wait = 0;
	int rc;

	if (d->sorter != 0 || d->sorter_due != SLOT_NEVER)
		return;
	rc = state_next_work(state, clock_calendar_s(), &wait, &err);
	if (rc == -1)
		log_error("%s", err.text);
	else if (rc == 1)
		d->sorter_due = clock_boot_ms() + wait * 1000;
}

static void reap(struct daemon *d)
{
	struct state *state = NULL;
	bool opened = false;
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		/* Once for all children that have ended. */
		if (!opened && d->stop_at == 0)
			(void)daemon_open_state(d, &state);
		opened = true;
		note_child(d, pid, status, state);
	}
	if (state != NULL)
		look_for_work(d, state);
	state_leave(state);
	if (opened)
		daemon_send_status(d);
}

/* In a process of its own, because on-trouble may take long. */
static void notify_of_troubles(struct daemon *d)
{
	struct error err = ERROR_INIT;
	pid_t pid;

	if (d->config->on_trouble == NULL)
		d->troubles.n = 0;
	if (d->troubles.n == 0)
		return;
	pid = daemon_fork(d, &err);
	if (pid == 0) {
		troubles_notify(d->config, &d->troubles);
		_exit(0);
	}
	if (pid == -1)
		log_error("on-trouble: %s", err.text);
	d->troubles.n = 0;
}

static void poll_now(struct daemon *d)
{
	struct error err = ERROR_INIT;
	struct state *state = NULL;

	if (daemon_open_state(d, &state) == -1)
		return;
	if (slots_request(&d->slots, state, clock_boot_ms(), &err) == -1)
		log_error("%s", err.text);
	state_leave(state);
}

static void signal_workers(const struct daemon *d, int number)
{
	for (size_t i = 0; i < d->slots.n; i++)
		if (d->slots.list[i].fetcher.pid != 0)
			(void)kill(d->slots.list[i].fetcher.pid, number);
	if (d->sorter != 0)
		(void)kill(d->sorter, number);
	if (d->waiter != 0)
		(void)kill(d->waiter, number);
	if (d->tester != 0)
		(void)kill(d->tester, SIGKILL);
}

static void stop(struct daemon *d)
{
	if (d->stop_at != 0)
		return;
	notify_send("STOPPING=1");
	d->stop_at = clock_ms() + GRACE_MS;
	signal_workers(d, SIGTERM);
	log_info("the daemon is ending");
}

static void read_signals(struct daemon *d)
{
	struct signalfd_siginfo info;

	while (read(d->signal_fd, &info, sizeof(info)) ==
	       (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGHUP)
			daemon_reload(d);
		else if (info.ssi_signo == SIGUSR1)
			poll_now(d);
		else if (info.ssi_signo != SIGCHLD)
			stop(d);
	}
}

static void read_pulse(struct daemon *d)
{
	char bytes[4096];

	while (read(d->pulse[0], bytes, sizeof(bytes)) > 0)
		d->sorter_deadline = daemon_sorter_deadline(d);
}

/* Mail came while no sorter was running. */
static void read_wake(struct daemon *d)
{
	char bytes[4096];

	while (read(d->wake[0], bytes, sizeof(bytes)) > 0)
		d->sorter_due = clock_boot_ms();
}

/* Kill workers that hang. */
static void end_overdue(struct daemon *d)
{
	int64_t now = clock_ms();

	for (size_t i = 0; i < d->slots.n; i++) {
		struct slot *slot = &d->slots.list[i];

		if (slot->fetcher.pid == 0 || now < slot->deadline)
			continue;
		slot->deadline = now + LOOK_MS;
		(void)kill(slot->fetcher.pid, SIGKILL);
	}
	if (d->sorter != 0 && now >= d->sorter_deadline) {
		d->sorter_deadline = now + LOOK_MS;
		(void)kill(d->sorter, SIGKILL);
	}
	if (d->tester != 0 && now >= d->tester_deadline) {
		d->tester_deadline = now + LOOK_MS;
		(void)kill(d->tester, SIGKILL);
	}
	if (d->stop_at != 0 && now >= d->stop_at) {
		/* SIGINT first: it ends the commands they wait for, too. */
		signal_workers(d, d->killed ? SIGKILL : SIGINT);
		d->stop_at = now + LAST_GRACE_MS;
		d->killed = true;
	}
}

static void start_due(struct daemon *d, int64_t now)
{
	struct slot *slot;
	bool started = false;

	while ((slot = slots_next(&d->slots, d->config, now)) != NULL) {
		daemon_start_fetcher(d, slot, now);
		started = true;
	}
	if (started)
		daemon_send_status(d);
	if (d->sorter == 0 && now >= d->sorter_due)
		daemon_start_sorter(d, now);
	daemon_watch_due(d, now);
}

/* Milliseconds until the next thing to do, if no event comes before. */
static int idle_ms(const struct daemon *d)
{
	int64_t left = LOOK_MS, boot = clock_boot_ms(), now = clock_ms();

	if (d->stop_at == 0) {
		left = number_min(left,
				  slots_next_due(&d->slots, d->config) - boot);
		left = number_min(left, slots_next_deadline(&d->slots) - now);
		left = number_min(left, slots_next_watch(&d->slots) - boot);
		if (d->sorter == 0)
			left = number_min(left, d->sorter_due - boot);
	} else {
		left = number_min(left, d->stop_at - now);
	}
	if (d->sorter != 0)
		left = number_min(left, d->sorter_deadline - now);
	if (d->watchdog != 0)
		left = number_min(left, d->watchdog_due - now);
	return left <= 0 ? 0 : (int)left;
}

static void keep_watchdog(struct daemon *d)
{
	int64_t now = clock_ms();

	if (d->watchdog == 0 || now < d->watchdog_due)
		return;
	notify_send("WATCHDOG=1");
	d->watchdog_due = now + d->watchdog / 2;
}

static void wait_for(struct daemon *d)
{
	struct pollfd p[] = {
		{.fd = d->signal_fd, .events = POLLIN},
		{.fd = d->pulse[0], .events = POLLIN},
		{.fd = d->sorter == 0 ? d->wake[0] : -1, .events = POLLIN},
		{.fd = d->waiter_fd, .events = POLLIN},
	};

	if (poll(p, sizeof(p) / sizeof(p[0]), idle_ms(d)) <= 0)
		return;
	if (p[0].revents != 0)
		read_signals(d);
	if (p[1].revents != 0)
		read_pulse(d);
	if (p[2].revents != 0)
		read_wake(d);
	if (p[3].revents != 0)
		daemon_hear_waiter(d);
}

static void lock_path(const struct config *config, struct buf *out)
{
	buf_addf(out, "%s/%s", config->state_dir, DAEMON_LOCK);
}

static int take_lock(struct daemon *d, struct error *err)
{
	struct buf path = BUF_INIT(4096);
	char text[32];
	int rc, n;

	lock_path(d->config, &path);
	rc = lock_take(path.s, LOCK_EXCLUSIVE, LOCK_TRY, &d->lock, err);
	n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	if (rc == 0)
		rc = error_set(err, ERR_TEMPORARY,
			       "another daemon is running here (%s is locked)",
			       path.s);
	else if (rc == 1 && (ftruncate(d->lock, 0) == -1 ||
			     pwrite(d->lock, text, (size_t)n, 0) != n))
		rc = error_errno(err, ERR_LOCAL, "cannot write %s", path.s);
	buf_release(&path);
	return rc == 1 ? 0 : -1;
}

/*
 * Someone may remove the lock file. Without it `status` and `poll` would not
 * find this daemon, and a second one could start: make it again.
 */
static void keep_lock(struct daemon *d)
{
	struct buf path = BUF_INIT(4096);
	struct error err = ERROR_INIT, ignored = ERROR_INIT;

	lock_path(d->config, &path);
	/* On error assume that the file is still there. */
	if (lock_is_there(d->lock, path.s, &ignored) == 0) {
		io_close_quietly(&d->lock);
		if (take_lock(d, &err) == 0) {
			log_warning("%s was removed and has been made again",
				    path.s);
		} else {
			log_error("%s; the daemon ends", err.text);
			d->status = error_exit_status(err.kind);
			stop(d);
		}
	}
	buf_release(&path);
}

/* THE DAEMON: its loop, until it is told to end. */
static void serve(struct daemon *d)
{
	for (;;) {
		if (d->stop_at == 0)
			keep_lock(d);
		reap(d);
		notify_of_troubles(d);
		end_overdue(d);
		if (d->stop_at == 0)
			start_due(d, clock_boot_ms());
		else if (d->slots.running == 0 && d->sorter == 0 &&
			 d->waiter == 0)
			return;
		keep_watchdog(d);
		wait_for(d);
	}
}

static int open_pipes(struct daemon *d, struct error *err)
{
	if (pipe2(d->wake, O_CLOEXEC | O_NONBLOCK) == -1 ||
	    pipe2(d->pulse, O_CLOEXEC | O_NONBLOCK) == -1)
		return error_errno(err, ERR_TEMPORARY, "pipe");
	(void)sigemptyset(&d->signals);
	(void)sigaddset(&d->signals, SIGCHLD);
	(void)sigaddset(&d->signals, SIGHUP);
	(void)sigaddset(&d->signals, SIGUSR1);
	(void)sigaddset(&d->signals, SIGTERM);
	(void)sigaddset(&d->signals, SIGINT);
	(void)sigprocmask(SIG_BLOCK, &d->signals, NULL);
	/* main() ignores it, and signalfd does not read ignored signals. */
	(void)signal(SIGUSR1, SIG_DFL);
	d->signal_fd = signalfd(-1, &d->signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (d->signal_fd == -1)
		return error_errno(err, ERR_TEMPORARY, "signalfd");
	return 0;
}

static int begin(struct daemon *d, struct error *err)
{
	struct state *state = NULL;
	int rc = state_open(&state, d->config->state_dir, STATE_WRITE, err);

	if (rc == 0)
		rc = take_lock(d, err);
	if (rc == 0)
		rc = run_check_maildir(d->config, state, err);
	if (rc == 0)
		rc = run_check_state(d->config, state, err);
	if (rc == 0)
		rc = slots_build(&d->slots, d->config, d->host->names,
				 d->host->n_names, NULL, state, err);
	state_close(state);
	if (rc == 0)
		rc = open_pipes(d, err);
	return rc;
}

static void end(struct daemon *d)
{
	if (d->stop_at != 0)
		sorter_forgive(d->config->state_dir);
	for (int i = 0; i < 2; i++) {
		io_close_quietly(&d->wake[i]);
		io_close_quietly(&d->pulse[i]);
	}
	io_close_quietly(&d->signal_fd);
	io_close_quietly(&d->waiter_fd);
	/* Another process may soon have our number: `poll` must not signal it.
	 */
	if (d->lock != -1 && ftruncate(d->lock, 0) == -1)
		log_error("cannot write %s", DAEMON_LOCK);
	io_close_quietly(&d->lock);
	slots_release(&d->slots);
	config_free(d->next);
	config_free(d->config);
}

int daemon_run(struct config *config, const struct daemon_host *host)
{
	struct daemon d = {.config = config,
			   .host = host,
			   .lock = -1,
			   .signal_fd = -1,
			   .waiter_fd = -1,
			   .wake = {-1, -1},
			   .pulse = {-1, -1},
			   .began = clock_calendar_s(),
			   .loaded = clock_calendar_s(),
			   .watchdog = notify_watchdog_ms()};
	struct error err = ERROR_INIT;

	if (begin(&d, &err) == 0) {
		d.watchdog_due = clock_ms();
		daemon_record(&d);
		notify_send("READY=1");
		host->ready(host->context);
		serve(&d);
	} else {
		log_error("%s", err.text);
		d.status = error_exit_status(err.kind);
	}
	end(&d);
	return d.status;
}

/* The number in the lock file; 0: there is none. */
static long read_number(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	long number = 0;

	if (fd != -1 && read(fd, text, sizeof(text) - 1) > 0)
		number = strtol(text, NULL, 10);
	io_close_quietly(&fd);
	return number;
}

int daemon_find(const struct config *config, long *pid_out, struct error *err)
{
	struct buf path = BUF_INIT(4096);
	int taken;

	lock_path(config, &path);
	taken = lock_is_taken(path.s, err);
	*pid_out = taken == 1 ? read_number(path.s) : 0;
	buf_release(&path);
	return taken == -1 ? -1 : *pid_out > 0;
}

long daemon_find_dead(const struct config *config)
{
	struct error ignored = ERROR_INIT;
	struct buf path = BUF_INIT(4096);
	long number = 0;

	lock_path(config, &path);
	if (lock_is_taken(path.s, &ignored) == 0)
		number = read_number(path.s);
	buf_release(&path);
	return number;
}
