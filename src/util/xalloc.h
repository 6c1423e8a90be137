/* SPDX-License-Identifier: ISC */
/*
 * Allocation that cannot fail: without memory the process ends with exit
 * status 75. Ending never loses mail (see ARCHITECTURE.md); a failure that is
 * handled by half might.
 */
#ifndef UTIL_XALLOC_H
#define UTIL_XALLOC_H

#include <stddef.h>

/* End the process, after an allocation of a library has failed. */
_Noreturn void xalloc_fail(void);

void *xmalloc(size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t size);

/* n elements of `size` bytes, zeroed; an overflow is treated as no memory. */
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

/* Copy such a list, NULL stays NULL; and add a copy of a string to one. */
char **strings_copy(char *const *list);
void strings_add(char ***list, const char *s);

#endif
