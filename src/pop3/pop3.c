/* SPDX-License-Identifier: ISC */
#include "pop3/pop3.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pop3/stream.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Un-stuffed bytes gathered for one write(). */
#define OUTPUT_SIZE (256 * 1024)

/*
 * The window of commands without an answer. Half of either limit must last for
 * a round trip: 500 small messages, or 8 MiB. The count keeps the commands
 * sent ahead below 16 KiB; a server may read them slowly, because sending
 * never blocks receiving. The bytes bound what a broken session wastes.
 */
#define WINDOW_COMMANDS 1000
#define WINDOW_BYTES	(16 * 1024 * 1024)

/* "TOP 2000000 0\r\n" */
#define COMMAND_MAX 16

/*
 * A message that turns out larger than listed and than allowed is read to its
 * end, because the answers behind it come only then: up to four times the
 * allowed size, and at least up to a size that no provider accepts. More
 * counts as endless.
 */
#define SKIP_FACTOR 4
#define SKIP_BYTES  (64 * 1024 * 1024)

/* How long to wait for the answer to QUIT (fault A34). */
#define QUIT_SECONDS 30

struct pop3 {
	struct wire wire;
	bool pipelining, top, uidl;
	struct pop3_terms terms;
	char *output;
	size_t out_len;
	struct buf head;
	bool too_large; /* the message being read: it is not kept */
	struct hash *hash;
	enum pop3_command command;
	const struct pop3_entry *const *wanted;
	size_t n_wanted, n_asked, n_answered;
	uint64_t bytes_asked, max_bytes;
	pop3_progress *progress; /* or NULL */
	void *context;
};

/* "LOGIN-DELAY 900", "EXPIRE 30 USER", "EXPIRE NEVER": RFC 2449 6.5, 6.7. */
static void read_term(struct slice words, int64_t max, int64_t *out)
{
	struct slice number;
	unsigned long long n;

	if (slice_split(&words, ' ', &number) &&
	    slice_number(number, (unsigned long long)max, &n))
		*out = (int64_t)n;
}

static void read_capability(struct pop3 *p, struct slice line)
{
	struct slice rest = line, word = SLICE_EMPTY;

	(void)slice_split(&rest, ' ', &word);
	if (slice_equal_nocase(word, slice_str("PIPELINING")))
		p->pipelining = true;
	else if (slice_equal_nocase(word, slice_str("TOP")))
		p->top = true;
	else if (slice_equal_nocase(word, slice_str("UIDL")))
		p->uidl = true;
	else if (slice_equal_nocase(word, slice_str("LOGIN-DELAY")))
		read_term(rest, POP3_LOGIN_DELAY_MAX, &p->terms.login_delay);
	else if (slice_equal_nocase(word, slice_str("EXPIRE")))
		read_term(rest, POP3_EXPIRE_MAX, &p->terms.expire);
}

/* More lines cannot be a list of capabilities. */
#define CAPABILITIES_MAX 200

static int read_capabilities(struct pop3 *p, struct error *err)
{
	struct slice line;
	int rc = wire_status(&p->wire, &line, err);

	if (rc <= 0)
		return rc;
	for (int i = 0; i < CAPABILITIES_MAX; i++) {
		if (wire_line(&p->wire, WIRE_STATUS_MAX, &line, err) == -1)
			return -1;
		if (wire_is_end(line))
			return 0;
		read_capability(p, line);
	}
	(void)error_set(err, ERR_TEMPORARY,
			"the server's list of capabilities does not end");
	return wire_dead(&p->wire);
}

struct pop3 *pop3_new(struct conn *conn, wire_trace *trace)
{
	struct pop3 *p = xcalloc(1, sizeof(*p));

	wire_init(&p->wire, conn, trace);
	p->output = xmalloc(OUTPUT_SIZE + 1);
	p->hash = hash_new();
	p->terms.expire = -1;
	buf_init(&p->head, POP3_HEAD_MAX);
	return p;
}

void pop3_close(struct pop3 *p)
{
	if (p == NULL)
		return;
	wire_release(&p->wire);
	free(p->output);
	hash_free(p->hash);
	buf_release(&p->head);
	free(p);
}

bool pop3_has_top(const struct pop3 *p)
{
	return p->top;
}

struct pop3_terms pop3_terms(const struct pop3 *p)
{
	return p->terms;
}

/*
 * Servers offer more after the login (RFC 2449), so ask again. A server that
 * announced PIPELINING before the login gets all commands at once.
 */
int pop3_list(struct pop3 *p, struct pop3_listing *listing, struct error *err)
{
	bool at_once = conn_offers_pipelining(p->wire.conn);

	memset(listing, 0, sizeof(*listing));
	if (wire_ask(&p->wire,
		     at_once ? "CAPA\r\n" LISTING_COMMANDS : "CAPA\r\n",
		     err) == -1 ||
	    read_capabilities(p, err) == -1)
		return -1;
	if (!at_once && p->pipelining) {
		if (wire_ask(&p->wire, LISTING_COMMANDS, err) == -1)
			return -1;
		at_once = true;
	}
	return pop3_read_listing(&p->wire, at_once, p->uidl, listing, err);
}

void pop3_request(struct pop3 *p, enum pop3_command command,
		  const struct pop3_entry *const *wanted, size_t n,
		  uint64_t max_bytes)
{
	p->command = command;
	p->wanted = wanted;
	p->n_wanted = n;
	p->n_asked = p->n_answered = 0;
	p->bytes_asked = 0;
	p->max_bytes = max_bytes;
}

static bool window_is_open(const struct pop3 *p)
{
	size_t under_way = p->n_asked - p->n_answered;

	if (under_way == 0)
		return true;
	if (!p->pipelining || under_way >= WINDOW_COMMANDS)
		return false;
	return p->command != POP3_RETR || p->bytes_asked < WINDOW_BYTES;
}

/*
 * Refill the window when half of it was answered, so that commands travel in
 * bundles, and only when all earlier ones were sent.
 */
static int ask_more(struct pop3 *p, struct error *err)
{
	static const char *const words[] = {"RETR", "TOP", "DELE"};
	size_t under_way = p->n_asked - p->n_answered;
	struct buf text = BUF_INIT(WINDOW_COMMANDS * COMMAND_MAX);
	int rc = 0;

	if (p->n_asked == p->n_wanted || !conn_is_drained(p->wire.conn) ||
	    (under_way > WINDOW_COMMANDS / 2) ||
	    (under_way > 1 && p->bytes_asked > WINDOW_BYTES / 2))
		return 0;
	while (p->n_asked < p->n_wanted && window_is_open(p)) {
		const struct pop3_entry *entry = p->wanted[p->n_asked++];

		buf_addf(&text, "%s %u%s\r\n", words[p->command],
			 (unsigned)entry->number,
			 p->command == POP3_TOP ? " 0" : "");
		p->bytes_asked += entry->size;
	}
	if (text.len > 0 && under_way == 0)
		rc = wire_ask(&p->wire, text.s, err);
	else if (text.len > 0)
		wire_ask_more(&p->wire, buf_slice(&text));
	buf_release(&text);
	return rc;
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

static int flush_output(struct pop3 *p, int fd, struct pop3_answer *answer,
			struct error *err)
{
	uint64_t max = p->max_bytes;

	if (p->out_len == 0)
		return 0;
	if (!p->too_large && keep_output(p, fd, err) == -1)
		return wire_dead(&p->wire);
	answer->size += p->out_len;
	p->out_len = 0;
	if (max == 0 || answer->size <= max)
		return 0;
	if (!p->too_large && begin_skip(p, fd, err) == -1)
		return wire_dead(&p->wire);
	if (answer->size <= SKIP_BYTES || answer->size / SKIP_FACTOR <= max)
		return 0;
	(void)error_set(err, ERR_TEMPORARY,
			"message %u is far larger than listed and than "
			"max-size; session given up",
			(unsigned)answer->entry->number);
	return wire_dead(&p->wire);
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

static int read_body(struct pop3 *p, int fd, struct pop3_answer *answer,
		     struct error *err)
{
	struct pop3_stream stream;

	pop3_stream_init(&stream);
	for (;;) {
		struct wire *w = &p->wire;
		size_t have = w->len - w->at;
		size_t room = OUTPUT_SIZE - p->out_len;
		size_t n;

		w->at += pop3_stream_feed(&stream, w->input + w->at,
					  have < room ? have : room,
					  p->output + p->out_len, &n);
		p->out_len += n;
		if (stream.state == STREAM_DONE)
			return flush_output(p, fd, answer, err);
		if (p->out_len >= OUTPUT_SIZE &&
		    flush_output(p, fd, answer, err) == -1)
			return -1;
		if (w->at < w->len)
			continue;
		if (p->progress != NULL)
			p->progress(p->context, answer->size + p->out_len);
		if (wire_fill(w, err) == -1)
			return explain_silence(p, err);
	}
}

void pop3_watch(struct pop3 *p, pop3_progress *progress, void *context)
{
	p->progress = progress;
	p->context = context;
}

int pop3_next(struct pop3 *p, int fd, struct pop3_answer *answer,
	      struct error *err)
{
	struct slice text;
	int rc;

	if (p->n_answered == p->n_wanted)
		return 0;
	if (ask_more(p, err) == -1)
		return -1;
	memset(answer, 0, sizeof(*answer));
	answer->entry = p->wanted[p->n_answered];
	rc = wire_status(&p->wire, &text, err);
	if (rc == -1)
		return -1;
	answer->ok = rc == 1;
	memcpy(answer->text, text.p, text.len < 255 ? text.len : 255);
	buf_clear(&p->head);
	p->too_large = false;
	if (answer->ok && p->command != POP3_DELE) {
		if (read_body(p, fd, answer, err) == -1)
			return -1;
		hash_final(p->hash, answer->sha256);
		if (p->too_large)
			refuse_answer(answer);
	}
	answer->head = buf_slice(&p->head);
	p->bytes_asked -= answer->entry->size;
	p->n_answered++;
	return 1;
}

int pop3_quit(struct pop3 *p, struct error *err)
{
	struct slice text;
	int rc;

	conn_hurry(p->wire.conn, QUIT_SECONDS);
	if (p->wire.dead || wire_ask(&p->wire, "QUIT\r\n", err) == -1)
		return -1;
	rc = wire_status(&p->wire, &text, err);
	if (rc == 0)
		return error_set(err, ERR_TEMPORARY,
				 "the server refused QUIT: \"%.*s\"; the next "
				 "session checks what was deleted",
				 (int)(text.len > 200 ? 200 : text.len),
				 text.p);
	return rc == 1 ? 0 : -1;
}
