/* SPDX-License-Identifier: ISC */
/* The session of `state mark-seen`: it records UIDLs and headers. */
#include <stdlib.h>
#ifdef SANITIZED
#include <sanitizer/lsan_interface.h>
#endif

#include "fetch/folder.h"
#include "fetch/known.h"
#include "state/admin.h"
#include "util/xalloc.h"

#include "util/banned.h"

static bool is_named(const struct fetch *f, const struct mailbox_entry *entry,
		     char *const *uidls)
{
	struct slice uidl = mailbox_uidl(&f->listing, entry);

	if (uidls[0] == NULL)
		return true;
	for (size_t i = 0; uidls[i] != NULL; i++)
		if (slice_equal(uidl, slice_str(uidls[i])))
			return true;
	return false;
}

static size_t choose(const struct fetch *f, char *const *uidls,
		     const struct mailbox_entry **out)
{
	size_t n = 0;

	for (size_t i = 0; i < f->listing.n; i++) {
		const struct mailbox_entry *entry = &f->listing.entries[i];

		if (f->todo.rows[i] == 0 && entry->uidl_len > 0 &&
		    is_named(f, entry, uidls))
			out[n++] = entry;
	}
	return n;
}

static int record(struct fetch *f, const struct mailbox_entry *const *entries,
		  size_t n, unsigned char (*identities)[HASH_SIZE],
		  struct error *err)
{
	int rc = 0;

	if (state_begin(f->state, err) == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = state_mark_seen(f->state, f->job->account_id,
				     mailbox_uidl(&f->listing, entries[i]),
				     entries[i]->size, identities[i],
				     f->session / 1000000, err);
	return state_end(f->state, rc, err);
}

static int mark(struct fetch *f, char *const *uidls, size_t *n_out,
		struct error *err)
{
	const struct mailbox_entry **chosen =
		xcalloc(f->listing.n, sizeof(struct mailbox_entry *));
	unsigned char(*identities)[HASH_SIZE];
	size_t n = choose(f, uidls, chosen);
	int rc = 0;

	identities = xcalloc(n, sizeof(*identities));
	if (n > 0 && fetch_has_headers(f))
		rc = fetch_identities(f, chosen, n, identities, err);
	if (rc == 0 && n > 0)
		rc = record(f, chosen, n, identities, err);
	if (rc == 0)
		*n_out = n;
	free(identities);
	free(chosen);
	return rc;
}

static int mark_all(struct fetch *f, char *const *uidls, size_t *n_out,
		    struct error *err)
{
	return fetch_read_listing(f, err) == -1 ? -1
						: mark(f, uidls, n_out, err);
}

/* A folder is read then, up to what was not named. */
static int mark_folders(struct fetch *f, char *const *uidls, size_t *n_out,
			struct error *err)
{
	int rc;

	f->every = true;
	while ((rc = fetch_next_folder(f, err)) == 1) {
		size_t n = 0;

		if (fetch_adopt_nameless(f, err) == -1 ||
		    mark(f, uidls, &n, err) == -1 ||
		    fetch_compare(f, err) == -1)
			return -1;
		f->vanished = xcalloc(f->listing.n, sizeof(*f->vanished));
		*n_out += n;
		if (fetch_close_folder(f, err) == -1)
			return -1;
		fetch_leave_mailbox(f);
	}
	return rc;
}

/*
 * This process goes on to exit(), where the sanitizer would look for leaks by
 * another process: not once it is confined.
 */
static int confine(struct fetch *f, struct error *err)
{
#ifdef SANITIZED
	__lsan_do_leak_check();
#endif
	return fetch_confine(f, err);
}

int fetch_mark_seen(const struct fetch_job *job, char *const *uidls,
		    size_t *n_out, struct error *err)
{
	struct error ignored = ERROR_INIT;
	struct fetch f;
	int rc = fetch_open(&f, job, err);

	*n_out = 0;
	if (rc == 0)
		rc = fetch_connect(&f, err);
	if (rc == 0)
		rc = confine(&f, err);
	if (rc == 0)
		rc = f.remote.imap != NULL ? mark_folders(&f, uidls, n_out, err)
					   : mark_all(&f, uidls, n_out, err);
	if (rc == 0)
		(void)fetch_log_out(&f, &ignored);
	fetch_close(&f);
	return rc;
}
