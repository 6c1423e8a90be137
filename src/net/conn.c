/* SPDX-License-Identifier: ISC */
#include "net/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net/internal.h"
#include "net/rest.h"
#include "net/tls_stream.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A whole session; the next one goes on with what was not fetched. */
#define SESSION_SECONDS (4 * 3600)

/* A slower server counts as stuck (fault A20). */
#define RATE_WINDOW_MS (5 * 60 * 1000)
#define RATE_MIN_BYTES (5 * 60 * 100)

/* Commands of one window, 1000 of at most 16 bytes; or a token in base64. */
#define QUEUE_MAX (32 * 1024)

/* It may have held a password. */
static void wipe_queue(struct conn *c)
{
	if (c->queue.cap > 0)
		explicit_bzero(c->queue.s, c->queue.cap);
	buf_clear(&c->queue);
	c->sent = 0;
}

struct conn *conn_new(int timeout)
{
	struct conn *c = xcalloc(1, sizeof(*c));

	buf_init(&c->queue, QUEUE_MAX);
	c->fd = CURL_SOCKET_BAD;
	c->idle_ms = timeout * 1000;
	return c;
}

void conn_begin(struct conn *c)
{
	c->deadline = clock_ms() + (int64_t)SESSION_SECONDS * 1000;
	c->answer_by = clock_ms() + c->idle_ms;
}

void conn_reset(struct conn *c)
{
	if (c->curl != NULL)
		libcurl()->cleanup(c->curl);
	c->curl = NULL;
	if (c->is_direct && c->tls != NULL)
		tls_end(c->tls);
	for (size_t i = 0; c->is_direct && i < c->n_sockets; i++)
		(void)close(c->sockets[i]);
	c->is_direct = c->receive_wants_write = c->send_wants_read = false;
	c->os_errno = 0;
	c->n_sockets = c->n_opened = 0;
	c->fd = CURL_SOCKET_BAD;
	c->early_len = c->said_len = 0;
	c->peer[0] = '\0';
}

void conn_close(struct conn *c)
{
	if (c == NULL)
		return;
	conn_reset(c);
	if (c->address != NULL)
		libcurl()->slist_free_all(c->address);
	tls_free(c->tls);
	wipe_queue(c);
	buf_release(&c->queue);
	free(c);
}

bool conn_is_greeted(const struct conn *c)
{
	return c->is_greeted;
}

bool conn_is_encrypted(const struct conn *c)
{
	return c->tls != NULL;
}

const char *conn_tls(const struct conn *c)
{
	static const char *const names[] = {"TLS 1.0", "TLS 1.1", "TLS 1.2",
					    "TLS 1.3"};
	int at = c->tls == NULL ? 0 : tls_version(c->tls) - 0x0301;

	if (c->tls == NULL)
		return NULL;
	return at >= 0 && at < 4 ? names[at] : "TLS";
}

bool conn_has_client_cert(const struct conn *c)
{
	return c->has_client_cert && tls_seen(c->tls)->asked_us;
}

bool conn_exporter(const struct conn *c, unsigned char out[CONN_EXPORTER_SIZE])
{
	return c->tls != NULL && tls_exporter(c->tls, out);
}

void conn_end_login(struct conn *c)
{
	wipe_queue(c);
	c->answer_by = 0;
}

bool conn_is_drained(const struct conn *c)
{
	return c->sent == c->queue.len;
}

void conn_queue(struct conn *c, struct slice bytes)
{
	if (c->answer_by != 0) {
		wipe_queue(c);
		c->answer_by = clock_ms() + c->idle_ms;
	}
	buf_clear(&c->queue);
	c->sent = 0;
	buf_addslice(&c->queue, bytes);
}

/* As much as possible. TLS may need the same bytes again: do not move them. */
static int send_some(struct conn *c, struct error *err)
{
	while (!conn_is_drained(c)) {
		size_t n = 0;
		CURLcode code = stream_send(c, c->queue.s + c->sent,
					    c->queue.len - c->sent, &n);

		if (code == CURLE_AGAIN)
			return 0;
		if (code != CURLE_OK)
			return error_set(err, ERR_TEMPORARY,
					 "the connection broke while sending: "
					 "%s",
					 stream_why(c, code));
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
	short events;
	int fd = conn_poll(c, &events);
	int64_t start = clock_ms();
	int64_t deadline = start + c->idle_ms;
	int n;

	if (deadline > c->deadline)
		deadline = c->deadline;
	if (c->answer_by != 0 && deadline > c->answer_by)
		deadline = c->answer_by;
	n = io_wait(fd, events, deadline);
	if (n == -1)
		return error_errno(err, ERR_TEMPORARY,
				   "cannot wait for the server");
	c->timed_out = n == 0;
	/* It did send something: a part of its answer. */
	if (n == 0 && deadline == c->answer_by &&
	    deadline - start < c->idle_ms / 2)
		return error_set(err, ERR_TEMPORARY,
				 "the server gave no complete answer within "
				 "%d seconds (timeout); session given up",
				 c->idle_ms / 1000);
	if (n == 0)
		return error_set(err, ERR_TEMPORARY,
				 "the server sent nothing for %lld seconds "
				 "(timeout); session given up",
				 (long long)(clock_ms() - start + 500) / 1000);
	return check_rate(c, clock_ms() - start, err);
}

/* Bytes that came before the connection was handed over. */
static long take_early(struct conn *c, char *p, size_t size)
{
	size_t n = c->early_len - c->early_at;

	n = n < size ? n : size;
	memcpy(p, c->early + c->early_at, n);
	c->early_at += n;
	return (long)n;
}

long conn_receive(struct conn *c, char *p, size_t size, struct error *err)
{
	if (c->early_at < c->early_len)
		return take_early(c, p, size);
	for (;;) {
		size_t n = 0;
		CURLcode code;

		/* Also where bytes come all the time. */
		if (clock_ms() > c->deadline)
			return error_set(err, ERR_TEMPORARY,
					 "the session takes too long; given "
					 "up");
		if (send_some(c, err) == -1)
			return -1;
		code = stream_receive(c, p, size, &n);
		c->window_bytes += n;
		if (code == CURLE_OK)
			return (long)n;
		if (code != CURLE_AGAIN)
			return error_set(err, ERR_TEMPORARY,
					 "the connection broke: %s",
					 stream_why(c, code));
		if (wait_ready(c, err) == -1)
			return -1;
	}
}

long conn_receive_now(struct conn *c, char *p, size_t size, struct error *err)
{
	size_t n = 0;
	CURLcode code;

	if (c->early_at < c->early_len)
		return take_early(c, p, size);
	if (send_some(c, err) == -1)
		return -1;
	code = stream_receive(c, p, size, &n);
	if (code == CURLE_OK)
		return (long)n;
	if (code == CURLE_AGAIN)
		return CONN_NOTHING;
	return error_set(err, ERR_TEMPORARY, "the connection broke: %s",
			 stream_why(c, code));
}

static bool wants_to_write(const struct conn *c)
{
	return c->receive_wants_write ||
	       (!conn_is_drained(c) && !c->send_wants_read);
}

int conn_poll(const struct conn *c, short *events)
{
	*events = wants_to_write(c) ? POLLIN | POLLOUT : POLLIN;
	return c->fd;
}

void conn_rest(struct conn *c)
{
	if (c->is_direct && c->tls != NULL)
		tls_release_buffers(c->tls);
}

void conn_resume(struct conn *c, int timeout)
{
	c->idle_ms = timeout * 1000;
	conn_begin(c);
	c->answer_by = 0;
	c->timed_out = false;
	c->waited_ms = 0;
	c->window_bytes = 0;
}

/* Closing it would end TLS with some words to the server. */
bool conn_mute(struct conn *c)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	bool done = null != -1 && dup3(null, c->fd, O_CLOEXEC) != -1;

	io_close_quietly(&null);
	return done;
}

bool conn_timed_out(const struct conn *c)
{
	return c->timed_out;
}

int conn_seconds_left(const struct conn *c)
{
	int64_t left = (c->deadline - clock_ms()) / 1000;

	return left > 0 ? (int)left : 0;
}

void conn_hurry(struct conn *c, int seconds)
{
	int64_t deadline = clock_ms() + (int64_t)seconds * 1000;

	if (deadline < c->deadline)
		c->deadline = deadline;
}
