/* SPDX-License-Identifier: ISC */
#include "run/waiter.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/password.h"
#include "fetch/session.h"
#include "run/account.h"
#include "run/network.h"
#include "run/options.h"
#include "run/watched.h"
#include "run/worker.h"
#include "util/clock.h"
#include "util/frame.h"
#include "util/io.h"
#include "util/log.h"
#include "util/number.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * A timer that rings so late says that the machine has slept, and a new address
 * that it was moved: servers may have forgotten us. All are asked then, when
 * the network has had so long to come back.
 */
#define LATE_MS	 10000
#define AGAIN_MS 2000

/*
 * A fetcher counts for `parallel` so long; later it mostly waits for more mail,
 * see fetch/linger.h. News that find no room are looked at again soon.
 */
#define BUSY_MS 10000
#define ROOM_MS 500

/* See FETCHER_MS in child.c. */
#define FETCHER_MS ((int64_t)12 * 3600 * 1000)

struct waiter {
	const struct config *config;
	int control, wake_fd, signal_fd, timer_fd, network_fd;
	int64_t rings_at; /* the timer; or INT64_MAX */
	struct watched **list;
	size_t n;
};

/* A new account, whose password is on its way. */
static void take_order(struct waiter *w)
{
	struct waiter_message message;
	int fd;

	if (frame_receive(w->control, &message, sizeof(message), &fd) != 1)
		_exit(0); /* the daemon is gone */
	xgrow(&w->list, w->n, sizeof(struct watched *));
	w->list[w->n++] = watched_new(&message, fd);
}

/*
 * In the fetcher: it works for one account, and talks to its server. What
 * belongs to the others stays out of its reach.
 */
static void leave_others(const struct waiter *w, const struct watched *own)
{
	int fds[] = {w->control, w->signal_fd, w->timer_fd, w->network_fd};
	sigset_t none;
	short events;

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		io_close_quietly(&fds[i]);
	for (size_t i = 0; i < w->n; i++) {
		struct watched *x = w->list[i];

		if (x == own)
			continue;
		if (x->live != NULL)
			(void)close(live_poll(x->live, &events));
		io_close_quietly(&x->secret_fd);
		buf_wipe(&x->secret);
		fetcher_drop(&x->fetcher);
	}
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

/* 1 in the parent, 0 another process has the account, -1. */
static int fork_fetcher(const struct waiter *w, struct watched *x,
			struct error *err)
{
	struct fetch_job job;
	int lock = -1, rc = account_lock(w->config, x->id, &lock, err);

	if (rc != 1)
		return rc;
	run_fetch_job(w->config, x->account, x->id, &job);
	job.watched = false;
	job.wake_fd = w->wake_fd;
	job.lock_fd = lock;
	job.live = x->live;
	rc = fetcher_prepare(&x->fetcher, &job, err);
	if (rc == 0)
		x->fetcher.pid = worker_fork(err);
	if (rc == 0 && x->fetcher.pid == 0) {
		leave_others(w, x);
		fetcher_run(&x->fetcher, &job);
	}
	if (rc == 0)
		fetcher_started(&x->fetcher, &job);
	io_close_quietly(&lock);
	return x->fetcher.pid == 0 ? -1 : 1;
}

/* Mail has come: a fetcher goes on with the session. */
static void hand_over(struct waiter *w, struct watched *x)
{
	struct error err = ERROR_INIT;
	int rc = fork_fetcher(w, x, &err);

	x->news = false;
	if (rc == -1) {
		watched_lose(x, w->control, 0, &err);
	} else if (rc == 0) {
		watched_tell(x, w->control, WAITER_BUSY);
	} else {
		live_abandon(x->live);
		x->live = NULL;
		x->stage = WATCHED_FETCHING;
		x->began = clock_boot_ms();
		x->next = x->began + FETCHER_MS;
		watched_tell(x, w->control, WAITER_FETCHING);
	}
}

static void end_fetcher(struct waiter *w, pid_t pid, int status)
{
	for (size_t i = 0; i < w->n; i++) {
		struct watched *x = w->list[i];
		struct waiter_message message;

		if (x->stage != WATCHED_FETCHING || x->fetcher.pid != pid)
			continue;
		message = watched_message(x, WAITER_ENDED);
		message.status = status;
		message.again =
			fetcher_ended(&x->fetcher, status, &message.trouble);
		fetcher_drop(&x->fetcher);
		x->stage = WATCHED_OVER;
		waiter_tell(w->control, &message);
	}
}

static void reap(struct waiter *w)
{
	struct signalfd_siginfo info;
	int status;
	pid_t pid;

	while (read(w->signal_fd, &info, sizeof(info)) > 0)
		;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		end_fetcher(w, pid, status);
}

/* The machine slept, or its address is another one. */
static void ask_all(struct waiter *w, int64_t now)
{
	for (size_t i = 0; i < w->n; i++) {
		struct watched *x = w->list[i];

		if (x->stage == WATCHED_IDLE && !live_is_asking(x->live))
			x->next = number_min(x->next, now + AGAIN_MS);
	}
}

/* May another fetcher start? One that has run for long waits for more mail. */
static bool has_room(const struct waiter *w, int64_t now)
{
	int n = 0;

	for (size_t i = 0; i < w->n; i++)
		n += w->list[i]->stage == WATCHED_FETCHING &&
		     now - w->list[i]->began < BUSY_MS;
	return n < w->config->parallel;
}

static void look_at_all(struct waiter *w)
{
	int64_t now = clock_boot_ms();

	if (w->rings_at != INT64_MAX && now - w->rings_at > LATE_MS)
		ask_all(w, now);
	for (size_t i = 0; i < w->n; i++) {
		struct watched *x = w->list[i];

		if (x->stage == WATCHED_IDLE && x->news && has_room(w, now))
			hand_over(w, x);
		if (x->stage != WATCHED_OVER && x->next <= now)
			watched_look_at(x, w->control, now);
	}
}

static void drop_ended(struct waiter *w)
{
	size_t n = 0;

	for (size_t i = 0; i < w->n; i++)
		if (w->list[i]->stage == WATCHED_OVER)
			watched_free(w->list[i]);
		else
			w->list[n++] = w->list[i];
	w->n = n;
}

/* When is there something to do for it? Its news may have to wait for room. */
static int64_t next_of(const struct watched *x)
{
	return x->stage == WATCHED_IDLE && x->news
		       ? number_min(x->next, clock_boot_ms() + ROOM_MS)
		       : x->next;
}

/* It goes on while the machine sleeps. */
static void set_timer(struct waiter *w)
{
	struct itimerspec when = {{0, 0}, {0, 0}};

	w->rings_at = INT64_MAX;
	for (size_t i = 0; i < w->n; i++)
		w->rings_at = number_min(w->rings_at, next_of(w->list[i]));
	if (w->rings_at != INT64_MAX) {
		when.it_value.tv_sec = w->rings_at / 1000;
		when.it_value.tv_nsec = w->rings_at % 1000 * 1000000 + 1;
	}
	(void)timerfd_settime(w->timer_fd, TFD_TIMER_ABSTIME, &when, NULL);
}

#define FIXED 4

static void fill(const struct waiter *w, struct pollfd *p)
{
	p[0] = (struct pollfd){.fd = w->control, .events = POLLIN};
	p[1] = (struct pollfd){.fd = w->signal_fd, .events = POLLIN};
	p[2] = (struct pollfd){.fd = w->timer_fd, .events = POLLIN};
	p[3] = (struct pollfd){.fd = w->network_fd, .events = POLLIN};
	for (size_t i = 0; i < w->n; i++) {
		const struct watched *x = w->list[i];
		struct pollfd *its = &p[FIXED + i];

		*its = (struct pollfd){.fd = x->secret_fd, .events = POLLIN};
		if (x->live != NULL)
			its->fd = live_poll(x->live, &its->events);
	}
}

/* One login at a time: it takes a while, and the others come in between. */
static void serve_ready(struct waiter *w, const struct pollfd *p)
{
	struct watched *next = NULL;

	for (size_t i = 0; i < w->n; i++) {
		struct watched *x = w->list[i];

		if (p[FIXED + i].revents == 0)
			continue;
		if (x->stage == WATCHED_IDLE)
			watched_read(x, w->control);
		else if (x->stage == WATCHED_SECRET && next == NULL &&
			 watched_read_secret(x, w->control))
			next = x;
	}
	if (next != NULL)
		watched_log_in(next, &w->config->accounts[next->account],
			       w->control);
}

static void wait_for(struct waiter *w)
{
	struct pollfd *p = xcalloc(FIXED + w->n, sizeof(*p));
	uint64_t rung;

	fill(w, p);
	if (poll(p, FIXED + w->n, -1) > 0) {
		if (p[1].revents != 0)
			reap(w);
		if (p[2].revents != 0)
			(void)!read(w->timer_fd, &rung, sizeof(rung));
		if (p[3].revents != 0 && network_has_changed(w->network_fd))
			ask_all(w, clock_boot_ms());
		serve_ready(w, p);
		if (p[0].revents != 0)
			take_order(w);
	}
	free(p);
}

void waiter_forget_passwords(const struct config *config)
{
	for (size_t i = 0; i < config->n_accounts; i++)
		password_forget_own(&config->accounts[i]);
	if (config->smtp != NULL)
		password_forget(config->smtp);
}

void waiter_run(const struct config *config, int control, int wake_fd)
{
	struct waiter w = {.config = config,
			   .control = control,
			   .wake_fd = wake_fd,
			   .network_fd = network_watch(),
			   .rings_at = INT64_MAX};
	sigset_t ends;

	waiter_forget_passwords(config);
	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &ends, NULL);
	w.signal_fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	w.timer_fd = timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w.signal_fd == -1 || w.timer_fd == -1) {
		log_error("cannot wait for mail: %s", strerror(errno));
		return;
	}
	for (;;) {
		look_at_all(&w);
		drop_ended(&w);
		set_timer(&w);
		wait_for(&w);
	}
}
