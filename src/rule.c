/* SPDX-License-Identifier: ISC */
#include "rule.h"

#include <stdlib.h>
#include <string.h>

#include "rule_set.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* How deep groups nest; each level is a call when a message is judged. */
#define DEPTH_MAX 100

/* A row for each key that is a condition. */
struct condition_type {
	const char *name;
	enum condition_kind kind;
	bool is_address;
	const char *fields; /* of HEADER, comma-separated; "": in the value */
};

static const struct condition_type types[] = {
	{"from", CONDITION_HEADER, true, "from"},
	{"to", CONDITION_HEADER, true, "to"},
	{"cc", CONDITION_HEADER, true, "cc"},
	{"recipient", CONDITION_HEADER, true,
	 "to,cc,bcc,resent-to,resent-cc,delivered-to,x-original-to,"
	 "envelope-to"},
	{"subject", CONDITION_HEADER, false, "subject"},
	{"header", CONDITION_HEADER, false, ""},
	{"account", CONDITION_ACCOUNT, false, ""},
	{"larger", CONDITION_LARGER, false, ""},
	{"smaller", CONDITION_SMALLER, false, ""},
};

#define N_TYPES (sizeof(types) / sizeof(types[0]))

struct ruleset *ruleset_new(void)
{
	return xcalloc(1, sizeof(struct ruleset));
}

static void release_condition(struct condition *c)
{
	for (size_t i = 0; i < c->n_tests; i++) {
		text_release(&c->tests[i].text);
		free(c->tests[i].names);
	}
	for (size_t i = 0; i < c->n_members; i++)
		release_condition(&c->members[i]);
	free(c->tests);
	free(c->members);
}

static void free_rule(struct rule *rule)
{
	release_condition(&rule->root);
	for (size_t i = 0; i < rule->n_actions; i++) {
		free(rule->actions[i].text);
		template_free(rule->actions[i].template);
	}
	free(rule->actions);
	free(rule->captures);
	free(rule->name);
	free(rule->file);
	free(rule);
}

void ruleset_free(struct ruleset *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->n; i++)
		free_rule(set->rules[i]);
	for (size_t i = 0; i < set->n_names; i++)
		free(set->names[i]);
	free(set->rules);
	free(set->names);
	free(set);
}

size_t ruleset_size(const struct ruleset *set)
{
	return set->n;
}

void ruleset_set_fallback(struct ruleset *set, const char *const *fallback)
{
	set->fallback = fallback;
}

struct rule *ruleset_add(struct ruleset *set, const char *name,
			 const char *file, int line)
{
	struct rule *rule = xcalloc(1, sizeof(*rule));

	rule->set = set;
	rule->name = xstrdup(name);
	rule->file = xstrdup(file);
	rule->line = line;
	rule->enabled = true;
	rule->root.kind = CONDITION_GROUP;
	rule->root.group = GROUP_ALL;
	xgrow(&set->rules, set->n, sizeof(*set->rules));
	set->rules[set->n++] = rule;
	return rule;
}

void rule_set_enabled(struct rule *rule, bool enabled)
{
	rule->enabled = enabled;
}

/* The group that is being filled: a walk down the open ones. */
static struct condition *innermost(struct rule *rule)
{
	struct condition *c = &rule->root;

	for (size_t i = 0; i < rule->depth && i < DEPTH_MAX; i++)
		c = &c->members[rule->open[i]];
	return c;
}

static struct condition *add_member(struct rule *rule)
{
	struct condition *group = innermost(rule), *member;

	xgrow(&group->members, group->n_members, sizeof(*group->members));
	member = &group->members[group->n_members++];
	memset(member, 0, sizeof(*member));
	return member;
}

/* Captures inside `none` belong to matches that did not happen. */
static void find_none(struct rule *rule)
{
	const struct condition *c = &rule->root;

	rule->in_none = false;
	for (size_t i = 0; i < rule->depth && i < DEPTH_MAX; i++) {
		c = &c->members[rule->open[i]];
		rule->in_none |= c->group == GROUP_NONE;
	}
}

void rule_begin_group(struct rule *rule, enum group group, int line)
{
	if (rule->depth < DEPTH_MAX) {
		size_t place = innermost(rule)->n_members;
		struct condition *c = add_member(rule);

		c->kind = CONDITION_GROUP;
		c->group = group;
		c->line = line;
		rule->open[rule->depth] = place;
	}
	rule->depth++;
	find_none(rule);
}

void rule_end_group(struct rule *rule)
{
	if (rule->depth > 0)
		rule->depth--;
	find_none(rule);
}

static const struct condition_type *find_type(const char *key)
{
	for (size_t i = 0; i < N_TYPES; i++)
		if (strcmp(types[i].name, key) == 0)
			return &types[i];
	return NULL;
}

bool rule_is_condition(const char *key, bool *text_out)
{
	const struct condition_type *type = find_type(key);

	if (type != NULL)
		*text_out = type->kind == CONDITION_HEADER ||
			    type->kind == CONDITION_ACCOUNT;
	return type != NULL;
}

const char *rule_condition_name(size_t i)
{
	return i < N_TYPES ? types[i].name : NULL;
}

static char *lower_case(struct slice s)
{
	char *copy = xmemdup0(s.p, s.len);

	for (char *p = copy; *p != '\0'; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + 32);
	return copy;
}

/* Each name once in the set, so that a message is indexed by it once. */
static unsigned intern_name(struct ruleset *set, struct slice name)
{
	char *lower = lower_case(name);

	for (size_t i = 0; i < set->n_names; i++) {
		if (strcmp(set->names[i], lower) != 0)
			continue;
		free(lower);
		return (unsigned)i;
	}
	xgrow(&set->names, set->n_names, sizeof(*set->names));
	set->names[set->n_names] = lower;
	return (unsigned)set->n_names++;
}

static void add_name(struct ruleset *set, struct header_test *test,
		     struct slice name)
{
	xgrow(&test->names, test->n_names, sizeof(*test->names));
	test->names[test->n_names++] = intern_name(set, name);
}

/* header = "Name: value": the name before the first colon. */
static int split_header(struct ruleset *set, struct header_test *test,
			const char *value, const char **rest_out,
			struct error *err)
{
	const char *colon = strchr(value, ':'), *p;
	struct slice name;

	if (colon == NULL || colon == value)
		return error_set(err, ERR_CONFIG,
				 "a header is written 'Name: value'; \"%s\" "
				 "has no colon",
				 value);
	name = slice_trim(slice_of(value, (size_t)(colon - value)));
	for (p = name.p; p < name.p + name.len; p++)
		if (*p <= ' ' || *p == 0x7f)
			return error_set(err, ERR_CONFIG,
					 "\"%.*s\" cannot be the name of a "
					 "header field",
					 (int)name.len, name.p);
	add_name(set, test, name);
	p = colon + 1;
	*rest_out = p + strspn(p, " \t");
	return 0;
}

static void note_capture(struct rule *rule, struct slice name)
{
	for (size_t i = 0; i < rule->n_captures; i++)
		if (slice_equal(rule->captures[i], name))
			return;
	xgrow(&rule->captures, rule->n_captures, sizeof(*rule->captures));
	rule->captures[rule->n_captures++] = name;
}

/* The names live as long as the pattern, which the rule owns. */
static void note_captures(struct rule *rule, const struct text *text)
{
	struct slice name;
	size_t number;

	if (text->kind != TEXT_REGEX || rule->in_none)
		return;
	if (regex_groups(text->regex) > 0)
		rule->n_groups = regex_groups(text->regex);
	for (size_t i = 0; regex_group_name(text->regex, i, &name, &number);
	     i++)
		note_capture(rule, name);
}

static int add_test(struct rule *rule, struct condition *c,
		    const struct condition_type *type, const char *value,
		    long *column_out, struct error *err)
{
	struct slice rest = slice_str(type->fields), name;
	struct header_test *test;
	const char *text = value;

	xgrow(&c->tests, c->n_tests, sizeof(*c->tests));
	test = &c->tests[c->n_tests++];
	memset(test, 0, sizeof(*test));
	*column_out = -1;
	if (type->kind == CONDITION_HEADER && type->fields[0] == '\0') {
		if (split_header(rule->set, test, value, &text, err) == -1)
			return -1;
	} else if (type->kind == CONDITION_HEADER) {
		while (slice_split(&rest, ',', &name))
			add_name(rule->set, test, name);
	}
	if (text_init(&test->text, text, type->is_address, column_out, err) ==
	    -1) {
		if (*column_out != -1)
			*column_out += text - value;
		return -1;
	}
	note_captures(rule, &test->text);
	return 0;
}

/* "500K", "5M": units of 1024. */
static int parse_size(const char *text, uint64_t *out, struct error *err)
{
	static const char units[] = "KMGT";
	struct slice s = slice_str(text);
	unsigned long long value;
	unsigned shift = 0;
	const char *unit;

	if (s.len > 1 && (s.p[s.len - 1] == 'B' || s.p[s.len - 1] == 'b'))
		s.len--;
	unit = s.len == 0 ? NULL
			  : memchr(units, s.p[s.len - 1] & ~0x20,
				   sizeof(units) - 1);
	if (unit != NULL) {
		shift = (unsigned)(unit - units + 1) * 10;
		s.len--;
	}
	if (!slice_number(s, 1ULL << 20, &value))
		return error_set(err, ERR_CONFIG,
				 "\"%s\" is not a size such as 500K or 5M",
				 text);
	*out = value << shift;
	return 0;
}

int rule_add_condition(struct rule *rule, const char *key,
		       const struct rule_value *values, size_t n,
		       size_t *index_out, long *column_out, struct error *err)
{
	const struct condition_type *type = find_type(key);
	struct condition *c;

	*index_out = 0;
	*column_out = -1;
	if (type == NULL)
		return error_set(err, ERR_CONFIG, "'%s' is no condition", key);
	if (n == 0)
		return error_set(err, ERR_CONFIG, "'%s' needs a value", key);
	if (rule->depth > DEPTH_MAX)
		return error_set(err, ERR_CONFIG,
				 "groups nest deeper than %d levels",
				 DEPTH_MAX);
	c = add_member(rule);
	c->kind = type->kind;
	c->line = values[0].line;
	if (type->kind == CONDITION_LARGER || type->kind == CONDITION_SMALLER) {
		if (n > 1)
			return error_set(err, ERR_CONFIG, "'%s' takes one size",
					 key);
		return parse_size(values[0].text, &c->size, err);
	}
	for (size_t i = 0; i < n; i++) {
		*index_out = i;
		if (add_test(rule, c, type, values[i].text, column_out, err) ==
		    -1)
			return -1;
	}
	return 0;
}

static struct rule_action *new_action(struct rule *rule,
				      const struct action_type *type, int line)
{
	struct rule_action *action;

	xgrow(&rule->actions, rule->n_actions, sizeof(*rule->actions));
	action = &rule->actions[rule->n_actions++];
	memset(action, 0, sizeof(*action));
	action->type = type;
	action->line = line;
	return action;
}

static int add_folders(struct rule *rule, const struct action_type *type,
		       const struct rule_value *values, size_t n,
		       struct error *err)
{
	if (n > 1 && type->ends)
		return error_set(err, ERR_CONFIG,
				 "a message goes to one folder; use copy for "
				 "the others");
	for (size_t i = 0; i < n; i++) {
		if (values[i].text[0] == '\0')
			return error_set(err, ERR_CONFIG,
					 "'%s' needs the name of a folder",
					 type->name);
		new_action(rule, type, values[i].line)->text =
			xstrdup(values[i].text);
	}
	return 0;
}

static int add_mark(struct rule *rule, const struct action_type *type,
		    const struct rule_value *values, size_t n,
		    struct error *err)
{
	unsigned flags = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned flag = action_flag(values[i].text);

		if (flag == 0)
			return error_set(err, ERR_CONFIG,
					 "a message cannot be marked \"%s\"; "
					 "only read, flagged, answered, draft",
					 values[i].text);
		flags |= flag;
	}
	new_action(rule, type, values[0].line)->flags = flags;
	rule->flags |= flags;
	return 0;
}

static bool is_word(const char *text, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++)
		if (slice_equal_nocase(slice_str(text), slice_str(words[i])))
			return true;
	return false;
}

static int add_yes(struct rule *rule, const struct action_type *type,
		   const struct rule_value *values, size_t n, struct error *err)
{
	static const char *const yes[] = {"yes", "true", "on", NULL};
	static const char *const no[] = {"no", "false", "off", NULL};

	if (n == 1 && is_word(values[0].text, yes))
		(void)new_action(rule, type, values[0].line);
	else if (n != 1 || !is_word(values[0].text, no))
		return error_set(err, ERR_CONFIG, "'%s' is yes or no",
				 type->name);
	return 0;
}

int rule_add_action(struct rule *rule, const char *key,
		    const struct rule_value *values, size_t n,
		    struct error *err)
{
	const struct action_type *type = action_find(key);

	if (type == NULL)
		return error_set(err, ERR_CONFIG, "'%s' is no action", key);
	if (rule->depth > 0)
		return error_set(err, ERR_CONFIG,
				 "'%s' is an action; it stands outside of "
				 "any, all and none",
				 key);
	if (n == 0)
		return error_set(err, ERR_CONFIG, "'%s' needs a value", key);
	switch (type->value) {
	case ACTION_VALUE_FOLDER:
		return add_folders(rule, type, values, n, err);
	case ACTION_VALUE_FLAGS:
		return add_mark(rule, type, values, n, err);
	case ACTION_VALUE_YES:
		break;
	}
	return add_yes(rule, type, values, n, err);
}

static int finish_action(const struct rule *rule, struct rule_action *action,
			 struct error *err)
{
	struct template_names names = {rule->captures, rule->n_captures,
				       rule->n_groups > 9 ? 9 : rule->n_groups};

	if (action->text == NULL)
		return 0;
	action->template = template_new(action->text, &names, err);
	if (action->template == NULL)
		return -1;
	if (template_is_literal(action->template)) {
		struct template_values none = {0};
		struct buf name = BUF_INIT(VERDICT_FOLDER_MAX);
		int rc = template_expand_folder(action->template, &none, &name,
						err);

		buf_release(&name);
		if (rc == -1)
			err->kind = ERR_CONFIG;
		return rc;
	}
	return 0;
}

int rule_finish(struct rule *rule, int *line_out, struct error *err)
{
	while (rule->n_finished < rule->n_actions) {
		struct rule_action *action = &rule->actions[rule->n_finished++];

		if (finish_action(rule, action, err) == 0)
			continue;
		*line_out = action->line;
		return -1;
	}
	return 0;
}

static const struct rule *rule_at(const struct ruleset *set, unsigned i)
{
	return i < set->n ? set->rules[i] : NULL;
}

const char *ruleset_rule_name(const struct ruleset *set, unsigned i)
{
	const struct rule *rule = rule_at(set, i);

	return rule == NULL ? "" : rule->name;
}

const char *ruleset_rule_file(const struct ruleset *set, unsigned i)
{
	const struct rule *rule = rule_at(set, i);

	return rule == NULL ? "" : rule->file;
}

int ruleset_rule_line(const struct ruleset *set, unsigned i)
{
	const struct rule *rule = rule_at(set, i);

	return rule == NULL ? 0 : rule->line;
}
