/* SPDX-License-Identifier: ISC */
/*
 * A judge that was taken over: this program has its own judge_child_serve(),
 * which attacks. The parent must get an end, in time, and keep its memory.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../one_rule.h"
#include "../tap.h"
#include "../tempdir.h"
#include "judge/child.h"
#include "rules/ruleset.h"
#include "util/clock.h"
#include "util/frame.h"
#include "util/io.h"
#include "util/xalloc.h"

/* The time of a judge; an honest one has 30 seconds. */
#define WALL_MS 300

/* An attack returns true when it got what it wanted. */
static bool (*attack)(void);
static int64_t question_id;
static int answered; /* requests, by the host */

static void send_answer(enum answer_kind kind, const struct buf *bytes)
{
	struct answer_frame frame = {.id = question_id, .kind = kind};
	struct error ignored = ERROR_INIT;

	frame.len = (uint32_t)bytes->len;
	if (io_write(0, &frame, sizeof(frame), "", &ignored) == -1 ||
	    io_write(0, bytes->s, bytes->len, "", &ignored) == -1)
		_exit(0);
}

static void send_request(enum request_kind kind)
{
	static char cat[] = "cat";
	char *argv[] = {cat, NULL}, *environment[] = {NULL};
	struct request request = {
		.kind = kind, .argv = argv, .environment = environment};
	struct buf bytes = BUF_INIT(4096);

	request_encode(&request, &bytes);
	send_answer(ANSWER_REQUEST, &bytes);
	buf_release(&bytes);
}

static void take_reply(void)
{
	struct reply_frame frame;
	int fd = -1;

	(void)frame_receive(0, &frame, sizeof(frame), &fd);
	(void)close(fd);
}

/* "yes" or "no": the attack's result, as an honest verdict. */
static void send_verdict(bool worked)
{
	struct buf bytes = BUF_INIT(65536);
	struct verdict verdict;

	verdict_init(&verdict);
	verdict_set_undecided(&verdict, worked ? "it worked" : "it did not");
	verdict_encode(&verdict, &bytes);
	send_answer(ANSWER_VERDICT, &bytes);
	verdict_release(&verdict);
	buf_release(&bytes);
}

void judge_child_serve(const struct ruleset *rules, const char *const *fallback)
{
	struct question_frame question;
	int fd;

	(void)rules;
	(void)fallback;
	while (frame_receive(0, &question, sizeof(question), &fd) == 1) {
		question_id = question.id;
		send_verdict(attack());
		(void)close(fd);
	}
}

static bool reads_passwords(void)
{
	return open("/etc/passwd", O_RDONLY) != -1;
}

static bool writes_file(void)
{
	return open("/tmp/postroom-test-hostile", O_WRONLY | O_CREAT, 0600) !=
	       -1;
}

static bool makes_directory(void)
{
	return mkdir("/tmp/postroom-test-hostile", 0700) == 0;
}

static bool removes_file(void)
{
	return unlink(temp_path("victim")) == 0;
}

static bool renames_file(void)
{
	return rename(temp_path("victim"), temp_path("taken")) == 0;
}

static bool truncates_file(void)
{
	return truncate(temp_path("victim"), 0) == 0;
}

static bool maps_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool runs_program(void)
{
	char *const argv[] = {NULL};

	return execve("/bin/true", argv, argv) == 0;
}

static bool forks(void)
{
	return fork() != -1;
}

static bool opens_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) != -1;
}

static bool kills_parent(void)
{
	return kill(getppid(), 0) == 0;
}

static bool traces_parent(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0;
}

static bool reads_parent(void)
{
	char byte;
	struct iovec here = {&byte, 1}, there = {&question_id, 1};

	return process_vm_readv(getppid(), &here, 1, &there, 1, 0) == 1;
}

static bool makes_memory_file(void)
{
	return memfd_create("x", 0) != -1;
}

static bool takes_namespace(void)
{
	return syscall(SYS_unshare, 0x10000000) == 0;
}

static bool uses_ring(void)
{
	return syscall(SYS_io_uring_setup, 1, NULL) >= 0;
}

static bool lifts_limits(void)
{
	return syscall(SYS_prlimit64, 0, 7, "\xff\xff\xff\xff", NULL) == 0;
}

static bool takes_memory(void)
{
	return mmap(NULL, 512UL << 20, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool reads_nothing(void)
{
	while (answered >= 0)
		send_request(REQUEST_DUPLICATE);
	return true;
}

static bool asks_for_ever(void)
{
	while (answered >= 0) {
		send_request(REQUEST_DUPLICATE);
		take_reply();
	}
	return true;
}

static bool drips(void)
{
	const struct timespec nap = {0, 50 * 1000 * 1000};

	while (answered >= 0) {
		(void)!write(0, "", 1);
		(void)syscall(SYS_futex, &answered, 0, answered, &nap, NULL, 0);
	}
	return true;
}

static bool floods(void)
{
	static char zeros[65536];

	while (write(0, zeros, sizeof(zeros)) > 0)
		;
	return true;
}

static bool spins(void)
{
	const struct itimerval never = {0};

	(void)setitimer(ITIMER_PROF, &never, NULL);
	while (answered >= 0)
		(void)clock_ms();
	return true;
}

static bool lingers(void)
{
	send_verdict(false);
	while (answered >= 0)
		(void)syscall(SYS_futex, &answered, 0, answered, NULL, NULL, 0);
	return true;
}

static bool wants_charsets(void)
{
	struct buf bytes = BUF_INIT(sizeof(unsigned));
	unsigned none = 1000000;

	buf_add(&bytes, &none, sizeof(none));
	send_answer(ANSWER_CHARSET, &bytes);
	_exit(0);
}

static void restart(void *context)
{
	(void)context;
}

static void answer(void *context, const struct request *request,
		   struct reply *reply)
{
	(void)context;
	(void)request;
	answered++;
	reply->answer = MATCH_NO;
}

/* The reason that the parent gives; "" when it cannot judge at all. */
static const char *judged(bool (*by)(void), int64_t *ms)
{
	static char reason[512];
	const struct judge_host host = {NULL, restart, answer};
	struct ruleset *rules = make_rules("A: /b/", "A");
	struct rule *rule = ruleset_add(rules, "two", "test.conf", 9);
	struct judge *judge = judge_new(rules, NULL);
	int fd = memfd_create("message", 0);
	struct judge_question question = {
		.id = 7, .fd = fd, .size = 1, .account = "work", .host = &host};
	struct judge_answer out;
	struct rule_value yes = {"yes", 5};
	struct error err = ERROR_INIT;
	int64_t began = clock_ms();
	size_t index;
	long column;
	int line;

	(void)rule_add_condition(rule, "duplicate", &yes, 1, &index, &column,
				 &err);
	(void)rule_add_action(rule, "discard", &yes, 1, &err);
	(void)rule_finish(rule, &line, &err);
	attack = by;
	answered = 0;
	judge_set_wall(judge, WALL_MS);
	reason[0] = '\0';
	if (judge_ask(judge, &question, &out, &err) == 0) {
		(void)snprintf(reason, sizeof(reason), "%s",
			       out.verdict.reason);
		verdict_release(&out.verdict);
	}
	judge_free(judge);
	*ms = clock_ms() - began;
	ruleset_free(rules);
	(void)close(fd);
	return reason;
}

#define MAY_NOT "the judge did what it may not, three times"

static void test_confined(void)
{
	static const struct {
		const char *what;
		bool (*attack)(void);
		const char *end;
	} tries[] = {
		{"reads a file", reads_passwords, "it did not"},
		{"makes a file", writes_file, "it did not"},
		{"makes a directory", makes_directory, "it did not"},
		{"removes a file", removes_file, "it did not"},
		{"renames a file", renames_file, "it did not"},
		{"truncates a file", truncates_file, "it did not"},
		{"maps code", maps_code, "it did not"},
		{"lifts its limits", lifts_limits, "it did not"},
		{"takes much memory", takes_memory, "it did not"},
		{"runs a program", runs_program, MAY_NOT},
		{"forks", forks, MAY_NOT},
		{"opens a socket", opens_socket, MAY_NOT},
		{"sends its parent a signal", kills_parent, MAY_NOT},
		{"traces its parent", traces_parent, MAY_NOT},
		{"reads its parent's memory", reads_parent, MAY_NOT},
		{"makes a file in memory", makes_memory_file, MAY_NOT},
		{"takes a namespace", takes_namespace, MAY_NOT},
		{"uses io_uring", uses_ring, MAY_NOT},
	};
	struct stat st;
	int64_t ms;

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
#ifdef SANITIZED
		if (tries[i].attack == takes_memory)
			continue;
#endif
		is_str(tries[i].end, judged(tries[i].attack, &ms),
		       tries[i].what);
	}
	ok(stat(temp_path("victim"), &st) == 0 && st.st_size == 1,
	   "the file of ours is as it was");
}

static void test_in_time(void)
{
	static const char late[] = "judging took longer than 30 seconds";

	static const struct {
		const char *what;
		bool (*attack)(void);
		const char *end;
	} tries[] = {
		{"asks, and reads no reply", reads_nothing, NULL},
		{"asks for ever", asks_for_ever, NULL},
		{"sends a byte now and then", drips, late},
		{"sends zeros for ever", floods, NULL},
		{"spins", spins, late},
		{"answers and does not end", lingers, "it did not"},
		{"wants a charset that is none", wants_charsets, NULL},
	};

	int64_t ms;

	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		const char *end = judged(tries[i].attack, &ms);

		/* Several ends are as good; which comes is chance. */
		is_str(tries[i].end == NULL ? end : tries[i].end, end,
		       tries[i].what);
		ok(ms < 10000, "and it ends");
		ok(answered <= JUDGE_TRIES, "having asked once a try");
		ok(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD,
		   "no process is left");
	}
}

int main(void)
{
	FILE *f;

	(void)tempdir();
	f = fopen(temp_path("victim"), "w");
	(void)fputc('x', f);
	(void)fclose(f);
	test_confined();
	test_in_time();
	return done_testing();
}
