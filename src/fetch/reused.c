/* SPDX-License-Identifier: ISC */
/*
 * Some servers count 1, 2, 3 in each mailbox: after it was emptied, and at some
 * of them after each deletion, other messages have the UIDLs of known ones, and
 * perhaps their sizes. With such UIDLs, the headers of the oldest and of the
 * newest known message are compared in each session; when one differs, those
 * of all messages.
 */
#include <string.h>

#include "fetch/known.h"
#include "fetch/match.h"
#include "mail/identity.h"
#include "state/seen.h"
#include "util/ascii.h"
#include "util/log.h"

#include "util/banned.h"

/*
 * A UIDL with fewer bytes may be a count. Dovecot's have 16, with a number that
 * is another one when the mailbox is made again.
 */
#define STRONG_BYTES 11

/* Longer ones are counts, too, when they are such a number behind zeros. */
#define COUNT_DIGITS 8

/* Without TOP a known message is fetched to be compared, if it is so small. */
#define RETR_MAX ((uint64_t)64 * 1024)

#define SAMPLES 2

/* Look so far for a message whose header was recorded. */
#define LOOK 16

struct sample {
	const struct mailbox_entry *entries[SAMPLES];
	unsigned char identities[SAMPLES][HASH_SIZE]; /* as recorded */
	size_t n, n_answers;
	bool has_top; /* it answers */
};

bool fetch_is_weak_uidl(struct slice uidl)
{
	size_t zeros = 0;

	if (uidl.len < STRONG_BYTES)
		return true;
	for (size_t i = 0; i < uidl.len; i++)
		if (!ascii_is_digit(uidl.p[i]))
			return false;
	while (zeros < uidl.len && uidl.p[zeros] == '0')
		zeros++;
	return uidl.len - zeros <= COUNT_DIGITS;
}

/* Take the entry if it can be compared. 1, 0, -1. */
static int take(struct fetch *f, struct sample *s, size_t i, struct error *err)
{
	const struct mailbox_entry *entry = &f->listing.entries[i];
	struct seen row;
	int rc;

	if (f->todo.rows[i] == 0 ||
	    !fetch_is_weak_uidl(mailbox_uidl(&f->listing, entry)) ||
	    (!fetch_has_headers(f) && entry->size > RETR_MAX) ||
	    (s->n > 0 && s->entries[0] == entry))
		return 0;
	rc = state_get_seen(f->state, f->todo.rows[i], &row, err);
	if (rc != 1 || !identity_is_known(row.identity))
		return rc == -1 ? -1 : 0;
	s->entries[s->n] = entry;
	memcpy(s->identities[s->n++], row.identity, HASH_SIZE);
	return 1;
}

static int choose(struct fetch *f, struct sample *s, struct error *err)
{
	size_t n = f->listing.n, known = 0;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < n && known < LOOK; i++) {
		known += f->todo.rows[i] != 0;
		rc = take(f, s, i, err);
	}
	known = 0;
	if (rc == 1 && fetch_has_headers(f))
		rc = 0;
	for (size_t i = n; rc == 0 && i-- > 0 && known < LOOK;) {
		known += f->todo.rows[i] != 0;
		rc = take(f, s, i, err);
	}
	return rc == -1 ? -1 : 0;
}

/* Is one of them another message? 1, 0, -1. */
static int ask(struct fetch *f, enum mailbox_command command, struct sample *s,
	       struct error *err)
{
	struct mailbox_answer answer;
	int rc, found = 0;

	s->n_answers = 0;
	fetch_request(f, command, s->entries, s->n, 0);
	while ((rc = fetch_next(f, -1, &answer, err)) == 1) {
		unsigned char identity[HASH_SIZE];

		s->n_answers += answer.ok;
		identity_of(answer.head, identity);
		if (answer.ok &&
		    memcmp(identity, s->identities[answer.at], HASH_SIZE) != 0)
			found = 1;
	}
	return rc == -1 ? -1 : found;
}

/* Some servers announce TOP, and refuse it. */
static int differs(struct fetch *f, struct sample *s, struct error *err)
{
	int rc = 0;

	s->has_top = fetch_has_headers(f);
	if (s->has_top) {
		rc = ask(f, MAILBOX_HEADER, s, err);
		s->has_top = s->n_answers > 0;
	}
	if (rc != 0 || s->has_top || s->entries[0]->size > RETR_MAX)
		return rc;
	s->n = 1;
	return ask(f, MAILBOX_MESSAGE, s, err);
}

static int set_all_gone(struct fetch *f, struct error *err)
{
	for (size_t i = 0; i < f->listing.n; i++)
		if (f->todo.rows[i] != 0 &&
		    state_set_gone(f->state, f->todo.rows[i], f->policy.now,
				   err) == -1)
			return -1;
	return 0;
}

/* Without TOP all are fetched, and their content decides. */
static int distrust(struct fetch *f, bool has_top, struct error *err)
{
	struct matching m = {.n_rows = 0};
	int rc;

	if (!has_top) {
		if (state_begin(f->state, err) == -1)
			return -1;
		return state_end(f->state, set_all_gone(f, err), err);
	}
	for (size_t i = 0; i < f->listing.n; i++)
		if (f->listing.entries[i].uidl_len > 0)
			match_add_entry(f, &m, &f->listing.entries[i]);
	rc = match_add_gone(f, &m, err);
	if (rc == 0)
		rc = match_add_known(f, &m, err);
	if (rc == 0)
		rc = match_headers(f, &m, err);
	if (rc == 0)
		rc = match_record(f, &m, err);
	match_release(&m);
	return rc;
}

int fetch_check_reused(struct fetch *f, struct error *err)
{
	struct sample sample = {.n = 0};
	int rc;

	/* UIDs of IMAP are used again only with another UIDVALIDITY. */
	if (f->dry || f->remote.imap != NULL || !f->listing.has_uidl ||
	    f->todo.n_known == 0)
		return 0;
	rc = choose(f, &sample, err);
	if (rc == 0 && sample.n > 0)
		rc = differs(f, &sample, err);
	if (rc != 1)
		return rc;
	log_info("%s: the server has used UIDLs again for other messages; the "
		 "headers of all are compared",
		 f->name);
	return distrust(f, sample.has_top, err) == -1 ? -1
						      : fetch_compare(f, err);
}
