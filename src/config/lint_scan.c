/* SPDX-License-Identifier: ISC */
#include "config/lint_scan.h"

#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util/escape.h"

#include "util/banned.h"

/* As many as a user corrects in one go; it limits the output for noise. */
#define ERRORS_MAX 50

/* Longer names of environment variables are cut in messages. */
#define VARIABLE_MAX 64

void scan_init(struct scanner *s, const char *file, struct buf *clean,
	       struct diagnostics *diags)
{
	*s = (struct scanner){
		.file = file,
		.p = clean->s,
		.len = clean->len,
		.line = 1,
		.diags = diags,
	};
}

void scan_complain(struct scanner *s, int line, int column, const char *fmt,
		   ...)
{
	char text[512];
	va_list ap;

	if (s->n_errors > ERRORS_MAX)
		return;
	if (s->n_errors++ == ERRORS_MAX) {
		diagnostics_add(s->diags, true, s->file, line, column,
				"too many errors; the others are not shown");
		s->stopped = true;
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	diagnostics_add(s->diags, true, s->file, line, column, "%s", text);
}

static int column_of(const struct scanner *s, size_t at)
{
	size_t column = at - s->line_start + 1;

	return column > INT_MAX ? INT_MAX : (int)column;
}

static void newline(struct scanner *s)
{
	s->at++;
	s->line++;
	s->line_start = s->at;
}

static bool follows(const struct scanner *s, size_t at, const char *text)
{
	size_t len = strlen(text);

	return s->len - at >= len && memcmp(s->p + at, text, len) == 0;
}

/* The ASCII character that was meant by `c`, or NUL when `c` is text. */
static char meant(uint32_t c)
{
	static const char signs[] = "=＝{｛}｝(（)）,，:：;；#＃";

	if (c == 0xa0 || c == 0x3000 || c == 0xfeff || c == 0x202f ||
	    (c >= 0x2000 && c <= 0x200b))
		return ' ';
	if ((c >= 0x201c && c <= 0x201f) || c == 0xff02)
		return '"';
	if ((c >= 0x2018 && c <= 0x201b) || c == 0xff07)
		return '\'';
	for (size_t i = 0; signs[i] != '\0'; i += 4) {
		if (utf8_character(signs + i + 1, 3) == c)
			return signs[i];
	}
	return '\0';
}

/* The ASCII character meant at `at`, or NUL; *len_out: bytes that it has. */
static char look_alike(const struct scanner *s, size_t at, size_t *len_out)
{
	*len_out = utf8_sequence(s->p + at, s->len - at);
	if (*len_out < 2)
		return '\0';
	return meant(utf8_character(s->p + at, *len_out));
}

static void replace(struct scanner *s, size_t at, size_t len, char c)
{
	memset(s->p + at, ' ', len);
	s->p[at] = c;
}

/* Turn “text” into "text". The next curly quote on the line closes it. */
static void mend_quote(struct scanner *s, size_t at, size_t len, char quote)
{
	size_t end = at + len, n;

	while (end < s->len && s->p[end] != '\n') {
		if (look_alike(s, end, &n) == quote) {
			replace(s, at, len, quote);
			replace(s, end, n, ' ');
			s->p[end + n - 1] = quote;
			return;
		}
		end += n == 0 ? 1 : n;
	}
	replace(s, at, len, ' ');
}

static void mend_look_alike(struct scanner *s, size_t len, char c)
{
	int column = column_of(s, s->at);

	if (c == ' ') {
		scan_complain(s, s->line, column,
			      "U+%04X is not an ordinary space; use ' '",
			      (unsigned)utf8_character(s->p + s->at, len));
		replace(s, s->at, len, ' ');
	} else if (c == '"' || c == '\'') {
		scan_complain(s, s->line, column,
			      c == '"' ? "curly quote %.*s; use '\"'"
				       : "curly quote %.*s; use \"'\"",
			      (int)len, s->p + s->at);
		mend_quote(s, s->at, len, c);
	} else {
		scan_complain(s, s->line, column,
			      "full-width sign %.*s; use '%c'%s", (int)len,
			      s->p + s->at, c,
			      strchr("={}", c) != NULL
				      ? ""
				      : ", or put the text in quotes");
		replace(s, s->at, len, c);
	}
}

static void skip_line_comment(struct scanner *s)
{
	while (s->at < s->len && s->p[s->at] != '\n')
		s->p[s->at++] = ' ';
}

static void skip_block_comment(struct scanner *s)
{
	int line = s->line, column = column_of(s, s->at);

	s->p[s->at++] = ' ';
	s->p[s->at++] = ' ';
	while (s->at < s->len && !follows(s, s->at, "*/")) {
		if (s->p[s->at] == '\n')
			newline(s);
		else
			s->p[s->at++] = ' ';
	}
	if (s->at >= s->len) {
		scan_complain(s, line, column,
			      "the comment opened here is never closed");
		return;
	}
	s->p[s->at++] = ' ';
	s->p[s->at++] = ' ';
}

/* Report a byte that no text may contain. False when this one is allowed. */
static bool complain_byte(struct scanner *s, size_t at)
{
	unsigned char c = (unsigned char)s->p[at];

	if (c >= 0x80 && utf8_sequence(s->p + at, s->len - at) == 0)
		scan_complain(s, s->line, column_of(s, at),
			      "byte 0x%02x is not UTF-8; save the file as "
			      "UTF-8",
			      c);
	else if ((c < 0x20 && strchr("\t\n\r", c) == NULL) || c == '\0' ||
		 c == 0x7f)
		scan_complain(s, s->line, column_of(s, at),
			      "control character 0x%02x; remove it", c);
	else
		return false;
	return true;
}

/* Skip a blank, a comment or a wrong byte. False when a token starts here. */
static bool skip_one(struct scanner *s)
{
	char c = s->p[s->at], ascii;
	size_t len;

	if (c == '\n') {
		newline(s);
	} else if (c == ' ' || c == '\t' || c == '\r') {
		s->at++;
	} else if (c == '#' || follows(s, s->at, "//")) {
		skip_line_comment(s);
	} else if (follows(s, s->at, "/*")) {
		skip_block_comment(s);
	} else if (complain_byte(s, s->at)) {
		s->p[s->at++] = ' ';
	} else {
		ascii = look_alike(s, s->at, &len);
		if (ascii == '\0')
			return false;
		mend_look_alike(s, len, ascii);
	}
	return true;
}

static bool is_word_byte(char c)
{
	return (unsigned char)c > 0x20 && c != 0x7f &&
	       strchr("#\"'={}()+,*", c) == NULL;
}

/*
 * Full-width punctuation inside an unquoted word is most likely text: it is
 * reported and stays. Before a blank it was most likely meant as a sign.
 */
static bool stays_in_word(struct scanner *s, size_t at, size_t len, char c)
{
	if (strchr(":;,()#", c) == NULL || at == s->at || at + len == s->len ||
	    (unsigned char)s->p[at + len] <= ' ')
		return false;
	scan_complain(s, s->line, column_of(s, at),
		      "full-width sign %.*s; use '%c', or put the text in "
		      "quotes",
		      (int)len, s->p + at, c);
	return true;
}

static size_t word_end(struct scanner *s, size_t at)
{
	while (at < s->len && is_word_byte(s->p[at])) {
		size_t len;
		char meant_sign = look_alike(s, at, &len);

		if (len == 0 || (meant_sign != '\0' &&
				 !stays_in_word(s, at, len, meant_sign)))
			break;
		at += len;
	}
	return at;
}

/*
 * Check the environment variable at `at`, where "${" is. Returns the offset of
 * its end. libconfuse would read on to the next brace, across quotes and lines.
 */
static size_t check_variable(struct scanner *s, size_t at)
{
	char name[VARIABLE_MAX];
	const char *p = s->p + at + 2;
	size_t room = s->len - at - 2, len, close;

	for (close = 0; close < room && p[close] != '}'; close++) {
		if (p[close] == '\n' || p[close] == '"')
			break;
	}
	if (close == room || p[close] != '}') {
		scan_complain(s, s->line, column_of(s, at),
			      "the '${' opened here is never closed; for a "
			      "literal ${ write \\${");
		return at + 2;
	}
	for (len = 0; len < close && p[len] != ':'; len++)
		;
	(void)snprintf(name, sizeof(name), "%.*s",
		       len < sizeof(name) ? (int)len : (int)sizeof(name) - 1,
		       p);
	if (len < close && (len + 1 == close || p[len + 1] != '-'))
		scan_complain(s, s->line, column_of(s, at),
			      "write a default as ${%s:-text}", name);
	else if (len == close && getenv(name) == NULL)
		scan_complain(s, s->line, column_of(s, at),
			      "the environment variable %s is not set; write "
			      "${%s:-text} for a default, or \\${ for a "
			      "literal ${",
			      name, name);
	return at + 2 + close + 1;
}

/* The offset of the closing quote, or the length; *lines_out: newlines. */
static size_t find_quote(const struct scanner *s, char quote, size_t *lines_out)
{
	size_t i = s->at + 1;

	*lines_out = 0;
	while (i < s->len && s->p[i] != quote) {
		if (s->p[i] == '\\' && i + 1 < s->len)
			i++;
		*lines_out += s->p[i] == '\n';
		i++;
	}
	return i;
}

/*
 * When a closing quote was forgotten, the next opening quote, lines below,
 * closes the string, and text follows it directly. Then let the string end with
 * its line, before a brace or comma there, so that the rest is still
 * understood. Returns the offset of that end, or 0 when no quote was forgotten.
 */
static size_t forgotten_quote(struct scanner *s, size_t end, size_t lines)
{
	const char *nl = memchr(s->p + s->at, '\n', s->len - s->at);
	size_t stop = nl == NULL ? s->len : (size_t)(nl - s->p);

	if (end < s->len && (lines == 0 || end + 1 == s->len ||
			     !(is_word_byte(s->p[end + 1]) ||
			       s->p[end + 1] == '"' || s->p[end + 1] == '\'')))
		return 0;
	scan_complain(s, s->line, column_of(s, s->at),
		      end < s->len ? "the string opened here ends on line %zu, "
				     "directly before other text; is its "
				     "closing quote missing?"
				   : "the string opened here is never closed",
		      (size_t)s->line + lines);
	while (stop > s->at + 1 && strchr(" \t\r{},", s->p[stop - 1]) != NULL)
		stop--;
	return stop;
}

/* Is there a backslash at `at` that libconfuse would drop? */
static bool is_lost(const struct scanner *s, size_t at)
{
	return s->p[at] == '\\' && at + 1 < s->len &&
	       strchr("\\\"$\n", s->p[at + 1]) == NULL;
}

/* Check the string from its opening quote to `end`, and move there. */
static void check_string(struct scanner *s, char quote, size_t end,
			 struct token *t)
{
	size_t start = s->at, len;

	for (s->at++; s->at < end;) {
		if (quote == '"' && is_lost(s, s->at) && t->escape == 0)
			t->escape = s->at - start;
		if (s->p[s->at] == '\\' && s->at + 1 < end)
			s->at++;
		else if (quote == '"' && follows(s, s->at, "${"))
			(void)check_variable(s, s->at);
		if (s->p[s->at] == '\n') {
			newline(s);
			continue;
		}
		(void)complain_byte(s, s->at);
		len = utf8_sequence(s->p + s->at, end - s->at);
		s->at += len == 0 ? 1 : len;
	}
}

static void scan_string(struct scanner *s, struct token *t)
{
	char quote = s->p[s->at];
	size_t start = s->at, lines;
	size_t end = find_quote(s, quote, &lines);
	size_t forgotten = forgotten_quote(s, end, lines);

	t->kind = TOKEN_STRING;
	if (forgotten != 0)
		end = forgotten;
	check_string(s, quote, end, t);
	if (forgotten == 0)
		s->at++;
	t->text = slice_of(s->p + start, s->at - start);
}

static void scan_word(struct scanner *s, struct token *t)
{
	size_t start = s->at;
	size_t end = follows(s, start, "${") ? check_variable(s, start)
					     : word_end(s, start);

	t->kind = TOKEN_WORD;
	t->text = slice_of(s->p + start, end - start);
	s->at = end;
	if (s->p[start] == '$' && is_word_byte(s->p[end]))
		t->cut = '}';
	else if (strchr("#\"'={(+*", s->p[end]) != NULL)
		t->cut = s->p[end];
}

static struct token scan_token(struct scanner *s)
{
	size_t before = s->at;
	struct token t = {.kind = TOKEN_END, .text = SLICE_EMPTY};

	while (s->at < s->len && !s->stopped && skip_one(s))
		;
	t.glued = s->at == before;
	t.line = s->line;
	t.column = column_of(s, s->at);
	if (s->at >= s->len || s->stopped)
		return t;
	if (s->p[s->at] == '"' || s->p[s->at] == '\'') {
		scan_string(s, &t);
	} else if (is_word_byte(s->p[s->at])) {
		scan_word(s, &t);
	} else {
		t.kind = TOKEN_SIGN;
		t.sign = s->p[s->at];
		t.text = slice_of(s->p + s->at, 1);
		if (t.sign == '+')
			t.sign = follows(s, s->at, "+=") ? '+' : '*';
		s->at += follows(s, s->at, "+=") ? 2 : 1;
	}
	return t;
}

const struct token *scan_peek(struct scanner *s, size_t n)
{
	while (s->n_ahead <= n)
		s->ahead[s->n_ahead++] = scan_token(s);
	return &s->ahead[n];
}

struct token scan_next(struct scanner *s)
{
	struct token t = *scan_peek(s, 0);

	s->n_ahead--;
	memmove(s->ahead, s->ahead + 1, s->n_ahead * sizeof(s->ahead[0]));
	return t;
}

bool token_is_sign(const struct token *t, char sign)
{
	return t->kind == TOKEN_SIGN && t->sign == sign;
}

bool token_is_value(const struct token *t)
{
	return t->kind == TOKEN_WORD || t->kind == TOKEN_STRING;
}

bool scan_peek_sign(struct scanner *s, size_t n, char sign)
{
	return token_is_sign(scan_peek(s, n), sign);
}

bool scan_peek_assigns(struct scanner *s, size_t n)
{
	return scan_peek_sign(s, n, '=') || scan_peek_sign(s, n, '+');
}

bool scan_peek_value(struct scanner *s, size_t n)
{
	return token_is_value(scan_peek(s, n));
}

bool scan_skip_sign(struct scanner *s, char sign)
{
	if (!scan_peek_sign(s, 0, sign))
		return false;
	(void)scan_next(s);
	return true;
}
