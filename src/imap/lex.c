/* SPDX-License-Identifier: ISC */
#include "imap/lex.h"

#include <inttypes.h>
#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

/*
 * Literals of a line that nobody asked for. Values that we do not know, of
 * extensions that we did not ask for, have some hundred bytes.
 */
#define SKIPPED_MAX (1024 * 1024)

/* "{4294967295}", with the marks of its kinds. */
#define LITERAL_WORD_MAX 16

void lex_init(struct lex *l, struct wire *wire)
{
	memset(l, 0, sizeof(*l));
	l->wire = wire;
	buf_init(&l->text, LEX_LINE_MAX);
	buf_init(&l->shown, LEX_SHOWN_MAX);
}

void lex_release(struct lex *l)
{
	buf_release(&l->text);
	buf_release(&l->shown);
}

static int malformed(struct lex *l, const char *what, struct error *err)
{
	(void)error_set(err, ERR_TEMPORARY,
			"the server sent a line that is not IMAP: %s, behind "
			"\"%.*s\"; session given up",
			what, (int)(l->text.len > 100 ? 100 : l->text.len),
			l->text.s);
	return wire_dead(l->wire);
}

/* The next byte, which stays there, or -1. */
static int peek(struct lex *l, struct error *err)
{
	struct wire *w = l->wire;

	if (w->at == w->len && wire_fill(w, err) == -1)
		return -1;
	return (unsigned char)w->input[w->at];
}

static int count_byte(struct lex *l, struct error *err)
{
	if (++l->used <= LEX_LINE_MAX)
		return 0;
	(void)error_set(err, ERR_TEMPORARY,
			"the server sent a line of more than %d bytes; session "
			"given up",
			LEX_LINE_MAX);
	return wire_dead(l->wire);
}

/* Take the byte that was seen. */
static int take(struct lex *l, struct error *err)
{
	struct wire *w = l->wire;
	char c = w->input[w->at++];

	if (w->trace != NULL)
		buf_addch(&l->shown, c);
	return count_byte(l, err);
}

static void show_line(struct lex *l)
{
	struct wire *w = l->wire;
	struct slice line = slice_trim(buf_slice(&l->shown));

	if (w->trace == NULL)
		return;
	wire_hide_given(w, l->shown.s, l->shown.len);
	/* A challenge would help to guess the password. */
	w->trace('<',
		 line.len > 0 && line.p[0] == '+' ? slice_str("+ ***") : line);
}

/* The LF of a line's end, whose CR was taken. */
static int take_lf(struct lex *l, struct error *err)
{
	int c = peek(l, err);

	if (c == -1)
		return -1;
	return c == '\n' ? take(l, err)
			 : malformed(l, "a CR without its LF", err);
}

static int bare_lf(struct lex *l, struct error *err)
{
	return malformed(l, "a bare LF instead of CRLF (RFC 3501)", err);
}

static int end_line(struct lex *l)
{
	l->in_line = false;
	show_line(l);
	return LEX_END;
}

int lex_start(struct lex *l, struct error *err)
{
	buf_clear(&l->text);
	buf_clear(&l->shown);
	l->used = 0;
	l->skipped = 0;
	for (;;) {
		int c = peek(l, err);

		if (c == -1)
			return -1;
		if (c == '\n')
			return bare_lf(l, err);
		if (c != '\0' && c != '\r')
			break;
		if (take(l, err) == -1 || (c == '\r' && take_lf(l, err) == -1))
			return -1;
	}
	buf_clear(&l->shown);
	l->in_line = true;
	return 0;
}

static bool ends_atom(int c)
{
	return c == ' ' || c == '(' || c == ')' || c == '\r' || c == '\n';
}

/* From the bracket to the one that closes it. */
static int take_section(struct lex *l, struct error *err)
{
	for (;;) {
		int c = peek(l, err);

		if (c == -1)
			return -1;
		if (c == '\r' || c == '\n')
			return malformed(l, "a bracket without its end", err);
		buf_addch(&l->text, (char)c);
		if (take(l, err) == -1)
			return -1;
		if (c == ']')
			return 0;
	}
}

static int take_atom(struct lex *l, bool has_section, struct error *err)
{
	for (;;) {
		int c = peek(l, err);

		if (c == -1)
			return -1;
		if (ends_atom(c))
			return 0;
		if (has_section && c == '[') {
			if (take_section(l, err) == -1)
				return -1;
			continue;
		}
		/* Some servers have no blank behind BODY[]. */
		if (has_section && (c == '{' || c == '"') && l->text.len > 0)
			return 0;
		buf_addch(&l->text, (char)c);
		if (take(l, err) == -1)
			return -1;
	}
}

/* "{12}", "{12+}" and "~{12}", the last of a line. */
static bool is_literal(struct slice word, unsigned long long *size)
{
	if (word.len > 0 && word.p[0] == '~')
		word = slice_skip(word, 1);
	if (word.len < 3 || word.len > LITERAL_WORD_MAX || word.p[0] != '{' ||
	    word.p[word.len - 1] != '}')
		return false;
	word = slice_of(word.p + 1, word.len - 2);
	if (word.p[word.len - 1] == '+')
		word.len--;
	return slice_number(word, LEX_LITERAL_MAX, size);
}

/* An atom at the end of a line may announce a literal. */
static int end_atom(struct lex *l, struct error *err)
{
	unsigned long long size;
	struct slice word = buf_slice(&l->text);
	int c;

	if (word.len == 0 || word.p[word.len - 1] != '}')
		return LEX_ATOM;
	if ((c = peek(l, err)) == -1)
		return -1;
	/* Where bytes would be taken for lines, nothing is guessed. */
	if (c == '\r' && !is_literal(word, &size) &&
	    (slice_starts_nocase(word, "{") || slice_starts_nocase(word, "~{")))
		return malformed(l, "a literal without a size", err);
	if (c != '\r' || !is_literal(word, &size))
		return LEX_ATOM;
	if (take(l, err) == -1 || take_lf(l, err) == -1)
		return -1;
	l->left = size;
	return LEX_LITERAL;
}

static int take_quoted(struct lex *l, struct error *err)
{
	bool escaped = false;

	if (take(l, err) == -1)
		return -1;
	for (;;) {
		int c = peek(l, err);

		if (c == -1)
			return -1;
		if (c == '\r' || c == '\n')
			return malformed(l, "a quoted string without its end",
					 err);
		if (take(l, err) == -1)
			return -1;
		if (!escaped && c == '"')
			return LEX_STRING;
		if (!escaped && c == '\\') {
			escaped = true;
			continue;
		}
		if (escaped && c != '"' && c != '\\')
			buf_addch(&l->text, '\\');
		buf_addch(&l->text, (char)c);
		escaped = false;
	}
}

/* Skip blanks; returns the byte behind them, or -1. */
static int skip_blanks(struct lex *l, struct error *err)
{
	for (;;) {
		int c = peek(l, err);

		if (c != ' ' && c != '\t')
			return c;
		if (take(l, err) == -1)
			return -1;
	}
}

static int next_word(struct lex *l, bool has_section, struct error *err)
{
	int c;

	buf_clear(&l->text);
	if (!l->in_line)
		return LEX_END;
	c = skip_blanks(l, err);
	switch (c) {
	case -1:
		return -1;
	case '\n':
		return bare_lf(l, err);
	case '\r':
		return take(l, err) == -1 || take_lf(l, err) == -1
			       ? -1
			       : end_line(l);
	case '(':
		return take(l, err) == -1 ? -1 : LEX_OPEN;
	case ')':
		return take(l, err) == -1 ? -1 : LEX_CLOSE;
	case '"':
		return take_quoted(l, err);
	default:
		return take_atom(l, has_section, err) == -1 ? -1
							    : end_atom(l, err);
	}
}

int lex_next(struct lex *l, struct error *err)
{
	return next_word(l, false, err);
}

int lex_item(struct lex *l, struct error *err)
{
	return next_word(l, true, err);
}

int lex_value(struct lex *l, struct error *err)
{
	int kind = lex_next(l, err);
	struct slice piece;
	int rc;

	if (kind != LEX_LITERAL)
		return kind;
	if (l->left > LEX_LINE_MAX - l->used)
		return malformed(l, "a value that is too long", err);
	l->used += l->left;
	buf_clear(&l->text);
	while ((rc = lex_read(l, &piece, err)) == 1)
		buf_addslice(&l->text, piece);
	return rc == -1 ? -1 : LEX_STRING;
}

/* Is c in the code, or its end? Strings in it may have brackets. */
static bool code_goes_on(int c, bool *quoted, bool *escaped)
{
	if (*escaped)
		*escaped = false;
	else if (*quoted && c == '\\')
		*escaped = true;
	else if (c == '"')
		*quoted = !*quoted;
	else if (c == ']' && !*quoted)
		return false;
	return true;
}

static void split_code(struct buf *text, struct buf *code)
{
	bool quoted = false, escaped = false;
	size_t at = 1;

	buf_clear(code);
	if (text->len == 0 || text->s[0] != '[')
		return;
	while (at < text->len && code_goes_on(text->s[at], &quoted, &escaped))
		at++;
	if (at == text->len)
		return;
	buf_add(code, text->s + 1, at - 1);
	buf_consume(text, at + 1);
}

/* Up to the end of the line; a CR that is alone belongs to it. */
static int take_text(struct lex *l, struct error *err)
{
	bool is_cr = false;

	for (;;) {
		int c = peek(l, err);

		if (c == -1)
			return -1;
		if (c == '\n' && !is_cr)
			return bare_lf(l, err);
		if (take(l, err) == -1)
			return -1;
		if (c == '\n')
			break;
		is_cr = c == '\r';
		buf_addch(&l->text, (char)c);
	}
	return end_line(l);
}

int lex_text(struct lex *l, struct buf *code, struct error *err)
{
	struct slice trimmed;

	buf_clear(&l->text);
	buf_clear(code);
	if (!l->in_line)
		return 0;
	if (skip_blanks(l, err) == -1 || take_text(l, err) == -1)
		return -1;
	split_code(&l->text, code);
	wire_hide_given(l->wire, code->s, code->len);
	wire_hide_given(l->wire, l->text.s, l->text.len);
	trimmed = slice_trim(buf_slice(&l->text));
	buf_consume(&l->text, (size_t)(trimmed.p - l->text.s));
	buf_truncate(&l->text, trimmed.len);
	return 0;
}

int lex_read(struct lex *l, struct slice *piece, struct error *err)
{
	struct wire *w = l->wire;
	size_t have;

	*piece = SLICE_EMPTY;
	if (l->left == 0)
		return 0;
	if (w->at == w->len && wire_fill(w, err) == -1)
		return -1;
	have = w->len - w->at;
	if (have > l->left)
		have = (size_t)l->left;
	*piece = slice_of(w->input + w->at, have);
	w->at += have;
	l->left -= have;
	return 1;
}

int lex_goes_on(struct lex *l, struct error *err)
{
	int c = peek(l, err);

	return c == -1 ? -1 : c == ' ' || c == '\t' || c == ')';
}

int lex_skip_literal(struct lex *l, struct error *err)
{
	struct slice piece;
	int rc;

	l->skipped += l->left;
	if (l->skipped > SKIPPED_MAX) {
		(void)error_set(err, ERR_TEMPORARY,
				"the server sends %" PRIu64 " bytes that were "
				"not asked for; session given up",
				l->left);
		return wire_dead(l->wire);
	}
	do
		rc = lex_read(l, &piece, err);
	while (rc == 1);
	return rc;
}

/* Up to the end of the lists that are open, or of the value. */
static int skip_values(struct lex *l, unsigned depth, struct error *err)
{
	do {
		int kind = lex_next(l, err);

		if (kind == -1 ||
		    (kind == LEX_LITERAL && lex_skip_literal(l, err) == -1))
			return -1;
		if (kind == LEX_END)
			return 0;
		depth += kind == LEX_OPEN;
		depth -= kind == LEX_CLOSE && depth > 0;
	} while (depth > 0);
	return 0;
}

int lex_skip_list(struct lex *l, struct error *err)
{
	return skip_values(l, 1, err);
}

int lex_skip_value(struct lex *l, struct error *err)
{
	return skip_values(l, 0, err);
}

int lex_skip_line(struct lex *l, struct error *err)
{
	if (lex_skip_literal(l, err) == -1)
		return -1;
	while (l->in_line) {
		int kind = lex_next(l, err);

		if (kind == -1 ||
		    (kind == LEX_LITERAL && lex_skip_literal(l, err) == -1))
			return -1;
	}
	return 0;
}
