/* SPDX-License-Identifier: ISC */
/*
 * libcurl, loaded when it is needed, because it brings some thirty libraries.
 * The only file that includes its header.
 */
#ifndef NET_LIBCURL_H
#define NET_LIBCURL_H

#include <curl/curl.h>

#include "util/error.h"

/* Its functions, by their names without "curl_easy_" or "curl_". */
struct libcurl {
	__typeof__(curl_global_init) *global_init;
	__typeof__(curl_easy_init) *init;
	__typeof__(curl_easy_setopt) *setopt;
	__typeof__(curl_easy_getinfo) *getinfo;
	__typeof__(curl_easy_perform) *perform;
	__typeof__(curl_easy_send) *send;
	__typeof__(curl_easy_recv) *recv;
	__typeof__(curl_easy_strerror) *strerror;
	__typeof__(curl_easy_cleanup) *cleanup;
	__typeof__(curl_slist_append) *slist_append;
	__typeof__(curl_slist_free_all) *slist_free_all;
};

/* Load it, once. A forked process inherits it. ERR_PERSON: it is missing. */
int libcurl_load(struct error *err);

/* The functions, after that. */
const struct libcurl *libcurl(void);

#endif
