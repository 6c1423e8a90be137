/* SPDX-License-Identifier: ISC */
/*
 * A scripted SMTP server on loopback, for stories. It serves one connection
 * after the other and appends what clients send to a log.
 *
 *	smtpd --port-file FILE --log FILE [--answer COMMAND "550 no"]...
 *		[--hang COMMAND] [--close COMMAND]
 *
 * COMMAND is EHLO, AUTH, MAIL, RCPT, DATA, "." or QUIT.
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCRIPT_MAX 16

struct script {
	const char *command, *answer; /* answer NULL: hang; "": close */
};

static struct script script[SCRIPT_MAX];
static size_t n_script;
static FILE *transcript;

static void say(FILE *to, const char *text)
{
	(void)fprintf(to, "%s\r\n", text);
	(void)fflush(to);
}

/* False: the connection is over. */
static int answer(FILE *to, const char *command, const char *usual)
{
	for (size_t i = 0; i < n_script; i++) {
		if (strcmp(script[i].command, command) != 0)
			continue;
		while (script[i].answer == NULL)
			(void)pause();
		if (script[i].answer[0] == '\0')
			return 0;
		say(to, script[i].answer);
		return 1;
	}
	say(to, usual);
	return 1;
}

static int take_data(FILE *from, FILE *to)
{
	char line[65536];

	while (fgets(line, sizeof(line), from) != NULL) {
		(void)fputs(line, transcript);
		if (strcmp(line, ".\r\n") == 0)
			return answer(to, ".", "250 taken");
	}
	return 0;
}

static int serve_line(FILE *from, FILE *to, const char *line)
{
	static const struct script usual[] = {
		{"EHLO", "250-x\r\n250 AUTH PLAIN"},
		{"AUTH", "235 in"},
		{"MAIL", "250 ok"},
		{"RCPT", "250 ok"},
		{"QUIT", "221 bye"},
		{"RSET", "250 ok"},
	};

	if (strncmp(line, "DATA", 4) == 0) {
		for (size_t i = 0; i < n_script; i++)
			if (strcmp(script[i].command, "DATA") == 0)
				return answer(to, "DATA", "");
		say(to, "354 go on");
		return take_data(from, to);
	}
	if (strcmp(line, "AUTH PLAIN\r\n") == 0) {
		char secret[4096];

		say(to, "334 ");
		if (fgets(secret, sizeof(secret), from) == NULL)
			return 0;
		(void)fputs(secret, transcript);
		return answer(to, "AUTH", "235 in");
	}
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (strncmp(line, usual[i].command, 4) == 0)
			return answer(to, usual[i].command, usual[i].answer);
	say(to, "500 what");
	return 1;
}

static void serve(int fd)
{
	FILE *from = fdopen(fd, "r"), *to = fdopen(dup(fd), "w");
	char line[65536];

	say(to, "220 smtpd");
	while (fgets(line, sizeof(line), from) != NULL) {
		(void)fputs(line, transcript);
		(void)fflush(transcript);
		if (!serve_line(from, to, line) || line[0] == 'Q')
			break;
	}
	(void)fflush(transcript);
	(void)fclose(from);
	(void)fclose(to);
}

static int listen_on(const char *port_file)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	FILE *f = fopen(port_file, "w");

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd == -1 || f == NULL ||
	    bind(fd, (struct sockaddr *)&a, sizeof(a)) == -1 ||
	    listen(fd, 8) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1) {
		perror("smtpd");
		exit(1);
	}
	(void)fprintf(f, "%d\n", ntohs(a.sin_port));
	(void)fclose(f);
	return fd;
}

int main(int argc, char **argv)
{
	const char *port_file = NULL, *log = "/dev/null";
	int fd;

	(void)signal(SIGPIPE, SIG_IGN);
	for (int i = 1; i + 1 < argc; i++) {
		if (strcmp(argv[i], "--port-file") == 0)
			port_file = argv[++i];
		else if (strcmp(argv[i], "--log") == 0)
			log = argv[++i];
		else if (strcmp(argv[i], "--hang") == 0)
			script[n_script++] = (struct script){argv[++i], NULL};
		else if (strcmp(argv[i], "--close") == 0)
			script[n_script++] = (struct script){argv[++i], ""};
		else if (strcmp(argv[i], "--answer") == 0 && i + 2 < argc) {
			script[n_script].command = argv[++i];
			script[n_script++].answer = argv[++i];
		}
	}
	transcript = fopen(log, "a");
	if (port_file == NULL || transcript == NULL)
		return 1;
	fd = listen_on(port_file);
	for (;;)
		serve(accept(fd, NULL, NULL));
}
