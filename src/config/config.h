/* SPDX-License-Identifier: ISC */
/*
 * The configuration: a file that was read, linted, parsed and checked, as
 * plain structs. Nothing below main and cmd_* changes it.
 *
 *	struct config *config;
 *	struct diagnostics diags = {0};
 *
 *	config = config_load(path, &diags);
 *	diagnostics_print(&diags, stderr, "", false);
 *	diagnostics_release(&diags);
 *	if (config == NULL)
 *		return 78;
 *	…
 *	config_free(config);
 *
 * Loading goes in four steps. config_file.c reads the bytes of a file; lint.c
 * finds what libconfuse would report badly or not at all, with line and
 * column; config_parse.c has libconfuse turn the comment-free text into a
 * list of events; config_fields.c and config_rules.c make structs of them,
 * and config_check.c looks whether the whole makes sense. All errors that one
 * run can find are reported.
 *
 * All strings and arrays are owned by the config. Paths are absolute, "~/"
 * was expanded with $HOME.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "account/account.h"
#include "config/diagnostics.h"
#include "maildir/maildir.h"

/* One `test` block. */
struct expectation {
	bool is_set;  /* the line is there, though perhaps empty */
	char **words; /* NULL-terminated */
};

struct test_case {
	char *title;
	const char *file; /* where it stands */
	int line;
	char *mail;	 /* the message itself, or NULL */
	char *mail_file; /* or where it is */
	struct expectation folder, tags, rule, copies;
};

struct config {
	char *path;   /* as it was given */
	char **files; /* names of all files read, NULL-terminated */
	size_t n_files;
	char *maildir;
	enum layout layout;
	enum folder_encoding folder_encoding;
	char *state_dir;
	char *spool_dir;	 /* default: state_dir/spool */
	int parallel;		 /* fetchers at a time, default 4 */
	int64_t every;		 /* default 300 s */
	int64_t complain_after;	 /* seconds, default 3600 */
	char **charset_fallback; /* NULL-terminated; GB18030, CP1252 */
	char *tag_style;	 /* NULL: auto */
	int command_timeout;	 /* seconds, default 60 */
	char **addresses;	 /* NULL-terminated, or NULL */
	char **sendmail;	 /* argv, or NULL */
	struct account *smtp;	 /* how to reach the server, or NULL */
	char *smtp_from;	 /* or NULL */
	char *undecided;	 /* fallback folder, default "Inbox" */
	char **on_new;		 /* argv, or NULL */
	char **on_trouble;	 /* argv, or NULL */
	char *log;		 /* file, or NULL */
	char *log_format;	 /* "text" or "json" */
	struct account *accounts;
	size_t n_accounts;
	struct ruleset *rules; /* compiled */
	struct test_case *tests;
	size_t n_tests;
};

/*
 * The file to use when -c was not given: $XDG_CONFIG_HOME/postroom/
 * postroom.conf (XDG_CONFIG_HOME defaults to ~/.config), ~/.postroomrc,
 * /etc/postroom.conf. Returns a path that exists, allocated, or NULL.
 */
char *config_find(void);

/* Read and check. NULL when there was an error; see `diags`. */
struct config *config_load(const char *path, struct diagnostics *diags);

/*
 * The same, but what is there in spite of errors, for those who only look:
 * where the state is, and perhaps accounts; nothing else is to be relied on.
 * `diags` says whether there were errors. Never NULL.
 */
struct config *config_load_anyway(const char *path, struct diagnostics *diags);

void config_free(struct config *config);

/* By name; NULL when there is none. */
const struct account *config_account(const struct config *config,
				     const char *name);

#endif
