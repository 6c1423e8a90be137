/* SPDX-License-Identifier: ISC */
#include "net/handle.h"

#include <string.h>

#include "util/buf.h"

#include "util/banned.h"

static size_t drop_body(char *p, size_t size, size_t n, void *user)
{
	(void)p;
	(void)user;
	return size * n;
}

/* Verification is never switched off; a pin is an additional check. */
static bool set_tls(CURL *curl, const struct account *a)
{
	bool ok = true;

	ok &= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_SSLVERSION,
			       (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK;
	if (a->tls == TLS_STARTTLS)
		ok &= curl_easy_setopt(curl, CURLOPT_USE_SSL,
				       (long)CURLUSESSL_ALL) == CURLE_OK;
	if (a->tls_ca_file != NULL)
		ok &= curl_easy_setopt(curl, CURLOPT_CAINFO, a->tls_ca_file) ==
		      CURLE_OK;
	if (a->tls_pin != NULL)
		ok &= curl_easy_setopt(curl, CURLOPT_PINNEDPUBLICKEY,
				       a->tls_pin) == CURLE_OK;
	if (a->tls_client_cert != NULL)
		ok &= curl_easy_setopt(curl, CURLOPT_SSLCERT,
				       a->tls_client_cert) == CURLE_OK;
	return ok;
}

bool handle_set_server(CURL *curl, const struct account *a,
		       const char *protocol)
{
	const char *s = a->tls == TLS_IMPLICIT ? "s" : "";
	bool ipv6 = strchr(a->host, ':') != NULL, ok = true;
	struct buf url = BUF_INIT(1024), allowed = BUF_INIT(32);

	buf_addf(&url, "%s%s://%s%s%s:%d/", protocol, s, ipv6 ? "[" : "",
		 a->host, ipv6 ? "]" : "", a->port);
	buf_addf(&allowed, "%s,%ss", protocol, protocol);
	ok &= !url.full;
	ok &= curl_easy_setopt(curl, CURLOPT_URL, url.s) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, allowed.s) ==
	      CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT,
			       (long)a->timeout) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT,
			       (long)a->timeout) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, drop_body) ==
	      CURLE_OK;
	buf_release(&url);
	buf_release(&allowed);
	return ok && set_tls(curl, a);
}

bool handle_set_secret(CURL *curl, const struct account *a,
		       const struct conn_secret *secret)
{
	bool ok = curl_easy_setopt(curl, CURLOPT_USERNAME, a->user) == CURLE_OK;

	if (secret->text == NULL)
		return ok &&
		       curl_easy_setopt(curl, CURLOPT_NETRC,
					(long)CURL_NETRC_REQUIRED) == CURLE_OK;
	if (secret->is_token)
		return ok && curl_easy_setopt(curl, CURLOPT_XOAUTH2_BEARER,
					      secret->text) == CURLE_OK;
	return ok && curl_easy_setopt(curl, CURLOPT_PASSWORD, secret->text) ==
			     CURLE_OK;
}
