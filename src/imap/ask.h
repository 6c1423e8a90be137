/* SPDX-License-Identifier: ISC */
/*
 * One command, and the responses up to its end:
 *
 *	struct buf out;
 *	uint32_t tag = ask_start(i, &out, "LIST");
 *
 *	command_add(&out, "\"\" \"*\"");
 *	ask_send(i, &out, err);			// releases it
 *	ask_wait(i, tag, take, context, &done, err);
 *
 * Or many commands of a kind, of which several are on their way: ask_many().
 */
#ifndef IMAP_ASK_H
#define IMAP_ASK_H

#include <stdint.h>

#include "imap/response.h"
#include "util/buf.h"
#include "util/error.h"

struct imap;

/* Called with each response before the end. -1 ends the session. */
typedef int ask_take(void *context, struct imap *i,
		     const struct response *response, struct error *err);

/* Begin a command; more may follow in the same buffer. Returns its tag. */
uint32_t ask_start(struct imap *i, struct buf *out, const char *words);
uint32_t ask_also(struct imap *i, struct buf *out, const char *words);

/* End the command, and send what the buffer has. */
int ask_send(struct imap *i, struct buf *out, struct error *err);

/*
 * Read up to the end of this command, which must be the next one to end. `take`
 * may be NULL. *done is valid until the next response is read.
 */
int ask_wait(struct imap *i, uint32_t tag, ask_take *take, void *context,
	     struct response *done, struct error *err);

/* Called with the end of a command. */
typedef void ask_end(void *context, struct imap *i,
		     const struct response *done);

/*
 * Instead of ask_send() and ask_wait(): the command goes with the next one, in
 * one write, and is answered before it. Only where commands may be sent ahead.
 */
void ask_lead(struct imap *i, struct buf *out, ask_take *take, ask_end *end,
	      void *context);

/*
 * Commands about n things, which are numbered from 0.
 *
 * add: append a command, with a tag of i->tag, about things from `at` on, as
 * many as it likes. Returns the first one that it is not about. It may have
 * nothing to say of those.
 *
 * take: NULL, or called with each response before the end of the last command.
 *
 * end: a command about the things at to end-1 has ended. In any order.
 *
 * -1 of the last two ends the session.
 */
struct ask_many {
	size_t n;
	size_t (*add)(void *context, struct imap *i, size_t at,
		      struct buf *out);
	ask_take *take;
	int (*end)(void *context, struct imap *i, size_t at, size_t end,
		   const struct response *done, struct error *err);
	void *context;
};

int ask_many(struct imap *i, const struct ask_many *m, struct error *err);

/* The words of a refusal, cut: what the server said, or that it said nothing.
 */
#define ASK_TEXT_MAX 256
void ask_text(const struct response *done, char text[ASK_TEXT_MAX]);

#endif
