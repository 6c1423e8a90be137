/* SPDX-License-Identifier: ISC */
/*
 * usage: delay --ms N --to PORT --port-file FILE [--count FILE]
 *
 * A proxy on loopback for bench.sh: bytes from either side leave at the other
 * side N milliseconds later, so a round trip takes 2 N. It appends a line to
 * the file of --count for each connection that has ended: bytes from the
 * client, bytes from the server, and how often the client spoke after the
 * server.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "now.h"

#define LINES_MAX 200
#define PIECE	  (64 * 1024)

/* As much as a TCP window; a sender of more must wait. */
#define UNDER_WAY_MAX (8 * 1024 * 1024)

struct piece {
	struct piece *next;
	double due;
	size_t at, len;
	char bytes[];
};

/* One direction of a connection: from one socket to the other. */
struct way {
	int from, to;
	struct piece *first, **last;
	size_t under_way;
	bool ended;
	unsigned long bytes; /* that came */
	unsigned turns;	     /* they came after some of the other way */
	bool was_last;	     /* the last ones that came did so on this way */
};

static struct way ways[2 * LINES_MAX];
static size_t n_ways;
static double delay_ms;
static const char *count_path;

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

static int begin_listening(const char *port_file)
{
	struct sockaddr_in at = loopback(0);
	socklen_t size = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	FILE *file = fopen(port_file, "w");

	if (file == NULL || bind(fd, (struct sockaddr *)&at, size) == -1 ||
	    listen(fd, LINES_MAX) == -1 ||
	    getsockname(fd, (struct sockaddr *)&at, &size) == -1)
		err(1, "cannot listen");
	(void)fprintf(file, "%d\n", ntohs(at.sin_port));
	(void)fclose(file);
	return fd;
}

static void add_way(int from, int to)
{
	struct way *w = &ways[n_ways++];

	*w = (struct way){.from = from, .to = to};
	w->last = &w->first;
}

/* Without Nagle's algorithm: it would add delays of its own. */
static void prepare(int fd)
{
	int on = 1;

	(void)fcntl(fd, F_SETFL, O_NONBLOCK);
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

static void accept_line(int listener, int port)
{
	struct sockaddr_in to = loopback(port);
	int near = accept(listener, NULL, NULL);
	int far = socket(AF_INET, SOCK_STREAM, 0);

	if (near == -1 || n_ways + 2 > 2 * LINES_MAX ||
	    connect(far, (struct sockaddr *)&to, sizeof(to)) == -1)
		err(1, "cannot connect");
	prepare(near);
	prepare(far);
	add_way(near, far);
	add_way(far, near);
}

static void count(struct way *w, struct way *other, size_t n)
{
	w->bytes += n;
	w->turns += !w->was_last && other->was_last;
	w->was_last = true;
	other->was_last = false;
}

static void show_counts(const struct way *there, const struct way *back)
{
	FILE *file = count_path == NULL ? NULL : fopen(count_path, "a");

	if (file == NULL)
		return;
	(void)fprintf(file, "%lu %lu %u\n", there->bytes, back->bytes,
		      there->turns);
	(void)fclose(file);
}

static void take(struct way *w, struct way *other)
{
	struct piece *p = malloc(sizeof(*p) + PIECE);
	ssize_t n;

	if (p == NULL)
		err(1, "malloc");
	n = read(w->from, p->bytes, PIECE);
	if (n <= 0) {
		free(p);
		w->ended = n == 0 || (errno != EAGAIN && errno != EINTR);
		return;
	}
	count(w, other, (size_t)n);
	p->next = NULL;
	p->due = now_ms() + delay_ms;
	p->at = 0;
	p->len = (size_t)n;
	*w->last = p;
	w->last = &p->next;
	w->under_way += p->len;
}

/* Send the pieces that are due. */
static void give(struct way *w)
{
	struct piece *p;

	while ((p = w->first) != NULL && p->due <= now_ms()) {
		ssize_t n = send(w->to, p->bytes + p->at, p->len - p->at,
				 MSG_NOSIGNAL);

		if (n == -1 && (errno == EAGAIN || errno == EINTR))
			return;
		p->at = n == -1 ? p->len : p->at + (size_t)n;
		if (p->at < p->len)
			return;
		w->first = p->next;
		if (w->first == NULL)
			w->last = &w->first;
		w->under_way -= p->len;
		free(p);
	}
	if (w->ended && w->first == NULL && w->to != -1) {
		(void)shutdown(w->to, SHUT_WR);
		w->to = -1;
	}
}

/* Replace a line whose two directions have ended by the last one. */
static void end_lines(void)
{
	for (size_t i = 0; i < n_ways; i += 2) {
		if (ways[i].to != -1 || ways[i + 1].to != -1)
			continue;
		show_counts(&ways[i], &ways[i + 1]);
		(void)close(ways[i].from);
		(void)close(ways[i + 1].from);
		for (size_t k = 0; k < 2; k++) {
			ways[i + k] = ways[n_ways - 2 + k];
			if (ways[i + k].first == NULL)
				ways[i + k].last = &ways[i + k].first;
		}
		n_ways -= 2;
	}
}

/* Milliseconds until the next piece is due; 1 while a receiver is full. */
static struct timespec time_left(void)
{
	double left = 1000;

	for (size_t i = 0; i < n_ways; i++) {
		double due = ways[i].first == NULL
				     ? 1000
				     : ways[i].first->due - now_ms();

		if (due < left)
			left = due < 0 ? 1 : due;
	}
	return (struct timespec){
		.tv_sec = (time_t)(left / 1e3),
		.tv_nsec = (long)(left * 1e6) % 1000000000,
	};
}

static void turn(int listener, int port)
{
	struct pollfd fds[2 * LINES_MAX + 1];
	struct timespec left = time_left();

	fds[0] = (struct pollfd){.fd = listener, .events = POLLIN};
	for (size_t i = 0; i < n_ways; i++)
		fds[i + 1] = (struct pollfd){
			.fd = ways[i].ended || ways[i].under_way > UNDER_WAY_MAX
				      ? -1
				      : ways[i].from,
			.events = POLLIN,
		};
	if (ppoll(fds, n_ways + 1, &left, NULL) == -1 && errno != EINTR)
		err(1, "poll");
	for (size_t i = 0; i < n_ways; i++) {
		if (fds[i + 1].revents != 0)
			take(&ways[i], &ways[i ^ 1]);
		give(&ways[i]);
	}
	end_lines();
	if (fds[0].revents != 0)
		accept_line(listener, port);
}

int main(int argc, char **argv)
{
	int listener, port;

	if ((argc != 7 && argc != 9) || strcmp(argv[1], "--ms") != 0 ||
	    strcmp(argv[3], "--to") != 0 ||
	    strcmp(argv[5], "--port-file") != 0 ||
	    (argc == 9 && strcmp(argv[7], "--count") != 0))
		return 64;
	if (argc == 9)
		count_path = argv[8];
	delay_ms = strtod(argv[2], NULL);
	port = atoi(argv[4]);
	listener = begin_listening(argv[6]);
	for (;;)
		turn(listener, port);
}
