/* SPDX-License-Identifier: ISC */
/*
 * One mail account, as plain data: what the configuration says about it.
 * config.c fills it in, everything that deals with one account reads it.
 */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

/* Names of accounts travel in records of fixed size. */
#define ACCOUNT_NAME_MAX 100

enum tls_mode {
	TLS_IMPLICIT, /* from the first byte; port 995 */
	TLS_STARTTLS, /* STLS, always required; port 110 */
	TLS_NONE,     /* loopback only, unless insecure says otherwise */
};

/* When none of the messages we know is listed under its UIDL any more. */
enum uidl_change {
	UIDL_MATCH,   /* who they are is looked up in their headers */
	UIDL_REFETCH, /* all are new */
	UIDL_STOP,    /* nothing is fetched, a person is asked */
};

enum keep_mode {
	KEEP_YES, /* never delete on the server (default) */
	KEEP_NO,  /* delete once the message is durable here */
	KEEP_AGE, /* delete when it has been here for keep_seconds */
};

struct account {
	char *name;
	const char *file; /* where it is defined, for messages */
	int line;
	bool enabled;
	char *host;
	int port;
	enum tls_mode tls;
	char *user;
	char *password;		 /* the text itself, or NULL */
	char *password_file;	 /* password = "file:…", or NULL */
	char **password_command; /* argv, NULL-terminated, or NULL */
	char **token_command;	 /* argv for an OAuth2 token, or NULL */
	bool netrc;
	enum keep_mode keep;
	int64_t keep_seconds;
	char *inbox;   /* folder for what no rule decided, "Inbox" */
	int64_t every; /* seconds between polls of the daemon */
	int64_t limit; /* messages a session, 0: no limit */
	enum uidl_change uidl_change;
	uint64_t max_size;     /* bytes, larger ones stay there; 0: no limit */
	int timeout;	       /* seconds without a byte, default 60 */
	char *tls_ca_file;     /* or NULL: the system's */
	char *tls_pin;	       /* sha256//BASE64, or NULL */
	char *tls_client_cert; /* PEM with key, or NULL */
	char *proxy;	/* URL, or NULL: none, whatever the environment */
	char *provider; /* preset that was used, or NULL */
};

#endif
