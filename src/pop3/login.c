/* SPDX-License-Identifier: ISC */
/* The functions of POP3 that net/login.h calls. */
#include "net/login.h"

#include <string.h>

#include "pop3/internal.h"
#include "pop3/offer.h"
#include "pop3/way.h"

#include "util/banned.h"

/* RFC 1939, 7: the timestamp is a msg-id; longer ones are an attack on MD5. */
#define STAMP_MAX 255

struct dialogue {
	struct pop3 *p;
	struct buf stamp; /* of the greeting */
};

/* "<1896.697170952@example.org>" anywhere in the greeting, else nothing. */
static void find_stamp(struct buf *stamp, struct slice text)
{
	const char *start = memchr(text.p, '<', text.len);
	size_t left = start == NULL ? 0 : text.len - (size_t)(start - text.p);
	const char *end = left == 0 ? NULL : memchr(start, '>', left);
	size_t len = end == NULL ? 0 : (size_t)(end - start) + 1;

	if (len == 0 || memchr(start, '@', len) == NULL)
		return;
	for (size_t i = 0; i < len; i++)
		if (start[i] <= ' ' || start[i] > '~')
			return;
	buf_add(stamp, start, len);
}

static int greet(struct login *l, struct error *err)
{
	struct dialogue *d = l->context;
	struct slice line;
	int kind;

	if (conn_is_greeted(l->w->conn))
		return 0;
	kind = wire_answer(l->w, WIRE_STATUS_MAX, &line, err);
	if (kind == WIRE_REFUSED)
		return login_turned_away(l, line, err);
	if (kind != WIRE_OK)
		return kind == -1 ? -1
				  : error_set(err, ERR_TEMPORARY,
					      "%s greets with \"%.*s\", which "
					      "is not POP3",
					      l->account->host, (int)line.len,
					      line.p);
	buf_clear(&d->stamp);
	find_stamp(&d->stamp, line);
	l->next.stamp = buf_slice(&d->stamp);
	return 0;
}

/* A server that does not survive CAPA is asked nothing. */
static int read_offer(struct login *l, struct error *err)
{
	struct dialogue *d = l->context;
	struct pop3 *p = d->p;
	bool pipelining = false;

	if (offer_read(&l->offer, &pipelining, l->w, err) == -1) {
		if (!l->w->dead)
			return -1;
		offer_none(&l->offer);
		pipelining = false;
		p->login.shuns_capa = true;
		if (login_reopen(l, err) == -1)
			return -1;
	}
	p->login.pipelining = p->may_pipeline && pipelining;
	l->next.in_flight =
		p->login.pipelining && conn_is_encrypted(l->w->conn);
	return 0;
}

static enum way_result try(struct login *l, unsigned way, struct error *err)
{
	return way_try(l->w, way, &l->next, err);
}

int pop3_login(struct pop3 *p, const struct account *account,
	       const struct conn_secret *secret, struct error *err)
{
	static const struct login_protocol protocol = {
		.own_name = "USER",
		.greet = greet,
		.read_offer = read_offer,
		.try = try,
	};
	struct dialogue d = {.p = p};
	struct login l = {
		.protocol = &protocol,
		.context = &d,
		.w = &p->wire,
		.account = account,
		.secret = secret,
	};
	int rc;

	buf_init(&d.stamp, STAMP_MAX);
	rc = login_run(&l, err);
	buf_release(&d.stamp);
	p->login.asked = l.next.asked;
	if (rc == 0)
		return 0;
	(void)pop3_note_break(p, NULL);
	p->broke.in_flight = p->login.asked && p->wire.lost;
	return -1;
}
