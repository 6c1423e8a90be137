/* SPDX-License-Identifier: ISC */
/*
 * The bytes of a configuration as tokens, the way libconfuse cuts them, with
 * exact places. Comments are blanked in place on the way. What cannot be
 * right whatever its context (a quote that is never closed, a typographic
 * quote, a control character) is complained of here, and mended in place so
 * that one slip gives one complaint.
 */
#ifndef CONFIG_LINT_SCAN_H
#define CONFIG_LINT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "config/diagnostics.h"
#include "util/buf.h"

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,   /* bare */
	TOKEN_STRING, /* quoted */
	TOKEN_SIGN,   /* = { } ( ) , or the stray + * */
};

struct token {
	enum token_kind kind;
	char sign;	   /* of TOKEN_SIGN; '+' also stands for "+=" */
	char cut;	   /* the sign that ended a bare word, or NUL */
	bool glued;	   /* no blank before it */
	struct slice text; /* quotes included; view into the buffer */
	size_t escape;	   /* offset of a backslash that gets lost; 0: none */
	int line, column;
};

/* Tokens one may look ahead. */
#define SCAN_AHEAD 4

struct scanner {
	const char *file;
	char *p; /* the bytes, mended and blanked as we go */
	size_t len, at;
	int line;
	size_t line_start;
	struct token ahead[SCAN_AHEAD];
	size_t n_ahead;
	struct diagnostics *diags;
	size_t n_errors;
	bool stopped; /* after those ahead there are only TOKEN_ENDs */
};

/* The scanner works on the bytes of `clean`, which must stay. */
void scan_init(struct scanner *s, const char *file, struct buf *clean,
	       struct diagnostics *diags);

/* Look at the token after the next `n` ones; take the next one. */
const struct token *scan_peek(struct scanner *s, size_t n);
struct token scan_next(struct scanner *s);

bool token_is_sign(const struct token *t, char sign);
bool token_is_value(const struct token *t);

/* The same of the token that scan_peek() gives. */
bool scan_peek_sign(struct scanner *s, size_t n, char sign);
bool scan_peek_value(struct scanner *s, size_t n);
bool scan_peek_assigns(struct scanner *s, size_t n); /* = or += */

/* Take the next token when it is this sign. */
bool scan_skip_sign(struct scanner *s, char sign);

/* After too many complaints it stops. */
void scan_complain(struct scanner *s, int line, int column, const char *fmt,
		   ...) ATTR_PRINTF(4, 5);

#endif
