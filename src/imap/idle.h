/* SPDX-License-Identifier: ISC */
/*
 * A session that waits for mail in one folder: by IDLE (RFC 2177), or, where
 * the server has none, by STATUS now and then. After imap_login():
 *
 *	imap_idle(i, name, &now, text, err);
 *	for (;;) {
 *		… poll(2) of imap_idle_poll(), and from time to time …
 *		imap_idle_renew(i, err);
 *		… when there is something to read …
 *		imap_idle_read(i, &news, err);
 *	}
 *	imap_idle_end(i, err);			// for another command
 *
 * imap_idle_renew() and imap_idle_read() never wait. Another process may go on
 * with the session: it forks, and then only one of the two calls anything but
 * imap_idle_abandon().
 */
#ifndef IMAP_IDLE_H
#define IMAP_IDLE_H

#include <stdbool.h>

#include "imap/folders.h"
#include "imap/response.h"
#include "util/error.h"
#include "util/slice.h"

struct imap;

/*
 * Begin. *now is what the folder has, as far as the server says it. Returns 1,
 * 0 if the server refuses it and `text` says why, or -1.
 */
int imap_idle(struct imap *i, struct slice name, struct counts *now,
	      char text[IMAP_TEXT_MAX], struct error *err);

/* The descriptor, and the events of poll(2) that it waits for. */
int imap_idle_poll(const struct imap *i, short *events);

/*
 * Take what has come. *news is set to true when there are more messages than
 * before. -1 also when the server has ended IDLE by itself.
 */
int imap_idle_read(struct imap *i, bool *news, struct error *err);

/*
 * Ask for a sign of life, which also keeps the session: end IDLE and begin it
 * again, or STATUS. Not while one is awaited.
 */
int imap_idle_renew(struct imap *i, struct error *err);
bool imap_idle_is_asking(const struct imap *i);

/* Does the server tell news by itself, or only when it is asked? */
bool imap_idle_is_pushed(const struct imap *i);

/*
 * End it, for other commands. A new session begins: `timeout` as conn_open()
 * takes it from an account.
 */
int imap_idle_end(struct imap *i, int timeout, struct error *err);

/* Another process goes on with it: forget it without a word to the server. */
void imap_idle_abandon(struct imap *i);

#endif
