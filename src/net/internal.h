/* SPDX-License-Identifier: ISC */
/* Shared by the files of net/ only: what a connection is. */
#ifndef NET_INTERNAL_H
#define NET_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/banner.h"
#include "net/conn.h"
#include "net/handle.h"
#include "net/resolve.h"
#include "net/tls.h"
#include "util/buf.h"

/* Bytes of a greeting that are read before the connection is handed over. */
#define EARLY_MAX 512

/* Sockets that are open while connecting; libcurl has two at a time. */
#define SOCKETS_MAX 8

/* Bytes of the reason for a failure, in words of libc or OpenSSL. */
#define WHY_MAX 160

struct conn {
	bool is_direct; /* see direct.h; else by libcurl */
	CURL *curl;
	struct curl_slist *address; /* an option of `curl` */
	char why[WHY_MAX];	    /* of direct.h and stream.h */
	int os_errno;
	/* TLS may need the other direction first. */
	bool receive_wants_write, send_wants_read;
	curl_socket_t fd;
	struct tls *tls; /* NULL: not encrypted */
	bool is_greeted, has_client_cert;
	char early[EARLY_MAX]; /* received, and not yet handed on */
	size_t early_at, early_len;
	char said[BANNER_MAX]; /* in place of TLS or of +OK */
	size_t said_len;
	curl_socket_t sockets[SOCKETS_MAX]; /* of libcurl, or our own */
	size_t n_sockets, n_opened;
	char peer[RESOLVE_TEXT_MAX]; /* the address that accepted, or "" */
	struct buf queue;
	size_t sent;
	int idle_ms;
	int64_t deadline;
	int64_t answer_by; /* during the login, or 0 */
	bool timed_out;
	int64_t waited_ms; /* in the current rate window */
	uint64_t window_bytes;
};

/*
 * conn.c: an empty one; empty it again, for another address; and its deadlines
 * begin now.
 */
struct conn *conn_new(int timeout);
void conn_reset(struct conn *c);
void conn_begin(struct conn *c);

/* All that is known about a failure to connect. */
struct failure {
	const struct conn *conn;
	const struct account *account;
	CURLcode code;
	const char *text;  /* by libcurl or libc; may be empty */
	struct slice said; /* by the server in place of TLS or +OK */
	bool greeted;	   /* the server has greeted with +OK before */
};

/* failure.c: say what went wrong, and what to do. Returns -1. */
int failure_report(const struct failure *f, struct error *err);

/*
 * stream.c: receive or send what is possible without waiting, by libcurl or
 * not. CURLE_AGAIN: nothing; CURLE_OK with 0 bytes received: the end.
 * stream_why() says why the last one failed.
 */
CURLcode stream_receive(struct conn *c, char *p, size_t size, size_t *n);
CURLcode stream_send(struct conn *c, const char *p, size_t size, size_t *n);
const char *stream_why(const struct conn *c, CURLcode code);

/* Keep the reason for stream_why(), and return the code. */
CURLcode stream_fail(struct conn *c, CURLcode code, const char *why);

#endif
