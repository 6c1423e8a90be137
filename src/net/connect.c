/* SPDX-License-Identifier: ISC */
/*
 * Opening a connection: direct.c or libcurl connects to the first address of
 * the host that accepts; when that one then says nothing, the others get a
 * share of the time each. The connection is good once the greeting begins to
 * come.
 */
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/direct.h"
#include "net/internal.h"
#include "net/resolve.h"
#include "util/clock.h"
#include "util/io.h"

#include "util/banned.h"

/*
 * Silence after which to find out why: a third of the time, or this. Few
 * servers take longer to greet, and those that do are waited for.
 */
#define PATIENCE_MS 8000

/*
 * A second connection, to see whether the server speaks TLS: a sixth of the
 * time, or this.
 */
#define PROBE_MS 5000

/* For the rest of a line that is no greeting of the protocol. */
#define LINE_MS 1000

struct attempt {
	struct conn *conn;
	const struct account *account;
	int64_t give_up;     /* all of it, by clock_ms() */
	int64_t end;	     /* this address */
	int64_t look_at;     /* look into its silence */
	bool heard, greeted; /* not silent; "+OK", "* OK" */
	bool probed, speaks_tls;
	bool searched;		/* `others` is known */
	bool leave;		/* this address, for the next one */
	struct resolved others; /* addresses not tried yet: from `next` on */
	size_t next;
	char text[CURL_ERROR_SIZE];
};

static void keep_said(struct conn *c, struct slice s)
{
	c->said_len = s.len < BANNER_MAX ? s.len : BANNER_MAX;
	memcpy(c->said, s.p, c->said_len);
}

/*
 * With STARTTLS, libcurl passes every line of the dialogue. It would wait for
 * more after a greeting that is not one of the protocol: end it. So is one of
 * IMAP that says that no login is needed: it would be the end of STARTTLS.
 */
static size_t see_line(char *p, size_t size, size_t n, void *user)
{
	struct attempt *x = user;
	const struct account *a = x->account;
	struct slice line = slice_trim(slice_of(p, size * n)), text;
	bool is_first = !x->heard;
	bool is_odd = is_first && (banner_of(line) != banner_usual(a)->banner ||
				   slice_starts_nocase(line, BANNER_PREAUTH));
	bool refuses = banner_refuses(line, a, &text);

	x->heard = true;
	x->greeted |= line.len > 0 && banner_fits(line.p[0], a) && !refuses;
	if (is_odd || (is_first && !x->greeted) || refuses)
		keep_said(x->conn, is_odd ? line : text);
	return is_odd ? 0 : size * n;
}

/* libcurl does not say early whether, and where, it is connected. */
static curl_socket_t open_socket(void *user, curlsocktype type,
				 struct curl_sockaddr *address)
{
	struct conn *c = user;
	int fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
			address->protocol);

	(void)type;
	if (fd == -1)
		return CURL_SOCKET_BAD;
	c->n_opened++;
	if (c->n_sockets < SOCKETS_MAX)
		c->sockets[c->n_sockets++] = fd;
	return fd;
}

static bool is_connected(struct conn *c)
{
	for (size_t i = 0; i < c->n_sockets; i++)
		if (resolve_peer(c->sockets[i], c->peer))
			return true;
	return false;
}

/*
 * Keep the address, and what follows the five bytes that OpenSSL did not take
 * for TLS.
 */
static int close_socket(void *user, curl_socket_t fd)
{
	struct conn *c = user;
	const struct tls_seen *seen = c->tls == NULL ? NULL : tls_seen(c->tls);

	(void)resolve_peer(fd, c->peer);
	for (size_t i = 0; i < c->n_sockets; i++)
		if (c->sockets[i] == fd)
			c->sockets[i] = c->sockets[--c->n_sockets];
	if (seen != NULL && seen->n_not_tls > 0 && c->said_len == 0) {
		ssize_t n = recv(fd, c->said + seen->n_not_tls,
				 BANNER_MAX - seen->n_not_tls, MSG_DONTWAIT);

		memcpy(c->said, seen->not_tls, seen->n_not_tls);
		c->said_len = seen->n_not_tls + (n > 0 ? (size_t)n : 0);
	}
	return close(fd);
}

static bool set_common(CURL *curl, const struct account *a)
{
	bool ok = true;

	ok &= libcurl()->setopt(curl, CURLOPT_CONNECT_ONLY, 1L) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_PROXY,
				a->proxy == NULL ? "" : a->proxy) == CURLE_OK;
	/* The setting counts, whatever $no_proxy says. */
	ok &= libcurl()->setopt(curl, CURLOPT_NOPROXY, "") == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_HTTPPROXYTUNNEL, 1L) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) ==
	      CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK;
	return ok;
}

/* A part of the account's timeout, in milliseconds, but not more than that. */
static long share(const struct attempt *x, int parts, long most)
{
	long part = x->account->timeout * 1000L / parts;

	return part < most ? part : most;
}

/*
 * Does the server that is silent wait for a TLS handshake? The certificate
 * does not matter here: nothing is sent.
 */
static bool probe_tls(const struct attempt *x)
{
	struct account a = *x->account;
	struct tls *tls = tls_new_probe();
	struct curl_slist *list = NULL;
	struct error ignored = ERROR_INIT;
	CURL *curl = libcurl_load(&ignored) == 0 ? libcurl()->init() : NULL;
	long ms = share(x, 6, PROBE_MS);
	bool answered = false;

	a.tls = TLS_IMPLICIT;
	a.tls_pin = NULL;
	if (curl != NULL && handle_set_server(curl, &a, "http", tls, &list) &&
	    set_common(curl, &a) &&
	    (a.proxy != NULL ||
	     handle_set_address(curl, &a, x->conn->peer, &list)) &&
	    libcurl()->setopt(curl, CURLOPT_TIMEOUT_MS, ms) == CURLE_OK) {
		(void)handle_perform(curl, &a);
		answered = tls_seen(tls)->answered;
	}
	if (curl != NULL)
		libcurl()->cleanup(curl);
	if (list != NULL)
		libcurl()->slist_free_all(list);
	tls_free(tls);
	return answered;
}

static void find_others(struct attempt *x)
{
	if (x->account->proxy == NULL && !x->searched)
		resolve_others(x->account->host, x->conn->peer, &x->others);
	x->searched = true;
}

/*
 * The server accepted the connection, and is silent: find out whether it waits
 * for TLS, and whether there are other addresses. True: wait no longer.
 */
static bool is_hopeless(struct attempt *x)
{
	if (clock_ms() < x->look_at)
		return false;
	if (!is_connected(x->conn)) {
		x->look_at = clock_ms() + share(x, 3, PATIENCE_MS);
		return false;
	}
	x->look_at = INT64_MAX;
	if (x->account->tls != TLS_IMPLICIT && !x->probed)
		x->speaks_tls = probe_tls(x);
	x->probed = true;
	find_others(x);
	x->leave = x->next < x->others.n;
	return x->speaks_tls || x->leave;
}

static bool ask_hopeless(void *context)
{
	return is_hopeless(context);
}

/* libcurl calls this at least once a second. */
static int see_time(void *user, curl_off_t a, curl_off_t b, curl_off_t c,
		    curl_off_t d)
{
	struct attempt *x = user;
	const struct tls *tls = x->conn->tls;

	(void)a;
	(void)b;
	(void)c;
	(void)d;
	if (x->heard || (tls != NULL && tls_seen(tls)->answered))
		return 0;
	return is_hopeless(x);
}

static bool set_options(struct attempt *x, const char *address)
{
	const struct account *a = x->account;
	struct conn *c = x->conn;
	CURL *curl = c->curl;
	long left = (long)(x->end - clock_ms());
	/* As HTTP, libcurl hands over the stream before the first byte. */
	bool ok = handle_set_server(curl, a,
				    a->tls != TLS_STARTTLS	   ? "http"
				    : a->protocol == PROTOCOL_IMAP ? "imap"
								   : "pop3",
				    c->tls, &c->address) &&
		  set_common(curl, a);

	left = left > 0 ? left : 1;
	ok &= libcurl()->setopt(curl, CURLOPT_TIMEOUT_MS, left) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, left) ==
	      CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_HEADERFUNCTION, see_line) ==
	      CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_HEADERDATA, x) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_XFERINFOFUNCTION, see_time) ==
	      CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_XFERINFODATA, x) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_OPENSOCKETFUNCTION,
				open_socket) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_OPENSOCKETDATA, c) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_CLOSESOCKETFUNCTION,
				close_socket) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_CLOSESOCKETDATA, c) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_ERRORBUFFER, x->text) == CURLE_OK;
	if (address != NULL)
		ok &= handle_set_address(curl, a, address, &c->address);
	return ok;
}

static int fail(const struct attempt *x, CURLcode code, struct error *err)
{
	const struct account *a = x->account;
	struct failure failure = {
		.conn = x->conn,
		.account = a,
		.code = code,
		.text = x->text,
		.said = slice_of(x->conn->said, x->conn->said_len),
		.greeted = x->greeted,
	};

	if (x->speaks_tls)
		return banner_error(slice_str("\x16\x03"), a, err);
	return failure_report(&failure, err);
}

/* Is it enough to know whether this is a greeting of the protocol? */
static bool has_line(const struct attempt *x)
{
	const struct conn *c = x->conn;

	return banner_fits(c->early[0], x->account) ||
	       c->early_len == EARLY_MAX ||
	       memchr(c->early, '\n', c->early_len) != NULL;
}

/* If it may be one of the protocol, the login looks at it. */
static int judge_greeting(struct attempt *x, CURLcode code, struct error *err)
{
	struct conn *c = x->conn;

	if (c->early_len == 0)
		return fail(x, code, err);
	if (banner_fits(c->early[0], x->account))
		return 0;
	return banner_error(slice_of(c->early, c->early_len), x->account, err);
}

/* Wait for the first bytes of the greeting, and look at them. */
static int await_greeting(struct attempt *x, struct error *err)
{
	struct conn *c = x->conn;
	CURLcode code = CURLE_AGAIN;
	int64_t now;

	while (c->early_len == 0 || !has_line(x)) {
		size_t n = 0;

		code = stream_receive(c, c->early + c->early_len,
				      EARLY_MAX - c->early_len, &n);
		if (code == CURLE_OK && n == 0)
			code = CURLE_GOT_NOTHING;
		if (n > 0 && c->early_len == 0 && x->end > clock_ms() + LINE_MS)
			x->end = clock_ms() + LINE_MS;
		c->early_len += n;
		now = clock_ms();
		if ((code != CURLE_OK && code != CURLE_AGAIN) || now >= x->end)
			break;
		if (c->early_len == 0 && is_hopeless(x))
			break;
		if (code == CURLE_AGAIN)
			(void)io_wait(c->fd, POLLIN,
				      x->look_at < x->end ? x->look_at
							  : x->end);
	}
	if (code == CURLE_AGAIN)
		code = CURLE_OPERATION_TIMEDOUT;
	return judge_greeting(x, code, err);
}

static int take_over(struct attempt *x, struct error *err)
{
	struct conn *c = x->conn;

	if (c->is_direct)
		c->fd = c->sockets[0];
	else if (libcurl()->getinfo(c->curl, CURLINFO_ACTIVESOCKET, &c->fd) !=
			 CURLE_OK ||
		 c->fd == CURL_SOCKET_BAD)
		return error_set(err, ERR_TEMPORARY,
				 "%s:%d: libcurl lost the connection",
				 x->account->host, x->account->port);
	(void)is_connected(c);
	c->is_greeted = x->account->tls == TLS_STARTTLS;
	return c->is_greeted ? 0 : await_greeting(x, err);
}

static CURLcode connect_directly(struct attempt *x, const char *address)
{
	struct direct_wait wait = {
		.end = x->end, .is_hopeless = ask_hopeless, .context = x};

	return direct_open(x->conn, x->account, address, &wait);
}

static int connect_by_libcurl(struct attempt *x, const char *address,
			      CURLcode *code, struct error *err)
{
	const struct account *a = x->account;
	struct conn *c = x->conn;

	if (libcurl_load(err) == -1)
		return -1;
	c->curl = libcurl()->init();
	if (c->curl == NULL || !set_options(x, address))
		return error_set(err, ERR_TEMPORARY,
				 "libcurl does not accept the settings of this "
				 "account, or was built without OpenSSL");
	*code = handle_perform(c->curl, a);
	/* With a short timeout it may not have called see_time(). */
	if (*code == CURLE_OPERATION_TIMEDOUT && c->peer[0] != '\0' &&
	    x->look_at != INT64_MAX && a->tls == TLS_STARTTLS && !x->heard)
		x->speaks_tls = probe_tls(x);
	if (*code == CURLE_ABORTED_BY_CALLBACK)
		*code = CURLE_OPERATION_TIMEDOUT;
	return 0;
}

static int try_address(struct attempt *x, const char *address,
		       struct error *err)
{
	CURLcode code = CURLE_OK;

	conn_reset(x->conn);
	x->heard = x->greeted = false;
	x->text[0] = '\0';
	if (direct_is_enough(x->account))
		code = connect_directly(x, address);
	else if (connect_by_libcurl(x, address, &code, err) == -1)
		return -1;
	return code == CURLE_OK ? take_over(x, err) : fail(x, code, err);
}

/* Each of the others gets the same share of what is left, the last one all. */
static int try_others(struct attempt *x, struct error *err)
{
	int rc = -1;

	while (rc == -1 && x->leave && x->next < x->others.n) {
		size_t left = x->others.n - x->next;
		int64_t now = clock_ms();

		if (now >= x->give_up)
			break;
		x->end = now + (x->give_up - now) / (int64_t)left;
		x->look_at = INT64_MAX;
		rc = try_address(x, x->others.address[x->next++], err);
		x->leave = rc == -1 && err->kind == ERR_TEMPORARY;
	}
	return rc;
}

static int connect_any(struct conn *c, const struct account *a,
		       struct error *err)
{
	struct attempt x = {.conn = c, .account = a};
	int rc;

	x.end = x.give_up = clock_ms() + a->timeout * INT64_C(1000);
	x.look_at = clock_ms() + share(&x, 3, PATIENCE_MS);
	rc = try_address(&x, NULL, err);
	if (rc == -1 && x.leave && !x.speaks_tls)
		rc = try_others(&x, err);
	if (rc == -1 && x.next > 0)
		(void)error_prefix(err, "other addresses of %s were silent",
				   a->host);
	if (rc == -1)
		conn_reset(c); /* while `x` is there */
	if (rc == -1 || c->is_direct)
		return rc;
	(void)libcurl()->setopt(c->curl, CURLOPT_NOPROGRESS, 1L);
	(void)libcurl()->setopt(c->curl, CURLOPT_HEADERFUNCTION, NULL);
	(void)libcurl()->setopt(c->curl, CURLOPT_HEADERDATA, NULL);
	(void)libcurl()->setopt(c->curl, CURLOPT_ERRORBUFFER, NULL);
	return 0;
}

void conn_prepare(const struct account *account)
{
	struct error ignored = ERROR_INIT;

	/* A failure happens again in conn_open(), which reports it. */
	if (!direct_is_enough(account))
		(void)libcurl_load(&ignored);
	tls_prepare(account);
}

int conn_open(struct conn **out, const struct account *account,
	      struct error *err)
{
	struct conn *c;
	int rc = 0;

	/* Overwritten, see password_forget(): never go around it. */
	if (account->proxy != NULL && account->proxy[0] == '\0')
		return error_set(err, ERR_LOCAL,
				 "the proxy of this account is not known here");
	c = conn_new(account->timeout);

	if (account->tls != TLS_NONE)
		rc = tls_new(&c->tls, account, err);
	c->has_client_cert = account->tls_client_cert != NULL;
	if (rc == 0)
		rc = connect_any(c, account, err);
	if (rc == -1) {
		conn_close(c);
		return -1;
	}
	conn_begin(c);
	*out = c;
	return 0;
}
