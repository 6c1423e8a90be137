/* SPDX-License-Identifier: ISC */
#include "sort/preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/ruleset.h"
#include "sort/host.h"
#include "state/duplicate.h"
#include "util/clock.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct previewer {
	const struct sort_options *options;
	struct judge *judge;
	struct state *state; /* NULL: none yet, or of another version */
	bool fake;
	struct sort_keys keys; /* keys of messages that were looked at */
};

/* NULL: there is no state, or one of a version without duplicates. */
static struct state *open_state(const struct sort_options *options)
{
	const unsigned char none[HASH_SIZE] = {0};
	struct error ignored = ERROR_INIT;
	struct state *state = NULL;

	if (state_open(&state, options->state_dir, STATE_READ, &ignored) == -1)
		return NULL;
	if (state_has_duplicate(state, none, 0, 0, &ignored) != -1)
		return state;
	state_close(state);
	return NULL;
}

struct previewer *previewer_new(const struct sort_options *options, bool fake)
{
	struct previewer *p = xcalloc(1, sizeof(*p));

	p->options = options;
	p->fake = fake;
	p->judge = judge_new(options->rules, options->fallback);
	if (!fake && ruleset_uses_duplicates(options->rules))
		p->state = open_state(options);
	return p;
}

void previewer_free(struct previewer *p)
{
	if (p == NULL)
		return;
	judge_free(p->judge);
	state_close(p->state);
	free(p->keys.list);
	free(p);
}

static void remember(struct previewer *p, const struct verdict *v)
{
	if (!v->has_key || p->fake)
		return;
	xgrow(&p->keys.list, p->keys.n, sizeof(*p->keys.list));
	memcpy(p->keys.list[p->keys.n++], v->key, HASH_SIZE);
}

int previewer_look(struct previewer *p, const struct preview_look *look,
		   struct preview *out, struct error *err)
{
	int64_t now = clock_calendar_s();
	struct plan_context context = {.options = p->options,
				       .now = now,
				       .maildir = look->maildir,
				       .folders_left = NEW_FOLDERS_A_DAY};
	struct queued message = {.size = look->size, .first_seen = now};
	struct sort_host host;
	struct judge_question question = {
		.fd = look->fd,
		.size = look->size,
		.account = look->account,
		.now = now,
		.received = look->origin == NULL ? now : 0,
		.explain = look->explain,
		.measure = look->measure,
		.host = &host.for_judge,
	};
	int rc;

	sort_host_init(&host, p->options, look->fd);
	host.state = look->origin == NULL ? p->state : NULL;
	host.keys = &p->keys;
	host.fake = p->fake;
	host.now = now;
	rc = judge_ask(p->judge, &question, &out->answer, err);
	sort_host_release(&host);
	if (rc == -1)
		return -1;
	remember(p, &out->answer.verdict);
	(void)snprintf(message.account, sizeof(message.account), "%s",
		       look->account);
	(void)snprintf(message.origin, sizeof(message.origin), "%s",
		       look->origin == NULL ? "" : look->origin);
	plan_make(&out->plan, &context, &message, &out->answer.verdict);
	return 0;
}

void preview_release(struct preview *preview)
{
	plan_release(&preview->plan);
	verdict_release(&preview->answer.verdict);
}

void preview_describe(const struct preview *preview, struct buf *out)
{
	buf_addf(out, "%s ", preview->answer.summary);
	if (preview->plan.trouble[0] != '\0')
		buf_addf(out, "cannot be judged: %s; ", preview->plan.trouble);
	plan_describe(&preview->plan, out);
}
