/* SPDX-License-Identifier: ISC */
/*
 * Folders on an IMAP server, as settings name them: in UTF-8, with "/" between
 * the levels, whatever the server uses; or by what they are for, as \Junk.
 */
#include <string.h>
#include <strings.h>

#include "config/check.h"
#include "mail/charset.h"
#include "util/ascii.h"
#include "util/suggest.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* RFC 6154, 8457. The others are what users write for them. */
static const struct {
	const char *name, *others;
} uses[] = {
	{"\\All", "\\AllMail \\Everything"},
	{"\\Archive", "\\Archives \\Archived"},
	{"\\Drafts", "\\Draft"},
	{"\\Flagged", "\\Starred"},
	{"\\Important", NULL},
	{"\\Junk", "\\Spam \\Bulk \\JunkMail \\Junkmail"},
	{"\\Sent", "\\SentMail \\Outbox"},
	{"\\Trash", "\\Deleted \\Bin \\Wastebasket"},
};

#define N_USES (sizeof(uses) / sizeof(uses[0]))

static const char *suggest_use(const char *word)
{
	struct suggestion s = suggest_for(word);

	if (strcasecmp(word, "\\Inbox") == 0)
		return "INBOX";
	for (size_t i = 0; i < N_USES; i++)
		if (value_find_word(uses[i].others, word, NULL) != -1)
			return uses[i].name;
	for (size_t i = 0; i < N_USES; i++)
		suggest_try(&s, uses[i].name);
	return s.best;
}

static int check_use(const char *word, struct error *err)
{
	const char *best;

	for (size_t i = 0; i < N_USES; i++)
		if (strcasecmp(uses[i].name, word) == 0)
			return 0;
	best = suggest_use(word);
	if (best != NULL)
		return error_set(err, ERR_CONFIG,
				 "there is no special use %.60s — did you mean "
				 "%s?",
				 word, best);
	return error_set(err, ERR_CONFIG,
			 "there is no special use %.60s; there are \\All, "
			 "\\Archive, \\Drafts, \\Flagged, \\Important, \\Junk, "
			 "\\Sent and \\Trash",
			 word);
}

/* Has it "&…-", as in the names on the wire (RFC 3501, 5.1.3)? */
static bool is_utf7(const char *name)
{
	const char *p = strchr(name, '&');
	size_t n = 0;

	while (p != NULL &&
	       (ascii_is_letter(p[1 + n]) || ascii_is_digit(p[1 + n]) ||
		p[1 + n] == '+' || p[1 + n] == ','))
		n++;
	/* Three letters at least: "R&D-team" is a name. */
	return n >= 3 && p[1 + n] == '-';
}

static int check_name(const char *name, struct error *err)
{
	size_t len = strlen(name);

	if (name[0] == '\\')
		return check_use(name, err);
	if (len > ACCOUNT_FOLDER_MAX)
		return error_set(err, ERR_CONFIG,
				 "the name \"%.40s…\" has %zu bytes; at most "
				 "%d are possible",
				 name, len, ACCOUNT_FOLDER_MAX);
	if (!charset_is_utf8(slice_str(name)))
		return error_set(err, ERR_CONFIG,
				 "the name of a folder must be UTF-8");
	if (name[0] == '/' || name[len - 1] == '/' ||
	    strstr(name, "//") != NULL)
		return error_set(err, ERR_CONFIG,
				 "\"%s\": a part of the name is empty; write "
				 "\"Lists/postroom\"",
				 name);
	if (strncasecmp(name, "INBOX.", 6) == 0)
		return error_set(err, ERR_CONFIG,
				 "\"%s\": write \"/\" between the levels, "
				 "whatever the server uses: \"INBOX/%s\"",
				 name, name + 6);
	if (is_utf7(name))
		return error_set(err, ERR_CONFIG,
				 "\"%s\": write the name as people read it, in "
				 "UTF-8",
				 name);
	return 0;
}

/* INBOX and special uses are the same in any case of letters. */
static bool is_same(const char *a, const char *b)
{
	bool any_case = a[0] == '\\' || strcasecmp(a, "INBOX") == 0;

	return any_case ? strcasecmp(a, b) == 0 : strcmp(a, b) == 0;
}

static bool is_among(const char *name, char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_same(name, list[i]))
			return true;
	return false;
}

int server_folders_store(char ***at, const struct parse_event *e,
			 struct error *err)
{
	*at = xcalloc(e->n + 1, sizeof(**at));
	for (size_t i = 0; i < e->n; i++) {
		const char *name = e->values[i].text;

		if (check_name(name, err) == -1)
			return -1;
		if (is_among(name, *at, i))
			return error_set(err, ERR_CONFIG,
					 "\"%s\" is there twice", name);
		(*at)[i] = xstrdup(name);
	}
	return 0;
}

int server_folder_store(char **at, const char *name, struct error *err)
{
	if (check_name(name, err) == -1)
		return -1;
	if (strpbrk(name, "*%") != NULL)
		return error_set(err, ERR_CONFIG,
				 "\"%s\" is a pattern; write the name of one "
				 "folder",
				 name);
	*at = xstrdup(name);
	return 0;
}

bool server_folders_have(char *const *folders, const char *name)
{
	static const char *const standard[] = {"INBOX"};
	size_t n = 0;

	if (folders == NULL)
		return is_same(name, standard[0]);
	while (folders[n] != NULL)
		n++;
	return is_among(name, folders, n);
}
