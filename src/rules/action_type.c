/* SPDX-License-Identifier: ISC */
#include "rules/action_type.h"

#include <string.h>

#include "mail/flags.h"

#include "util/banned.h"

static const struct action_type types[] = {
	{"folder", ACTION_FOLDER, ACTION_VALUE_FOLDER, true,
	 "file it there; no further rule is looked at"},
	{"copy", ACTION_COPY, ACTION_VALUE_FOLDER, false,
	 "file a copy there and go on"},
	{"mark", ACTION_MARK, ACTION_VALUE_FLAGS, false,
	 "read, flagged, answered or draft"},
	{"discard", ACTION_DISCARD, ACTION_VALUE_YES, true,
	 "drop it; no further rule is looked at"},
	{"stop", ACTION_STOP, ACTION_VALUE_YES, true,
	 "no further rule; it goes to the account's inbox"},
	{"tag", ACTION_TAG, ACTION_VALUE_TAGS, false,
	 "a tag that mail readers show"},
	{"untag", ACTION_UNTAG, ACTION_VALUE_TAGS, false, "take a tag back"},
	{"set-header", ACTION_SET_HEADER, ACTION_VALUE_HEADER, false,
	 "replace a header field"},
	{"add-header", ACTION_ADD_HEADER, ACTION_VALUE_HEADER, false,
	 "add a header field"},
	{"remove-header", ACTION_REMOVE_HEADER, ACTION_VALUE_NAME, false,
	 "remove a header field"},
	{"filter", ACTION_FILTER, ACTION_VALUE_ARGV, false,
	 "a command whose output replaces the message"},
	{"pipe", ACTION_PIPE, ACTION_VALUE_ARGV, false,
	 "a command that gets the message"},
	{"forward", ACTION_FORWARD, ACTION_VALUE_ADDRESS, false,
	 "send it on to another address"},
	{"log", ACTION_LOG, ACTION_VALUE_TEXT, false, "a line in the log"},
	{"save-attachments", ACTION_SAVE, ACTION_VALUE_DIRECTORY, false,
	 "the attached files to a directory"},
	{"hold", ACTION_HOLD, ACTION_VALUE_DURATION, true,
	 "decide again when it is that old"},
};

#define N_TYPES (sizeof(types) / sizeof(types[0]))

const struct action_type *action_find(const char *name)
{
	for (size_t i = 0; i < N_TYPES; i++)
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	return NULL;
}

const struct action_type *action_of(enum action_kind kind)
{
	for (size_t i = 0; i < N_TYPES; i++)
		if (types[i].kind == kind)
			return &types[i];
	return NULL;
}

const struct action_type *action_row(size_t i)
{
	return i < N_TYPES ? &types[i] : NULL;
}

struct flag_word {
	const char *word;
	enum message_flag flag;
};

unsigned action_flag(const char *word)
{
	static const struct flag_word words[] = {
		{"read", FLAG_SEEN},	    {"seen", FLAG_SEEN},
		{"flagged", FLAG_FLAGGED},  {"answered", FLAG_ANSWERED},
		{"replied", FLAG_ANSWERED}, {"draft", FLAG_DRAFT},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_equal_nocase(slice_str(words[i].word),
				       slice_str(word)))
			return words[i].flag;
	return 0;
}
