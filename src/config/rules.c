/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <string.h>

#include "config/check.h"
#include "rules/action_type.h"
#include "rules/rule.h"
#include "rules/ruleset.h"
#include "util/escape.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A longer pattern is not shown below its error. */
#define PATTERN_SHOWN_MAX 160

/* Columns that a character of `n` bytes takes on a terminal. */
static size_t width_of(const char *p, size_t n)
{
	/* From U+1100 on, most characters of 3 or 4 bytes are two wide. */
	if (n == 3 && (unsigned char)p[0] == 0xe1)
		return (unsigned char)p[1] <= 0x85 ? 2 : 1;
	if (n == 3 && (unsigned char)p[0] == 0xe2)
		return (unsigned char)p[1] >= 0xba ? 2 : 1;
	return n >= 3 && (unsigned char)p[0] >= 0xe2 ? 2 : 1;
}

static size_t display_width(const char *p)
{
	size_t len = strlen(p), width = 0;

	for (size_t i = 0; i < len;) {
		size_t n = utf8_sequence(p + i, len - i);

		width += width_of(p + i, n);
		i += n == 0 ? 1 : n;
	}
	return width;
}

/* Show the value with a caret below the byte at `column`. */
static void add_caret(struct diagnostics *diags, const char *value, long column)
{
	char before[4 * PATTERN_SHOWN_MAX + 1], all[sizeof(before)];
	char hint[2 * sizeof(before) + 8];
	size_t len = strlen(value);

	if (len > PATTERN_SHOWN_MAX || column < 0 || (size_t)column > len)
		return;
	escape_to(before, sizeof(before), value, (size_t)column);
	escape_to(all, sizeof(all), value, len);
	(void)snprintf(hint, sizeof(hint), "%s\n%*s^", all,
		       (int)display_width(before), "");
	diagnostics_hint(diags, hint);
}

/* Warn of a pattern without its first slash. No last slash is an error. */
static void check_slashes(struct builder *b, const struct rule_value *value)
{
	const char *text = value->text;
	const char *slash = strchr(text, '/');

	if (slash != NULL && slash != text &&
	    (slash[1] == '\0' || strcmp(slash, "/c") == 0) &&
	    strpbrk(text, "\\^$[(|") != NULL)
		build_warning(b, value->line,
			      "\"%s\" is compared as plain text; a pattern "
			      "has a slash at both ends: '/…/'",
			      text);
}

/* Only a command written as one string can be meant for a shell. */
static void check_command(struct builder *b, const struct parse_event *e)
{
	struct error ignored = ERROR_INIT;
	char **words =
		e->n == 1 ? value_words(e->values[0].text, &ignored) : NULL;

	build_warn_of_shell(b, e, words);
	strings_free(words);
}

static void add_condition(struct builder *b, const struct parse_event *e,
			  bool text)
{
	struct error err = ERROR_INIT;
	size_t index = 0;
	long column = -1;
	bool is_plain = text && strcmp(e->name, "header") != 0;

	b->rule.conditions = true;
	b->rule.group_empty = false;
	for (size_t i = 0; is_plain && i < e->n; i++)
		check_slashes(b, &e->values[i]);
	if (strcmp(e->name, "test-command") == 0)
		check_command(b, e);
	if (rule_add_condition(b->rule.rule, e->name, e->values, e->n, &index,
			       &column, &err) == 0)
		return;
	b->rule.broken = true;
	index = index < e->n ? index : 0;
	build_error(b, e->values[index].line, "%s", err.text);
	add_caret(b->diags, e->values[index].text, column);
}

static void add_action(struct builder *b, const struct parse_event *e,
		       const struct action_type *type)
{
	struct error err = ERROR_INIT;
	bool on = true;

	if (rule_add_action(b->rule.rule, e->name, e->values, e->n, &err) ==
	    -1) {
		b->rule.broken = true;
		build_error(b, e->line, "%s", err.text);
		return;
	}
	if (type->value == ACTION_VALUE_ARGV)
		check_command(b, e);
	if (type->value == ACTION_VALUE_YES)
		(void)value_yes(e->values[0].text, &on, &err);
	b->rule.actions = true;
	if (type->kind == ACTION_FORWARD && b->forward.line == 0)
		b->forward = (struct place){b->source->file, e->line};
	if (type->kind == ACTION_VACATION)
		b->rule.vacation = (struct place){b->source->file, e->line};
	b->rule.ends = b->rule.ends || (type->ends && on);
}

static void set(struct builder *b, const struct parse_event *e)
{
	bool text;

	if (setting_find(SECTION_RULE, e->name) != NULL)
		build_setting(b, e);
	else if (rule_is_condition(e->name, &text))
		add_condition(b, e, text);
	else
		add_action(b, e, action_find(e->name));
}

static void warn_unreachable(struct builder *b)
{
	const struct ruleset *set = b->config->rules;
	unsigned taker = (unsigned)b->catch_index;
	char there[512];

	build_place(b, ruleset_rule_file(set, taker),
		    ruleset_rule_line(set, taker), there, sizeof(there));
	build_warning(
		b, b->rule.line,
		"rule \"%s\" never runs: rule \"%s\"%s takes every message",
		ruleset_rule_name(set, (unsigned)b->rule.index),
		ruleset_rule_name(set, taker), there);
}

/* Give the rule its days and addresses; note for check.c which are missing. */
static void end_vacation(struct builder *b)
{
	struct rule_build *r = &b->rule;
	bool answers = r->vacation.line != 0;

	rule_set_vacation(r->rule, r->days, r->addresses);
	check_own_addresses(b, b->source->file, build_seen(b, "addresses"),
			    r->addresses);
	if (answers && b->vacation.line == 0)
		b->vacation = r->vacation;
	if (answers && r->addresses == NULL && b->unknown.line == 0)
		b->unknown = r->vacation;
	for (int i = 0; i < 2 && !answers; i++) {
		int line = build_seen(b, i == 0 ? "days" : "addresses");

		if (line != 0)
			build_warning(b, line,
				      "'%s' is for 'vacation', which this "
				      "rule does not have",
				      i == 0 ? "days" : "addresses");
	}
	strings_free(r->addresses);
	r->addresses = NULL;
}

static void end_rule(struct builder *b)
{
	struct rule_build *r = &b->rule;
	struct error err = ERROR_INIT;
	int line = 0;

	build_defaults(b);
	rule_set_enabled(r->rule, r->enabled);
	rule_set_filter_must(r->rule, r->filter_must);
	end_vacation(b);
	while (!r->broken && rule_finish(r->rule, &line, &err) == -1)
		build_error(b, line, "%s", err.text);
	if (!r->actions && !r->broken)
		build_warning(b, r->line,
			      "rule \"%s\" does nothing; add an action, such "
			      "as folder",
			      ruleset_rule_name(b->config->rules,
						(unsigned)r->index));
	if (r->enabled && b->catches && !b->catch_told) {
		/* One warning is enough: no later rule runs either. */
		warn_unreachable(b);
		b->catch_told = true;
	}
	if (r->enabled && r->ends && !r->conditions && !b->catches) {
		b->catches = true;
		b->catch_index = r->index;
	}
	b->where = SECTION_MAIN;
}

static void begin_group(struct builder *b, const struct parse_event *e)
{
	enum group group = strcmp(e->name, "any") == 0	 ? GROUP_ANY
			   : strcmp(e->name, "all") == 0 ? GROUP_ALL
							 : GROUP_NONE;

	rule_begin_group(b->rule.rule, group, e->line);
	b->rule.groups++;
	b->rule.conditions = true;
	b->rule.group_empty = true;
}

static void end_group(struct builder *b, const struct parse_event *e)
{
	if (b->rule.group_empty) {
		b->rule.broken = true;
		build_error(b, e->line, "'%s { }' has no condition", e->name);
	}
	rule_end_group(b->rule.rule);
	b->rule.groups--;
	b->rule.group_empty = false;
}

void build_rule_begin(struct builder *b, const struct parse_event *e)
{
	b->where = SECTION_RULE;
	b->rule = (struct rule_build){
		.rule = ruleset_add(b->config->rules, e->title, b->source->file,
				    e->line),
		.index = ruleset_size(b->config->rules) - 1,
		.line = e->line,
		.enabled = true, /* also when its value is wrong */
	};
}

void build_rule(struct builder *b, const struct parse_event *e)
{
	if (e->kind == PARSE_SET)
		set(b, e);
	else if (e->kind == PARSE_BEGIN)
		begin_group(b, e);
	else if (b->rule.groups > 0)
		end_group(b, e);
	else
		end_rule(b);
}
