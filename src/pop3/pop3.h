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
 * After any -1 the session is dead: close it, without QUIT. Whatever the
 * server says is hostile until checked: lines, numbers and counts have caps,
 * numbers are never used as an index before they were compared with STAT.
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

/* How much of a message's start comes with its answer: its header, mostly. */
#define POP3_HEAD_MAX (64 * 1024)

enum pop3_command {
	POP3_RETR,
	POP3_TOP, /* the header only: TOP n 0 */
	POP3_DELE,
};

struct pop3_answer {
	const struct pop3_entry *entry;
	bool ok; /* else refused, and why */
	char text[256];
	uint64_t size; /* bytes written */
	unsigned char sha256[HASH_SIZE];
	struct slice head; /* the start; until the next call */
};

/* Takes the connection over. `trace` may be NULL. */
struct pop3 *pop3_new(struct conn *conn, wire_trace *trace);

/* Close without QUIT: nothing is deleted on the server. NULL is accepted. */
void pop3_close(struct pop3 *p);

/*
 * What the server can do and has. Once, before all requests. A listing that is
 * incomplete or contradicts itself is an error.
 */
int pop3_list(struct pop3 *p, struct pop3_listing *listing, struct error *err);

/* After pop3_list(). */
bool pop3_has_top(const struct pop3 *p);

/* What the server asks of its users (RFC 2449); more is not believed. */
#define POP3_LOGIN_DELAY_MAX ((int64_t)24 * 3600)
#define POP3_EXPIRE_MAX	     100000

struct pop3_terms {
	int64_t login_delay; /* seconds between logins; 0: as you like */
	int64_t expire;	     /* days that it keeps mail; -1: does not say */
};

struct pop3_terms pop3_terms(const struct pop3 *p);

/*
 * Ask for n messages. The array is borrowed until the last answer was read.
 * A message of more than `max_bytes` (0: no limit), whatever was listed, is
 * read but not kept, and refused; one without end ends the session.
 */
void pop3_request(struct pop3 *p, enum pop3_command command,
		  const struct pop3_entry *const *wanted, size_t n,
		  uint64_t max_bytes);

/* Be told, while a message comes, how many bytes of it are here. */
typedef void pop3_progress(void *context, uint64_t bytes);
void pop3_watch(struct pop3 *p, pop3_progress *progress, void *context);

/*
 * The next answer: 1, with the message written to fd (-1: not kept; empty
 * again when it was refused), or 0 when all were read, -1 when the session is
 * dead or fd cannot be written.
 */
int pop3_next(struct pop3 *p, int fd, struct pop3_answer *answer,
	      struct error *err);

/* QUIT, and its answer. -1: the server may or may not have deleted. */
int pop3_quit(struct pop3 *p, struct error *err);

#endif
