/* SPDX-License-Identifier: ISC */
/*
 * Could a template have given this name? Its text is known, and so are the
 * account, the folder on the server and the form of a date; any other {…} may
 * be whatever tame.h gives.
 */
#include <string.h>

#include "mail/fold.h"
#include "rules/field.h"
#include "rules/folder.h"
#include "rules/tame.h"
#include "rules/template_part.h"
#include "util/ascii.h"

#include "util/banned.h"

/* A template is a line of the configuration, an account a word. */
#define SHAPE_MAX ((size_t)128 * 1024)

enum {
	IS_BYTE = 'b',	   /* this one */
	IS_DIGIT = 'd',	   /* any digit */
	IS_ANY = '*',	   /* any bytes, or none */
	IS_CAPTURED = 'c', /* none, but the component was tamed */
};

/* For each byte its kind. */
struct shape {
	struct buf bytes, kinds;
};

#define SHAPE_INIT                                                             \
	{                                                                      \
		BUF_INIT(SHAPE_MAX), BUF_INIT(SHAPE_MAX)                       \
	}

static void add(struct shape *s, char kind, char byte)
{
	buf_addch(&s->bytes, byte);
	buf_addch(&s->kinds, kind);
}

static void add_text(struct shape *s, struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		add(s, IS_BYTE, text.p[i]);
}

static void add_digits(struct shape *s, char letter)
{
	int n = letter == 'Y' ? 4 : letter == 'j' ? 3 : 2;

	for (int i = 0; i < n; i++)
		add(s, IS_DIGIT, '0');
}

static void add_date(struct shape *s, const char *format)
{
	for (const char *p = format; *p != '\0'; p++) {
		if (*p != '%')
			add(s, IS_BYTE, *p);
		else if (*++p == '%')
			add(s, IS_BYTE, '%');
		else
			add_digits(s, *p);
	}
}

/* Where the last component begins. */
static size_t last_component(const struct shape *s)
{
	size_t i = s->bytes.len;

	while (i > 0 &&
	       (s->kinds.s[i - 1] != IS_BYTE || s->bytes.s[i - 1] != '/'))
		i--;
	return i;
}

/* Behind other captures, and in a long component, it may have been cut. */
static void add_known(struct shape *s, struct slice text, size_t behind)
{
	struct buf name = BUF_INIT(SHAPE_MAX), tamed = BUF_INIT(SHAPE_MAX);
	struct tame tame = {.out = &tamed};
	size_t start = last_component(s), used;

	fold_name(text, &name);
	/* It is not the first of its component: matches_any() knows those. */
	buf_addch(&tamed, 'x');
	tame_captured(&tame, text, 0);
	used = s->bytes.len - start + name.len + behind;
	if (used >= FOLDER_COMPONENT_MAX ||
	    memchr(s->kinds.s + start, IS_ANY, s->kinds.len - start) != NULL) {
		add(s, IS_ANY, ' ');
	} else {
		add(s, IS_CAPTURED, ' ');
		add_text(s, slice_skip(buf_slice(&tamed), 1));
	}
	buf_release(&name);
	buf_release(&tamed);
}

/* The levels of a folder on the server are levels here. */
static void add_levels(struct shape *s, struct slice folder, size_t behind)
{
	struct slice level;
	unsigned n = 0;

	while (tame_next_level(&folder, &n, &level)) {
		add_known(s, level, folder.p == NULL ? behind : 0);
		if (folder.p != NULL)
			add(s, IS_BYTE, '/');
	}
}

static void add_source(struct shape *s, const struct part *part,
		       const struct template_source *source, size_t behind)
{
	bool is_folder = template_is_server_folder(part);
	const char *text = is_folder ? source->folder : source->account;
	struct slice known = slice_str(text == NULL ? "" : text);
	struct buf lower = BUF_INIT(SHAPE_MAX);

	if (part->lower) {
		fold_lower(known, &lower);
		known = buf_slice(&lower);
	}
	if (is_folder)
		add_levels(s, known, behind);
	else
		add_known(s, known, behind);
	buf_release(&lower);
}

static void make_shape(const struct template *t,
		       const struct template_source *source, struct shape *s)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct part *part = &t->parts[i];

		if (part->kind == PART_LITERAL)
			add_text(s, slice_str(part->text));
		else if (part->kind == PART_FIELD && part->number == FIELD_DATE)
			add_date(s, part->text == NULL ? FIELD_DATE_FORMAT
						       : part->text);
		else if (template_is_server_folder(part) ||
			 (part->kind == PART_FIELD &&
			  part->number == FIELD_ACCOUNT))
			add_source(s, part, source,
				   template_bytes_behind(t, i));
		else
			add(s, IS_ANY, ' ');
	}
}

/* A component of a shape, without the marks IS_CAPTURED. */
struct component {
	struct shape shape;
	bool captured;
};

/* Take the component at *at, and move *at behind its slash. */
static void take_component(const struct shape *s, size_t *at,
			   struct component *out)
{
	buf_clear(&out->shape.bytes);
	buf_clear(&out->shape.kinds);
	out->captured = false;
	for (; *at < s->bytes.len; (*at)++) {
		char kind = s->kinds.s[*at], byte = s->bytes.s[*at];

		if (kind == IS_BYTE && byte == '/')
			break;
		out->captured |= kind == IS_ANY || kind == IS_CAPTURED;
		if (kind != IS_CAPTURED)
			add(&out->shape, kind, byte);
	}
	(*at)++;
}

/* Are the bytes at `p` those of the shape from `from` up to `to`? */
static bool is_same(const struct shape *s, size_t from, size_t to,
		    const char *p)
{
	for (size_t i = from; i < to; i++, p++)
		if (s->kinds.s[i] == IS_DIGIT ? !ascii_is_digit(*p)
					      : s->bytes.s[i] != *p)
			return false;
	return true;
}

static size_t next_any(const struct shape *s, size_t i)
{
	while (i < s->kinds.len && s->kinds.s[i] != IS_ANY)
		i++;
	return i;
}

/* Each text between two {…} is looked for as early as it can be. */
static bool matches(const struct shape *s, struct slice name)
{
	size_t from = 0, to = next_any(s, 0), at = 0;

	if (to == s->kinds.len)
		return name.len == to && is_same(s, 0, to, name.p);
	if (name.len < to || !is_same(s, 0, to, name.p))
		return false;
	for (at = to; to < s->kinds.len;) {
		size_t begin = at;

		from = to + 1;
		to = next_any(s, from);
		if (to == s->kinds.len && name.len >= at + to - from)
			at = name.len - (to - from);
		while (at + to - from <= name.len &&
		       !is_same(s, from, to, name.p + at))
			at++;
		if (at + to - from > name.len ||
		    !fold_name_gives(name, begin, at))
			return false;
		at += to - from;
	}
	return true;
}

/* One of those that slice_trim() drops. */
static bool is_blank(const struct shape *s, size_t i)
{
	return s->kinds.s[i] == IS_BYTE && ascii_is_space(s->bytes.s[i]);
}

/* Blanks at the ends of the shape, which taming has removed. */
static void trim(struct shape *s)
{
	size_t n = 0, len = s->bytes.len;

	while (n < len && is_blank(s, n))
		n++;
	buf_consume(&s->bytes, n);
	buf_consume(&s->kinds, n);
	len -= n;
	while (len > 0 && is_blank(s, len - 1))
		len--;
	buf_truncate(&s->bytes, len);
	buf_truncate(&s->kinds, len);
}

static void add_blanks(const struct shape *s, struct buf *out)
{
	for (size_t i = 0; i < s->bytes.len; i++)
		if (s->bytes.s[i] == ' ')
			buf_addch(out, ' ');
}

/*
 * The same for a name whose blanks were removed: an empty {…} at its end bares
 * those of the text beside it.
 */
static bool matches_trimmed(const struct shape *s, struct slice name)
{
	struct buf padded = BUF_INIT(SHAPE_MAX);
	bool good;

	if (s->kinds.len > 0 && s->kinds.s[0] == IS_ANY)
		add_blanks(s, &padded);
	buf_addslice(&padded, name);
	if (s->kinds.len > 0 && s->kinds.s[s->kinds.len - 1] == IS_ANY)
		add_blanks(s, &padded);
	good = !padded.full && matches(s, buf_slice(&padded));
	buf_release(&padded);
	return good;
}

/* Likewise, for the names of which taming can have made this one. */
static bool matches_any(const struct shape *s, struct slice name)
{
	char first[FOLDER_COMPONENT_MAX];
	struct slice shorter;

	if (name.len == 0 || name.len > sizeof(first))
		return false;
	if (matches_trimmed(s, name))
		return true;
	memcpy(first, name.p, name.len);
	for (const char *c = ".-~"; name.p[0] == '_' && *c != '\0'; c++) {
		first[0] = *c;
		if (matches_trimmed(s, slice_of(first, name.len)))
			return true;
	}
	shorter = slice_of(name.p, name.len - 1);
	return name.p[name.len - 1] == '_' && tame_lengthens(shorter) &&
	       matches_trimmed(s, shorter);
}

static bool component_fits(struct component *c, struct slice name)
{
	struct shape *s = &c->shape;

	if (!c->captured)
		return name.len == s->bytes.len &&
		       is_same(s, 0, name.len, name.p);
	trim(s);
	return matches_any(s, name);
}

static bool shape_fits(const struct shape *s, struct slice name)
{
	struct component c = {SHAPE_INIT, false};
	struct slice part;
	size_t at = 0;
	bool good = true;

	while (good && slice_split(&name, '/', &part)) {
		good = at <= s->bytes.len;
		if (!good)
			break;
		take_component(s, &at, &c);
		good = component_fits(&c, part);
	}
	buf_release(&c.shape.bytes);
	buf_release(&c.shape.kinds);
	return good && at > s->bytes.len;
}

static bool fits(const struct template *t, const struct template_source *source,
		 struct slice name)
{
	struct shape s = SHAPE_INIT;
	bool good;

	make_shape(t, source, &s);
	good = !s.bytes.full && shape_fits(&s, name);
	buf_release(&s.bytes);
	buf_release(&s.kinds);
	return good;
}

bool template_gives_folder(const struct template *t,
			   const struct template_source *source,
			   const char *name)
{
	struct error ignored = ERROR_INIT;

	return folder_check(slice_str(name), &ignored) == 0 &&
	       fits(t, source, slice_str(name));
}

bool template_gives_path(const struct template *t,
			 const struct template_source *source, const char *path)
{
	struct slice name = slice_str(path);
	size_t fixed = template_fixed_directory(t);
	struct error ignored = ERROR_INIT;

	if (template_is_literal(t))
		return strcmp(path, template_prefix(t)) == 0;
	return name.len > fixed &&
	       memcmp(name.p, template_prefix(t), fixed) == 0 &&
	       folder_check(slice_skip(name, fixed), &ignored) == 0 &&
	       fits(t, source, name);
}
