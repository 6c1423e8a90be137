/* SPDX-License-Identifier: ISC */
/* Settings that only one protocol has, and what they do on the server. */
#include "config/check.h"

#include "util/banned.h"

/* POP3 has one folder, and nothing but deleting can be done there. */
static void check_pop3(struct builder *b)
{
	const char *name;

	for (size_t i = 0; (name = setting_name(SECTION_ACCOUNT, i)) != NULL;
	     i++)
		if (setting_is_of_imap(name) && build_seen(b, name) != 0)
			build_error(b, build_seen(b, name),
				    "'%s' needs protocol = imap; POP3 knows "
				    "one folder, and no marks",
				    name);
}

static void check_mechanism(struct builder *b, const struct account *a)
{
	int line = build_seen(b, "auth");

	if (a->auth == AUTH_USER)
		build_error(b, line,
			    "auth = user is for POP3; for IMAP write auth = "
			    "login or plain, or remove 'auth'");
	if (a->auth == AUTH_APOP)
		build_error(b, line,
			    "auth = apop is for POP3; for IMAP write auth = "
			    "cram-md5, or remove 'auth'");
}

#define MOVED_OR_DELETED                                                        \
	"do not go together: what was moved is not deleted later; keep one of " \
	"them"

void check_protocol(struct builder *b, const struct account *a)
{
	if (a->protocol == PROTOCOL_POP3) {
		check_pop3(b);
		return;
	}
	check_mechanism(b, a);
	if (a->move_to != NULL && a->keep != KEEP_YES)
		build_error(
			b, build_seen(b, "move-on-server"),
			"'move-on-server' and 'keep-on-server' (line %d) " MOVED_OR_DELETED,
			build_seen(b, "keep-on-server"));
}

static void warn_of_main(struct builder *b, const struct setting *row,
			 const struct place *at)
{
	const struct config *c = b->config;

	if (row->where != SECTION_MAIN || !setting_is_of_imap(row->name) ||
	    at->line == 0)
		return;
	for (size_t i = 0; i < c->n_accounts; i++)
		if (c->accounts[i].protocol == PROTOCOL_IMAP)
			return;
	diagnostics_add(b->diags, false, at->file, at->line, 0,
			"'%s' has no effect: no account has protocol = imap",
			row->name);
}

void check_protocol_last(struct builder *b)
{
	const struct config *c = b->config;
	const struct setting *row =
		setting_find(SECTION_MAIN, "move-on-server");
	const struct place *at = &b->main_seen[setting_index(row)];

	if (c->defaults.move_to != NULL && c->defaults.keep != KEEP_YES)
		diagnostics_add(
			b->diags, true, at->file, at->line, 0,
			"'move-on-server' and 'keep-on-server' " MOVED_OR_DELETED);
	for (size_t i = 0; i < c->n_accounts; i++) {
		const struct account *a = &c->accounts[i];

		if (a->move_to != NULL &&
		    server_folders_have(a->folders, a->move_to))
			diagnostics_add(b->diags, true, a->file, a->line, 0,
					"account \"%s\" fetches mail from "
					"\"%s\" and moves it there; name "
					"another folder in 'move-on-server'",
					a->name, a->move_to);
	}
	for (size_t i = 0; (row = setting_row(i)) != NULL; i++)
		warn_of_main(b, row, &b->main_seen[i]);
}
