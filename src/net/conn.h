/* SPDX-License-Identifier: ISC */
/*
 * A byte stream to a server of POP3 or IMAP, before the login, over TLS if the
 * account says so. QUIT is never sent from here: closing without it ends a
 * session that must not delete anything.
 *
 *	struct conn *c;
 *
 *	conn_open(&c, account, err);
 *	…					// greeting and login
 *	conn_end_login(c);
 *	conn_queue(c, slice_str("STAT\r\n"));
 *	n = conn_receive(c, p, size, err);	// sends what is queued, too
 *	conn_close(c);
 *
 * Sending never blocks receiving: both sides may fill their buffers.
 *
 * Deadlines: until conn_end_login(), the account's `timeout` for each whole
 * answer; then the same for each wait, four hours for a session, and a rate of
 * at least 100 bytes a second over five minutes of waiting.
 */
#ifndef NET_CONN_H
#define NET_CONN_H

#include <stdbool.h>

#include "account/account.h"
#include "util/buf.h"
#include "util/error.h"

struct conn;

/*
 * Set up what connections of this account need, before forking the process
 * that connects: it inherits libcurl, and certificates of CAs.
 */
void conn_prepare(const struct account *account);

/* How to log in. The caller owns and wipes the text. */
struct conn_secret {
	const char *text; /* password or OAuth2 token; NULL: use netrc */
	bool is_token;
};

/*
 * Connect. With implicit TLS, or with none, the greeting is the first thing to
 * be received, and has begun to come: an address that accepts connections and
 * says nothing is left for the next one of the host. ERR_PERSON: certificate
 * or TLS were refused, or host, port and tls do not fit together;
 * ERR_TEMPORARY: everything that a later try may find repaired.
 */
int conn_open(struct conn **out, const struct account *account,
	      struct error *err);

/* Close, and wipe what was queued. NULL is accepted. */
void conn_close(struct conn *c);

/* Has libcurl read the greeting? So it is with STARTTLS. */
bool conn_is_greeted(const struct conn *c);

/* Is everything that is sent encrypted? */
bool conn_is_encrypted(const struct conn *c);

/* "TLS 1.3"; NULL: it is not encrypted. */
const char *conn_tls(const struct conn *c);

/* Did the server ask for the account's certificate, and get it? */
bool conn_has_client_cert(const struct conn *c);

/*
 * Bytes that belong to this connection of TLS only: channel binding of the
 * kind tls-exporter (RFC 9266). False without TLS 1.3.
 */
#define CONN_EXPORTER_SIZE 32
bool conn_exporter(const struct conn *c, unsigned char out[CONN_EXPORTER_SIZE]);

/* The login is over; see "Deadlines". */
void conn_end_login(struct conn *c);

/* Was everything queued handed to the network? */
bool conn_is_drained(const struct conn *c);

/* Queue bytes to send. Call it only when drained. */
void conn_queue(struct conn *c, struct slice bytes);

/*
 * Send what is queued and wait for bytes. Returns how many (at least 1), 0 at
 * the end of the stream, -1 on an error or when the time is up.
 */
long conn_receive(struct conn *c, char *p, size_t size, struct error *err);

/* Did the last conn_receive() fail because the time was up? */
bool conn_timed_out(const struct conn *c);

/* End the session at the latest this many seconds from now. */
void conn_hurry(struct conn *c, int seconds);

#endif
