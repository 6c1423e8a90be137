/* SPDX-License-Identifier: ISC */
#include "rules/action_type.h"

#include <string.h>

#include "mail/flags.h"

#include "util/banned.h"

enum { ENDS = 1, EFFECT = 2 };

#define ACTION_ROW(kind, name, value, what)                                    \
	{name, ACTION_##kind, ACTION_VALUE_##value, ((what)&ENDS) != 0,        \
	 ((what)&EFFECT) != 0},

static const struct action_type types[] = {ACTION_TYPES(ACTION_ROW)};
#undef ACTION_ROW

const struct action_type *action_find(const char *name)
{
	for (size_t i = 0; i < ACTION_COUNT; i++)
		if (strcmp(types[i].name, name) == 0)
			return &types[i];
	return NULL;
}

const struct action_type *action_of(enum action_kind kind)
{
	return &types[kind];
}

const struct action_type *action_row(size_t i)
{
	return i < ACTION_COUNT ? &types[i] : NULL;
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
