/* SPDX-License-Identifier: ISC */
/*
 * Answers that a program writes while somebody is away: which message may be
 * answered, to whom, and the bytes of the answer (RFC 3834, RFC 5230).
 *
 *	reason = reply_check(&m, mine, &route);
 *	if (reason == NULL) {
 *		struct reply_mail reply = {.route = &route, .text = text, …};
 *
 *		reply_write(&m, &reply, &out);
 *	}
 */
#ifndef MAIL_REPLY_H
#define MAIL_REPLY_H

#include "mail/message.h"
#include "util/buf.h"

/* RFC 5321 4.5.3.1.3: 256 with "<" and ">". */
#define REPLY_ADDRESS_MAX 254

struct reply_route {
	char to[REPLY_ADDRESS_MAX + 1]; /* plain ASCII, safe everywhere */
	const char *from; /* the one of `mine` that was written to */
};

/*
 * May a program answer the message? NULL, with *route; else why not, a
 * literal. `mine`: our addresses, NULL-terminated. The answer goes to the
 * return path, or without one to the author. No answer goes to lists, to
 * programs, to us, or to mail that names none of our addresses.
 */
const char *reply_check(struct message *m, char *const *mine,
			struct reply_route *route);

struct reply_mail {
	const struct reply_route *route;
	const char *date; /* as in a Date: field */
	const char *id;	  /* its Message-ID, with "<" and ">" */
	/*
	 * UTF-8. A first line "Subject: …" is the subject; else it is "Re: "
	 * and the subject of the message.
	 */
	struct slice text;
};

/* Append the whole answer, with LF as line ends. */
void reply_write(struct message *m, const struct reply_mail *reply,
		 struct buf *out);

#endif
