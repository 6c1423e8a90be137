/* SPDX-License-Identifier: ISC */
/* A fetcher goes on with a session that has waited; part of steps.h. */
#ifndef FETCH_LINGER_H
#define FETCH_LINGER_H

#include <stdbool.h>
#include <stdint.h>

#include "util/error.h"

struct counts;
struct fetch;
struct imap;
struct live;
struct live_known;

/* live.c: take the session out of it. When did it log in, by clock_ms()? */
struct imap *live_take(struct live *live);
int64_t live_since(const struct live *live);

/* Does INBOX have more than is known? */
bool live_is_news(const struct counts *now, const struct live_known *known);

/* End the waiting of job->live, which is the session from now on. */
int fetch_take_over(struct fetch *f, struct error *err);

/*
 * All is fetched. While the login is too young for another one, wait for more.
 * False: the session may end.
 */
bool fetch_linger(struct fetch *f);

#endif
