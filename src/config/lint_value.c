/* SPDX-License-Identifier: ISC */
#include "config/lint_value.h"

#include <string.h>

#include "util/escape.h"

#include "util/banned.h"

/* Longer values are not repeated in a message. */
#define QUOTE_MAX_BYTES 120

/* Must its value stay out of messages? */
static bool is_secret(const struct name *name)
{
	return strstr(name->text, "pass") != NULL ||
	       strstr(name->text, "secret") != NULL ||
	       strstr(name->text, "token") != NULL ||
	       strstr(name->text, "proxy") != NULL;
}

void lint_escape(struct scanner *s, const struct name *name,
		 const struct token *t)
{
	struct slice inner = slice_of(t->text.p + 1, t->text.len - 2);
	char lost[8], shown[QUOTE_MAX_BYTES];
	size_t len = utf8_sequence(t->text.p + t->escape + 1,
				   t->text.len - t->escape - 1);
	bool show = !is_secret(name) && inner.len < sizeof(shown) &&
		    memchr(inner.p, '\'', inner.len) == NULL;

	escape_to(lost, sizeof(lost), t->text.p + t->escape,
		  len == 0 ? 1 : len + 1);
	escape_to(shown, sizeof(shown), inner.p, show ? inner.len : 0);
	scan_complain(s, t->line, t->column,
		      "\"%s\" loses its backslash in double quotes; put the "
		      "%s in single quotes%s%s%s",
		      is_secret(name) ? "\\…" : lost,
		      is_secret(name) ? "value" : "pattern", show ? ": '" : "",
		      shown, show ? "'" : "");
}

/* Report an unquoted word that libconfuse would end too early. */
static void complain_cut(struct scanner *s, const struct name *name,
			 const struct token *t)
{
	size_t room = s->len - (size_t)(t->text.p - s->p);
	char shown[QUOTE_MAX_BYTES];
	size_t len = 0, braces = 0;

	/* A {name} in the middle is part of it; the '}' of a block is not. */
	for (; len < room; len++) {
		if (strchr(" \t\r\n#,;\"'", t->text.p[len]) != NULL ||
		    (t->text.p[len] == '}' && braces == 0))
			break;
		braces += t->text.p[len] == '{';
		braces -= t->text.p[len] == '}';
	}
	escape_to(shown, sizeof(shown), t->text.p, len);
	if (is_secret(name) || len == t->text.len || len >= sizeof(shown))
		scan_complain(s, t->line, t->column,
			      "an unquoted value cannot contain '%c'; put it "
			      "in quotes",
			      t->cut);
	else
		scan_complain(s, t->line, t->column,
			      "an unquoted value cannot contain '%c'; put it "
			      "in quotes: \"%s\"",
			      t->cut, shown);
}

/* Skip the rest of a value with an error, up to the next blank. */
static void skip_glued(struct scanner *s, int line)
{
	size_t braces = 0;

	for (;;) {
		const struct token *t = scan_peek(s, 0);

		if (t->kind == TOKEN_END || !t->glued || t->line != line ||
		    token_is_sign(t, ',') ||
		    (token_is_sign(t, '}') && braces == 0))
			return;
		braces += token_is_sign(t, '{');
		braces -= token_is_sign(t, '}');
		(void)scan_next(s);
	}
}

/* [a, b]: skip to the closing bracket, if it is on this line. */
static void skip_brackets(struct scanner *s, const struct token *open)
{
	struct token t = *open;

	while (!(t.kind == TOKEN_WORD &&
		 memchr(t.text.p, ']', t.text.len) != NULL)) {
		const struct token *next = scan_peek(s, 0);

		if (next->kind == TOKEN_END || next->line != open->line ||
		    token_is_sign(next, '}'))
			return;
		t = scan_next(s);
	}
}

void lint_semicolon(struct scanner *s, const struct token *t)
{
	const char *p = memchr(t->text.p, ';', t->text.len);

	scan_complain(s, t->line, t->column + (int)(p - t->text.p),
		      "';' is not needed here; remove it");
}

void lint_single(struct scanner *s, const struct name *name,
		 const struct token *t)
{
	struct slice text = t->text;

	if (t->kind == TOKEN_STRING) {
		if (t->escape != 0)
			lint_escape(s, name, t);
		return;
	}
	if (text.p[0] == '[' && memchr(text.p, ']', text.len) == NULL) {
		scan_complain(s, t->line, t->column,
			      "write a list as {a, b}, not [a, b]");
		skip_brackets(s, t);
	} else if (t->cut != '\0') {
		complain_cut(s, name, t);
		skip_glued(s, t->line);
	} else if (text.p[text.len - 1] == ';') {
		lint_semicolon(s, t);
	}
}

/* Report what follows a value without a comma. */
static void complain_extra(struct scanner *s, const struct name *name,
			   bool in_list)
{
	struct token t = scan_next(s);

	if (t.kind == TOKEN_WORD && t.text.p[0] == ';')
		lint_semicolon(s, &t);
	else if (t.glued)
		scan_complain(s, t.line, t.column,
			      "text directly after the closing quote; inside "
			      "'…' write a quote as \\'");
	else if (in_list)
		scan_complain(s, t.line, t.column,
			      "a comma is missing before this value");
	else
		scan_complain(s, t.line, t.column,
			      "a value with spaces needs quotes: %s = \"…\"",
			      name->text);
}

/* Does the next token continue the value, rather than start a statement? */
static bool continues(struct scanner *s, int line)
{
	const struct token *t = scan_peek(s, 0);

	if (!token_is_value(t) || t->line != line)
		return false;
	if (t->kind == TOKEN_STRING || t->text.p[0] == ';')
		return true;
	return !scan_peek_assigns(s, 1) && !scan_peek_sign(s, 1, '{') &&
	       !scan_peek_sign(s, 1, '(') &&
	       t->text.p[t->text.len - 1] != ':' &&
	       !(scan_peek_value(s, 1) && scan_peek_sign(s, 2, '{'));
}

static void scalar(struct scanner *s, const struct name *name)
{
	struct token t = scan_next(s);

	lint_single(s, name, &t);
	if (scan_peek_sign(s, 0, ',')) {
		scan_complain(s, scan_peek(s, 0)->line, scan_peek(s, 0)->column,
			      "several values need braces: %s = {a, b}",
			      name->text);
		while (scan_skip_sign(s, ','))
			(void)(scan_peek_value(s, 0) && scan_next(s).kind);
		return;
	}
	/* One error for a line is enough. */
	if (continues(s, t.line)) {
		complain_extra(s, name, false);
		while (continues(s, t.line))
			(void)scan_next(s);
	}
}

/* One element of a list. False when the list ends without a '}'. */
static bool list_item(struct scanner *s, const struct name *name,
		      const struct token *open)
{
	const struct token *t = scan_peek(s, 0);
	struct token value;

	if (t->kind == TOKEN_END ||
	    (token_is_value(t) && scan_peek_assigns(s, 1))) {
		scan_complain(s, open->line, open->column,
			      "the '{' opened here is never closed");
		return false;
	}
	if (!token_is_value(t)) {
		scan_complain(s, t->line, t->column,
			      token_is_sign(t, ',')
				      ? "a value is missing before the comma"
				      : "'%.1s' cannot stand in a list; put "
					"the value in quotes",
			      t->text.p);
		(void)scan_next(s);
		return true;
	}
	value = scan_next(s);
	lint_single(s, name, &value);
	while (scan_peek_value(s, 0) && !scan_peek_assigns(s, 1))
		complain_extra(s, name, true);
	if (!scan_peek_sign(s, 0, '}'))
		(void)scan_skip_sign(s, ',');
	return true;
}

/* libconfuse gives no event for an empty list; make it an empty text. */
static void mend_empty(struct scanner *s, const struct token *open,
		       const struct token *close)
{
	size_t from = (size_t)(open->text.p - s->p);
	size_t to = (size_t)(close->text.p - s->p);

	s->p[to] = ' ';
	s->p[from] = s->p[from + 1] = '"';
}

static void list(struct scanner *s, const struct name *name, bool empty_ok)
{
	struct token open = scan_next(s);

	if (scan_peek_sign(s, 0, '}')) {
		struct token close = scan_next(s);

		if (empty_ok)
			mend_empty(s, &open, &close);
		else
			scan_complain(s, open.line, open.column,
				      "'%s' is an empty list; write a value, "
				      "or remove the setting",
				      name->text);
		return;
	}
	while (!scan_skip_sign(s, '}')) {
		if (!list_item(s, name, &open))
			return;
	}
}

/* An unquoted *.example.org. */
static void stray_start(struct scanner *s)
{
	struct token t = scan_next(s);

	scan_complain(s, t.line, t.column,
		      "an unquoted value cannot begin with '%.1s'; put it in "
		      "quotes",
		      t.text.p);
	skip_glued(s, t.line);
}

void lint_value(struct scanner *s, const struct name *name, bool empty_ok)
{
	const struct token *t = scan_peek(s, 0);

	if (token_is_sign(t, '{'))
		list(s, name, empty_ok);
	else if (token_is_sign(t, '*'))
		stray_start(s);
	else if (!token_is_value(t) ||
		 (t->line > name->line && scan_peek_assigns(s, 1)))
		scan_complain(s, name->line, name->column, "'%s' has no value",
			      name->text);
	else
		scalar(s, name);
}
