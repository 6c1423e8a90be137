/* SPDX-License-Identifier: ISC */
/*
 * SCRAM (RFC 5802, 7677): client and server prove to each other that they know
 * the password, or a key that was made of it. For sasl.c only.
 */
#ifndef NET_SCRAM_H
#define NET_SCRAM_H

#include <stdbool.h>

#include "net/sasl.h"
#include "util/buf.h"
#include "util/error.h"
#include "util/hash.h"

/* A user's name whose every letter is escaped, a nonce, some letters. */
#define SCRAM_FIRST_MAX 4096

struct scram {
	enum hash_kind kind;
	bool plus;
	struct buf header; /* GS2: "n,,", "y,,", "p=tls-exporter,," */
	struct buf first;  /* our first message without it */
	size_t nonce_at;   /* in `first` */
	bool has_signature, proved;
	unsigned char signature[HASH_SIZE]; /* that the server must send */
};

void scram_init(struct scram *s, enum hash_kind kind, bool plus);
void scram_release(struct scram *s);

/* A user's name as GS2 has it: "," and "=" would end it. */
void scram_add_name(struct buf *out, struct slice name);

/*
 * Our first message, the same each time. False: the user is too long, or there
 * is no channel binding for PLUS.
 */
bool scram_first(struct scram *s, const struct sasl_login *login,
		 struct buf *out);

/* The answer to the server's first message. */
enum sasl_result scram_final(struct scram *s, const struct sasl_login *login,
			     struct slice message, struct buf *out,
			     struct error *err);

/*
 * The server's last message. Its error, if it sent one, goes to *reason, and
 * the result is SASL_RESPOND.
 */
enum sasl_result scram_verify(struct scram *s, struct slice message,
			      struct slice *reason, struct error *err);

#endif
