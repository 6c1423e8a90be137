/* SPDX-License-Identifier: ISC */
#include "net/conn.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/handle.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Connecting and logging in together (faults A2, A5). */
#define LOGIN_SECONDS 90

/* A whole session; the next one goes on with what was not fetched. */
#define SESSION_SECONDS (4 * 3600)

/* A slower server counts as stuck (fault A20). */
#define RATE_WINDOW_MS (5 * 60 * 1000)
#define RATE_MIN_BYTES (5 * 60 * 100)

/* Commands of one window: 1000 of at most 16 bytes. */
#define QUEUE_MAX (16 * 1024)

struct conn {
	CURL *curl;
	curl_socket_t fd;
	struct buf queue;
	size_t sent;
	int idle_ms;
	int64_t deadline;
	bool timed_out;
	int64_t waited_ms; /* in the current rate window */
	uint64_t window_bytes;
	bool greeted; /* the first line was +OK */
	bool pipelining;
	char reply[REPLY_MAX];
	char curl_error[CURL_ERROR_SIZE];
};

/*
 * libcurl passes every line of the login dialogue, CAPA included, to the header
 * function. Keep the last refusal: its text and response code (RFC 2449, RFC
 * 3206) say whether the user must act.
 */
static size_t keep_reply(char *p, size_t size, size_t n, void *user)
{
	struct conn *c = user;
	struct slice line = slice_trim(slice_of(p, size * n));
	size_t len = line.len < REPLY_MAX - 1 ? line.len : REPLY_MAX - 1;

	if (line.len >= 3 && memcmp(line.p, "+OK", 3) == 0)
		c->greeted = true;
	if (slice_equal_nocase(line, slice_str("PIPELINING")))
		c->pipelining = true;
	if (line.len >= 4 && memcmp(line.p, "-ERR", 4) == 0) {
		memcpy(c->reply, line.p, len);
		c->reply[len] = '\0';
	}
	return size * n;
}

static bool set_options(struct conn *c, const struct account *a)
{
	CURL *curl = c->curl;
	bool ok = handle_set_server(curl, a, "pop3");

	ok &= curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_PROXY,
			       a->proxy == NULL ? "" : a->proxy) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_TIMEOUT, (long)LOGIN_SECONDS) ==
	      CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_reply) ==
	      CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_HEADERDATA, c) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, c->curl_error) ==
	      CURLE_OK;
	return ok;
}

/*
 * Not every refusal is about the password: the codes of RFC 2449 and RFC 3206,
 * and words of servers without codes (fault A8).
 */
static bool refusal_is_temporary(const char *reply)
{
	static const char *const signs[] = {
		"[SYS/TEMP]", "[IN-USE]",    "[LOGIN-DELAY]", "lock",
		"try again",  "try later",   "later",	      "temporar",
		"wait a few", "unavailable", "in use",	      "busy",
		"too many",   "throttl",     "overload",
	};

	if (strstr(reply, "[AUTH]") != NULL)
		return false;
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strcasestr(reply, signs[i]) != NULL)
			return true;
	return false;
}

static int login_error(const struct conn *c, const struct account *a,
		       struct error *err)
{
	const char *reply = c->reply[0] != '\0' ? c->reply : "no reason given";

	if (!c->greeted || refusal_is_temporary(c->reply))
		return error_set(
			err, ERR_TEMPORARY,
			"%s refuses logins at the moment: \"%s\"; will "
			"be tried again",
			a->host, reply);
	return error_set(err, ERR_PERSON,
			 "%s refused the login of %s: \"%s\"; check user and "
			 "password of this account",
			 a->host, a->user, reply);
}

static int open_error(const struct conn *c, const struct account *a,
		      CURLcode code, struct error *err)
{
	const char *why =
		c->curl_error[0] ? c->curl_error : curl_easy_strerror(code);
	long reason = 0;

	switch ((int)code) {
	case CURLE_LOGIN_DENIED:
		return login_error(c, a, err);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return error_set(err, ERR_PERSON,
				 "the certificate of %s:%d is not trusted: %s; "
				 "nothing was sent. If the server has a CA of "
				 "its own, set tls-ca-file",
				 a->host, a->port, why);
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return error_set(err, ERR_PERSON,
				 "the key of %s:%d is not the one of tls-pin; "
				 "nothing was sent",
				 a->host, a->port);
	case CURLE_USE_SSL_FAILED:
		return error_set(err, ERR_PERSON,
				 "%s:%d offers no STARTTLS; nothing was sent. "
				 "Try tls = implicit with port 995",
				 a->host, a->port);
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
		return error_set(
			err, ERR_PERSON,
			"cannot use tls-ca-file or tls-client-cert: %s", why);
	case CURLE_COULDNT_CONNECT:
		/* "Connection refused" says more than libcurl's text. */
		(void)curl_easy_getinfo(c->curl, CURLINFO_OS_ERRNO, &reason);
		if (reason == 0)
			break;
		errno = (int)reason;
		return error_errno(err, ERR_TEMPORARY,
				   "cannot reach %s:%d, will be tried again",
				   a->host, a->port);
	case CURLE_SSL_CONNECT_ERROR:
		return error_set(err, ERR_TEMPORARY,
				 "%s:%d: the TLS handshake failed: %s; will be "
				 "tried again. Check the port (995 for tls = "
				 "implicit, 110 for starttls)",
				 a->host, a->port, why);
	default:
		break;
	}
	return error_set(err, ERR_TEMPORARY,
			 "cannot reach %s:%d: %s; will be "
			 "tried again",
			 a->host, a->port, why);
}

static int log_in(struct conn *c, const struct account *a, struct error *err)
{
	CURLcode code = curl_easy_perform(c->curl);

	if (code != CURLE_OK) {
		/* A refused AUTH can end in these codes, too. */
		if (strncmp(c->reply, "-ERR", 4) == 0 &&
		    (code == CURLE_AUTH_ERROR ||
		     code == CURLE_WEIRD_SERVER_REPLY ||
		     code == CURLE_REMOTE_ACCESS_DENIED))
			return login_error(c, a, err);
		return open_error(c, a, code, err);
	}
	if (curl_easy_getinfo(c->curl, CURLINFO_ACTIVESOCKET, &c->fd) !=
		    CURLE_OK ||
	    c->fd == CURL_SOCKET_BAD)
		return error_set(err, ERR_TEMPORARY,
				 "%s:%d: libcurl lost the connection", a->host,
				 a->port);
	return 0;
}

void conn_prepare(void)
{
	/* A failure happens again in conn_open(), which reports it. */
	(void)curl_global_init(CURL_GLOBAL_DEFAULT);
}

int conn_open(struct conn **out, const struct account *account,
	      const struct conn_secret *secret, struct error *err)
{
	struct conn *c = xcalloc(1, sizeof(*c));

	buf_init(&c->queue, QUEUE_MAX);
	c->idle_ms = account->timeout * 1000;
	c->curl = curl_easy_init();
	if (c->curl == NULL || !set_options(c, account) ||
	    !handle_set_secret(c->curl, account, secret)) {
		conn_close(c);
		return error_set(err, ERR_TEMPORARY,
				 "libcurl does not accept the settings of this "
				 "account");
	}
	if (log_in(c, account, err) == -1) {
		conn_close(c);
		return -1;
	}
	/* Forget what an unencrypted server announced (RFC 2595). */
	if (account->tls == TLS_STARTTLS)
		c->pipelining = false;
	c->deadline = clock_ms() + (int64_t)SESSION_SECONDS * 1000;
	*out = c;
	return 0;
}

void conn_close(struct conn *c)
{
	if (c == NULL)
		return;
	curl_easy_cleanup(c->curl);
	buf_release(&c->queue);
	free(c);
}

bool conn_offers_pipelining(const struct conn *c)
{
	return c->pipelining;
}

bool conn_is_drained(const struct conn *c)
{
	return c->sent == c->queue.len;
}

void conn_queue(struct conn *c, struct slice bytes)
{
	buf_clear(&c->queue);
	c->sent = 0;
	buf_addslice(&c->queue, bytes);
}

/* As much as possible. TLS may need the same bytes again: do not move them. */
static int send_some(struct conn *c, struct error *err)
{
	while (!conn_is_drained(c)) {
		size_t n = 0;
		CURLcode code = curl_easy_send(c->curl, c->queue.s + c->sent,
					       c->queue.len - c->sent, &n);

		if (code == CURLE_AGAIN)
			return 0;
		if (code != CURLE_OK)
			return error_set(err, ERR_TEMPORARY,
					 "the connection broke while sending: "
					 "%s",
					 curl_easy_strerror(code));
		c->sent += n;
	}
	return 0;
}

static int check_rate(struct conn *c, int64_t waited, struct error *err)
{
	c->waited_ms += waited;
	if (c->waited_ms < RATE_WINDOW_MS)
		return 0;
	if (c->window_bytes < RATE_MIN_BYTES)
		return error_set(err, ERR_TEMPORARY,
				 "the server sends less than 100 bytes a "
				 "second; session given up");
	c->waited_ms = 0;
	c->window_bytes = 0;
	return 0;
}

static int wait_ready(struct conn *c, struct error *err)
{
	short events = conn_is_drained(c) ? POLLIN : POLLIN | POLLOUT;
	int64_t start = clock_ms();
	int64_t deadline = start + c->idle_ms;
	int n;

	if (deadline > c->deadline)
		deadline = c->deadline;
	n = io_wait(c->fd, events, deadline);
	if (n == -1)
		return error_errno(err, ERR_TEMPORARY,
				   "cannot wait for the server");
	c->timed_out = n == 0;
	if (n == 0)
		return error_set(err, ERR_TEMPORARY,
				 "the server sent nothing for %lld seconds; "
				 "session given up",
				 (long long)(clock_ms() - start + 500) / 1000);
	return check_rate(c, clock_ms() - start, err);
}

long conn_receive(struct conn *c, char *p, size_t size, struct error *err)
{
	for (;;) {
		size_t n = 0;
		CURLcode code;

		if (send_some(c, err) == -1)
			return -1;
		code = curl_easy_recv(c->curl, p, size, &n);
		c->window_bytes += n;
		if (code == CURLE_OK)
			return (long)n;
		if (code != CURLE_AGAIN)
			return error_set(err, ERR_TEMPORARY,
					 "the connection broke: %s",
					 curl_easy_strerror(code));
		if (wait_ready(c, err) == -1)
			return -1;
	}
}

bool conn_timed_out(const struct conn *c)
{
	return c->timed_out;
}

void conn_hurry(struct conn *c, int seconds)
{
	int64_t deadline = clock_ms() + (int64_t)seconds * 1000;

	if (deadline < c->deadline)
		c->deadline = deadline;
}
