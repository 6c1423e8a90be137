/* SPDX-License-Identifier: ISC */
#include "sort/preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules/ruleset.h"
#include "sort/arrival.h"
#include "sort/host.h"
#include "state/duplicate.h"
#include "state/history.h"
#include "util/clock.h"
#include "util/xalloc.h"

#include "util/banned.h"

struct previewer {
	const struct sort_options *options;
	struct judge *judge;
	struct state *state; /* NULL: none yet, or of another version */
	bool fake;
	struct sort_keys keys;	  /* keys of messages that were looked at */
	struct failures failures; /* of filters */
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
	p->judge = sort_judge_new(options);
	if (!fake && ruleset_uses_duplicates(options->rules))
		p->state = open_state(options);
	return p;
}

void previewer_free(struct previewer *p)
{
	if (p == NULL)
		return;
	failures_tell(&p->failures);
	judge_free(p->judge);
	state_close(p->state);
	sort_keys_release(&p->keys);
	free(p);
}

static void remember(struct previewer *p, const struct verdict *v)
{
	if (v->has_key && !p->fake &&
	    ruleset_uses_duplicates(p->options->rules))
		sort_keys_add(&p->keys, v->key);
}

/* Look back over so many runs of `sort` that moved the message. */
#define MOVES_MAX 100

/*
 * The message that was delivered as this file: the first, if `sort` has moved
 * it since. It is no duplicate of itself. 0: none is known.
 */
static int64_t delivered_as(const struct previewer *p, const char *file)
{
	struct error ignored = ERROR_INIT;
	const char *info;
	char path[ORIGIN_MAX], *base;
	int64_t message = 0;
	int rc = file != NULL && p->state != NULL;

	(void)snprintf(path, sizeof(path), "%s", file == NULL ? "" : file);
	for (int i = 0; rc == 1 && i < MOVES_MAX && path[0] != '\0'; i++) {
		base = strrchr(path, '/');
		base = base == NULL ? path : base + 1;
		info = maildir_info(base);
		if (info != NULL)
			base[info - base] = '\0';
		rc = state_find_base(p->state, base, &message, path, &ignored);
	}
	return message;
}

int previewer_look(struct previewer *p, const struct preview_look *look,
		   struct preview *out, struct error *err)
{
	const char *path = look->origin != NULL ? look->origin : look->path;
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
		.folder = look->folder,
		.now = now,
		.received = look->origin == NULL ? now : 0,
		.arrived = path == NULL ? now
					: arrival_of_file(look->fd, path, now),
		.explain = look->explain,
		.measure = look->measure,
		.first = look->first,
		.end = look->end,
		.host = &host.for_judge,
	};
	int rc;

	sort_host_init(&host, p->options, look->fd);
	host.state = look->origin == NULL ? p->state : NULL;
	host.keys = &p->keys;
	host.fake = p->fake;
	host.now = now;
	host.failures = &p->failures;
	host.message = delivered_as(p, look->path);
	rc = judge_ask(p->judge, &question, &out->answer, err);
	sort_host_release(&host);
	if (rc == -1)
		return -1;
	out->repeated = host.said_duplicate;
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
