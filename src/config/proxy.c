/* SPDX-License-Identifier: ISC */
/* The URL of a proxy, which may hold a password: nothing of it is shown. */
#include <string.h>
#include <strings.h>

#include "config/check.h"
#include "util/buf.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

static bool is_scheme(struct slice text)
{
	struct slice rest =
		slice_str("http https socks4 socks4a socks5 socks5h");
	struct slice word;

	while (slice_split(&rest, ' ', &word))
		if (slice_equal_nocase(word, text))
			return true;
	return false;
}

/*
 * Does the URL name a host? *has_password_out tells of "user:password@" before
 * it.
 */
static bool is_proxy(const char *url, bool *has_password_out)
{
	const char *end = strstr(url, "://"), *at;
	struct slice host;

	if (end == NULL || !is_scheme(slice_of(url, (size_t)(end - url))))
		return false;
	host = slice_of(end + 3, strcspn(end + 3, "/"));
	at = memrchr(host.p, '@', host.len);
	*has_password_out = at != NULL &&
			    memchr(host.p, ':', (size_t)(at - host.p)) != NULL;
	if (at != NULL)
		host = slice_of(at + 1, host.len - (size_t)(at + 1 - host.p));
	return host.len > 0 && host.p[0] != ':' &&
	       memchr(host.p, ' ', host.len) == NULL;
}

int proxy_store(struct builder *b, char **at, const struct parse_event *e,
		struct error *err)
{
	const char *text = e->values[0].text;
	bool has_password = false;

	if (strcasecmp(text, "none") == 0)
		return 0;
	if (!is_proxy(text, &has_password))
		return error_set(err, ERR_CONFIG,
				 "this is not a URL; write socks5h://HOST:PORT "
				 "or http://HOST:PORT, or none");
	*at = xstrdup(text);
	if (has_password && b->source->id.readable_by_others)
		build_error(b, e->line,
			    "this file holds the password of a proxy and "
			    "others can read it; run: chmod 600 %s",
			    b->source->file);
	return 0;
}
