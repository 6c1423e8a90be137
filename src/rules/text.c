/* SPDX-License-Identifier: ISC */
#include "rules/text.h"

#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "mail/fold.h"
#include "rules/list.h"
#include "rules/word.h"
#include "util/ascii.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of a value with all its characters quoted for PCRE2. */
#define PATTERN_MAX ((size_t)1024 * 1024)

/* '/re/' or '/re/c'. */
static int init_pattern(struct text *t, struct slice v, unsigned uses,
			long *column_out, struct error *err)
{
	bool case_matters =
		v.len > 2 && v.p[v.len - 1] == 'c' && v.p[v.len - 2] == '/';
	size_t end = v.len - (case_matters ? 2 : 1), offset = 0;

	*column_out = -1;
	if (v.len < 2 || end == 0 || v.p[end] != '/')
		return error_set(err, ERR_CONFIG,
				 "a value that begins with / is a pattern and "
				 "must end in / or /c");
	if (end == 1)
		return error_set(err, ERR_CONFIG,
				 "an empty pattern matches everything; for "
				 "\"present\" write '/./'");
	t->kind = TEXT_REGEX;
	t->regex =
		regex_new(slice_of(v.p + 1, end - 1),
			  (case_matters ? REGEX_CASE : 0) |
				  ((uses & TEXT_LINES) != 0 ? REGEX_LINES : 0),
			  &offset, err);
	if (t->regex != NULL)
		return 0;
	*column_out = (long)offset + 1;
	return error_prefix(err, "pattern %s", t->value);
}

/* In front of a line of a quotation: "> > ". */
#define QUOTED "(?>[ \\t]*>)*+[ \\t]*+"

/*
 * A blank of a phrase: any blanks, and one line end among them. At the ends of
 * a phrase one of them is enough, so that a run of blanks is not read again
 * from each of its places.
 */
#define BLANKS	   "(?:[ \\t]++(?:\\r?\\n" QUOTED ")?|\\r?\\n" QUOTED ")"
#define EDGE_BLANK "[ \\t\\r\\n]"

/* Between two characters of a script that has no blanks. */
#define MAY_BREAK "(?:[ \\t]*+\\r?\\n" QUOTED ")?"

/* Does a character of Han, Kana or their punctuation begin with this byte? */
static bool has_no_blanks(char c)
{
	return (unsigned char)c >= 0xe3 && (unsigned char)c <= 0xe9;
}

/* The characters of a phrase; *i is moved to the last one that was used. */
static void quote_prose(struct slice v, size_t *i, struct buf *out)
{
	size_t start = *i;

	if (!ascii_is_blank(v.p[start])) {
		if (start >= 3 && has_no_blanks(v.p[start]) &&
		    has_no_blanks(v.p[start - 3]))
			buf_addstr(out, MAY_BREAK);
		return;
	}
	while (*i + 1 < v.len && ascii_is_blank(v.p[*i + 1]))
		++*i;
	buf_addstr(out, start == 0 || *i + 1 == v.len ? EDGE_BLANK : BLANKS);
}

/* The characters of a plain value, quoted for PCRE2. */
static void quote(struct slice v, bool prose, struct buf *out)
{
	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = (unsigned char)v.p[i];

		if (prose)
			quote_prose(v, &i, out);
		if (prose && ascii_is_blank((char)c))
			continue;
		if (c < 0x80 && !ascii_is_digit(v.p[i]) &&
		    !ascii_is_letter(v.p[i]))
			buf_addch(out, '\\');
		buf_addch(out, v.p[i]);
	}
}

/*
 * Here is the end of a word, the beginning of one, or none. A mark belongs to
 * what is before it, also in Thai and others without blanks between words.
 */
static void put_apart(struct buf *out)
{
	buf_addstr(out, "(?!\\p{M}|(?<=");
	word_put_class(out);
	buf_addstr(out, ")");
	word_put_class(out);
	buf_addstr(out, ")");
}

/*
 * A plain value as a pattern, for what is not compared byte by byte here: PCRE2
 * knows the case rules of Unicode. Plain ASCII is compared here: that K also
 * matches the Kelvin sign helps nobody.
 */
static int compile_plain(struct text *t, bool prose, struct error *err)
{
	struct buf pattern = BUF_INIT(PATTERN_MAX);
	size_t offset;
	int rc = 0;

	if (t->kind == TEXT_WHOLE)
		buf_addstr(&pattern, "\\A");
	if (t->words)
		put_apart(&pattern);
	quote(t->part, prose, &pattern);
	if (t->words)
		put_apart(&pattern);
	if (t->kind == TEXT_WHOLE)
		buf_addstr(&pattern, "\\s*(?:[,;(]|\\z)");
	if (pattern.full) {
		buf_release(&pattern);
		return error_set(err, ERR_CONFIG, "a text is too long");
	}
	t->regex = regex_new(buf_slice(&pattern), 0, &offset, err);
	if (t->regex == NULL)
		rc = error_prefix(err, "\"%s\" is not valid UTF-8", t->value);
	buf_release(&pattern);
	return rc;
}

/* The value as it is compared. Bytes as they came have no other form. */
static struct slice fold_value(struct text *t, struct slice v)
{
	bool raw = (t->uses & (TEXT_LINES | TEXT_PROSE)) == TEXT_LINES;
	struct folded *folded = raw ? NULL : fold_line(v);

	t->exact = folded != NULL && slice_trim(folded->text).len == 0;
	if (!t->exact) {
		t->folded = folded;
		return fold_text(folded, v);
	}
	fold_free(folded);
	return v;
}

static bool has_blank(struct slice v)
{
	return memchr(v.p, ' ', v.len) != NULL ||
	       memchr(v.p, '\t', v.len) != NULL;
}

static int init_plain(struct text *t, struct slice v, unsigned uses,
		      struct error *err)
{
	bool prose = (uses & TEXT_PROSE) != 0;

	t->kind = TEXT_CONTAINS;
	t->words = (uses & TEXT_WORDS) != 0;
	if ((uses & TEXT_EQUALS) != 0 && v.p[0] == '=') {
		t->kind = TEXT_WHOLE;
		t->words = false;
		v = slice_trim(slice_of(v.p + 1, v.len - 1));
		if (v.len == 0)
			return error_set(err, ERR_CONFIG,
					 "\"=\" stands for the whole text, "
					 "which has to follow it");
	}
	t->part = fold_value(t, v);
	if (slice_is_ascii(t->part) && !(prose && has_blank(t->part)))
		return 0;
	return compile_plain(t, prose, err);
}

/*
 * "münchen.example" in an address field is also the name as DNS knows it: keep
 * that form of a plain value that may be such a name.
 */
static void keep_domain(struct text *t, struct slice v)
{
	struct buf name = BUF_INIT(v.len + 1);
	struct buf ascii = BUF_INIT(ADDRESS_FOLD_MAX(v.len + 1));
	bool may_be = memchr(v.p, '.', v.len) != NULL && !has_blank(v) &&
		      (!slice_is_ascii(v) || slice_starts_nocase(v, "xn--") ||
		       slice_contains(v, ".xn--"));

	if (!may_be)
		return;
	buf_addch(&name, '@');
	buf_addslice(&name, v);
	address_fold(buf_slice(&name), &ascii);
	buf_consume(&ascii, 1);
	t->ascii = buf_detach(&ascii);
	buf_release(&name);
}

static void init_address(struct text *t, struct slice v)
{
	struct buf ascii = BUF_INIT(ADDRESS_FOLD_MAX(v.len));

	address_fold(v, &ascii);
	v.len = ascii.len;
	v.p = t->ascii = buf_detach(&ascii);
	if (v.p[0] != '@') {
		t->kind = TEXT_ADDRESS;
		t->part = v;
	} else if (v.len > 2 && v.p[1] == '.') {
		t->kind = TEXT_SUBDOMAINS;
		t->part = slice_of(v.p + 2, v.len - 2);
	} else {
		t->kind = TEXT_DOMAIN;
		t->part = slice_of(v.p + 1, v.len - 1);
	}
}

static void release_lines(struct text *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		text_release(&lines[i]);
	free(lines);
}

/* Compile the lines that a hash cannot find: texts and patterns. */
static int compile_lines(const struct list *list, unsigned uses,
			 struct text **lines_out, size_t *n_out,
			 struct error *err)
{
	size_t n = list_texts(list);
	struct text *lines = xcalloc(n, sizeof(*lines));

	for (size_t i = 0; i < n; i++) {
		int line;
		struct slice s = list_text(list, i, &line);
		char *value = xmemdup0(s.p, s.len);
		long column;
		int rc = text_init(&lines[i], value, uses, NULL, &column, err);

		free(value);
		if (rc == 0)
			continue;
		release_lines(lines, i + 1);
		return error_prefix(err, "%s:%d", list_path(list), line);
	}
	*lines_out = lines;
	*n_out = n;
	return 0;
}

static int load_list(struct text *t, const char *path, struct error *err)
{
	struct list *list = list_load(path, t->is_address, err);
	struct text *lines = NULL;
	size_t n = 0;

	if (list == NULL)
		return -1;
	if (compile_lines(list, t->uses, &lines, &n, err) == -1) {
		list_free(list);
		return -1;
	}
	release_lines(t->lines, t->n_lines);
	list_free(t->list);
	t->list = list;
	t->lines = lines;
	t->n_lines = n;
	return 0;
}

static int init_list(struct text *t, const char *name, const char *directory,
		     struct error *err)
{
	char *path =
		directory == NULL ? NULL : value_path(name, directory, err);
	int rc;

	if (directory == NULL)
		return error_set(err, ERR_CONFIG,
				 "a list cannot name another list");
	if (path == NULL)
		return -1;
	t->kind = TEXT_LIST;
	rc = load_list(t, path, err);
	free(path);
	return rc;
}

bool text_refresh(struct text *t)
{
	struct error ignored = ERROR_INIT;
	char *path;
	int rc;

	if (t->kind != TEXT_LIST || !list_changed(t->list))
		return false;
	path = xstrdup(list_path(t->list));
	rc = load_list(t, path, &ignored);
	free(path);
	return rc == 0;
}

int text_init(struct text *t, const char *value, unsigned uses,
	      const char *directory, long *column_out, struct error *err)
{
	struct slice v, address;

	memset(t, 0, sizeof(*t));
	*column_out = -1;
	t->value = xstrdup(value);
	t->uses = uses;
	t->is_address = (uses & TEXT_ADDRESSES) != 0;
	v = address = slice_str(t->value);
	if (v.len == 0)
		return error_set(err, ERR_CONFIG,
				 "an empty text matches everything; for "
				 "\"present\" write '/./'");
	if (slice_starts_nocase(v, "file:"))
		return init_list(t, t->value + 5, directory, err);
	if (v.p[0] == '/')
		return init_pattern(t, v, uses, column_out, err);
	if (t->is_address && (uses & TEXT_EQUALS) != 0 && v.p[0] == '=')
		address = slice_trim(slice_of(v.p + 1, v.len - 1));
	if (t->is_address)
		address = list_bare_address(address);
	if (t->is_address && list_is_address(address)) {
		init_address(t, address);
		return 0;
	}
	if (t->is_address && v.p[0] != '=')
		keep_domain(t, v);
	return init_plain(t, v, uses, err);
}

void text_release(struct text *t)
{
	regex_free(t->regex);
	list_free(t->list);
	release_lines(t->lines, t->n_lines);
	fold_free(t->folded);
	free(t->ascii);
	free(t->value);
	memset(t, 0, sizeof(*t));
}

/* Does s begin with v? ASCII case is ignored. */
static bool starts(const char *s, struct slice v)
{
	for (size_t i = 0; i < v.len; i++)
		if (ascii_lower(s[i]) != ascii_lower(v.p[i]))
			return false;
	return true;
}

static const char *next_of(const char *p, const char *end, char c)
{
	return p >= end ? NULL : memchr(p, c, (size_t)(end - p));
}

/* Does the match [at, at + len) begin and end where words do? */
static bool is_apart(struct slice s, const char *at, size_t len)
{
	size_t start = (size_t)(at - s.p);

	return !word_is_cut(s, start) && !word_is_cut(s, start + len);
}

/* memchr() finds the first byte in both cases; the rest is compared there. */
static bool contains(struct slice s, struct slice v, bool words)
{
	char low = ascii_lower(v.p[0]), up = ascii_upper(v.p[0]);
	const char *end, *a, *b;

	if (s.len < v.len)
		return false;
	end = s.p + (s.len - v.len + 1);
	a = next_of(s.p, end, low);
	b = low == up ? NULL : next_of(s.p, end, up);
	while (a != NULL || b != NULL) {
		bool a_first = b == NULL || (a != NULL && a < b);
		const char *at = a_first ? a : b;

		if (starts(at, v) && (!words || is_apart(s, at, v.len)))
			return true;
		if (a_first)
			a = next_of(at + 1, end, low);
		else
			b = next_of(at + 1, end, up);
	}
	return false;
}

/* Is v all of s, or all before the first comma, semicolon or bracket? */
static bool is_whole(struct slice s, struct slice v)
{
	if (s.len < v.len || !starts(s.p, v))
		return false;
	s = slice_trim(slice_of(s.p + v.len, s.len - v.len));
	return s.len == 0 || strchr(",;(", s.p[0]) != NULL;
}

static bool is_below(struct slice domain, struct slice parent)
{
	if (domain.len <= parent.len)
		return slice_equal_nocase(domain, parent);
	return domain.p[domain.len - parent.len - 1] == '.' &&
	       slice_equal_nocase(
		       slice_of(domain.p + domain.len - parent.len, parent.len),
		       parent);
}

static bool address_matches(const struct text *t, struct slice mailbox)
{
	switch (t->kind) {
	case TEXT_CONTAINS:
		return t->ascii != NULL &&
		       contains(mailbox, slice_str(t->ascii), t->words);
	case TEXT_ADDRESS:
		return slice_equal_nocase(mailbox, t->part);
	case TEXT_DOMAIN:
		return slice_equal_nocase(address_domain(mailbox), t->part);
	case TEXT_SUBDOMAINS:
		return is_below(address_domain(mailbox), t->part);
	case TEXT_LIST:
		return list_has_address(t->list, mailbox);
	case TEXT_WHOLE:
	case TEXT_REGEX:
		break;
	}
	return false;
}

static enum match match_addresses(const struct text *t,
				  const struct text_subject *subject,
				  struct error *err)
{
	for (size_t i = 0; i < subject->n_mailboxes; i++)
		if (address_matches(t, subject->mailboxes[i]))
			return MATCH_YES;
	if (subject->n_mailboxes <= MESSAGE_MAILBOXES_MAX)
		return MATCH_NO;
	(void)error_set(err, ERR_MESSAGE, "a field has more than %d addresses",
			MESSAGE_MAILBOXES_MAX);
	return MATCH_ERROR;
}

static enum match match_list(const struct text *t,
			     const struct text_subject *subject,
			     struct error *err)
{
	enum match match = MATCH_NO;

	if (t->is_address)
		match = match_addresses(t, subject, err);
	for (size_t i = 0; i < t->n_lines && match == MATCH_NO; i++)
		match = text_match(&t->lines[i], subject, NULL, 0, err);
	return match;
}

bool text_needs_decoded(const struct text *t)
{
	return t->kind == TEXT_CONTAINS || t->kind == TEXT_WHOLE ||
	       t->kind == TEXT_REGEX || t->kind == TEXT_LIST;
}

bool text_needs_mailboxes(const struct text *t)
{
	return !text_needs_decoded(t) || t->ascii != NULL ||
	       (t->kind == TEXT_LIST && t->is_address);
}

/* The text that a plain value is compared with. */
static struct slice text_to_compare(const struct text *t,
				    const struct text_subject *subject)
{
	return t->exact ? subject->decoded
			: fold_text(subject->folded, subject->decoded);
}

/*
 * Search the folded text, and then the text as it is: a pattern may be about
 * what folding takes away.
 */
static enum match search(const struct text *t,
			 const struct text_subject *subject,
			 struct slice *captures, size_t n, struct error *err)
{
	enum match match = MATCH_NO;

	if (subject->folded != NULL)
		match = regex_search(t->regex, subject->folded->text, captures,
				     n, err);
	if (match == MATCH_NO)
		return regex_search(t->regex, subject->decoded, captures, n,
				    err);
	for (size_t i = 0; match == MATCH_YES && i < n; i++)
		if (captures[i].p != NULL)
			captures[i] = fold_origin(
				subject->folded, subject->decoded, captures[i]);
	return match;
}

static enum match match_plain(const struct text *t, struct slice s,
			      struct error *err)
{
	bool yes;

	if (t->regex != NULL)
		return regex_search(t->regex, s, NULL, 0, err);
	if (t->kind == TEXT_WHOLE)
		yes = is_whole(s, t->part);
	else
		yes = contains(s, t->part, t->words);
	return yes ? MATCH_YES : MATCH_NO;
}

enum match text_match(const struct text *t, const struct text_subject *subject,
		      struct slice *captures, size_t n, struct error *err)
{
	enum match match;

	switch (t->kind) {
	case TEXT_CONTAINS:
	case TEXT_WHOLE:
		match = match_plain(t, text_to_compare(t, subject), err);
		if (match == MATCH_NO && t->ascii != NULL)
			match = match_addresses(t, subject, err);
		return match;
	case TEXT_REGEX:
		return search(t, subject, captures, n, err);
	case TEXT_LIST:
		return match_list(t, subject, err);
	case TEXT_ADDRESS:
	case TEXT_DOMAIN:
	case TEXT_SUBDOMAINS:
		break;
	}
	return match_addresses(t, subject, err);
}
