/* SPDX-License-Identifier: ISC */
#include "net/libcurl.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "util/banned.h"

/* The name of its ABI, the same since 2006. */
#define LIBRARY "libcurl.so.4"

/* All NULL until it is loaded: a process has a library once. */
static struct libcurl *functions(void)
{
	static struct libcurl loaded;

	return &loaded;
}

const struct libcurl *libcurl(void)
{
	return functions();
}

/* ISO C has no cast from an object to a function; POSIX has dlsym(). */
static bool find(void *library, const char *name, void *function)
{
	void *found = dlsym(library, name);

	memcpy(function, &found, sizeof(found));
	return found != NULL;
}

static bool find_all(void *library, struct libcurl *out)
{
	return find(library, "curl_global_init", &out->global_init) &&
	       find(library, "curl_easy_init", &out->init) &&
	       find(library, "curl_easy_setopt", &out->setopt) &&
	       find(library, "curl_easy_getinfo", &out->getinfo) &&
	       find(library, "curl_easy_perform", &out->perform) &&
	       find(library, "curl_easy_send", &out->send) &&
	       find(library, "curl_easy_recv", &out->recv) &&
	       find(library, "curl_easy_strerror", &out->strerror) &&
	       find(library, "curl_easy_cleanup", &out->cleanup) &&
	       find(library, "curl_slist_append", &out->slist_append) &&
	       find(library, "curl_slist_free_all", &out->slist_free_all);
}

int libcurl_load(struct error *err)
{
	struct libcurl found;
	void *library;

	if (functions()->init != NULL)
		return 0;
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL || !find_all(library, &found))
		return error_set(err, ERR_PERSON,
				 "cannot load libcurl, which proxies, STARTTLS "
				 "and sending need: %s; install it (in Debian "
				 "libcurl4)",
				 dlerror());
	/* It would write the keys of each connection to that file. */
	(void)unsetenv("SSLKEYLOGFILE");
	if (found.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return error_set(err, ERR_TEMPORARY, "libcurl cannot start");
	*functions() = found;
	return 0;
}
