/* SPDX-License-Identifier: ISC */
/* What sorting needs of the configuration, as plain data. */
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
	int seconds;		     /* stop beginning things then; 0: never */
	bool discard_on_disk;	     /* what lies on disk, too */
	bool all_on_disk;	     /* copies and commands for it, too */
	int report_fd;		     /* for report_send(); -1: none */
	struct hook on_new;	     /* told of what was filed */
	int wake_fd; /* readable: there is new mail; -1: nobody says */
};

#endif
