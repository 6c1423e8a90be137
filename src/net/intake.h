/* SPDX-License-Identifier: ISC */
/*
 * A message on its way from the network into a file, for pop3/ and imap/: its
 * bytes are gathered for large writes and hashed, its start is kept, and one
 * that is larger than allowed is read, but not kept.
 *
 *	intake_begin(in, fd, max_bytes);
 *	while (… bytes come …)
 *		intake_take(in, bytes, err);	// CRLF becomes LF
 *	intake_end(in, sha256, err);
 *
 * A parser that has its own idea of line ends writes into `output` instead,
 * and calls intake_flush() when it is full.
 */
#ifndef NET_INTAKE_H
#define NET_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/error.h"
#include "util/hash.h"

/* Bytes of the start of a message that are kept: usually the whole header. */
#define INTAKE_HEAD_MAX (64 * 1024)

/* Bytes gathered for one write(), and how many more `output` can take. */
#define INTAKE_OUTPUT_SIZE (256 * 1024)
#define INTAKE_EXTRA	   2

/* Called while a message comes, with the number of its bytes so far. */
typedef void intake_progress(void *context, uint64_t bytes);

/* Called each few MB that are written: may more be? -1 ends the session. */
typedef int intake_guard(void *context, struct error *err);

struct intake {
	char *output;
	size_t len;	 /* bytes in it */
	struct buf head; /* the start of the message */
	struct hash *hash;
	int fd;			   /* -1: it is not written */
	uint64_t size;		   /* bytes that went through `output` */
	uint64_t max_bytes;	   /* 0: no limit */
	bool too_large;		   /* nothing is kept of it */
	bool has_cr;		   /* a CR waits for what follows it */
	intake_progress *progress; /* or NULL */
	intake_guard *guard;	   /* or NULL */
	void *context;
	uint64_t unguarded; /* bytes since the guard was called */
};

void intake_init(struct intake *in);
void intake_release(struct intake *in);

/* Either may be NULL. */
void intake_watch(struct intake *in, intake_progress *progress,
		  intake_guard *guard, void *context);

/* The next message; the one before has ended. */
void intake_begin(struct intake *in, int fd, uint64_t max_bytes);

/* Bytes as they came: CRLF becomes LF, all others stay. */
int intake_take(struct intake *in, struct slice bytes, struct error *err);

/* Hash, keep and write what is in `output`. */
int intake_flush(struct intake *in, struct error *err);

/* The message is complete: write the rest. */
int intake_end(struct intake *in, unsigned char sha256[HASH_SIZE],
	       struct error *err);

/* Empty the file: what it has got was not wanted. */
int intake_drop(struct intake *in, struct error *err);

/* Tell how far it is. */
void intake_show(const struct intake *in);

/*
 * Is a message of so many bytes, where so many were expected, without an end?
 * One that is larger than listed or allowed is read up to its end, because the
 * answers behind it come only then, but not for ever.
 */
bool intake_is_endless(uint64_t size, uint64_t expected);

#endif
