/* SPDX-License-Identifier: ISC */
/*
 * The words of IMAP (RFC 9051, section 9) as they come from the network, one
 * at each call, in pieces of any size:
 *
 *	lex_start(l, err);			// a line begins
 *	while ((kind = lex_next(l, err)) > LEX_END)
 *		…				// l->text, or lex_read()
 *
 * A server's words are hostile: bytes of a line are counted, and a literal
 * says its size first. After any -1 the dialogue is dead.
 *
 * These errors of servers are harmless, because they are in no doubt about
 * where a word or a line ends, and are tolerated: NULs and empty lines before
 * a line; blanks that are doubled, missing at a parenthesis, or at the end of a
 * line; control characters in atoms; '"', '{' and '\' inside an atom; a
 * backslash in a quoted string that escapes nothing; a code without its ']',
 * which is text then; {n+} and ~{n} as literals.
 */
#ifndef IMAP_LEX_H
#define IMAP_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/wire.h"
#include "util/buf.h"
#include "util/error.h"

/*
 * A line without the bytes of literals that are streamed or skipped. Nothing
 * that we ask for has a tenth of it: this limits all lists and texts in it.
 */
#define LEX_LINE_MAX (64 * 1024)

/* RFC 3501 has 32 bits for it, and no mail of 4 GiB is known. */
#define LEX_LITERAL_MAX UINT32_MAX

/* Bytes of a line, for -vv. */
#define LEX_SHOWN_MAX 512

enum lex_kind {
	LEX_END,     /* of the line */
	LEX_OPEN,    /* "(" */
	LEX_CLOSE,   /* ")" */
	LEX_ATOM,    /* also a number, a flag, NIL */
	LEX_STRING,  /* quoted, or a literal that was copied */
	LEX_LITERAL, /* l->left bytes come next: lex_read() */
};

struct lex {
	struct wire *wire;
	struct buf
		text;  /* of an atom, a string or a text; until the next call */
	uint64_t left; /* bytes of a literal that were not read */
	size_t used;   /* bytes of the line so far */
	uint64_t skipped; /* bytes of its literals that were not needed */
	bool in_line;
	struct buf shown;
};

void lex_init(struct lex *l, struct wire *wire);
void lex_release(struct lex *l);

/* Wait for a line; only where in_line is false. */
int lex_start(struct lex *l, struct error *err);

/* The next word. Returns its kind, or -1. What is left of a literal must be 0.
 */
int lex_next(struct lex *l, struct error *err);

/* The same, but a literal is copied, as a part of the line, to a LEX_STRING. */
int lex_value(struct lex *l, struct error *err);

/*
 * The same as lex_next(), but brackets, with all that is between them, belong
 * to an atom, as in BODY[HEADER.FIELDS (FROM)]<0>.
 */
int lex_item(struct lex *l, struct error *err);

/*
 * The rest of the line, as text: a code in brackets at its start goes to
 * `code` without them (empty: there is none), and what is behind it to l->text.
 * Secrets of the login are hidden in both.
 */
int lex_text(struct lex *l, struct buf *code, struct error *err);

/* A piece of a literal: 1, or 0 at its end. It is valid until the next call. */
int lex_read(struct lex *l, struct slice *piece, struct error *err);

/*
 * Does the line go on as it must behind a literal: with a blank, or with the
 * end of its list? 1, 0 the literal had another length than it said, or -1.
 */
int lex_goes_on(struct lex *l, struct error *err);

/*
 * Read what is not needed: the rest of a literal, of a list whose parenthesis
 * was read; a value, which may be a list; the rest of the line.
 */
int lex_skip_literal(struct lex *l, struct error *err);
int lex_skip_list(struct lex *l, struct error *err);
int lex_skip_value(struct lex *l, struct error *err);
int lex_skip_line(struct lex *l, struct error *err);

#endif
