/* SPDX-License-Identifier: ISC */
/*
 * What a judge cannot know or do by itself and asks its parent for: whether a
 * message was there before, and what commands say. The rules wait for the
 * reply in the middle of their work.
 *
 * A content is a state of the message on its way through the rules: the bytes
 * of a source (0: as it came; n: what the n-th filter made of it), of which
 * the first `skip` bytes, its header, are replaced by `header`.
 */
#ifndef RULES_REQUEST_H
#define RULES_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/regex.h"
#include "util/buf.h"
#include "util/hash.h"

/* A filter is asked once by each rule; this is a mistake, or an attack. */
#define SOURCES_MAX 64

/* A header as large as the judge takes, and what rules add to it. */
#define CONTENT_HEADER_MAX ((size_t)2 * 1024 * 1024)

/* Arguments of a command, and bytes of one; kernels take 128 KiB each. */
#define ARGV_MAX     256
#define ARGUMENT_MAX (64 * 1024)

struct content {
	unsigned source;
	uint64_t skip; /* 0 with no header: the bytes as they are */
	char *header;  /* NULL: not changed */
	size_t header_len;
};

enum request_kind {
	REQUEST_DUPLICATE, /* was this key seen within so many seconds? */
	REQUEST_TEST,	   /* does the command exit with 0? */
	REQUEST_FILTER,	   /* what does the command make of it? */
};

#define REQUEST_LAST REQUEST_FILTER

struct request {
	enum request_kind kind;
	unsigned rule;
	bool must;	 /* FILTER: the message waits while it fails */
	int64_t seconds; /* DUPLICATE */
	unsigned char key[HASH_SIZE];
	char **argv; /* TEST and FILTER */
	char **environment;
	struct content content; /* what the command gets */
};

struct reply {
	enum match answer; /* FILTER: YES a new source, NO go on as it is */
	bool postpone;	   /* with ERROR: try the whole message again later */
	char reason[256];
	int fd; /* the new source, or -1 */
	uint64_t size;
};

void content_release(struct content *c);
void content_encode(const struct content *c, struct buf *out);
bool content_decode(struct slice *rest, unsigned n_sources,
		    struct content *out);

void request_release(struct request *r);
void request_encode(const struct request *r, struct buf *out);

/* False, and nothing to release, when the bytes are not a request. */
bool request_decode(struct slice bytes, unsigned n_rules, unsigned n_sources,
		    struct request *out);

#endif
