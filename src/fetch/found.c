/* SPDX-License-Identifier: ISC */
/*
 * After `state rebuild` the database knows the files in the Maildirs, but not
 * their UIDLs. The key in a file's name is made from the UIDL it had. Its
 * header must agree, too, because some servers reuse UIDLs. A message that
 * does not agree is fetched, and its content decides.
 */
#include "state/found.h"

#include <stdlib.h>
#include <string.h>

#include "fetch/known.h"
#include "mail/identity.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

int fetch_identities(struct fetch *f,
		     const struct mailbox_entry *const *entries, size_t n,
		     unsigned char (*out)[HASH_SIZE], struct error *err)
{
	struct mailbox_answer answer;
	int rc;

	memset(out, 0, n * sizeof(*out));
	fetch_request(f, MAILBOX_HEADER, entries, n, 0);
	while ((rc = fetch_next(f, -1, &answer, err)) == 1) {
		if (answer.ok)
			identity_of(answer.head, out[answer.at]);
	}
	return rc;
}

/* Find entries that look new, but whose key is that of a file in a folder. */
static int find_candidates(struct fetch *f, const struct mailbox_entry **out,
			   size_t *n_out, struct error *err)
{
	int rc = state_begin_reading(f->state, err);

	*n_out = 0;
	if (rc == -1)
		return -1;
	for (size_t i = 0; rc != -1 && i < f->listing.n; i++) {
		const struct mailbox_entry *entry = &f->listing.entries[i];

		if (f->todo.rows[i] != 0 || entry->uidl_len == 0)
			continue;
		rc = state_is_found(f->state, f->job->account_id,
				    mailbox_uidl(&f->listing, entry), err);
		if (rc == 1)
			out[(*n_out)++] = entry;
	}
	state_rollback(f->state);
	return rc == -1 ? -1 : 0;
}

static int adopt(struct fetch *f, const struct mailbox_entry *const *entries,
		 size_t n, unsigned char (*identities)[HASH_SIZE],
		 size_t *n_out, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct received listed = {
			.account = f->job->account_id,
			.session = f->session,
			.uidl = mailbox_uidl(&f->listing, entries[i]),
			.listed_size = entries[i]->size,
			.now = f->session / 1000000,
		};
		int rc;

		memcpy(listed.identity, identities[i], HASH_SIZE);
		rc = state_adopt_found(f->state, &listed, err);
		if (rc == -1)
			return -1;
		*n_out += rc == 1;
	}
	return 0;
}

/* First the network, then the transaction: the database must not wait. */
static int look(struct fetch *f, const struct mailbox_entry *const *entries,
		size_t n, size_t *n_out, struct error *err)
{
	unsigned char(*identities)[HASH_SIZE] = xcalloc(n, sizeof(*identities));
	int rc = fetch_identities(f, entries, n, identities, err);

	if (rc == 0)
		rc = state_begin(f->state, err);
	if (rc == 0)
		rc = state_end(f->state,
			       adopt(f, entries, n, identities, n_out, err),
			       err);
	free(identities);
	return rc;
}

int fetch_adopt_found(struct fetch *f, struct error *err)
{
	const struct mailbox_entry **candidates;
	size_t n = 0, n_adopted = 0;
	int rc;

	if (f->dry || !fetch_has_headers(f))
		return 0;
	candidates = xcalloc(f->listing.n, sizeof(struct mailbox_entry *));
	rc = find_candidates(f, candidates, &n, err);
	if (rc == 0 && n > 0)
		rc = look(f, candidates, n, &n_adopted, err);
	free(candidates);
	if (rc == -1 || n_adopted == 0)
		return rc;
	log_info("%s: %zu messages are in the folders already, as `state "
		 "rebuild` found",
		 f->name, n_adopted);
	return fetch_compare(f, err);
}
