/* SPDX-License-Identifier: ISC */
#include "mail/mailing_list.h"

#include <string.h>

#include "mail/mailing_list_role.h"
#include "mail/mailing_list_url.h"
#include "util/ascii.h"

#include "util/banned.h"

enum form {
	FORM_ID,      /* "Words <name.host>", "name.host" */
	FORM_POST,    /* <mailto:name@host>, name@host */
	FORM_ARCHIVE, /* <https://host/archive/name/> */
	FORM_OLD,     /* "list name@host; contact name-help@host" */
	FORM_ADDRESS, /* the address of the list, or its name */
	FORM_LOOP,    /* the same; other programs write it, too */
	FORM_OWNER,   /* owner-name@host, name-bounces@host */
	FORM_EZMLM,   /* "mailing list name@host" */
	FORM_COMMAND, /* <mailto:name-unsubscribe@host>, or a page of it */
	FORM_WORDS,   /* "Words" */
};

/* In this order: the surest first. */
static const struct {
	const char *field;
	enum form form;
} places[] = {
	{"List-Id", FORM_ID},
	{"List-Post", FORM_POST},
	{"Mailing-List", FORM_OLD},
	{"X-Mailing-List", FORM_ADDRESS},
	{"X-BeenThere", FORM_ADDRESS},
	{"X-Mailinglist", FORM_ADDRESS},
	{"X-ML-Name", FORM_ADDRESS},
	{"X-List", FORM_ADDRESS},
	{"Delivered-To", FORM_EZMLM},
	{"Sender", FORM_OWNER},
	{"Return-Path", FORM_OWNER},
	{"Errors-To", FORM_OWNER},
	{"List-Owner", FORM_COMMAND},
	{"List-Unsubscribe", FORM_COMMAND},
	{"List-Subscribe", FORM_COMMAND},
	{"List-Help", FORM_COMMAND},
	{"List-Archive", FORM_ARCHIVE},
	{"X-Loop", FORM_LOOP},
	{"List-Id", FORM_WORDS},
	{"X-ML-Name", FORM_WORDS},
};

#define N_PLACES (sizeof(places) / sizeof(places[0]))

static const struct slice none = {NULL, 0};

/* Punctuation alone names nothing, least of all a folder. */
static bool is_usable(struct slice name)
{
	for (size_t i = 0; i < name.len; i++)
		if (ascii_is_letter(name.p[i]) || ascii_is_digit(name.p[i]) ||
		    (name.p[i] & 0x80) != 0)
			return true;
	return false;
}

static struct slice behind(struct slice s, const char *p)
{
	return slice_of(p, s.len - (size_t)(p - s.p));
}

/* Behind the first `word`, ASCII in any case; p NULL: it is not there. */
static struct slice behind_word(struct slice s, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= s.len; i++)
		if (slice_starts_nocase(slice_of(s.p + i, s.len - i), word))
			return slice_of(s.p + i + len, s.len - i - len);
	return none;
}

static struct slice or_none(struct slice s)
{
	s = slice_trim(s);
	return s.len == 0 ? none : s;
}

/* "name.host", "name@host", with quotes around it or without. */
static struct slice short_name(struct slice s)
{
	s = slice_trim(s);
	if (s.len > 0 && s.p[0] == '"')
		s = slice_of(s.p + 1, s.len - 1);
	return or_none(slice_until(s, ".@\""));
}

/* The last word outside of comments; *only_out: there is no other. */
static struct slice last_word(struct slice s, bool *only_out)
{
	const char *open = memchr(s.p, '(', s.len);
	size_t start;

	/* A comment at the end, or one in front. */
	if (open != NULL && open > s.p)
		s.len = (size_t)(open - s.p);
	else if (open != NULL && memchr(s.p, ')', s.len) != NULL)
		s = behind(s, (const char *)memchr(s.p, ')', s.len) + 1);
	s = slice_trim(s);
	start = s.len;
	while (start > 0 && !ascii_is_blank(s.p[start - 1]))
		start--;
	*only_out = start == 0;
	return slice_of(s.p + start, s.len - start);
}

static struct slice local_of_url(struct slice text)
{
	struct slice url = behind_word(text, "mailto:");

	if (url.p == NULL)
		return none;
	return or_none(slice_until(url, "@%?> "));
}

/* The last "<": the description before it may hold anything. */
static struct slice name_of_id(struct slice id)
{
	const char *open = memrchr(id.p, '<', id.len);
	bool only;

	if (open != NULL)
		id = slice_until(behind(id, open + 1), ">");
	if (slice_contains_nocase(id, "mailto:"))
		return local_of_url(id);
	if (slice_contains(id, "://"))
		return mailing_list_of_page(id, true);
	if (open != NULL)
		return short_name(id);
	id = last_word(id, &only);
	if (!only && memchr(id.p, '.', id.len) == NULL &&
	    memchr(id.p, '@', id.len) == NULL)
		return none;
	return short_name(id);
}

static struct slice name_of_old(struct slice text)
{
	struct slice list = behind_word(text, "list "), local, name;

	if (list.p != NULL && mailing_list_local(list).p != NULL)
		return mailing_list_local(list);
	local = mailing_list_local(text);
	name = mailing_list_without_role(local);
	return name.p != NULL ? name : local;
}

static struct slice name_of_post(struct slice text)
{
	struct slice name = local_of_url(text);

	if (name.p != NULL)
		return name;
	if (slice_contains(text, "://"))
		return mailing_list_of_page(text, true);
	return mailing_list_local(text);
}

static struct slice name_of_command(struct slice text)
{
	struct slice name = mailing_list_without_role(local_of_url(text));

	return name.p != NULL ? name : mailing_list_of_page(text, false);
}

static struct slice name_of_address(struct slice text)
{
	struct slice local = mailing_list_local(text);
	bool only;

	if (local.p != NULL || memchr(text.p, '/', text.len) != NULL)
		return local;
	text = last_word(text, &only);
	return only ? short_name(text) : none;
}

static struct slice name_in(enum form form, struct slice text)
{
	switch (form) {
	case FORM_ID:
		return name_of_id(text);
	case FORM_POST:
		return name_of_post(text);
	case FORM_ARCHIVE:
		return mailing_list_of_page(text, true);
	case FORM_OLD:
		return name_of_old(text);
	case FORM_ADDRESS:
	case FORM_LOOP:
		return name_of_address(text);
	case FORM_OWNER:
		return mailing_list_of_sender(text);
	case FORM_EZMLM:
		return slice_starts_nocase(text, "mailing list ")
			       ? mailing_list_local(text)
			       : none;
	case FORM_COMMAND:
		return name_of_command(text);
	case FORM_WORDS:
		break;
	}
	text = slice_trim(slice_until(text, "<"));
	if (text.len >= 2 && text.p[0] == '"' && text.p[text.len - 1] == '"')
		text = slice_of(text.p + 1, text.len - 2);
	return or_none(text);
}

struct slice mailing_list_name(struct message *m)
{
	for (size_t i = 0; i < N_PLACES; i++) {
		size_t at = 0, field;

		if (places[i].form == FORM_LOOP && !mailing_list_sent(m))
			continue;
		while (message_next(m, places[i].field, &at, &field)) {
			struct slice text = message_text(m, field), name;

			name = text.len > 0 ? name_in(places[i].form, text)
					    : none;
			if (is_usable(name))
				return name;
		}
	}
	return none;
}
