/* SPDX-License-Identifier: ISC */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "config/check.h"
#include "config/internal.h"
#include "mail/charset.h"
#include "rules/folder.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* The member that keeps the setting, in the section that is open. */
static void *place_of(struct builder *b, const struct setting *row)
{
	void *owner = NULL;

	switch (row->owner) {
	case OWNER_CONFIG:
		owner = b->config;
		break;
	case OWNER_ACCOUNT:
		owner = b->account;
		break;
	case OWNER_DEFAULTS:
		owner = &b->config->defaults;
		break;
	case OWNER_TEST:
		owner = b->test;
		break;
	case OWNER_BUILDER:
		owner = b;
		break;
	}
	return (char *)owner + row->offset;
}

/* Free the value at `at` and set the member to NULL. */
static void release(const struct setting *row, void *at)
{
	switch (row->type) {
	case SETTING_PASSWORD:
	case SETTING_PROXY:
		if (*(char **)at != NULL)
			explicit_bzero(*(char **)at, strlen(*(char **)at));
		free(*(char **)at);
		*(char **)at = NULL;
		break;
	case SETTING_TEXT:
	case SETTING_PATH:
	case SETTING_FOLDER:
	case SETTING_REMOTE:
	case SETTING_WORD:
	case SETTING_MESSAGE:
		free(*(char **)at);
		*(char **)at = NULL;
		break;
	case SETTING_ARGV:
	case SETTING_LIST:
	case SETTING_REMOTES:
	case SETTING_CHARSETS:
		strings_free(*(char ***)at);
		*(char ***)at = NULL;
		break;
	case SETTING_EXPECTATION:
		strings_free(((struct expectation *)at)->words);
		((struct expectation *)at)->words = NULL;
		break;
	case SETTING_CHOICE:
	case SETTING_DURATION:
	case SETTING_SECONDS:
	case SETTING_INT:
	case SETTING_COUNT:
	case SETTING_SIZE:
	case SETTING_YES:
	case SETTING_KEEP:
	case SETTING_CONSENT:
		break;
	}
}

static void list_words(const char *words, struct buf *out)
{
	for (; *words != '\0'; words++) {
		if (*words == ' ')
			buf_addstr(out, ", ");
		else
			buf_addch(out, *words);
	}
}

/* The index of `text` among the words of the row, or -1 with an error. */
static int find_word(const struct setting *row, const char *text,
		     struct slice *found_out, struct error *err)
{
	struct buf all = BUF_INIT(256);
	int index = value_find_word(row->words, text, found_out);

	if (index != -1)
		return index;
	list_words(row->words, &all);
	error_set(err, ERR_CONFIG, "\"%s\" is not one of: %s", text, all.s);
	buf_release(&all);
	return -1;
}

static int store_choice(const struct setting *row, const char *text, int *at,
			struct error *err)
{
	int index = find_word(row, text, NULL, err);

	if (index == -1)
		return -1;
	*at = index;
	return 0;
}

static int store_word(const struct setting *row, const char *text, char **at,
		      struct error *err)
{
	struct slice word;

	if (find_word(row, text, &word, err) == -1)
		return -1;
	*at = xmemdup0(word.p, word.len);
	return 0;
}

/* As a user writes it: 90s, 10m, 30d. */
static void add_duration(struct buf *out, long long seconds)
{
	static const struct {
		char unit;
		long long seconds;
	} units[] = {{'d', 24 * 3600}, {'h', 3600}, {'m', 60}};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (seconds >= units[i].seconds &&
		    seconds % units[i].seconds == 0) {
			buf_addf(out, "%lld%c", seconds / units[i].seconds,
				 units[i].unit);
			return;
		}
	}
	buf_addf(out, "%llds", seconds);
}

static int store_duration(const struct setting *row, const char *text,
			  int64_t *at, struct error *err)
{
	int64_t seconds = 0;
	struct buf range = BUF_INIT(64);

	if (value_duration(text, &seconds, err) == -1)
		return -1;
	if (seconds >= row->min && seconds <= row->max) {
		*at = seconds;
		return 0;
	}
	add_duration(&range, row->min);
	buf_addstr(&range, " to ");
	add_duration(&range, row->max);
	error_set(err, ERR_CONFIG, "\"%s\" is out of range; write %s", text,
		  range.s);
	buf_release(&range);
	return -1;
}

static int store_int(const struct setting *row, const char *text, int *at,
		     struct error *err)
{
	long long n = 0;
	int64_t seconds = 0;

	if (row->type == SETTING_SECONDS) {
		if (store_duration(row, text, &seconds, err) == -1)
			return -1;
		*at = (int)seconds;
		return 0;
	}
	if (value_number(text, row->min, row->max, &n, err) == -1)
		return -1;
	*at = (int)n;
	return 0;
}

static int store_count(const struct setting *row, const char *text, int64_t *at,
		       struct error *err)
{
	long long n = 0;

	if (value_number(text, row->min, row->max, &n, err) == -1)
		return -1;
	*at = n;
	return 0;
}

/* An age needs its unit: "30" would be seconds, and mail deleted at once. */
static int store_keep(struct account *a, const char *text, struct error *err)
{
	struct error ignored = ERROR_INIT;
	size_t len = strlen(text);
	bool yes;

	if (value_yes(text, &yes, &ignored) == 0) {
		a->keep = yes ? KEEP_YES : KEEP_NO;
		return 0;
	}
	if (len == 0 || isdigit((unsigned char)text[len - 1]) ||
	    value_duration(text, &a->keep_seconds, &ignored) == -1 ||
	    a->keep_seconds == 0)
		return error_set(err, ERR_CONFIG,
				 "\"%s\" is not an age; write yes, no, or an "
				 "age with its unit: 12h, 30d or 2w",
				 text);
	a->keep = KEEP_AGE;
	return 0;
}

static int store_path(const char *text, const char *directory, char **at,
		      struct error *err)
{
	*at = value_path(text, directory, err);
	return *at == NULL ? -1 : 0;
}

static int store_folder(const char *text, char **at, struct error *err)
{
	if (folder_check(slice_str(text), err) == -1)
		return -1;
	*at = xstrdup(text);
	return 0;
}

static int store_password(struct builder *b, struct account *a,
			  const struct parse_event *e, struct error *err)
{
	const char *text = e->values[0].text;

	free(a->password_file);
	a->password_file = NULL;
	if (strncmp(text, "file:", 5) == 0)
		return store_path(text + 5, b->source->directory,
				  &a->password_file, err);
	a->password = xstrdup(text);
	if (strncmp(text, "credential:", 11) != 0 &&
	    b->source->id.readable_by_others)
		build_error(b, e->line,
			    "this file holds a password and others can read "
			    "it; run: chmod 600 %s",
			    b->source->file);
	return 0;
}

static int store_consent(const struct setting *row, const char *text, bool *at,
			 struct error *err)
{
	*at = strcmp(text, row->words) == 0;
	if (!*at)
		return error_set(err, ERR_CONFIG,
				 "write \"%s\", or remove the "
				 "setting",
				 row->words);
	return 0;
}

static int store(const struct setting *row, void *at, const char *text,
		 const char *directory, struct error *err)
{
	switch (row->type) {
	case SETTING_TEXT:
	case SETTING_PASSWORD:
		*(char **)at = xstrdup(text);
		return 0;
	case SETTING_PATH:
		return store_path(text, directory, at, err);
	case SETTING_FOLDER:
		return store_folder(text, at, err);
	case SETTING_REMOTE:
		return server_folder_store(at, text, err);
	case SETTING_WORD:
		return store_word(row, text, at, err);
	case SETTING_CHOICE:
		return store_choice(row, text, at, err);
	case SETTING_DURATION:
		return store_duration(row, text, at, err);
	case SETTING_SECONDS:
	case SETTING_INT:
		return store_int(row, text, at, err);
	case SETTING_COUNT:
		return store_count(row, text, at, err);
	case SETTING_SIZE:
		return value_size(text, at, err);
	case SETTING_YES:
		return value_yes(text, at, err);
	case SETTING_ARGV:
	case SETTING_LIST:
	case SETTING_CHARSETS:
		*(char ***)at = value_words(text, err);
		return *(char ***)at == NULL ? -1 : 0;
	case SETTING_CONSENT:
		return store_consent(row, text, at, err);
	case SETTING_KEEP: /* their default is zero */
	case SETTING_PROXY:
	case SETTING_REMOTES:
	case SETTING_MESSAGE:
	case SETTING_EXPECTATION:
		break;
	}
	return -1;
}

static char **copy_values(const struct parse_event *e)
{
	char **list = xcalloc(e->n + 1, sizeof(*list));

	for (size_t i = 0; i < e->n; i++)
		list[i] = xstrdup(e->values[i].text);
	return list;
}

void build_warn_of_shell(struct builder *b, const struct parse_event *e,
			 char **argv)
{
	static const char signs[] = "| || && > >> < ; & 2>&1 2>/dev/null";

	for (size_t i = 0; argv != NULL && argv[i] != NULL; i++) {
		if (value_find_word(signs, argv[i], NULL) != -1)
			build_warning(b, e->line,
				      "'%s' runs without a shell; for \"%s\" "
				      "write {\"sh\", \"-c\", \"…\"}",
				      e->name, argv[i]);
	}
}

static int store_argv(struct builder *b, char ***at,
		      const struct parse_event *e, struct error *err)
{
	char *program;

	if (e->n == 1) {
		*at = value_words(e->values[0].text, err);
		if (*at == NULL)
			return -1;
		build_warn_of_shell(b, e, *at);
	} else {
		*at = copy_values(e);
		program = value_home((*at)[0], err);
		if (program == NULL)
			return -1;
		free((*at)[0]);
		(*at)[0] = program;
	}
	if ((*at)[0] == NULL || (*at)[0][0] == '\0')
		return error_set(err, ERR_CONFIG, "the command is empty");
	return 0;
}

static int store_list(const struct setting *row, char ***at,
		      const struct parse_event *e, struct error *err)
{
	*at = copy_values(e);
	for (size_t i = 0; row->type == SETTING_CHARSETS && i < e->n; i++) {
		if (charset_find(slice_str((*at)[i])) == NULL)
			return error_set(err, ERR_CONFIG,
					 "unknown charset \"%s\"", (*at)[i]);
	}
	return 0;
}

/* A line break in a user name would start a new command to the server. */
static int check_text(const struct parse_event *e, struct error *err)
{
	for (size_t i = 0; i < e->n; i++) {
		const char *p = e->values[i].text;

		if (p[0] == '\0')
			return error_set(err, ERR_CONFIG, "the value is empty");
		for (; *p != '\0'; p++) {
			if ((unsigned char)*p < 0x20 || *p == 0x7f)
				return error_set(err, ERR_CONFIG,
						 "the value contains a line "
						 "break or control character");
		}
	}
	return 0;
}

static int set(struct builder *b, const struct setting *row,
	       const struct parse_event *e, struct error *err)
{
	void *at = place_of(b, row);
	bool many = row->type == SETTING_ARGV || row->type == SETTING_LIST ||
		    row->type == SETTING_REMOTES ||
		    row->type == SETTING_CHARSETS;

	if (check_text(e, err) == -1)
		return -1;
	release(row, at); /* a second smtp section may have set it */
	if (e->n != 1 && !many)
		return error_set(err, ERR_CONFIG,
				 "write one value, not several");
	if (row->type == SETTING_PASSWORD)
		return store_password(b, b->account, e, err);
	if (row->type == SETTING_PROXY)
		return proxy_store(b, at, e, err);
	if (row->type == SETTING_KEEP)
		return store_keep(row->owner == OWNER_DEFAULTS
					  ? &b->config->defaults
					  : b->account,
				  e->values[0].text, err);
	if (row->type == SETTING_ARGV)
		return store_argv(b, at, e, err);
	if (row->type == SETTING_REMOTES)
		return server_folders_store(at, e, err);
	if (many)
		return store_list(row, at, e, err);
	return store(row, at, e->values[0].text, b->source->directory, err);
}

/* The places of the settings made so far in the section that is open. */
static struct place *seen_here(struct builder *b)
{
	return b->where == SECTION_MAIN ? b->main_seen : b->seen;
}

const struct setting *build_note(struct builder *b, const struct parse_event *e)
{
	const struct setting *row = setting_find(b->where, e->name);
	struct place *seen = seen_here(b) + setting_index(row);
	char there[512];

	if (seen->line != 0) {
		build_place(b, seen->file, seen->line, there, sizeof(there));
		build_error(b, e->line, "'%s' is set already%s; keep one",
			    e->name, there);
		return NULL;
	}
	*seen = (struct place){b->source->file, e->line};
	return row;
}

void build_setting(struct builder *b, const struct parse_event *e)
{
	const struct setting *row = build_note(b, e);
	struct error err = ERROR_INIT;

	if (row != NULL && set(b, row, e, &err) == -1)
		build_error(b, e->line, "'%s': %s", e->name, err.text);
}

int build_seen(const struct builder *b, const char *name)
{
	const struct setting *row = setting_find(b->where, name);

	return row == NULL ? 0 : b->seen[setting_index(row)].line;
}

void build_defaults(struct builder *b)
{
	const struct place *seen = seen_here(b);
	const struct setting *row;
	struct error ignored = ERROR_INIT;

	for (size_t i = 0; (row = setting_row(i)) != NULL; i++) {
		if (row->where == b->where && row->def != NULL &&
		    seen[i].line == 0)
			(void)store(row, place_of(b, row), row->def, "/",
				    &ignored);
	}
}

void build_release(enum owner owner, void *kept)
{
	const struct setting *row;

	for (size_t i = 0; (row = setting_row(i)) != NULL; i++) {
		if (row->owner == owner)
			release(row, (char *)kept + row->offset);
	}
}
