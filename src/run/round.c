/* SPDX-License-Identifier: ISC */
#include "run/round.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "fetch/session.h"
#include "run/account.h"
#include "run/fetcher.h"
#include "run/options.h"
#include "run/sorting.h"
#include "run/trouble.h"
#include "run/watch.h"
#include "run/worker.h"
#include "sort/sort.h"
#include "state/accounts.h"
#include "state/failing.h"
#include "state/queue.h"
#include "state/spool.h"
#include "state/state.h"
#include "state/told.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Wait for an event no longer than this, in case a signal is lost. */
#define LOOK_MS 1000

struct round {
	const struct config *config;
	const size_t *accounts;
	size_t n;
	bool named;		  /* on the command line */
	int64_t *ids;		  /* in the state, parallel to accounts */
	struct fetcher *fetchers; /* parallel to accounts */
	pid_t sorter;		  /* 0: not running */
	bool pending; /* mail from an earlier run waits to be sorted */
	bool sorting; /* the sorter was started */
	size_t running;
	int wake[2];   /* fetchers → sorter; the first byte starts it */
	int signal_fd; /* readable when a child has ended */
	struct watch watch;
	struct troubles troubles; /* for on-trouble */
	bool old_trouble;	  /* what stops the round was told today */
	int status;
};

static void fill_job(const struct round *r, size_t i, struct fetch_job *job)
{
	run_fetch_job(r->config, r->accounts[i], r->ids[i], job);
	job->wake_fd = r->wake[1];
	job->report_fd = r->watch.events[1];
}

/* Skip a barred account (id 0), unless it was named or a person looks on. */
static int leave_barred(struct round *r, size_t i, struct state *state,
			struct error *err)
{
	struct account_health health;

	if (r->named || run_is_watched())
		return 0;
	if (state_get_health(state, r->ids[i], &health, err) == -1)
		return -1;
	if (account_is_barred(r->config, r->accounts[i], &health))
		r->ids[i] = 0;
	return 0;
}

/*
 * The Maildir cannot be used: tell once a day, and let `status` know. When it
 * is back, the sorter takes that note away, though there may be no mail.
 */
static int check_maildir(struct round *r, struct state *state,
			 struct error *err)
{
	int64_t now = clock_calendar_s();
	struct error ignored = ERROR_INIT;
	bool tell = true;

	if (run_check_maildir(r->config, state, err) == 0) {
		r->pending = state_has_sorter_trouble(state, &ignored) == 1;
		return 0;
	}
	(void)state_set_sorter_trouble(state, now, err->text, &ignored);
	(void)state_tell_trouble(state, 0, err, now, &tell, &ignored);
	r->old_trouble = !tell && !run_is_watched();
	if (tell)
		troubles_add(&r->troubles, "", err->text);
	return -1;
}

static int prepare(struct round *r, struct error *err)
{
	const struct config *config = r->config;
	struct state *state = NULL;
	bool work = false;
	int rc;

	if (state_open(&state, config->state_dir, STATE_WRITE, err) == -1)
		return -1;
	rc = check_maildir(r, state, err);
	if (rc == 0)
		rc = run_check_state(config, state, err);
	if (rc == 0)
		rc = state_has_work(state, &work, err);
	/* The sorter also removes spool files that no row needs. */
	r->pending = r->pending || work || spool_has_files(config->spool_dir);
	if (rc == 0)
		rc = account_find_all(config, r->accounts, r->n, state, r->ids,
				      err);
	for (size_t i = 0; rc == 0 && i < r->n; i++)
		rc = leave_barred(r, i, state, err);
	state_leave(state);
	return rc;
}

/* In the sorter: drain when a fetcher has written a byte, and at the end. */
static int run_sorter(const struct round *r)
{
	struct sort_options options;
	struct error err = ERROR_INIT;
	struct sorter *sorter;
	bool watched = run_is_watched();
	char bytes[256];
	ssize_t n;
	int status;

	run_sort_options(r->config, r->watch.events[1], &options);
	if (sorter_open(&sorter, &options, &err) == -1)
		return sorting_cannot_start(r->config, &err, watched);
	status = sorting_drain(r->config, sorter, watched);
	for (;;) {
		n = read(r->wake[0], bytes, sizeof(bytes));
		if (n == -1 && errno == EINTR)
			continue;
		status = exit_status_worse(
			status, sorting_drain(r->config, sorter, watched));
		if (n <= 0)
			break;
	}
	status = exit_status_worse(status,
				   sorting_finish(r->config, sorter, watched));
	sorter_close(sorter);
	return status;
}

static int start_sorter(struct round *r, struct error *err)
{
	r->sorting = true;
	r->sorter = worker_fork(err);
	if (r->sorter == -1)
		return -1;
	if (r->sorter != 0)
		return 0;
	io_close_quietly(&r->wake[1]);
	watch_leave(&r->watch);
	_exit(run_sorter(r));
}

static void add_status(struct round *r, int status)
{
	r->status = exit_status_worse(r->status, status);
}

static int fork_fetcher(struct round *r, size_t i, struct fetch_job *job,
			struct error *err)
{
	struct fetcher *fetcher = &r->fetchers[i];

	if (fetcher_prepare(fetcher, job, err) == -1)
		return -1;
	fetcher->pid = worker_fork(err);
	if (fetcher->pid == 0) {
		for (size_t j = 0; j < r->n; j++)
			if (j != i)
				fetcher_drop(&r->fetchers[j]);
		io_close_quietly(&r->wake[0]);
		watch_leave(&r->watch);
		fetcher_run(fetcher, job);
	}
	fetcher_started(fetcher, job);
	return fetcher->pid == 0 ? -1 : 0;
}

/*
 * Start the fetcher of account i, which inherits the lock taken here. When
 * another process has the lock, it is fetching from the account already.
 */
static void start_fetcher(struct round *r, size_t i)
{
	struct error err = ERROR_INIT;
	struct fetch_job job;
	int lock = -1, rc;

	if (r->ids[i] == 0) {
		watch_end(&r->watch, i, "login refused before, not tried now");
		add_status(r, EX_NOPERM);
		return;
	}
	fill_job(r, i, &job);
	rc = account_lock(r->config, job.account_id, &lock, &err);
	if (rc == 0) {
		log_info("%s: %s", job.account->name, err.text);
		watch_end(&r->watch, i, "another postroom is fetching from it");
		add_status(r, EX_TEMPFAIL);
		return;
	}
	job.lock_fd = lock;
	fetch_prepare(job.account);
	if (rc == 1)
		rc = fork_fetcher(r, i, &job, &err);
	if (rc == -1) {
		log_error("%s: %s", job.account->name, err.text);
		watch_end(&r->watch, i, "failed, see above");
		add_status(r, error_exit_status(err.kind));
	} else {
		r->running++;
	}
	io_close_quietly(&lock);
}

static void note_crash(struct round *r, size_t i, int number)
{
	struct error err = ERROR_INIT;
	struct state *state = NULL;

	if (state_open(&state, r->config->state_dir, STATE_WRITE, &err) == 0)
		trouble_of_crash(&r->troubles, r->config, r->accounts[i],
				 r->ids[i], number, run_is_watched(), state);
	else
		log_error("%s", err.text);
	state_close(state);
}

static void note_sorter_end(struct round *r, int status)
{
	r->sorter = 0;
	if (WIFSIGNALED(status))
		log_error("the sorter was ended by signal %d; nothing is lost, "
			  "the next run continues",
			  WTERMSIG(status));
}

static void note_fetcher_end(struct round *r, size_t i, int status)
{
	bool ok = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	const char *name = r->config->accounts[r->accounts[i]].name;
	struct error trouble;
	bool again = fetcher_ended(&r->fetchers[i], status, &trouble);

	r->running--;
	if (WIFSIGNALED(status))
		note_crash(r, i, WTERMSIG(status));
	if (trouble.kind != ERR_NONE)
		troubles_add(&r->troubles, name, trouble.text);
	if (again) {
		start_fetcher(r, i);
		return;
	}
	add_status(r, WIFEXITED(status) ? WEXITSTATUS(status) : EX_TEMPFAIL);
	watch_end(&r->watch, i, ok ? NULL : "failed, see above");
}

static void note_child(struct round *r, pid_t pid, int status)
{
	for (size_t i = 0; i < r->n; i++) {
		if (r->fetchers[i].pid == pid) {
			note_fetcher_end(r, i, status);
			return;
		}
	}
	add_status(r, WIFEXITED(status) ? WEXITSTATUS(status) : EX_TEMPFAIL);
	if (pid == r->sorter)
		note_sorter_end(r, status);
}

/*
 * Mail has come: sort it while the rest is fetched. A poll without new mail
 * starts no sorter.
 */
static void sort_meanwhile(struct round *r)
{
	struct error err = ERROR_INIT;

	if (start_sorter(r, &err) == 0)
		return;
	r->sorter = 0;
	log_error("%s", err.text);
	add_status(r, error_exit_status(err.kind));
}

/* Until a child ends, mail comes, or there is something to draw. */
static void wait_for_events(struct round *r)
{
	struct pollfd p[] = {
		{.fd = r->signal_fd, .events = POLLIN},
		{.fd = r->watch.events[0], .events = POLLIN},
		{.fd = r->sorting ? -1 : r->wake[0], .events = POLLIN},
		{.fd = r->watch.said[0], .events = POLLIN},
	};
	struct signalfd_siginfo info;

	if (poll(p, 4, LOOK_MS) <= 0)
		return;
	if (p[0].revents != 0 && read(r->signal_fd, &info, sizeof(info)) == -1)
		return;
	if ((p[2].revents & POLLIN) != 0)
		sort_meanwhile(r);
}

/* Wait for one child to end, and draw what the workers send meanwhile. */
static void wait_child(struct round *r)
{
	int status;
	pid_t pid;

	for (;;) {
		pid = waitpid(-1, &status, WNOHANG);
		watch_take(&r->watch);
		if (pid > 0) {
			note_child(r, pid, status);
			return;
		}
		if (pid == -1 && errno != EINTR)
			return;
		wait_for_events(r);
	}
}

/* Did the last fetcher wake a sorter that was never started? */
static bool has_mail(const struct round *r)
{
	struct pollfd p = {.fd = r->wake[0], .events = POLLIN};

	return !r->sorting && poll(&p, 1, 0) == 1 && (p.revents & POLLIN) != 0;
}

static int open_pipes(struct round *r, struct error *err)
{
	sigset_t ends;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGCHLD);
	(void)sigprocmask(SIG_BLOCK, &ends, NULL);
	r->signal_fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	if (r->signal_fd == -1 || pipe2(r->wake, O_CLOEXEC) == -1)
		return error_errno(err, ERR_TEMPORARY, "pipe");
	/* A full pipe wakes as well as one more byte would. */
	(void)fcntl(r->wake[1], F_SETFL, O_NONBLOCK);
	return 0;
}

static int run_round(struct round *r, struct error *err)
{
	if (prepare(r, err) == -1 || open_pipes(r, err) == -1 ||
	    watch_open(&r->watch, r->config, r->accounts, r->n, err) == -1 ||
	    (r->pending && start_sorter(r, err) == -1))
		return -1;
	for (size_t i = 0; i < r->n; i++) {
		while (r->running >= (size_t)r->config->parallel)
			wait_child(r);
		start_fetcher(r, i);
	}
	while (r->running > 0)
		wait_child(r);
	if (has_mail(r))
		sort_meanwhile(r);
	/* The sorter now sees the end of the pipe, drains, and ends. */
	io_close_quietly(&r->wake[1]);
	while (r->sorter > 0)
		wait_child(r);
	return 0;
}

int round_run(const struct config *config, const size_t *accounts, size_t n,
	      bool named)
{
	struct round r = {.config = config,
			  .accounts = accounts,
			  .n = n,
			  .named = named,
			  .wake = {-1, -1},
			  .signal_fd = -1,
			  .watch = WATCH_NONE};
	struct error err = ERROR_INIT;

	r.ids = xcalloc(n, sizeof(*r.ids));
	r.fetchers = xcalloc(n, sizeof(*r.fetchers));
	if (run_round(&r, &err) == -1) {
		if (r.old_trouble)
			log_info("%s", err.text);
		else
			log_error("%s", err.text);
		add_status(&r, error_exit_status(err.kind));
	}
	watch_close(&r.watch);
	if (!run_is_watched())
		troubles_notify(config, &r.troubles);
	for (int i = 0; i < 2; i++)
		io_close_quietly(&r.wake[i]);
	io_close_quietly(&r.signal_fd);
	free(r.ids);
	for (size_t i = 0; i < n; i++)
		fetcher_drop(&r.fetchers[i]);
	free(r.fetchers);
	return r.status;
}
