/* SPDX-License-Identifier: ISC */
#include "sort/step.h"

#include <stdio.h>

#include "util/banned.h"

const struct step_kind step_stay = {
	.number = DELIVERY_STAY,
	.action = STEP_WITHOUT_ACTION,
	.name = "",
	.text = "stays",
};

const struct step_kind step_folder = {
	.number = DELIVERY_FOLDER,
	.action = ACTION_FOLDER,
	.name = "folder",
	.text = "→",
	.is_filing = true,
	.needs_bytes = true,
	.repeats = true,
	.event = "delivered",
};

const struct step_kind step_copy = {
	.number = DELIVERY_COPY,
	.action = ACTION_COPY,
	.name = "copy",
	.text = "copy →",
	.is_filing = true,
	.needs_bytes = true,
	.event = "copied",
};

const struct step_kind step_discard = {
	.number = DELIVERY_DISCARD,
	.action = ACTION_DISCARD,
	.name = "discard",
	.text = "discarded",
	.repeats = true,
	.event = "discarded",
};

static void run_unknown(const struct step_tools *tools,
			const struct delivery *step, int fd,
			struct ending *ending)
{
	(void)tools;
	(void)fd;
	ending->how = ENDED_BADLY;
	(void)snprintf(ending->why, sizeof(ending->why),
		       "this version of postroom has no step number %d",
		       (int)step->kind);
}

/* For a damaged row of the database. It must never count as done. */
static const struct step_kind unknown = {
	.action = STEP_WITHOUT_ACTION,
	.name = "unknown",
	.text = "unknown",
	.is_filing = true,
	.needs_bytes = true,
	.run = run_unknown,
};

#define STEP_ROW(name) &step_##name,
static const struct step_kind *const kinds[] = {STEP_KINDS(STEP_ROW)};
#undef STEP_ROW

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

const struct step_kind *step_kind_of(enum delivery_kind number)
{
	for (size_t i = 0; i < N_KINDS; i++)
		if (kinds[i]->number == (int)number)
			return kinds[i];
	return &unknown;
}

const struct step_kind *step_kind_for(enum action_kind action)
{
	for (size_t i = 0; i < N_KINDS; i++)
		if (kinds[i]->action == (int)action)
			return kinds[i];
	return NULL;
}
