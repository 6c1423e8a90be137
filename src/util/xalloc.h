/* SPDX-License-Identifier: ISC */
/*
 * Allocation that cannot fail: out of memory ends the process with exit
 * status 75. Dying never loses mail (see ARCHITECTURE.md), a half-handled
 * failure might.
 */
#ifndef UTIL_XALLOC_H
#define UTIL_XALLOC_H

#include <stddef.h>

/* The end, when somebody else's allocation has failed. */
_Noreturn void xalloc_fail(void);

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);

/* Room for n elements of `size` bytes; an overflow counts as out of memory. */
void *xreallocarray(void *p, size_t n, size_t size);

char *xstrdup(const char *s);

/* A NUL-terminated copy of `len` bytes. */
char *xmemdup0(const char *p, size_t len);

/*
 * Make room for one more element in the array *p, which holds n elements and
 * was only ever grown by this function. Capacities are powers of two.
 */
void xgrow(void *p, size_t n, size_t size);

/* Free a NULL-terminated list and its strings; NULL is accepted. */
void strings_free(char **list);

/* Such a list, copied; NULL stays NULL. And one with a further string. */
char **strings_copy(char *const *list);
void strings_add(char ***list, const char *s);

#endif
