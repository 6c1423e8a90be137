/* SPDX-License-Identifier: ISC */
#include "fetch/live.h"

#include <stdio.h>
#include <stdlib.h>

#include "fetch/folders.h"
#include "fetch/internal.h"
#include "fetch/linger.h"
#include "fetch/remote.h"
#include "imap/imap.h"
#include "net/conn.h"
#include "net/login.h"
#include "state/server.h"
#include "state/watermark.h"
#include "util/clock.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * Others wait meanwhile: a server that is slower to let us in is not waited
 * for. The fetcher before was let in.
 */
#define LOGIN_SECONDS 10

/*
 * RFC 2177 allows 29 minutes. Routers forget a connection after ten, AOL ends
 * IDLE after five; Coremail ends a session after 3.5 without STATUS.
 */
#define RENEW_MS	((int64_t)9 * 60 * 1000)
#define RENEW_AOL_MS	((int64_t)4 * 60 * 1000)
#define RENEW_STATUS_MS ((int64_t)2 * 60 * 1000)

struct live {
	struct imap *imap;
	int64_t since;
	bool is_aol;
};

int live_recall(struct state *state, const struct account *account, int64_t id,
		struct live_known *out, struct error *err)
{
	struct server_faults faults;
	struct watermark w;
	char server[SERVER_MAX];
	int rc = state_get_watermark(state, id, "INBOX", &w, err);

	*out = (struct live_known){.uid_validity = w.uid_validity,
				   .uid_next = w.said_next,
				   .messages = w.said_messages};
	watermark_release(&w);
	(void)snprintf(server, sizeof(server), "%s:%d", account->host,
		       account->port);
	if (rc == 0)
		rc = state_get_server(state, server, &faults, err);
	if (rc == 0)
		out->one_by_one =
			faults.no_pipelining_until > clock_calendar_s();
	return rc;
}

bool live_is_wanted(const struct account *account)
{
	return account->protocol == PROTOCOL_IMAP && account->idle &&
	       folders_want_inbox(account);
}

/* News that came between the last session and this one. */
bool live_is_news(const struct counts *now, const struct live_known *known)
{
	if (known->uid_validity == 0 ||
	    (known->uid_next == 0 && known->messages == 0))
		return false;
	if ((now->counted & COUNTED_UIDVALIDITY) != 0 &&
	    now->uid_validity != known->uid_validity)
		return true;
	return ((now->counted & COUNTED_UIDNEXT) != 0 && known->uid_next != 0 &&
		now->uid_next > known->uid_next) ||
	       ((now->counted & COUNTED_MESSAGES) != 0 &&
		now->messages > known->messages);
}

static int begin(struct live *live, const struct account *account,
		 const char *secret, const struct live_known *known, bool *news,
		 int64_t *wait_out, struct error *err)
{
	struct conn_secret how = {.text = secret,
				  .is_token = account->token_command != NULL};
	struct counts now = {0};
	char text[IMAP_TEXT_MAX];
	uint64_t wait_ms;
	struct conn *conn;
	int rc;

	if (login_check(account, &how, err) == -1 ||
	    conn_open(&conn, account, err) == -1)
		return -1;
	conn_hurry(conn, LOGIN_SECONDS);
	live->imap = imap_new(conn, fetch_trace,
			      account->pipelining == PIPELINING_AUTO &&
				      !known->one_by_one);
	rc = imap_login(live->imap, account, &how, err);
	(void)imap_refusal(live->imap, &wait_ms);
	*wait_out = imap_wait(live->imap);
	if (*wait_out == 0)
		*wait_out = (int64_t)(wait_ms / 1000);
	if (rc == 0)
		rc = imap_idle(live->imap, slice_str("INBOX"), &now, text, err);
	if (rc == 0)
		return error_set(err, ERR_TEMPORARY,
				 "the server refuses to open INBOX: \"%s\"",
				 text);
	if (rc == 1)
		*news = live_is_news(&now, known);
	return rc == 1 ? 0 : -1;
}

int live_open(struct live **out, const struct account *account,
	      const char *secret, const struct live_known *known, bool *news,
	      int64_t *wait_out, struct error *err)
{
	struct live *live = xcalloc(1, sizeof(*live));
	struct account hurried = *account;

	*out = live;
	*wait_out = 0;
	live->since = clock_ms();
	live->is_aol = slice_contains_nocase(slice_str(account->host), "aol.");
	if (hurried.timeout > LOGIN_SECONDS)
		hurried.timeout = LOGIN_SECONDS;
	return begin(live, &hurried, secret, known, news, wait_out, err);
}

int live_poll(const struct live *live, short *events)
{
	return imap_idle_poll(live->imap, events);
}

int live_read(struct live *live, bool *news, struct error *err)
{
	return imap_idle_read(live->imap, news, err);
}

int live_renew(struct live *live, struct error *err)
{
	return imap_idle_renew(live->imap, err);
}

bool live_is_asking(const struct live *live)
{
	return imap_idle_is_asking(live->imap);
}

int64_t live_renew_ms(const struct live *live)
{
	if (!imap_idle_is_pushed(live->imap))
		return RENEW_STATUS_MS;
	return live->is_aol ? RENEW_AOL_MS : RENEW_MS;
}

int64_t live_since(const struct live *live)
{
	return live->since;
}

struct imap *live_take(struct live *live)
{
	struct imap *imap = live->imap;

	live->imap = NULL;
	return imap;
}

void live_close(struct live *live)
{
	if (live == NULL)
		return;
	imap_close(live->imap);
	free(live);
}

void live_abandon(struct live *live)
{
	if (live == NULL)
		return;
	imap_idle_abandon(live->imap);
	free(live);
}
