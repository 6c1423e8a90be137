/* SPDX-License-Identifier: ISC */
#include "rules/template.h"

#include <stdlib.h>
#include <string.h>

#include "mail/fold.h"
#include "rules/field.h"
#include "rules/folder.h"
#include "rules/tame.h"
#include "rules/template_part.h"
#include "util/suggest.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes between { and }. */
#define NAME_BYTES_MAX 128

/*
 * Bytes of a capture, and of any text, of which a name is made. Much of it may
 * be left out; 100 bytes are used.
 */
#define NAME_SOURCE_MAX ((size_t)64 * 1024)
#define NAME_TEXT_MAX	((size_t)1024 * 1024)

void template_free(struct template *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n; i++)
		free(t->parts[i].text);
	free(t->parts);
	free(t);
}

bool template_is_literal(const struct template *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->parts[i].kind != PART_LITERAL)
			return false;
	return true;
}

/* Years and months only: a sender can make some hundred names of them. */
static bool is_coarse(const char *format)
{
	for (const char *p = format; p != NULL && *p != '\0'; p++)
		if (*p == '%' && strchr("Yym", p[1]) == NULL)
			return false;
	return format != NULL;
}

bool template_is_bounded(const struct template *t)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct part *part = &t->parts[i];

		if (part->kind == PART_LITERAL ||
		    (part->kind == PART_FIELD &&
		     (part->number == FIELD_ACCOUNT ||
		      (part->number == FIELD_DATE && is_coarse(part->text)))))
			continue;
		return false;
	}
	return true;
}

static struct part *add_part(struct template *t, enum part_kind kind,
			     size_t number, char *text)
{
	struct part *part;

	xgrow(&t->parts, t->n, sizeof(*t->parts));
	part = &t->parts[t->n++];
	part->kind = kind;
	part->number = number;
	part->text = text;
	part->lower = false;
	return part;
}

/* Numbers only: names of months and days depend on the locale. */
static int check_format(struct slice format, struct error *err)
{
	for (size_t i = 0; i < format.len; i++) {
		if (format.p[i] != '%')
			continue;
		i++;
		if (i == format.len || strchr("YmdHMSyj%", format.p[i]) == NULL)
			return error_set(err, ERR_CONFIG,
					 "{date:%.*s}: only %%Y %%m %%d %%H "
					 "%%M %%S %%y %%j can be used",
					 (int)format.len, format.p);
	}
	return 0;
}

static int unknown_name(struct slice name, const struct template_names *names,
			struct error *err)
{
	char *word = xmemdup0(name.p, name.len);
	struct suggestion s = suggest_for(word);
	char *captures[16];
	size_t n = 0;

	for (size_t i = 0; field_name(i) != NULL; i++)
		suggest_try(&s, field_name(i));
	for (size_t i = 0; i < names->n && n < 16; i++) {
		captures[n] = xmemdup0(names->names[i].p, names->names[i].len);
		suggest_try(&s, captures[n++]);
	}
	if (memchr(name.p, ' ', name.len) != NULL)
		(void)error_set(err, ERR_CONFIG,
				"{%.60s} is not a name; for a real brace write "
				"{{ or }}",
				word);
	else
		(void)error_set(err, ERR_CONFIG,
				"{%s} is neither a message field nor a "
				"(?<%s>…) capture of this rule%s%s%s",
				word, word,
				s.best == NULL ? "" : " — did you mean {",
				s.best == NULL ? "" : s.best,
				s.best == NULL ? "" : "}?");
	while (n > 0)
		free(captures[--n]);
	free(word);
	return -1;
}

static int add_group(struct template *t, struct slice name,
		     const struct template_names *names, struct error *err)
{
	size_t number = (size_t)(name.p[0] - '0');

	if (number > names->groups)
		return error_set(err, ERR_CONFIG,
				 "{%zu}: the last pattern of this rule has %zu "
				 "groups",
				 number, names->groups);
	(void)add_part(t, PART_GROUP, number, NULL);
	return 0;
}

static int add_date(struct template *t, struct slice name, struct error *err)
{
	struct slice format = slice_of(name.p + 5, name.len - 5);

	if (check_format(format, err) == -1)
		return -1;
	(void)add_part(t, PART_FIELD, FIELD_DATE,
		       xmemdup0(format.p, format.len));
	return 0;
}

static int add_named(struct template *t, struct slice name,
		     const struct template_names *names, struct error *err)
{
	if (name.len == 1 && name.p[0] >= '1' && name.p[0] <= '9')
		return add_group(t, name, names, err);
	if (slice_starts_nocase(name, "date:"))
		return add_date(t, name, err);
	for (size_t i = 0; i < names->n; i++) {
		if (!slice_equal(names->names[i], name))
			continue;
		(void)add_part(t, PART_CAPTURE, i, NULL);
		return 0;
	}
	for (size_t i = 0; field_name(i) != NULL; i++) {
		if (!slice_equal(slice_str(field_name(i)), name))
			continue;
		(void)add_part(t, PART_FIELD, i, NULL);
		return 0;
	}
	return unknown_name(name, names, err);
}

/* "name", or "name:lower". */
static int add_placeholder(struct template *t, struct slice name,
			   const struct template_names *names,
			   struct error *err)
{
	static const char lower[] = ":lower";
	size_t len = sizeof(lower) - 1;
	bool is_lower = name.len > len &&
			memcmp(name.p + name.len - len, lower, len) == 0;

	if (is_lower)
		name.len -= len;
	if (add_named(t, name, names, err) == -1)
		return -1;
	t->parts[t->n - 1].lower = is_lower;
	return 0;
}

/* Copy up to the next single brace; a doubled brace becomes one. */
static const char *take_literal(const char *p, struct buf *literal)
{
	for (; *p != '\0'; p++) {
		if ((*p == '{' || *p == '}') && p[1] == *p)
			p++;
		else if (*p == '{' || *p == '}')
			break;
		buf_addch(literal, *p);
	}
	return p;
}

static int compile(struct template *t, const char *text,
		   const struct template_names *names, struct error *err)
{
	const char *p = text, *close;

	for (;;) {
		struct buf literal = BUF_INIT(64 * 1024);

		p = take_literal(p, &literal);
		if (literal.len > 0)
			(void)add_part(t, PART_LITERAL, 0,
				       buf_detach(&literal));
		buf_release(&literal);
		if (*p == '\0')
			return 0;
		close = *p == '{' ? strchr(p, '}') : NULL;
		if (close == NULL || close - p > NAME_BYTES_MAX)
			return error_set(
				err, ERR_CONFIG,
				"unbalanced brace in \"%s\"; for a real "
				"brace write {{ or }}",
				text);
		if (add_placeholder(t, slice_of(p + 1, (size_t)(close - p - 1)),
				    names, err) == -1)
			return -1;
		p = close + 1;
	}
}

struct template *template_new(const char *text,
			      const struct template_names *names,
			      struct error *err)
{
	struct template *t = xcalloc(1, sizeof(*t));

	if (compile(t, text, names, err) == 0)
		return t;
	template_free(t);
	return NULL;
}

/* The text of a capture; p NULL: it has none, or is something else. */
static struct slice capture_of(const struct part *part,
			       const struct template_values *v)
{
	if (part->kind == PART_CAPTURE && part->number < v->n)
		return v->values[part->number];
	if (part->kind == PART_GROUP && part->number < v->n_groups)
		return v->groups[part->number];
	return SLICE_EMPTY;
}

static void expand_plain(const struct part *part,
			 const struct template_values *v, struct buf *out)
{
	struct slice text = capture_of(part, v);

	if (part->kind == PART_LITERAL)
		buf_addstr(out, part->text);
	else if (part->kind == PART_FIELD)
		field_put((enum field_kind)part->number, part->text, v, out);
	else if (text.p != NULL)
		buf_addslice(out, text);
}

static void expand_part(const struct part *part,
			const struct template_values *v, struct buf *out)
{
	struct buf text = BUF_INIT(out->max);

	if (!part->lower) {
		expand_plain(part, v, out);
		return;
	}
	expand_plain(part, v, &text);
	fold_lower(buf_slice(&text), out);
	out->full |= text.full;
	buf_release(&text);
}

void template_expand(const struct template *t,
		     const struct template_values *values, struct buf *out)
{
	for (size_t i = 0; i < t->n; i++)
		expand_part(&t->parts[i], values, out);
}

const char *template_prefix(const struct template *t)
{
	return t->n > 0 && t->parts[0].kind == PART_LITERAL ? t->parts[0].text
							    : "";
}

bool template_is_configured(const struct part *part)
{
	return part->kind == PART_LITERAL ||
	       (part->kind == PART_FIELD && part->number == FIELD_DATE);
}

bool template_is_server_folder(const struct part *part)
{
	return part->kind == PART_FIELD && part->number == FIELD_FOLDER;
}

size_t template_fixed_directory(const struct template *t)
{
	const char *prefix = template_prefix(t);
	const char *slash = strrchr(prefix, '/');

	return slash == NULL ? 0 : (size_t)(slash - prefix) + 1;
}

size_t template_bytes_behind(const struct template *t, size_t i)
{
	size_t n = 0;

	for (i++; i < t->n; i++) {
		const char *text = t->parts[i].text, *slash;

		if (t->parts[i].kind != PART_LITERAL)
			continue;
		slash = strchr(text, '/');
		if (slash != NULL)
			return n + (size_t)(slash - text);
		n += strlen(text);
	}
	return n;
}

/* The text for a name, of which only the beginning counts. */
static void expand_start(const struct part *part,
			 const struct template_values *v, struct buf *out)
{
	struct slice capture = capture_of(part, v);

	if (capture.len <= NAME_SOURCE_MAX) {
		expand_part(part, v, out);
		return;
	}
	capture = slice_cut_utf8(capture, NAME_SOURCE_MAX);
	if (part->lower)
		fold_lower(capture, out);
	else
		buf_addslice(out, capture);
}

/* Text of the message must not add folder levels or control characters. */
static int expand_tamed(const struct template *t,
			const struct template_values *values, struct buf *out,
			struct error *err)
{
	struct tame tame = {.out = out, .start = out->len};
	struct buf text = BUF_INIT(NAME_TEXT_MAX);

	for (size_t i = 0; i < t->n; i++) {
		buf_clear(&text);
		expand_start(&t->parts[i], values, &text);
		if (template_is_configured(&t->parts[i]))
			tame_fixed(&tame, buf_slice(&text));
		else if (template_is_server_folder(&t->parts[i]))
			tame_levels(&tame, buf_slice(&text),
				    template_bytes_behind(t, i));
		else
			tame_captured(&tame, buf_slice(&text),
				      template_bytes_behind(t, i));
	}
	tame_end(&tame);
	buf_release(&text);
	if (out->full)
		return error_set(err, ERR_MESSAGE,
				 "the name is longer than %zu bytes", out->max);
	return 0;
}

int template_expand_folder(const struct template *t,
			   const struct template_values *values,
			   struct buf *out, struct error *err)
{
	if (expand_tamed(t, values, out, err) == -1)
		return -1;
	return folder_check(buf_slice(out), err);
}

int template_expand_path(const struct template *t,
			 const struct template_values *values, struct buf *out,
			 struct error *err)
{
	size_t fixed = template_fixed_directory(t);

	if (expand_tamed(t, values, out, err) == -1)
		return -1;
	if (template_is_literal(t))
		return 0;
	return folder_check(slice_of(out->s + fixed, out->len - fixed), err);
}

/* With a text for each {…} that can stand in any name. */
static const char *fault_behind(const struct template *t, size_t fixed)
{
	struct buf sample = BUF_INIT(NAME_TEXT_MAX);
	struct tame tame = {.out = &sample};
	const char *fault;

	for (size_t i = 0; i < t->n; i++) {
		const struct part *part = &t->parts[i];

		if (template_is_configured(part) && part->text != NULL)
			tame_fixed(&tame, slice_str(part->text));
		else
			tame_captured(&tame, slice_str("x"),
				      template_bytes_behind(t, i));
	}
	tame_end(&tame);
	fault = folder_fault(slice_skip(buf_slice(&sample), fixed));
	buf_release(&sample);
	return fault;
}

const char *template_folder_fault(const struct template *t)
{
	return fault_behind(t, 0);
}

const char *template_path_fault(const struct template *t)
{
	return template_is_literal(t)
		       ? NULL
		       : fault_behind(t, template_fixed_directory(t));
}
