/* SPDX-License-Identifier: ISC */
/* The daemon and its waiter: see waiter.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/password.h"
#include "run/serve.h"
#include "run/waiter.h"
#include "util/clock.h"
#include "util/escape.h"
#include "util/frame.h"
#include "util/io.h"
#include "util/log.h"
#include "util/number.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A server may ask to be left alone for a day; none asks for longer. */
#define WAIT_MAX_S ((int64_t)24 * 3600)

/* A session that ends sooner counts as a failure to wait. */
#define SHORT_MS 60000

/* After a failure, and twice as long after each one in a row. */
#define REST_MS	   60000
#define REST_TWICE 6

/* Servers end many sessions at the same moment: do not all come again then. */
#define SPREAD_MS 5000

static const struct account *account_of(const struct daemon *d,
					const struct slot *slot)
{
	return &d->config->accounts[slot->account];
}

static const char *name_of(const struct daemon *d, const struct slot *slot)
{
	return account_of(d, slot)->name;
}

static int start_waiter(struct daemon *d, struct error *err)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == -1)
		return error_errno(err, ERR_TEMPORARY, "socketpair");
	d->waiter = daemon_fork(d, err);
	if (d->waiter == 0) {
		io_close_quietly(&ends[0]);
		io_close_quietly(&d->wake[0]);
		io_close_quietly(&d->pulse[1]);
		if (d->next != NULL)
			waiter_forget_passwords(d->next);
		for (size_t i = 0; i < d->slots.n; i++)
			fetcher_drop(&d->slots.list[i].fetcher);
		waiter_run(d->config, ends[1], d->wake[1]);
		_exit(0);
	}
	io_close_quietly(&ends[1]);
	if (d->waiter == -1) {
		d->waiter = 0;
		io_close_quietly(&ends[0]);
		return -1;
	}
	d->waiter_fd = ends[0];
	return 0;
}

/* In a process of its own: the password to the pipe, with a line end. */
_Noreturn static void give_password(const struct account *account, int fd)
{
	struct buf secret = BUF_INIT(PASSWORD_MAX + 1);
	struct error err = ERROR_INIT;
	int rc = password_read(account, &secret, &err);

	buf_addch(&secret, '\n');
	if (rc == 0)
		rc = io_write(fd, secret.s, secret.len, "a pipe", &err);
	if (rc == -1)
		log_info("%s: %s", account->name, err.text);
	_exit(0);
}

/* A pipe from which the password comes; -1. */
static int open_password(struct daemon *d, const struct account *account,
			 struct error *err)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) == -1)
		return error_errno(err, ERR_TEMPORARY, "pipe");
	pid = daemon_fork(d, err);
	if (pid == 0)
		give_password(account, ends[1]);
	io_close_quietly(&ends[1]);
	if (pid == -1)
		io_close_quietly(&ends[0]);
	return ends[0];
}

static int send_order(struct daemon *d, const struct slot *slot,
		      const struct live_known *known, struct error *err)
{
	struct waiter_message message = {.word = WAITER_WATCH,
					 .account = (uint32_t)slot->account,
					 .id = slot->id,
					 .known = *known};
	int fd, rc;

	if (d->waiter == 0 && start_waiter(d, err) == -1)
		return -1;
	fd = open_password(d, account_of(d, slot), err);
	if (fd == -1)
		return -1;
	rc = frame_send(d->waiter_fd, &message, sizeof(message), fd);
	io_close_quietly(&fd);
	return rc == 1 ? 0
		       : error_set(err, ERR_TEMPORARY,
				   "the process that waits takes no orders");
}

/* Give the waiter an account. */
static void watch(struct daemon *d, struct slot *slot,
		  const struct live_known *known)
{
	struct error err = ERROR_INIT;
	int64_t now = clock_boot_ms();

	if (send_order(d, slot, known, &err) == 0) {
		slot->watch = WATCH_ASKED;
		slot->watched = now;
		return;
	}
	log_info("%s: cannot wait for mail: %s", name_of(d, slot), err.text);
	slot->watch_due = now + REST_MS;
}

/* It is due, and is to wait: the configuration may be another one now. */
static bool is_due(const struct daemon *d, struct slot *slot, int64_t now)
{
	if (!live_is_wanted(account_of(d, slot)))
		slot->watch_due = SLOT_NEVER;
	return slot->watch_due <= now && slot->watch == WATCH_OFF &&
	       slot->fetcher.pid == 0;
}

/* The INBOX of each account that is due, as it is known. */
static int recall(const struct daemon *d, int64_t now, struct live_known *known)
{
	struct error err = ERROR_INIT;
	struct state *state = NULL;
	int rc = daemon_open_state(d, &state);

	for (size_t i = 0; rc == 0 && i < d->slots.n; i++)
		if (is_due(d, &d->slots.list[i], now))
			rc = live_recall(state,
					 account_of(d, &d->slots.list[i]),
					 d->slots.list[i].id, &known[i], &err);
	if (err.kind != ERR_NONE)
		log_error("%s", err.text);
	state_leave(state);
	return rc;
}

void daemon_watch_due(struct daemon *d, int64_t now)
{
	struct live_known *known;
	bool any = false;
	int rc;

	for (size_t i = 0; i < d->slots.n; i++)
		any |= is_due(d, &d->slots.list[i], now);
	if (!any)
		return;
	known = xcalloc(d->slots.n, sizeof(*known));
	rc = recall(d, now, known);
	/* The database is closed: no process may inherit it. */
	for (size_t i = 0; i < d->slots.n; i++) {
		struct slot *slot = &d->slots.list[i];

		if (!is_due(d, slot, now))
			continue;
		slot->watch_due = rc == 0 ? SLOT_NEVER : now + REST_MS;
		if (rc == 0)
			watch(d, slot, &known[i]);
	}
	free(known);
}

static int64_t spread(const struct slot *slot)
{
	return slot->id * 997 % SPREAD_MS;
}

/* It could not wait: poll, and wait again once that went well. Seconds. */
static int64_t give_up(struct slot *slot, int64_t wait)
{
	int64_t now = clock_boot_ms(), rest = REST_MS << slot->n_lost;

	if (slot->n_lost < REST_TWICE)
		slot->n_lost++;
	rest = number_max(rest, wait * 1000);
	slot->watch = WATCH_OFF;
	slot->watch_from = now + rest;
	slot->due = number_min(slot->due, now + rest);
	return rest / 1000;
}

/*
 * The waiting has ended. After a long one it begins again; else only when the
 * next poll has shown that the server is well.
 */
static void lost(const struct daemon *d, struct slot *slot, int64_t wait,
		 const char *why)
{
	int64_t now = clock_boot_ms();

	if (slot->watch == WATCH_ON && now - slot->watched >= SHORT_MS &&
	    wait == 0) {
		slot->watch = WATCH_OFF;
		slot->n_lost = 0;
		slot->watch_due = now + spread(slot);
		log_info("%s: the server ended the waiting for mail: %s",
			 name_of(d, slot), why);
		return;
	}
	wait = give_up(slot, wait);
	log_info("%s: cannot wait for mail: %s; tried again in %lld seconds",
		 name_of(d, slot), why, (long long)wait);
}

/* For `status`; nothing else depends on it. */
static void record(const struct daemon *d, const struct slot *slot,
		   int64_t since, int64_t news)
{
	const struct idle_record record = {since, news};
	struct error err = ERROR_INIT;
	struct state *state = NULL;

	if (d->stop_at == 0 && daemon_open_state(d, &state) == 0 &&
	    state_set_idle(state, slot->id, &record, &err) == -1)
		log_error("%s", err.text);
	state_leave(state);
}

static void end_handed(struct daemon *d, struct slot *slot,
		       const struct waiter_message *m)
{
	struct state *state = NULL;

	slot->watch = WATCH_OFF;
	(void)daemon_open_state(d, &state);
	daemon_note_fetcher(d, slot, m->status, m->again, &m->trouble, state);
	state_leave(state);
	/* There is mail: do not leave it until the next poll is due. */
	if (WIFEXITED(m->status) && WEXITSTATUS(m->status) == 0)
		slot->n_lost = 0;
	else
		(void)give_up(slot, 0);
}

static void take(struct daemon *d, struct slot *slot,
		 const struct waiter_message *m)
{
	char why[ERROR_TEXT_MAX];

	switch (m->word) {
	case WAITER_IDLE:
		slot->watch = WATCH_ON;
		slot->watched = clock_boot_ms();
		record(d, slot, clock_calendar_s(), -1);
		log_info("%s: waiting for mail", name_of(d, slot));
		break;
	case WAITER_FETCHING:
		slot->watch = WATCH_FETCHING;
		record(d, slot, 0, clock_calendar_s());
		break;
	case WAITER_BUSY:
		slot->due = clock_boot_ms();
		slot->again = slot->fetcher.pid != 0;
		break;
	case WAITER_ENDED:
		end_handed(d, slot, m);
		break;
	case WAITER_LOST:
		escape_to(why, sizeof(why), m->trouble.text,
			  strnlen(m->trouble.text, ERROR_TEXT_MAX));
		lost(d, slot, number_min(number_max(m->wait, 0), WAIT_MAX_S),
		     why);
		record(d, slot, 0, -1);
		break;
	case WAITER_WATCH:
		break;
	}
}

/* A server may have taken it over: all that it says is checked. */
static struct slot *slot_of(const struct daemon *d,
			    const struct waiter_message *m)
{
	for (size_t i = 0; i < d->slots.n; i++)
		if (d->slots.list[i].id == m->id &&
		    d->slots.list[i].watch != WATCH_OFF)
			return &d->slots.list[i];
	return NULL;
}

void daemon_hear_waiter(struct daemon *d)
{
	struct waiter_message message;
	struct slot *slot;
	int fd, rc;

	rc = frame_receive(d->waiter_fd, &message, sizeof(message), &fd);
	io_close_quietly(&fd);
	if (rc != 1) {
		io_close_quietly(&d->waiter_fd);
		return;
	}
	message.trouble.text[ERROR_TEXT_MAX - 1] = '\0';
	slot = slot_of(d, &message);
	if (slot != NULL)
		take(d, slot, &message);
}

/* We have ended it: its accounts go to the next one. */
static void pass_on(struct slot *slot)
{
	slot->watch = WATCH_OFF;
	slot->watch_due = number_max(clock_boot_ms() + spread(slot),
				     slot->watched + LIVE_LOGIN_MS);
}

void daemon_end_waiter(struct daemon *d, int status)
{
	bool stopped = d->waiter_stopped || d->stop_at != 0;

	d->waiter = 0;
	d->waiter_stopped = false;
	io_close_quietly(&d->waiter_fd);
	if (WIFSIGNALED(status) && !stopped)
		log_error("the process that waits for mail was ended by signal "
			  "%d; mail is polled instead, and the next one waits",
			  WTERMSIG(status));
	for (size_t i = 0; i < d->slots.n; i++) {
		struct slot *slot = &d->slots.list[i];

		if (slot->watch != WATCH_OFF && stopped)
			pass_on(slot);
		else if (slot->watch != WATCH_OFF)
			(void)give_up(slot, 0);
	}
}

void daemon_stop_waiter(struct daemon *d)
{
	if (d->waiter == 0)
		return;
	d->waiter_stopped = true;
	(void)kill(d->waiter, SIGTERM);
}
