/* SPDX-License-Identifier: ISC */
/*
 * One message, read so that all that comes belongs to it: RETR, and only when
 * its end seems to have come STAT. What is there before the answer to STAT is
 * a part of the message, or nobody knows what.
 */
#include <stdio.h>
#include <string.h>

#include "pop3/internal.h"

#include "util/banned.h"

/* A line of a message that is skipped. */
#define LINE_MAX_SKIPPED (128 * 1024)

/* Besides the listed size. */
#define SKIPPED_MAX (1024 * 1024)

/* Skip lines until the answer to STAT. *stray_out: some were skipped. */
static int find_stat(struct pop3 *p, uint64_t listed, bool *stray_out,
		     struct error *err)
{
	uint64_t skipped = 0;

	for (;;) {
		struct slice line;

		if (wire_line(&p->wire, LINE_MAX_SKIPPED, &line, err) == -1)
			return -1;
		if (slice_starts_nocase(line, "+OK") &&
		    pop3_is_stat(p, slice_of(line.p + 3, line.len - 3)))
			return 0;
		*stray_out = true;
		skipped += line.len + 2;
		if (skipped > listed + SKIPPED_MAX)
			return pop3_contradict(p, "STAT", line, err);
	}
}

/* The end marker, where it must be. */
static int read_marker(struct pop3 *p, bool *stray_out, struct error *err)
{
	struct slice line;

	if (wire_line(&p->wire, LINE_MAX_SKIPPED, &line, err) == -1)
		return -1;
	*stray_out |= !wire_is_end(line);
	return 0;
}

int pop3_read_alone(struct pop3 *p, const struct mailbox_entry *entry,
		    bool literal, uint64_t max_bytes, int fd,
		    struct mailbox_answer *answer, struct error *err)
{
	char command[32];
	int rc;

	pop3_request(p, MAILBOX_MESSAGE, NULL, 0, max_bytes);
	(void)snprintf(command, sizeof(command), "RETR %u\r\n",
		       (unsigned)entry->number);
	if (wire_ask(&p->wire, command, err) == -1 ||
	    pop3_read_status(p, entry, answer, err) == -1)
		return pop3_note_break(p, entry);
	if (answer->ok) {
		rc = literal ? pop3_read_octets(p, fd, answer, err)
			     : pop3_read_body(p, fd, answer, err);
		if (rc == -1)
			return -1;
	}
	wire_ask_more(&p->wire, slice_str("STAT\r\n"));
	if ((answer->ok && literal &&
	     read_marker(p, &answer->has_stray, err) == -1) ||
	    find_stat(p, entry->size, &answer->has_stray, err) == -1)
		return pop3_note_break(p, entry);
	answer->head = buf_slice(&p->intake.head);
	return 1;
}
