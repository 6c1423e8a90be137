/* SPDX-License-Identifier: ISC */
#include "sort/trouble.h"

#include <string.h>

#include "sort/internal.h"
#include "state/failing.h"
#include "state/told.h"
#include "tell/event.h"
#include "util/clock.h"
#include "util/log.h"

#include "util/banned.h"

bool sorter_tells(struct sorter *s, const struct error *trouble)
{
	struct error err = ERROR_INIT;
	bool tell = true;

	if (state_tell_trouble(s->state, 0, trouble, clock_calendar_s(), &tell,
			       &err) == -1)
		log_info("%s", err.text);
	return tell || s->options.watched;
}

void sorter_note_trouble(struct sorter *s, const char *trouble)
{
	struct error err = ERROR_INIT;

	if (state_set_sorter_trouble(s->state, clock_calendar_s(), trouble,
				     &err) == -1)
		log_info("%s", err.text);
}

void sorter_step_failed(struct sorter *s, const struct error *err)
{
	enum log_priority priority = LOG_PRIORITY_INFO;
	struct event *e;

	s->result->failed++;
	s->trouble.drained = *err;
	if (strcmp(s->trouble.said.text, err->text) == 0)
		return;
	s->trouble.said = *err;
	if (sorter_tells(s, err)) {
		s->trouble.news = true;
		priority = LOG_PRIORITY_ERROR;
	}
	e = event_new(priority, "failed");
	event_put_line(e, "text", err->text);
	log_event(priority, event_text(e),
		  "%s; the mail is safe in the spool and will be delivered "
		  "when this is fixed",
		  err->text);
	event_free(e);
}

struct error sorter_take_forged(struct sorter *s)
{
	struct error forged = s->trouble.forged;

	s->trouble.forged = (struct error)ERROR_INIT;
	return forged;
}

bool sorter_has_news(const struct sorter *s)
{
	return s->trouble.news;
}

const char *sorter_trouble(const struct sorter *s)
{
	return s->trouble.drained.text;
}

int sorter_has_failing(struct sorter *s, struct error *err)
{
	return state_has_failing(s->state, err);
}

/*
 * The row has no file: another program removed it, or the disk with the spool
 * is not mounted.
 */
int sorter_lost(struct sorter *s, const char *who, int64_t message,
		const char *why, struct error *err)
{
	int rc = state_forget_message(s->state, message, err);

	s->result->failed++;
	(void)error_set(&s->trouble.drained, ERR_MESSAGE,
			"%s: a message is gone from the spool (%s)", who, why);
	if (rc == 1)
		log_error("%s: a message is gone from the spool (%s); it will "
			  "be fetched again",
			  who, why);
	if (rc != -1 && sorter_tells(s, &s->trouble.drained))
		s->trouble.news = true;
	if (rc == 0 && s->trouble.news)
		log_error("%s: a message is gone from the spool (%s), and it "
			  "cannot be fetched again. Is the disk of the spool "
			  "mounted? If it is, `postroom state rebuild --force` "
			  "forgets the message",
			  who, why);
	return rc == -1 ? -1 : 0;
}
