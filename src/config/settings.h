/* SPDX-License-Identifier: ISC */
/*
 * Everything that can be written in a configuration, in one table: it drives
 * what libconfuse accepts, what lint.c complains about, what is suggested for
 * a misspelt name, the defaults, and completion. The names of conditions and
 * actions come from rule.c and action.c, so that each is said once.
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

/* What a value looks like, and the C type that holds it. */
enum setting_type {
	SETTING_TEXT,	     /* char * */
	SETTING_PATH,	     /* char *, absolute */
	SETTING_FOLDER,	     /* char *, the name of a mail folder */
	SETTING_WORD,	     /* char *, one of `words` */
	SETTING_CHOICE,	     /* an enum: the index in `words` */
	SETTING_DURATION,    /* int64_t, seconds */
	SETTING_SECONDS,     /* int, written as a duration */
	SETTING_INT,	     /* int */
	SETTING_COUNT,	     /* int64_t */
	SETTING_SIZE,	     /* uint64_t, bytes */
	SETTING_YES,	     /* bool */
	SETTING_ARGV,	     /* char **, a command and its arguments */
	SETTING_LIST,	     /* char ** */
	SETTING_CHARSETS,    /* char **, charsets that we can convert */
	SETTING_KEEP,	     /* yes, no or an age: enum keep_mode and seconds */
	SETTING_PASSWORD,    /* char *, or file: for another char * */
	SETTING_CONSENT,     /* bool, true only when `words` is written */
	SETTING_MESSAGE,     /* char *, or file: for another char * */
	SETTING_EXPECTATION, /* struct expectation */
};

/* The struct that keeps the value. */
enum owner {
	OWNER_CONFIG,
	OWNER_ACCOUNT, /* an account, or how smtp reaches its server */
	OWNER_TEST,
	OWNER_BUILDER, /* needed only while the section is read */
};

struct setting {
	const char *name;
	enum section where;
	enum setting_type type;
	enum owner owner;
	size_t offset;	      /* in the owner; its type was checked */
	const char *def;      /* as it would be written; NULL: none */
	const char *words;    /* of SETTING_WORD and SETTING_CHOICE */
	const char *synonyms; /* what other tools and languages call it */
	long long min, max;   /* of SETTING_DURATION to SETTING_COUNT */
};

/* Row i, or NULL past the last; and by name. */
const struct setting *setting_row(size_t i);
const struct setting *setting_find(enum section where, const char *name);

/* The index of a row. */
size_t setting_index(const struct setting *row);

/* More rows than there are, for arrays with one element a row. */
#define SETTINGS_MAX 80

/*
 * Key i that may stand there: settings, then conditions, then actions. NULL
 * past the last.
 */
const char *setting_name(enum section where, size_t i);
bool setting_known(enum section where, const char *name);

/* The nearest key or section that may stand there, or NULL. */
const char *setting_suggest(enum section where, const char *name);

/* "the main part", "an account", … for messages. */
const char *section_label(enum section where);

/* A word that opens a section. */
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
