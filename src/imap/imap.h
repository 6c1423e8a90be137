/* SPDX-License-Identifier: ISC */
/*
 * IMAP (RFC 3501, RFC 9051) on a connection. The life of a session:
 *
 *	i = imap_new(conn, trace, true);
 *	imap_login(i, account, &secret, err);
 *	imap_list(i, true, take_folder, context, err);
 *	imap_select(i, name, true, &selected, err);
 *	imap_list_messages(i, &set, take_listed, context, text, err);
 *	imap_request(i, IMAP_MESSAGE, wanted, n, max_bytes);
 *	while ((rc = imap_next(i, fd, &answer, err)) == 1)
 *		…				// in any order
 *	imap_add_flags(i, &change, IMAP_FLAG_DELETED, err);	// and so on
 *	imap_logout(i, err);
 *	imap_close(i);
 *
 * After any -1 the session is dead: close it. All input from the server is
 * hostile until checked: lines, literals, numbers and counts have limits.
 */
#ifndef IMAP_H
#define IMAP_H

#include <stdbool.h>
#include <stdint.h>

#include "imap/attribute.h"
#include "imap/change.h"
#include "imap/code.h"
#include "imap/fetch.h"
#include "imap/flags.h"
#include "imap/folders.h"
#include "imap/idle.h"
#include "imap/messages.h"
#include "imap/name.h"
#include "net/conn.h"
#include "net/intake.h"
#include "net/wire.h"

struct imap;

/*
 * Takes ownership of the connection. `trace` may be NULL. `pipelining`: send
 * commands ahead.
 */
struct imap *imap_new(struct conn *conn, wire_trace *trace, bool pipelining);

/* Close without LOGOUT. NULL is accepted. */
void imap_close(struct imap *i);

/* Either may be NULL; see net/intake.h. */
void imap_watch(struct imap *i, intake_progress *progress, intake_guard *guard,
		void *context);

/*
 * Read the greeting, log in, ask again what the server can do, which may be
 * more then, and say who we are; the connection may be another one afterwards.
 * ERR_PERSON: the login was refused; ERR_TEMPORARY: the server refuses all
 * logins for now, or does not answer. login_check() says before whether user
 * and secret can be used at all.
 */
int imap_login(struct imap *i, const struct account *account,
	       const struct conn_secret *secret, struct error *err);

/*
 * After imap_login() has failed: the seconds until the next login that the
 * server wants; 0: it does not say.
 */
int64_t imap_wait(const struct imap *i);

/* Are names of folders in UTF-8? Valid after imap_login(). */
bool imap_is_utf8(const struct imap *i);

/* As conn_tls(). */
const char *imap_tls(const struct imap *i);

/* Append what the server can do that matters here. Valid after imap_login(). */
void imap_describe(const struct imap *i, struct buf *out);

/*
 * The last ALERT: words that a person should see, not escaped. Empty: there was
 * none.
 */
#define IMAP_ALERT_MAX 500
struct slice imap_alert(const struct imap *i);

/*
 * The code of the last command that was refused, or of BYE, and how long the
 * server asks to wait, in milliseconds (0: it does not say). CODE_THROTTLED
 * also where only its words say so.
 */
enum code_kind imap_refusal(const struct imap *i, uint64_t *wait_ms);

/* LOGOUT, and its answer; nothing depends on it. */
int imap_logout(struct imap *i, struct error *err);

#endif
