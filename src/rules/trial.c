/* SPDX-License-Identifier: ISC */
#include "rules/trial.h"

#include <stdlib.h>
#include <string.h>

#include "rules/prefilter.h"
#include "util/hash.h"
#include "util/xalloc.h"

#include "util/banned.h"

void trial_index(struct trial *t)
{
	const struct message *m = t->input->message;
	size_t n_names = t->set->n_names;
	size_t *last = xcalloc(n_names, sizeof(*last));

	t->is_dated = false;
	free(t->first);
	free(t->next);
	t->first = xcalloc(n_names, sizeof(*t->first));
	t->next = xcalloc(m->n_fields, sizeof(*t->next));
	for (size_t name = 0; name < n_names; name++)
		t->first[name] = last[name] = NO_FIELD;
	for (size_t i = 0; i < m->n_fields; i++) {
		size_t name = rule_find_name(t->set, m->fields[i].name);

		t->next[i] = NO_FIELD;
		if (name == n_names)
			continue;
		if (last[name] == NO_FIELD)
			t->first[name] = i;
		else
			t->next[last[name]] = i;
		last[name] = i;
	}
	free(last);
	if (t->candidates != NULL)
		prefilter_select(t->set->prefilter, t->input->message, t->first,
				 t->next, t->candidates);
}

static void keep(struct trial *t, struct slice *s)
{
	if (s->p == NULL)
		return;
	xgrow(&t->kept, t->n_kept, sizeof(*t->kept));
	t->kept[t->n_kept] = xmemdup0(s->p, s->len);
	s->p = t->kept[t->n_kept++];
}

void trial_keep_captures(struct trial *t)
{
	for (size_t i = 0; i < t->rule->n_captures; i++)
		keep(t, &t->values[i]);
	for (size_t i = 0; i < t->n_groups; i++)
		keep(t, &t->groups[i]);
}

struct template_values trial_values(struct trial *t)
{
	return (struct template_values){
		.message = t->input->message,
		.account = t->input->account,
		.folder = t->input->folder,
		.tags = trial_tags(t),
		.size = t->input->size,
		.now = t->input->now,
		.arrived = t->input->arrived,
		.names = t->rule->captures,
		.values = t->values,
		.n = t->rule->n_captures,
		.groups = t->groups,
		.n_groups = t->n_groups,
	};
}

const char *trial_tags(struct trial *t)
{
	buf_clear(&t->joined_tags);
	tags_join(&t->tags, ' ', &t->joined_tags);
	return t->joined_tags.s;
}

/*
 * The key of a duplicate: Message-ID and body. The other fields differ with the
 * way that the message took. Without a Message-ID there is no key.
 */
static void make_key(struct trial *t)
{
	struct slice id = message_first(t->input->message, "Message-ID");
	struct slice bytes;
	struct hash *h;

	if (id.len == 0)
		return;
	bytes = t->input->host->bytes(t->input->host->context);
	h = hash_new();
	hash_update(h, id.p, id.len);
	hash_update(h, "", 1);
	if (t->header_size < bytes.len)
		hash_update(h, bytes.p + t->header_size,
			    bytes.len - (size_t)t->header_size);
	hash_final(h, t->verdict->key);
	hash_free(h);
	t->verdict->has_key = true;
}

void trial_begin(struct trial *t)
{
	buf_init(&t->header, CONTENT_HEADER_MAX);
	buf_init(&t->spare, CONTENT_HEADER_MAX);
	buf_init(&t->why, TRIAL_WHY_MAX);
	buf_init(&t->matched, VERDICT_WHY_MAX);
	buf_init(&t->joined_tags, VERDICT_TAGS_MAX);
	t->header_size = t->input->message->header.len;
	t->values = xcalloc(t->set->most_captures, sizeof(*t->values));
	t->recorded = true;
	if (t->set->prefilter != NULL && !t->input->explain)
		t->candidates = prefilter_rules(t->set->prefilter);
	trial_index(t);
	if (t->set->duplicates)
		make_key(t);
}

void trial_end(struct trial *t)
{
	view_release(&t->view);
	tags_release(&t->tags);
	tags_release(&t->removed);
	for (size_t i = 0; i < t->n_kept; i++)
		free(t->kept[i]);
	free(t->kept);
	free(t->first);
	free(t->next);
	free(t->values);
	free(t->candidates);
	buf_release(&t->header);
	buf_release(&t->spare);
	buf_release(&t->why);
	buf_release(&t->matched);
	buf_release(&t->joined_tags);
}

bool trial_fail(struct trial *t)
{
	struct error reason = t->err;

	(void)error_prefix(&reason, "rule \"%.100s\"", t->rule->name);
	verdict_set_undecided(t->verdict, reason.text);
	return false;
}

/* A NUL would end the argument or field early. */
static void blank_nuls(struct buf *b)
{
	for (size_t i = 0; i < b->len; i++)
		if (b->s[i] == '\0')
			b->s[i] = ' ';
}

void trial_expand(struct trial *t, const struct template *template,
		  struct buf *out)
{
	struct template_values values = trial_values(t);

	template_expand(template, &values, out);
	blank_nuls(out);
}

void trial_content(const struct trial *t, struct content *out)
{
	memset(out, 0, sizeof(*out));
	out->source = t->source;
	if (!t->edited)
		return;
	out->skip = t->header_size;
	out->header = xmemdup0(t->header.s, t->header.len);
	out->header_len = t->header.len;
}

bool trial_record(struct trial *t, unsigned *index_out)
{
	struct verdict *v = t->verdict;

	if (!t->recorded && v->n_contents == VERDICT_CONTENTS_MAX) {
		(void)error_set(
			&t->err, ERR_MESSAGE,
			"the rules change the message more than %d times",
			VERDICT_CONTENTS_MAX);
		return trial_fail(t);
	}
	if (!t->recorded) {
		xgrow(&v->contents, v->n_contents, sizeof(*v->contents));
		trial_content(t, &v->contents[v->n_contents++]);
	}
	t->recorded = true;
	*index_out = (unsigned)v->n_contents - 1;
	return true;
}
