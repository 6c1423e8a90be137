/* SPDX-License-Identifier: ISC */
/* Shared by the files of `postroom state` only. */
#ifndef CMD_STATE_H
#define CMD_STATE_H

#include "cmd/cmd.h"
#include "config/config.h"

/* The parsed command line. */
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
int cmd_state_forget(const struct state_words *w);
int cmd_state_rename(const struct state_words *w);
int cmd_state_import(const struct state_words *w);

#endif
