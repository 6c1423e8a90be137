/* SPDX-License-Identifier: ISC */
/*
 * From the greeting to the end of the login: which way is tried next, and what
 * a refusal means. pop3/ and imap/ read the greeting, find out what the server
 * offers, and try a way:
 *
 *	struct login l = {.protocol = &protocol, .context = p, .w = &p->wire,
 *			  .account = account, .secret = secret};
 *
 *	rc = login_run(&l, err);
 *
 * Over TLS the order is SCRAM-SHA-256, PLAIN, the way of the protocol itself,
 * then the rest; in clear, what does not show the password comes first. A token
 * goes by OAUTHBEARER or XOAUTH2 only, and APOP is used only where the setting
 * `auth` says so.
 *
 * A way that is refused as such (no such command, a challenge that cannot be
 * answered) is followed by the next one. A refused password is not tried
 * again, with one exception: servers can check a hash (CRAM-MD5, SCRAM) only
 * of passwords that they store as such, so one plain way may follow it.
 */
#ifndef NET_LOGIN_H
#define NET_LOGIN_H

#include <stdbool.h>

#include "account/account.h"
#include "net/conn.h"
#include "net/way.h"
#include "net/wire.h"
#include "util/error.h"

/*
 * Can this user and secret be used at all? ERR_PERSON: something is empty, or
 * has bytes that no login can carry. Ask before connecting.
 */
int login_check(const struct account *account, const struct conn_secret *secret,
		struct error *err);

/* Names of ways that are shown. */
#define LOGIN_NAMES_MAX 200

/* The ways that the server offers before the login. */
struct login_offer {
	bool sasl[SASL_MECHANISMS];
	bool own;	  /* WAY_OWN was announced */
	bool may_use_own; /* it can be tried */
	bool wants_tls;	  /* no logins without STARTTLS */
	char names[LOGIN_NAMES_MAX + 1];
};

/* Add a name to those that are shown, if there is room. */
void login_add_name(struct login_offer *offer, struct slice name);

struct login;

/* The parts that each protocol does itself. Errors end the login, except those
 * of try().
 */
struct login_protocol {
	const char *own_name; /* of WAY_OWN */

	/* Read the greeting, unless libcurl did; on each new connection. */
	int (*greet)(struct login *l, struct error *err);

	/* Fill in l->offer, and l->next.in_flight; once. */
	int (*read_offer)(struct login *l, struct error *err);

	/* Try a way, as l->next says. */
	enum way_result (*try)(struct login *l, unsigned way,
			       struct error *err);
};

struct login {
	/* Set by the caller. */
	const struct login_protocol *protocol;
	void *context; /* of the protocol */
	struct wire *w;
	const struct account *account;
	const struct conn_secret *secret;

	bool is_in; /* set by greet(): no login is needed */
	struct login_offer offer;
	struct way_try next;
	int64_t wait; /* seconds that a server which refuses all wants; or 0 */

	/* For login.c. */
	unsigned char binding[CONN_EXPORTER_SIZE];
	bool tried[WAYS], hash_was_refused;
	unsigned n_given, n_reopened;
	struct error last; /* why the last way failed */
};

/*
 * Log in; the connection may be another one afterwards. ERR_PERSON: the login
 * was refused, or there is no way to log in.
 */
int login_run(struct login *l, struct error *err);

/* Connect again and read the greeting, if that was not done too often. */
int login_reopen(struct login *l, struct error *err);

/*
 * Report a greeting that refuses: trouble of the server, or an address that it
 * bars. Returns -1.
 */
int login_turned_away(const struct login *l, struct slice line,
		      struct error *err);

#endif
