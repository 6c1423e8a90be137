/* SPDX-License-Identifier: ISC */
/* One mail account as plain data; config/ fills it in. */
#ifndef ACCOUNT_H
#define ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

/* Names of accounts are kept in records of fixed size. */
#define ACCOUNT_NAME_MAX 100

/* Bytes of a folder on a server, or of a pattern for some. */
#define ACCOUNT_FOLDER_MAX 255

enum protocol {
	PROTOCOL_POP3, /* RFC 1939 */
	PROTOCOL_IMAP, /* RFC 9051, 3501 */
};

enum tls_mode {
	TLS_IMPLICIT, /* from the first byte; port 995, or 993 for IMAP */
	TLS_STARTTLS, /* always required; port 110, or 143 */
	TLS_NONE,     /* loopback only, unless insecure says otherwise */
};

/* The reaction when no known message is listed under its UIDL any more. */
enum uidl_change {
	UIDL_MATCH,   /* recognise them by their headers */
	UIDL_REFETCH, /* fetch all of them as new */
	UIDL_STOP,    /* fetch nothing until the user decides */
};

/* The way to log in; see postroom.conf(5), auth. */
enum auth_mode {
	AUTH_AUTO,
	AUTH_USER, /* USER and PASS (RFC 1939) */
	AUTH_PLAIN,
	AUTH_LOGIN,
	AUTH_CRAM_MD5,
	AUTH_SCRAM_SHA_1,
	AUTH_SCRAM_SHA_256,
	AUTH_XOAUTH2,
	AUTH_OAUTHBEARER,
	AUTH_EXTERNAL, /* by the client certificate */
	AUTH_APOP,     /* never chosen by AUTH_AUTO: it needs MD5 alone */
};

enum pipelining_mode {
	PIPELINING_AUTO, /* where the server offers it and it works */
	PIPELINING_NO,
};

/* Flags that an IMAP server has of a message. */
enum flags_mode {
	FLAGS_NEW,  /* it comes as new */
	FLAGS_KEEP, /* its file in the Maildir has them */
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
	enum protocol protocol;
	char *host;
	int port;
	enum tls_mode tls;
	enum auth_mode auth;
	char *user;
	char *password;		 /* the text itself, or NULL */
	char *password_file;	 /* password = "file:…", or NULL */
	char **password_command; /* argv, NULL-terminated, or NULL */
	char **token_command;	 /* argv for an OAuth2 token, or NULL */
	bool netrc;
	enum keep_mode keep;
	int64_t keep_seconds;
	char *inbox;   /* folder for mail that no rule decided, "Inbox" */
	int64_t every; /* seconds between polls of the daemon */
	int64_t limit; /* messages a session, 0: no limit */
	enum uidl_change uidl_change;
	uint64_t max_size; /* bytes; larger mail stays there; 0: no limit */
	int timeout;	   /* seconds without a byte, default 180 */
	enum pipelining_mode pipelining;
	char *tls_name;	       /* expected in the certificate; NULL: host */
	char *tls_ca_file;     /* NULL: those of the system */
	char *tls_pin;	       /* sha256//BASE64, or NULL */
	char *tls_client_cert; /* PEM with key, or NULL */
	char *proxy;	/* URL; NULL: none, even if the environment has one */
	char *provider; /* preset that was used, or NULL */

	/* IMAP only. */
	bool idle;	/* wait for mail, in the daemon */
	char **folders; /* names or patterns, NULL-terminated; NULL: INBOX */
	enum flags_mode flags;
	bool mark_seen; /* on the server, once the message is durable here */
	char *move_to;	/* the folder to move it to then, or NULL */
};

#endif
