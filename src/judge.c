/* SPDX-License-Identifier: ISC */
#include "judge.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "judge_bench.h"
#include "util/clock.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct judge {
	const struct ruleset *rules;
	const char *const *fallback;
	pid_t pid; /* 0: not running */
	int fd;
};

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
		bench_confine(pair[1]);
		bench_serve(judge->rules, judge->fallback);
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
