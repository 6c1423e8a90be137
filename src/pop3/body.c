/* SPDX-License-Identifier: ISC */
/* A message, from the connection into a file. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "pop3/internal.h"
#include "pop3/stream.h"

#include "util/banned.h"

_Static_assert(STREAM_EXTRA <= INTAKE_EXTRA, "a feed fits into the output");

/* In the middle of a message it is no fault of commands sent ahead. */
static int note_break(struct pop3 *p, const struct mailbox_answer *answer)
{
	(void)pop3_note_break(p, answer->entry);
	p->broke.in_flight = false;
	return -1;
}

static int give_up(struct pop3 *p, const struct mailbox_answer *answer,
		   const char *than, struct error *err)
{
	(void)error_set(err, ERR_TEMPORARY,
			"message %u is far larger than listed%s; session given "
			"up",
			(unsigned)answer->entry->number, than);
	(void)wire_dead(&p->wire);
	return note_break(p, answer);
}

/* A message that has more bytes than it may have must end some time. */
static int check_size(struct pop3 *p, struct mailbox_answer *answer,
		      struct error *err)
{
	uint64_t max = p->max_bytes;

	answer->size = p->intake.size;
	if (max == 0 || answer->size <= max)
		return intake_is_endless(answer->size, answer->entry->size)
			       ? give_up(p, answer, "", err)
			       : 0;
	return intake_is_endless(answer->size, max)
		       ? give_up(p, answer, " and than max-size", err)
		       : 0;
}

static int end_intake(struct pop3 *p, struct mailbox_answer *answer,
		      struct error *err)
{
	if (intake_end(&p->intake, answer->sha256, err) == -1)
		return wire_dead(&p->wire);
	return check_size(p, answer, err);
}

/* As if the server had refused it. */
static void refuse_answer(struct mailbox_answer *answer)
{
	answer->ok = false;
	(void)snprintf(answer->text, sizeof(answer->text),
		       "it has %" PRIu64 " bytes, more than max-size; the "
		       "listing said %" PRIu64,
		       answer->size, answer->entry->size);
	answer->size = 0;
}

/* Silence after ".": the server ends lines with LF. Report that instead. */
static int explain_silence(struct pop3 *p, struct error *err)
{
	const struct intake *in = &p->intake;

	if (conn_timed_out(p->wire.conn) && in->len >= 3 &&
	    memcmp(in->output + in->len - 3, "\n.\n", 3) == 0)
		return wire_bare_lf(&p->wire, err);
	return -1;
}

/* Describe the message once its end has come. */
static void conclude(struct pop3 *p, const struct pop3_stream *stream,
		     struct mailbox_answer *answer)
{
	uint64_t listed = answer->entry->size;
	struct slice head = buf_slice(&p->intake.head);

	if (p->intake.too_large) {
		refuse_answer(answer);
		return;
	}
	p->undoubled |= stream->single > 0;
	answer->octets = pop3_stream_octets(stream);
	/*
	 * Where dots are not doubled, a line of two dots has lost one here. A
	 * size that counts all dots says so, if the server was seen to do it.
	 */
	answer->is_dotted = stream->doubled > 0 &&
			    (stream->single > 0 ||
			     (p->undoubled && answer->octets != listed &&
			      answer->octets + stream->doubled == listed));
	answer->is_odd = slice_starts_nocase(head, "+OK") ||
			 slice_starts_nocase(head, "-ERR");
	/* Some servers count each line end as one byte. */
	answer->exact = !answer->is_dotted &&
			(answer->octets == listed ||
			 (answer->size == listed && !answer->is_odd));
}

/* Take what is there. */
static int take_input(struct pop3 *p, struct pop3_stream *stream,
		      struct mailbox_answer *answer, struct error *err)
{
	struct wire *w = &p->wire;
	struct intake *in = &p->intake;
	size_t have = w->len - w->at;
	size_t room = INTAKE_OUTPUT_SIZE - in->len;
	size_t n;

	w->at += pop3_stream_feed(stream, w->input + w->at,
				  have < room ? have : room,
				  in->output + in->len, &n);
	in->len += n;
	if (stream->state == STREAM_DONE)
		return end_intake(p, answer, err);
	if (in->len < INTAKE_OUTPUT_SIZE)
		return 0;
	if (intake_flush(in, err) == -1)
		return wire_dead(w);
	return check_size(p, answer, err);
}

static int fill(struct pop3 *p, struct error *err)
{
	intake_show(&p->intake);
	return wire_fill(&p->wire, err);
}

int pop3_read_body(struct pop3 *p, int fd, struct mailbox_answer *answer,
		   struct error *err)
{
	struct pop3_stream stream;

	pop3_stream_init(&stream);
	intake_begin(&p->intake, fd, p->max_bytes);
	for (;;) {
		if (take_input(p, &stream, answer, err) == -1)
			return -1;
		if (stream.state == STREAM_DONE)
			break;
		if (p->wire.at < p->wire.len)
			continue;
		if (fill(p, err) == -1) {
			(void)explain_silence(p, err);
			return note_break(p, answer);
		}
	}
	conclude(p, &stream, answer);
	return 0;
}

/* This many octets, with CRLF as LF. */
int pop3_read_octets(struct pop3 *p, int fd, struct mailbox_answer *answer,
		     struct error *err)
{
	uint64_t left = answer->entry->size;

	intake_begin(&p->intake, fd, p->max_bytes);
	while (left > 0) {
		struct wire *w = &p->wire;
		size_t n;

		if (w->at == w->len && fill(p, err) == -1)
			return note_break(p, answer);
		n = w->len - w->at;
		if (n > left)
			n = (size_t)left;
		if (intake_take(&p->intake, slice_of(w->input + w->at, n),
				err) == -1)
			return wire_dead(w);
		w->at += n;
		left -= n;
		if (check_size(p, answer, err) == -1)
			return -1;
	}
	if (end_intake(p, answer, err) == -1)
		return -1;
	answer->octets = answer->entry->size;
	answer->exact = true;
	if (p->intake.too_large)
		refuse_answer(answer);
	return 0;
}
