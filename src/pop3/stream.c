/* SPDX-License-Identifier: ISC */
#include "pop3/stream.h"

#include <string.h>

#include "util/banned.h"

void pop3_stream_init(struct pop3_stream *s)
{
	memset(s, 0, sizeof(*s));
	s->state = STREAM_LINE_START;
}

/*
 * The inside of a line, up to and with its end: one search and one copy. A CR
 * at the very end of the piece waits for its next byte.
 */
static size_t take_line(struct pop3_stream *s, const char *in, size_t len,
			char *out, size_t *out_len)
{
	const char *lf = memchr(in, '\n', len);
	size_t n = lf == NULL ? len : (size_t)(lf - in);
	size_t keep = n;

	if (n > 0 && in[n - 1] == '\r')
		keep--;
	memcpy(out + *out_len, in, keep);
	*out_len += keep;
	if (lf == NULL) {
		s->state = keep < n ? STREAM_CR : STREAM_IN_LINE;
		return n;
	}
	out[(*out_len)++] = '\n';
	s->state = keep < n ? STREAM_LINE_START : STREAM_IN_LINE;
	return n + 1;
}

/* A dot that nobody has put in front of the line. */
static void keep_dot(struct pop3_stream *s, char *out, size_t *out_len)
{
	out[(*out_len)++] = '.';
	s->single++;
}

/* The states that look at one byte. Returns how many bytes were used. */
static size_t take_byte(struct pop3_stream *s, char c, char *out,
			size_t *out_len)
{
	switch (s->state) {
	case STREAM_LINE_START:
		s->state = c == '.' ? STREAM_DOT : STREAM_IN_LINE;
		return c == '.';
	case STREAM_DOT:
		s->state = c == '\r' ? STREAM_DOT_CR : STREAM_IN_LINE;
		if (c == '.')
			s->doubled++;
		else if (c != '\r')
			keep_dot(s, out, out_len);
		return c == '\r';
	case STREAM_DOT_CR:
		if (c == '\n') {
			s->state = STREAM_DONE;
			return 1;
		}
		keep_dot(s, out, out_len);
		s->state = STREAM_CR;
		return 0;
	case STREAM_CR:
		if (c == '\n') {
			out[(*out_len)++] = '\n';
			s->state = STREAM_LINE_START;
			return 1;
		}
		out[(*out_len)++] = '\r';
		s->state = STREAM_IN_LINE;
		return 0;
	case STREAM_IN_LINE:
	case STREAM_DONE:
		break;
	}
	return 0;
}

size_t pop3_stream_feed(struct pop3_stream *s, const char *in, size_t len,
			char *out, size_t *out_len)
{
	size_t at = 0;

	*out_len = 0;
	while (at < len && s->state != STREAM_DONE) {
		if (s->state == STREAM_IN_LINE)
			at += take_line(s, in + at, len - at, out, out_len);
		else
			at += take_byte(s, in[at], out, out_len);
	}
	s->taken += at;
	return at;
}

uint64_t pop3_stream_octets(const struct pop3_stream *s)
{
	return s->taken - sizeof(".\r\n") + 1 - s->doubled;
}
