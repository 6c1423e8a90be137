/* SPDX-License-Identifier: ISC */
/*
 * A verdict: what to do with a message, as data. The judge makes it and sends
 * it to the sorter as bytes.
 *
 *	struct verdict v;
 *
 *	verdict_init(&v);
 *	action = verdict_add(&v, ACTION_FOLDER, rule);
 *	action->text = xstrdup("Lists/x");
 *	verdict_encode(&v, &bytes);
 *	verdict_decode(slice, n_rules, n_sources, &v, err);
 *	verdict_release(&v);
 */
#ifndef RULES_VERDICT_H
#define RULES_VERDICT_H

#include "rules/action_type.h"
#include "rules/request.h"
#include "util/error.h"

/* Actions for one message; more is a mistake, or an attack on the disk. */
#define VERDICT_ACTIONS_MAX 256

/* Different contents of one message; each change by a rule adds one. */
#define VERDICT_CONTENTS_MAX 16

/*
 * Bytes of a folder name (ten levels), of a path or a line of the log, of what
 * matched, and of the tags: TAGS_MAX of TAG_LENGTH_MAX, and blanks.
 */
#define VERDICT_FOLDER_MAX 1024
#define VERDICT_TEXT_MAX   4096
#define VERDICT_WHY_MAX	   1024
#define VERDICT_TAGS_MAX   4200

struct verdict_action {
	enum action_kind kind; /* one that has_effect */
	unsigned rule;	       /* index in the set */
	unsigned flags;	       /* for FOLDER and COPY: Maildir flags */
	unsigned content;      /* index of the contents */
	bool captured;	       /* senders can choose the name, except for */
	unsigned written;      /* so many bytes at its start; see allow.h */
	char *text;	       /* folder, directory, line; else "" */
	char *tags;	       /* of FOLDER, blank-separated */
	char *why;	       /* what matched, for people to read */
	char **argv;	       /* PIPE: the command; FORWARD: the addresses;
				  VACATION: see vacation.c */
	char **environment;    /* PIPE */
};

/* The fate of a rule; for `explain`. */
enum outcome {
	OUTCOME_NO,
	OUTCOME_APPLIES,
	OUTCOME_ERROR,
	OUTCOME_OFF,	 /* enabled = no */
	OUTCOME_SKIPPED, /* an earlier rule ended the judgement */
};

struct verdict_trace {
	unsigned rule;
	enum outcome outcome;
	char *why;   /* lines */
	uint64_t ns; /* its time, when that was measured */
};

struct verdict {
	bool undecided;	  /* file into the fallback folder; see `reason` */
	bool postponed;	  /* judge it again later; see `reason` */
	bool decided;	  /* FOLDER or DISCARD is among the actions */
	int64_t hold;	  /* judge it again in so many seconds; 0: no */
	unsigned flags;	  /* of `mark`; for the inbox when !decided */
	unsigned content; /* for the inbox when !decided */
	char *tags;	  /* likewise, blank-separated; not NULL once made */
	char *untags;	  /* those to remove, of any filing; likewise */
	char reason[512];
	bool in_part; /* a condition looked at a part of the message only */
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

/* Append an action. NULL, and undecided, when there are too many. */
struct verdict_action *verdict_add(struct verdict *v, enum action_kind kind,
				   unsigned rule);

/* Each drops the actions so far. */
void verdict_set_undecided(struct verdict *v, const char *reason);
void verdict_set_postponed(struct verdict *v, const char *reason);
void verdict_set_hold(struct verdict *v, int64_t seconds);

/* Record that a rule applies. */
void verdict_add_match(struct verdict *v, unsigned rule);

/* Takes a copy of `why`. */
void verdict_add_trace(struct verdict *v, unsigned rule, enum outcome outcome,
		       const char *why);

/* Append the verdict as bytes. */
void verdict_encode(const struct verdict *v, struct buf *out);

/*
 * Read it back. The bytes are hostile: -1 when a value is out of its range, or
 * a folder name cannot be used.
 */
int verdict_decode(struct slice bytes, unsigned n_rules, unsigned n_sources,
		   struct verdict *out, struct error *err);

#endif
