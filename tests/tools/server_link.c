/* SPDX-License-Identifier: ISC */
/* Bytes in and out of one connection, and the faults of its transport. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

#define PIECE (64 * 1024)

/* A client has this time to notice that the connection is over. */
#define LINGER_MS 1000

static void pause_ms(unsigned ms)
{
	struct timespec time = {ms / 1000, (long)(ms % 1000) * 1000000};

	if (ms != 0)
		(void)nanosleep(&time, NULL);
}

bool link_start_tls(struct link *l, SSL_CTX *context)
{
	l->ssl = need(SSL_new(context));
	return SSL_set_fd(l->ssl, l->fd) == 1 && SSL_accept(l->ssl) == 1;
}

static ssize_t receive(struct link *l, char *p, size_t size)
{
	ssize_t n;

	do
		n = l->ssl != NULL ? SSL_read(l->ssl, p, (int)size)
				   : read(l->fd, p, size);
	while (n == -1 && l->ssl == NULL && errno == EINTR);
	l->received += n > 0 ? (unsigned long long)n : 0;
	return n;
}

static _Noreturn void end_process(struct link *l)
{
	if (l->over != NULL)
		l->over(l);
	_exit(0);
}

/* Send now, in as many writes as the fault wants. */
static void put(struct link *l, const char *p, size_t len)
{
	unsigned chunk = l->fault == NULL ? 0 : l->fault->chunk;

	while (len > 0) {
		size_t some = chunk != 0 && chunk < len ? chunk : len;
		ssize_t n = l->ssl != NULL ? SSL_write(l->ssl, p, (int)some)
					   : send(l->fd, p, some, MSG_NOSIGNAL);

		if (n <= 0 && l->ssl == NULL && errno == EINTR)
			continue;
		if (n <= 0)
			end_process(l); /* the client is gone */
		l->sent += (unsigned long long)n;
		p += n;
		len -= (size_t)n;
		if (chunk != 0)
			pause_ms(l->fault->pause_ms);
	}
}

void link_flush(struct link *l)
{
	size_t n = l->out_len > l->hold ? l->out_len - l->hold : 0;

	put(l, l->out, n);
	memmove(l->out, l->out + n, l->out_len - n);
	l->out_len -= n;
}

/*
 * Before waiting for the client: send the answers. If no command has come yet,
 * the client waits for them, and that is a round trip.
 */
static void answer_all(struct link *l)
{
	struct pollfd p = {.fd = l->fd, .events = POLLIN};

	if (l->out_len == 0)
		return;
	if (l->in_at == l->in_len &&
	    (l->ssl == NULL || SSL_pending(l->ssl) == 0) &&
	    poll(&p, 1, 0) == 0) {
		l->trips++;
		pause_ms(l->rtt_ms);
	}
	link_flush(l);
}

bool link_take(struct link *l, char *p, size_t len)
{
	while (len > 0) {
		size_t have = l->in_len - l->in_at;
		size_t some = have < len ? have : len;
		ssize_t n;

		memcpy(p, l->in + l->in_at, some);
		l->in_at += some;
		p += some;
		len -= some;
		if (len == 0)
			break;
		answer_all(l);
		l->in_at = l->in_len = 0;
		n = receive(l, l->in, LINK_INPUT);
		if (n <= 0)
			return false;
		l->in_len = (size_t)n;
	}
	return true;
}

bool link_line(struct link *l, char **line, bool *bare_lf)
{
	for (;;) {
		char *start = l->in + l->in_at;
		char *lf = memchr(start, '\n', l->in_len - l->in_at);
		ssize_t n;

		if (lf != NULL) {
			*bare_lf = lf == start || lf[-1] != '\r';
			lf[*bare_lf ? 0 : -1] = '\0';
			*line = start;
			l->in_at = (size_t)(lf + 1 - l->in);
			return true;
		}
		answer_all(l);
		memmove(l->in, start, l->in_len - l->in_at);
		l->in_len -= l->in_at;
		l->in_at = 0;
		if (l->in_len == LINK_INPUT)
			return false;
		n = receive(l, l->in + l->in_len, LINK_INPUT - l->in_len);
		if (n <= 0)
			return false;
		l->in_len += (size_t)n;
	}
}

bool link_has_more(struct link *l)
{
	struct pollfd p = {.fd = l->fd, .events = POLLIN};
	char c;

	if (l->in_at < l->in_len || (l->ssl != NULL && SSL_pending(l->ssl) > 0))
		return true;
	if (poll(&p, 1, 0) != 1)
		return false;
	/* Readable is also the end of the stream. */
	if (l->ssl != NULL)
		return SSL_peek(l->ssl, &c, 1) == 1;
	return recv(l->fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) == 1;
}

unsigned link_waiting(struct link *l)
{
	char more[LINK_INPUT];
	ssize_t got = l->ssl != NULL ? 0
				     : recv(l->fd, more, sizeof(more),
					    MSG_PEEK | MSG_DONTWAIT);
	unsigned n = 0;

	for (size_t i = l->in_at; i < l->in_len; i++)
		n += l->in[i] == '\n';
	for (ssize_t i = 0; i < got; i++)
		n += more[i] == '\n';
	return n;
}

void link_forget(struct link *l)
{
	char waste[LINK_INPUT];

	l->in_at = l->in_len = 0;
	while (l->ssl == NULL &&
	       recv(l->fd, waste, sizeof(waste), MSG_DONTWAIT) > 0)
		continue;
}

void link_begin(struct link *l, const struct fault *fault)
{
	int on = 1;

	if (fault->limited || fault->chunk != 0)
		link_flush(l);
	if (fault->chunk != 0)
		(void)setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on,
				 sizeof(on));
	l->fault = fault;
	if (fault->limited && fault->limit >= 0)
		l->left = (uint64_t)fault->limit;
	else if (fault->limited)
		l->hold = (size_t)-fault->limit;
	if (l->hold >= LINK_OUTPUT)
		die("drop-after: at most %d bytes can be held back",
		    LINK_OUTPUT - 1);
}

static bool is_cut(const struct link *l)
{
	return l->fault != NULL && l->fault->limited && l->fault->limit >= 0;
}

void link_add(struct link *l, const char *p, size_t len)
{
	while (len > 0) {
		size_t n = LINK_OUTPUT - l->out_len;

		if (n > len)
			n = len;
		if (is_cut(l) && n > l->left)
			n = (size_t)l->left;
		memcpy(l->out + l->out_len, p, n);
		l->out_len += n;
		p += n;
		len -= n;
		l->left -= is_cut(l) ? n : 0;
		if (is_cut(l) && l->left == 0)
			link_close(l, l->fault->ending);
		if (l->out_len == LINK_OUTPUT)
			link_flush(l);
	}
}

void link_print(struct link *l, const char *format, ...)
{
	char text[1024];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(text))
		die("an answer is too long");
	link_add(l, text, (size_t)n);
}

void link_eol(struct link *l)
{
	if (l->fault != NULL && l->fault->lf)
		link_add(l, "\n", 1);
	else
		link_add(l, "\r\n", 2);
}

/* Whole and broken lines of a message; *start: the next one begins. */
static void add_lines(struct link *l, const char *p, size_t len, bool *start)
{
	while (len > 0) {
		const char *lf = memchr(p, '\n', len);
		size_t n = lf == NULL ? len : (size_t)(lf - p);

		if (*start && *p == '.' && !l->fault->unstuffed)
			link_add(l, ".", 1);
		link_add(l, p, n);
		*start = lf != NULL;
		if (lf == NULL)
			return;
		link_eol(l);
		p += n + 1;
		len -= n + 1;
	}
}

void link_message(struct link *l, int fd, off_t length)
{
	char piece[PIECE];
	bool start = true;

	while (length > 0) {
		ssize_t n = read(fd, piece,
				 length < PIECE ? (size_t)length : PIECE);

		if (n <= 0)
			break;
		add_lines(l, piece, (size_t)n, &start);
		length -= n;
	}
	if (!start)
		link_eol(l);
	link_add(l, ".", 1);
	link_eol(l);
}

void link_raw(struct link *l, int fd)
{
	char piece[PIECE];
	ssize_t n;

	while ((n = read(fd, piece, PIECE)) > 0)
		link_add(l, piece, (size_t)n);
}

void link_end(struct link *l)
{
	const struct fault *fault = l->fault;

	if (fault->limited) {
		link_flush(l);
		l->out_len = l->hold = 0;
		link_close(l, fault->ending);
	}
	if (fault->chunk != 0)
		link_flush(l);
	l->fault = NULL;
}

_Noreturn void link_stall(struct link *l)
{
	char waste[512];

	link_flush(l);
	while (receive(l, waste, sizeof(waste)) > 0)
		continue;
	end_process(l);
}

/*
 * Closing a socket with unread input resets the connection, and the client may
 * lose what it has not read yet. Read its input, and wait until it closes.
 */
static void linger(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	char waste[4096];

	(void)shutdown(fd, SHUT_WR);
	while (poll(&p, 1, LINGER_MS) == 1 &&
	       read(fd, waste, sizeof(waste)) > 0)
		continue;
}

_Noreturn void link_close(struct link *l, enum ending ending)
{
	struct linger reset = {.l_onoff = 1, .l_linger = 0};

	/* The next session may start as soon as this one has ended. */
	if (l->held != -1)
		(void)flock(l->held, LOCK_UN);
	link_flush(l);
	if (ending == END_RESET) {
		(void)setsockopt(l->fd, SOL_SOCKET, SO_LINGER, &reset,
				 sizeof(reset));
		end_process(l);
	}
	if (l->ssl != NULL && ending == END_CLEAN)
		(void)SSL_shutdown(l->ssl);
	linger(l->fd);
	end_process(l);
}
