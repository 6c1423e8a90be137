/* SPDX-License-Identifier: ISC */
/*
 * A session of IMAP that waits for mail in INBOX, and a fetcher that goes on
 * with it when some has come: no login is between the two.
 *
 *	live_open(&live, account, secret, &known, &news, err);
 *	… live_poll(), live_read() and live_renew(), see imap/idle.h …
 *	fork():
 *		the child	job.live = live; fetch_run(&job);
 *		the parent	live_abandon(live);
 */
#ifndef FETCH_LIVE_H
#define FETCH_LIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "account/account.h"
#include "state/state.h"
#include "util/buf.h"
#include "util/error.h"

struct live;

/*
 * Logins of one account are at least so far apart: a fetcher stays in a session
 * that is younger, and waits for more mail.
 */
#define LIVE_LOGIN_MS 60000

/* INBOX, as the last session found it; all zero: it is not known. */
struct live_known {
	uint32_t uid_validity, uid_next, messages;
	bool one_by_one; /* its server loses commands that are sent ahead */
};

/* `id` is the number of the account in the state. */
int live_recall(struct state *state, const struct account *account, int64_t id,
		struct live_known *out, struct error *err);

/* Does the account fetch from INBOX, by IMAP, and wait for it? */
bool live_is_wanted(const struct account *account);

/*
 * Log in, with a password or token that the caller owns and wipes, and begin to
 * wait. It may take some seconds, and no longer. *news: there is more than is
 * known. After -1, *wait_out has the seconds that the server asks to wait; 0:
 * it does not say.
 */
int live_open(struct live **out, const struct account *account,
	      const char *secret, const struct live_known *known, bool *news,
	      int64_t *wait_out, struct error *err);

/* As those of imap/idle.h. After -1 only close it. */
int live_poll(const struct live *live, short *events);
int live_read(struct live *live, bool *news, struct error *err);
int live_renew(struct live *live, struct error *err);
bool live_is_asking(const struct live *live);

/* Milliseconds between two signs of life that this server needs. */
int64_t live_renew_ms(const struct live *live);

/* Close it, or forget it in silence, because another process goes on. */
void live_close(struct live *live);
void live_abandon(struct live *live);

#endif
