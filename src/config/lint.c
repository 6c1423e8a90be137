/* SPDX-License-Identifier: ISC */
#include "config/lint.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "config/lint_scan.h"
#include "config/lint_value.h"
#include "config/settings.h"
#include "util/escape.h"

#include "util/banned.h"

/* A block that is open. */
struct level {
	const struct section_type *type; /* NULL: an unknown block */
	int line, column;
};

struct linter {
	struct scanner scan;
	struct level levels[LINT_DEPTH_MAX];
	size_t depth;
	bool forgiving; /* a '}' was missing: accept one too many */
	struct secrets *secrets;
};

/* The section that is open. False, without one, in an unknown block. */
static bool here(const struct linter *l, enum section *where_out)
{
	const struct level *top = &l->levels[l->depth];

	*where_out = SECTION_MAIN;
	if (l->depth == 0)
		return true;
	top--;
	if (top->type == NULL)
		return false;
	*where_out = top->type->opens;
	return true;
}

static void push(struct linter *l, const struct section_type *type,
		 const struct name *name)
{
	if (l->depth == LINT_DEPTH_MAX) {
		scan_complain(&l->scan, name->line, name->column,
			      "blocks are nested more than %d deep",
			      LINT_DEPTH_MAX);
		l->scan.stopped = true;
		return;
	}
	l->levels[l->depth++] = (struct level){type, name->line, name->column};
}

/* The section, for messages, in which the name would be right, or NULL. */
static const char *home_of(enum section where, const char *name)
{
	static const enum section others[] = {SECTION_MAIN, SECTION_ACCOUNT,
					      SECTION_RULE};

	if (where == SECTION_TEST)
		return NULL;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (others[i] != where && setting_known(others[i], name))
			return section_label(others[i]);
	}
	return NULL;
}

/* List-Id = "x" in a rule: a field of the header? */
static bool is_field(enum section where, const char *name)
{
	static const char *const plain[] = {"bcc", "date", "received",
					    "precedence", "keywords"};

	if (where != SECTION_RULE && where != SECTION_GROUP)
		return false;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (strcasecmp(plain[i], name) == 0)
			return true;
	return strchr(name, '-') != NULL &&
	       ((name[0] >= 'A' && name[0] <= 'Z') ||
		strncmp(name, "x-", 2) == 0 || strncmp(name, "list-", 5) == 0 ||
		strcmp(name, "reply-to") == 0 ||
		strcmp(name, "message-id") == 0 ||
		strcmp(name, "delivered-to") == 0 ||
		strcmp(name, "return-path") == 0);
}

static void complain_unknown(struct linter *l, const struct name *name,
			     const char *what, enum section where)
{
	const char *home = home_of(where, name->text);
	const char *best = setting_suggest(where, name->text);

	if (where == SECTION_GROUP && home != NULL)
		scan_complain(&l->scan, name->line, name->column,
			      "'%s' belongs directly in %s, not in '%s { }'",
			      name->text, home,
			      l->levels[l->depth - 1].type->name);
	else if (home != NULL)
		scan_complain(&l->scan, name->line, name->column,
			      "'%s' belongs in %s, not in %s", name->text, home,
			      section_label(where));
	else if (is_field(where, name->text))
		scan_complain(&l->scan, name->line, name->column,
			      "unknown %s '%s' in %s — did you mean header = "
			      "\"%s: …\"?",
			      what, name->text, section_label(where),
			      name->text);
	else if (best != NULL)
		scan_complain(&l->scan, name->line, name->column,
			      "unknown %s '%s' in %s — did you mean '%s'?",
			      what, name->text, section_label(where), best);
	else
		scan_complain(&l->scan, name->line, name->column,
			      "unknown %s '%s' in %s", what, name->text,
			      section_label(where));
}

static void check_setting(struct linter *l, const struct name *name)
{
	enum section where;

	if (!here(l, &where) || setting_known(where, name->text))
		return;
	if (strcmp(name->text, "include") == 0)
		scan_complain(&l->scan, name->line, name->column,
			      "write include(\"FILE\"), without '='");
	else if (section_find(name->text) != NULL)
		scan_complain(&l->scan, name->line, name->column,
			      "'%s' is a block; write %s%s { … }", name->text,
			      name->text,
			      section_find(name->text)->has_title ? " \"NAME\""
								  : "");
	else
		complain_unknown(l, name, "setting", where);
}

static void take_secret(struct linter *l, const struct token *value)
{
	size_t at = (size_t)(value->text.p - l->scan.p);

	if (token_is_value(value))
		secrets_take(l->secrets, l->scan.p + at, value->text.len);
	else
		secrets_skip(l->secrets);
}

static void assignment(struct linter *l, const struct name *name)
{
	struct token sign = scan_next(&l->scan), value;
	enum section where;

	if (sign.sign == '+')
		scan_complain(&l->scan, sign.line, sign.column,
			      "'+=' is not supported; write all values in one "
			      "list: %s = {a, b}",
			      name->text);
	check_setting(l, name);
	value = *scan_peek(&l->scan, 0);
	lint_value(&l->scan, name, here(l, &where) && where == SECTION_TEST);
	if (l->secrets != NULL && secret_is(name->text))
		take_secret(l, &value);
}

/* A block in the wrong place: most likely a '}' is missing above. */
static void misplaced(struct linter *l, const struct name *name,
		      const struct section_type *type)
{
	const struct level *outer = &l->levels[l->depth];

	if (l->depth == 0 || type->opens == SECTION_GROUP) {
		scan_complain(&l->scan, name->line, name->column,
			      "'%s { }' belongs in a rule", name->text);
		return;
	}
	outer--;
	scan_complain(
		&l->scan, name->line, name->column,
		"%s %s inside %s %s: is the '}' for line %d missing?",
		type->opens == SECTION_ACCOUNT ? "an" : "a", type->name,
		outer->type != NULL && strchr("aeiou", outer->type->name[0])
			? "an"
			: "a",
		outer->type == NULL ? "block" : outer->type->name, outer->line);
	l->depth = 0;
	l->forgiving = true;
}

static void unknown_block(struct linter *l, const struct name *name)
{
	enum section where;

	if (!here(l, &where))
		return;
	if (setting_known(where, name->text))
		scan_complain(&l->scan, name->line, name->column,
			      "'%s' is a setting, not a block; write %s = …",
			      name->text, name->text);
	else
		complain_unknown(l, name, "block", where);
}

static void check_title(struct linter *l, const struct name *name,
			const struct section_type *type,
			const struct token *title)
{
	bool empty = title == NULL ||
		     slice_equal(title->text, slice_str("''")) ||
		     slice_equal(title->text, slice_str("\"\""));

	if (type->has_title && empty)
		scan_complain(&l->scan, name->line, name->column,
			      "'%s' needs a name; write %s \"NAME\" {",
			      type->name, type->name);
	else if (!type->has_title && title != NULL)
		scan_complain(&l->scan, title->line, title->column,
			      "'%s' takes no name; write %s { … }", type->name,
			      type->name);
	else if (title != NULL && title->kind == TOKEN_STRING &&
		 title->escape != 0)
		lint_escape(&l->scan, name, title);
}

/* NAME { or NAME "TITLE" {: the next token should be the brace. */
static void block(struct linter *l, const struct name *name,
		  const struct token *title)
{
	const struct section_type *type = section_find(name->text);
	enum section where;
	bool known = here(l, &where);

	if (type == NULL)
		unknown_block(l, name);
	else if (known && !section_allowed(where, type->opens))
		misplaced(l, name, type);
	if (type != NULL)
		check_title(l, name, type, title);
	if (!scan_skip_sign(&l->scan, '{'))
		scan_complain(&l->scan, name->line, name->column,
			      "'{' is missing after '%s'", name->text);
	push(l, type, name);
}

static void long_title(struct linter *l, const struct name *name,
		       const struct token *title)
{
	scan_complain(&l->scan, title->line, title->column,
		      "a name with spaces needs quotes: %s \"…\" {",
		      name->text);
	(void)scan_next(&l->scan);
}

static void call(struct linter *l, const struct name *name)
{
	struct token open = scan_next(&l->scan);
	enum section where;
	bool is_include = strcmp(name->text, "include") == 0;
	size_t n = 0;

	if (!is_include)
		scan_complain(&l->scan, name->line, name->column,
			      "unknown function '%s'; the only one is "
			      "include(\"FILE\")",
			      name->text);
	else if (here(l, &where) && where != SECTION_MAIN)
		scan_complain(&l->scan, name->line, name->column,
			      "include() belongs in the main part, not in %s",
			      section_label(where));
	while (scan_peek_value(&l->scan, 0) &&
	       !scan_peek_assigns(&l->scan, 1)) {
		struct token t = scan_next(&l->scan);

		lint_single(&l->scan, name, &t);
		n++;
		(void)scan_skip_sign(&l->scan, ',');
	}
	if (!scan_skip_sign(&l->scan, ')'))
		scan_complain(&l->scan, open.line, open.column,
			      "the '(' opened here is never closed");
	else if (is_include && n == 0)
		scan_complain(&l->scan, name->line, name->column,
			      "include() takes a file, and perhaps "
			      "\"FOLDER=FOLDER\" to rename a folder of it");
}

static void no_equals(struct linter *l, const struct name *name)
{
	size_t before = l->scan.n_errors;

	check_setting(l, name);
	if (l->scan.n_errors == before)
		scan_complain(&l->scan, name->line, name->column,
			      "'=' is missing after '%s'", name->text);
	while (scan_peek_value(&l->scan, 0) &&
	       scan_peek(&l->scan, 0)->line == name->line &&
	       !scan_peek_assigns(&l->scan, 1))
		(void)scan_next(&l->scan);
}

/* Report `key: value`. False when there is no colon in the name. */
static bool colon(struct linter *l, const struct name *name,
		  const struct token *t)
{
	const char *p = memchr(t->text.p, ':', t->text.len);
	int len = p == NULL ? 0 : (int)(p - t->text.p);

	if (len == 0 || len >= NAME_MAX_BYTES)
		return false;
	scan_complain(&l->scan, t->line, t->column,
		      "write '%.*s = …', not '%.*s: …'", len, name->text, len,
		      name->text);
	(void)scan_skip_sign(&l->scan, '=');
	if (t->text.len == (size_t)len + 1 &&
	    scan_peek(&l->scan, 0)->line == t->line)
		lint_value(&l->scan, name, false);
	return true;
}

static void statement(struct linter *l)
{
	struct token t = scan_next(&l->scan);
	struct name name = {.line = t.line, .column = t.column};

	if (t.kind != TOKEN_WORD) {
		scan_complain(&l->scan, t.line, t.column,
			      "expected the name of a setting or block here");
		return;
	}
	if (t.text.p[0] == ';') {
		lint_semicolon(&l->scan, &t);
		return;
	}
	escape_to(name.text, sizeof(name.text), t.text.p, t.text.len);
	if (colon(l, &name, &t))
		return;
	if (scan_peek_assigns(&l->scan, 0)) {
		assignment(l, &name);
	} else if (scan_peek_sign(&l->scan, 0, '{')) {
		block(l, &name, NULL);
	} else if (scan_peek_sign(&l->scan, 0, '(')) {
		call(l, &name);
	} else if (scan_peek_value(&l->scan, 0) &&
		   (section_find(name.text) != NULL ||
		    scan_peek_sign(&l->scan, 1, '{'))) {
		t = scan_next(&l->scan);
		while (scan_peek_value(&l->scan, 0) &&
		       scan_peek_sign(&l->scan, 1, '{'))
			long_title(l, &name, &t);
		block(l, &name, &t);
	} else {
		no_equals(l, &name);
	}
}

static void close_block(struct linter *l)
{
	struct token t = scan_next(&l->scan);

	if (l->depth > 0)
		l->depth--;
	else if (l->forgiving)
		l->forgiving = false;
	else
		scan_complain(&l->scan, t.line, t.column,
			      "this '}' has no matching '{'");
}

static void whole_file(struct linter *l)
{
	while (scan_peek(&l->scan, 0)->kind != TOKEN_END) {
		if (scan_peek_sign(&l->scan, 0, '}'))
			close_block(l);
		else
			statement(l);
	}
	if (l->depth > 0)
		scan_complain(&l->scan, l->levels[l->depth - 1].line,
			      l->levels[l->depth - 1].column,
			      "the '{' opened here is never closed");
}

size_t lint(const char *file, struct slice bytes, struct diagnostics *diags,
	    struct buf *clean, struct secrets *secrets)
{
	struct linter l = {.secrets = secrets};

	if (bytes.len >= 3 && memcmp(bytes.p, "\xef\xbb\xbf", 3) == 0)
		bytes = slice_of(bytes.p + 3, bytes.len - 3);
	buf_clear(clean);
	buf_addslice(clean, bytes);
	scan_init(&l.scan, file, clean, diags);
	whole_file(&l);
	return l.scan.n_errors;
}
