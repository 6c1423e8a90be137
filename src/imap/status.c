/* SPDX-License-Identifier: ISC */
/* The counts of many folders, where LIST does not tell them. */
#include <stdlib.h>
#include <string.h>

#include "imap/ask.h"
#include "imap/command.h"
#include "imap/folders.h"
#include "imap/internal.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct one {
	struct counts counts;
	bool is_awaited;
};

struct statuses {
	const struct slice *names;
	struct one *all;
	size_t low, high; /* all that are awaited are between them */
	size_t n_awaited;
	imap_take_counts *take;
	void *context;
	struct error *err;
	bool failed; /* by the caller, while commands were made */
};

static size_t add_status(void *context, struct imap *i, size_t at,
			 struct buf *out)
{
	struct statuses *s = context;
	size_t before = out->len;

	s->high = at + 1;
	command_start(out, i->tag + 1, "STATUS");
	if (!command_add_string(out, s->names[at],
				command_literals(&i->capabilities))) {
		buf_truncate(out, before);
		s->failed |= s->take(s->context, at, NULL,
				     "its name cannot be sent", s->err) == -1;
		return s->high;
	}
	i->tag++;
	command_add(out, imap_counts(i));
	command_end(out);
	s->all[at].is_awaited = true;
	s->n_awaited++;
	return s->high;
}

static bool is_same(struct slice a, struct slice b)
{
	return slice_equal(a, b) ||
	       (slice_equal_nocase(a, slice_str("INBOX")) &&
		slice_equal_nocase(a, b));
}

/*
 * Whose counts are these? A server may write the name in another way: then it
 * is clear only if no other one is awaited.
 */
static struct one *find_awaited(struct statuses *s, struct slice name)
{
	struct one *last = NULL;

	for (size_t k = s->low; k < s->high; k++) {
		if (!s->all[k].is_awaited)
			continue;
		if (is_same(s->names[k], name))
			return &s->all[k];
		last = &s->all[k];
	}
	return s->n_awaited == 1 ? last : NULL;
}

static int take_counts(void *context, struct imap *i,
		       const struct response *response, struct error *err)
{
	struct statuses *s = context;
	struct one *one;

	(void)i;
	(void)err;
	if (response->kind != RESPONSE_STATUS)
		return 0;
	one = find_awaited(s, response->folder.name);
	if (one != NULL)
		one->counts = response->counts;
	return 0;
}

static int end_status(void *context, struct imap *i, size_t at, size_t end,
		      const struct response *done, struct error *err)
{
	struct statuses *s = context;
	char text[IMAP_TEXT_MAX];

	(void)i;
	(void)end;
	s->all[at].is_awaited = false;
	s->n_awaited--;
	while (s->low < s->high && !s->all[s->low].is_awaited)
		s->low++;
	ask_text(done, text);
	return s->failed
		       ? -1
		       : s->take(s->context, at,
				 done->status == STATUS_OK ? &s->all[at].counts
							   : NULL,
				 text, err);
}

int imap_statuses(struct imap *i, const struct slice *names, size_t n,
		  imap_take_counts *take, void *context, struct error *err)
{
	struct statuses s = {.names = names,
			     .all = xcalloc(n + 1, sizeof(*s.all)),
			     .take = take,
			     .context = context,
			     .err = err};
	const struct ask_many many = {n, add_status, take_counts, end_status,
				      &s};
	int rc = ask_many(i, &many, err);

	if (rc == 0 && s.failed)
		rc = wire_dead(&i->wire);
	free(s.all);
	return rc;
}
