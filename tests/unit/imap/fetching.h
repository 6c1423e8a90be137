/* SPDX-License-Identifier: ISC */
/* Messages by FETCH, with what was written, as text. */
#ifndef TESTS_FETCHING_H
#define TESTS_FETCHING_H

#include <inttypes.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fake_conn.h"
#include "imap/command.h"
#include "imap/internal.h"

struct fetching {
	struct slice input; /* what the server says */
	size_t step;	    /* bytes of a piece, or 0 */
	const char *can;    /* CAPABILITY */
	enum imap_part part;
	const struct imap_wanted *wanted;
	size_t n;
	uint64_t max_bytes;
	bool alone; /* no pipelining */
};

/* The file, which is emptied. */
static inline void fetching_take_file(int fd, struct buf *out)
{
	char piece[4096];
	ssize_t n;

	(void)lseek(fd, 0, SEEK_SET);
	while ((n = read(fd, piece, sizeof(piece))) > 0)
		buf_add(out, piece, (size_t)n);
	(void)!ftruncate(fd, 0);
	(void)lseek(fd, 0, SEEK_SET);
}

static inline void fetching_describe(const struct imap_answer *a, int fd,
				     struct buf *out)
{
	static const char *const outcomes[] = {"fetched", "gone", "refused"};

	buf_addf(out, "%" PRIu32 " %s '%s'", a->wanted->uid,
		 outcomes[a->outcome], a->text);
	if (a->outcome == IMAP_FETCHED) {
		buf_addf(out, " %" PRIu64 " %" PRIu64 " %x", a->size, a->octets,
			 a->flags);
		if (a->has_time)
			buf_addf(out, " at %" PRId64, a->time);
		if (a->gmail_id != 0)
			buf_addf(out, " gm %" PRIu64, a->gmail_id);
		buf_addf(out, " (%.*s%.*s) <", (int)a->keywords.len,
			 a->keywords.p, (int)a->email_id.len, a->email_id.p);
	}
	if (fd != -1)
		fetching_take_file(fd, out);
	buf_addstr(out, a->outcome == IMAP_FETCHED ? ">\n" : "\n");
}

/*
 * Ask for all, and append the answers and why it ended. `sent` gets the
 * commands, unless it is NULL. Returns how many answers there were.
 */
static inline size_t fetching_run(const struct fetching *f, int fd,
				  struct buf *out, struct buf *sent)
{
	struct conn conn;
	struct imap *i;
	struct imap_answer answer;
	struct error err = ERROR_INIT;
	size_t n = 0;
	int rc;

	buf_clear(out);
	fake_conn_init(&conn, f->input, f->step);
	i = imap_new(&conn, NULL, !f->alone);
	capability_read(slice_str(f->can == NULL ? "" : f->can),
			&i->capabilities);
	imap_request(i, f->part, f->wanted, f->n, f->max_bytes);
	while ((rc = imap_next(i, fd, &answer, &err)) == 1) {
		fetching_describe(&answer, fd, out);
		n++;
	}
	if (rc == -1)
		buf_addf(out, "error: %s (%" PRIu32 ")\n", err.text,
			 imap_awaited(i) == NULL ? 0 : imap_awaited(i)->uid);
	/* What was written of a message that did not come whole. */
	if (rc == -1 && fd != -1)
		(void)!ftruncate(fd, lseek(fd, 0, SEEK_SET));
	if (sent != NULL) {
		buf_clear(sent);
		buf_addslice(sent, buf_slice(&conn.sent));
	}
	imap_close(i);
	return n;
}

#endif
