/* SPDX-License-Identifier: ISC */
/* Confinement, as the kernel shows it to others: test-hostile tries it out. */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../tap.h"
#include "../tempdir.h"
#include "judge/child.h"
#include "util/frame.h"
#include "util/io.h"

/* In the child: begin as the judge does, and wait. */
static void wait_confined(int socket_fd)
{
	char byte = (char)judge_child_confine(socket_fd, false);
	int fd;

	(void)!write(STDIN_FILENO, &byte, 1);
	(void)frame_receive(STDIN_FILENO, &byte, 1, &fd);
	_exit(0);
}

/* The word of `/proc/PID/name` behind this title, or "". */
static const char *shown(pid_t pid, const char *name, const char *title)
{
	static struct buf text = BUF_INIT(65536);
	struct error err = ERROR_INIT;
	char path[64];
	char *line;

	buf_clear(&text);
	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	(void)io_read_file(path, &text, &err);
	line = strstr(text.s, title);
	if (line == NULL)
		return "";
	line += strlen(title);
	line += strspn(line, " \t");
	line[strcspn(line, " \t\n")] = '\0';
	return line;
}

static unsigned open_files(pid_t pid)
{
	char path[64];
	unsigned n = 0;
	DIR *dir;

	(void)snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	while (dir != NULL && readdir(dir) != NULL)
		n++;
	if (dir != NULL)
		(void)closedir(dir);
	return n - 2; /* "." and ".." */
}

int main(void)
{
	FILE *mail;
	char step = -1;
	int pair[2];
	pid_t pid;

	(void)tempdir();
	mail = fopen(temp_path("mail"), "w");
	(void)socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	(void)fflush(stdout);
	pid = fork();
	if (pid == 0)
		wait_confined(pair[1]);
	(void)close(pair[1]);
	is_int(1, read(pair[0], &step, 1), "a judge begins");
	is_int(SANDBOX_DONE, step, "and is confined");
	if (geteuid() == 0)
		is_int(3, open_files(pid),
		       "H5: it has no file, lock or socket of ours");
	is_str("1", shown(pid, "status", "NoNewPrivs:"),
	       "H5: it cannot gain rights");
	is_str("2", shown(pid, "status", "Seccomp:"),
	       "its system calls are filtered");
	is_str("0", shown(pid, "limits", "Max core file size"),
	       "H1: it leaves no core");
	is_str("0", shown(pid, "limits", "Max file size"),
	       "H5: it can write to no file");
	is_str("0", shown(pid, "limits", "Max processes"),
	       "and have no children");
	is_str("600", shown(pid, "limits", "Max cpu time"),
	       "it does not live for ever");
	(void)kill(pid, SIGKILL);
	(void)waitpid(pid, NULL, 0);
	(void)close(pair[0]);
	(void)fclose(mail);
	return done_testing();
}
