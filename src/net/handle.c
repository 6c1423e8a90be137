/* SPDX-License-Identifier: ISC */
#include "net/handle.h"

#include <string.h>

#include "net/resolve.h"
#include "util/buf.h"

#include "util/banned.h"

static size_t drop_body(char *p, size_t size, size_t n, void *user)
{
	(void)p;
	(void)user;
	return size * n;
}

static CURLcode attach(CURL *curl, void *context, void *user)
{
	(void)curl;
	return tls_attach(user, context) ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

/*
 * Verification is never switched off; a pin is an additional check. libcurl
 * loads no certificates: tls_attach() says what is trusted.
 */
static bool set_tls(CURL *curl, const struct account *a, struct tls *tls)
{
	bool ok = true;

	ok &= libcurl()->setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_SSLVERSION,
				(long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_CAINFO, NULL) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_SSL_CTX_FUNCTION, attach) ==
	      CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_SSL_CTX_DATA, tls) == CURLE_OK;
	if (a->tls == TLS_STARTTLS)
		ok &= libcurl()->setopt(curl, CURLOPT_USE_SSL,
					(long)CURLUSESSL_ALL) == CURLE_OK;
	if (a->tls_pin != NULL)
		ok &= libcurl()->setopt(curl, CURLOPT_PINNEDPUBLICKEY,
					a->tls_pin) == CURLE_OK;
	return ok;
}

/*
 * For a URL: brackets around an IPv6 address, "%25" before its zone; no dot at
 * the end of a name, which neither certificates nor /etc/hosts have.
 */
static void add_host(struct buf *out, const char *host)
{
	size_t len = strlen(host);
	const char *zone;

	if (strchr(host, ':') == NULL) {
		buf_add(out, host, len - (len > 1 && host[len - 1] == '.'));
		return;
	}
	if (host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	zone = memchr(host, '%', len);
	buf_addch(out, '[');
	buf_add(out, host, zone == NULL ? len : (size_t)(zone - host));
	if (zone != NULL)
		buf_addf(out, "%%25%.*s", (int)(host + len - zone - 1),
			 zone + 1);
	buf_addch(out, ']');
}

/* The host is that of the URL, whose name the certificate must have. */
static bool set_url(CURL *curl, const struct account *a, const char *protocol)
{
	struct buf url = BUF_INIT(1024), allowed = BUF_INIT(32);
	bool ok = true;

	buf_addf(&url, "%s%s://", protocol, a->tls == TLS_IMPLICIT ? "s" : "");
	add_host(&url, a->tls_name != NULL ? a->tls_name : a->host);
	buf_addf(&url, ":%d/", a->port);
	buf_addf(&allowed, "%s,%ss", protocol, protocol);
	ok &= !url.full;
	ok &= libcurl()->setopt(curl, CURLOPT_URL, url.s) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_PROTOCOLS_STR, allowed.s) ==
	      CURLE_OK;
	buf_release(&url);
	buf_release(&allowed);
	return ok;
}

bool handle_set_address(CURL *curl, const struct account *a,
			const char *address, struct curl_slist **list)
{
	struct buf to = BUF_INIT(1024);
	bool ok;

	buf_addstr(&to, "::");
	add_host(&to, address);
	buf_addf(&to, ":%d", a->port);
	libcurl()->slist_free_all(*list);
	*list = libcurl()->slist_append(NULL, to.s);
	ok = !to.full && *list != NULL &&
	     libcurl()->setopt(curl, CURLOPT_CONNECT_TO, *list) == CURLE_OK;
	buf_release(&to);
	return ok;
}

bool handle_set_server(CURL *curl, const struct account *a,
		       const char *protocol, struct tls *tls,
		       struct curl_slist **list)
{
	bool ok = set_url(curl, a, protocol);

	ok &= libcurl()->setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_CONNECTTIMEOUT,
				(long)a->timeout) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
				(long)a->timeout) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_WRITEFUNCTION, drop_body) ==
	      CURLE_OK;
	if (a->tls_name != NULL)
		ok &= handle_set_address(curl, a, a->host, list);
	return ok && (tls == NULL || set_tls(curl, a, tls));
}

CURLcode handle_perform(CURL *curl, const struct account *a)
{
	locale_t before =
		resolve_begin(a->tls_name != NULL ? a->tls_name : a->host);
	CURLcode code = libcurl()->perform(curl);

	resolve_end(before);
	return code;
}

bool handle_set_secret(CURL *curl, const struct account *a,
		       const struct conn_secret *secret)
{
	bool ok =
		libcurl()->setopt(curl, CURLOPT_USERNAME, a->user) == CURLE_OK;

	if (secret->text == NULL)
		return ok &&
		       libcurl()->setopt(curl, CURLOPT_NETRC,
					 (long)CURL_NETRC_REQUIRED) == CURLE_OK;
	if (secret->is_token)
		return ok && libcurl()->setopt(curl, CURLOPT_XOAUTH2_BEARER,
					       secret->text) == CURLE_OK;
	return ok && libcurl()->setopt(curl, CURLOPT_PASSWORD, secret->text) ==
			     CURLE_OK;
}
