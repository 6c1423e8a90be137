/* SPDX-License-Identifier: ISC */
/*
 * Folders of an included file under other names:
 *
 *	include("std:spam-headers", "Spam=Junk")
 *
 *	renames_parse(&renames, e, err);
 *	…
 *	renames_apply(&renames, e);	// for each event of the file
 *	…
 *	if (renames_unused(&renames) != NULL)
 *		…
 *	renames_release(&renames);
 */
#ifndef CONFIG_RENAME_H
#define CONFIG_RENAME_H

#include "config/parse.h"
#include "util/buf.h"
#include "util/error.h"

struct rename {
	char *from, *to;
	bool used;
};

struct renames {
	struct rename *list;
	size_t n;
	struct buf folders; /* of the rules, for errors */
};

/* From the values of an include, behind its first one. -1 with ERR_CONFIG. */
int renames_parse(struct renames *r, const struct parse_event *e,
		  struct error *err);

/*
 * Rename the folders in an event that sets `folder` or `copy`, or what a test
 * expects of them; also the folders below them. The first that fits counts.
 */
void renames_apply(struct renames *r, struct parse_event *e);

/* The first name that no rule used; NULL: there is none. */
const char *renames_unused(const struct renames *r);

void renames_release(struct renames *r);

#endif
