/* SPDX-License-Identifier: ISC */
/*
 * usage: bent ARGUMENT...
 *
 * Postroom, with functions that the linker puts between (--wrap), to show what
 * its confined children hold and can do:
 *
 *   BENT_SCAN=FILE   a child that is confined searches its own memory for the
 *                    mark, and adds to the numbers in FILE, 24 bytes: how many
 *                    children, marks, and bytes there were. Not a fetcher:
 *   BENT_SCAN_FETCHER=FILE  the same for a fetcher.
 *   X-Payload:       a field of a message, of which its reader is taken over:
 *                    "crash", "exec" or "loop".
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "rules/judge.h"
#include "util/io.h"
#include "util/sandbox.h"

/* The names that the linker gives to the function that was, and to ours. */
#define REAL(name) __asm__("__real_" #name)
#define WRAP(name) __asm__("__wrap_" #name)

enum sandbox_step real_enter(const struct sandbox *box,
			     struct sandbox_kept *kept) REAL(sandbox_enter);
enum sandbox_step enter_and_scan(const struct sandbox *box,
				 struct sandbox_kept *kept) WRAP(sandbox_enter);
void real_judge(const struct ruleset *set, struct rule_input *input,
		struct verdict *verdict) REAL(ruleset_judge);
void judge_or_not(const struct ruleset *set, struct rule_input *input,
		  struct verdict *verdict) WRAP(ruleset_judge);

/*
 * "mArKeR%7" with bits that are flipped, so that it is not in this program; and
 * ten letters of the Base64 of that text, if it is there three times.
 */
#define FLIPPED	 0x55
#define MARK_MAX 10

static const struct {
	size_t len;
	unsigned char text[MARK_MAX];
} kinds[] = {
	{8, {0x38, 0x14, 0x27, 0x1e, 0x30, 0x07, 0x70, 0x62}},
	{10, {0x2c, 0x06, 0x67, 0x03, 0x06, 0x1f, 0x01, 0x31, 0x21, 0x04}},
};

struct numbers {
	uint64_t children, marks, bytes;
};

static char maps[256 * 1024];

/* Byte by byte: nothing here may make a copy. */
static bool is_mark(const unsigned char *p, size_t kind)
{
	size_t i = 0;

	while (i < kinds[kind].len && (p[i] ^ FLIPPED) == kinds[kind].text[i])
		i++;
	return i == kinds[kind].len;
}

static uint64_t marks_between(const unsigned char *p, const unsigned char *end)
{
	uint64_t n = 0;

	for (; end - p >= MARK_MAX; p++)
		for (size_t kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]);
		     kind++)
			n += is_mark(p, kind);
	return n;
}

/* A line of maps: "BEGIN-END rw-p ...". */
static void scan_region(const char *line, struct numbers *numbers)
{
	const unsigned char *begin, *end;
	uintptr_t from, to;
	char *rest;

	from = strtoull(line, &rest, 16);
	to = strtoull(rest + 1, &rest, 16);
	if (strncmp(rest, " rw", 3) != 0)
		return;
	memcpy(&begin, &from, sizeof(begin));
	memcpy(&end, &to, sizeof(end));
	numbers->bytes += to - from;
	numbers->marks += marks_between(begin, end);
}

static void read_maps(void)
{
	struct error err = ERROR_INIT;
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	long n = fd == -1 ? -1
			  : io_read(fd, maps, sizeof(maps) - 1, "maps", &err);

	if (n < 0)
		_exit(EXIT_FAILURE);
	(void)close(fd);
}

/* Mapped, because a confined process cannot write to a file. */
static struct numbers *open_numbers(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	void *p = fd == -1 ? MAP_FAILED
			   : mmap(NULL, sizeof(struct numbers),
				  PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p == MAP_FAILED)
		_exit(EXIT_FAILURE);
	(void)close(fd);
	return p;
}

enum sandbox_step enter_and_scan(const struct sandbox *box,
				 struct sandbox_kept *kept)
{
	const char *path = getenv("BENT_SCAN");
	struct numbers *numbers;
	enum sandbox_step step;

	if (box->has_connection)
		path = getenv("BENT_SCAN_FETCHER");
	if (path == NULL)
		return real_enter(box, kept);
	read_maps();
	numbers = open_numbers(path);
	step = real_enter(box, kept);
	for (const char *line = maps; *line != '\0';
	     line = strchr(line, '\n') + 1)
		scan_region(line, numbers);
	numbers->children++;
	return step;
}

static void be_taken_over(struct slice by)
{
	char *const none[] = {NULL};
	static volatile int stop;

	if (slice_equal(by, slice_str("crash")))
		__builtin_trap();
	if (slice_equal(by, slice_str("exec")))
		(void)execve("/bin/true", none, none);
	while (slice_equal(by, slice_str("loop")) && stop == 0)
		;
}

void judge_or_not(const struct ruleset *set, struct rule_input *input,
		  struct verdict *verdict)
{
	be_taken_over(message_first(input->message, "X-Payload"));
	real_judge(set, input, verdict);
}
