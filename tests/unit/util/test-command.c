/* SPDX-License-Identifier: ISC */
/* Commands that work, fail, hang, flood, and leave something behind. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "../tap.h"
#include "../tempdir.h"
#include "util/clock.h"
#include "util/command.h"

static struct command_result result;

/* Run a shell script with these descriptors. Returns how it ended. */
static enum command_end sh(const char *script, int input, int output,
			   uint64_t max, int seconds)
{
	char shell[] = "sh", option[] = "-c", one[] = "a\nb", two[] = "$(x)";
	char variable[] = "POSTROOM_X=1\n$(y)", *copy = strdup(script);
	char *argv[] = {shell, option, copy, shell, one, two, NULL};
	char *environment[] = {variable, NULL};
	struct command command = {.argv = argv,
				  .environment = environment,
				  .input = input,
				  .output = output,
				  .output_max = max,
				  .seconds = seconds};
	struct error err = ERROR_INIT;

	is_int(0, command_run(&command, &result, &err), script);
	free(copy);
	return result.end;
}

static int file_of(const char *text)
{
	int fd = memfd_create("input", MFD_CLOEXEC);

	if (write(fd, text, strlen(text)) == -1)
		perror("write");
	return fd;
}

static void empty(int fd)
{
	if (ftruncate(fd, 0) == -1 || lseek(fd, 0, SEEK_SET) == -1)
		perror("ftruncate");
}

static void read_all(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);

	text[n < 0 ? 0 : n] = '\0';
}

static void test_ends(void)
{
	is_int(COMMAND_EXITED, sh("exit 0", -1, -1, 0, 10), "exits");
	is_int(0, result.status, "with status 0");
	is_int(COMMAND_EXITED,
	       sh("echo no >&2; echo >&2; exit 75", -1, -1, 0, 10), "exits");
	is_int(75, result.status, "G2: with status 75");
	is_str("exited with 75: no", result.text,
	       "its last line of errors is kept");
	is_int(COMMAND_EXITED,
	       sh("printf '\\033[1mx' >&2; exit 1", -1, -1, 0, 10), "exits");
	is_str("exited with 1: \\x1b[1mx", result.text, "escaped");
	is_int(COMMAND_SIGNAL, sh("kill -9 $$", -1, -1, 0, 10),
	       "a killed command");
	is_int(9, result.status, "G2: by signal 9");
}

static void test_start(void)
{
	char *path = strdup(temp_path("none")), root[] = "/";
	char *argv[] = {path, NULL};
	struct command command = {
		.argv = argv, .input = -1, .output = -1, .seconds = 10};
	struct error err = ERROR_INIT;

	is_int(0, command_run(&command, &result, &err), "no such program");
	is_int(COMMAND_NOT_STARTED, result.end, "is not started");
	is_str("cannot be started: No such file or directory", result.text,
	       "the text says so");
	argv[0] = root;
	is_int(0, command_run(&command, &result, &err), "a directory");
	is_int(COMMAND_NOT_STARTED, result.end,
	       "G1: a directory cannot be started");
	free(path);
}

static void test_bytes(void)
{
	int in = file_of("message\n"), out = memfd_create("out", 0);
	char text[4096];

	is_int(COMMAND_EXITED,
	       sh("cat; printf '%s|' \"$1\" \"$2\" \"$POSTROOM_X\"; pwd; umask",
		  in, out, 1000, 10),
	       "a command that reads and writes");
	read_all(out, text, sizeof(text));
	is_str("message\na\nb|$(x)|1\n$(y)|/tmp\n0077\n", text,
	       "input, arguments, environment, directory, umask");
	empty(out);
	(void)sh("cat", in, out, 1000, 10);
	read_all(out, text, sizeof(text));
	is_str("message\n", text, "the input begins at its start again");
	empty(out);
	(void)open("/dev/null", O_RDONLY); /* a descriptor that must not leak */
	(void)sh("exec ls /proc/self/fd", in, out, 1000, 10);
	read_all(out, text, sizeof(text));
	is_str("0\n1\n2\n3\n", text,
	       "G11: no other descriptors (3 is what ls reads)");
	(void)close(in);
	(void)close(out);
}

static void test_much(void)
{
	int in = memfd_create("in", 0), out = memfd_create("out", 0);
	int64_t begin = clock_ms();
	struct stat st;

	is_int(0, ftruncate(in, 10 << 20), "10 MB");
	is_int(COMMAND_EXITED, sh("exit 0", in, -1, 0, 10),
	       "G3: 10 MB of input may be ignored");
	is_int(COMMAND_EXITED,
	       sh("head -c 50000000 /dev/zero >&2; exit 3", -1, -1, 0, 30),
	       "G5: 50 MB of errors do not block it");
	is_int(3, result.status, "its status is kept");
	is_int(COMMAND_EXITED,
	       sh("head -c 5000000 /dev/zero", -1, out, 5000000, 30),
	       "as much output as allowed");
	(void)fstat(out, &st);
	is_int(5000000, st.st_size, "all of it is there");
	is_int(COMMAND_FLOOD, sh("yes", -1, out, 100000, 30),
	       "more output than allowed");
	ok(strstr(result.text, "wrote more than 100000 bytes") != NULL,
	   "ends the command");
	(void)fstat(out, &st);
	ok(st.st_size <= 5100000, "that output is not kept");
	ok(clock_ms() - begin < 20000, "it ends soon");
	(void)close(in);
	(void)close(out);
}

static void test_capture(void)
{
	char shell[] = "sh", option[] = "-c";
	char script[] = "echo one; for i in 1 '' 2 3 4; do echo $i >&2; done; "
			"head -c 1000 /dev/zero";
	char *argv[] = {shell, option, script, NULL};
	struct buf out = BUF_INIT(100);
	struct command command = {.argv = argv,
				  .input = -1,
				  .output = -1,
				  .capture = &out,
				  .seconds = 10};
	struct error err = ERROR_INIT;

	is_int(0, command_run(&command, &result, &err), "a command");
	is_int(0, result.status, "writes more than is kept");
	is_int(100, out.len, "the start of it is kept");
	ok(strncmp(out.s, "one\n", 4) == 0, "as it was written");
	is_str("2; 3; 4", result.complaint, "and the last lines of its errors");
	buf_release(&out);
}

static void test_time(void)
{
	int64_t begin = clock_ms();

	is_int(COMMAND_TIMEOUT, sh("sleep 30", -1, -1, 0, 1),
	       "a command that hangs");
	is_str("did not end within 1 s", result.text, "is ended");
	is_int(COMMAND_TIMEOUT,
	       sh("trap '' TERM; while :; do sleep 1; done", -1, -1, 0, 1),
	       "a command that ignores SIGTERM");
	ok(clock_ms() - begin < 8000, "G4: is killed");
	begin = clock_ms();
	is_int(COMMAND_EXITED, sh("setsid sleep 20 & exit 0", -1, -1, 0, 10),
	       "a command that leaves a program behind");
	ok(clock_ms() - begin < 5000, "F9 G4: that program is not waited for");
}

static void test_closed(void)
{
	int in = fcntl(file_of("x"), F_DUPFD, 20);
	int out = fcntl(memfd_create("out", 0), F_DUPFD, 21);
	int saved = fcntl(STDOUT_FILENO, F_DUPFD, 22);
	char text[16];

	(void)close(0);
	(void)close(1);
	(void)close(2);
	{
		char cat[] = "cat", *argv[] = {cat, NULL};
		struct command command = {.argv = argv,
					  .input = in,
					  .output = out,
					  .output_max = 10,
					  .seconds = 10};
		struct error err = ERROR_INIT;

		(void)command_run(&command, &result, &err);
	}
	(void)dup2(saved, 0);
	(void)dup2(saved, 1);
	(void)dup2(saved, 2);
	read_all(out, text, sizeof(text));
	is_str("x", text, "F6: works with 0, 1 and 2 closed");
}

int main(void)
{
	(void)tempdir();
	(void)setenv("HOME", "/tmp", 1);
	test_ends();
	test_start();
	test_bytes();
	test_much();
	test_capture();
	test_time();
	test_closed();
	return done_testing();
}
