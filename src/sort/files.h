/* SPDX-License-Identifier: ISC */
/*
 * The bytes of the steps. The first filing of an unchanged message uses the
 * message's own spool file; so do commands, which only read it. Any other
 * filing gets a file of its own, so that it has its own witness; so does a
 * message that a rule has changed.
 */
#ifndef SORT_FILES_H
#define SORT_FILES_H

#include "sort/batch.h"
#include "sort/host.h"

/* A file in the spool for each step that needs bytes of its own. */
int sorter_assign_files(struct sorter *s, const struct sort_host *host,
			struct decision *d, const struct verdict *verdict,
			size_t *n_files, struct error *err);

/* Make the files of a batch durable, together. */
int sorter_sync_files(struct sorter *s, const struct batch *b,
		      struct error *err);

#endif
