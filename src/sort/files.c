/* SPDX-License-Identifier: ISC */
#include "sort/files.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/edit.h"
#include "mail/notmuch.h"
#include "mail/tags.h"
#include "maildir/keywords.h"
#include "sort/batch.h"
#include "sort/host.h"
#include "sort/internal.h"
#include "sort/plan.h"
#include "sort/step.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Up to so many files are synced one by one; more, with their file system. */
#define SYNC_SINGLE_MAX 8

/* The field of tags that mutt and mu read: one field, blank-separated. */
#define TAG_FIELD "X-Label"

/* Dovecot has it in each folder that it has opened. */
#define UIDLIST_FILE "dovecot-uidlist"

/*
 * Are tags Dovecot's keywords there, rather than a field? A folder that
 * Dovecot has not seen yet belongs to it if the inbox of maildir++ does.
 */
static bool has_keywords(const struct sorter *s, int folder_fd)
{
	const char *style = s->options.tag_style;
	struct buf root = BUF_INIT(IO_PATH_MAX);
	bool has = strcmp(style, "keywords") == 0;

	if (strcmp(style, "auto") == 0) {
		buf_addf(&root, "%s/" UIDLIST_FILE, s->options.maildir);
		has = faccessat(folder_fd, UIDLIST_FILE, F_OK, 0) == 0 ||
		      access(root.s, F_OK) == 0;
	}
	buf_release(&root);
	return has;
}

/*
 * Set the keyword letters for the file name. False: there are none, use a
 * field.
 */
static bool set_keywords(struct delivery *step, int folder_fd,
			 struct error *err)
{
	char letters[KEYWORD_LETTERS] = "";
	struct tags tags = {0};
	int rc;

	tags_split(slice_str(step->tags), ' ', &tags);
	rc = keywords_assign(folder_fd, &tags, letters, err);
	tags_release(&tags);
	if (rc == 1)
		step->keywords = xstrdup(letters);
	return rc == 1;
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
	if (strcmp(s->options.tag_style, "notmuch") == 0)
		return 0;
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
	*label_out = !has_keywords(s, fd) || !set_keywords(step, fd, err);
	io_close_quietly(&fd);
	return 0;
}

/* Mail on disk keeps the keywords that Dovecot gave it. */
static int keep_keywords(struct sorter *s, const struct decision *d,
			 struct delivery *step, struct error *err)
{
	const char *tagged = step->keywords == NULL ? "" : step->keywords;
	char letters[KEYWORD_LETTERS];
	char *path;
	int rc;

	maildir_keywords_of(d->message.origin, letters);
	if (letters[0] == '\0' || !step_kind_of(step->kind)->is_filing)
		return 0;
	if (maildir_folder(s->maildir, step->folder, err) == NULL)
		return -1;
	path = maildir_path(s->maildir, step->folder);
	rc = keywords_carry(d->message.origin, path, letters, err);
	free(path);
	if (rc == -1)
		return -1;
	if (rc == 0)
		log_warning("%s: not all keywords could be kept in %s, which "
			    "has too many",
			    d->message.origin, step->folder);
	keywords_join(letters, tagged, letters);
	free(step->keywords);
	step->keywords = xstrdup(letters);
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

static bool is_label(const void *context, struct slice name)
{
	return slice_equal_nocase(name, slice_str(context));
}

/*
 * Write the message with its tags in a field, the rest unchanged. A header that
 * would lose something keeps its bytes, without the tags.
 */
static int write_labelled(const struct sort_host *h,
			  const struct content *content, const char *tags,
			  int to, struct error *err)
{
	const struct edit_names names = {is_label, TAG_FIELD};
	const struct edit edit = {EDIT_SET, slice_str(TAG_FIELD),
				  slice_str(tags)};
	struct buf header = BUF_INIT(CONTENT_HEADER_MAX);
	struct buf edited = BUF_INIT(CONTENT_HEADER_MAX + VERDICT_TAGS_MAX * 4);
	uint64_t skip = 0;
	int rc = read_header(h, content, &header, &skip, err);

	if (rc == 0) {
		edit_header(buf_slice(&header), &edit, &edited);
		if (edited.full || !edit_kept(buf_slice(&header),
					      buf_slice(&edited), &names)) {
			log_warning("tags \"%s\" cannot be written into the "
				    "header of a message: left out",
				    tags);
			buf_clear(&edited);
			buf_addslice(&edited, buf_slice(&header));
		}
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

/* The digest of a file, as an id. Without SHA-1 it stays empty. */
static int digest_id(struct sorter *s, const char *name, struct buf *id,
		     struct error *err)
{
	int fd = spool_read(&s->spool, name, err);
	void *map = MAP_FAILED;
	struct stat st = {.st_size = -1};

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_size > 0)
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd,
			   0);
	io_close_quietly(&fd);
	if (st.st_size == 0) {
		(void)notmuch_digest_id(SLICE_EMPTY, id);
		return 0;
	}
	if (map == MAP_FAILED)
		return error_errno(err, ERR_TEMPORARY, "cannot read %s", name);
	(void)notmuch_digest_id(slice_of(map, (size_t)st.st_size), id);
	(void)munmap(map, (size_t)st.st_size);
	return 0;
}

/* The id that notmuch will give the file that a step makes. */
static int find_id(struct sorter *s, const struct sort_host *h,
		   const struct delivery *step, const struct content *content,
		   struct buf *id, struct error *err)
{
	struct buf header = BUF_INIT(CONTENT_HEADER_MAX);
	uint64_t skip;
	int rc = read_header(h, content, &header, &skip, err);

	if (rc == 0) {
		notmuch_id(buf_slice(&header), id);
		if (id->len == 0)
			rc = digest_id(s, step->spool, id, err);
	}
	buf_release(&header);
	return rc;
}

/* "work -inbox": the tags that change, as notmuch_line() wants them. */
static char *changes_of(const struct delivery *step, const char *untags)
{
	struct buf text = BUF_INIT(3 * VERDICT_TAGS_MAX);
	struct slice rest = slice_str(untags), tag;

	buf_addstr(&text, step->tags == NULL ? "" : step->tags);
	while (slice_split(&rest, ' ', &tag)) {
		buf_addstr(&text, text.len > 0 ? " -" : "-");
		buf_add(&text, tag.p, tag.len);
	}
	return buf_detach(&text);
}

static size_t filing_of(const struct plan *plan)
{
	size_t i = 0;

	while (i < plan->n && plan->steps[i].kind != DELIVERY_FOLDER)
		i++;
	return i;
}

/* Plan to tell notmuch the tags of what is filed. */
static int add_notmuch(struct sorter *s, const struct sort_host *h,
		       struct decision *d, const struct verdict *verdict,
		       struct error *err)
{
	size_t i = filing_of(&d->plan);
	const struct delivery *filing = &d->plan.steps[i];
	struct buf id = BUF_INIT(CONTENT_HEADER_MAX);
	struct delivery *step;

	if (strcmp(s->options.tag_style, "notmuch") != 0 || i == d->plan.n ||
	    filing->quarantined ||
	    (filing->tags == NULL && verdict->untags[0] == '\0'))
		return 0;
	if (find_id(s, h, filing, &verdict->contents[filing->content], &id,
		    err) == -1)
		return -1;
	step = plan_add_step(&d->plan, &step_notmuch);
	step->message = d->message.id;
	step->source = xstrdup(d->message.spool);
	step->tags = changes_of(&d->plan.steps[i], verdict->untags);
	step->folder = buf_detach(&id);
	return 0;
}

static int assign(struct sorter *s, const struct sort_host *h,
		  struct decision *d, const struct verdict *verdict,
		  size_t *n_files, struct error *err)
{
	bool own_taken = false;

	for (size_t i = 0; i < d->plan.n; i++) {
		const struct content *content;
		struct delivery *step;
		bool label, is_command, as_it_came;

		if (place_tags(s, d, i, &label, err) == -1)
			return -1;
		step = &d->plan.steps[i];
		if (keep_keywords(s, d, step, err) == -1)
			return -1;
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
	return add_notmuch(s, h, d, verdict, err);
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
