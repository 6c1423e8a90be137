/* SPDX-License-Identifier: ISC */
/*
 * The configuration: a file that was read, linted, parsed and checked, as
 * plain structs. Nothing below main and cmd_* changes it.
 *
 *	struct config *config;
 *	struct diagnostics diags = {0};
 *
 *	config = config_load(path, &diags);
 *	diagnostics_print(&diags, stderr);	// warnings too
 *	if (config == NULL)
 *		return 78;
 *	…
 *	config_free(config);
 *
 * Loading goes in three steps (research in ARCHITECTURE.md): lint.c looks at
 * the bytes and finds what libconfuse would report badly or not at all, with
 * line and column; libconfuse parses the comment-free text and fires ordered
 * callbacks; then the meaning is checked. All errors of a run are reported.
 *
 * All strings and arrays are owned by the config. Paths are absolute, "~/"
 * was expanded with $HOME.
 */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "account.h"
#include "maildir.h"
#include "rule.h"
#include "util/error.h"

struct config {
	char *path;
	char *maildir;
	enum layout layout;
	enum folder_encoding folder_encoding;
	char *state_dir;
	char *spool_dir; /* default: state_dir/spool */
	int parallel;	 /* fetchers at a time, default 4 */
	int64_t every;	 /* default 300 s */
	int64_t complain_after; /* seconds, default 3600 */
	char **charset_fallback; /* NULL-terminated; GB18030, CP1252 */
	char *tag_style; /* NULL: auto */
	char *undecided; /* fallback folder, default "Inbox" */
	char *log;	 /* file, or NULL */
	char *log_format; /* "text" or "json" */
	struct account *accounts;
	size_t n_accounts;
	struct ruleset *rules; /* compiled */
};

/* One complaint about a configuration, with the place where it arose. */
struct diagnostic {
	bool is_error; /* else a warning */
	char *file;
	int line;   /* from 1; 0: not about a line */
	int column; /* from 1, in bytes; 0: unknown */
	char *text; /* what is wrong and what to write instead */
	char *hint; /* further lines (pattern and caret), or NULL */
};

struct diagnostics {
	struct diagnostic *list;
	size_t n;
	size_t n_errors;
};

/* Add one; file may be NULL. The text is formatted and escaped. */
void diagnostics_add(struct diagnostics *d, bool is_error, const char *file,
		     int line, int column, const char *fmt, ...)
	ATTR_PRINTF(6, 7);

/* Add a further line (kept as it is) to the complaint added last. */
void diagnostics_hint(struct diagnostics *d, const char *hint);

/*
 * "FILE:LINE:COLUMN: error: TEXT", one a line, in file and line order, hints
 * indented below. With errors_only warnings are left out.
 */
void diagnostics_print(struct diagnostics *d, FILE *out, bool errors_only);

void diagnostics_release(struct diagnostics *d);

/*
 * The file to use when -c was not given: $XDG_CONFIG_HOME/postroom/
 * postroom.conf (XDG_CONFIG_HOME defaults to ~/.config), ~/.postroomrc,
 * /etc/postroom.conf. Returns a path that exists, allocated, or NULL.
 */
char *config_find(void);

/* Read and check. NULL when there was an error; see `diags`. */
struct config *config_load(const char *path, struct diagnostics *diags);

void config_free(struct config *config);

/* By name; NULL when there is none. */
const struct account *config_account(const struct config *config,
				     const char *name);

#endif
