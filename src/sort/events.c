/* SPDX-License-Identifier: ISC */
#include "sort/events.h"

#include <stdlib.h>

#include "rules/ruleset.h"
#include "sort/batch.h"
#include "sort/internal.h"
#include "sort/record.h"
#include "sort/step.h"
#include "state/history.h"
#include "tell/event.h"
#include "util/clock.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Longer than any path that a file system allows. */
#define PATH_BYTES 8192

/* A UIDL has at most 70 bytes (RFC 1939); some servers send more. */
#define UIDL_BYTES 4096

static bool is_filing(const struct delivery *step)
{
	return step_kind_of(step->kind)->is_filing;
}

/*
 * The step that the event is about: the filing, or else a copy, when the filing
 * comes later.
 */
static const struct delivery *main_step(const struct delivery *steps, size_t n)
{
	const struct delivery *copy = NULL;

	for (size_t i = 0; i < n; i++) {
		if (!steps[i].done ||
		    step_kind_of(steps[i].kind)->event == NULL)
			continue;
		if (steps[i].kind != DELIVERY_COPY)
			return &steps[i];
		if (copy == NULL)
			copy = &steps[i];
	}
	return copy;
}

static void put_message(struct event *e, struct sorter *s, int64_t id)
{
	struct error ignored = ERROR_INIT;
	struct buf uidl = BUF_INIT(UIDL_BYTES);
	struct queued message;

	if (state_get_queued(s->state, id, &message, &ignored) != 1)
		return;
	event_put_text(e, "account",
		       message.account[0] == '\0' ? NULL : message.account);
	event_put_text(e, "uid",
		       state_get_uidl(s->state, id, &uidl, &ignored) == 1
			       ? uidl.s
			       : NULL);
	event_put_number(e, "size", (int64_t)message.size);
	buf_release(&uidl);
}

static void put_decision(struct event *e, const struct sorter *s,
			 const struct decision *d)
{
	event_put_text(e, "message_id", d->id[0] == '\0' ? NULL : d->id);
	event_put_text(e, "from", d->about == NULL ? NULL : d->about->from);
	event_put_text(e, "subject",
		       d->about == NULL ? NULL : d->about->subject);
	event_add(e, "rules", NULL);
	for (size_t i = 0; i < d->n_matched; i++)
		event_add(e, "rules",
			  ruleset_rule_name(s->options.rules, d->matched[i]));
}

static void put_tags(struct event *e, const char *tags)
{
	struct slice rest = slice_str(tags == NULL ? "" : tags), tag;

	event_add(e, "tags", NULL);
	while (slice_split(&rest, ' ', &tag)) {
		char *text = xmemdup0(tag.p, tag.len);

		if (tag.len > 0)
			event_add(e, "tags", text);
		free(text);
	}
}

static void put_places(struct event *e, const struct sorter *s,
		       const struct delivery *step,
		       const struct delivery *steps, size_t n)
{
	struct maildir_item item = sorter_item(s, step);
	struct buf path = BUF_INIT(PATH_BYTES);

	if (is_filing(step)) {
		maildir_place(s->maildir, step->folder, &item, &path);
		event_put_text(e, "folder", step->folder);
		event_put_text(e, "path", path.s);
	}
	event_add(e, "copies", NULL);
	for (size_t i = 0; i < n; i++)
		if (&steps[i] != step && steps[i].done && is_filing(&steps[i]))
			event_add(e, "copies", steps[i].folder);
	buf_release(&path);
}

/* A discarded message is nowhere: say what its sender or server can find. */
static void tell_discarded(struct sorter *s, const struct delivery *step,
			   const struct decision *d)
{
	struct error ignored = ERROR_INIT;
	struct buf text = BUF_INIT(UIDL_BYTES);
	struct queued message;

	if (state_get_queued(s->state, step->message, &message, &ignored) != 1)
		return;
	if (state_get_uidl(s->state, step->message, &text, &ignored) != 1)
		buf_addstr(&text, "none");
	log_plain("%s: discarded: Message-ID %.250s, UIDL %.250s, %llu bytes",
		  message.account[0] == '\0' ? "deliver" : message.account,
		  d == NULL || d->id[0] == '\0' ? "none" : d->id, text.s,
		  (unsigned long long)message.size);
	buf_release(&text);
}

void sorter_emit(struct sorter *s, const struct delivery *steps, size_t n,
		 const struct decision *d)
{
	const struct delivery *step = main_step(steps, n);
	struct event *e = step == NULL
				  ? NULL
				  : event_new(LOG_PRIORITY_INFO,
					      step_kind_of(step->kind)->event);

	if (step != NULL && step->kind == DELIVERY_DISCARD)
		tell_discarded(s, step, d);
	if (e == NULL)
		return;
	put_message(e, s, step->message);
	if (d != NULL)
		put_decision(e, s, d);
	put_places(e, s, step, steps, n);
	put_tags(e, step->tags);
	if (d != NULL)
		event_put_number(e, "ms", clock_ms() - s->drain.taken);
	else
		event_put_bool(e, "resumed", true);
	log_object(LOG_PRIORITY_INFO, event_text(e));
	event_free(e);
}
