/* SPDX-License-Identifier: ISC */
/* Conditions: read from the configuration and compiled. */
#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "rules/internal.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* `duplicate = yes` means: seen within the last 30 days. */
#define DUPLICATE_DEFAULT ((int64_t)30 * 24 * 3600)

/* The fields that senders write, and those that mail servers add. */
#define WRITTEN_RECIPIENTS "to,cc,bcc,resent-to,resent-cc,resent-bcc"
#define RECIPIENTS                                                             \
	WRITTEN_RECIPIENTS                                                     \
	",apparently-to,delivered-to,x-delivered-to,x-original-to,"            \
	"original-recipient,envelope-to,x-envelope-to,x-rcpt-to,"              \
	"x-forwarded-to,x-apparently-to,x-real-to,x-resolved-to"

/* Bytes of the values that an explanation repeats. */
#define SHOWN_MAX 1024

enum value_kind {
	VALUE_TEXT,
	VALUE_SIZE,
	VALUE_AGE,
	VALUE_YES,
	VALUE_DUPLICATE, /* yes, no or an age */
	VALUE_DAYS,
	VALUE_HOURS,
	VALUE_ARGV,
};

/* One row for each key of a condition. */
struct condition_type {
	const char *name;
	enum condition_kind kind;
	enum value_kind value;
	unsigned uses;	    /* TEXT: of its values */
	const char *fields; /* HEADER: comma-separated; "": in the value */
};

static const struct condition_type types[] = {
	{"from", CONDITION_HEADER, VALUE_TEXT, TEXT_ADDRESSES, "from"},
	{"to", CONDITION_HEADER, VALUE_TEXT, TEXT_ADDRESSES, "to"},
	{"cc", CONDITION_HEADER, VALUE_TEXT, TEXT_ADDRESSES, "cc"},
	{"recipient", CONDITION_HEADER, VALUE_TEXT, TEXT_ADDRESSES, RECIPIENTS},
	{"sender", CONDITION_SENDER, VALUE_TEXT, TEXT_ADDRESSES, ""},
	{"subject", CONDITION_HEADER, VALUE_TEXT, 0, "subject"},
	{"header", CONDITION_HEADER, VALUE_TEXT, TEXT_WORDS | TEXT_EQUALS, ""},
	{"body", CONDITION_BODY, VALUE_TEXT, TEXT_LINES | TEXT_PROSE, ""},
	{"attachment", CONDITION_ATTACHMENT, VALUE_TEXT, 0, ""},
	{"attachment-type", CONDITION_ATTACHMENT_TYPE, VALUE_TEXT, 0, ""},
	{"link", CONDITION_LINK, VALUE_TEXT, TEXT_ADDRESSES, ""},
	{"misleading-link", CONDITION_MISLEADING_LINK, VALUE_YES, 0, ""},
	{"raw-header", CONDITION_RAW_HEADER, VALUE_TEXT, TEXT_LINES, ""},
	{"raw-body", CONDITION_RAW_BODY, VALUE_TEXT, TEXT_LINES, ""},
	{"account", CONDITION_ACCOUNT, VALUE_TEXT, 0, ""},
	{"on-server-folder", CONDITION_SERVER_FOLDER, VALUE_TEXT, 0, ""},
	{"tagged", CONDITION_TAGGED, VALUE_TEXT, 0, ""},
	{"larger", CONDITION_LARGER, VALUE_SIZE, 0, ""},
	{"smaller", CONDITION_SMALLER, VALUE_SIZE, 0, ""},
	{"older", CONDITION_OLDER, VALUE_AGE, 0, ""},
	{"newer", CONDITION_NEWER, VALUE_AGE, 0, ""},
	{"duplicate", CONDITION_DUPLICATE, VALUE_DUPLICATE, 0, ""},
	{"to-me", CONDITION_TO_ME, VALUE_YES, 0, WRITTEN_RECIPIENTS},
	{"mailing-list", CONDITION_MAILING_LIST, VALUE_YES, 0, ""},
	{"automatic", CONDITION_AUTOMATIC, VALUE_YES, 0, ""},
	{"weekday", CONDITION_WEEKDAY, VALUE_DAYS, 0, ""},
	{"hours", CONDITION_HOURS, VALUE_HOURS, 0, ""},
	{"test-command", CONDITION_COMMAND, VALUE_ARGV, 0, ""},
};

#define N_TYPES (sizeof(types) / sizeof(types[0]))

/* Where a wrong value is reported; see rule_add_condition(). */
struct complaint {
	size_t *index;
	long *column;
};

void rule_release_condition(struct condition *c)
{
	for (size_t i = 0; i < c->n_needles; i++) {
		text_release(&c->needles[i].text);
		free(c->needles[i].written);
	}
	for (size_t i = 0; i < c->n_members; i++)
		rule_release_condition(&c->members[i]);
	rule_release_argv(&c->argv);
	free(c->written);
	free(c->needles);
	free(c->members);
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
		*text_out = type->value == VALUE_TEXT;
	return type != NULL;
}

const char *rule_condition_name(size_t i)
{
	return i < N_TYPES ? types[i].name : NULL;
}

static void add_name(struct ruleset *set, struct needle *needle,
		     struct slice name)
{
	if (needle->n_names < HEADER_NAMES_MAX)
		needle->names[needle->n_names++] = rule_intern_name(set, name);
}

/* header = "Name: value" is split at its first colon. */
static int split_header(struct ruleset *set, struct needle *needle,
			const char *value, const char **rest_out,
			struct error *err)
{
	const char *colon = strchr(value, ':'), *p;
	struct slice name;

	if (colon == NULL || colon == value)
		return error_set(err, ERR_CONFIG,
				 "a header is written 'Name: value'; \"%s\" "
				 "has no colon; for \"present\" write "
				 "'%.60s: /./'",
				 value, value);
	name = slice_trim(slice_of(value, (size_t)(colon - value)));
	for (p = name.p; p < name.p + name.len; p++)
		if (*p <= ' ' || *p == 0x7f)
			return error_set(err, ERR_CONFIG,
					 "\"%.*s\" cannot be the name of a "
					 "header field",
					 (int)name.len, name.p);
	add_name(set, needle, name);
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
	if (rule->n_captures > rule->set->most_captures)
		rule->set->most_captures = rule->n_captures;
}

/* Borrows the names from the pattern, which the rule owns. */
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

char *rule_directory(const struct rule *rule)
{
	const char *slash = strrchr(rule->file, '/');

	return slash == NULL ? xstrdup(".")
			     : xmemdup0(rule->file,
					slash == rule->file
						? 1
						: (size_t)(slash - rule->file));
}

/*
 * header = "Subject: …" finds what subject = "…" finds, and "Reply-To: …"
 * compares addresses.
 */
static unsigned uses_of(const char *value, unsigned uses)
{
	struct slice rest = slice_str(value), name;

	(void)slice_split(&rest, ':', &name);
	name = slice_trim(name);
	if (slice_equal_nocase(name, slice_str("subject")))
		return uses & ~(unsigned)TEXT_WORDS;
	return address_is_field(name) ? uses | TEXT_ADDRESSES : uses;
}

static int add_needle(struct rule *rule, struct condition *c,
		      const struct condition_type *type, const char *value,
		      long *column_out, struct error *err)
{
	struct slice rest = slice_str(type->fields), name;
	struct needle *needle;
	unsigned uses = type->uses;
	const char *text = value;
	char *directory;
	int rc;

	xgrow(&c->needles, c->n_needles, sizeof(*c->needles));
	needle = &c->needles[c->n_needles++];
	memset(needle, 0, sizeof(*needle));
	needle->written = xstrdup(value);
	*column_out = -1;
	if (type->kind == CONDITION_HEADER && type->fields[0] == '\0') {
		if (split_header(rule->set, needle, value, &text, err) == -1)
			return -1;
		uses = uses_of(value, uses);
	} else {
		while (slice_split(&rest, ',', &name) && name.len > 0)
			add_name(rule->set, needle, name);
	}
	directory = rule_directory(rule);
	rc = text_init(&needle->text, text, uses, directory, column_out, err);
	free(directory);
	if (rc == -1) {
		if (*column_out != -1)
			*column_out += text - value;
		return -1;
	}
	note_captures(rule, &needle->text);
	return 0;
}

static int add_needles(struct rule *rule, struct condition *c,
		       const struct condition_type *type,
		       const struct rule_value *values, size_t n,
		       const struct complaint *where, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		*where->index = i;
		if (add_needle(rule, c, type, values[i].text, where->column,
			       err) == -1)
			return -1;
	}
	return 0;
}

/* 0 is Sunday; 7: it is none. The first three letters count. */
static unsigned parse_day(struct slice word)
{
	static const char *const names[] = {"sun", "mon", "tue", "wed",
					    "thu", "fri", "sat"};
	unsigned day = 0;

	while (day < 7 && !slice_starts_nocase(word, names[day]))
		day++;
	return day;
}

/* Days, and ranges of them: "mon-fri". */
static int parse_days(const struct rule_value *values, size_t n,
		      unsigned *days_out, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		struct slice rest = slice_str(values[i].text), from;
		unsigned day, last;

		(void)slice_split(&rest, '-', &from);
		day = parse_day(slice_trim(from));
		last = rest.p == NULL ? day : parse_day(slice_trim(rest));
		if (day == 7 || last == 7)
			return error_set(err, ERR_CONFIG,
					 "\"%s\" is not a day; write mon, tue, "
					 "wed, thu, fri, sat, sun or mon-fri",
					 values[i].text);
		for (; day != last; day = (day + 1) % 7)
			*days_out |= 1U << day;
		*days_out |= 1U << last;
	}
	return 0;
}

/* "22", "6:30" as minutes of a day. */
static bool parse_clock(struct slice text, int *out)
{
	struct slice hour, rest = text;
	unsigned long long h, m = 0;

	if (!slice_split(&rest, ':', &hour) || !slice_number(hour, 24, &h))
		return false;
	if (rest.p != NULL && (rest.len != 2 || !slice_number(rest, 59, &m)))
		return false;
	*out = (int)(h * 60 + m);
	return *out <= 24 * 60;
}

/* "22-6": from 22:00 to before 6:00; it may pass midnight. */
static int parse_hours(const char *text, struct condition *c, struct error *err)
{
	struct slice rest = slice_str(text), from;

	if (slice_split(&rest, '-', &from) && rest.p != NULL &&
	    parse_clock(slice_trim(from), &c->from_minute) &&
	    parse_clock(slice_trim(rest), &c->to_minute))
		return 0;
	return error_set(
		err, ERR_CONFIG,
		"\"%s\" is not a range of hours; write 9-17 or 22:30-6:00",
		text);
}

static int parse_duplicate(const char *text, struct condition *c,
			   struct error *err)
{
	struct error ignored = ERROR_INIT;
	int64_t seconds = DUPLICATE_DEFAULT;

	c->wanted = true;
	if (text[0] != '\0' && text[strspn(text, "0123456789")] == '\0')
		return error_set(err, ERR_CONFIG,
				 "'duplicate' takes yes, no or a duration with "
				 "its unit, such as %.20sd",
				 text);
	if (value_yes(text, &c->wanted, &ignored) == -1 &&
	    value_duration(text, &seconds, &ignored) == -1)
		return error_set(
			err, ERR_CONFIG,
			"'duplicate' takes yes, no or a duration such as 7d");
	c->number = (uint64_t)seconds;
	return 0;
}

static int parse_single(struct condition *c, enum value_kind kind,
			const char *text, struct error *err)
{
	int64_t seconds = 0;

	switch (kind) {
	case VALUE_SIZE:
		return value_size(text, &c->number, err);
	case VALUE_AGE:
		if (value_duration(text, &seconds, err) == -1)
			return -1;
		c->number = (uint64_t)seconds;
		return 0;
	case VALUE_DUPLICATE:
		return parse_duplicate(text, c, err);
	case VALUE_HOURS:
		return parse_hours(text, c, err);
	case VALUE_YES:
	case VALUE_TEXT:
	case VALUE_DAYS:
	case VALUE_ARGV:
		break;
	}
	return value_yes(text, &c->wanted, err);
}

/* The values as one text, for explanations: "mon, tue". */
static char *join_values(const struct rule_value *values, size_t n)
{
	struct buf text = BUF_INIT(SHOWN_MAX);

	for (size_t i = 0; i < n; i++)
		buf_addf(&text, "%s%.100s", i == 0 ? "" : ", ", values[i].text);
	return buf_detach(&text);
}

static int fill(struct rule *rule, struct condition *c,
		const struct condition_type *type,
		const struct rule_value *values, size_t n,
		const struct complaint *where, struct error *err)
{
	rule->set->duplicates |= type->kind == CONDITION_DUPLICATE;
	rule->set->requests |= type->kind == CONDITION_DUPLICATE ||
			       type->kind == CONDITION_COMMAND;
	if (type->value == VALUE_TEXT)
		return add_needles(rule, c, type, values, n, where, err);
	c->written = join_values(values, n);
	if (type->value == VALUE_DAYS)
		return parse_days(values, n, &c->days, err);
	if (type->value == VALUE_ARGV)
		return rule_init_argv(&c->argv, values, n, err);
	if (n > 1)
		return error_set(err, ERR_CONFIG, "'%s' takes one value",
				 type->name);
	if (type->kind == CONDITION_TO_ME) {
		struct slice rest = slice_str(type->fields), name;

		c->needles = xcalloc(1, sizeof(*c->needles));
		c->n_needles = 1;
		while (slice_split(&rest, ',', &name))
			add_name(rule->set, c->needles, name);
	}
	return parse_single(c, type->value, values[0].text, err);
}

int rule_add_condition(struct rule *rule, const char *key,
		       const struct rule_value *values, size_t n,
		       size_t *index_out, long *column_out, struct error *err)
{
	const struct complaint where = {index_out, column_out};
	const struct condition_type *type = find_type(key);
	struct condition *c;

	*index_out = 0;
	*column_out = -1;
	if (type == NULL)
		return error_set(err, ERR_CONFIG, "'%s' is not a condition",
				 key);
	if (n == 0)
		return error_set(err, ERR_CONFIG, "'%s' needs a value", key);
	if (rule->depth > RULE_DEPTH_MAX)
		return error_set(err, ERR_CONFIG,
				 "groups nest deeper than %d levels",
				 RULE_DEPTH_MAX);
	c = rule_new_condition(rule);
	c->kind = type->kind;
	c->name = type->name;
	c->line = values[0].line;
	return fill(rule, c, type, values, n, &where, err);
}

int rule_finish_conditions(struct rule *rule, struct condition *c,
			   int *line_out, struct error *err)
{
	if (c->kind == CONDITION_COMMAND &&
	    rule_finish_argv(rule, &c->argv, err) == -1) {
		*line_out = c->line;
		return -1;
	}
	for (size_t i = 0; i < c->n_members; i++)
		if (rule_finish_conditions(rule, &c->members[i], line_out,
					   err) == -1)
			return -1;
	return 0;
}
