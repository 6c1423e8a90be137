/* SPDX-License-Identifier: ISC */
#include "config/check.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "rules/ruleset.h"
#include "util/ascii.h"
#include "util/buf.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * Limits, in bytes, for a configured directory and for one name in it. Paths
 * have at most 4095 bytes (PATH_MAX), and folders and file names are appended;
 * names have at most 255 bytes on common file systems.
 */
#define PLACE_BYTES_MAX 3500
#define NAME_BYTES_MAX	255

static void check_way(struct builder *b, struct place place, const char *action)
{
	const struct config *c = b->config;

	if (place.line != 0 && c->smtp == NULL && c->sendmail == NULL)
		diagnostics_add(b->diags, true, place.file, place.line, 0,
				"'%s' needs a way to send mail; add an "
				"'smtp' block, or set sendmail",
				action);
}

static void check_sending(struct builder *b)
{
	const struct config *c = b->config;

	check_way(b, b->forward, "forward");
	check_way(b, b->vacation, "vacation");
	if (c->smtp != NULL && c->sendmail != NULL)
		diagnostics_add(b->diags, true, c->smtp->file, c->smtp->line, 0,
				"'smtp' and 'sendmail' are both set; keep one "
				"of them");
}

/* For `to-me`: the configured addresses, and user names that are addresses. */
static void collect_addresses(struct config *c)
{
	for (size_t i = 0; c->addresses != NULL && c->addresses[i] != NULL; i++)
		ruleset_add_me(c->rules, c->addresses[i]);
	for (size_t i = 0; i < c->n_accounts; i++)
		if (strchr(c->accounts[i].user, '@') != NULL)
			ruleset_add_me(c->rules, c->accounts[i].user);
}

/* The place of a setting of the main part. */
static const struct place *place_of(const struct builder *b, const char *name)
{
	const struct setting *row = setting_find(SECTION_MAIN, name);

	return &b->main_seen[setting_index(row)];
}

void check_own_addresses(struct builder *b, const char *file, int line,
			 char *const *list)
{
	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		if (!ruleset_may_be_me(list[i]))
			diagnostics_add(b->diags, false, file, line, 0,
					"no mail is sent to \"%.100s\"; write "
					"addresses as bob@example.org",
					list[i]);
}

/* Names of variables; their values are those of our environment. */
static void check_environment(struct builder *b)
{
	const struct place *at = place_of(b, "command-environment");
	char **list = b->config->command_environment;

	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		if (list[i][0] == '\0' || strchr(list[i], '=') != NULL)
			diagnostics_add(b->diags, true, at->file, at->line, 0,
					"\"%.100s\" is not the name of an "
					"environment variable; write "
					"command-environment = {NAME, …}",
					list[i]);
}

/* `vacation` answers what was sent to an address of ours. */
static void check_addresses(struct builder *b)
{
	if (b->unknown.line != 0 && !ruleset_has_me(b->config->rules))
		diagnostics_add(b->diags, true, b->unknown.file,
				b->unknown.line, 0,
				"'vacation' answers mail to your addresses; "
				"set addresses");
}

/* Something with a name that must be unique, and its place. */
struct named {
	char *key;
	const char *file;
	int line;
	size_t order;
};

static int compare_named(const void *pa, const void *pb)
{
	const struct named *a = pa, *b = pb;
	int order = strcmp(a->key, b->key);

	return order != 0 ? order
			  : (a->order > b->order) - (a->order < b->order);
}

/*
 * Add an error 'WHAT "key" TAKEN at FILE:LINE' for each entry with the key of
 * an earlier one. Frees the list and its keys.
 */
static void check_unique(struct builder *b, struct named *list, size_t n,
			 const char *what, const char *taken)
{
	if (n > 1)
		qsort(list, n, sizeof(*list), compare_named);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(list[i].key, list[i - 1].key) != 0)
			continue;
		diagnostics_add(b->diags, true, list[i].file, list[i].line, 0,
				"%s \"%s\" %s at %s:%d", what, list[i].key,
				taken, list[i - 1].file, list[i - 1].line);
	}
	for (size_t i = 0; i < n; i++)
		free(list[i].key);
	free(list);
}

static void check_rule_names(struct builder *b)
{
	const struct ruleset *set = b->config->rules;
	size_t n = ruleset_size(set);
	struct named *list = xcalloc(n, sizeof(*list));

	for (size_t i = 0; i < n; i++) {
		list[i] = (struct named){
			.key = xstrdup(ruleset_rule_name(set, (unsigned)i)),
			.file = ruleset_rule_file(set, (unsigned)i),
			.line = ruleset_rule_line(set, (unsigned)i),
			.order = i,
		};
	}
	check_unique(b, list, n, "rule", "is already defined");
}

static char *mailbox_of(const struct account *a)
{
	struct buf key = BUF_INIT(2 * (strlen(a->user) + strlen(a->host)) + 64);
	size_t host;

	buf_addf(&key, "%s at %s:%d", a->user, a->host, a->port);
	/* Host names do not depend on the case of letters. */
	host = strlen(a->user) + strlen(" at ");
	ascii_lower_bytes(key.s + host, key.len - host);
	return buf_detach(&key);
}

static void check_accounts(struct builder *b, bool mailboxes)
{
	const struct config *c = b->config;
	struct named *list = xcalloc(c->n_accounts, sizeof(*list));

	for (size_t i = 0; i < c->n_accounts; i++) {
		const struct account *a = &c->accounts[i];

		list[i] = (struct named){
			.key = mailboxes ? mailbox_of(a) : xstrdup(a->name),
			.file = a->file,
			.line = a->line,
			.order = i,
		};
	}
	if (mailboxes)
		check_unique(b, list, c->n_accounts, "mailbox",
			     "has an account already");
	else
		check_unique(b, list, c->n_accounts, "account",
			     "is already defined");
}

static void check_length(struct builder *b, const char *key, const char *path)
{
	struct slice rest = slice_str(path == NULL ? "" : path), part;
	bool fits = rest.len <= PLACE_BYTES_MAX;

	while (slice_split(&rest, '/', &part))
		fits &= part.len <= NAME_BYTES_MAX;
	if (!fits)
		diagnostics_add(b->diags, true, b->config->path, 0, 0,
				"'%s': the path is too long; the limits are "
				"%d bytes, and %d for each name in it",
				key, PLACE_BYTES_MAX, NAME_BYTES_MAX);
}

static void check_places(struct builder *b)
{
	struct config *c = b->config;
	const char *xdg = getenv("XDG_STATE_HOME");
	bool use_xdg = xdg != NULL && xdg[0] == '/';
	struct error err = ERROR_INIT;

	if (c->maildir == NULL)
		diagnostics_add(b->diags, true, c->path, 0, 0,
				"'maildir' is not set; write: maildir = "
				"\"~/Mail\"");
	if (c->state_dir == NULL)
		c->state_dir =
			use_xdg ? value_path("postroom", xdg, &err)
				: value_home("~/.local/state/postroom", &err);
	if (c->state_dir == NULL)
		diagnostics_add(b->diags, true, c->path, 0, 0,
				"'state' has no default, as HOME is not set; "
				"write: state = \"/…/postroom\"");
	else if (c->spool_dir == NULL)
		c->spool_dir = value_path("spool", c->state_dir, &err);
	check_length(b, "maildir", c->maildir);
	check_length(b, "state", c->state_dir);
	check_length(b, "spool", c->spool_dir);
}

static void check_ca(struct builder *b)
{
	const char *path = b->config->defaults.tls_ca_file;
	const struct place *at = place_of(b, "tls-ca-file");

	if (b->outside && path != NULL)
		outside_check_ca(b, at->file, at->line, path);
}

void check_config(struct builder *b)
{
	const struct place *own = place_of(b, "addresses");
	struct config *c = b->config;
	size_t on = 0;

	build_defaults(b);
	build_inherit(b);
	check_protocol_last(b);
	check_places(b);
	check_ca(b);
	if (c->tag_style != NULL && strcasecmp(c->tag_style, "auto") == 0) {
		free(c->tag_style);
		c->tag_style = NULL;
	}
	for (size_t i = 0; i < c->n_accounts; i++) {
		if (c->accounts[i].every == 0)
			c->accounts[i].every = c->every;
		on += c->accounts[i].enabled;
	}
	if (c->n_accounts > 0 && on == 0)
		diagnostics_add(
			b->diags, false, c->path, 0, 0,
			"no mail is fetched: every account has enabled = no");
	check_own_addresses(b, own->file, own->line, c->addresses);
	check_environment(b);
	check_rule_names(b);
	check_sending(b);
	check_accounts(b, false);
	if (!b->broken && b->diags->n_errors == 0)
		check_accounts(b, true);
	if (!b->broken && b->diags->n_errors == 0) {
		collect_addresses(c);
		check_addresses(b);
	}
}
