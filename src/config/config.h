/* SPDX-License-Identifier: ISC */
/*
 * The configuration: a file that was read, linted, parsed and checked, as
 * plain structs. Nothing changes it after loading.
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
 * build.c loads in five steps. file.c reads the bytes of a file. lint.c finds,
 * with line and column, what libconfuse would report badly or not at all.
 * parse.c lets libconfuse turn the text, without comments, into a list of
 * events. fields.c, rules.c and tests.c store these in structs, as the table
 * in settings.c says. check.c checks what depends on several settings. One run
 * reports all errors that it can find.
 *
 * The config owns all strings and arrays. Paths are absolute; "~/" is expanded
 * with $HOME.
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
	bool is_set;  /* even to an empty list */
	char **words; /* NULL-terminated */
};

struct test_case {
	char *title;
	const char *file; /* that holds the block */
	int line;
	bool of_set;		/* of a ready-made set: its own rules only */
	char *mail, *mail_file; /* the message, or the path of its file */
	char *account, *folder_there; /* from where it came, or NULL */
	struct expectation folder, tags, rule, copies;
};

struct config {
	char *path;   /* as given to config_load() */
	char **files; /* names of all files read, NULL-terminated */
	size_t n_files;
	char *maildir;
	enum layout layout;
	enum folder_encoding folder_encoding;
	char *state_dir;
	char *spool_dir;	 /* default: state_dir/spool */
	int parallel;		 /* accounts fetched at a time, default 4 */
	int64_t every;		 /* seconds, default 300 */
	int64_t complain_after;	 /* seconds, default 3600 */
	char **charset_fallback; /* NULL-terminated; GB18030, CP1252 */
	char *tag_style;	 /* NULL: auto */
	int command_timeout;	 /* seconds, default 60 */
	uint64_t min_free; /* bytes; UINT64_MAX: by the size of the disk */
	char **addresses, **command_environment; /* NULL-terminated, or NULL */
	struct account defaults; /* what the main part sets for accounts */
	struct account *smtp;	 /* how to reach the server, or NULL */
	char *smtp_from;	 /* or NULL */
	char *undecided;	 /* folder for what cannot be judged, "Inbox" */
	char **sendmail, **on_new, **on_trouble; /* argv, or NULL */
	char *log;				 /* file, or NULL */
	char *log_format;			 /* "text" or "json" */
	char *sandbox;				 /* "strict" or "best-effort" */
	struct account *accounts;
	size_t n_accounts;
	struct ruleset *rules; /* compiled */
	struct test_case *tests;
	size_t n_tests;
};

/*
 * The file to use when -c is not given, the first that exists of
 * $XDG_CONFIG_HOME/postroom/postroom.conf (XDG_CONFIG_HOME defaults to
 * ~/.config), ~/.postroomrc and /etc/postroom.conf. Allocated, or NULL.
 */
char *config_find(void);

/*
 * Read and check a configuration; release it with config_free(). NULL after an
 * error. Errors and warnings are added to `diags`.
 */
struct config *config_load(const char *path, struct diagnostics *diags);

/*
 * The same; and it is an error if a file or program for a password or for TLS
 * is missing or cannot be used. No program is run.
 */
struct config *config_load_strictly(const char *path,
				    struct diagnostics *diags);

/*
 * As config_load(), but never NULL: after an error it returns what could be
 * read, for commands that only look at the state. Then rely only on state_dir,
 * and expect accounts to be missing. `diags` says whether there were errors.
 */
struct config *config_load_anyway(const char *path, struct diagnostics *diags);
void config_free(struct config *config);
/* Overwrite its passwords, for a process that needs none. */
void config_forget_secrets(const struct config *config);

/* The account with that name, or NULL. */
const struct account *config_account(const struct config *config,
				     const char *name);

#endif
