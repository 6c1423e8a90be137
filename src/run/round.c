/* SPDX-License-Identifier: ISC */
#include "run/round.h"

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
#include <sys/wait.h>
#include <unistd.h>

#include "account/password.h"
#include "fetch/health.h"
#include "run/internal.h"
#include "run/watch.h"
#include "state/accounts.h"
#include "state/dir.h"
#include "state/spool.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* How long to wait for an event at most. */
#define LOOK_MS 1000

struct worker {
	pid_t pid; /* 0: not running */
	const char *name;
};

struct round {
	const struct config *config;
	const size_t *accounts;
	size_t n;
	bool named;		/* a person named them */
	int64_t *ids;		/* in the state, parallel to accounts */
	struct worker *workers; /* parallel to accounts */
	struct worker sorter;
	bool pending; /* something waits to be sorted already */
	bool sorting; /* the sorter was started */
	size_t running;
	int wake[2];   /* fetchers → sorter; the first byte starts it */
	int signal_fd; /* for the end of children */
	struct watch watch;
	int status;
};

void schedule_sort_options(const struct config *config, int report_fd,
			   struct sort_options *out)
{
	struct sort_options options = {
		.maildir = config->maildir,
		.layout = config->layout,
		.encoding = config->folder_encoding,
		.state_dir = config->state_dir,
		.spool_dir = config->spool_dir,
		.undecided = config->undecided,
		.accounts = config->accounts,
		.n_accounts = config->n_accounts,
		.rules = config->rules,
		.fallback = (const char *const *)config->charset_fallback,
		.tag_style =
			config->tag_style == NULL ? "auto" : config->tag_style,
		.command_timeout = config->command_timeout,
		.sendmail = config->sendmail,
		.smtp = config->smtp,
		.smtp_from = config->smtp_from == NULL ? "" : config->smtp_from,
		.report_fd = report_fd,
		.on_new = {config->on_new, config->command_timeout},
		.wake_fd = -1,
	};

	*out = options;
}

static bool is_watched(void)
{
	return isatty(STDERR_FILENO) || log_get_level() >= LOG_LEVEL_WHY;
}

void schedule_fill_job(const struct config *config, size_t account, int64_t id,
		       struct fetch_job *out)
{
	*out = (struct fetch_job){
		.account = &config->accounts[account],
		.account_index = (int)account,
		.account_id = id,
		.state_dir = config->state_dir,
		.spool_dir = config->spool_dir,
		.complain_after = config->complain_after,
		.on_trouble = {config->on_trouble, config->command_timeout},
		.watched = is_watched(),
		.lock_fd = -1,
		.wake_fd = -1,
		.report_fd = -1,
	};
}

static void fill_job(const struct round *r, size_t i, struct fetch_job *job)
{
	schedule_fill_job(r->config, r->accounts[i], r->ids[i], job);
	job->wake_fd = r->wake[1];
	job->report_fd = r->watch.events[1];
}

int schedule_check_places(const struct config *config, struct state *state,
			  struct error *err)
{
	struct sort_options options;
	struct maildir *maildir = NULL;
	int rc;

	schedule_sort_options(config, -1, &options);
	rc = sorter_open_maildir(&maildir, &options, state, err);
	maildir_close(maildir);
	return rc;
}

/* Was the configuration changed since? Perhaps it is the password. */
static bool is_changed_since(const struct config *config,
			     const struct account *account, int64_t when)
{
	struct stat st;

	for (size_t i = 0; i < config->n_files; i++)
		if (stat(config->files[i], &st) == -1 ||
		    st.st_mtim.tv_sec >= when)
			return true;
	return password_changed_since(account, when);
}

bool schedule_is_barred(const struct config *config, size_t account,
			const struct account_health *health)
{
	return health_is_barred(health, clock_calendar_s()) &&
	       !is_changed_since(config, &config->accounts[account],
				 health->last_try);
}

/* Cron tries no such account, as long as nobody asks for it. */
static int leave_barred(struct round *r, size_t i, struct state *state,
			struct error *err)
{
	struct account_health health;

	if (r->named || is_watched())
		return 0;
	if (state_get_health(state, r->ids[i], &health, err) == -1)
		return -1;
	if (schedule_is_barred(r->config, r->accounts[i], &health))
		r->ids[i] = 0;
	return 0;
}

static int prepare(struct round *r, struct error *err)
{
	const struct config *config = r->config;
	struct state *state = NULL;
	int rc;

	if (state_open(&state, config->state_dir, STATE_WRITE, err) == -1)
		return -1;
	rc = schedule_check_places(config, state, err);
	if (rc == 0)
		rc = state_has_work(state, &r->pending, err);
	/* What no row needs is the sorter's to clear away. */
	r->pending = r->pending || spool_has_files(config->spool_dir);
	for (size_t i = 0; rc == 0 && i < r->n; i++) {
		rc = state_add_account(state,
				       config->accounts[r->accounts[i]].name,
				       &r->ids[i], err);
		if (rc == 0)
			rc = leave_barred(r, i, state, err);
	}
	state_close(state);
	return rc;
}

/* In the sorter: drain whenever a fetcher says so, and once at the end. */
static int run_sorter(const struct round *r)
{
	struct sort_options options;
	struct error err = ERROR_INIT;
	struct sorter *sorter;
	bool watched = is_watched();
	char bytes[256];
	ssize_t n;
	int status;

	schedule_sort_options(r->config, r->watch.events[1], &options);
	if (sorter_open(&sorter, &options, &err) == -1)
		return schedule_no_sorter(r->config, &err, watched);
	status = schedule_drain(r->config, sorter, watched);
	for (;;) {
		n = read(r->wake[0], bytes, sizeof(bytes));
		if (n == -1 && errno == EINTR)
			continue;
		status = exit_status_worse(
			status, schedule_drain(r->config, sorter, watched));
		if (n <= 0)
			break;
	}
	status = exit_status_worse(status, schedule_finish(sorter));
	sorter_close(sorter);
	return status;
}

static void set_blocked(int number, bool blocked)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, number);
	(void)sigprocmask(blocked ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL);
}

pid_t schedule_fork(struct error *err)
{
	pid_t parent = getpid(), pid = fork();

	if (pid == -1)
		(void)error_errno(err, ERR_TEMPORARY, "cannot start a worker");
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(75);
		set_blocked(SIGCHLD, false);
	}
	return pid;
}

static int start_sorter(struct round *r, struct error *err)
{
	r->sorting = true;
	r->sorter.name = "the sorter";
	r->sorter.pid = schedule_fork(err);
	if (r->sorter.pid == -1)
		return -1;
	if (r->sorter.pid != 0)
		return 0;
	io_close_quietly(&r->wake[1]);
	watch_leave(&r->watch);
	_exit(run_sorter(r));
}

int schedule_lock_account(const struct config *config, int64_t id, int *fd_out,
			  struct error *err)
{
	char name[64];

	(void)snprintf(name, sizeof(name), ACCOUNT_LOCK "%lld.lock",
		       (long long)id);
	return state_dir_lock(config->state_dir, name, LOCK_EXCLUSIVE, LOCK_TRY,
			      fd_out, err);
}

static void add_status(struct round *r, int status)
{
	r->status = exit_status_worse(r->status, status);
}

/*
 * Start the fetcher of account i. Its lock is taken here and inherited: who
 * finds it taken leaves the account to whoever is at it.
 */
static void start_fetcher(struct round *r, size_t i)
{
	struct error err = ERROR_INIT;
	struct fetch_job job;
	int lock = -1, rc;

	if (r->ids[i] == 0) {
		watch_end(&r->watch, i, "refused before, left alone for now");
		add_status(r, 77);
		return;
	}
	fill_job(r, i, &job);
	rc = schedule_lock_account(r->config, job.account_id, &lock, &err);
	if (rc == 0) {
		log_info("%s: another postroom is fetching from this account",
			 job.account->name);
		watch_end(&r->watch, i, "left to another postroom");
		add_status(r, 75);
		return;
	}
	job.lock_fd = lock;
	if (rc == 1)
		r->workers[i].pid = schedule_fork(&err);
	if (rc == -1 || r->workers[i].pid == -1) {
		log_error("%s: %s", job.account->name, err.text);
		watch_end(&r->watch, i, "failed, see above");
		add_status(r, error_exit_status(err.kind));
		r->workers[i].pid = 0;
	} else if (r->workers[i].pid == 0) {
		io_close_quietly(&r->wake[0]);
		watch_leave(&r->watch);
		_exit(fetch_run(&job));
	} else {
		r->workers[i].name = job.account->name;
		r->running++;
	}
	io_close_quietly(&lock);
}

static void note_exit(struct round *r, const struct worker *w, int status)
{
	if (WIFEXITED(status)) {
		add_status(r, WEXITSTATUS(status));
		return;
	}
	log_error("%s: the worker was ended by signal %d; nothing is lost, the "
		  "next run goes on from there",
		  w->name, WTERMSIG(status));
	add_status(r, 75);
}

static void note_child(struct round *r, pid_t pid, int status)
{
	if (pid == r->sorter.pid) {
		note_exit(r, &r->sorter, status);
		r->sorter.pid = 0;
		return;
	}
	for (size_t i = 0; i < r->n; i++) {
		if (r->workers[i].pid != pid)
			continue;
		note_exit(r, &r->workers[i], status);
		r->workers[i].pid = 0;
		r->running--;
		watch_end(&r->watch, i,
			  WIFEXITED(status) && WEXITSTATUS(status) == 0
				  ? NULL
				  : "failed, see above");
	}
}

/*
 * Mail has come: sort it while the rest is fetched. A poll that brings nothing
 * does without a sorter.
 */
static void sort_meanwhile(struct round *r)
{
	struct error err = ERROR_INIT;

	if (start_sorter(r, &err) == 0)
		return;
	r->sorter.pid = 0;
	log_error("%s", err.text);
	add_status(r, error_exit_status(err.kind));
}

/* Until something happens: at most so long that a lost signal is no harm. */
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

/* Wait for one child to end, drawing what the workers say meanwhile. */
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

/* A byte of the last fetcher that nobody has seen yet. */
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
	set_blocked(SIGCHLD, true);
	r->signal_fd = signalfd(-1, &ends, SFD_CLOEXEC | SFD_NONBLOCK);
	if (r->signal_fd == -1 || pipe2(r->wake, O_CLOEXEC) == -1)
		return error_errno(err, ERR_TEMPORARY, "pipe");
	/* A pipe that is full needs no further waking. */
	(void)fcntl(r->wake[1], F_SETFL, O_NONBLOCK);
	return 0;
}

static int run_round(struct round *r, struct error *err)
{
	if (prepare(r, err) == -1 || open_pipes(r, err) == -1 ||
	    watch_open(&r->watch, r->config, r->accounts, r->n, err) == -1 ||
	    (r->pending && start_sorter(r, err) == -1))
		return -1;
	fetch_prepare();
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
	while (r->sorter.pid > 0)
		wait_child(r);
	return 0;
}

int schedule_round(const struct config *config, const size_t *accounts,
		   size_t n, bool named)
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
	r.workers = xcalloc(n, sizeof(*r.workers));
	if (run_round(&r, &err) == -1) {
		log_error("%s", err.text);
		add_status(&r, error_exit_status(err.kind));
	}
	watch_close(&r.watch);
	for (int i = 0; i < 2; i++)
		io_close_quietly(&r.wake[i]);
	io_close_quietly(&r.signal_fd);
	free(r.ids);
	free(r.workers);
	return r.status;
}

int64_t schedule_newest(const struct config *config)
{
	struct error err = ERROR_INIT;
	struct state *state = NULL;
	int64_t id = -1;

	if (state_open(&state, config->state_dir, STATE_READ, &err) == -1 ||
	    state_newest(state, &id, &err) == -1)
		log_error("%s", err.text);
	state_close(state);
	return id;
}

int schedule_preview(const struct config *config, const size_t *accounts,
		     size_t n)
{
	struct round r = {.config = config,
			  .accounts = accounts,
			  .n = n,
			  .wake = {-1, -1},
			  .watch = WATCH_NONE};
	struct sort_options options;
	struct state *state = NULL;
	struct error err = ERROR_INIT;

	r.ids = xcalloc(n, sizeof(*r.ids));
	schedule_sort_options(config, -1, &options);
	if (state_open(&state, config->state_dir, STATE_READ, &err) == -1) {
		log_error("%s", err.text);
		add_status(&r, error_exit_status(err.kind));
	}
	for (size_t i = 0; state != NULL && i < n; i++) {
		struct fetch_job job;

		if (state_account(state, config->accounts[accounts[i]].name,
				  &r.ids[i], &err) == -1)
			r.ids[i] = 0;
		fill_job(&r, i, &job);
		add_status(&r, schedule_preview_one(&job, &options));
	}
	state_close(state);
	free(r.ids);
	return r.status;
}

int schedule_mark_seen(const struct config *config, size_t account,
		       char *const *uidls, size_t *n_out, struct error *err)
{
	int64_t id = 0;
	struct round r = {.config = config,
			  .accounts = &account,
			  .n = 1,
			  .named = true,
			  .ids = &id,
			  .wake = {-1, -1},
			  .watch = WATCH_NONE};
	struct fetch_job job;
	int lock = -1, rc;

	if (prepare(&r, err) == -1)
		return -1;
	rc = schedule_lock_account(config, id, &lock, err);
	if (rc == 0)
		rc = error_set(err, ERR_TEMPORARY,
			       "another postroom is fetching from this "
			       "account");
	fill_job(&r, 0, &job);
	if (rc == 1)
		rc = fetch_mark_seen(&job, uidls, n_out, err);
	io_close_quietly(&lock);
	return rc;
}
