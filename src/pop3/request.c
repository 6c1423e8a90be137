/* SPDX-License-Identifier: ISC */
/* Commands are sent ahead, answers are read in order, and STAT proves them. */
#include <string.h>

#include "pop3/internal.h"
#include "util/ascii.h"

#include "util/banned.h"

/* "TOP 2000000 0\r\n" */
#define COMMAND_MAX 16

#define STAT "STAT\r\n"

void pop3_request(struct pop3 *p, enum mailbox_command command,
		  const struct mailbox_entry *const *wanted, size_t n,
		  uint64_t max_bytes)
{
	p->command = command;
	p->wanted = wanted;
	p->n_wanted = n;
	p->n_asked = p->n_answered = p->n_synced = 0;
	p->bytes_asked = 0;
	p->max_bytes = max_bytes;
	p->n_syncs = p->unsynced = 0;
	p->unsynced_bytes = 0;
	p->unproved = false;
}

void pop3_watch(struct pop3 *p, intake_progress *progress, intake_guard *guard,
		void *context)
{
	intake_watch(&p->intake, progress, guard, context);
}

size_t pop3_synced(const struct pop3 *p)
{
	return p->n_synced;
}

static bool window_is_open(const struct pop3 *p)
{
	size_t under_way = p->n_asked - p->n_answered;

	if (under_way == 0)
		return true;
	if (!p->pipelining || under_way >= WINDOW_COMMANDS)
		return false;
	return p->command != MAILBOX_MESSAGE || p->bytes_asked < WINDOW_BYTES;
}

/* The header that TOP shows is compared: it proves itself. */
static bool wants_sync(const struct pop3 *p)
{
	if (p->command == MAILBOX_HEADER || p->unsynced == 0)
		return false;
	return p->n_asked == p->n_wanted || (p->command == MAILBOX_MESSAGE &&
					     (p->unsynced >= SYNC_COMMANDS ||
					      p->unsynced_bytes >= SYNC_BYTES));
}

static void note_sync(struct pop3 *p)
{
	p->syncs[p->n_syncs++] = p->n_asked;
	p->unsynced = 0;
	p->unsynced_bytes = 0;
	p->unproved = false;
}

static void add_command(struct pop3 *p, struct buf *text)
{
	static const char *const words[] = {"RETR", "TOP", "DELE"};
	const struct mailbox_entry *entry = p->wanted[p->n_asked++];

	buf_addf(text, "%s %u%s\r\n", words[p->command],
		 (unsigned)entry->number,
		 p->command == MAILBOX_HEADER ? " 0" : "");
	p->bytes_asked += entry->size;
	p->unsynced++;
	p->unsynced_bytes += entry->size;
	if (!p->pipelining || !wants_sync(p) || p->n_syncs == SYNCS_MAX)
		return;
	buf_addstr(text, STAT);
	note_sync(p);
}

/*
 * Refill the window when half of it was answered, so that commands travel in
 * bundles, and only when all earlier ones were sent.
 */
static int ask_more(struct pop3 *p, struct error *err)
{
	size_t under_way = p->n_asked - p->n_answered;
	struct buf text = BUF_INIT((WINDOW_COMMANDS + SYNCS_MAX) * COMMAND_MAX);
	int rc = 0;

	if (p->n_asked == p->n_wanted || !conn_is_drained(p->wire.conn) ||
	    (under_way > WINDOW_COMMANDS / 2) ||
	    (under_way > 1 && p->bytes_asked > WINDOW_BYTES / 2))
		return 0;
	while (p->n_asked < p->n_wanted && window_is_open(p))
		add_command(p, &text);
	if (text.len > 0 && under_way == 0)
		rc = wire_ask(&p->wire, text.s, err);
	else if (text.len > 0)
		wire_ask_more(&p->wire, buf_slice(&text));
	buf_release(&text);
	return rc;
}

/* Mail may have come, so there may be more messages than were listed. */
bool pop3_is_stat(const struct pop3 *p, struct slice text)
{
	unsigned long long count, octets;

	return slice_number(pop3_next_word(&text), UINT32_MAX, &count) &&
	       count >= p->n_listed - p->n_marked &&
	       (!p->has_octets ||
		slice_number(pop3_next_word(&text), UINT64_MAX / 2, &octets));
}

static int read_sync(struct pop3 *p, struct error *err)
{
	struct slice text;
	int rc = wire_status(&p->wire, &text, err);

	if (rc == 1 && pop3_is_stat(p, text)) {
		p->n_synced = p->n_answered;
		p->n_syncs--;
		memmove(p->syncs, p->syncs + 1,
			p->n_syncs * sizeof(p->syncs[0]));
		return 0;
	}
	if (rc != -1)
		(void)pop3_contradict(p, "STAT", text, err);
	return pop3_note_break(p, NULL);
}

/*
 * Without pipelining a STAT costs a round trip: ask only if something is to be
 * proved, and answers that do not belong here have had their time to come.
 */
static int ask_sync(struct pop3 *p, struct error *err)
{
	bool at_end = p->n_answered == p->n_wanted;

	if (!wants_sync(p) || p->n_asked != p->n_answered ||
	    (p->pipelining ? !at_end
			   : p->command == MAILBOX_MESSAGE && !p->unproved))
		return 0;
	if (wire_ask(&p->wire, STAT, err) == -1)
		return pop3_note_break(p, NULL);
	note_sync(p);
	return 0;
}

int pop3_read_status(struct pop3 *p, const struct mailbox_entry *entry,
		     struct mailbox_answer *answer, struct error *err)
{
	struct slice text;
	int rc = wire_status(&p->wire, &text, err);

	memset(answer, 0, sizeof(*answer));
	answer->entry = entry;
	if (rc == -1)
		return -1;
	answer->ok = rc == 1;
	memcpy(answer->text, text.p, text.len < 255 ? text.len : 255);
	buf_clear(&p->intake.head);
	return 0;
}

/* The proof that the answer gives, of itself and of the others. */
static int weigh(struct pop3 *p, const struct mailbox_answer *answer,
		 struct error *err)
{
	if (p->command == MAILBOX_DELETE)
		p->n_marked += answer->ok;
	if (p->command != MAILBOX_MESSAGE || !answer->ok || answer->exact)
		return 0;
	p->unproved = true;
	return answer->is_odd ? pop3_contradict(p, "RETR",
						buf_slice(&p->intake.head), err)
			      : 0;
}

int pop3_next(struct pop3 *p, int fd, struct mailbox_answer *answer,
	      struct error *err)
{
	const struct mailbox_entry *entry;

	if (ask_sync(p, err) == -1)
		return -1;
	while (p->n_syncs > 0 && p->syncs[0] == p->n_answered)
		if (read_sync(p, err) == -1)
			return -1;
	if (p->n_answered == p->n_wanted)
		return 0;
	entry = p->wanted[p->n_answered];
	if (ask_more(p, err) == -1 ||
	    pop3_read_status(p, entry, answer, err) == -1)
		return pop3_note_break(p, entry);
	if (answer->ok && p->command != MAILBOX_DELETE &&
	    pop3_read_body(p, fd, answer, err) == -1)
		return -1;
	if (weigh(p, answer, err) == -1)
		return pop3_note_break(p, entry);
	answer->head = buf_slice(&p->intake.head);
	answer->at = p->n_answered;
	p->bytes_asked -= answer->entry->size;
	p->n_answered++;
	return 1;
}
