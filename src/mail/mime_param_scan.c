/* SPDX-License-Identifier: ISC */
#include "mail/mime_param_scan.h"

#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

static size_t find_any(struct slice s, size_t from, const char *set)
{
	while (from < s.len &&
	       (s.p[from] == '\0' || strchr(set, s.p[from]) == NULL))
		from++;
	return from;
}

static bool is_name_char(char c)
{
	return ascii_is_letter(c) || ascii_is_digit(c) ||
	       (c != '\0' && strchr("-_*", c) != NULL);
}

static size_t skip_space(struct slice s, size_t at)
{
	while (at < s.len && ascii_is_space(s.p[at]))
		at++;
	return at;
}

/* The name of the parameter that begins at `at`; empty: none does. */
static struct slice name_at(struct slice s, size_t at)
{
	size_t end = at, mark;

	while (end < s.len && is_name_char(s.p[end]))
		end++;
	mark = end == at ? end : skip_space(s, end);
	if (mark == s.len || s.p[mark] != '=')
		return SLICE_EMPTY;
	return slice_of(s.p + at, end - at);
}

/* May it follow a value without a ";" between them? */
static bool is_known(struct slice name)
{
	static const char *const names[] = {
		"boundary",	 "charset",    "delsp",	     "filename",
		"format",	 "method",     "micalg",     "name",
		"protocol",	 "size",       "smime-type", "type",
		"x-mac-creator", "x-mac-type", "x-unix-mode"};
	const char *star = name.len == 0 ? NULL : memchr(name.p, '*', name.len);

	if (star != NULL)
		name.len = (size_t)(star - name.p);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (slice_equal_nocase(name, slice_str(names[i])))
			return true;
	return false;
}

/* The end of a value without quotes. */
static size_t plain_end(struct slice s, size_t at)
{
	for (; at < s.len && s.p[at] != ';'; at++)
		if (ascii_is_space(s.p[at]) && is_known(name_at(s, at + 1)))
			break;
	return at;
}

/* Does what stands here show that a value ended before it? */
static bool is_after_value(struct slice s, size_t at)
{
	at = skip_space(s, at);
	return at == s.len || s.p[at] == ';' || is_known(name_at(s, at));
}

/*
 * The end of a value behind its opening quote. Other quotes in it are part of
 * it; one that opens the value of the next parameter shows that this one was
 * never closed, and that it ends at the ";" before that.
 */
static size_t quoted_end(struct slice s, size_t start,
			 struct mime_param_scan *scan)
{
	size_t mark = s.len, quote = s.len;

	for (size_t at = start; at < s.len; at++) {
		if (scan->open && (mark < s.len || quote < s.len))
			break;
		if (s.p[at] == '\\') {
			at++;
		} else if (s.p[at] == '"' && mark < s.len &&
			   s.p[at - 1] == '=') {
			scan->left = s.len - at;
			return mark;
		} else if (s.p[at] == '"') {
			if (is_after_value(s, at + 1))
				return at;
			if (quote == s.len)
				quote = at;
		} else if (s.p[at] == ';' && mark == s.len &&
			   name_at(s, skip_space(s, at + 1)).len > 0) {
			mark = at;
			if (s.len - at > scan->left)
				return mark;
		}
	}
	scan->open = true;
	return quote < mark ? quote : mark;
}

/* The last word of the text before a "=": the name. */
static struct slice last_word(struct slice s)
{
	size_t at = s.len;

	while (at > 0 && !ascii_is_space(s.p[at - 1]))
		at--;
	return slice_of(s.p + at, s.len - at);
}

/* Some programs write name:"x". Where that ":" is, or else `mark`. */
static size_t find_colon(struct slice s, size_t mark)
{
	size_t colon = find_any(s, 0, ":=;");

	if (colon < mark &&
	    is_known(last_word(slice_trim(slice_of(s.p, colon)))))
		return colon;
	return mark;
}

/* Some programs write 'name'. In name*=charset'language'text they divide. */
static struct slice without_apostrophes(const struct mime_param *param)
{
	struct slice v = param->value;
	bool divides = param->name.len > 0 &&
		       param->name.p[param->name.len - 1] == '*';

	if (!divides && v.len > 2 && v.p[0] == '\'' && v.p[v.len - 1] == '\'')
		return slice_of(v.p + 1, v.len - 2);
	return v;
}

bool mime_param_next(struct mime_param_scan *scan, struct mime_param *param)
{
	struct slice s = scan->rest;
	size_t mark = find_colon(s, find_any(s, 0, "=;")), start = mark,
	       end = mark;

	if (s.len == 0)
		return false;
	param->name = slice_trim(slice_of(s.p, mark));
	param->is_quoted = false;
	if (mark < s.len && s.p[mark] != ';') {
		param->name = last_word(param->name);
		start = skip_space(s, mark + 1);
		param->is_quoted = start < s.len && s.p[start] == '"';
		start += param->is_quoted;
		end = param->is_quoted ? quoted_end(s, start, scan)
				       : plain_end(s, start);
	}
	param->value = slice_of(s.p + start, end - start);
	if (!param->is_quoted || end == s.len || s.p[end] != '"')
		param->value = slice_trim(param->value);
	if (!param->is_quoted)
		param->value = without_apostrophes(param);
	/* A quote, a ";" or a blank, and all that separates. */
	while (end < s.len &&
	       (s.p[end] == '"' || s.p[end] == ';' || ascii_is_space(s.p[end])))
		end++;
	scan->rest = slice_skip(s, end);
	return true;
}
