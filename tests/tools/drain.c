/* SPDX-License-Identifier: ISC */
/*
 * usage: drain [--tls] PORT USER PASSWORD login|uidl|list|retr|delete
 *        drain [--tls] PORT USER PASSWORD status|fetch
 *        drain write FROM TO
 *
 * The least work that bench.sh can compare with. The first form is a POP3
 * client that asks for everything at once and discards it: login is the login
 * alone, uidl adds UIDL, list LIST and UIDL, retr RETR of all messages, delete
 * DELE too. The second one is the same for IMAP: STATUS, or UID FETCH, of
 * INBOX. The third form copies all files below FROM (read before the clock
 * starts) into the directory TO, with one syncfs(). Prints "MILLISECONDS
 * MESSAGES BYTES".
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "now.h"

/* More at once than fits a socket's buffer would make both sides wait. */
#define WINDOW	 1000
#define INPUT	 (256 * 1024)
#define FDS_MAX	 16
#define COMMANDS (WINDOW * 20)

static int fd;
static SSL *ssl;
static char input[INPUT];
static size_t at, len, bytes;

static void say(const char *text, size_t n)
{
	ssize_t got = ssl != NULL ? SSL_write(ssl, text, (int)n)
				  : send(fd, text, n, MSG_NOSIGNAL);

	if (got != (ssize_t)n)
		err(1, "cannot send");
}

static void fill(void)
{
	ssize_t n;

	memmove(input, input + at, len - at);
	len -= at;
	at = 0;
	n = ssl != NULL ? SSL_read(ssl, input + len, (int)(INPUT - len))
			: read(fd, input + len, INPUT - len);
	if (n <= 0)
		err(1, "the server has gone");
	len += (size_t)n;
	bytes += (size_t)n;
}

/* The next line, up to its LF. */
static const char *next_line(void)
{
	const char *lf, *line;

	while ((lf = memchr(input + at, '\n', len - at)) == NULL)
		fill();
	line = input + at;
	at = (size_t)(lf - input) + 1;
	return line;
}

/* End the program unless the line begins like that. */
static void must_begin(const char *line, const char *start)
{
	if (strncmp(line, start, strlen(start)) == 0)
		return;
	(void)fprintf(stderr, "drain: %.*s\n", (int)(input + at - 1 - line),
		      line);
	exit(1);
}

static const char *status(void)
{
	const char *line = next_line();

	must_begin(line, "+OK");
	return line;
}

/* Skip up to the line with a dot. The CRLF of the status is not read yet. */
static void body(void)
{
	static const char end[] = "\r\n.\r\n";
	const char *found;

	at -= 2;
	while ((found = memmem(input + at, len - at, end, 5)) == NULL) {
		if (len - at > 4)
			at = len - 4;
		fill();
	}
	at = (size_t)(found - input) + 5;
}

static void open_connection(int port, bool tls)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == -1)
		err(1, "cannot connect");
	if (!tls)
		return;
	ssl = SSL_new(SSL_CTX_new(TLS_client_method()));
	if (ssl == NULL || SSL_set_fd(ssl, fd) != 1 || SSL_connect(ssl) != 1)
		err(1, "no TLS");
}

static void ask(const char *command)
{
	say(command, strlen(command));
	(void)status();
}

static void log_in(const char *user, const char *password)
{
	char line[256];

	(void)status();
	(void)snprintf(line, sizeof(line), "USER %s\r\n", user);
	ask(line);
	(void)snprintf(line, sizeof(line), "PASS %s\r\n", password);
	ask(line);
}

static size_t count_messages(void)
{
	say("STAT\r\n", 6);
	return strtoul(status() + 3, NULL, 10);
}

/* The same command for all messages, many at once. */
static void for_all(const char *word, size_t n, bool has_body)
{
	char out[COMMANDS];
	size_t asked = 0, answered = 0;

	while (answered < n) {
		size_t used = 0;

		while (asked - answered <= WINDOW / 2 && asked < n)
			for (size_t i = 0; i < WINDOW / 2 && asked < n; i++)
				used += (size_t)snprintf(
					out + used, sizeof(out) - used,
					"%s %zu\r\n", word, ++asked);
		if (used > 0)
			say(out, used);
		(void)status();
		if (has_body)
			body();
		answered++;
	}
}

static size_t session(const char *mode)
{
	size_t n = 0;

	if (strcmp(mode, "uidl") == 0 || strcmp(mode, "list") == 0) {
		bool both = mode[0] == 'l';

		say(both ? "LIST\r\nUIDL\r\n" : "UIDL\r\n", both ? 12 : 6);
		(void)status();
		body();
		if (both) {
			(void)status();
			body();
		}
	} else if (strcmp(mode, "login") != 0) {
		n = count_messages();
		for_all("RETR", n, true);
		if (strcmp(mode, "delete") == 0)
			for_all("DELE", n, false);
	}
	ask("QUIT\r\n");
	return n;
}

static void skip(size_t n)
{
	while (n > len - at) {
		n -= len - at;
		at = len;
		fill();
	}
	at += n;
}

/* Octets of the literal that a line of IMAP announces; -1: it has none. */
static long literal(const char *line)
{
	const char *end = input + at - strlen("}\r\n");
	const char *brace;

	if (end < line || *end != '}')
		return -1;
	brace = memrchr(line, '{', (size_t)(end - line));
	return brace == NULL ? -1 : strtol(brace + 1, NULL, 10);
}

/* Up to the end of the command of this tag. Returns how many literals came. */
static size_t end_of(char tag)
{
	const char want[] = {tag, ' ', 'O', 'K', '\0'};
	size_t n = 0;

	for (;;) {
		const char *line = next_line();
		long octets = literal(line);

		if (line[0] == tag) {
			must_begin(line, want);
			return n;
		}
		if (octets >= 0) {
			skip((size_t)octets);
			n++;
		}
	}
}

static size_t session_of_imap(const char *user, const char *password,
			      const char *mode)
{
	const char *const commands =
		strcmp(mode, "status") == 0
			? "b STATUS INBOX (MESSAGES UIDNEXT UIDVALIDITY)\r\n"
			  "c LOGOUT\r\n"
			: "a EXAMINE INBOX\r\n"
			  "b UID FETCH 1:* (UID FLAGS INTERNALDATE "
			  "BODY.PEEK[])\r\n"
			  "c LOGOUT\r\n";
	char line[256];
	size_t n;

	must_begin(next_line(), "* OK");
	(void)snprintf(line, sizeof(line), "l LOGIN \"%s\" \"%s\"\r\n", user,
		       password);
	say(line, strlen(line));
	(void)end_of('l');
	say(commands, strlen(commands));
	if (commands[0] == 'a')
		(void)end_of('a');
	n = end_of('b');
	(void)end_of('c');
	return n;
}

struct file {
	char *p;
	size_t len;
};
static struct file *files;
static size_t n_files;

static int read_file(const char *path, const struct stat *st, int type,
		     struct FTW *where)
{
	struct file file = {.len = (size_t)st->st_size};
	int from;

	(void)where;
	if (type != FTW_F)
		return 0;
	from = open(path, O_RDONLY);
	file.p = malloc(file.len + 1);
	files = realloc(files, (n_files + 1) * sizeof(*files));
	if (from == -1 || file.p == NULL || files == NULL ||
	    read(from, file.p, file.len) != st->st_size)
		err(1, "%s", path);
	(void)close(from);
	files[n_files++] = file;
	return 0;
}

static void write_files(const char *to)
{
	int dir = open(to, O_RDONLY | O_DIRECTORY);

	if (dir == -1)
		err(1, "%s", to);
	for (size_t i = 0; i < n_files; i++) {
		char name[32];
		int out;

		(void)snprintf(name, sizeof(name), "%zu", i);
		out = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL, 0600);
		if (out == -1 ||
		    write(out, files[i].p, files[i].len) !=
			    (ssize_t)files[i].len ||
		    close(out) == -1)
			err(1, "%s", name);
		bytes += files[i].len;
	}
	if (syncfs(dir) == -1)
		err(1, "syncfs");
}

int main(int argc, char **argv)
{
	bool tls = argc > 1 && strcmp(argv[1], "--tls") == 0;
	double start;
	size_t n;

	argc -= tls;
	argv += tls;
	if (argc == 4 && strcmp(argv[1], "write") == 0) {
		if (nftw(argv[2], read_file, FDS_MAX, FTW_PHYS) != 0)
			err(1, "%s", argv[2]);
		start = now_ms();
		write_files(argv[3]);
		n = n_files;
	} else if (argc == 5) {
		start = now_ms();
		open_connection(atoi(argv[1]), tls);
		if (strcmp(argv[4], "status") == 0 ||
		    strcmp(argv[4], "fetch") == 0) {
			n = session_of_imap(argv[2], argv[3], argv[4]);
		} else {
			log_in(argv[2], argv[3]);
			n = session(argv[4]);
		}
	} else {
		return 64;
	}
	printf("%.1f %zu %zu\n", now_ms() - start, n, bytes);
	return 0;
}
