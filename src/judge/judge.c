/* SPDX-License-Identifier: ISC */
#include "judge/judge.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "judge/child.h"
#include "rules/request.h"
#include "rules/ruleset.h"
#include "util/escape.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of a usual verdict, with its frame. */
#define ANSWER_USUAL ((size_t)4096)

struct judge {
	const struct ruleset *rules;
	const char *const *fallback;
	pid_t pid; /* 0: not running */
	int fd;
	struct buf
		in; /* received bytes: a frame, its answer, and what follows */
	int64_t ahead[JUDGE_AHEAD]; /* ids of questions sent, and not answered
				       yet */
	size_t n_ahead;
};

struct judge *judge_new(const struct ruleset *rules,
			const char *const *fallback)
{
	struct judge *judge = xcalloc(1, sizeof(*judge));

	judge->rules = rules;
	judge->fallback = fallback;
	judge->fd = -1;
	buf_init(&judge->in,
		 sizeof(struct answer_frame) + ANSWER_MAX + ANSWER_USUAL);
	return judge;
}

static int start(struct judge *judge, struct error *err)
{
	const struct timeval limit = {.tv_sec = JUDGE_WALL_SECONDS};
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1)
		return error_errno(err, ERR_TEMPORARY,
				   "cannot start the judge");
	judge->pid = fork();
	if (judge->pid == 0) {
		judge_child_confine(pair[1]);
		judge_child_serve(judge->rules, judge->fallback);
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
	(void)setsockopt(judge->fd, SOL_SOCKET, SO_RCVTIMEO, &limit,
			 sizeof(limit));
	return 0;
}

/* End the judge. *status_out: how it ended, for waitpid(). */
static void stop(struct judge *judge, int signal_number, int *status_out)
{
	int status = 0;

	judge->n_ahead = 0;
	buf_clear(&judge->in);
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
	buf_release(&judge->in);
	free(judge);
}

void judge_reset(struct judge *judge)
{
	/* Do not wait for a judge that is at work: kill it. */
	stop(judge, judge->n_ahead > 0 ? SIGKILL : 0, NULL);
}

static int send_question(const struct judge *judge,
			 const struct judge_question *question)
{
	struct question_frame frame = {.id = question->id,
				       .size = question->size,
				       .now = question->now,
				       .received = question->received,
				       .explain = question->explain,
				       .measure = question->measure};
	size_t len = strlen(question->account);

	memcpy(frame.account, question->account,
	       len < JUDGE_ACCOUNT_MAX ? len : JUDGE_ACCOUNT_MAX);
	return frame_send(judge->fd, &frame, sizeof(frame), question->fd);
}

/*
 * Wait for so many bytes of the answer in judge->in. 1 they are there, 0 the
 * judge is gone, -1 its time is up.
 */
static int receive(struct judge *judge, size_t len)
{
	while (judge->in.len < len) {
		size_t more = len - judge->in.len;
		ssize_t n;

		/* Nearly every answer comes with its frame, in one read. */
		if (!buf_reserve(&judge->in,
				 more < ANSWER_USUAL ? ANSWER_USUAL : more))
			return 0;
		n = recv(judge->fd, judge->in.s + judge->in.len,
			 more < ANSWER_USUAL ? ANSWER_USUAL : more, 0);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return -1;
		if (n <= 0)
			return 0;
		judge->in.len += (size_t)n;
		buf_terminate(&judge->in);
	}
	return 1;
}

/* Let the host answer one request. 1; 0: the judge is at fault. */
static int serve_request(const struct judge *judge,
			 const struct judge_question *question,
			 struct slice bytes, unsigned *n_sources)
{
	struct reply reply = {.answer = MATCH_NO, .fd = -1};
	struct reply_frame frame = {0};
	struct request request;
	bool fine = request_decode(bytes, (unsigned)ruleset_size(judge->rules),
				   *n_sources, &request);
	int rc;

	if (!fine)
		return 0;
	fine = *n_sources < SOURCES_MAX &&
	       ruleset_allows_request(judge->rules, &request);
	if (fine && question->host != NULL)
		question->host->ask(question->host->context, &request, &reply);
	request_release(&request);
	frame.answer = reply.answer;
	frame.postpone = reply.postpone;
	frame.size = reply.size;
	memcpy(frame.reason, reply.reason, sizeof(frame.reason));
	*n_sources += reply.fd != -1;
	rc = fine ? frame_send(judge->fd, &frame, sizeof(frame), reply.fd) : -1;
	io_close_quietly(&reply.fd);
	return rc == 0 ? 1 : 0;
}

static void take_verdict(const struct answer_frame *frame,
			 struct judge_answer *out)
{
	escape_to(out->summary, sizeof(out->summary), frame->summary,
		  strnlen(frame->summary, sizeof(frame->summary)));
	escape_to(out->id, sizeof(out->id), frame->message_id,
		  strnlen(frame->message_id, sizeof(frame->message_id)));
	memcpy(out->subject, frame->subject, sizeof(out->subject));
	memcpy(out->from, frame->from, sizeof(out->from));
	out->subject[sizeof(out->subject) - 1] = '\0';
	out->from[sizeof(out->from) - 1] = '\0';
}

/* Does the configuration have all these actions? */
static bool is_allowed(const struct judge *judge, const struct verdict *v)
{
	for (size_t i = 0; i < v->n; i++)
		if (!ruleset_allows_action(judge->rules, &v->actions[i]))
			return false;
	return true;
}

/*
 * Take what a frame carries: 1 a request was served, 2 a verdict, 0 nonsense.
 */
static int take_frame(const struct judge *judge,
		      const struct judge_question *question,
		      const struct answer_frame *frame, struct slice bytes,
		      struct judge_answer *out, unsigned *n_sources)
{
	unsigned n_rules = (unsigned)ruleset_size(judge->rules);
	struct error err = ERROR_INIT;

	if (frame->is_request)
		return serve_request(judge, question, bytes, n_sources);
	take_verdict(frame, out);
	verdict_release(&out->verdict);
	if (verdict_decode(bytes, n_rules, *n_sources, &out->verdict, &err) ==
		    -1 ||
	    !is_allowed(judge, &out->verdict))
		return 0;
	return 2;
}

static int receive_frame(struct judge *judge,
			 const struct judge_question *question,
			 struct judge_answer *out, unsigned *n_sources)
{
	struct answer_frame frame;
	int rc = receive(judge, sizeof(frame));

	if (rc != 1)
		return rc;
	memcpy(&frame, judge->in.s, sizeof(frame));
	if (frame.len > ANSWER_MAX || frame.id != question->id)
		return 0;
	rc = receive(judge, sizeof(frame) + frame.len);
	if (rc != 1)
		return rc;
	/* A judge without another question cannot have sent more. */
	if (judge->n_ahead <= 1 && judge->in.len != sizeof(frame) + frame.len)
		return 0;
	rc = take_frame(judge, question, &frame,
			slice_of(judge->in.s + sizeof(frame), frame.len), out,
			n_sources);
	buf_consume(&judge->in, sizeof(frame) + frame.len);
	return rc;
}

static int receive_answer(struct judge *judge,
			  const struct judge_question *question,
			  struct judge_answer *out)
{
	unsigned n_sources = 0;
	int rc;

	do
		rc = receive_frame(judge, question, out, &n_sources);
	while (rc == 1);
	return rc == 2 ? 1 : rc;
}

/*
 * The judge failed on this message: make it undecided, with the reason. May
 * another judge do better? Not when the time ran out.
 */
static bool bury(struct judge *judge, bool in_time, struct judge_answer *answer)
{
	const char *reason =
		"the judge was killed or gave an invalid answer, three times";
	bool hopeless = !in_time;
	int status = 0;

	stop(judge, SIGKILL, &status);
	if (!in_time) {
		reason = "judging took longer than 30 seconds";
	} else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF) {
		reason = "judging took more than 5 seconds of CPU time";
		hopeless = true;
	} else if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL) {
		reason = "the judge crashed, three times";
	} else if (WIFEXITED(status)) {
		reason = "the judge ran out of memory or stopped, three times";
	}
	verdict_release(&answer->verdict);
	verdict_init(&answer->verdict);
	verdict_set_undecided(&answer->verdict, reason);
	return !hopeless;
}

/* Make sure that a judge has the question; start one if needed. */
static int put_question(struct judge *judge,
			const struct judge_question *question,
			struct error *err)
{
	if (judge->n_ahead > 0 && judge->ahead[0] == question->id)
		return 0;
	/* The judge would first answer the questions that were foreseen. */
	if (judge->n_ahead > 0)
		stop(judge, SIGKILL, NULL);
	if (judge->pid == 0 && start(judge, err) == -1)
		return -1;
	if (send_question(judge, question) == 0)
		return 0;
	/* It died between two messages: start another one. */
	stop(judge, SIGKILL, NULL);
	if (start(judge, err) == -1)
		return -1;
	if (send_question(judge, question) == -1)
		return error_set(err, ERR_TEMPORARY,
				 "the judge does not accept messages");
	return 0;
}

static int ask_once(struct judge *judge, const struct judge_question *question,
		    struct judge_answer *answer, bool *again_out,
		    struct error *err)
{
	int rc;

	*again_out = false;
	if (put_question(judge, question, err) == -1)
		return -1;
	rc = receive_answer(judge, question, answer);
	if (rc != 1)
		*again_out = bury(judge, rc == 0, answer);
	else if (judge->n_ahead > 0)
		memmove(judge->ahead, judge->ahead + 1,
			--judge->n_ahead * sizeof(judge->ahead[0]));
	return 0;
}

bool judge_foresee(struct judge *judge, const struct judge_question *question)
{
	struct error ignored = ERROR_INIT;

	if (judge->n_ahead == JUDGE_AHEAD ||
	    ruleset_has_requests(judge->rules) ||
	    (judge->pid == 0 && start(judge, &ignored) == -1))
		return false;
	if (send_question(judge, question) == -1) {
		/*
		 * It died. judge_ask() reads its last answers, and finds out
		 * why.
		 */
		if (judge->n_ahead == 0)
			stop(judge, SIGKILL, NULL);
		return false;
	}
	judge->ahead[judge->n_ahead++] = question->id;
	return true;
}

bool judge_has_foreseen(const struct judge *judge)
{
	return judge->n_ahead > 0;
}

int judge_ask(struct judge *judge, const struct judge_question *question,
	      struct judge_answer *answer, struct error *err)
{
	bool again = true;
	int rc = 0;

	memset(answer, 0, sizeof(*answer));
	verdict_init(&answer->verdict);
	for (int i = 0; rc == 0 && again && i < JUDGE_TRIES; i++)
		rc = ask_once(judge, question, answer, &again, err);
	return rc;
}
