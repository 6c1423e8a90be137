/* SPDX-License-Identifier: ISC */
/* Explanations for people: why a rule applied, or why not. */

#include "rules/trial.h"

#include "util/banned.h"

/* Bytes of a field, and of a value of a condition. */
#define SHOWN_MAX 100

/* Bytes of the value of an action. */
#define TOLD_MAX 200

static void add_shown(struct buf *out, struct slice s)
{
	struct slice shown = slice_cut_utf8(s, SHOWN_MAX);

	buf_addch(out, '"');
	buf_addslice(out, shown);
	buf_addstr(out, shown.len < s.len ? "…\"" : "\"");
}

/* 'subject "a", "b"'; 'header "X-Spam: YES"'; 'larger 5M'. */
static void add_condition(const struct condition *c, struct buf *out)
{
	buf_addstr(out, c->name);
	if (c->written != NULL)
		buf_addf(out, " %s", c->written);
	for (size_t i = 0; i < c->n_needles && c->written == NULL; i++) {
		buf_addstr(out, i == 0 ? " " : ", ");
		add_shown(out, slice_str(c->needles[i].written));
	}
}

static void add_captures(const struct trial *t, struct buf *out)
{
	for (size_t i = 0; i < t->rule->n_captures; i++) {
		if (t->values[i].p == NULL)
			continue;
		buf_addf(out, ", {%.*s} = ", (int)t->rule->captures[i].len,
			 t->rule->captures[i].p);
		add_shown(out, t->values[i]);
	}
}

void why_condition(struct trial *t, const struct condition *c, enum match match,
		   struct slice seen, bool in_part)
{
	static const char *const words[] = {"cannot be decided", "no", "yes"};
	struct buf *out = &t->why;

	if (match == MATCH_YES) {
		buf_clear(&t->matched);
		add_condition(c, &t->matched);
		if (seen.p != NULL && c->n_needles > 0) {
			buf_addstr(&t->matched, " matches ");
			add_shown(&t->matched, seen);
		}
	}
	if (!t->input->explain)
		return;
	add_condition(c, out);
	buf_addf(out, ": %s", words[match - MATCH_ERROR]);
	if (match == MATCH_ERROR) {
		buf_addf(out, ": %s", t->err.text);
	} else if (seen.p != NULL) {
		buf_addstr(out, match == MATCH_YES ? ", " : ", it is ");
		add_shown(out, seen);
	} else if (c->kind == CONDITION_HEADER) {
		buf_addstr(out, ", there is no such field");
	}
	if (in_part)
		buf_addstr(out, ", in the part that was read");
	if (match == MATCH_YES && c->n_needles > 0)
		add_captures(t, out);
	buf_addch(out, '\n');
}

void why_action(struct trial *t, const struct rule_action *action,
		const char *text)
{
	struct slice rest = slice_str(text), line;

	if (!t->input->explain)
		return;
	(void)slice_split(&rest, '\n', &line);
	buf_addf(&t->why, "→ %s %s%s%.*s\n", action->type->name,
		 action->name == NULL ? "" : action->name,
		 action->name == NULL || action->text == NULL ? "" : ": ",
		 (int)(line.len > TOLD_MAX ? TOLD_MAX : line.len), line.p);
}
