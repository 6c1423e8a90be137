/* SPDX-License-Identifier: ISC */
#include "sort/undo.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "maildir/find.h"
#include "sort/old_files.h"
#include "sort/plan.h"
#include "state/dir.h"
#include "state/history.h"
#include "util/io.h"
#include "util/log.h"

#include "util/banned.h"

struct undo {
	const struct sort_options *options;
	struct state *state;
	struct maildir *maildir;
	bool dry_run;
	struct undo_result *result;
};

static void leave(struct undo *u, const struct past *p, const char *why)
{
	log_warning("%s: left alone: %s", p->summary, why);
	u->result->left++;
}

/* io_rename() never replaces another message. */
static int move(const char *from, const char *to, struct error *err)
{
	if (io_rename(AT_FDCWD, from, AT_FDCWD, to) == -1)
		return error_errno(err, ERR_MESSAGE, "cannot move it to %s",
				   to);
	if (io_sync_parent(to, err) == -1)
		return -1;
	return io_sync_parent(from, err);
}

/* The path that it had, with the flags that it has now. */
static void old_path(const struct past *p, const char *now, struct buf *out)
{
	const char *info = strstr(strrchr(now, '/'), ":2,");
	const char *slash = strrchr(p->origin, '/');
	const char *old_info = strstr(slash, ":2,");
	size_t len = old_info == NULL ? strlen(p->origin)
				      : (size_t)(old_info - p->origin);

	buf_add(out, p->origin, len);
	if (info != NULL && old_info != NULL)
		buf_addstr(out, info);
	else if (old_info != NULL)
		buf_addstr(out, old_info);
}

/* Its path in the inbox, in new/ or cur/ as it is now. */
static int inbox_path(struct undo *u, const char *inbox, const char *now,
		      struct buf *out, struct error *err)
{
	const char *name = strrchr(now, '/');
	bool is_cur = name - now >= 4 && memcmp(name - 4, "/cur", 4) == 0;
	char *path;

	if (maildir_folder(u->maildir, inbox, err) == NULL)
		return -1;
	path = maildir_path(u->maildir, inbox);
	buf_addf(out, "%s/%s%s", path, is_cur ? "cur" : "new", name);
	free(path);
	return 0;
}

/* Where the message goes back to. *folder_out is NULL for an old path. */
static int target(struct undo *u, const struct past *p, const char *now,
		  struct buf *out, const char **folder_out, struct error *err)
{
	*folder_out = NULL;
	if (p->origin[0] != '\0') {
		old_path(p, now, out);
		return 0;
	}
	*folder_out = plan_inbox(u->options, p->account);
	return inbox_path(u, *folder_out, now, out, err);
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

static int put_back(struct undo *u, const struct past *p,
		    const struct delivery *step, const char *now,
		    struct error *err)
{
	struct buf to = BUF_INIT(IO_PATH_MAX);
	struct error trouble = ERROR_INIT;
	const char *folder;
	int rc = target(u, p, now, &to, &folder, err);

	if (rc == 0 && u->dry_run) {
		(void)printf("%s: %s → %s\n", p->summary, now, to.s);
		u->result->done++;
	} else if (rc == 0 && move(now, to.s, &trouble) == -1) {
		leave(u, p, trouble.text);
	} else if (rc == 0) {
		u->result->done++;
		log_info("%s: %s → %s", p->summary, now, to.s);
		rc = state_set_undone(u->state, p->id, step->n, folder, err);
	}
	buf_release(&to);
	return rc;
}

static int undo_step(struct undo *u, const struct past *p,
		     const struct past_step *s, struct error *err)
{
	struct buf now = BUF_INIT(IO_PATH_MAX);
	unsigned flags;
	bool trashed;
	int rc = 0;

	if (s->step.kind == DELIVERY_DISCARD)
		leave(u, p, "it was discarded");
	if (s->step.kind != DELIVERY_FOLDER || s->done == 0)
		return 0;
	if (p->origin[0] == '\0' &&
	    strcmp(s->step.folder, plan_inbox(u->options, p->account)) == 0)
		return 0;
	if (!maildir_locate(u->maildir, s->step.folder, s->step.base, &now)) {
		leave(u, p, "it is not in its folder any more");
	} else {
		flags = maildir_flags_of(now.s, &trashed);
		if ((flags & FLAG_ANSWERED & ~s->step.flags) != 0)
			leave(u, p, "it was answered since");
		else
			rc = may_return(u, p, err);
		if (rc == 1)
			rc = put_back(u, p, &s->step, now.s, err);
	}
	buf_release(&now);
	return rc;
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
	return rc == -1 ? -1 : found;
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
	rc = state_open(&u.state, options->state_dir,
			dry_run ? STATE_READ : STATE_WRITE, err);
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
	maildir_close(u.maildir);
	state_close(u.state);
	return rc;
}
