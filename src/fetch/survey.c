/* SPDX-License-Identifier: ISC */
#include "fetch/survey.h"

#include <stdlib.h>
#include <string.h>

#include "fetch/folder.h"
#include "fetch/internal.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Words about the server, all of them. */
#define CAPABILITIES_MAX 400

static void add(struct survey_count *sum, const struct survey_count *one)
{
	sum->messages += one->messages;
	sum->new += one->new;
	sum->new_bytes += one->new_bytes;
	sum->large += one->large;
	sum->large_bytes += one->large_bytes;
	sum->known += one->known;
}

/*
 * A listed mailbox, without the limit of a session: that says how many come at
 * a time, not which. A listing may be partial: what is not in it is known.
 */
static int count(struct fetch *f, uint64_t messages, struct survey_count *out,
		 struct error *err)
{
	const struct listing_todo *todo = &f->todo;
	int64_t large_bytes = f->health.large_bytes;
	uint64_t others;

	if (fetch_list(f, err) == -1)
		return -1;
	memset(out, 0, sizeof(*out));
	out->messages = messages;
	out->new = todo->n_fetch + todo->n_left + f->n_suspects;
	for (size_t i = 0; i < todo->n_fetch + todo->n_left; i++)
		out->new_bytes += todo->fetch[i]->size;
	for (size_t i = 0; i < f->n_suspects; i++)
		out->new_bytes += f->suspects[i].entry->size;
	out->large = todo->n_too_large;
	out->large_bytes = (uint64_t)(f->health.large_bytes - large_bytes);
	others = out->new + out->large;
	out->known = messages > others ? messages - others : 0;
	return 0;
}

static void add_folder(struct survey *out, const struct folder_there *there,
		       bool is_read, const struct survey_count *one)
{
	struct survey_folder *folder;

	xgrow(&out->folders, out->n, sizeof(*out->folders));
	folder = &out->folders[out->n++];
	*folder = (struct survey_folder){xstrdup(there->path), is_read, *one};
	add(&out->all, one);
}

static bool is_counted(const struct survey *out,
		       const struct folder_there *there)
{
	for (size_t i = 0; i < out->n; i++)
		if (strcmp(out->folders[i].path, there->path) == 0)
			return true;
	return false;
}

/* Folders that could not be read, and folders that are not wanted. */
static void add_others(struct survey *out, const struct folders *folders)
{
	for (size_t i = 0; i < folders->n; i++) {
		const struct folder_there *there = &folders->list[i];
		struct survey_count none = {.messages = there->counts.messages};

		if (!there->wanted)
			out->n_others++;
		else if (!is_counted(out, there))
			add_folder(out, there, false, &none);
	}
}

static int look_at_folders(struct survey *out, struct fetch *f,
			   struct error *err)
{
	struct survey_count one;
	int rc;

	while ((rc = fetch_next_folder(f, err)) == 1) {
		if (count(f, f->selected.messages, &one, err) == -1)
			return -1;
		add_folder(out, f->folder, true, &one);
		fetch_leave_mailbox(f);
	}
	if (rc == -1)
		return -1;
	add_others(out, &f->folders);
	return fetch_check_unread(f, err);
}

static int look(struct survey *out, struct fetch *f, struct error *err)
{
	out->is_in = true;
	f->every = f->surveys = true;
	if (f->remote.imap != NULL) {
		out->tls = imap_tls(f->remote.imap);
		imap_describe(f->remote.imap, &out->capabilities);
		return look_at_folders(out, f, err);
	}
	out->tls = pop3_tls(f->remote.pop3);
	if (fetch_read_listing(f, err) == -1)
		return -1;
	pop3_describe(f->remote.pop3, &out->capabilities);
	return count(f, f->listing.n, &out->all, err);
}

int survey_run(struct survey *out, const struct fetch_job *job,
	       struct error *err)
{
	struct fetch f;
	int rc;

	memset(out, 0, sizeof(*out));
	buf_init(&out->capabilities, CAPABILITIES_MAX);
	rc = fetch_open_dry(&f, job, err);
	if (rc == 0)
		rc = look(out, &f, err);
	fetch_close(&f);
	return rc;
}

void survey_release(struct survey *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->folders[i].path);
	free(s->folders);
	buf_release(&s->capabilities);
	memset(s, 0, sizeof(*s));
}
