/* SPDX-License-Identifier: ISC */
#include "rules/doubt.h"

#include <string.h>

#include "mail/fold.h"
#include "rules/doubt_address.h"
#include "util/ascii.h"

#include "util/banned.h"

static bool is_word(char c)
{
	return ascii_is_letter(c) || ascii_is_digit(c) ||
	       (unsigned char)c >= 0x80;
}

static bool is_raw(const struct condition *c)
{
	return c->kind == CONDITION_RAW_HEADER || c->kind == CONDITION_RAW_BODY;
}

/* "US$" is money, "Re:$" and "invoice$" are not. */
static bool ends_like_pattern(struct slice v)
{
	return v.len >= 4 && v.p[v.len - 1] == '$' &&
	       (v.p[v.len - 2] == ':' || v.p[v.len - 2] == ')' ||
		(v.p[v.len - 2] >= 'a' && v.p[v.len - 2] <= 'z'));
}

/* Is there a backslash, as in \d, \. or \[, that a pattern would have? */
static bool has_escape(struct slice v)
{
	for (size_t i = 0; i + 1 < v.len; i++)
		if (v.p[i] == '\\' &&
		    strchr("dDwWsSbBntrAz.[]()*+?$^|\\", v.p[i + 1]) != NULL)
			return true;
	return false;
}

static bool doubt_pattern(const struct look *l)
{
	static const char *const signs[] = {".*",  ".+",   "(?i)", "[^", "[a-z",
					    "[A-", "[0-9", "(?:",  ")?"};
	bool like = (l->v.len > 1 && l->v.p[0] == '^') ||
		    ends_like_pattern(l->v) || has_escape(l->v);
	struct slice name;

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		like |= slice_contains(l->v, signs[i]);
	if (!like)
		return false;
	name = slice_of(l->needle->written,
			strlen(l->needle->written) - l->v.len);
	(void)doubt_say(l, "looks like a pattern, and stands for itself", NULL);
	buf_addf(l->out, "; patterns are written '%.*s/%.*s/'", (int)name.len,
		 name.p, DOUBT_SHOWN, l->v.p);
	return true;
}

/* "a|b", "!a", "a OR b". */
static bool doubt_logic(const struct look *l)
{
	const char *bar = memchr(l->v.p, '|', l->v.len);

	if (bar != NULL && bar > l->v.p && bar + 1 < l->v.p + l->v.len &&
	    is_word(bar[-1]) && is_word(bar[1]))
		return doubt_say(l, "has a \"|\", which stands for itself",
				 "{\"a\", \"b\"} for any of several");
	if (l->v.len > 2 && l->v.p[0] == '!' && is_word(l->v.p[1]))
		return doubt_say(l, "has a \"!\", which stands for itself",
				 "none { … } for \"not\"");
	if (slice_contains(l->v, " OR ") || slice_contains(l->v, " AND ") ||
	    slice_contains(l->v, " || ") || slice_contains(l->v, " && "))
		return doubt_say(
			l, "is one text",
			"{\"a\", \"b\"} for any of them, and the condition "
			"twice for both");
	return false;
}

/* "*.pdf", "*@x", "image/" and a star: not the stars of "*** SPAM ***". */
static bool doubt_wildcard(const struct look *l)
{
	bool address = l->needle->text.is_address;
	const char *star = memchr(l->v.p, '*', l->v.len);

	if (l->c->kind == CONDITION_ATTACHMENT && slice_contains(l->v, "?."))
		return doubt_say(l, "has a \"?\", which stands for itself",
				 "a pattern");
	if (star == NULL || slice_contains(l->v, "**") || l->v.len == 1 ||
	    (!address && l->c->kind != CONDITION_ATTACHMENT &&
	     l->c->kind != CONDITION_ATTACHMENT_TYPE && star != l->v.p &&
	     star != l->v.p + l->v.len - 1 && !slice_contains(l->v, "*.") &&
	     !slice_contains(l->v, ".*")))
		return false;
	if (address && slice_contains(l->v, "*."))
		return doubt_say(l, "has a \"*\", which stands for itself",
				 "\"@.example.org\" for all below a domain");
	if (address)
		return doubt_say(
			l, "has a \"*\", which stands for itself",
			"\"@example.org\" for a domain, or a part of the "
			"address");
	if (l->c->kind == CONDITION_ATTACHMENT)
		return doubt_say(l, "has a \"*\", which stands for itself",
				 "\".pdf\", or '/\\.pdf$/' for the end");
	if (l->c->kind == CONDITION_ATTACHMENT_TYPE)
		return doubt_say(l, "has a \"*\", which stands for itself",
				 "\"image/\"");
	return doubt_say(l, "has a \"*\", which stands for itself",
			 "the text without it");
}

/* An end of names that is not a part of its type, as "pdf" and "zip" are. */
static bool is_name_end(struct slice v)
{
	static const char *const ends[] = {"jpg",  "txt", "exe",  "docx", "xls",
					   "xlsx", "ppt", "pptx", "odt",  "ods",
					   "ics",  "eml", "mp3",  "mkv",  "bat",
					   "scr",  NULL};

	return slice_is_one_of_nocase(v, ends);
}

static bool doubt_type(const struct look *l)
{
	const char *slash = memchr(l->v.p, '/', l->v.len);

	if (l->c->kind != CONDITION_ATTACHMENT_TYPE)
		return false;
	if (l->v.p[0] == '.' || is_name_end(l->v))
		return doubt_say(l, "never holds: it is not a type",
				 "attachment for the name, or "
				 "\"application/pdf\"");
	if (slice_contains(l->v, ";") || slice_contains(l->v, "="))
		return doubt_say(
			l, "never holds: parameters are no part of a type",
			NULL);
	if (slice_contains(l->v, "?"))
		return doubt_say(l, "has a \"?\", which stands for itself",
				 "\"image/\"");
	if (slice_contains(l->v, " ") || slice_contains(l->v, ",") ||
	    !slice_is_ascii(l->v) ||
	    (slash != NULL &&
	     memchr(slash + 1, '/', (size_t)(l->v.p + l->v.len - slash - 1)) !=
		     NULL))
		return doubt_say(l, "never holds: it is not a type",
				 "\"application/pdf\"");
	if (slice_equal_nocase(l->v, slice_str("image/jpg")))
		return doubt_say(l, "never holds", "\"image/jpeg\"");
	return false;
}

static bool doubt_name(const struct look *l)
{
	static const char *const types[] = {"application/", "image/", "text/",
					    "audio/", "video/"};

	for (size_t i = 0; l->c->kind == CONDITION_ATTACHMENT &&
			   i < sizeof(types) / sizeof(types[0]);
	     i++)
		if (slice_starts_nocase(l->v, types[i]))
			return doubt_say(l, "is a type, not a name",
					 "attachment-type");
	return false;
}

/* subject = "Subject: x", header = "X-Y: X-Y: x". */
static bool doubt_own_name(const struct look *l)
{
	struct slice rest = l->v, name, own = slice_str(l->c->name);

	if (l->c->kind != CONDITION_HEADER)
		return false;
	while (rest.len > 0 && strchr("/^", rest.p[0]) != NULL)
		rest = slice_of(rest.p + 1, rest.len - 1);
	if (own.len == 6 && slice_equal(own, slice_str("header"))) {
		struct slice written = slice_str(l->needle->written);

		(void)slice_split(&written, ':', &own);
		own = slice_trim(own);
	}
	if (!slice_split(&rest, ':', &name) || rest.p == NULL ||
	    !slice_equal_nocase(name, own))
		return false;
	return doubt_say(l,
			 "never holds: the name of the field is no part of it",
			 "the text alone");
}

/* header = "X-*: yes", '/^X-Spam/: yes'. */
static bool doubt_field(const struct look *l)
{
	const char *end = strchr(l->needle->written, ':');
	const char *sign = strpbrk(l->needle->written, "*?/^$()[]{}|\\");

	if (strcmp(l->c->name, "header") != 0 || end == NULL || sign == NULL ||
	    sign > end)
		return false;
	return doubt_say(l, "never holds: the name of a field is no pattern",
			 "its whole name, and '/…/' behind the colon");
}

/* subject = "=x": only values of `header` are whole with that. */
static bool doubt_equals(const struct look *l)
{
	if ((l->needle->text.uses & TEXT_EQUALS) != 0 ||
	    l->needle->text.kind != TEXT_CONTAINS || l->v.len < 2 ||
	    l->v.p[0] != '=' || !is_word(l->v.p[1]) ||
	    (l->c->kind != CONDITION_HEADER &&
	     l->c->kind != CONDITION_ATTACHMENT))
		return false;
	return doubt_say(l, "has a \"=\", which stands for itself",
			 "a pattern, '/^…$/', for the whole text");
}

/* A plain text that is compared with decoded text. */
static bool doubt_decoded(const struct look *l)
{
	if (is_raw(l->c))
		return false;
	if (slice_contains(l->v, "=?") && slice_contains(l->v, "?="))
		return doubt_say(l, "never holds: encoded words are decoded",
				 "the text as a reader sees it");
	if (l->v.len > 2 && strchr("\"'", l->v.p[0]) != NULL &&
	    l->v.p[l->v.len - 1] == l->v.p[0])
		return doubt_say(l, "has quotes that are a part of the text",
				 NULL);
	if (l->v.len > 3 && l->v.p[0] == '{' && l->v.p[l->v.len - 1] == '}')
		return doubt_say(l, "is no template: conditions have none",
				 NULL);
	if (slice_starts_nocase(l->v, "file ") ||
	    slice_ends_nocase(l->v, ".txt}"))
		return doubt_say(l, "is a text",
				 "\"file:name.txt\" for a list");
	return false;
}

/* "X-Spam-Score: > 5". */
static bool doubt_compare(const struct look *l)
{
	size_t i = 0;

	if (l->c->kind != CONDITION_HEADER || l->v.len < 2 ||
	    strchr("<>", l->v.p[0]) == NULL)
		return false;
	while (i < l->v.len && strchr("<>= ", l->v.p[i]) != NULL)
		i++;
	if (i == l->v.len)
		return false;
	for (; i < l->v.len; i++)
		if (!ascii_is_digit(l->v.p[i]) && l->v.p[i] != '.')
			return false;
	return doubt_say(l, "compares no numbers",
			 "a pattern, or \"X-Spam-Level: *****\"");
}

/* Does the pattern match whatever it is asked? */
static bool doubt_always(const struct look *l)
{
	static const char *const probes[] = {
		"", "a", "7", "\n", "  x  y", "\xe5\x8f\x91", "Zz-9."};
	const struct text *t = &l->needle->text;
	struct error ignored = ERROR_INIT;

	if (t->kind != TEXT_REGEX || regex_groups(t->regex) > 0 ||
	    strcmp(l->c->name, "header") == 0)
		return false;
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++)
		if (regex_search(t->regex, slice_str(probes[i]), NULL, 0,
				 &ignored) != MATCH_YES)
			return false;
	return doubt_say(l, "matches every text",
			 "'/./' for \"there is some\", or leave it out");
}

/* As in `folders` of an account, "Lists/" and a star, or "\Junk". */
static bool doubt_server_folder(const struct look *l)
{
	if (l->needle->text.kind == TEXT_REGEX)
		return false;
	if (l->v.p[0] == '\\')
		return doubt_say(l, "is no name of a folder",
				 "the name that it has on the server");
	if (strpbrk(l->v.p, "*%") != NULL)
		return doubt_say(l, "is compared as it is, without wildcards",
				 "'/^Lists\\//' for all below Lists");
	return false;
}

/* Is there nothing to see? */
static bool is_blank(struct slice v)
{
	struct buf seen = BUF_INIT(FOLD_NAME_MAX(v.len));
	bool none;

	fold_name(v, &seen);
	none = seen.len == 0;
	buf_release(&seen);
	return none;
}

bool doubt_value(const struct condition *c, const struct needle *needle,
		 struct buf *out)
{
	const struct look l = {c, needle, slice_str(needle->text.value), out};

	if (needle->text.kind == TEXT_LIST || l.v.len == 0 ||
	    c->kind == CONDITION_ACCOUNT || c->kind == CONDITION_TAGGED)
		return false;
	if (c->kind == CONDITION_SERVER_FOLDER)
		return doubt_server_folder(&l);
	if (needle->text.kind == TEXT_REGEX)
		return doubt_field(&l) || doubt_own_name(&l) ||
		       doubt_always(&l);
	if (is_blank(l.v))
		return doubt_say(&l, "is only blanks", NULL);
	return doubt_field(&l) || doubt_own_name(&l) || doubt_equals(&l) ||
	       doubt_type(&l) || doubt_name(&l) || doubt_address(&l) ||
	       doubt_compare(&l) || doubt_decoded(&l) || doubt_wildcard(&l) ||
	       doubt_pattern(&l) || doubt_logic(&l);
}

/* `older = 30` is half a minute; nobody means that. */
static bool has_no_unit(const char *written)
{
	size_t digits = strspn(written, "0123456789");

	return digits > 0 && written[digits] == '\0';
}

static bool doubt_hours(const struct condition *c, struct buf *out)
{
	const char *often = NULL;

	if (c->kind == CONDITION_WEEKDAY && c->days == 0x7f)
		often = "always";
	if (c->kind == CONDITION_HOURS && c->from_minute == c->to_minute)
		often = "never";
	if (c->kind == CONDITION_HOURS && c->from_minute == 0 &&
	    c->to_minute == 24 * 60)
		often = "always";
	if (often != NULL)
		buf_addf(out, "%s = %s %s holds", c->name, c->written, often);
	return often != NULL;
}

/* Nothing is younger or smaller than nothing. */
static bool doubt_zero(const struct condition *c, struct buf *out)
{
	bool never = c->kind == CONDITION_NEWER || c->kind == CONDITION_SMALLER;

	if (c->number > 0 || !(never || c->kind == CONDITION_OLDER ||
			       c->kind == CONDITION_LARGER))
		return false;
	buf_addf(out, "%s = %s %s holds; write %s", c->name, c->written,
		 never ? "never" : "always",
		 c->kind == CONDITION_OLDER || c->kind == CONDITION_NEWER
			 ? "7d or 12h"
			 : "500K or 5M");
	return true;
}

bool doubt_number(const struct condition *c, struct buf *out)
{
	if (doubt_zero(c, out))
		return true;
	if ((c->kind == CONDITION_OLDER || c->kind == CONDITION_NEWER) &&
	    has_no_unit(c->written) && c->number < 3600) {
		buf_addf(out, "%s = %s means seconds; for days write %sd",
			 c->name, c->written, c->written);
		return true;
	}
	if ((c->kind == CONDITION_LARGER || c->kind == CONDITION_SMALLER) &&
	    c->number < 100) {
		buf_addf(out,
			 "%s = %s means bytes, and every message has more; "
			 "write 500K or 5M",
			 c->name, c->written);
		return true;
	}
	return doubt_hours(c, out);
}
