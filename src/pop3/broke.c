/* SPDX-License-Identifier: ISC */
/* How a session died, for those who decide what that means. */
#include "pop3/internal.h"

#include "util/banned.h"

const struct mailbox_break *pop3_broke(const struct pop3 *p)
{
	return &p->broke;
}

int pop3_note_break(struct pop3 *p, const struct mailbox_entry *entry)
{
	struct wire *w = &p->wire;

	p->broke.kind = w->lost ? MAILBOX_LOST : MAILBOX_CONFUSED;
	p->broke.entry = entry;
	p->broke.command = p->command;
	p->broke.answered = p->n_answered;
	p->broke.in_flight = p->pipelining && w->lost && w->at == w->len &&
			     p->n_asked + p->n_syncs > 1;
	return -1;
}

int pop3_contradict(struct pop3 *p, const char *command, struct slice answer,
		    struct error *err)
{
	struct slice line = SLICE_EMPTY;

	(void)slice_split(&answer, '\n', &line);
	(void)error_set(err, ERR_TEMPORARY,
			"the server's answers do not fit the commands: to %s "
			"it said \"%.*s\"; session given up, nothing was "
			"deleted",
			command, (int)(line.len > 200 ? 200 : line.len),
			line.p);
	return wire_dead(&p->wire);
}
