/* SPDX-License-Identifier: ISC */
/* One account of the waiter: it gets its password, logs in, and waits. */
#ifndef RUN_WATCHED_H
#define RUN_WATCHED_H

#include "run/fetcher.h"
#include "run/waiter.h"
#include "util/buf.h"

enum watched_stage {
	WATCHED_SECRET,	  /* the password is awaited */
	WATCHED_IDLE,	  /* it waits */
	WATCHED_FETCHING, /* its fetcher runs */
	WATCHED_OVER,	  /* take it out of the list */
};

struct watched {
	enum watched_stage stage;
	uint32_t account;
	int64_t id;
	struct live_known known;
	int secret_fd;
	struct buf secret;
	struct live *live;
	bool news;
	int64_t next;  /* to do something, by clock_boot_ms() */
	int64_t began; /* its fetcher */
	struct fetcher fetcher;
};

/* From an order of the daemon; free it when its stage is WATCHED_OVER. */
struct watched *watched_new(const struct waiter_message *order, int secret_fd);
void watched_free(struct watched *x);

/* Tell the daemon. It waits until there is room. */
struct waiter_message watched_message(const struct watched *x,
				      enum waiter_word word);
void waiter_tell(int control, const struct waiter_message *message);
void watched_tell(const struct watched *x, int control, enum waiter_word word);

/* It waits no more, and this is why: tell the daemon. */
void watched_lose(struct watched *x, int control, int64_t wait,
		  const struct error *why);

/* Its descriptor can be read. True: the password is there, so log in. */
bool watched_read_secret(struct watched *x, int control);
void watched_log_in(struct watched *x, const struct account *account,
		    int control);

/* The same while it waits. */
void watched_read(struct watched *x, int control);

/* Its time has come: ask for a sign of life, or miss it. */
void watched_look_at(struct watched *x, int control, int64_t now);

#endif
