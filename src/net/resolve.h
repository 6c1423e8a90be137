/* SPDX-License-Identifier: ISC */
/* Names of hosts: international ones, and all addresses of one. */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * More addresses are not tried: each gets a share of the time, which must last
 * for a server that is slow to greet.
 */
#define RESOLVE_MAX 3

/* Bytes of an address as text, with the zone of a link-local one. */
#define RESOLVE_TEXT_MAX 64

struct resolved {
	char address[RESOLVE_MAX][RESOLVE_TEXT_MAX];
	size_t n;
};

/*
 * Find the addresses of a name, those of the other family than `used` first,
 * and without `used` itself. None on any error.
 */
void resolve_others(const char *host, const char *used, struct resolved *out);

/* The address at the other end of a socket; false: it is not connected. */
bool resolve_peer(int fd, char out[RESOLVE_TEXT_MAX]);

/*
 * While a name that is not ASCII is looked up, text must be UTF-8, whatever
 * the locale of this process is. Call resolve_end() with the result.
 */
locale_t resolve_begin(const char *host);
void resolve_end(locale_t before);

#endif
