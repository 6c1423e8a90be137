/* SPDX-License-Identifier: ISC */
/* A connection that waits between two sessions, perhaps among many. */
#ifndef NET_REST_H
#define NET_REST_H

#include "net/conn.h"

/*
 * conn_receive() without waiting: CONN_NOTHING if nothing has come. No silence
 * is too long here.
 */
#define CONN_NOTHING (-2)
long conn_receive_now(struct conn *c, char *p, size_t size, struct error *err);

/* The descriptor, and the events of poll(2) that such a connection waits for.
 */
int conn_poll(const struct conn *c, short *events);

/*
 * It will rest: TLS frees its buffers. And it goes on, perhaps in a process
 * that was forked meanwhile: a session begins, with this timeout in seconds.
 */
void conn_rest(struct conn *c);
void conn_resume(struct conn *c, int timeout);

/*
 * Another process goes on with the connection: nothing that this one still does
 * reaches the server. Close it then. False: this failed, so do not close it.
 */
bool conn_mute(struct conn *c);

/* Until conn_hurry(), or the session's end. */
int conn_seconds_left(const struct conn *c);

#endif
