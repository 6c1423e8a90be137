/* SPDX-License-Identifier: ISC */
/* The judge's side of the socket: runs in the child, and knows it. */
#include "judge_bench.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "util/escape.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* What a header, its decoded form and a match may take, with room to spare. */
#define JUDGE_MEMORY (256UL * 1024 * 1024)

/* The first read: the whole header of nearly all mail. */
#define HEADER_CHUNK (16 * 1024)

struct bench {
	const struct ruleset *rules;
	const char *const *fallback;
	char *header; /* JUDGE_HEADER_MAX bytes */
	struct buf answer;
};

static int receive_question(struct question_frame *frame, int *fd_out)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	struct iovec iov = {frame, sizeof(*frame)};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	const struct cmsghdr *c;
	ssize_t n;

	do
		n = recvmsg(STDIN_FILENO, &message,
			    MSG_CMSG_CLOEXEC | MSG_WAITALL);
	while (n == -1 && errno == EINTR);
	c = n == (ssize_t)sizeof(*frame) ? CMSG_FIRSTHDR(&message) : NULL;
	if (c == NULL || c->cmsg_type != SCM_RIGHTS)
		return -1;
	memcpy(fd_out, CMSG_DATA(c), sizeof(*fd_out));
	frame->account[ACCOUNT_MAX - 1] = '\0';
	return 0;
}

/* Where the header ends: behind the first empty line; 0: not within. */
static size_t header_end(const char *p, size_t len, size_t from)
{
	const char *lf;

	if (len > 0 && p[0] == '\n')
		return 1;
	while (from < len && (lf = memchr(p + from, '\n', len - from))) {
		size_t at = (size_t)(lf - p) + 1;

		if (at < len && p[at] == '\n')
			return at + 1;
		if (at + 1 < len && p[at] == '\r' && p[at + 1] == '\n')
			return at + 2;
		from = at;
	}
	return 0;
}

/* The bytes up to the end of the header; -1: too large, or unreadable. */
static long read_header(const struct bench *b, int fd)
{
	size_t have = 0, end = 0;

	for (;;) {
		size_t want = have == 0 ? HEADER_CHUNK : JUDGE_HEADER_MAX;
		ssize_t n =
			pread(fd, b->header + have, want - have, (off_t)have);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		end = header_end(b->header, have + (size_t)n,
				 have < 3 ? 0 : have - 3);
		have += (size_t)n;
		if (end != 0)
			return (long)end;
		if (n == 0)
			return (long)have;
		if (have == JUDGE_HEADER_MAX)
			return -1;
	}
}

/* For people: what a message is about, in one line. */
static void summarize(struct message *m, char *out, size_t size)
{
	struct slice subject = message_first(m, "Subject");
	struct slice from = message_first(m, "From");
	struct buf text = BUF_INIT(JUDGE_HEADER_MAX * 4);

	buf_addstr(&text, "\"");
	buf_add(&text, subject.p, subject.len > 120 ? 120 : subject.len);
	buf_addstr(&text, "\" from ");
	buf_add(&text, from.p, from.len > 80 ? 80 : from.len);
	escape_to(out, size, text.s, text.len);
	buf_release(&text);
}

static void judge_message(struct bench *b, const struct question_frame *q,
			  int fd, struct answer_frame *frame)
{
	long len = read_header(b, fd);
	struct verdict verdict;
	struct message m;
	struct rule_input input = {
		.message = &m,
		.account = q->account,
		.size = q->size,
		.now = (time_t)q->now,
	};

	verdict_init(&verdict);
	message_init(&m, slice_of(b->header, len > 0 ? (size_t)len : 0),
		     b->fallback);
	if (len == -1)
		verdict_set_undecided(&verdict,
				      "the header is larger than 1 MiB");
	else if (m.cut)
		verdict_set_undecided(&verdict,
				      "the header has too many or too long "
				      "fields");
	else
		ruleset_judge(b->rules, &input, &verdict);
	summarize(&m, frame->summary, sizeof(frame->summary));
	buf_clear(&b->answer);
	verdict_encode(&verdict, &b->answer);
	message_release(&m);
	verdict_release(&verdict);
}

/* The time limit for one message; the signal ends the process. */
static void set_timer(time_t seconds)
{
	struct itimerval timer = {.it_value = {.tv_sec = seconds}};

	(void)setitimer(ITIMER_PROF, &timer, NULL);
}

static void limit(int resource, rlim_t value)
{
	struct rlimit r = {value, value};

	(void)setrlimit(resource, &r);
}

/* What is mapped already (libraries, JIT code), plus JUDGE_MEMORY. */
static void limit_memory(void)
{
#ifndef SANITIZED
	struct buf statm = BUF_INIT(256);
	struct error ignored = ERROR_INIT;
	unsigned long long pages;
	struct slice rest, first;

	if (io_read_file("/proc/self/statm", &statm, &ignored) == 0) {
		rest = buf_slice(&statm);
		if (slice_split(&rest, ' ', &first) &&
		    slice_number(first, 1ULL << 40, &pages))
			limit(RLIMIT_AS, pages * (rlim_t)sysconf(_SC_PAGESIZE) +
						 JUDGE_MEMORY);
	}
	buf_release(&statm);
#endif
}

void bench_confine(int socket_fd)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (dup2(socket_fd, STDIN_FILENO) == -1)
		_exit(75);
	/* Everything else: databases, locks and sockets are not its business.
	 */
	(void)close_range(STDERR_FILENO + 1, ~0U, 0);
	(void)prctl(PR_SET_DUMPABLE, 0);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, 0);
	limit(RLIMIT_NOFILE, 32);
	limit_memory();
	(void)signal(SIGPROF, SIG_DFL);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_DFL);
}

void bench_serve(const struct ruleset *rules, const char *const *fallback)
{
	struct bench b = {rules, fallback, xmalloc(JUDGE_HEADER_MAX),
			  BUF_INIT(ANSWER_MAX)};
	struct error ignored = ERROR_INIT;
	struct question_frame question;
	int fd;

	while (receive_question(&question, &fd) == 0) {
		struct answer_frame frame = {0};

		set_timer(JUDGE_CPU_SECONDS);
		judge_message(&b, &question, fd, &frame);
		set_timer(0);
		(void)close(fd);
		frame.verdict_len = (uint32_t)b.answer.len;
		if (io_write(STDIN_FILENO, &frame, sizeof(frame), "",
			     &ignored) ||
		    io_write(STDIN_FILENO, b.answer.s, b.answer.len, "",
			     &ignored))
			break;
	}
	free(b.header);
	buf_release(&b.answer);
}
