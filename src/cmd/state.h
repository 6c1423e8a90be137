/* SPDX-License-Identifier: ISC */
/* What the files of `postroom state` share; seen by nobody else. */
#ifndef CMD_STATE_H
#define CMD_STATE_H

#include "cmd/cmd.h"
#include "config/config.h"

/* What is left of the command line: names and options. */
struct state_words {
	const struct invocation *inv;
	const struct config *config;
	char **words; /* NULL-terminated, without the options */
	bool all;     /* --all */
	bool force;   /* --force */
};

/* Each returns the exit status. */
int cmd_state_show(const struct state_words *w);
int cmd_state_export(const struct state_words *w);
int cmd_state_verify(const struct state_words *w);

#endif
