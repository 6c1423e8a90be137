/* SPDX-License-Identifier: ISC */
/*
 * POP3 (RFC 1939, 2449) on a connection. The life of a session:
 *
 *	p = pop3_new(conn, trace, true);
 *	pop3_login(p, account, &secret, err);
 *	pop3_list(p, &listing, err);		// CAPA, STAT, UIDL, LIST
 *	pop3_request(p, MAILBOX_MESSAGE, wanted, n);	// pipelined where
 *possible while ((rc = pop3_next(p, fd, &answer, err)) == 1)
 *		…				// in the order of `wanted`
 *	pop3_request(p, MAILBOX_DELETE, …);		// and so on
 *	pop3_quit(p, err);			// only now are they deleted
 *	pop3_close(p);
 *
 * After any -1 the session is dead: close it, without QUIT. All input from the
 * server is hostile until checked: lines, numbers and counts have limits, and
 * a number is compared with STAT before it is used as an index.
 */
#ifndef POP3_H
#define POP3_H

#include <stdbool.h>
#include <stdint.h>

#include "net/conn.h"
#include "net/intake.h"
#include "net/wire.h"
#include "pop3/listing.h"
#include "pop3/request.h"
#include "util/buf.h"
#include "util/error.h"

struct pop3;

/*
 * Takes ownership of the connection. `trace` may be NULL. `pipelining`: send
 * commands ahead if the server announces that it can take them.
 */
struct pop3 *pop3_new(struct conn *conn, wire_trace *trace, bool pipelining);

/* Close without QUIT: nothing is deleted on the server. NULL is accepted. */
void pop3_close(struct pop3 *p);

/*
 * Can this user and secret be used at all? ERR_PERSON: no; something is empty,
 * for example. Ask before connecting.
 */
int pop3_check_login(const struct account *account,
		     const struct conn_secret *secret, struct error *err);

/*
 * Read the greeting and log in. ERR_PERSON: the login was refused;
 * ERR_TEMPORARY: the server refuses all logins for now, or does not answer.
 */
int pop3_login(struct pop3 *p, const struct account *account,
	       const struct conn_secret *secret, struct error *err);

/*
 * Read the capabilities and the listing; once, before all requests. A listing
 * that is incomplete or contradicts itself is an error.
 */
int pop3_list(struct pop3 *p, struct mailbox_listing *listing,
	      struct error *err);

/*
 * Does the server have TOP? Valid after pop3_list(). pop3_ignore_top(): it is
 * known not to work.
 */
bool pop3_has_top(const struct pop3 *p);
void pop3_ignore_top(struct pop3 *p);

/* Limits for the terms of a server (RFC 2449); more is ignored. */
#define POP3_LOGIN_DELAY_MAX ((int64_t)24 * 3600)
#define POP3_EXPIRE_MAX	     100000

struct pop3_terms {
	int64_t login_delay; /* seconds between logins; 0: none required */
	int64_t expire;	     /* days that it keeps mail; -1: unknown */
};

struct pop3_terms pop3_terms(const struct pop3 *p);

/* As conn_tls(). */
const char *pop3_tls(const struct pop3 *p);

/* Set what the server can do that matters here. Valid after pop3_list(). */
void pop3_describe(const struct pop3 *p, struct buf *out);

/* QUIT, and its answer. -1: the server may or may not have deleted. */
int pop3_quit(struct pop3 *p, struct error *err);

#endif
