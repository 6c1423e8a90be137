/* SPDX-License-Identifier: ISC */
/*
 * popd: a scripted POP3 server for tests, on loopback only. popd.c says how
 * it is used and what a script can do; here is what its files share:
 *
 *	popd.c		options, listening, one process for each connection
 *	popd_session.c	the commands
 *	popd_drop.c	a maildrop: a directory of files
 *	popd_link.c	bytes in and out, TLS, and the faults of the transport
 *	popd_script.c	which fault belongs to which command
 *
 * The server shares no code with what it tests, so that a misreading of the
 * protocol cannot hide in both. What cannot go on ends the process.
 */
#ifndef TESTS_POPD_H
#define TESTS_POPD_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct bytes {
	char *p; /* NULL: none */
	size_t len;
};

/* How a connection ends. */
enum ending {
	END_CLEAN, /* close_notify where there is TLS, then FIN */
	END_DIRTY, /* FIN alone */
	END_RESET  /* RST */
};

/* What is wrong with one answer. All zero: nothing. */
struct fault {
	bool drop, stall, limited, lf, unstuffed;
	enum ending ending;
	long long limit; /* negative: all but so many bytes */
	unsigned delay_ms, chunk, pause_ms;
	struct bytes reply, append, endless;
};

enum tls_mode { TLS_NONE, TLS_IMPLICIT, TLS_STARTTLS };

struct account {
	char *user, *password, *dir;
};

#define ACCOUNTS_MAX 64

struct options {
	struct account accounts[ACCOUNTS_MAX];
	size_t n_accounts;
	enum tls_mode tls;
	SSL_CTX *tls_context;
	const char *cert, *key, *max_tls, *script, *log, *port_file;
	const char *caps; /* NULL: CAPA is not known */
	unsigned lifetime;
};

noreturn_hint
