/* SPDX-License-Identifier: ISC */
/*
 * usage: judging <LIST
 *
 * For the benchmark: two judges, one confined and one not, read the messages
 * whose files the list names, a line each, in turn. Prints a line for each:
 * its name; for all messages the milliseconds, and those of processor that the
 * judge took; how many there were; and the milliseconds from the start of a
 * judge to its first answer. Whatever else the machine does only adds time: the
 * shortest of several tries at the same messages counts, and of many starts.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../unit/rule_lines.h"
#include "judge/child.h"
#include "judge/process.h"
#include "mail/charset.h"
#include "now.h"

#define TRIES  7
#define STARTS 500

/* The linker puts our function before the real one (--wrap). */
enum sandbox_step
really_confine(int socket_fd,
	       bool best_effort) __asm__("__real_judge_child_confine");
enum sandbox_step
confine_or_not(int socket_fd,
	       bool best_effort) __asm__("__wrap_judge_child_confine");

static const struct {
	const char *name;
	bool confined;
} kinds[] = {{"confined", true}, {"unconfined", false}};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct judge *judges[KINDS];
static bool confined; /* the judge that starts next */

enum sandbox_step confine_or_not(int socket_fd, bool best_effort)
{
	if (confined)
		return really_confine(socket_fd, best_effort);
	return dup2(socket_fd, STDIN_FILENO) == -1 ? SANDBOX_DESCRIPTORS
						   : SANDBOX_DONE;
}

static _Noreturn void fail(const char *what)
{
	(void)fprintf(stderr, "judging: %s\n", what);
	exit(EXIT_FAILURE);
}

static struct ruleset *make_set(void)
{
	static const char *const lines[] = {
		"header=X-Spam-Flag: YES",  "folder=Spam",   "--",
		"subject=invoice",	    "folder=Money",  "--",
		"from=@linux.alibaba.com",  "folder=Work",   "--",
		"header=List-Id: ettus",    "folder=Lists",  "--",
		"subject=/^re: \\[patch/",  "folder=Patch",  "--",
		"body=words that are rare", "folder=Bodies", NULL};
	char text[512];
	struct ruleset *set = build_rules(lines, text, sizeof(text));

	if (set == NULL)
		fail(text);
	ruleset_finish(set);
	return set;
}

static void ask(struct judge *judge, const struct judge_question *question)
{
	struct judge_answer answer;
	struct error err = ERROR_INIT;

	if (judge_ask(judge, question, &answer, &err) == -1)
		fail(err.text);
	verdict_release(&answer.verdict);
}

struct cost {
	double wall, processor;
};

static double processor_ms(const struct judge *judge)
{
	struct timespec t = {0};
	clockid_t clock;

	if (judge->pid != 0 && clock_getcpuclockid(judge->pid, &clock) == 0)
		(void)clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* As the sorter does: all are known to the judge, and then asked. */
static struct cost time_batch(struct judge *judge,
			      const struct judge_question *all, size_t n)
{
	double used = processor_ms(judge), begin = now_ms();

	for (size_t i = 0; i < n; i++)
		(void)judge_foresee(judge, &all[i]);
	for (size_t i = 0; i < n; i++)
		ask(judge, &all[i]);
	return (struct cost){now_ms() - begin, processor_ms(judge) - used};
}

static double least(double a, double b)
{
	return a < b ? a : b;
}

static void take_batch(const struct judge_question *all, size_t n,
		       struct cost *sums)
{
	struct cost best[KINDS] = {0};

	for (size_t i = 0; i < TRIES * KINDS; i++) {
		size_t kind = i % KINDS;
		struct cost c;

		confined = kinds[kind].confined;
		c = time_batch(judges[kind], all, n);
		if (i < KINDS)
			best[kind] = c;
		best[kind].wall = least(best[kind].wall, c.wall);
		best[kind].processor = least(best[kind].processor, c.processor);
	}
	for (size_t kind = 0; kind < KINDS; kind++) {
		sums[kind].wall += best[kind].wall;
		sums[kind].processor += best[kind].processor;
	}
}

/* The next messages of the list; their descriptors are the caller's. */
static size_t read_batch(struct judge_question *all, int64_t *id)
{
	char path[4096];
	struct stat st;
	size_t n = 0;

	while (n < JUDGE_AHEAD && fgets(path, sizeof(path), stdin) != NULL) {
		int fd;

		path[strcspn(path, "\n")] = '\0';
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd == -1 || fstat(fd, &st) == -1)
			fail(path);
		all[n++] = (struct judge_question){.id = ++*id,
						   .fd = fd,
						   .size = (uint64_t)st.st_size,
						   .account = "a"};
	}
	return n;
}

static void time_starts(const struct judge_question *question, double *best)
{
	for (size_t i = 0; i < STARTS * KINDS; i++) {
		size_t kind = i % KINDS;
		double begin, took;

		judge_reset(judges[kind]);
		confined = kinds[kind].confined;
		begin = now_ms();
		ask(judges[kind], question);
		took = now_ms() - begin;
		best[kind] = i < KINDS ? took : least(best[kind], took);
	}
}

int main(void)
{
	struct ruleset *set = make_set();
	struct cost all[KINDS] = {0};
	double start[KINDS] = {0};
	struct judge_question questions[JUDGE_AHEAD];
	int64_t id = 0;
	size_t n, messages = 0;

	charset_prepare_all();
	for (size_t kind = 0; kind < KINDS; kind++)
		judges[kind] = judge_new(set, NULL);
	while ((n = read_batch(questions, &id)) > 0) {
		if (messages == 0)
			time_starts(&questions[0], start);
		take_batch(questions, n, all);
		messages += n;
		for (size_t i = 0; i < n; i++)
			(void)close(questions[i].fd);
	}
	for (size_t kind = 0; kind < KINDS; kind++) {
		(void)printf("%s %.1f %.1f %zu %.3f\n", kinds[kind].name,
			     all[kind].wall, all[kind].processor, messages,
			     start[kind]);
		judge_free(judges[kind]);
	}
	ruleset_free(set);
	return EXIT_SUCCESS;
}
