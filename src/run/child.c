/* SPDX-License-Identifier: ISC */
/* The children of the daemon: fetchers, and one sorter. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fetch/session.h"
#include "run/account.h"
#include "run/options.h"
#include "run/serve.h"
#include "run/sorting.h"
#include "run/worker.h"
#include "sort/sort.h"
#include "state/queue.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"
#include "util/number.h"

#include "util/banned.h"

/*
 * A session may take four hours (SESSION_SECONDS in net/conn.c), and Gmail
 * needs several in a row.
 */
#define FETCHER_MS ((int64_t)12 * 3600 * 1000)

/* A sorter that had nothing to do for so long ends. */
#define SORTER_IDLE_MS 2000

/* Without new mail a sorter is started no more often than this. */
#define SORTER_REST_MS 60000

/* In a worker: restore the signals, close what is the daemon's. */
static void become_worker(struct daemon *d)
{
	/* A shell ignores it for background jobs; the daemon ends workers by
	 * it. */
	(void)signal(SIGINT, SIG_DFL);
	(void)sigprocmask(SIG_UNBLOCK, &d->signals, NULL);
	io_close_quietly(&d->signal_fd);
	io_close_quietly(&d->lock);
	io_close_quietly(&d->pulse[0]);
	io_close_quietly(&d->waiter_fd);
}

pid_t daemon_fork(struct daemon *d, struct error *err)
{
	pid_t pid = worker_fork(err);

	if (pid == 0)
		become_worker(d);
	return pid;
}

/* Returns 1 in the parent; 0 when another process has the account; -1. */
static int fork_fetcher(struct daemon *d, struct slot *slot, struct error *err)
{
	struct fetcher *fetcher = &slot->fetcher;
	struct fetch_job job;
	int lock = -1, rc;

	rc = account_lock(d->config, slot->id, &lock, err);
	if (rc != 1)
		return rc;
	run_fetch_job(d->config, slot->account, slot->id, &job);
	job.watched = false;
	job.wake_fd = d->wake[1];
	job.lock_fd = lock;
	fetch_prepare(job.account);
	rc = fetcher_prepare(fetcher, &job, err);
	if (rc == 0)
		fetcher->pid = daemon_fork(d, err);
	if (rc == 0 && fetcher->pid == 0) {
		for (size_t i = 0; i < d->slots.n; i++)
			if (&d->slots.list[i] != slot)
				fetcher_drop(&d->slots.list[i].fetcher);
		io_close_quietly(&d->wake[0]);
		fetcher_run(fetcher, &job);
	}
	if (rc == 0)
		fetcher_started(fetcher, &job);
	io_close_quietly(&lock);
	return fetcher->pid == 0 ? -1 : 1;
}

void daemon_start_fetcher(struct daemon *d, struct slot *slot, int64_t now)
{
	const struct account *a = &d->config->accounts[slot->account];
	bool is_first = slot->fetcher.n == 0;
	struct error err = ERROR_INIT;
	int rc = fork_fetcher(d, slot, &err);

	if (rc == 1) {
		if (is_first)
			slot->deadline = clock_ms() + FETCHER_MS;
		d->slots.running++;
		return;
	}
	fetcher_drop(&slot->fetcher);
	slot->due = now + (a->every < 60 ? a->every : 60) * 1000;
	if (rc == 0)
		log_info("%s: %s", a->name, err.text);
	else
		log_error("%s: %s", a->name, err.text);
}

void daemon_end_fetcher(struct daemon *d, struct slot *slot, int status,
			struct state *state)
{
	struct error trouble;
	bool again = fetcher_ended(&slot->fetcher, status, &trouble);

	d->slots.running--;
	daemon_note_fetcher(d, slot, status, again, &trouble, state);
}

void daemon_note_fetcher(struct daemon *d, struct slot *slot, int status,
			 bool again, const struct error *trouble,
			 struct state *state)
{
	struct error err = ERROR_INIT;

	if (d->stop_at != 0 || state == NULL) {
		fetcher_drop(&slot->fetcher);
		slot->due = clock_boot_ms() + 60000;
		return;
	}
	if (trouble->kind != ERR_NONE)
		troubles_add(&d->troubles,
			     d->config->accounts[slot->account].name,
			     trouble->text);
	if (WIFSIGNALED(status))
		trouble_of_crash(&d->troubles, d->config, slot->account,
				 slot->id, WTERMSIG(status), false, state);
	if (slot_read_due(slot, state, clock_boot_ms(), &err) == -1) {
		log_error("%s", err.text);
		slot->due = clock_boot_ms() + 60000;
	}
	/* When the database is closed: see `Do not use a connection…`. */
	if (again)
		slot->due = clock_boot_ms();
	else if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		slot_want_watch(slot, &d->config->accounts[slot->account]);
}

/* 1: mail has come; 0: there was none for some time, or the sorter must end. */
static int wait_for_mail(const struct daemon *d, int signal_fd)
{
	struct pollfd p[] = {{.fd = d->wake[0], .events = POLLIN},
			     {.fd = signal_fd, .events = POLLIN}};
	char bytes[256];
	int rc;

	do
		rc = poll(p, 2, SORTER_IDLE_MS);
	while (rc == -1 && errno == EINTR);
	if (rc <= 0 || p[1].revents != 0)
		return 0;
	return read(d->wake[0], bytes, sizeof(bytes)) > 0;
}

/* In the sorter. SIGTERM is checked between two messages, and here. */
static int run_sorter(struct daemon *d)
{
	struct sort_options options;
	struct error err = ERROR_INIT;
	struct sorter *sorter;
	sigset_t term;
	int status, signal_fd;

	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &term, NULL);
	signal_fd = signalfd(-1, &term, SFD_CLOEXEC);
	run_sort_options(d->config, d->pulse[1], &options);
	options.wake_fd = d->wake[0];
	options.watched = false;
	if (sorter_open(&sorter, &options, &err) == -1)
		return sorting_cannot_start(d->config, &err, false);
	do {
		status = sorting_drain(d->config, sorter, false);
		status = exit_status_worse(
			status, sorting_finish(d->config, sorter, false));
	} while (wait_for_mail(d, signal_fd) == 1);
	sorter_close(sorter);
	return status;
}

int64_t daemon_sorter_deadline(const struct daemon *d)
{
	return clock_ms() + SORTER_QUIET_MS +
	       (int64_t)d->config->command_timeout * 1000;
}

void daemon_start_sorter(struct daemon *d, int64_t now)
{
	struct error err = ERROR_INIT;

	d->sorter = daemon_fork(d, &err);
	if (d->sorter == 0) {
		io_close_quietly(&d->wake[1]);
		_exit(run_sorter(d));
	}
	if (d->sorter == -1) {
		log_error("%s", err.text);
		d->sorter = 0;
		d->sorter_due = now + SORTER_REST_MS;
		return;
	}
	d->sorter_deadline = daemon_sorter_deadline(d);
}

/* The next sorter is due when held mail or a command to be retried is. */
void daemon_end_sorter(struct daemon *d, int status, struct state *state)
{
	int64_t now = clock_boot_ms(), wait = 0;
	struct error err = ERROR_INIT;
	int rc = 1;

	d->sorter = 0;
	if (WIFSIGNALED(status) && d->stop_at == 0)
		log_error("the sorter was ended by signal %d; nothing is lost, "
			  "the next one continues",
			  WTERMSIG(status));
	if (state != NULL && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		rc = state_next_work(state, clock_calendar_s(), &wait, &err);
	if (rc == -1)
		log_error("%s", err.text);
	if (d->sorter_again)
		d->sorter_due = now;
	else if (rc == 0)
		d->sorter_due = SLOT_NEVER;
	else
		d->sorter_due = now + number_max(wait * 1000, SORTER_REST_MS);
	d->sorter_again = false;
}
