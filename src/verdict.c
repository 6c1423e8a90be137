/* SPDX-License-Identifier: ISC */
#include "verdict.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "maildir.h"
#include "template.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* All that a Maildir flag can be. */
#define FLAGS_ALL (FLAG_DRAFT | FLAG_FLAGGED | FLAG_ANSWERED | FLAG_SEEN)

void verdict_init(struct verdict *v)
{
	memset(v, 0, sizeof(*v));
}

static void clear_actions(struct verdict *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->actions[i].folder);
	free(v->actions);
	v->actions = NULL;
	v->n = 0;
	v->decided = false;
}

void verdict_release(struct verdict *v)
{
	clear_actions(v);
	verdict_init(v);
}

struct verdict_action *verdict_add(struct verdict *v, enum action_kind kind,
				   const char *folder)
{
	struct verdict_action *action;

	if (v->n == VERDICT_ACTIONS_MAX) {
		verdict_set_undecided(v, "the rules want more than 256 copies");
		return NULL;
	}
	xgrow(&v->actions, v->n, sizeof(*v->actions));
	action = &v->actions[v->n++];
	memset(action, 0, sizeof(*action));
	action->kind = kind;
	action->folder = folder == NULL ? NULL : xstrdup(folder);
	v->decided |= kind == ACTION_FOLDER || kind == ACTION_DISCARD;
	return action;
}

void verdict_set_undecided(struct verdict *v, const char *reason)
{
	clear_actions(v);
	v->undecided = true;
	v->flags = 0;
	(void)snprintf(v->reason, sizeof(v->reason), "%s", reason);
}

/*
 * The flat form: numbers of four bytes in the order of this machine (both
 * ends are the same program), strings as a number and their bytes.
 */
static void put_number(struct buf *out, size_t value)
{
	uint32_t number = (uint32_t)value;

	buf_add(out, &number, sizeof(number));
}

static void put_string(struct buf *out, const char *s)
{
	put_number(out, strlen(s));
	buf_addstr(out, s);
}

void verdict_encode(const struct verdict *v, struct buf *out)
{
	put_number(out, v->undecided);
	put_number(out, v->flags);
	put_string(out, v->reason);
	put_number(out, v->n);
	for (size_t i = 0; i < v->n; i++) {
		const struct verdict_action *action = &v->actions[i];

		put_number(out, (size_t)action->kind);
		put_number(out, action->rule);
		put_number(out, action->flags);
		put_number(out, action->captured);
		put_string(out, action->folder == NULL ? "" : action->folder);
	}
}

static bool get_number(struct slice *rest, size_t max, unsigned *out)
{
	uint32_t number;

	if (rest->len < sizeof(number))
		return false;
	memcpy(&number, rest->p, sizeof(number));
	*rest = slice_of(rest->p + sizeof(number), rest->len - sizeof(number));
	*out = number;
	return number <= max;
}

/* Into out[0..max], NUL-terminated; no NUL may be in it. */
static bool get_string(struct slice *rest, size_t max, char *out)
{
	unsigned len;

	if (!get_number(rest, max, &len) || rest->len < len ||
	    memchr(rest->p, '\0', len) != NULL)
		return false;
	memcpy(out, rest->p, len);
	out[len] = '\0';
	*rest = slice_of(rest->p + len, rest->len - len);
	return true;
}

static bool takes_folder(enum action_kind kind)
{
	return kind == ACTION_FOLDER || kind == ACTION_COPY;
}

static bool get_action(struct slice *rest, unsigned n_rules,
		       struct verdict *out)
{
	char folder[VERDICT_FOLDER_MAX + 1];
	unsigned kind, rule, flags, captured;
	struct verdict_action *action;
	struct error ignored = ERROR_INIT;

	if (!get_number(rest, ACTION_STOP, &kind) ||
	    !get_number(rest, n_rules - 1, &rule) ||
	    !get_number(rest, FLAGS_ALL, &flags) ||
	    !get_number(rest, 1, &captured) ||
	    !get_string(rest, VERDICT_FOLDER_MAX, folder))
		return false;
	if (!takes_folder((enum action_kind)kind) && kind != ACTION_DISCARD)
		return false;
	if (takes_folder((enum action_kind)kind) &&
	    template_check_folder(slice_str(folder), &ignored) == -1)
		return false;
	action = verdict_add(out, (enum action_kind)kind,
			     takes_folder((enum action_kind)kind) ? folder
								  : NULL);
	if (action == NULL)
		return false;
	action->rule = rule;
	action->flags = flags;
	action->captured = captured == 1;
	return true;
}

static bool get_verdict(struct slice rest, unsigned n_rules,
			struct verdict *out)
{
	unsigned undecided, n;

	if (!get_number(&rest, 1, &undecided) ||
	    !get_number(&rest, FLAGS_ALL, &out->flags) ||
	    !get_string(&rest, sizeof(out->reason) - 1, out->reason) ||
	    !get_number(&rest, VERDICT_ACTIONS_MAX, &n) ||
	    (undecided == 1 && n > 0) || (n > 0 && n_rules == 0))
		return false;
	out->undecided = undecided == 1;
	for (unsigned i = 0; i < n; i++)
		if (!get_action(&rest, n_rules, out))
			return false;
	return rest.len == 0;
}

int verdict_decode(struct slice bytes, unsigned n_rules, struct verdict *out,
		   struct error *err)
{
	if (get_verdict(bytes, n_rules, out))
		return 0;
	verdict_release(out);
	return error_set(err, ERR_MESSAGE, "the judge's answer is malformed");
}
