/* SPDX-License-Identifier: ISC */
/*
 * A session that only looks: what the server can do, which folders it has, and
 * what would be fetched. State, spool and server do not change, and no message
 * is read but for headers that tell whether it is known.
 *
 *	struct survey survey;
 *
 *	rc = survey_run(&survey, job, err);
 *	…					// also after an error
 *	survey_release(&survey);
 */
#ifndef FETCH_SURVEY_H
#define FETCH_SURVEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fetch/session.h"
#include "util/buf.h"
#include "util/error.h"

/* Messages of a folder, or of all of them. */
struct survey_count {
	uint64_t messages; /* on the server */
	uint64_t new, new_bytes;
	uint64_t large, large_bytes; /* new, but larger than max-size */
	uint64_t known;
};

struct survey_folder {
	char *path;
	bool is_read; /* false: the server refuses it, only `messages` counts */
	struct survey_count count;
};

struct survey {
	bool is_in;		       /* the login went well */
	const char *tls;	       /* "TLS 1.3"; NULL: none */
	struct buf capabilities;       /* words with blanks between */
	struct survey_folder *folders; /* of IMAP: those that are wanted */
	size_t n, n_others;	       /* and those that are not */
	struct survey_count all;
};

/*
 * Log in and look. After an error, `out` has what was seen before it. Always
 * release it.
 */
int survey_run(struct survey *out, const struct fetch_job *job,
	       struct error *err);
void survey_release(struct survey *s);

#endif
