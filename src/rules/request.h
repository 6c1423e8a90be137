/* SPDX-License-Identifier: ISC */
/*
 * Requests from the judge to its parent: was this message here before, and what
 * does a command answer? The rules wait for the reply.
 *
 * A content is the message as it is at one point of the rules: the bytes of a
 * source (0: as it came; n: the output of the n-th filter) whose first `skip`
 * bytes, the header, are replaced by `header`.
 */
#ifndef RULES_REQUEST_H
#define RULES_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "rules/regex.h"
#include "util/buf.h"
#include "util/hash.h"

/* Filters that may change one message; more is a mistake, or an attack. */
#define SOURCES_MAX 64

/* Twice JUDGE_HEADER_MAX: rules may add fields to the largest header. */
#define CONTENT_HEADER_MAX ((size_t)2 * 1024 * 1024)

/* Arguments of a command, and bytes of one: Linux takes 128 KiB for one. */
#define ARGV_MAX     256
#define ARGUMENT_MAX (64 * 1024)

struct content {
	unsigned source;
	uint64_t skip; /* 0 with no header: the bytes as they are */
	char *header;  /* NULL: not changed */
	size_t header_len;
	/*
	 * Fields that rules may have changed; not sent, see allow.h.
	 * Allocated, the names are borrowed.
	 */
	const char **names;
	size_t n_names;
};

enum request_kind {
	REQUEST_DUPLICATE, /* was `key` seen in the last `seconds`? */
	REQUEST_TEST,	   /* does the command exit with 0? */
	REQUEST_FILTER,	   /* replace the message by the command's output */
};

#define REQUEST_LAST REQUEST_FILTER

struct request {
	enum request_kind kind;
	unsigned rule;
	bool must;	 /* FILTER: while it fails, the message waits */
	int64_t seconds; /* DUPLICATE */
	unsigned char key[HASH_SIZE];
	char **argv; /* TEST and FILTER */
	char **environment;
	struct content content; /* standard input of the command */
};

/* A rule, its place, a program, and two lines of its standard error. */
#define REPLY_REASON_MAX 640

struct reply {
	enum match answer; /* FILTER: YES: a new source; NO: no change */
	bool postpone;	   /* with ERROR: judge the message again later */
	char reason[REPLY_REASON_MAX];
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
