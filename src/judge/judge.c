/* SPDX-License-Identifier: ISC */
#include "judge/judge.h"

#include <signal.h>
#include <string.h>
#include <sys/wait.h>

#include "judge/child.h"
#include "judge/process.h"
#include "mail/charset.h"
#include "rules/allow.h"
#include "rules/request.h"
#include "rules/ruleset.h"
#include "util/escape.h"
#include "util/io.h"

#include "util/banned.h"

/*
 * Converters that are opened one by one, each by another judge: a poll needs
 * none of most. Opening all takes as long as three starts of a judge.
 */
#define CONVERTERS_MAX 3

/* Let the host answer one request. */
static enum fate serve_request(struct judge *judge,
			       const struct judge_question *question,
			       struct slice bytes, struct allowance *allowance)
{
	struct reply reply = {.answer = MATCH_NO, .fd = -1};
	struct reply_frame frame = {0};
	struct request request;
	bool fine = request_decode(bytes, (unsigned)ruleset_size(judge->rules),
				   allowance_sources(allowance), &request);
	enum fate fate = FATE_FAULT;

	if (!fine)
		return FATE_FAULT;
	fine = allowance_takes_request(allowance, &request);
	if (fine && question->host != NULL)
		question->host->ask(question->host->context, &request, &reply);
	request_release(&request);
	frame.answer = reply.answer;
	frame.postpone = reply.postpone;
	frame.size = reply.size;
	memcpy(frame.reason, reply.reason, sizeof(frame.reason));
	allowance_note_reply(allowance, &reply);
	if (fine)
		fate = judge_send_frame(judge, &frame, sizeof(frame), reply.fd);
	io_close_quietly(&reply.fd);
	return fate;
}

/*
 * No converter is missing twice. A mailbox of a thousand messages needs a dozen
 * of them.
 */
static enum fate open_charset(struct judge *judge, struct slice bytes)
{
	unsigned number;

	if (bytes.len != sizeof(number))
		return FATE_FAULT;
	memcpy(&number, bytes.p, sizeof(number));
	if (!charset_prepare(number))
		return FATE_FAULT;
	if (++judge->n_converters == CONVERTERS_MAX)
		charset_prepare_all();
	return FATE_CHARSET;
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

/* Take what a frame carries. */
static enum fate take_frame(struct judge *judge,
			    const struct judge_question *question,
			    const struct answer_frame *frame,
			    struct slice bytes, struct judge_answer *out,
			    struct allowance *allowance)
{
	unsigned n_rules = (unsigned)ruleset_size(judge->rules);
	struct error err = ERROR_INIT;

	if (frame->kind == ANSWER_CHARSET)
		return open_charset(judge, bytes);
	if (frame->kind == ANSWER_REQUEST)
		return serve_request(judge, question, bytes, allowance);
	take_verdict(frame, out);
	verdict_release(&out->verdict);
	if (verdict_decode(bytes, n_rules, allowance_sources(allowance),
			   &out->verdict, &err) == -1 ||
	    !allowance_takes_verdict(allowance, &out->verdict))
		return FATE_FAULT;
	return FATE_VERDICT;
}

static enum fate receive_frame(struct judge *judge,
			       const struct judge_question *question,
			       struct judge_answer *out,
			       struct allowance *allowance)
{
	struct answer_frame frame;
	enum fate fate = judge_receive(judge, sizeof(frame));

	if (fate != FATE_GOES_ON)
		return fate;
	memcpy(&frame, judge->in.s, sizeof(frame));
	if (frame.len > ANSWER_MAX || frame.id != question->id)
		return FATE_FAULT;
	fate = judge_receive(judge, sizeof(frame) + frame.len);
	if (fate != FATE_GOES_ON)
		return fate;
	/* A judge without another question cannot have sent more. */
	if (judge->n_ahead <= 1 && judge->in.len != sizeof(frame) + frame.len)
		return FATE_FAULT;
	fate = take_frame(judge, question, &frame,
			  slice_of(judge->in.s + sizeof(frame), frame.len), out,
			  allowance);
	buf_consume(&judge->in, sizeof(frame) + frame.len);
	return fate;
}

static enum fate receive_answer(struct judge *judge,
				const struct judge_question *question,
				struct judge_answer *out)
{
	const struct allowance_terms terms = {
		.source = {question->account, question->folder},
		.now = question->now,
		.received = question->received,
		.first = question->first,
		.end = question->end,
		.traces = question->explain || question->measure,
	};
	struct allowance *allowance = allowance_new(judge->rules, &terms);
	enum fate fate;

	do
		fate = receive_frame(judge, question, out, allowance);
	while (fate == FATE_GOES_ON);
	allowance_free(allowance);
	return fate;
}

/*
 * The judge that ended so failed on this message: make it undecided, with the
 * reason. May another judge do better? Not when the time ran out.
 */
static bool bury(int status, bool in_time, struct judge_answer *answer)
{
	const char *reason =
		"the judge was killed or gave an invalid answer, three times";
	bool hopeless = !in_time;

	if (!in_time) {
		reason = "judging took longer than 30 seconds";
	} else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF) {
		reason = "judging took more than 5 seconds of CPU time";
		hopeless = true;
	} else if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS) {
		reason = "the judge did what it may not, three times";
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

/* Nothing is judged by a process that could do harm. */
static bool is_unconfined(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) > JUDGE_UNCONFINED;
}

static int tell_unconfined(int status, struct error *err)
{
	return sandbox_refuse(
		"the process that reads mail cannot be confined",
		(enum sandbox_step)(WEXITSTATUS(status) - JUDGE_UNCONFINED),
		err);
}

/* Make sure that a judge has the question; start one if needed. */
static int put_question(struct judge *judge,
			const struct judge_question *question,
			struct error *err)
{
	int status = 0;

	if (judge->n_ahead > 0 && judge->ahead[0] == question->id)
		return 0;
	/* The judge would first answer the questions that were foreseen. */
	if (judge->n_ahead > 0)
		judge_stop(judge, NULL);
	if (judge->pid == 0 && judge_start(judge, err) == -1)
		return -1;
	if (judge_send_question(judge, question) == 1)
		return 0;
	/* It died between two messages: start another one. */
	judge_stop(judge, &status);
	if (is_unconfined(status))
		return tell_unconfined(status, err);
	if (judge_start(judge, err) == -1)
		return -1;
	if (judge_send_question(judge, question) != 1)
		return error_set(err, ERR_TEMPORARY,
				 "the judge does not accept messages");
	return 0;
}

static int ask_once(struct judge *judge, const struct judge_question *question,
		    struct judge_answer *answer, int *tries, struct error *err)
{
	enum fate fate;
	int status = 0;

	judge->left_ms = judge->wall_ms;
	/* Sources of a try before belong to the judge that asked for them. */
	if (question->host != NULL)
		question->host->restart(question->host->context);
	if (put_question(judge, question, err) == -1)
		return -1;
	fate = receive_answer(judge, question, answer);
	if (fate == FATE_VERDICT) {
		if (judge->n_ahead > 0)
			memmove(judge->ahead, judge->ahead + 1,
				--judge->n_ahead * sizeof(judge->ahead[0]));
		*tries = 0;
		return 0;
	}
	judge_stop(judge, &status);
	if (fate == FATE_CHARSET)
		return 0;
	if (is_unconfined(status))
		return tell_unconfined(status, err);
	*tries = bury(status, fate != FATE_TIME, answer) ? *tries - 1 : 0;
	return 0;
}

bool judge_foresee(struct judge *judge, const struct judge_question *question)
{
	struct error ignored = ERROR_INIT;
	int rc;

	if (judge->n_ahead == JUDGE_AHEAD ||
	    ruleset_has_requests(judge->rules) ||
	    (judge->pid == 0 && judge_start(judge, &ignored) == -1))
		return false;
	rc = judge_send_question(judge, question);
	/* Has it died, judge_ask() finds out why. */
	if (rc != 1)
		return false;
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
	int tries = JUDGE_TRIES, rc = 0;

	memset(answer, 0, sizeof(*answer));
	verdict_init(&answer->verdict);
	while (rc == 0 && tries > 0)
		rc = ask_once(judge, question, answer, &tries, err);
	if (rc == -1)
		verdict_release(&answer->verdict);
	return rc;
}
