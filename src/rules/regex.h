/* SPDX-License-Identifier: ISC */
/*
 * PCRE2. Patterns are UTF-8, ignore case by default, and know the letters,
 * digits and blanks of all scripts (\w, \d, \s, \b), with marks being a part of
 * their letters (rules/marks.h). They use the JIT where it is available, and
 * are bounded by match, depth and heap limits. A subject beyond
 * REGEX_SUBJECT_MAX is an error, not a "no". Invalid UTF-8 in the subject is
 * tolerated.
 */
#ifndef RULES_REGEX_H
#define RULES_REGEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/error.h"

/* The largest body that is searched. Other limits bound the time. */
#define REGEX_SUBJECT_MAX (64 * 1024 * 1024)

/* Groups of one pattern. Templates use {1} to {9} and named groups only. */
#define REGEX_GROUPS_MAX 99

enum match {
	MATCH_ERROR = -1, /* could not be decided; never a "no" */
	MATCH_NO = 0,
	MATCH_YES = 1,
};

struct regex;

enum {
	REGEX_CASE = 1,	 /* case matters */
	REGEX_LINES = 2, /* ^ and $ mean lines, which end in LF or CRLF */
};

/*
 * Compile `pattern` (without its slashes). On failure returns NULL, and the
 * byte offset of the problem in *offset_out.
 */
struct regex *regex_new(struct slice pattern, unsigned flags,
			size_t *offset_out, struct error *err);
void regex_free(struct regex *re);

/* Number of capture groups, the whole match not counted. */
size_t regex_groups(const struct regex *re);

/* Walk the named groups: false when i is past the last. */
bool regex_group_name(const struct regex *re, size_t i, struct slice *name_out,
		      size_t *number_out);

/*
 * Search. On MATCH_YES captures[0..n) hold the groups, views into subject;
 * [0] is the whole match; an unset group has p == NULL. On MATCH_ERROR `err`
 * (ERR_MESSAGE) says why.
 */
enum match regex_search(const struct regex *re, struct slice subject,
			struct slice *captures, size_t n, struct error *err);

#endif
