/* SPDX-License-Identifier: ISC */
#include "rules/text.h"

#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "rules/list.h"
#include "util/ascii.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of a value with all its characters quoted for PCRE2. */
#define PATTERN_MAX (64 * 1024)

/* '/re/' or '/re/c'. */
static int init_pattern(struct text *t, struct slice v, long *column_out,
			struct error *err)
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
	t->regex = regex_new(slice_of(v.p + 1, end - 1), case_matters, &offset,
			     err);
	if (t->regex != NULL)
		return 0;
	*column_out = (long)offset + 1;
	return error_prefix(err, "pattern %s", t->value);
}

/*
 * PCRE2 compares a value that is not ASCII, by the case rules of Unicode. Plain
 * ASCII is compared here: that K also matches the Kelvin sign helps nobody.
 */
static int init_contains(struct text *t, struct slice v, struct error *err)
{
	struct buf quoted = BUF_INIT(PATTERN_MAX);
	size_t offset;
	int rc = 0;

	t->kind = TEXT_CONTAINS;
	t->part = v;
	if (slice_is_ascii(v))
		return 0;
	for (size_t i = 0; i < v.len; i++) {
		unsigned char c = (unsigned char)v.p[i];
		bool plain = c >= 0x80 || ascii_is_digit(v.p[i]) ||
			     ascii_is_letter(v.p[i]);

		buf_addstr(&quoted, plain ? "" : "\\");
		buf_addch(&quoted, v.p[i]);
	}
	t->regex = regex_new(buf_slice(&quoted), false, &offset, err);
	if (t->regex == NULL)
		rc = error_prefix(err, "\"%s\" is not valid UTF-8", t->value);
	buf_release(&quoted);
	return rc;
}

static void init_address(struct text *t, struct slice v)
{
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
static int compile_lines(const struct list *list, bool is_address,
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
		int rc = text_init(&lines[i], value, is_address, NULL, &column,
				   err);

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
	if (compile_lines(list, t->is_address, &lines, &n, err) == -1) {
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

int text_init(struct text *t, const char *value, bool is_address,
	      const char *directory, long *column_out, struct error *err)
{
	struct slice v;

	memset(t, 0, sizeof(*t));
	*column_out = -1;
	t->value = xstrdup(value);
	t->is_address = is_address;
	v = slice_str(t->value);
	if (v.len == 0)
		return error_set(err, ERR_CONFIG,
				 "an empty text matches everything; for "
				 "\"present\" write '/./'");
	if (slice_starts_nocase(v, "file:"))
		return init_list(t, t->value + 5, directory, err);
	if (v.p[0] == '/')
		return init_pattern(t, v, column_out, err);
	if (is_address && list_is_address(v)) {
		init_address(t, v);
		return 0;
	}
	return init_contains(t, v, err);
}

void text_release(struct text *t)
{
	regex_free(t->regex);
	list_free(t->list);
	release_lines(t->lines, t->n_lines);
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

/* memchr() finds the first byte in both cases; the rest is compared there. */
static bool contains(struct slice s, struct slice v)
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

		if (starts(at, v))
			return true;
		if (a_first)
			a = next_of(at + 1, end, low);
		else
			b = next_of(at + 1, end, up);
	}
	return false;
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
	case TEXT_ADDRESS:
		return slice_equal_nocase(mailbox, t->part);
	case TEXT_DOMAIN:
		return slice_equal_nocase(address_domain(mailbox), t->part);
	case TEXT_SUBDOMAINS:
		return is_below(address_domain(mailbox), t->part);
	case TEXT_LIST:
		return list_has_address(t->list, mailbox);
	case TEXT_CONTAINS:
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
	return t->kind == TEXT_CONTAINS || t->kind == TEXT_REGEX ||
	       t->kind == TEXT_LIST;
}

bool text_needs_mailboxes(const struct text *t)
{
	return !text_needs_decoded(t) ||
	       (t->kind == TEXT_LIST && t->is_address);
}

enum match text_match(const struct text *t, const struct text_subject *subject,
		      struct slice *captures, size_t n, struct error *err)
{
	switch (t->kind) {
	case TEXT_CONTAINS:
		if (t->regex == NULL)
			return contains(subject->decoded, t->part) ? MATCH_YES
								   : MATCH_NO;
		return regex_search(t->regex, subject->decoded, NULL, 0, err);
	case TEXT_REGEX:
		return regex_search(t->regex, subject->decoded, captures, n,
				    err);
	case TEXT_LIST:
		return match_list(t, subject, err);
	case TEXT_ADDRESS:
	case TEXT_DOMAIN:
	case TEXT_SUBDOMAINS:
		break;
	}
	return match_addresses(t, subject, err);
}
