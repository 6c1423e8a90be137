/* SPDX-License-Identifier: ISC */
#include "sort/files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/edit.h"
#include "mail/tags.h"
#include "maildir/keywords.h"
#include "sort/batch.h"
#include "sort/host.h"
#include "sort/internal.h"
#include "sort/plan.h"
#include "sort/step.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Up to so many files are synced one by one; more, with their file system. */
#define SYNC_SINGLE_MAX 8

/* The field of tags that mutt and mu read: one field, blank-separated. */
#define TAG_FIELD "X-Label"

enum tag_style {
	TAGS_LABEL,
	TAGS_KEYWORDS,
	TAGS_NOTMUCH,
};

static enum tag_style style_of(const struct sorter *s, int folder_fd)
{
	const char *style = s->options.tag_style;

	if (strcmp(style, "notmuch") == 0)
		return TAGS_NOTMUCH;
	if (strcmp(style, "keywords") == 0)
		return TAGS_KEYWORDS;
	if (strcmp(style, "auto") == 0 &&
	    faccessat(folder_fd, "dovecot-uidlist", F_OK, 0) == 0)
		return TAGS_KEYWORDS;
	return TAGS_LABEL;
}

/*
 * Set the keyword letters for the file name. False: there are none, use a
 * field.
 */
static bool set_keywords(struct delivery *step, int folder_fd,
			 struct error *err)
{
	char letters[27] = "";
	struct tags tags = {0};
	int rc;

	tags_split(slice_str(step->tags), ' ', &tags);
	rc = keywords_assign(folder_fd, &tags, letters, err);
	tags_release(&tags);
	if (rc == 1)
		step->keywords = xstrdup(letters);
	return rc == 1;
}

static int add_notmuch(struct decision *d, const char *tags)
{
	struct delivery *step = plan_add_step(&d->plan, &step_notmuch);

	step->tags = xstrdup(tags);
	step->folder = xstrdup(d->id);
	return 0;
}

/* Choose how the tags of a filing are kept. *label_out: as a field. */
static int place_tags(struct sorter *s, struct decision *d, size_t i,
		      bool *label_out, struct error *err)
{
	struct delivery *step = &d->plan.steps[i];
	char *path;
	int fd;

	*label_out = false;
	if (step->tags == NULL || step->kind != DELIVERY_FOLDER)
		return 0;
	if (strcmp(s->options.tag_style, "notmuch") == 0 && d->id[0] != '\0')
		return add_notmuch(d, step->tags);
	if (maildir_folder(s->maildir, step->folder, err) == NULL)
		return -1;
	path = maildir_path(s->maildir, step->folder);
	fd = io_open_directory(AT_FDCWD, path, err);
	free(path);
	if (fd == -1)
		return -1;
	/*
	 * When Dovecot's keywords cannot be used, a field must do: mail does
	 * not wait.
	 */
	*label_out = style_of(s, fd) != TAGS_KEYWORDS ||
		     !set_keywords(step, fd, err);
	io_close_quietly(&fd);
	return 0;
}

/* The header of a state of the message: its own, or the one of its source. */
static int read_header(const struct sort_host *h, const struct content *content,
		       struct buf *out, uint64_t *skip_out, struct error *err)
{
	*skip_out = content->skip;
	if (content->header != NULL) {
		buf_add(out, content->header, content->header_len);
		return 0;
	}
	if (sort_host_read_header(h->fds[content->source], out, err) == -1)
		return -1;
	*skip_out = out->len;
	return 0;
}

/* Write the message with its tags in a field, the rest unchanged. */
static int write_labelled(const struct sort_host *h,
			  const struct content *content, const char *tags,
			  int to, struct error *err)
{
	const struct edit edit = {EDIT_SET, slice_str(TAG_FIELD),
				  slice_str(tags)};
	struct buf header = BUF_INIT(CONTENT_HEADER_MAX);
	struct buf edited = BUF_INIT(CONTENT_HEADER_MAX + VERDICT_TAGS_MAX * 4);
	uint64_t skip = 0;
	int rc = read_header(h, content, &header, &skip, err);

	if (rc == 0) {
		edit_header(buf_slice(&header), &edit, &edited);
		rc = io_write(to, edited.s, edited.len, "the spool", err);
	}
	if (rc == 0)
		rc = io_copy_from(h->fds[content->source], (int64_t)skip, to,
				  "the spool", err);
	buf_release(&header);
	buf_release(&edited);
	return rc;
}

static int make_file(struct sorter *s, const struct sort_host *h,
		     struct decision *d, struct delivery *step,
		     const struct content *content, bool label,
		     struct error *err)
{
	char name[SPOOL_NAME_MAX];
	struct stat st = {0};
	int to = spool_create(&s->spool, "s", name, err), rc;

	if (to == -1)
		return -1;
	step->spool = xstrdup(name);
	rc = label ? write_labelled(h, content, step->tags, to, err)
		   : sort_host_write(h, content, to, err);
	/* Keep the time of the file: it is when the message came. */
	if (rc == 0 && fstat(h->fds[0], &st) == 0) {
		const struct timespec times[2] = {st.st_atim, st.st_mtim};

		(void)futimens(to, times);
	}
	if (rc == 0 && fstat(to, &st) == -1)
		rc = error_errno(err, ERR_TEMPORARY, "cannot read the spool");
	if (rc == -1) {
		io_close_quietly(&to);
		return -1;
	}
	/* The name contains the size, and readers of the Maildir rely on it. */
	if (step->base != NULL) {
		free(step->base);
		step->base =
			plan_base(&d->message, step->n, (uint64_t)st.st_size);
	}
	io_start_writeback(to);
	return io_close(&to, name, err);
}

static int assign(struct sorter *s, const struct sort_host *h,
		  struct decision *d, const struct verdict *verdict,
		  size_t *n_files, struct error *err)
{
	bool own_taken = false;

	/* This loop may append steps for notmuch. */
	for (size_t i = 0; i < d->plan.n; i++) {
		const struct content *content;
		struct delivery *step;
		bool label, is_command, as_it_came;

		if (place_tags(s, d, i, &label, err) == -1)
			return -1;
		step = &d->plan.steps[i];
		step->message = d->message.id;
		step->source = xstrdup(d->message.spool);
		if (!step_kind_of(step->kind)->needs_bytes)
			continue;
		is_command = DELIVERY_IS_COMMAND(step->kind);
		as_it_came = step->content == 0 && !label;
		if (as_it_came && is_command)
			continue;
		if (as_it_came && !own_taken) {
			own_taken = true;
			step->spool = xstrdup(d->message.spool);
			continue;
		}
		content = &verdict->contents[step->content];
		if (make_file(s, h, d, step, content, label, err) == -1)
			return -1;
		(*n_files)++;
	}
	return 0;
}

int sorter_assign_files(struct sorter *s, const struct sort_host *host,
			struct decision *d, const struct verdict *verdict,
			size_t *n_files, struct error *err)
{
	if (assign(s, host, d, verdict, n_files, err) == 0)
		return 0;
	for (size_t i = 0; i < d->plan.n; i++) {
		const char *name = d->plan.steps[i].spool;

		if (name != NULL && strcmp(name, d->message.spool) != 0)
			spool_remove(&s->spool, name);
	}
	return -1;
}

static int sync_one(struct sorter *s, const char *name, struct error *err)
{
	int fd = spool_read(&s->spool, name, err), rc;

	if (fd == -1)
		return -1;
	rc = io_sync(fd, name, err);
	io_close_quietly(&fd);
	return rc;
}

static int sync_plan(struct sorter *s, const struct decision *d,
		     struct error *err)
{
	for (size_t i = 0; i < d->plan.n; i++) {
		const char *name = d->plan.steps[i].spool;

		if (name != NULL && strcmp(name, d->message.spool) != 0 &&
		    sync_one(s, name, err) == -1)
			return -1;
	}
	return 0;
}

int sorter_sync_files(struct sorter *s, const struct batch *b,
		      struct error *err)
{
	int rc = 0;

	if (b->n_files == 0)
		return 0;
	if (b->n_files > SYNC_SINGLE_MAX)
		rc = io_sync_filesystem(s->spool.fd, s->spool.dir, err);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	for (size_t i = 0; i < b->n; i++)
		if (sync_plan(s, &b->decisions[i], err) == -1)
			return -1;
	return io_sync(s->spool.fd, s->spool.dir, err);
}
