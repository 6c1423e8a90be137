/* SPDX-License-Identifier: ISC */
/*
 * A preview of what the sorter would do: the same judge and plan, but nothing
 * is changed. Filters and test-commands do run, because the rest
 * depends on them; with `fake` they do not.
 *
 *	struct previewer *p = previewer_new(&options, false);
 *	struct preview preview;
 *
 *	previewer_look(p, &look, &preview, err);
 *	preview_describe(&preview, &line);
 *	preview_release(&preview);
 *	previewer_free(p);
 *
 * Messages are looked at one after the other: the second copy of one is a
 * duplicate of the first.
 */
#ifndef SORT_PREVIEW_H
#define SORT_PREVIEW_H

#include "judge/judge.h"
#include "sort/options.h"
#include "sort/plan.h"

struct previewer;

struct preview_look {
	int fd;
	uint64_t size;
	const char *account;
	const char *folder; /* on the server; NULL: none */
	bool explain;	    /* trace every rule */
	bool measure; /* trace the rules that are looked at, with their times */
	const char *path;    /* of a file to explain; NULL: it arrives now */
	const char *origin;  /* where it lies on disk; NULL: new mail */
	unsigned first, end; /* ask these rules only; end 0: all */
	struct maildir *maildir; /* where mail on disk may lie already */
};

struct preview {
	struct judge_answer answer;
	struct plan plan;
	bool repeated; /* the condition `duplicate` held */
};

/* Borrows the options. The state is read if there is one. */
struct previewer *previewer_new(const struct sort_options *options, bool fake);
void previewer_free(struct previewer *p);

/* -1: the judge could not be asked; release nothing. */
int previewer_look(struct previewer *p, const struct preview_look *look,
		   struct preview *out, struct error *err);
void preview_release(struct preview *preview);

/* A line for people: "subject" from … → Lists/x (rule "Lists", file:line) */
void preview_describe(const struct preview *preview, struct buf *out);

#endif
