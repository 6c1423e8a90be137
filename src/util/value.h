/* SPDX-License-Identifier: ISC */
/*
 * The values of settings: durations, sizes, paths, commands. Errors are
 * ERR_CONFIG and say how to write such a value.
 */
#ifndef UTIL_VALUE_H
#define UTIL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/error.h"

/* "30s", "5m", "12h", "30d", "2w"; a bare number is seconds. */
int value_duration(const char *text, int64_t *out, struct error *err);

/* "500K", "5M", "1G", powers of 1024; a bare number is bytes. */
int value_size(const char *text, uint64_t *out, struct error *err);

/* Append "3.1 KB" or "512 MB", units of 1024, for people. */
void value_show_size(uint64_t bytes, struct buf *out);

int value_number(const char *text, long long min, long long max, long long *out,
		 struct error *err);

/* yes, true, on; no, false, off. */
int value_yes(const char *text, bool *out, struct error *err);

/*
 * An absolute path, allocated: "~/" is $HOME, a relative path is taken from
 * `directory`. NULL on error.
 */
char *value_path(const char *text, const char *directory, struct error *err);

/*
 * Split "prog -x 'y z'" into words: blanks separate, quotes hold together, a
 * backslash takes the next character literally. "~/" at the start of a word is
 * $HOME. NULL-terminated and allocated; NULL on error.
 */
char **value_words(const char *text, struct error *err);

/*
 * The index of `word` among the blank-separated words of `list` (NULL: none),
 * ignoring case, or -1. *found_out, unless NULL, becomes the word as the list
 * spells it.
 */
int value_find_word(const char *list, const char *word,
		    struct slice *found_out);

/*
 * The text for `word` in a command that a reader copies into a shell: the
 * word, or `placeholder` when a server has chosen one that means more there.
 */
struct slice value_word_to_copy(struct slice word, const char *placeholder);

/* "~/" at the start becomes $HOME. Allocated; NULL on error. */
char *value_home(const char *text, struct error *err);

#endif
