/* SPDX-License-Identifier: ISC */
/*
 * The workshop of config.c, not for others: what is under construction, and
 * the parts of the work that have files of their own.
 */
#ifndef CONFIG_INTERNAL_H
#define CONFIG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "config/file.h"
#include "config/parse.h"
#include "config/settings.h"

/* The file that is read now, and those that include it. */
struct source {
	const char *file; /* owned by the config */
	char *directory;
	struct config_file id;
	const struct source *parent;
	int depth;
};

/* Where a setting was made; line 0: it was not. */
struct place {
	const char *file;
	int line;
};

/* The rule that is open. */
struct rule_build {
	struct rule *rule;
	size_t index;
	int line;
	bool enabled, filter_must;
	bool broken;	 /* something was wrong with it */
	bool conditions; /* it does not take every message */
	bool actions, ends;
	size_t groups;	  /* open ones */
	bool group_empty; /* the innermost has no condition yet */
};

struct builder {
	struct config *config;
	struct diagnostics *diags;
	const struct source *source;
	struct place main_seen[SETTINGS_MAX];
	enum section where;		 /* SECTION_RULE within groups, too */
	struct place seen[SETTINGS_MAX]; /* of the section that is open */
	struct account *account;	 /* the account or smtp that is open */
	bool insecure;			 /* the account's magic word */
	struct test_case *test;		 /* the test that is open */
	bool broken; /* there were errors; see config_load_anyway() */
	struct rule_build rule;
	bool catches;	    /* an enabled rule takes every message: */
	size_t catch_index; /* this one */
	bool catch_told;
	struct place forward; /* the first rule that forwards */
};

/* complain.c: a complaint about a line of the file that is read now. */
void build_error(struct builder *b, int line, const char *fmt, ...)
	ATTR_PRINTF(3, 4);
void build_warning(struct builder *b, int line, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

/* " (line 4)", or " (FILE:4)" when that is not the file read now. */
void build_place(const struct builder *b, const char *file, int line, char *out,
		 size_t size);

/* fields.c: a setting of the section that is open; not of a test. */
void build_setting(struct builder *b, const struct parse_event *e);

/* A command that is written as if a shell would read it. */
void build_warn_of_shell(struct builder *b, const struct parse_event *e,
			 char **argv);

/* The line of the setting called `name` in the section that is open, or 0. */
int build_seen(const struct builder *b, const char *name);

/* Give the settings that the section that is open did not make defaults. */
void build_defaults(struct builder *b);

/* Free the values of all settings that `kept`, an owner, keeps. */
void build_release(enum owner owner, void *kept);

/* The row of a setting, noted as seen. NULL when it was seen before. */
const struct setting *build_note(struct builder *b,
				 const struct parse_event *e);

/* config_rules.c: what happens between `rule "x" {` and its end. */
void build_rule_begin(struct builder *b, const struct parse_event *e);
void build_rule(struct builder *b, const struct parse_event *e);

/* config_tests.c: a test begins, a line of it, its end; and freeing all. */
void build_test_begin(struct builder *b, const struct parse_event *e);
void build_test(struct builder *b, const struct parse_event *e);
void build_test_end(struct builder *b);
void build_free_tests(struct config *config);

/* config_check.c: an account is complete, the whole is complete. */
void check_account(struct builder *b, struct account *a);
void check_smtp(struct builder *b);
void check_config(struct builder *b);

#endif
