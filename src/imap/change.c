/* SPDX-License-Identifier: ISC */
#include "imap/change.h"

#include <stdio.h>
#include <string.h>

#include "imap/ask.h"
#include "imap/command.h"
#include "imap/internal.h"

#include "util/banned.h"

/* A word that follows the set, and a blank. */
#define TAIL_MAX (2 * FOLDER_NAME_MAX + 100)

/*
 * If a set is refused, ask for its messages one by one, until so many of them
 * are refused: one that cannot be changed must not stop the others.
 */
#define REFUSED_MAX 10

/* A command that brings messages from one state to the next. */
struct step {
	struct imap_change *change;
	const char *command;
	struct buf tail; /* what is behind the set */
	enum imap_state from, to;
	size_t n_confirmed, n_refused; /* messages, commands */
	bool may_repeat;   /* also what was refused, and done in part */
	bool one_by_one;   /* what was refused is asked for again */
	bool is_partial;   /* the server did less than it was asked for */
	bool wants_folder; /* TRYCREATE */
	bool is_over;	   /* it makes no sense to ask for more now */
};

static size_t next_in_state(const struct step *s, size_t at)
{
	const struct imap_change *c = s->change;

	while (at < c->n && c->states[at] != s->from)
		at++;
	return at;
}

/* Is one message in the first state, or none? */
static bool is_alone(const struct step *s)
{
	return next_in_state(s, next_in_state(s, 0) + 1) >= s->change->n;
}

static size_t add_change(void *context, struct imap *i, size_t at,
			 struct buf *out)
{
	struct step *s = context;
	const struct imap_change *c = s->change;
	size_t end = out->len + command_line_max(&i->capabilities) - 2;
	size_t most = s->one_by_one ? 1 : imap_messages_max(i);
	struct uid_set set;

	at = next_in_state(s, at);
	if (at == c->n || s->is_over)
		return c->n;
	command_start(out, ++i->tag, s->command);
	uid_set_start(&set, out, end > s->tail.len ? end - s->tail.len : 0);
	while (at < c->n && most-- > 0 && uid_set_add(&set, c->uids[at]))
		at = next_in_state(s, at + 1);
	buf_addslice(out, buf_slice(&s->tail));
	command_end(out);
	return at;
}

static bool is_over(enum code_kind code)
{
	return code == CODE_NOPERM || code == CODE_INUSE ||
	       code == CODE_LIMIT || code == CODE_OVERQUOTA ||
	       code == CODE_THROTTLED;
}

static void refuse(struct step *s, struct imap *i, const struct response *done)
{
	if (s->n_refused++ == 0)
		ask_text(done, s->change->text);
	s->wants_folder |= done->code.kind == CODE_TRYCREATE;
	s->is_over |= s->wants_folder ||
		      (done->status != STATUS_OK && is_over(i->refusal)) ||
		      (s->one_by_one && s->n_refused >= REFUSED_MAX);
}

/* COPYUID is not needed, and malformed at Outlook and home.pl. */
static int end_change(void *context, struct imap *i, size_t at, size_t end,
		      const struct response *done, struct error *err)
{
	struct step *s = context;
	struct imap_change *c = s->change;
	bool is_partial = done->code.kind == CODE_MESSAGELIMIT;
	uint32_t least = is_partial ? (uint32_t)done->code.number : 1;

	(void)err;
	if (done->status != STATUS_OK || least == 0) {
		refuse(s, i, done);
		return 0;
	}
	s->is_partial |= is_partial;
	for (size_t k = at; k < end; k++) {
		if (c->states[k] != (unsigned char)s->from ||
		    c->uids[k] < least)
			continue;
		c->states[k] = (unsigned char)s->to;
		s->n_confirmed++;
	}
	return 0;
}

/* Ask about all that are in the first state; in parts, if the server likes. */
static int run_commands(struct imap *i, struct step *s, struct error *err)
{
	const struct ask_many many = {s->change->n, add_change, NULL,
				      end_change, s};

	s->n_refused = 0;
	do {
		s->is_partial = false;
		s->n_confirmed = 0;
		if (ask_many(i, &many, err) == -1)
			return -1;
	} while (s->is_partial && s->n_confirmed > 0 && s->n_refused == 0);
	return 0;
}

/* Returns 1 if nothing is left in the first state, 0, or -1. */
static int run_step(struct imap *i, struct step *s, struct error *err)
{
	s->wants_folder = s->is_over = s->one_by_one = false;
	if (run_commands(i, s, err) == -1)
		return -1;
	s->one_by_one = s->n_refused > 0 && s->may_repeat && !s->is_over &&
			!is_alone(s);
	if (s->one_by_one && run_commands(i, s, err) == -1)
		return -1;
	return next_in_state(s, 0) == s->change->n;
}

static void start_step(struct step *s, struct imap_change *c,
		       const char *command, enum imap_state from,
		       enum imap_state to)
{
	memset(s, 0, sizeof(*s));
	s->change = c;
	s->command = command;
	/* A copy that was made would be made twice. */
	s->may_repeat = strcmp(command, "UID COPY") != 0;
	s->from = from;
	s->to = to;
	buf_init(&s->tail, TAIL_MAX);
}

static int store(struct imap *i, struct imap_change *c, enum imap_state from,
		 unsigned flags, struct error *err)
{
	struct step s;
	int rc;

	start_step(&s, c, "UID STORE", from,
		   (flags & IMAP_FLAG_DELETED) != 0 ? IMAP_MARKED
						    : IMAP_FLAGGED);
	command_add(&s.tail, "+FLAGS.SILENT (");
	flags_add(&s.tail, flags);
	buf_addch(&s.tail, ')');
	rc = run_step(i, &s, err);
	buf_release(&s.tail);
	return rc;
}

int imap_add_flags(struct imap *i, struct imap_change *c, unsigned flags,
		   struct error *err)
{
	c->text[0] = '\0';
	return store(i, c, IMAP_UNCHANGED, flags, err);
}

/* The result of UID SEARCH DELETED. */
struct found {
	const struct imap_change *change;
	size_t n_ours;
	bool has_others; /* or what it says is not clear */
};

static bool is_ours(const struct imap_change *c, uint32_t uid)
{
	size_t low = 0, high = c->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (c->uids[middle] < uid)
			low = middle + 1;
		else
			high = middle;
	}
	return low < c->n && c->uids[low] == uid &&
	       c->states[low] == IMAP_MARKED;
}

static int take_found(void *context, struct imap *i,
		      const struct response *response, struct error *err)
{
	struct found *found = context;
	uint32_t uid;
	int rc;

	if (response->kind != RESPONSE_SEARCH)
		return 0;
	while ((rc = search_next(&i->reader, &uid, &found->has_others, err)) ==
	       1) {
		if (is_ours(found->change, uid))
			found->n_ours++;
		else
			found->has_others = true;
	}
	return rc;
}

static int refuse_expunge(struct imap_change *c, const char *why)
{
	(void)snprintf(c->text, sizeof(c->text),
		       "the server can remove only all messages that are "
		       "marked as deleted (no UIDPLUS), and %s",
		       why);
	return 0;
}

/* Returns 1 if EXPUNGE removes nothing else, 0, or -1. */
static int check_deleted(struct imap *i, struct imap_change *c,
			 struct error *err)
{
	struct found found = {c, 0, false};
	struct response done;
	struct buf out;
	uint32_t tag = ask_start(i, &out, "UID SEARCH DELETED");

	if (ask_send(i, &out, err) == -1 ||
	    ask_wait(i, tag, take_found, &found, &done, err) == -1)
		return -1;
	if (done.status != STATUS_OK)
		return refuse_expunge(c, "does not say which ones these are");
	if (found.has_others)
		return refuse_expunge(c, "others are marked, too");
	if (found.n_ours == 0)
		return refuse_expunge(c, "does not know of these any more");
	return 1;
}

/*
 * EXPUNGE without UIDs. Another program may mark a message between the two
 * commands: no server without UIDPLUS can prevent that.
 */
static int expunge_all(struct imap *i, struct imap_change *c, struct error *err)
{
	struct response done;
	struct buf out;
	uint32_t tag;
	int rc = check_deleted(i, c, err);

	if (rc != 1)
		return rc;
	tag = ask_start(i, &out, "EXPUNGE");
	if (ask_send(i, &out, err) == -1 ||
	    ask_wait(i, tag, NULL, NULL, &done, err) == -1)
		return -1;
	if (done.status != STATUS_OK || done.code.kind == CODE_MESSAGELIMIT) {
		ask_text(&done, c->text);
		return 0;
	}
	for (size_t k = 0; k < c->n; k++)
		if (c->states[k] == IMAP_MARKED)
			c->states[k] = IMAP_REMOVED;
	return 1;
}

static int expunge(struct imap *i, struct imap_change *c, struct error *err)
{
	struct step s;

	start_step(&s, c, "UID EXPUNGE", IMAP_MARKED, IMAP_REMOVED);
	if (next_in_state(&s, 0) == c->n)
		return 1;
	return capability(&i->capabilities, CAPABILITY_UIDPLUS)
		       ? run_step(i, &s, err)
		       : expunge_all(i, c, err);
}

int imap_expunge(struct imap *i, struct imap_change *c, struct error *err)
{
	c->text[0] = '\0';
	return expunge(i, c, err);
}

/* Mark those that have a state, and remove them. 1: none is left at all. */
static int remove_all(struct imap *i, struct imap_change *c,
		      enum imap_state from, struct error *err)
{
	if (store(i, c, from, IMAP_FLAG_DELETED, err) == -1 ||
	    expunge(i, c, err) == -1)
		return -1;
	for (size_t k = 0; k < c->n; k++)
		if (c->states[k] != IMAP_REMOVED)
			return 0;
	return 1;
}

static int create(struct imap *i, struct slice folder, struct error *err)
{
	struct response done;
	struct buf out;
	uint32_t tag = ask_start(i, &out, "CREATE");

	(void)command_add_string(&out, folder,
				 command_literals(&i->capabilities));
	return ask_send(i, &out, err) == -1 ||
			       ask_wait(i, tag, NULL, NULL, &done, err) == -1
		       ? -1
		       : 0;
}

/* MOVE or COPY; if the folder is not there, once more after CREATE. */
static int transfer(struct imap *i, struct imap_change *c, struct slice folder,
		    struct error *err)
{
	bool can_move = capability(&i->capabilities, CAPABILITY_MOVE);
	struct step s;
	int rc = 0;

	start_step(&s, c, can_move ? "UID MOVE" : "UID COPY", IMAP_UNCHANGED,
		   can_move ? IMAP_REMOVED : IMAP_COPIED);
	if (!command_add_string(&s.tail, folder,
				command_literals(&i->capabilities)))
		(void)snprintf(c->text, sizeof(c->text),
			       "the name of the folder cannot be sent");
	else
		rc = run_step(i, &s, err);
	if (rc == 0 && s.wants_folder && create(i, folder, err) == -1)
		rc = -1;
	else if (rc == 0 && s.wants_folder)
		rc = run_step(i, &s, err);
	buf_release(&s.tail);
	return rc;
}

int imap_move(struct imap *i, struct imap_change *c, struct slice folder,
	      struct error *err)
{
	c->text[0] = '\0';
	return transfer(i, c, folder, err) == -1
		       ? -1
		       : remove_all(i, c, IMAP_COPIED, err);
}

bool imap_deletes_by_move(const struct imap *i, struct slice trash)
{
	return trash.len > 0 &&
	       capability(&i->capabilities, CAPABILITY_GMAIL) &&
	       capability(&i->capabilities, CAPABILITY_MOVE);
}

int imap_delete(struct imap *i, struct imap_change *c, struct slice trash,
		struct error *err)
{
	if (imap_deletes_by_move(i, trash))
		return imap_move(i, c, trash, err);
	c->text[0] = '\0';
	return remove_all(i, c, IMAP_UNCHANGED, err);
}
