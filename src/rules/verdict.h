/* SPDX-License-Identifier: ISC */
/*
 * A verdict: what is to be done with a message, as data. It is made by the
 * judge and crosses to the sorter as bytes.
 *
 *	struct verdict v;
 *
 *	verdict_init(&v);
 *	action = verdict_add(&v, ACTION_FOLDER, rule);
 *	action->text = xstrdup("Lists/x");
 *	verdict_encode(&v, &bytes);
 *	…
 *	verdict_decode(slice, n_rules, n_sources, &v, err);
 *	verdict_release(&v);
 */
#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include "rules/action_type.h"
#include "rules/request.h"
#include "util/error.h"

/* Effects of one message; more is a mistake, or an attack on the disk. */
#define VERDICT_ACTIONS_MAX 256

/* States of a message between its changes. */
#define VERDICT_CONTENTS_MAX 16

/* A folder name: some levels of 100 bytes each; a path; a line of the log. */
#define VERDICT_FOLDER_MAX 1024
#define VERDICT_TEXT_MAX   4096

/* The tags of a message, blank-separated. */
#define VERDICT_TAGS_MAX 4200

struct verdict_action {
	enum action_kind kind; /* one with an effect */
	unsigned rule;	       /* index in the set */
	unsigned flags;	       /* for FOLDER and COPY: Maildir flags */
	unsigned content;      /* index of the contents */
	bool captured;	       /* senders can make the name up, */
	unsigned written;      /* but for so many bytes at its start */
	char *text;	       /* folder, directory, line; else "" */
	char *tags;	       /* of FOLDER, blank-separated */
	char *why;	       /* what matched, for people */
	char **argv;	       /* PIPE: the command; FORWARD: the addresses */
	char **environment;    /* PIPE */
};

/* What `explain` tells of a rule. */
enum outcome {
	OUTCOME_NO,
	OUTCOME_APPLIES,
	OUTCOME_ERROR,
	OUTCOME_OFF,	 /* enabled = no */
	OUTCOME_SKIPPED, /* the journey had ended */
};

struct verdict_trace {
	unsigned rule;
	enum outcome outcome;
	char *why;   /* lines */
	uint64_t ns; /* what it took, when that was measured */
};

struct verdict {
	bool undecided;	  /* fallback folder, because of `reason` */
	bool postponed;	  /* nothing was decided, because of `reason` */
	bool decided;	  /* FOLDER or DISCARD is among the actions */
	int64_t hold;	  /* decide again in so many seconds; 0: no */
	unsigned flags;	  /* what `mark` said, for the inbox when !decided */
	unsigned content; /* the same */
	char *tags;	  /* the same, blank-separated; never NULL once made */
	char reason[512];
	bool has_key;
	unsigned char key[HASH_SIZE]; /* of Message-ID and body */
	struct verdict_action *actions;
	size_t n;
	struct content *contents; /* [0]: as it came; made by verdict_init() */
	size_t n_contents;
	unsigned *matched; /* the rules that applied, in their order */
	size_t n_matched;
	struct verdict_trace *trace; /* when asked to explain, or to measure */
	size_t n_trace;
};

void verdict_init(struct verdict *v);
void verdict_release(struct verdict *v);

/* Append an action. NULL, and the verdict undecided, when there are too many.
 */
struct verdict_action *verdict_add(struct verdict *v, enum action_kind kind,
				   unsigned rule);

/* Undecided, or nothing is to happen now; the actions so far are dropped. */
void verdict_set_undecided(struct verdict *v, const char *reason);
void verdict_set_postponed(struct verdict *v, const char *reason);
void verdict_set_hold(struct verdict *v, int64_t seconds);

/* A rule applies: for those who count. Very many are not all counted. */
void verdict_add_match(struct verdict *v, unsigned rule);

/* Takes a copy of `why`. */
void verdict_add_trace(struct verdict *v, unsigned rule, enum outcome outcome,
		       const char *why);

/* Append the flat form. */
void verdict_encode(const struct verdict *v, struct buf *out);

/*
 * Read it back. The bytes are hostile until checked: -1 when anything is out
 * of its range, a folder name among it.
 */
int verdict_decode(struct slice bytes, unsigned n_rules, unsigned n_sources,
		   struct verdict *out, struct error *err);

#endif
