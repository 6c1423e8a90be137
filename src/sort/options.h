/* SPDX-License-Identifier: ISC */
/* The part of the configuration that sorting needs, as plain data. */
#ifndef SORT_OPTIONS_H
#define SORT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "account/account.h"
#include "maildir/maildir.h"
#include "tell/hook.h"

/* All borrowed. */
struct sort_options {
	const char *maildir;
	enum layout layout;
	enum folder_encoding encoding;
	const char *state_dir;
	const char *spool_dir;
	const char *undecided; /* the fallback folder */
	const struct account *accounts;
	size_t n_accounts;
	struct ruleset *rules;
	const char *const *fallback; /* charsets of unlabelled bytes */
	const char *tag_style;	     /* auto, x-label, keywords, notmuch */
	int command_timeout;	     /* seconds */
	char **sendmail;	     /* how to forward: a program, or NULL */
	const struct account *smtp;  /* or a server, or NULL */
	const char *smtp_from;	     /* envelope sender */
	int seconds; /* after so many, begin nothing new; 0: no limit */
	bool discard_on_disk; /* discard mail on disk, too */
	bool all_on_disk;     /* copy and run commands for mail on disk, too */
	int report_fd;	      /* for report_send(); -1: none */
	struct hook on_new;   /* run with the list of what was filed */
	int wake_fd;	      /* readable: there is new mail; or -1 */
	bool watched;	      /* a person looks on: log trouble each time */
	bool best_effort;     /* judge even where nothing can be confined */
};

#endif
