/* SPDX-License-Identifier: ISC */
#include "run/watched.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "account/password.h"
#include "fetch/session.h"
#include "util/clock.h"
#include "util/frame.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* For a sign of life, when it was asked for. */
#define ANSWER_MS 20000

/* For a password that a command gives; it has its own timeout. */
#define SECRET_MS ((int64_t)5 * 60 * 1000)

struct watched *watched_new(const struct waiter_message *order, int secret_fd)
{
	struct watched *x = xcalloc(1, sizeof(*x));

	x->stage = WATCHED_SECRET;
	x->account = order->account;
	x->id = order->id;
	x->known = order->known;
	x->secret_fd = secret_fd;
	x->next = clock_boot_ms() + SECRET_MS;
	buf_init(&x->secret, PASSWORD_MAX + 1);
	(void)buf_reserve(&x->secret, PASSWORD_MAX + 1);
	return x;
}

void watched_free(struct watched *x)
{
	io_close_quietly(&x->secret_fd);
	buf_wipe(&x->secret);
	live_close(x->live);
	free(x);
}

/* Not for a daemon that is gone. */
void waiter_tell(int control, const struct waiter_message *message)
{
	struct pollfd p = {.fd = control, .events = POLLOUT};

	while (frame_send(control, message, sizeof(*message), -1) == 0)
		(void)poll(&p, 1, -1);
}

struct waiter_message watched_message(const struct watched *x,
				      enum waiter_word word)
{
	struct waiter_message message;

	/* With no bytes between the fields that hold something old. */
	memset(&message, 0, sizeof(message));
	message.word = word;
	message.account = x->account;
	message.id = x->id;
	message.trouble.kind = ERR_NONE;
	return message;
}

void watched_tell(const struct watched *x, int control, enum waiter_word word)
{
	struct waiter_message message = watched_message(x, word);

	waiter_tell(control, &message);
}

void watched_lose(struct watched *x, int control, int64_t wait,
		  const struct error *why)
{
	struct waiter_message message = watched_message(x, WAITER_LOST);

	message.wait = wait;
	message.trouble = *why;
	live_close(x->live);
	x->live = NULL;
	x->stage = WATCHED_OVER;
	waiter_tell(control, &message);
}

void watched_log_in(struct watched *x, const struct account *account,
		    int control)
{
	struct error err = ERROR_INIT;
	int64_t wait = 0;
	int rc;

	io_close_quietly(&x->secret_fd);
	fetch_prepare(account);
	rc = live_open(&x->live, account, x->secret.s, &x->known, &x->news,
		       &wait, &err);
	buf_wipe(&x->secret);
	if (rc == -1) {
		watched_lose(x, control, wait, &err);
		return;
	}
	x->stage = WATCHED_IDLE;
	x->next =
		clock_boot_ms() +
		(live_is_asking(x->live) ? ANSWER_MS : live_renew_ms(x->live));
	watched_tell(x, control, WAITER_IDLE);
}

bool watched_read_secret(struct watched *x, int control)
{
	struct error err = ERROR_INIT;
	char bytes[1024];
	ssize_t n = read(x->secret_fd, bytes, sizeof(bytes));

	if (n > 0)
		buf_add(&x->secret, bytes, (size_t)n);
	explicit_bzero(bytes, sizeof(bytes));
	if (n > 0 || (n == -1 && (errno == EAGAIN || errno == EINTR)))
		return false;
	/* It has a line end, so that none is not an empty one. */
	if (n == 0 && x->secret.len > 0 &&
	    x->secret.s[x->secret.len - 1] == '\n') {
		buf_truncate(&x->secret, x->secret.len - 1);
		return true;
	}
	(void)error_set(&err, ERR_TEMPORARY, "there is no password");
	watched_lose(x, control, 0, &err);
	return false;
}

void watched_read(struct watched *x, int control)
{
	struct error err = ERROR_INIT;
	bool asked = live_is_asking(x->live);

	if (live_read(x->live, &x->news, &err) == -1)
		watched_lose(x, control, 0, &err);
	else if (asked && !live_is_asking(x->live))
		x->next = clock_boot_ms() + live_renew_ms(x->live);
}

void watched_look_at(struct watched *x, int control, int64_t now)
{
	struct error err = ERROR_INIT;

	if (x->stage == WATCHED_FETCHING) {
		(void)kill(x->fetcher.pid, SIGKILL);
		x->next = now + ANSWER_MS;
	} else if (x->stage == WATCHED_SECRET) {
		(void)error_set(&err, ERR_TEMPORARY,
				"the password does not come");
		watched_lose(x, control, 0, &err);
	} else if (live_is_asking(x->live)) {
		(void)error_set(&err, ERR_TEMPORARY,
				"the server gives no sign of life");
		watched_lose(x, control, 0, &err);
	} else if (live_renew(x->live, &err) == -1) {
		watched_lose(x, control, 0, &err);
	} else {
		x->next = now + ANSWER_MS;
	}
}
