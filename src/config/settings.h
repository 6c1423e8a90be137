/* SPDX-License-Identifier: ISC */
/*
 * The table of all settings. It drives what libconfuse accepts, what lint.c
 * reports, suggestions for misspelt names, defaults, and where values are kept:
 * a new setting is one row in settings.c. The names of conditions and actions
 * come from the tables in rules/.
 */
#ifndef CONFIG_SETTINGS_H
#define CONFIG_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

enum section {
	SECTION_MAIN,
	SECTION_ACCOUNT,
	SECTION_RULE,
	SECTION_GROUP, /* any, all, none */
	SECTION_TEST,
	SECTION_SMTP,
};

/* The syntax of a value, and the C type that keeps it. */
enum setting_type {
	SETTING_TEXT,	  /* char * */
	SETTING_PATH,	  /* char *, absolute */
	SETTING_FOLDER,	  /* char *, the name of a mail folder */
	SETTING_REMOTE,	  /* char *, of a folder on a server */
	SETTING_REMOTES,  /* char **, of several, or patterns */
	SETTING_WORD,	  /* char *, one of `words` */
	SETTING_CHOICE,	  /* an enum: the index in `words` */
	SETTING_DURATION, /* int64_t, seconds */
	SETTING_SECONDS,  /* int, written as a duration */
	SETTING_INT,	  /* int */
	SETTING_COUNT,	  /* int64_t */
	SETTING_SIZE,	  /* uint64_t, bytes */
	SETTING_YES,	  /* bool */
	SETTING_ARGV,	  /* char **, a command and its arguments */
	SETTING_LIST,	  /* char ** */
	SETTING_CHARSETS, /* char **, charsets that we can convert */
	SETTING_KEEP,	  /* yes, no or an age: enum keep_mode and seconds */
	SETTING_PASSWORD, /* char *, or file: for another char * */
	SETTING_PROXY,	  /* char *, a URL that may hold a password, or NULL */
	SETTING_CONSENT,  /* bool, true only when `words` is written */
	SETTING_MESSAGE,  /* char *, or file: for another char * */
	SETTING_EXPECTATION, /* struct expectation */
};

/* The struct that keeps the value: config.h, account.h, internal.h. */
enum owner {
	OWNER_CONFIG,
	OWNER_ACCOUNT,	/* of an account, or config->smtp */
	OWNER_DEFAULTS, /* config->defaults, for all accounts */
	OWNER_TEST,
	OWNER_BUILDER, /* not needed after loading */
};

struct setting {
	const char *name;
	enum section where;
	enum setting_type type;
	enum owner owner;
	size_t offset;	      /* of the member in the owner */
	const char *def;      /* default, as a user writes it, or NULL */
	const char *words;    /* of SETTING_WORD, CHOICE and CONSENT */
	const char *synonyms; /* its names in other tools, or NULL */
	long long min, max;   /* limits of SETTING_DURATION to COUNT */
};

/* Row `i`, or NULL after the last; and the row of a name, or NULL. */
const struct setting *setting_row(size_t i);
const struct setting *setting_find(enum section where, const char *name);

/* Is it for accounts with protocol = imap only? */
bool setting_is_of_imap(const char *name);

/* The index of a row. */
size_t setting_index(const struct setting *row);

/* At least the number of rows, for arrays with an element for each. */
#define SETTINGS_MAX 96

/*
 * Name `i` of those that may stand there: settings, then conditions, then
 * actions. NULL after the last.
 */
const char *setting_name(enum section where, size_t i);
bool setting_known(enum section where, const char *name);

/* The most similar name or block that may stand there, or NULL. */
const char *setting_suggest(enum section where, const char *name);

/* "the main part", "an account", … for messages. */
const char *section_label(enum section where);

/* A name that opens a section. */
struct section_type {
	const char *name;
	enum section opens;
	bool has_title;
	const char *synonyms;
};

const struct section_type *section_row(size_t i);
const struct section_type *section_find(const char *name);

/* May a section that opens `inner` stand in `outer`? */
bool section_allowed(enum section outer, enum section inner);

#endif
