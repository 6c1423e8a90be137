/* SPDX-License-Identifier: ISC */
/* A message, from the connection into a file. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pop3/internal.h"
#include "pop3/stream.h"
#include "util/io.h"

#include "util/banned.h"

/*
 * A message that turns out larger than listed is taken, and one that is larger
 * than allowed is read to its end, because the answers behind it come only
 * then: up to four times the listed, or allowed, size, and at least up to a
 * size that no provider accepts. More counts as endless.
 */
#define SKIP_FACTOR 4
#define SKIP_BYTES  (64 * 1024 * 1024)

/* How often the guard is asked. */
#define GUARD_BYTES (4 * 1024 * 1024)

/* In the middle of a message it is no fault of commands sent ahead. */
static int note_break(struct pop3 *p, const struct pop3_answer *answer)
{
	(void)pop3_note_break(p, answer->entry);
	p->broke.in_flight = false;
	return -1;
}

static int keep_output(struct pop3 *p, int fd, struct error *err)
{
	size_t room = POP3_HEAD_MAX - p->head.len;

	buf_add(&p->head, p->output, room < p->out_len ? room : p->out_len);
	hash_update(p->hash, p->output, p->out_len);
	return fd == -1 ? 0
			: io_write(fd, p->output, p->out_len, "the spool", err);
}

/* From here on the message is only read. Drop what was kept of it. */
static int begin_skip(struct pop3 *p, int fd, struct error *err)
{
	p->too_large = true;
	if (fd != -1 &&
	    (ftruncate(fd, 0) == -1 || lseek(fd, 0, SEEK_SET) == -1))
		return error_errno(err, ERR_TEMPORARY, "cannot empty a file");
	return 0;
}

static bool is_endless(const struct pop3_answer *answer, uint64_t expected)
{
	return answer->size > SKIP_BYTES &&
	       answer->size / SKIP_FACTOR > expected;
}

static int give_up(struct pop3 *p, const struct pop3_answer *answer,
		   const char *than, struct error *err)
{
	(void)error_set(err, ERR_TEMPORARY,
			"message %u is far larger than listed%s; session given "
			"up",
			(unsigned)answer->entry->number, than);
	(void)wire_dead(&p->wire);
	return note_break(p, answer);
}

static int check_guard(struct pop3 *p, struct error *err)
{
	if (p->guard == NULL || p->unguarded < GUARD_BYTES)
		return 0;
	p->unguarded = 0;
	return p->guard(p->context, err);
}

static int flush_output(struct pop3 *p, int fd, struct pop3_answer *answer,
			struct error *err)
{
	uint64_t max = p->max_bytes;

	if (p->out_len == 0)
		return 0;
	p->unguarded += p->out_len;
	if (!p->too_large &&
	    (check_guard(p, err) == -1 || keep_output(p, fd, err) == -1))
		return wire_dead(&p->wire);
	answer->size += p->out_len;
	p->out_len = 0;
	if (max == 0 || answer->size <= max)
		return is_endless(answer, answer->entry->size)
			       ? give_up(p, answer, "", err)
			       : 0;
	if (!p->too_large && begin_skip(p, fd, err) == -1)
		return wire_dead(&p->wire);
	return is_endless(answer, max)
		       ? give_up(p, answer, " and than max-size", err)
		       : 0;
}

/* As if the server had refused it. */
static void refuse_answer(struct pop3_answer *answer)
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
	if (conn_timed_out(p->wire.conn) && p->out_len >= 3 &&
	    memcmp(p->output + p->out_len - 3, "\n.\n", 3) == 0)
		return wire_bare_lf(&p->wire, err);
	return -1;
}

/* Describe the message once its end has come. */
static void conclude(struct pop3 *p, const struct pop3_stream *stream,
		     struct pop3_answer *answer)
{
	uint64_t listed = answer->entry->size;
	struct slice head = buf_slice(&p->head);

	hash_final(p->hash, answer->sha256);
	if (p->too_large) {
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

/* Take what is there. Returns 1 when the output is full, 0, or -1. */
static int take_input(struct pop3 *p, struct pop3_stream *stream, int fd,
		      struct pop3_answer *answer, struct error *err)
{
	struct wire *w = &p->wire;
	size_t have = w->len - w->at;
	size_t room = OUTPUT_SIZE - p->out_len;
	size_t n;

	w->at += pop3_stream_feed(stream, w->input + w->at,
				  have < room ? have : room,
				  p->output + p->out_len, &n);
	p->out_len += n;
	if (stream->state != STREAM_DONE && p->out_len < OUTPUT_SIZE)
		return 0;
	return flush_output(p, fd, answer, err);
}

static int fill(struct pop3 *p, const struct pop3_answer *answer,
		struct error *err)
{
	if (p->progress != NULL)
		p->progress(p->context, answer->size + p->out_len);
	return wire_fill(&p->wire, err);
}

int pop3_read_body(struct pop3 *p, int fd, struct pop3_answer *answer,
		   struct error *err)
{
	struct pop3_stream stream;

	pop3_stream_init(&stream);
	for (;;) {
		if (take_input(p, &stream, fd, answer, err) == -1)
			return -1;
		if (stream.state == STREAM_DONE)
			break;
		if (p->wire.at < p->wire.len)
			continue;
		if (fill(p, answer, err) == -1) {
			(void)explain_silence(p, err);
			return note_break(p, answer);
		}
	}
	conclude(p, &stream, answer);
	return 0;
}

/* This many octets, with CRLF as LF. */
int pop3_read_octets(struct pop3 *p, int fd, struct pop3_answer *answer,
		     struct error *err)
{
	uint64_t left = answer->entry->size;
	bool is_cr = false;

	while (left > 0) {
		struct wire *w = &p->wire;
		char c;

		if (w->at == w->len && fill(p, answer, err) == -1)
			return note_break(p, answer);
		c = w->input[w->at++];
		left--;
		if (is_cr && c != '\n')
			p->output[p->out_len++] = '\r';
		is_cr = c == '\r';
		if (!is_cr)
			p->output[p->out_len++] = c;
		if (is_cr && left == 0)
			p->output[p->out_len++] = c;
		if ((p->out_len >= OUTPUT_SIZE || left == 0) &&
		    flush_output(p, fd, answer, err) == -1)
			return -1;
	}
	hash_final(p->hash, answer->sha256);
	answer->octets = answer->entry->size;
	answer->exact = true;
	if (p->too_large)
		refuse_answer(answer);
	return 0;
}
