/* SPDX-License-Identifier: ISC */
#include "net/proxy.h"

#include <errno.h>
#include <string.h>

#include "util/banned.h"

/* Bytes of a proxy's name, as it is shown. */
#define NAME_MAX_SHOWN 300

void proxy_name(const char *url, struct buf *out)
{
	const char *host = strstr(url, "://");
	const char *at = strrchr(url, '@');

	host = host == NULL ? url : host + 3;
	buf_add(out, url, (size_t)(host - url));
	buf_addstr(out, at != NULL && at >= host ? at + 1 : host);
}

/* The answer of an HTTP proxy to CONNECT. */
static int connect_refused(const struct account *a, const char *proxy,
			   long answer, struct error *err)
{
	if (answer == 407)
		return error_set(err, ERR_PERSON,
				 "the proxy %s wants a user and a password "
				 "(407); write them into proxy: "
				 "http://USER:PASSWORD@HOST:PORT",
				 proxy);
	/* 408: it took too long; 429: too many requests (RFC 9110, 6585). */
	if (answer >= 500 || answer == 408 || answer == 429)
		return error_set(err, ERR_TEMPORARY,
				 "the proxy %s cannot reach %s:%d (%ld); will "
				 "be tried again",
				 proxy, a->host, a->port, answer);
	return error_set(err, ERR_PERSON,
			 "the proxy %s refuses to connect to %s:%d (%ld); it "
			 "must permit it, or proxy must be another one",
			 proxy, a->host, a->port, answer);
}

/* The replies of SOCKS (RFC 1928, section 6). */
static const char *socks_reply(long code)
{
	switch (code) {
	case CURLPX_REPLY_NETWORK_UNREACHABLE:
		return "the network is unreachable";
	case CURLPX_REPLY_HOST_UNREACHABLE:
		return "the host is unreachable, or its name is not known";
	case CURLPX_REPLY_CONNECTION_REFUSED:
		return "the connection was refused";
	case CURLPX_REPLY_TTL_EXPIRED:
		return "it timed out";
	case CURLPX_REPLY_COMMAND_NOT_SUPPORTED:
	case CURLPX_REPLY_ADDRESS_TYPE_NOT_SUPPORTED:
		return "it cannot do this kind of connection";
	case CURLPX_REPLY_GENERAL_SERVER_FAILURE:
		return "it gave no reason";
	default:
		break;
	}
	return "it broke off the connection";
}

static int socks_refused(const struct account *a, const char *proxy, long code,
			 struct error *err)
{
	switch (code) {
	case CURLPX_USER_REJECTED:
	case CURLPX_NO_AUTH:
	case CURLPX_IDENTD_DIFFER:
	case CURLPX_IDENTD:
		return error_set(
			err, ERR_PERSON,
			"the proxy %s does not accept the user and the "
			"password in proxy, or wants some",
			proxy);
	case CURLPX_REPLY_NOT_ALLOWED:
		return error_set(err, ERR_PERSON,
				 "the proxy %s does not permit connections to "
				 "%s:%d",
				 proxy, a->host, a->port);
	case CURLPX_BAD_VERSION:
	case CURLPX_UNKNOWN_MODE:
		return error_set(err, ERR_PERSON,
				 "what answers at the proxy %s does not speak "
				 "SOCKS; check its address and kind",
				 proxy);
	case CURLPX_RESOLVE_HOST:
		return error_set(err, ERR_TEMPORARY,
				 "cannot find the address of %s, which the "
				 "proxy %s needs (with socks5h it would look "
				 "for it itself); will be tried again",
				 a->host, proxy);
	default:
		break;
	}
	return error_set(err, ERR_TEMPORARY,
			 "the proxy %s cannot reach %s:%d: %s; will be tried "
			 "again",
			 proxy, a->host, a->port, socks_reply(code));
}

static int not_reached(CURL *curl, const char *proxy, struct error *err)
{
	long reason = 0;

	(void)libcurl()->getinfo(curl, CURLINFO_OS_ERRNO, &reason);
	if (reason == 0)
		return error_set(err, ERR_TEMPORARY,
				 "cannot reach the proxy %s; will be tried "
				 "again",
				 proxy);
	errno = (int)reason;
	return error_errno(err, ERR_TEMPORARY,
			   "cannot reach the proxy %s, will be tried again",
			   proxy);
}

static bool explain(CURL *curl, const struct account *a, CURLcode code,
		    const char *proxy, struct error *err)
{
	long why = CURLPX_OK;
	curl_off_t ready = 0;
	long answer = 0;

	(void)libcurl()->getinfo(curl, CURLINFO_PROXY_ERROR, &why);
	(void)libcurl()->getinfo(curl, CURLINFO_HTTP_CONNECTCODE, &answer);
	(void)libcurl()->getinfo(curl, CURLINFO_PRETRANSFER_TIME_T, &ready);
	if (code == CURLE_COULDNT_RESOLVE_PROXY)
		(void)error_set(err, ERR_TEMPORARY,
				"the name of the proxy %s is not known; will "
				"be tried again",
				proxy);
	else if (answer != 0 && answer / 100 != 2)
		(void)connect_refused(a, proxy, answer, err);
	else if (code == CURLE_PROXY)
		(void)socks_refused(a, proxy, why, err);
	else if (code == CURLE_COULDNT_CONNECT)
		(void)not_reached(curl, proxy, err);
	else if (code == CURLE_OPERATION_TIMEDOUT && ready == 0)
		(void)error_set(err, ERR_TEMPORARY,
				"the proxy %s made no connection to %s:%d "
				"within %d seconds (timeout); will be tried "
				"again",
				proxy, a->host, a->port, a->timeout);
	else if (answer == 0 && ready == 0 &&
		 (code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
		  code == CURLE_GOT_NOTHING ||
		  code == CURLE_WEIRD_SERVER_REPLY))
		(void)error_set(err, ERR_TEMPORARY,
				"the proxy %s broke off the connection to "
				"%s:%d; will be tried again",
				proxy, a->host, a->port);
	else
		return false;
	return true;
}

bool proxy_error(CURL *curl, const struct account *a, CURLcode code,
		 struct error *err)
{
	struct buf name = BUF_INIT(NAME_MAX_SHOWN);
	bool found = false;

	if (a->proxy != NULL) {
		proxy_name(a->proxy, &name);
		found = explain(curl, a, code, name.s, err);
	}
	buf_release(&name);
	return found;
}
