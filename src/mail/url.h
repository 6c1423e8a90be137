/* SPDX-License-Identifier: ISC */
/*
 * The target of a link as a browser would open it (the URL standard of WHATWG,
 * as far as it says which host that is), in a form that rules can compare:
 * scheme and host in lower case, "\" as "/", numeric hosts as 192.0.2.1, no
 * control characters and blanks, and percent forms of visible characters
 * decoded where that does not move the host.
 *
 *	"HTTP:\\Shop.Example%2Eorg/%61?q=%C3%A9" →
 *"http://shop.example.org/a?q=é"
 */
#ifndef MAIL_URL_H
#define MAIL_URL_H

#include <stdbool.h>

#include "util/buf.h"

/* A longer target is cut: browsers take more, but people never see it. */
#define URL_MAX ((size_t)4096)

/* Bytes of a URL that url_read() makes. */
#define URL_READ_MAX (4 * URL_MAX)

/* Where the parts stand in the URL that was made. */
struct url {
	size_t user_at, user_len; /* "user:password"; empty without one */
	size_t host_at, host_len; /* empty for a URL that has no host */
};

/*
 * Read a target, its character references decoded. `base` is the URL that
 * relative ones belong to, as this function made it; empty without one. Sets
 * `out` and `parts`. False: it opens nothing, or a part of this message.
 */
bool url_read(struct slice target, struct slice base, struct buf *out,
	      struct url *parts);

#endif
