/* SPDX-License-Identifier: ISC */
#include "net/direct.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/tls_stream.h"
#include "util/clock.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* The next address is tried when one has not answered for so long. */
#define HEAD_START_MS 250

/* While waiting, look at the clock and ask is_hopeless() so often. */
#define LOOK_MS 250

/* Seconds of silence before the network is asked whether it still is there. */
#define KEEPALIVE_SECONDS 60

/* More addresses of a host are not tried. */
#define ADDRESSES_MAX 32

struct race {
	struct conn *conn;
	const struct direct_wait *wait;
	const struct addrinfo *order[ADDRESSES_MAX];
	size_t n, next;
	int64_t start_next; /* when, by clock_ms() */
};

bool direct_is_enough(const struct account *a)
{
	static const char usual[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_.:";
	const char *name = a->tls_name != NULL ? a->tls_name : a->host;

	return a->proxy == NULL && a->tls != TLS_STARTTLS &&
	       a->host[0] != '\0' && strspn(name, usual) == strlen(name) &&
	       strspn(a->host, usual) == strlen(a->host);
}

static CURLcode too_late(struct conn *c)
{
	return stream_fail(c, CURLE_OPERATION_TIMEDOUT, "timeout");
}

/* Without a dot at its end, which neither certificates nor /etc/hosts have. */
static void copy_name(const char *name, char out[TLS_NAME_MAX + 1])
{
	size_t len = strnlen(name, TLS_NAME_MAX);

	len -= len > 1 && name[len - 1] == '.';
	memcpy(out, name, len);
	out[len] = '\0';
}

/* A slow DNS must not exceed the time, so a thread of libc asks it. */
static int ask_dns(struct gaicb *request, int64_t end)
{
	struct gaicb *requests[] = {request};
	int rc = getaddrinfo_a(GAI_NOWAIT, requests, 1, NULL);

	while (rc == 0 && gai_error(request) == EAI_INPROGRESS) {
		int64_t left = end - clock_ms();
		struct timespec time = {.tv_sec = left / 1000,
					.tv_nsec = left % 1000 * 1000000};

		if (left <= 0)
			return EAI_INPROGRESS;
		(void)gai_suspend((const struct gaicb *const *)requests, 1,
				  &time);
	}
	return rc != 0 ? rc : gai_error(request);
}

static CURLcode look_up(struct conn *c, const char *host, int port, int64_t end,
			struct addrinfo **list)
{
	struct {
		struct gaicb request;
		struct addrinfo hints;
		char host[TLS_NAME_MAX + 1], port[16];
	} *query = xcalloc(1, sizeof(*query));

	int rc;

	query->hints.ai_socktype = SOCK_STREAM;
	copy_name(host, query->host);
	(void)snprintf(query->port, sizeof(query->port), "%d", port);
	query->request.ar_name = query->host;
	query->request.ar_service = query->port;
	query->request.ar_request = &query->hints;
	query->hints.ai_flags = AI_NUMERICHOST;
	rc = getaddrinfo(query->host, query->port, &query->hints, list);
	query->hints.ai_flags = 0;
	if (rc == EAI_NONAME) {
		rc = ask_dns(&query->request, end);
		*list = query->request.ar_result;
	}
	/* The thread may still write there. */
	if (rc == EAI_INPROGRESS && gai_cancel(&query->request) != EAI_CANCELED)
		return too_late(c);
	free(query);
	if (rc == 0)
		return CURLE_OK;
	return rc == EAI_INPROGRESS ? too_late(c)
				    : stream_fail(c, CURLE_COULDNT_RESOLVE_HOST,
						  gai_strerror(rc));
}

/* Both families in turn: one of them may not work here. */
static void arrange(struct race *r, const struct addrinfo *list)
{
	const struct addrinfo *own = list, *other = list;

	while (r->n < ADDRESSES_MAX && (own != NULL || other != NULL)) {
		while (own != NULL && own->ai_family != list->ai_family)
			own = own->ai_next;
		while (other != NULL && other->ai_family == list->ai_family)
			other = other->ai_next;
		if (own != NULL) {
			r->order[r->n++] = own;
			own = own->ai_next;
		}
		if (other != NULL && r->n < ADDRESSES_MAX) {
			r->order[r->n++] = other;
			other = other->ai_next;
		}
	}
}

static void set_options(int fd)
{
	static const int yes = 1, seconds = KEEPALIVE_SECONDS;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	(void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds,
			 sizeof(seconds));
	(void)setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &seconds,
			 sizeof(seconds));
}

/* A family that does not work here says less than a refusal. */
static void note_errno(struct conn *c, int reason)
{
	if (c->os_errno == 0 || c->os_errno == ENETUNREACH)
		c->os_errno = reason;
}

/* Begin to connect to the next address. */
static void start_next(struct race *r)
{
	const struct addrinfo *to = r->order[r->next++];
	struct conn *c = r->conn;
	int fd = socket(to->ai_family,
			to->ai_socktype | SOCK_NONBLOCK | SOCK_CLOEXEC,
			to->ai_protocol);

	r->start_next = clock_ms() + HEAD_START_MS;
	if (fd == -1) {
		note_errno(c, errno);
		r->start_next = 0;
		return;
	}
	set_options(fd);
	c->n_opened++;
	if (connect(fd, to->ai_addr, to->ai_addrlen) == -1 &&
	    errno != EINPROGRESS && errno != EINTR) {
		note_errno(c, errno);
		(void)close(fd);
		r->start_next = 0;
		return;
	}
	c->sockets[c->n_sockets++] = fd;
}

static void keep_only(struct conn *c, int fd)
{
	for (size_t i = 0; i < c->n_sockets; i++)
		if (c->sockets[i] != fd)
			(void)close(c->sockets[i]);
	c->sockets[0] = fd;
	c->n_sockets = 1;
}

/* One of them has an answer. True: it is connected. */
static bool has_won(struct race *r, size_t i)
{
	struct conn *c = r->conn;
	int fd = c->sockets[i], reason = 0;
	socklen_t len = sizeof(reason);

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &reason, &len) == -1)
		reason = errno;
	if (reason == 0) {
		keep_only(c, fd);
		(void)resolve_peer(fd, c->peer);
		return true;
	}
	note_errno(c, reason);
	(void)close(fd);
	c->sockets[i] = c->sockets[--c->n_sockets];
	r->start_next = 0;
	return false;
}

/* Wait until one has an answer, or for a short time. True: connected. */
static bool await_answer(struct race *r)
{
	struct conn *c = r->conn;
	struct pollfd fds[SOCKETS_MAX];
	int64_t now = clock_ms(), until = now + LOOK_MS;
	size_t n = c->n_sockets;

	if (until > r->wait->end)
		until = r->wait->end;
	if (r->next < r->n && n < SOCKETS_MAX && until > r->start_next)
		until = r->start_next;
	for (size_t i = 0; i < n; i++)
		fds[i] =
			(struct pollfd){.fd = c->sockets[i], .events = POLLOUT};
	if (poll(fds, n, until > now ? (int)(until - now) : 0) <= 0)
		return false;
	/* Backwards, because the last one takes the place of one that failed.
	 */
	for (size_t i = n; i-- > 0;)
		if (fds[i].revents != 0 && has_won(r, i))
			return true;
	return false;
}

static CURLcode race(struct race *r)
{
	struct conn *c = r->conn;

	for (;;) {
		int64_t now = clock_ms();

		if (now >= r->wait->end)
			return too_late(c);
		if (r->next < r->n && c->n_sockets < SOCKETS_MAX &&
		    (c->n_sockets == 0 || now >= r->start_next)) {
			start_next(r);
			continue;
		}
		if (c->n_sockets == 0)
			return stream_fail(c, CURLE_COULDNT_CONNECT,
					   strerror(c->os_errno));
		if (await_answer(r))
			return CURLE_OK;
		if (r->wait->is_hopeless(r->wait->context))
			return too_late(c);
	}
}

/* A pin is an additional check. */
static bool has_pin(const struct conn *c, const char *pins)
{
	const char *pin = tls_seen(c->tls)->pin;
	size_t len = strlen(pin);

	for (const char *p = pins; len > 0 && p != NULL; p = strchr(p, ';')) {
		p += *p == ';';
		if (strncmp(p, pin, len) == 0 &&
		    (p[len] == '\0' || p[len] == ';'))
			return true;
	}
	return false;
}

/* Keep what came in place of TLS: OpenSSL has read its first bytes. */
static void keep_not_tls(struct conn *c)
{
	const struct tls_seen *seen = tls_seen(c->tls);
	ssize_t n;

	if (seen->n_not_tls == 0)
		return;
	n = recv(c->sockets[0], c->said + seen->n_not_tls,
		 BANNER_MAX - seen->n_not_tls, MSG_DONTWAIT);
	memcpy(c->said, seen->not_tls, seen->n_not_tls);
	c->said_len = seen->n_not_tls + (n > 0 ? (size_t)n : 0);
}

static CURLcode end_handshake(struct conn *c, const struct account *a,
			      enum tls_io io)
{
	bool trusted = tls_is_trusted(c->tls);

	if (io == TLS_IO_DONE && trusted)
		return a->tls_pin == NULL || has_pin(c, a->tls_pin)
			       ? CURLE_OK
			       : stream_fail(c, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
					     "pin");
	keep_not_tls(c);
	return stream_fail(c,
			   trusted ? CURLE_SSL_CONNECT_ERROR
				   : CURLE_PEER_FAILED_VERIFICATION,
			   io == TLS_IO_CLOSED ? "the server closed it"
					       : tls_trouble(c->tls));
}

static CURLcode handshake(struct conn *c, const struct account *a,
			  const struct direct_wait *wait)
{
	char name[TLS_NAME_MAX + 1];

	copy_name(a->tls_name != NULL ? a->tls_name : a->host, name);
	if (!tls_start(c->tls, c->sockets[0], name))
		return stream_fail(c, CURLE_SSL_CONNECT_ERROR,
				   "OpenSSL cannot start");
	for (;;) {
		enum tls_io io = tls_handshake(c->tls);
		struct pollfd fd = {.fd = c->sockets[0], .events = POLLIN};
		int64_t left = wait->end - clock_ms();

		if (io != TLS_IO_WANT_READ && io != TLS_IO_WANT_WRITE)
			return end_handshake(c, a, io);
		if (left <= 0 || (!tls_seen(c->tls)->answered &&
				  wait->is_hopeless(wait->context)))
			return too_late(c);
		if (io == TLS_IO_WANT_WRITE)
			fd.events = POLLOUT;
		(void)poll(&fd, 1, left < LOOK_MS ? (int)left : LOOK_MS);
	}
}

CURLcode direct_open(struct conn *c, const struct account *a,
		     const char *address, const struct direct_wait *wait)
{
	struct race r = {.conn = c, .wait = wait};
	struct addrinfo *list = NULL;
	CURLcode code = look_up(c, address != NULL ? address : a->host, a->port,
				wait->end, &list);

	c->is_direct = true;
	if (code != CURLE_OK)
		return code;
	arrange(&r, list);
	code = race(&r);
	freeaddrinfo(list);
	if (code == CURLE_OK && c->tls != NULL)
		code = handshake(c, a, wait);
	return code;
}
