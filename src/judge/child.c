/* SPDX-License-Identifier: ISC */
/* The judge's side of the socket; runs in the child only. */
#include "judge/child.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sysexits.h>
#include <unistd.h>

#include "mail/charset.h"
#include "mail/mime.h"
#include "rules/judge.h"
#include "rules/request.h"
#include "util/escape.h"
#include "util/frame.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of the first read: the whole header of nearly all mail. */
#define HEADER_CHUNK (16 * 1024)

struct judge_child {
	const struct ruleset *rules;
	const char *const *fallback;
	int64_t question; /* its id */
	char *header;	  /* JUDGE_HEADER_MAX bytes */
	size_t have;	  /* bytes in it; the header is a part of them */
	struct buf answer;
	/* The message: another one after a filter. */
	int fd;
	struct message message;
	struct rule_input input;
	void *map; /* of its bytes, or NULL */
	size_t map_len;
	char id[256], summary[256];
	char subject[JUDGE_SUBJECT_MAX], from[JUDGE_FROM_MAX];
};

/* The end of the header, after the first empty line; 0: not within `len`. */
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

/* Read the header. Its size; -1: it is too large, or unreadable. */
static long read_header(struct judge_child *c)
{
	size_t have = 0, end = 0;

	for (;;) {
		size_t want = have == 0 ? HEADER_CHUNK : JUDGE_HEADER_MAX;
		ssize_t n = pread(c->fd, c->header + have, want - have,
				  (off_t)have);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		end = header_end(c->header, have + (size_t)n,
				 have < 3 ? 0 : have - 3);
		have += (size_t)n;
		c->have = have;
		if (end != 0)
			return (long)end;
		if (n == 0)
			return (long)have;
		if (have == JUDGE_HEADER_MAX)
			return -1;
	}
}

/* Copy text, cut between UTF-8 characters. */
static void copy_text(char *out, size_t size, struct slice s)
{
	s = slice_cut_utf8(s, size - 1);
	memset(out, 0, size);
	if (s.len > 0)
		memcpy(out, s.p, s.len);
}

/* Describe the message: one line for people, fields for programs. */
static void summarize(struct judge_child *c)
{
	struct slice subject = message_first(&c->message, "Subject");
	struct slice from = message_first(&c->message, "From");
	struct slice id = message_first(&c->message, "Message-ID");
	struct buf text = BUF_INIT(JUDGE_HEADER_MAX * 4);

	copy_text(c->subject, sizeof(c->subject), subject);
	copy_text(c->from, sizeof(c->from), from);
	buf_addstr(&text, "\"");
	buf_add(&text, subject.p, subject.len > 120 ? 120 : subject.len);
	buf_addstr(&text, "\" from ");
	buf_add(&text, from.p, from.len > 80 ? 80 : from.len);
	escape_to(c->summary, sizeof(c->summary), text.s, text.len);
	buf_release(&text);
	if (id.len >= 2 && id.p[0] == '<' && id.p[id.len - 1] == '>')
		id = slice_of(id.p + 1, id.len - 2);
	escape_to(c->id, sizeof(c->id), id.p == NULL ? "" : id.p, id.len);
}

static void unmap(struct judge_child *c)
{
	if (c->map != NULL)
		(void)munmap(c->map, c->map_len);
	c->map = NULL;
}

/* The whole message, for rules that look at its body. */
static struct slice host_bytes(void *context)
{
	struct judge_child *c = context;

	if (c->map == NULL && c->input.size > 0) {
		c->map_len = c->input.size > MIME_INPUT_MAX
				     ? MIME_INPUT_MAX
				     : (size_t)c->input.size;
		c->map = mmap(NULL, c->map_len, PROT_READ, MAP_PRIVATE, c->fd,
			      0);
		/*
		 * An error is never "no match": the judge ends, and the parent
		 * reports it.
		 */
		if (c->map == MAP_FAILED)
			_exit(EX_TEMPFAIL);
	}
	return slice_of(c->map == NULL ? "" : c->map,
			c->map == NULL ? 0 : c->map_len);
}

/* Index the header of the message in c->fd. NULL, or why that fails. */
static const char *open_message(struct judge_child *c)
{
	long len = read_header(c);

	message_init(&c->message,
		     slice_of(c->header, len > 0 ? (size_t)len : 0),
		     c->fallback);
	if (len > 0)
		c->message.beyond =
			slice_of(c->header + len, c->have - (size_t)len);
	if (len == -1)
		return "the header is larger than 1 MiB";
	if (c->message.cut)
		return "the header has too many or too long fields";
	return NULL;
}

/* Leave room for the frame, before what is added to c->answer. */
static void begin_frame(struct judge_child *c)
{
	const struct answer_frame frame = {0};

	buf_clear(&c->answer);
	buf_add(&c->answer, &frame, sizeof(frame));
}

/* In one write, so that the parent is woken once. */
static void send_frame(struct judge_child *c, enum answer_kind kind)
{
	struct answer_frame frame = {.id = c->question, .kind = kind};
	struct error ignored = ERROR_INIT;

	if (c->answer.full)
		_exit(EX_TEMPFAIL);
	frame.len = (uint32_t)(c->answer.len - sizeof(frame));
	memcpy(frame.summary, c->summary, sizeof(frame.summary));
	memcpy(frame.message_id, c->id, sizeof(frame.message_id));
	memcpy(frame.subject, c->subject, sizeof(frame.subject));
	memcpy(frame.from, c->from, sizeof(frame.from));
	memcpy(c->answer.s, &frame, sizeof(frame));
	if (io_write(STDIN_FILENO, c->answer.s, c->answer.len, "", &ignored) ==
	    -1)
		_exit(EX_TEMPFAIL);
}

/* The parent sent the output of a filter: it is the message now. */
static void take_source(struct judge_child *c, const struct reply_frame *frame,
			int fd, struct reply *reply)
{
	const char *fault;

	unmap(c);
	(void)close(c->fd);
	c->fd = fd;
	c->input.size = frame->size;
	message_release(&c->message);
	fault = open_message(c);
	if (fault == NULL)
		return;
	reply->answer = MATCH_ERROR;
	(void)snprintf(reply->reason, sizeof(reply->reason),
		       "after the filter: %s", fault);
}

/* The time that a command takes does not count: ITIMER_PROF is our CPU time. */
static void host_ask(void *context, const struct request *request,
		     struct reply *reply)
{
	struct judge_child *c = context;
	struct reply_frame frame;
	int fd;

	begin_frame(c);
	request_encode(request, &c->answer);
	send_frame(c, ANSWER_REQUEST);
	if (frame_receive(STDIN_FILENO, &frame, sizeof(frame), &fd) != 1)
		_exit(0);
	reply->answer = (enum match)frame.answer;
	reply->postpone = frame.postpone;
	memcpy(reply->reason, frame.reason, sizeof(reply->reason));
	if (fd != -1)
		take_source(c, &frame, fd, reply);
}

static void judge_message(struct judge_child *c, const struct question_frame *q)
{
	const struct rule_host host = {c, host_bytes, host_ask};
	const char *fault = open_message(c);
	struct verdict verdict;

	c->input = (struct rule_input){
		.message = &c->message,
		.account = q->account,
		.folder = q->folder,
		.size = q->size,
		.now = (time_t)q->now,
		.received = (time_t)q->received,
		.arrived = (time_t)q->arrived,
		.explain = q->explain,
		.measure = q->measure,
		.first = q->first,
		.end = q->end,
		.host = &host,
	};
	summarize(c);
	verdict_init(&verdict);
	if (fault != NULL)
		verdict_set_undecided(&verdict, fault);
	else
		ruleset_judge(c->rules, &c->input, &verdict);
	begin_frame(c);
	verdict_encode(&verdict, &c->answer);
	message_release(&c->message);
	verdict_release(&verdict);
	unmap(c);
}

/* The time limit for one message; the signal ends the process. */
static void set_timer(time_t seconds)
{
	struct itimerval timer = {.it_value = {.tv_sec = seconds}};

	(void)setitimer(ITIMER_PROF, &timer, NULL);
}

/* The parent opens its converter, and asks another judge. */
static void need_charset(void *context, unsigned number)
{
	struct judge_child *c = context;

	begin_frame(c);
	buf_add(&c->answer, &number, sizeof(number));
	send_frame(c, ANSWER_CHARSET);
	_exit(0);
}

void judge_child_serve(const struct ruleset *rules, const char *const *fallback)
{
	struct judge_child c = {.rules = rules,
				.fallback = fallback,
				.header = xmalloc(JUDGE_HEADER_MAX),
				.answer = BUF_INIT(ANSWER_MAX)};
	struct question_frame question;

	charset_on_missing(need_charset, &c);
	while (frame_receive(STDIN_FILENO, &question, sizeof(question),
			     &c.fd) == 1 &&
	       c.fd != -1) {
		question.account[JUDGE_ACCOUNT_MAX] = '\0';
		question.folder[JUDGE_FOLDER_MAX] = '\0';
		c.question = question.id;
		set_timer(JUDGE_CPU_SECONDS);
		judge_message(&c, &question);
		(void)close(c.fd);
		send_frame(&c, ANSWER_VERDICT);
	}
	free(c.header);
	buf_release(&c.answer);
}
