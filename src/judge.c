/* SPDX-License-Identifier: ISC */
#include "judge.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A verdict with as many actions as one may have, and its folder names. */
#define ANSWER_MAX (1024 * 1024)

/* What a header, its decoded form and a match may take, with room to spare. */
#define JUDGE_MEMORY (256UL * 1024 * 1024)

/* The name of an account; longer ones are refused by the configuration. */
#define ACCOUNT_MAX 128

/* The first read: the whole header of nearly all mail. */
#define HEADER_CHUNK (16 * 1024)

struct judge {
	const struct ruleset *rules;
	const char *const *fallback;
	pid_t pid; /* 0: not running */
	int fd;
};

/* Crosses the socket as it is: both ends are the same program. */
struct question_frame {
	uint64_t size;
	int64_t now;
	char account[ACCOUNT_MAX];
};

struct answer_frame {
	uint32_t verdict_len;
	char summary[256];
};

/* --- in the child ------------------------------------------------------- */

struct bench {
	const struct judge *judge;
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
		     b->judge->fallback);
	if (len == -1)
		verdict_set_undecided(&verdict,
				      "the header is larger than 1 MiB");
	else if (m.cut)
		verdict_set_undecided(&verdict,
				      "the header has too many or too long "
				      "fields");
	else
		ruleset_judge(b->judge->rules, &input, &verdict);
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

static void confine(int socket_fd)
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

static void serve(const struct judge *judge)
{
	struct bench b = {.judge = judge, .header = xmalloc(JUDGE_HEADER_MAX)};
	struct error ignored = ERROR_INIT;
	struct question_frame question;
	int fd;

	buf_init(&b.answer, ANSWER_MAX);
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

/* --- in the parent ------------------------------------------------------ */

struct judge *judge_new(const struct ruleset *rules,
			const char *const *fallback)
{
	struct judge *judge = xcalloc(1, sizeof(*judge));

	judge->rules = rules;
	judge->fallback = fallback;
	judge->fd = -1;
	return judge;
}

static int start(struct judge *judge, struct error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return error_errno(err, ERR_TEMPORARY,
				   "cannot start the judge");
	judge->pid = fork();
	if (judge->pid == 0) {
		confine(pair[1]);
		serve(judge);
		_exit(0);
	}
	(void)close(pair[1]);
	if (judge->pid == -1) {
		judge->pid = 0;
		(void)close(pair[0]);
		return error_errno(err, ERR_TEMPORARY,
				   "cannot start the judge");
	}
	judge->fd = pair[0];
	return 0;
}

/* End it, and say how it ended when that was not our doing. */
static void stop(struct judge *judge, int signal_number, int *status_out)
{
	int status = 0;

	io_close_quietly(&judge->fd);
	if (judge->pid == 0)
		return;
	if (signal_number != 0)
		(void)kill(judge->pid, signal_number);
	while (waitpid(judge->pid, &status, 0) == -1 && errno == EINTR)
		;
	judge->pid = 0;
	if (status_out != NULL)
		*status_out = status;
}

void judge_free(struct judge *judge)
{
	if (judge == NULL)
		return;
	stop(judge, 0, NULL);
	free(judge);
}

static int send_question(const struct judge *judge,
			 const struct judge_question *question)
{
	struct question_frame frame = {.size = question->size,
				       .now = question->now};

	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {{0}};
	struct iovec iov = {&frame, sizeof(frame)};
	struct msghdr message = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&message);
	size_t len = strlen(question->account);
	ssize_t n;

	memcpy(frame.account, question->account,
	       len < ACCOUNT_MAX ? len : ACCOUNT_MAX - 1);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &question->fd, sizeof(int));
	do
		n = sendmsg(judge->fd, &message, MSG_NOSIGNAL);
	while (n == -1 && errno == EINTR);
	return n == (ssize_t)sizeof(frame) ? 0 : -1;
}

/* 1 all there, 0 the judge is gone, -1 its time is up. */
static int receive(const struct judge *judge, void *p, size_t len,
		   int64_t deadline)
{
	size_t have = 0;

	while (have < len) {
		struct pollfd ready = {.fd = judge->fd, .events = POLLIN};
		int rc = poll(&ready, 1, clock_left(deadline));
		ssize_t n;

		if (rc == -1 && errno == EINTR)
			continue;
		if (rc <= 0)
			return -1;
		n = recv(judge->fd, (char *)p + have, len - have, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return 0;
		have += (size_t)n;
	}
	return 1;
}

static int receive_answer(const struct judge *judge, struct judge_answer *out)
{
	int64_t deadline = clock_ms() + JUDGE_WALL_SECONDS * 1000;
	struct error err = ERROR_INIT;
	struct answer_frame frame;
	char *bytes;
	int rc = receive(judge, &frame, sizeof(frame), deadline);

	if (rc != 1)
		return rc;
	if (frame.verdict_len > ANSWER_MAX)
		return 0;
	bytes = xmalloc(frame.verdict_len);
	rc = receive(judge, bytes, frame.verdict_len, deadline);
	if (rc == 1 && verdict_decode(slice_of(bytes, frame.verdict_len),
				      (unsigned)ruleset_size(judge->rules),
				      &out->verdict, &err) == -1)
		rc = 0;
	frame.summary[sizeof(frame.summary) - 1] = '\0';
	escape_to(out->summary, sizeof(out->summary), frame.summary,
		  strlen(frame.summary));
	free(bytes);
	return rc;
}

/* The judge failed on this message: say why, and start afresh next time. */
static void give_up(struct judge *judge, bool in_time,
		    struct judge_answer *answer)
{
	const char *reason = "the judge answered nonsense";
	int status = 0;

	stop(judge, SIGKILL, &status);
	if (!in_time)
		reason = "judging took longer than 30 seconds";
	else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF)
		reason = "judging took more than 5 seconds of CPU time";
	else if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
		reason = "the judge crashed";
	else if (WIFEXITED(status))
		reason = "the judge ran out of memory or stopped";
	verdict_release(&answer->verdict);
	verdict_init(&answer->verdict);
	verdict_set_undecided(&answer->verdict, reason);
}

int judge_ask(struct judge *judge, const struct judge_question *question,
	      struct judge_answer *answer, struct error *err)
{
	int rc;

	memset(answer, 0, sizeof(*answer));
	verdict_init(&answer->verdict);
	if (ruleset_size(judge->rules) == 0)
		return 0;
	if (judge->pid == 0 && start(judge, err) == -1)
		return -1;
	if (send_question(judge, question) == -1) {
		/* It died between two messages: this one gets a fresh one. */
		stop(judge, SIGKILL, NULL);
		if (start(judge, err) == -1)
			return -1;
		if (send_question(judge, question) == -1)
			return error_set(err, ERR_TEMPORARY,
					 "the judge does not take messages");
	}
	rc = receive_answer(judge, answer);
	if (rc != 1)
		give_up(judge, rc == 0, answer);
	return 0;
}
