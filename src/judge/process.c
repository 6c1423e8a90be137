/* SPDX-License-Identifier: ISC */
#include "judge/process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "judge/child.h"
#include "util/clock.h"
#include "util/frame.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of a usual verdict, with its frame. */
#define ANSWER_USUAL ((size_t)4096)

/* A judge that has nothing to do ends at once; after this time it is killed. */
#define END_MS 1000

struct judge *judge_new(const struct ruleset *rules,
			const char *const *fallback)
{
	struct judge *judge = xcalloc(1, sizeof(*judge));

	judge->rules = rules;
	judge->fallback = fallback;
	judge->fd = -1;
	judge->wall_ms = JUDGE_WALL_SECONDS * 1000;
	buf_init(&judge->in,
		 sizeof(struct answer_frame) + ANSWER_MAX + ANSWER_USUAL);
	return judge;
}

void judge_set_wall(struct judge *judge, int ms)
{
	judge->wall_ms = ms;
}

void judge_set_best_effort(struct judge *judge, bool yes)
{
	judge->best_effort = yes;
}

void judge_set_forget(struct judge *judge, void (*forget)(const void *context),
		      const void *context)
{
	judge->forget = forget;
	judge->context = context;
}

static void be_judge(const struct judge *judge, int fd)
{
	enum sandbox_step step;

	if (judge->forget != NULL)
		judge->forget(judge->context);
	step = judge_child_confine(fd, judge->best_effort);
	if (step != SANDBOX_DONE)
		_exit(JUDGE_UNCONFINED + (int)step);
	judge_child_serve(judge->rules, judge->fallback);
	_exit(0);
}

int judge_start(struct judge *judge, struct error *err)
{
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return error_errno(err, ERR_TEMPORARY,
				   "cannot start the judge");
	judge->pid = fork();
	if (judge->pid == 0)
		be_judge(judge, pair[1]);
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

void judge_stop(struct judge *judge, int *status_out)
{
	int status = 0;

	judge->n_ahead = 0;
	buf_clear(&judge->in);
	io_close_quietly(&judge->fd);
	if (judge->pid == 0)
		return;
	(void)kill(judge->pid, SIGKILL);
	while (waitpid(judge->pid, &status, 0) == -1 && errno == EINTR)
		;
	judge->pid = 0;
	if (status_out != NULL)
		*status_out = status;
}

/* Let a judge that is not at work end by itself: it closes its end. */
static void dismiss(struct judge *judge)
{
	struct pollfd end = {.fd = judge->fd};

	if (judge->fd != -1 && judge->n_ahead == 0) {
		(void)shutdown(judge->fd, SHUT_WR);
		(void)poll(&end, 1, END_MS);
	}
	judge_stop(judge, NULL);
}

void judge_free(struct judge *judge)
{
	if (judge == NULL)
		return;
	dismiss(judge);
	buf_release(&judge->in);
	free(judge);
}

void judge_reset(struct judge *judge)
{
	dismiss(judge);
}

/*
 * Wait until the judge takes or sends bytes. False: its time is up. What the
 * host does meanwhile, and what it waits for, does not count.
 */
static bool await(struct judge *judge, short events)
{
	int64_t began = clock_ms(), spent;
	int n;

	if (judge->left_ms == 0)
		return false;
	n = io_wait(judge->fd, events, began + judge->left_ms);
	/* Waiting costs a millisecond at least, or short waits never end. */
	spent = clock_ms() - began + 1;
	judge->left_ms =
		spent < judge->left_ms ? judge->left_ms - (int)spent : 0;
	return n != 0;
}

enum fate judge_send_frame(struct judge *judge, const void *frame, size_t len,
			   int fd)
{
	int rc;

	while ((rc = frame_send(judge->fd, frame, len, fd)) == 0)
		if (!await(judge, POLLOUT))
			return FATE_TIME;
	return rc == 1 ? FATE_GOES_ON : FATE_FAULT;
}

int judge_send_question(const struct judge *judge,
			const struct judge_question *question)
{
	struct question_frame frame = {.id = question->id,
				       .size = question->size,
				       .now = question->now,
				       .received = question->received,
				       .arrived = question->arrived,
				       .explain = question->explain,
				       .measure = question->measure,
				       .first = question->first,
				       .end = question->end};
	const char *folder = question->folder == NULL ? "" : question->folder;

	memcpy(frame.account, question->account,
	       strnlen(question->account, JUDGE_ACCOUNT_MAX));
	memcpy(frame.folder, folder, strnlen(folder, JUDGE_FOLDER_MAX));
	return frame_send(judge->fd, &frame, sizeof(frame), question->fd);
}

enum fate judge_receive(struct judge *judge, size_t len)
{
	while (judge->in.len < len) {
		size_t more = len - judge->in.len;
		ssize_t n;

		/* Nearly every answer comes with its frame, in one read. */
		if (!buf_reserve(&judge->in,
				 more < ANSWER_USUAL ? ANSWER_USUAL : more))
			return FATE_FAULT;
		n = recv(judge->fd, judge->in.s + judge->in.len,
			 more < ANSWER_USUAL ? ANSWER_USUAL : more,
			 MSG_DONTWAIT);
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
			if (!await(judge, POLLIN))
				return FATE_TIME;
			continue;
		}
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0)
			return FATE_FAULT;
		judge->in.len += (size_t)n;
		buf_terminate(&judge->in);
	}
	return FATE_GOES_ON;
}
