/* SPDX-License-Identifier: ISC */
/* The `test` blocks of a configuration, which cmd/test.c runs. */
#include <stdlib.h>
#include <string.h>

#include "config/internal.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

void build_test_begin(struct builder *b, const struct parse_event *e)
{
	struct config *c = b->config;

	b->where = SECTION_TEST;
	xgrow(&c->tests, c->n_tests, sizeof(*c->tests));
	b->test = &c->tests[c->n_tests++];
	*b->test = (struct test_case){
		.title = xstrdup(e->title),
		.file = b->source->file,
		.line = e->line,
		.of_set = b->source->is_set,
	};
}

/* The number of blanks that all lines after the first start with. */
static size_t indentation(const char *text)
{
	size_t least = SIZE_MAX;

	for (const char *p = strchr(text, '\n'); p != NULL;
	     p = strchr(p + 1, '\n')) {
		size_t n = strspn(p + 1, " \t");

		if (p[1 + n] != '\n' && p[1 + n] != '\0' && n < least)
			least = n;
	}
	return least == SIZE_MAX ? 0 : least;
}

/*
 * Remove the indentation that a message has because its block has it, and an
 * empty line behind the opening quote: no header begins with one.
 */
static char *unindent(const char *text)
{
	size_t n = indentation(text);
	struct buf out = BUF_INIT(strlen(text) + 2);
	struct slice rest = slice_str(text), line;
	bool first = true;

	while (slice_split(&rest, '\n', &line)) {
		size_t skip = 0;
		bool is_empty = first && slice_trim(line).len == 0;

		while (!first && skip < n && skip < line.len &&
		       (line.p[skip] == ' ' || line.p[skip] == '\t'))
			skip++;
		first = false;
		if (is_empty)
			continue;
		buf_add(&out, line.p + skip, line.len - skip);
		buf_addch(&out, '\n');
	}
	return buf_detach(&out);
}

static void set_mail(struct builder *b, const struct parse_event *e)
{
	struct error err = ERROR_INIT;
	const char *text = e->n == 1 ? e->values[0].text : "";

	if (e->n != 1)
		build_error(b, e->line, "'mail' takes one message");
	else if (strncmp(text, "file:", 5) != 0)
		b->test->mail = unindent(text);
	else
		b->test->mail_file =
			value_path(text + 5, b->source->directory, &err);
	if (err.kind != ERR_NONE)
		build_error(b, e->line, "'mail': %s", err.text);
}

static void set_text(struct builder *b, const struct setting *row,
		     const struct parse_event *e)
{
	char **at = (void *)((char *)b->test + row->offset);

	if (e->n != 1)
		build_error(b, e->line, "'%s' takes one value", row->name);
	else
		*at = xstrdup(e->values[0].text);
}

static void set_expectation(struct expectation *x, const struct parse_event *e)
{
	x->is_set = true;
	/* lint.c turns an empty list into an empty text. */
	for (size_t i = 0; i < e->n; i++)
		if (e->values[i].text[0] != '\0')
			strings_add(&x->words, e->values[i].text);
}

void build_test(struct builder *b, const struct parse_event *e)
{
	const struct setting *row = build_note(b, e);

	if (row == NULL)
		return;
	if (row->type == SETTING_MESSAGE)
		set_mail(b, e);
	else if (row->type == SETTING_TEXT)
		set_text(b, row, e);
	else
		set_expectation((void *)((char *)b->test + row->offset), e);
}

void build_test_end(struct builder *b)
{
	const struct test_case *t = b->test;

	if (t->mail == NULL && t->mail_file == NULL)
		build_error(b, t->line, "test \"%s\" has no mail; set mail",
			    t->title);
	if (!t->folder.is_set && !t->tags.is_set && !t->rule.is_set &&
	    !t->copies.is_set)
		build_warning(b, t->line,
			      "test \"%s\" expects nothing; set expect-folder, "
			      "expect-tags, expect-rule or expect-copies",
			      t->title);
}

void build_free_tests(struct config *config)
{
	for (size_t i = 0; i < config->n_tests; i++) {
		struct test_case *t = &config->tests[i];

		build_release(OWNER_TEST, t);
		free(t->mail_file);
		free(t->title);
	}
	free(config->tests);
}
