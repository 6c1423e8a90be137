/* SPDX-License-Identifier: ISC */
/*
 * Cuts the bytes of a configuration into tokens as libconfuse does, with line
 * and column, and overwrites comments with blanks. Reports what is wrong in
 * every context (a quote that is never closed, a curly quote, a control
 * character) and repairs it in place, so that one mistake gives one message.
 */
#ifndef CONFIG_LINT_SCAN_H
#define CONFIG_LINT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "config/diagnostics.h"
#include "util/buf.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* not quoted */
	TOKEN_STRING, /* quoted */
	TOKEN_SIGN,   /* = { } ( ) , or the stray + * */
};

struct token {
	enum token_kind kind;
	char sign;	   /* of TOKEN_SIGN; '+' also stands for "+=" */
	char cut;	   /* the sign that ended a word, or NUL */
	bool glued;	   /* directly after the last token */
	struct slice text; /* with its quotes; in the buffer */
	size_t escape;	   /* offset of a backslash that is dropped, or 0 */
	int line, column;
};

/* Number of tokens to look ahead. */
#define SCAN_AHEAD 4

struct scanner {
	const char *file;
	char *p; /* the bytes, which are repaired in place */
	size_t len, at;
	int line;
	size_t line_start;
	struct token ahead[SCAN_AHEAD];
	size_t n_ahead;
	struct diagnostics *diags;
	size_t n_errors;
	bool stopped; /* only TOKEN_END follows those ahead */
};

/* The scanner changes the bytes of `clean`, which must stay where they are. */
void scan_init(struct scanner *s, const char *file, struct buf *clean,
	       struct diagnostics *diags);

/* Token `n` from here, 0 is the next; and take the next one. */
const struct token *scan_peek(struct scanner *s, size_t n);
struct token scan_next(struct scanner *s);

bool token_is_sign(const struct token *t, char sign);
bool token_is_value(const struct token *t);

/* The same for token `n` from here. */
bool scan_peek_sign(struct scanner *s, size_t n, char sign);
bool scan_peek_value(struct scanner *s, size_t n);
bool scan_peek_assigns(struct scanner *s, size_t n); /* = or += */

/* Take the next token when it is this sign. */
bool scan_skip_sign(struct scanner *s, char sign);

/* Add an error. After too many of them the scanner stops. */
void scan_complain(struct scanner *s, int line, int column, const char *fmt,
		   ...) ATTR_PRINTF(4, 5);

#endif
