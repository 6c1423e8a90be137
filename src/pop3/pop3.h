/* SPDX-License-Identifier: ISC */
/*
 * POP3 (RFC 1939, 2449) on a logged-in connection. The life of a session:
 *
 *	p = pop3_new(conn, trace);
 *	pop3_list(p, &listing, err);		// CAPA, STAT, UIDL, LIST
 *	pop3_request(p, POP3_RETR, wanted, n);	// pipelined where possible
 *	while ((rc = pop3_next(p, fd, &answer, err)) == 1)
 *		…				// in the order of `wanted`
 *	pop3_request(p, POP3_DELE, …);		// and so on
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
#include "net/wire.h"
#include "pop3/listing.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/hash.h"

struct pop3;

/* Bytes of the start of a message in its answer: usually the whole header. */
#define POP3_HEAD_MAX (64 * 1024)

enum pop3_command {
	POP3_RETR,
	POP3_TOP, /* the header only: TOP n 0 */
	POP3_DELE,
};

struct pop3_answer {
	const struct pop3_entry *entry;
	bool ok;	/* false: refused */
	char text[256]; /* of the status line: why it was refused */
	uint64_t size;	/* bytes written */
	unsigned char sha256[HASH_SIZE];
	struct slice head; /* its start; valid until the next call */
};

/* Takes ownership of the connection. `trace` may be NULL. */
struct pop3 *pop3_new(struct conn *conn, wire_trace *trace);

/* Close without QUIT: nothing is deleted on the server. NULL is accepted. */
void pop3_close(struct pop3 *p);

/*
 * Read the capabilities and the listing; once, before all requests. A listing
 * that is incomplete or contradicts itself is an error.
 */
int pop3_list(struct pop3 *p, struct pop3_listing *listing, struct error *err);

/* Does the server have TOP? Valid after pop3_list(). */
bool pop3_has_top(const struct pop3 *p);

/* Limits for the terms of a server (RFC 2449); more is ignored. */
#define POP3_LOGIN_DELAY_MAX ((int64_t)24 * 3600)
#define POP3_EXPIRE_MAX	     100000

struct pop3_terms {
	int64_t login_delay; /* seconds between logins; 0: none required */
	int64_t expire;	     /* days that it keeps mail; -1: unknown */
};

struct pop3_terms pop3_terms(const struct pop3 *p);

/*
 * Ask for n messages. The array is borrowed until the last answer was read. A
 * message of more than `max_bytes` (0: no limit), whatever size was listed, is
 * read but not kept, and counts as refused; an endless one ends the session.
 */
void pop3_request(struct pop3 *p, enum pop3_command command,
		  const struct pop3_entry *const *wanted, size_t n,
		  uint64_t max_bytes);

/* Called while a message comes, with the number of its bytes so far. */
typedef void pop3_progress(void *context, uint64_t bytes);
void pop3_watch(struct pop3 *p, pop3_progress *progress, void *context);

/*
 * Read the next answer. Returns 1, with the message written to fd (-1: not
 * kept; the file is empty when the message was refused), 0 when all answers
 * were read, -1 when the session is dead or fd cannot be written.
 */
int pop3_next(struct pop3 *p, int fd, struct pop3_answer *answer,
	      struct error *err);

/* QUIT, and its answer. -1: the server may or may not have deleted. */
int pop3_quit(struct pop3 *p, struct error *err);

#endif
