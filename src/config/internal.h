/* SPDX-License-Identifier: ISC */
/*
 * Shared by the files of this folder while build.c loads a configuration. No
 * other folder includes it.
 */
#ifndef CONFIG_INTERNAL_H
#define CONFIG_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "config/config.h"
#include "config/file.h"
#include "config/parse.h"
#include "config/rename.h"
#include "config/settings.h"

/* The file that is being read, and those that include it. */
struct source {
	const char *file; /* owned by the config */
	char *directory;
	struct config_file id;
	const struct source *parent;
	int depth;
	bool is_set;		 /* included as "std:NAME" */
	struct renames *renames; /* of include(), or NULL */
};

/* The place where something was set; line 0: it was not set. */
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
	int days;
	char **addresses;
	struct place vacation; /* its action */
	bool broken;	       /* it had an error */
	bool conditions;       /* there are some */
	bool actions, ends;
	size_t groups;	  /* number of open ones */
	bool group_empty; /* the innermost, so far */
};

struct builder {
	struct config *config;
	struct diagnostics *diags;
	const struct source *source;
	struct place main_seen[SETTINGS_MAX];
	enum section where;		 /* in a group, too, SECTION_RULE */
	struct place seen[SETTINGS_MAX]; /* of the section that is open */
	struct account *account;	 /* the account or smtp that is open */
	bool insecure;			 /* permitted for this account */
	struct test_case *test;		 /* the test that is open */
	bool broken;			 /* there were errors in a file */
	bool outside; /* look for the files and programs that it names */
	bool (*set)[SETTINGS_MAX]; /* which settings each account has */
	struct rule_build rule;
	bool catches;	    /* an enabled rule takes every message */
	size_t catch_index; /* which one */
	bool catch_told;
	struct place forward;  /* the first action of that kind */
	struct place vacation; /* likewise */
	struct place unknown;  /* likewise, in a rule without addresses */
};

/* complain.c: an error or warning about a line of the file being read. */
void build_error(struct builder *b, int line, const char *fmt, ...)
	ATTR_PRINTF(3, 4);
void build_warning(struct builder *b, int line, const char *fmt, ...)
	ATTR_PRINTF(3, 4);

/* " (line 4)", or " (FILE:4)" when that is not the file being read. */
void build_place(const struct builder *b, const char *file, int line, char *out,
		 size_t size);

/* fields.c: store a setting of the section that is open, unless a test. */
void build_setting(struct builder *b, const struct parse_event *e);

/* Warn when a command is written as if a shell would read it. */
void build_warn_of_shell(struct builder *b, const struct parse_event *e,
			 char **argv);

/* The line of the setting called `name` in the section that is open, or 0. */
int build_seen(const struct builder *b, const char *name);

/* Store the defaults of what the section that is open did not set. */
void build_defaults(struct builder *b);

/* Free the values of all settings in `kept`, a struct of that kind. */
void build_release(enum owner owner, void *kept);

/*
 * The row of a setting, whose place is noted. NULL, with an error added, when
 * the section has set it already.
 */
const struct setting *build_note(struct builder *b,
				 const struct parse_event *e);

/* rules.c: `rule "x" {`, then each event up to its end. */
void build_rule_begin(struct builder *b, const struct parse_event *e);
void build_rule(struct builder *b, const struct parse_event *e);

/* tests.c: `test "x" {`, each setting of it, its end; freeing all tests. */
void build_test_begin(struct builder *b, const struct parse_event *e);
void build_test(struct builder *b, const struct parse_event *e);
void build_test_end(struct builder *b);
void build_free_tests(struct config *config);

#endif
