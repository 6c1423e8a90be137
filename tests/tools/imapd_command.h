/* SPDX-License-Identifier: ISC */
/* A command of imapd, with its literals, as words. */
#ifndef TESTS_IMAPD_COMMAND_H
#define TESTS_IMAPD_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

enum arg_kind { ARG_END, ARG_ATOM, ARG_STRING, ARG_OPEN, ARG_CLOSE, ARG_BAD };

struct arg {
	enum arg_kind kind;
	char *p; /* ends with a NUL; lives as long as the command */
	size_t len;
};

struct command {
	char tag[128];
	char name[64]; /* in capitals; "UID-FETCH" */
	char *text;    /* its line; literals left out */
	size_t text_len, text_args;
	char *raw;
	size_t len, room, at, args; /* `args`: behind the name */
	bool bare_lf, long_line, has_sync;
	char **kept; /* words */
	size_t n_kept;
};

struct session;

bool command_read(struct session *s); /* false: the client is gone */
struct arg command_next(struct command *c);
struct arg command_peek(struct command *c);
bool arg_is(const struct arg *arg, const char *word);
void command_clear(struct command *c);

#endif
