/* SPDX-License-Identifier: ISC */
#include "sort/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "maildir/find.h"
#include "maildir/index.h"
#include "maildir/keywords.h"
#include "sort/old_files.h"
#include "sort/plan.h"
#include "sort/returns.h"
#include "state/dir.h"
#include "state/history.h"
#include "state/key.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct undo {
	const struct sort_options *options;
	struct state *state;
	struct maildir *maildir;
	struct maildir_index *index;
	struct returns returns;
	bool dry_run;
	struct undo_result *result;
};

static void leave(struct undo *u, const struct past *p, const char *why)
{
	log_warning("%s: left alone: %s", p->summary, why);
	u->result->left++;
}

/* A new path, and the folder that it is in. */
struct target {
	struct buf path;
	const char *folder; /* NULL: the path that it had before */
	char *base;	    /* the name without flags */
	char *directory;    /* the path of the folder: …/Lists, not …/cur */
};

static void target_release(struct target *t)
{
	buf_release(&t->path);
	free(t->base);
	free(t->directory);
}

/* DIRECTORY, PART and BASE of DIRECTORY/PART/BASE:2,FLAGS. */
static void split(const char *path, struct target *t, char part[4])
{
	const char *slash = strrchr(path, '/'), *info = maildir_info(path);
	size_t base_len =
		info == NULL ? strlen(slash + 1) : (size_t)(info - slash - 1);

	t->base = xmemdup0(slash + 1, base_len);
	memcpy(part, slash - 3, 3);
	part[3] = '\0';
	t->directory = xmemdup0(path, (size_t)(slash - 4 - path));
}

/* Where the message goes back to, up to its flags. */
static int find_target(struct undo *u, const struct past *p,
		       const struct delivery *step, struct target *t,
		       struct error *err)
{
	char part[4];

	t->path = (struct buf)BUF_INIT(IO_PATH_MAX);
	if (p->origin[0] != '\0') {
		split(p->origin, t, part);
		buf_addf(&t->path, "%s/%s/%s", t->directory, part, t->base);
		return 0;
	}
	t->folder = plan_inbox(u->options, p->account);
	if (!u->dry_run && maildir_folder(u->maildir, t->folder, err) == NULL)
		return -1;
	t->directory = maildir_path(u->maildir, t->folder);
	t->base = xstrdup(step->base);
	return 0;
}

/*
 * The flags that it has now, and the letters that its keywords have where it
 * goes.
 */
static int add_letters(const struct undo *u, const struct past *p,
		       const char *now, struct target *t, struct error *err)
{
	char keywords[KEYWORD_LETTERS] = "";
	const char *info = maildir_info(now);
	int rc = 1;

	/* It may write the names of keywords. */
	if (!u->dry_run)
		rc = keywords_carry(now, t->directory, keywords, err);
	if (rc == 0)
		log_warning("%s: not all keywords could be kept", p->summary);
	for (const char *c = info == NULL ? "" : info + 3; *c != '\0'; c++)
		if (*c < 'a' || *c > 'z')
			buf_addch(&t->path, *c);
	buf_addstr(&t->path, rc == -1 ? "" : keywords);
	return rc == -1 ? -1 : 0;
}

/* Complete the path, for a message that is at the path `now`. */
static int complete(const struct undo *u, const struct past *p, const char *now,
		    struct target *t, struct error *err)
{
	const char *info = maildir_info(now), *old = maildir_info(p->origin);
	const char *model = t->folder == NULL ? old : info;
	const char *slash = strrchr(now, '/');

	if (t->folder != NULL) /* in new/ or cur/, as it is now */
		buf_addf(&t->path, "%s/%.3s/%s", t->directory, slash - 3,
			 t->base);
	if (model == NULL) /* without flags; new/ has none */
		return 0;
	buf_addf(&t->path, "%c2,", *model);
	if (info == NULL) { /* the flags were lost; give it the old ones */
		buf_addstr(&t->path, old + 3);
		return 0;
	}
	return add_letters(u, p, now, t, err);
}

/*
 * May it go back to its old path? Not while its old file is still to be
 * removed: the next run would remove the message that was put back.
 */
static int may_return(struct undo *u, const struct past *p, struct error *err)
{
	int rc = 0;

	if (p->origin[0] != '\0' && !u->dry_run)
		rc = old_files_is_pending(u->state, p->origin, err);
	if (rc == 1)
		leave(u, p, "the next run must remove its old file first");
	return rc == -1 ? -1 : rc == 0;
}

/*
 * Find the message in its folder: under the name that it was given, or else
 * among the names of the folder.
 */
static bool locate(struct undo *u, const struct delivery *step, struct buf *out)
{
	const struct maildir_item item = {
		.base = step->base,
		.flags = step->flags,
		.keywords = step->keywords == NULL ? "" : step->keywords};
	char *folder;
	bool found;

	maildir_place(u->maildir, step->folder, &item, out);
	if (access(out->s, F_OK) == 0)
		return true;
	buf_truncate(out, 0);
	folder = maildir_path(u->maildir, step->folder);
	found = maildir_index_find(u->index, folder, step->base, out);
	free(folder);
	return found;
}

/* io_rename() never replaces another message. */
static int move(struct buf *now, const char *to, struct error *err)
{
	struct buf renamed = BUF_INIT(IO_PATH_MAX);
	int rc = io_rename(AT_FDCWD, now->s, AT_FDCWD, to);

	/* A mail reader may have changed its flags just now. */
	if (rc == -1 && errno == ENOENT && access(now->s, F_OK) == -1 &&
	    maildir_find_renamed(now->s, &renamed)) {
		buf_truncate(now, 0);
		buf_addstr(now, renamed.s);
		rc = io_rename(AT_FDCWD, now->s, AT_FDCWD, to);
	}
	if (rc == -1)
		rc = error_errno(err, ERR_MESSAGE, "cannot move it to %s", to);
	buf_release(&renamed);
	return rc;
}

static int record(struct undo *u, const struct past *p,
		  const struct delivery *step, const struct target *t,
		  const char *from, const char *to, struct error *err)
{
	u->result->done++;
	if (u->dry_run)
		return 0;
	returns_add(&u->returns, p->id, step->n, t->folder, from, to);
	return returns_are_many(&u->returns)
		       ? returns_record(&u->returns, u->state, err)
		       : 0;
}

static int put_back(struct undo *u, const struct past *p,
		    const struct delivery *step, struct buf *now,
		    struct target *t, struct error *err)
{
	struct error trouble = ERROR_INIT;

	if (complete(u, p, now->s, t, &trouble) == -1) {
		leave(u, p, trouble.text);
		return 0;
	}
	if (u->dry_run) {
		(void)printf("%s: %s → %s\n", p->summary, now->s, t->path.s);
	} else if (move(now, t->path.s, &trouble) == -1) {
		leave(u, p, trouble.text);
		return 0;
	} else {
		log_info("%s: %s → %s", p->summary, now->s, t->path.s);
	}
	return record(u, p, step, t, now->s, t->path.s, err);
}

/*
 * It is not in its folder. An undo that was killed may have put it back without
 * recording that.
 */
static int look_behind(struct undo *u, const struct past *p,
		       const struct delivery *step, struct target *t,
		       struct error *err)
{
	struct buf there = BUF_INIT(IO_PATH_MAX);
	int rc = 0;

	if (maildir_index_find(u->index, t->directory, t->base, &there))
		rc = record(u, p, step, t, there.s, there.s, err);
	else
		leave(u, p, "it is not in its folder any more");
	buf_release(&there);
	return rc;
}

/* A filing that is done, and did not put the message where it goes back to. */
static int undo_filing(struct undo *u, const struct past *p,
		       const struct delivery *step, struct error *err)
{
	struct buf now = BUF_INIT(IO_PATH_MAX);
	struct target t = {.folder = NULL};
	bool trashed, found = locate(u, step, &now);
	int rc;

	if (found && (maildir_flags_of(now.s, &trashed) & FLAG_ANSWERED &
		      ~step->flags) != 0) {
		leave(u, p, "it was answered since");
		buf_release(&now);
		return 0;
	}
	rc = may_return(u, p, err);
	if (rc == 1) {
		rc = find_target(u, p, step, &t, err);
		if (rc == 0)
			rc = found ? put_back(u, p, step, &now, &t, err)
				   : look_behind(u, p, step, &t, err);
		target_release(&t);
	}
	buf_release(&now);
	return rc;
}

static int undo_step(struct undo *u, const struct past *p,
		     const struct past_step *s, struct error *err)
{
	const struct delivery *step = &s->step;

	if (step->kind == DELIVERY_DISCARD)
		leave(u, p, "it was discarded");
	if (step->kind != DELIVERY_FOLDER || s->done == 0)
		return 0;
	if (step->forged || p->forged) {
		leave(u, p,
		      "its record in the database was not written by postroom, "
		      "or is damaged");
		return 0;
	}
	if (p->origin[0] == '\0' &&
	    strcmp(step->folder, plan_inbox(u->options, p->account)) == 0)
		return 0;
	return undo_filing(u, p, step, err);
}

static int undo_message(struct undo *u, const struct past *p, struct error *err)
{
	struct past_step step;
	int n = 0, rc;

	while ((rc = state_past_step(u->state, p->id, n, &step, err)) == 1) {
		n = step.step.n + 1;
		rc = undo_step(u, p, &step, err);
		past_step_release(&step);
		if (rc == -1)
			return -1;
	}
	return rc;
}

/* 1 done, 0 there is none, -1; the same for the next two functions. */
static int undo_last_run(struct undo *u, struct error *err)
{
	int64_t run, before = INT64_MAX;
	struct past p;
	int rc;

	if (state_last_run(u->state, &run, err) == -1)
		return -1;
	if (run == 0)
		return 0;
	while ((rc = state_past_of_run(u->state, run, before, &p, err)) == 1) {
		before = p.id;
		rc = undo_message(u, &p, err);
		past_release(&p);
		if (rc == -1)
			return -1;
	}
	if (rc == 0)
		rc = returns_record(&u->returns, u->state, err);
	if (rc == 0 && !u->dry_run)
		rc = state_forget_run(u->state, run, err);
	return rc == 0 ? 1 : -1;
}

static int undo_id(struct undo *u, const char *id, struct error *err)
{
	int64_t before = INT64_MAX;
	bool found = false;
	struct past p;
	int rc;

	while (!found && (rc = state_past(u->state, before, &p, err)) == 1) {
		before = p.id;
		found = p.decided && strcmp(p.message_id, id) == 0;
		if (found)
			rc = undo_message(u, &p, err);
		past_release(&p);
		if (rc == -1)
			return -1;
	}
	if (rc == -1 || returns_record(&u->returns, u->state, err) == -1)
		return -1;
	return found;
}

/*
 * First finish removals that a crash left: after the undo those files would be
 * mail.
 */
static int undo_locked(struct undo *u, const char *id, struct error *err)
{
	struct old_files left = {0};

	if (!u->dry_run && old_files_remove(u->state, &left, err) == -1)
		return -1;
	return id == NULL ? undo_last_run(u, err) : undo_id(u, id, err);
}

int undo_run(const struct sort_options *options, const char *id, bool dry_run,
	     struct undo_result *result, struct error *err)
{
	struct undo u = {
		.options = options, .dry_run = dry_run, .result = result};
	int lock = -1, rc;

	memset(result, 0, sizeof(*result));
	u.index = maildir_index_new();
	rc = state_open(&u.state, options->state_dir,
			dry_run ? STATE_READ : STATE_WRITE, err);
	if (rc == 0)
		rc = dry_run ? state_read_key(u.state, options->state_dir, err)
			     : state_load_key(u.state, options->state_dir, err);
	if (rc == 0)
		rc = maildir_open(&u.maildir, options->maildir, options->layout,
				  options->encoding, err);
	if (rc == 0 && !dry_run)
		rc = state_dir_lock(options->state_dir, SORTER_LOCK,
				    LOCK_EXCLUSIVE, LOCK_WAIT, &lock, err) == 1
			     ? 0
			     : -1;
	if (rc == 0)
		rc = undo_locked(&u, id, err);
	io_close_quietly(&lock);
	returns_release(&u.returns);
	maildir_index_free(u.index);
	maildir_close(u.maildir);
	state_close(u.state);
	return rc;
}
