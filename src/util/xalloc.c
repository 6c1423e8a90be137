/* SPDX-License-Identifier: ISC */
#include "util/xalloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "util/banned.h"

_Noreturn void xalloc_fail(void)
{
	static const char text[] = "postroom: out of memory\n";

	if (write(STDERR_FILENO, text, sizeof(text) - 1) == -1)
		_exit(EX_TEMPFAIL);
	_exit(EX_TEMPFAIL);
}

static void *check(void *p)
{
	if (p == NULL)
		xalloc_fail();
	return p;
}

void *xmalloc(size_t size)
{
	return check(malloc(size == 0 ? 1 : size));
}

void *xcalloc(size_t n, size_t size)
{
	return check(calloc(n == 0 ? 1 : n, size == 0 ? 1 : size));
}

void *xrealloc(void *p, size_t size)
{
	return check(realloc(p, size == 0 ? 1 : size));
}

void *xreallocarray(void *p, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / size)
		return check(NULL);
	return xrealloc(p, n * size);
}

char *xmemdup0(const char *p, size_t len)
{
	char *copy = xmalloc(len + 1);

	if (len != 0)
		memcpy(copy, p, len);
	copy[len] = '\0';
	return copy;
}

char *xstrdup(const char *s)
{
	return xmemdup0(s, strlen(s));
}

void xgrow(void *p, size_t n, size_t size)
{
	void *array;

	if ((n & (n - 1)) != 0)
		return;
	memcpy(&array, p, sizeof(array));
	array = xreallocarray(array, n == 0 ? 1 : n * 2, size);
	memcpy(p, &array, sizeof(array));
}

void strings_free(char **list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		free(list[i]);
	free(list);
}

static size_t count(char *const *list)
{
	size_t n = 0;

	while (list != NULL && list[n] != NULL)
		n++;
	return n;
}

char **strings_copy(char *const *list)
{
	size_t n = count(list);
	char **copy = NULL;

	if (list == NULL)
		return NULL;
	copy = xcalloc(n + 1, sizeof(*copy));
	for (size_t i = 0; i < n; i++)
		copy[i] = xstrdup(list[i]);
	return copy;
}

void strings_add(char ***list, const char *s)
{
	size_t n = count(*list);

	*list = xreallocarray(*list, n + 2, sizeof(**list));
	(*list)[n] = xstrdup(s);
	(*list)[n + 1] = NULL;
}
