/* SPDX-License-Identifier: ISC */
#include "sort/news.h"

#include <string.h>
#include <unistd.h>

#include "sort/internal.h"
#include "sort/record.h"
#include "sort/step.h"
#include "sort/time_left.h"
#include "tell/hook.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"

#include "util/banned.h"

/* Longer than any path that a file system allows. */
#define PATH_BYTES 8192

/* With so many paths on-new is run even while more mail comes. */
#define NEWS_MAX 1000

/* After it failed, on-new is not run for so long. */
#define REST_MS 60000

static bool is_filing(const struct delivery *step)
{
	return step_kind_of(step->kind)->is_filing;
}

/* Open the list: a file without a name, for a first run may bring very many. */
static int open_list(struct sorter *s, struct error *err)
{
	char name[SPOOL_NAME_MAX];
	int fd = spool_create(&s->spool, "s", name, err);

	if (fd != -1)
		spool_remove(&s->spool, name);
	return fd;
}

static int add_to_list(struct sorter *s, const struct delivery *step,
		       struct error *err)
{
	struct maildir_item item = sorter_item(s, step);
	struct buf line = BUF_INIT(PATH_BYTES);
	int rc;

	if (s->news.fd == -1)
		s->news.fd = open_list(s, err);
	if (s->news.fd == -1)
		return -1;
	maildir_place(s->maildir, step->folder, &item, &line);
	buf_addch(&line, '\n');
	rc = io_write(s->news.fd, line.s, line.len, s->spool.dir, err);
	if (rc == 0) {
		s->news.n++;
		s->news.bytes += (off_t)line.len;
	} else if (ftruncate(s->news.fd, s->news.bytes) == 0) {
		/* Remove half a path: the next one would be appended to it. */
		(void)lseek(s->news.fd, s->news.bytes, SEEK_SET);
	}
	buf_release(&line);
	return rc;
}

/* Is it mail that `sort MAILDIR` moves? on-new is for new mail only. */
static bool was_on_disk(const struct delivery *step)
{
	return strncmp(step->source, SPOOL_PREFIX_DISK "-",
		       strlen(SPOOL_PREFIX_DISK "-")) == 0;
}

/* The mail is filed: an error of the list is logged, and no more. */
void sorter_add_news(struct sorter *s, const struct delivery *steps, size_t n)
{
	struct error err = ERROR_INIT;
	int rc = 0;

	if (s->options.on_new.argv == NULL)
		return;
	for (size_t i = 0; i < n && rc == 0; i++)
		if (steps[i].done && is_filing(&steps[i]) &&
		    !was_on_disk(&steps[i]))
			rc = add_to_list(s, &steps[i], &err);
	if (rc == -1)
		log_warning(
			"on-new: a filed message is missing from its list: %s",
			err.text);
}

/*
 * While more mail comes the list grows, up to NEWS_MAX. After on-new failed or
 * hung it rests.
 */
static bool is_time_to_announce(const struct sorter *s)
{
	if (s->news.n == 0 || clock_ms() < s->news.rest_until)
		return false;
	return s->news.n >= NEWS_MAX || time_left_is_over(&s->time) ||
	       !time_left_has_new_mail(&s->time);
}

static void forget_news(struct sorter *s)
{
	io_close_quietly(&s->news.fd);
	s->news.n = 0;
	s->news.bytes = 0;
}

void sorter_announce(struct sorter *s)
{
	struct error err = ERROR_INIT;

	if (!is_time_to_announce(s))
		return;
	/* After the deadline there is no time; after SIGTERM there is. */
	if (s->time.deadline != 0 && clock_ms() >= s->time.deadline)
		return;
	if (hook_new(&s->options.on_new, s->news.fd, s->news.n, &err) == -1) {
		s->news.rest_until = clock_ms() + REST_MS;
		log_error(
			"%s; the mail is filed, and on-new is not run for it again",
			err.text);
	}
	forget_news(s);
}

void sorter_end_news(struct sorter *s)
{
	if (s->news.n > 0)
		log_warning("on-new was not run for %llu files that were filed",
			    (unsigned long long)s->news.n);
	forget_news(s);
}
