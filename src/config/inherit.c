/* SPDX-License-Identifier: ISC */
/* Settings of the main part that are defaults for all accounts. */
#include <stdlib.h>
#include <string.h>

#include "account/password.h"
#include "config/check.h"
#include "util/buf.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* For the types that rows of OWNER_DEFAULTS have. */
static void copy_value(const struct setting *row, struct account *to,
		       const struct account *from)
{
	char *at = (char *)to + row->offset;
	const char *value = (const char *)from + row->offset;

	if (row->type == SETTING_KEEP) {
		to->keep = from->keep;
		to->keep_seconds = from->keep_seconds;
	} else if (row->type == SETTING_CHOICE) {
		memcpy(at, value, sizeof(unsigned));
	} else if (row->type == SETTING_YES) {
		memcpy(at, value, sizeof(bool));
	} else if (row->type == SETTING_REMOTES) {
		char **list = *(char **const *)(const void *)value;

		for (size_t i = 0; list != NULL && list[i] != NULL; i++)
			strings_add((char ***)(void *)at, list[i]);
	} else if (row->type == SETTING_SECONDS) {
		memcpy(at, value, sizeof(int));
	} else if (row->type == SETTING_COUNT || row->type == SETTING_SIZE) {
		memcpy(at, value, sizeof(int64_t));
	} else {
		const char *text = *(const char *const *)(const void *)value;

		free(*(char **)(void *)at);
		*(char **)(void *)at = text == NULL ? NULL : xstrdup(text);
	}
}

/*
 * Does the default fit what the account itself sets? What is for IMAP is not
 * for other accounts, and of deleting and moving the nearer one counts.
 */
static bool fits(const struct setting *row, const struct account *a)
{
	if (setting_is_of_imap(row->name) && a->protocol != PROTOCOL_IMAP)
		return false;
	if (row->type == SETTING_KEEP)
		return a->move_to == NULL;
	return strcmp(row->name, "move-on-server") != 0 || a->keep == KEEP_YES;
}

static void inherit(struct builder *b, const struct setting *row)
{
	const struct setting *own = setting_find(SECTION_ACCOUNT, row->name);
	struct config *c = b->config;

	for (size_t i = 0; i < c->n_accounts; i++)
		if (!b->set[i][setting_index(own)] &&
		    fits(row, &c->accounts[i]))
			copy_value(row, &c->accounts[i], &c->defaults);
}

void build_inherit(struct builder *b)
{
	const struct setting *row;

	for (size_t i = 0; (row = setting_row(i)) != NULL; i++)
		if (row->owner == OWNER_DEFAULTS && b->main_seen[i].line != 0)
			inherit(b, row);
	/* It may hold a password, and each account has it now. */
	password_forget(&b->config->defaults);
}
