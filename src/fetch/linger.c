/* SPDX-License-Identifier: ISC */
#include "fetch/linger.h"

#include <errno.h>

#include "fetch/internal.h"
#include "fetch/live.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"

#include "util/banned.h"

int fetch_take_over(struct fetch *f, struct error *err)
{
	f->remote.imap = live_take(f->job->live);
	f->login_tried = f->has_secret = true;
	return imap_idle_end(f->remote.imap, f->job->account->timeout, err);
}

/* Wait until there is something to read. 1, 0 the time is over, -1. */
static int wait_for_server(struct fetch *f, int64_t until)
{
	short events;
	int fd = imap_idle_poll(f->remote.imap, &events);

	return io_wait(fd, events, until);
}

/* 1 news, 0 the time is over, -1. */
static int wait_for_news(struct fetch *f, int64_t until, struct error *err)
{
	bool news = false;

	while (!news) {
		int rc = clock_ms() < until ? wait_for_server(f, until) : 0;

		if (rc == -1)
			return error_errno(err, ERR_TEMPORARY,
					   "cannot wait for the server");
		if (rc == 0)
			return 0;
		if (imap_idle_read(f->remote.imap, &news, err) == -1)
			return -1;
	}
	return 1;
}

/* Begin to wait; what came since the last listing is news. 1, 0, -1. */
static int wait_for_more(struct fetch *f, int64_t until, struct error *err)
{
	struct live_known known;
	struct counts now = {0};
	char text[IMAP_TEXT_MAX];
	int rc;

	if (live_recall(f->state, f->job->account, f->job->account_id, &known,
			err) == -1)
		return -1;
	rc = imap_idle(f->remote.imap, slice_str("INBOX"), &now, text, err);
	/* A server that must be asked is asked by the next session. */
	if (rc != 1 || !imap_idle_is_pushed(f->remote.imap))
		return rc == -1 ? -1 : 0;
	rc = live_is_news(&now, &known) ? 1 : wait_for_news(f, until, err);
	if (rc != -1 &&
	    imap_idle_end(f->remote.imap, f->job->account->timeout, err) == -1)
		return -1;
	return rc;
}

bool fetch_linger(struct fetch *f)
{
	struct error ignored = ERROR_INIT;
	int64_t until;
	int rc;

	if (f->job->live == NULL || f->is_short || f->n_unread > 0)
		return false;
	until = live_since(f->job->live) + LIVE_LOGIN_MS;
	if (clock_ms() >= until)
		return false;
	rc = wait_for_more(f, until, &ignored);
	/* All is here: how the session ends makes no difference. */
	if (rc == -1)
		log_info("%s: %s", f->name, ignored.text);
	if (rc != 1)
		return false;
	if (fetch_recall_trouble(f, &ignored) == -1)
		return false;
	folders_release(&f->folders);
	f->listed = false;
	return true;
}
