/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "account/password.h"
#include "config/check.h"
#include "config/config.h"
#include "config/internal.h"
#include "config/lint.h"
#include "config/rename.h"
#include "rules/ruleset.h"
#include "util/buf.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Includes nested deeper than this are taken for a mistake. */
#define INCLUDE_DEPTH_MAX 10

static void begin_account(struct builder *b, const struct parse_event *e)
{
	struct config *c = b->config;

	b->where = SECTION_ACCOUNT;
	b->insecure = false;
	xgrow(&b->set, c->n_accounts, sizeof(*b->set));
	xgrow(&c->accounts, c->n_accounts, sizeof(*c->accounts));
	b->account = &c->accounts[c->n_accounts++];
	*b->account = (struct account){
		.name = xstrdup(e->title),
		.file = b->source->file,
		.line = e->line,
	};
}

static void begin_smtp(struct builder *b, const struct parse_event *e)
{
	struct config *c = b->config;

	b->where = SECTION_SMTP;
	b->insecure = false;
	if (c->smtp != NULL) {
		char there[512];

		build_place(b, c->smtp->file, c->smtp->line, there,
			    sizeof(there));
		build_error(b, e->line,
			    "there is an 'smtp' block already%s; keep one",
			    there);
		b->account = c->smtp;
		return;
	}
	c->smtp = xcalloc(1, sizeof(*c->smtp));
	b->account = c->smtp;
	*b->account = (struct account){
		.name = xstrdup("smtp"),
		.file = b->source->file,
		.line = e->line,
	};
}

static void begin_section(struct builder *b, const struct parse_event *e)
{
	memset(b->seen, 0, sizeof(b->seen));
	if (strcmp(e->name, "account") == 0)
		begin_account(b, e);
	else if (strcmp(e->name, "rule") == 0)
		build_rule_begin(b, e);
	else if (strcmp(e->name, "smtp") == 0)
		begin_smtp(b, e);
	else
		build_test_begin(b, e);
}

static void end_account(struct builder *b)
{
	bool *set = b->set[b->config->n_accounts - 1];

	for (size_t i = 0; i < SETTINGS_MAX; i++)
		set[i] = b->seen[i].line != 0;
	check_account(b, b->account);
}

static void end_section(struct builder *b)
{
	if (b->where == SECTION_ACCOUNT)
		end_account(b);
	else if (b->where == SECTION_SMTP)
		check_smtp(b);
	else if (b->where == SECTION_TEST)
		build_test_end(b);
	b->where = SECTION_MAIN;
}

static void include(struct builder *b, const struct parse_event *e);

static void take_event(struct builder *b, const struct parse_event *e)
{
	if (b->where == SECTION_RULE)
		build_rule(b, e);
	else if (e->kind == PARSE_BEGIN)
		begin_section(b, e);
	else if (e->kind == PARSE_INCLUDE)
		include(b, e);
	else if (e->kind == PARSE_END)
		end_section(b);
	else if (b->where == SECTION_TEST)
		build_test(b, e);
	else
		build_setting(b, e);
}

static const char *remember_file(struct config *c, const char *path)
{
	c->files = xreallocarray(c->files, c->n_files + 2, sizeof(*c->files));
	c->files[c->n_files] = xstrdup(path);
	c->files[c->n_files + 1] = NULL;
	return c->files[c->n_files++];
}

static bool is_open(const struct source *s, const struct config_file *id)
{
	for (; s != NULL; s = s->parent) {
		if (s->id.device == id->device && s->id.inode == id->inode)
			return true;
	}
	return false;
}

static void take_raw_event(struct builder *b, struct secrets *secrets,
			   struct parse_event *e)
{
	if (secrets_return(secrets, e) == -1) {
		build_error(b, e->line, "the value of '%s' cannot be read",
			    e->name);
		return;
	}
	if (b->source->renames != NULL)
		renames_apply(b->source->renames, e);
	take_event(b, e);
}

static void take_text(struct builder *b, const struct buf *bytes)
{
	struct parse_events events = {0};
	struct secrets secrets = {0};
	struct buf clean = BUF_INIT(CONFIG_FILE_MAX);
	const char *file = b->source->file;

	if (lint(file, buf_slice(bytes), b->diags, &clean, &secrets) == 0 &&
	    config_parse(file, clean.s, &events, b->diags) == 0) {
		for (size_t i = 0; i < events.n; i++)
			take_raw_event(b, &secrets, &events.list[i]);
	}
	parse_events_release(&events);
	secrets_release(&secrets);
	explicit_bzero(clean.s, clean.len);
	buf_release(&clean);
}

/*
 * Add one file to the config, with what `how` says of it. Returns -1 when it
 * cannot be read, see `err`.
 */
static int take_file(struct builder *b, const char *path,
		     const struct source *how, struct error *err)
{
	const struct source *parent = b->source;
	struct source source = {
		.parent = parent,
		.depth = parent == NULL ? 0 : parent->depth + 1,
		.is_set = how->is_set,
		.renames = how->renames,
	};
	struct buf bytes = BUF_INIT(CONFIG_FILE_MAX);
	int rc = -1;

	if (source.depth > INCLUDE_DEPTH_MAX)
		error_set(err, ERR_CONFIG,
			  "%s: includes are nested more than %d deep", path,
			  INCLUDE_DEPTH_MAX);
	else
		rc = config_file_read(path, &bytes, &source.id, err);
	if (rc == 0 && is_open(parent, &source.id))
		rc = error_set(err, ERR_CONFIG, "%s includes itself", path);
	if (rc == 0) {
		source.file = remember_file(b->config, path);
		source.directory = config_file_directory(path);
		b->source = &source;
		take_text(b, &bytes);
		b->source = parent;
		free(source.directory);
	}
	explicit_bzero(bytes.s, bytes.len);
	buf_release(&bytes);
	return rc;
}

static void include(struct builder *b, const struct parse_event *e)
{
	struct error err = ERROR_INIT;
	const char *name = e->values[0].text;
	struct renames renames = {0};
	const struct source how = {.is_set = config_file_is_set(name),
				   .renames = e->n > 1 ? &renames : NULL};
	char **paths = config_file_include(name, b->source->directory, &err);

	if (paths == NULL || renames_parse(&renames, e, &err) == -1)
		build_error(b, e->line, "%s", err.text);
	for (size_t i = 0; paths != NULL && paths[i] != NULL; i++) {
		if (take_file(b, paths[i], &how, &err) == -1)
			build_error(b, e->line, "%s", err.text);
	}
	if (err.kind == ERR_NONE && renames_unused(&renames) != NULL)
		build_error(b, e->line,
			    "no rule of %s has the folder \"%s\"%s%s", name,
			    renames_unused(&renames),
			    renames.folders.len > 0 ? "; there is " : "",
			    renames.folders.s);
	renames_release(&renames);
	strings_free(paths);
}

/* Find the state directory even when the file cannot be parsed. */
static void guess_state(struct config *c)
{
	struct buf bytes = BUF_INIT(CONFIG_FILE_MAX);
	struct config_file id;
	struct error ignored = ERROR_INIT;
	char *text = NULL, *state = NULL;
	char *directory = config_file_directory(c->path);

	if (config_file_read(c->path, &bytes, &id, &ignored) == 0)
		text = config_file_guess(buf_slice(&bytes), "state");
	if (text != NULL)
		state = value_path(text, directory, &ignored);
	if (state != NULL) {
		free(c->state_dir);
		c->state_dir = state;
	}
	explicit_bzero(bytes.s, bytes.len);
	buf_release(&bytes);
	free(directory);
	free(text);
}

enum how { LOAD, LOAD_STRICTLY, LOAD_ANYWAY };

static struct config *load(const char *path, struct diagnostics *diags,
			   enum how how)
{
	struct config *config = xcalloc(1, sizeof(*config));
	struct builder b = {.config = config,
			    .diags = diags,
			    .outside = how == LOAD_STRICTLY};
	struct diagnostics more = {0};
	struct error err = ERROR_INIT;
	size_t before = diags->n_errors;

	config->path = xstrdup(path);
	config->min_free = UINT64_MAX;
	config->rules = ruleset_new();
	if (take_file(&b, path, &(struct source){0}, &err) == -1)
		diagnostics_add(diags, true, NULL, 0, 0, "%s", err.text);
	/* Errors that follow from the first ones would only confuse. */
	b.broken = diags->n_errors > before;
	if (b.broken)
		b.diags = &more;
	if (diags->n_errors == before || how == LOAD_ANYWAY)
		check_config(&b);
	diagnostics_release(&more);
	free(b.set);
	if (diags->n_errors > before) {
		if (how == LOAD_ANYWAY) {
			guess_state(config);
			return config;
		}
		config_free(config);
		return NULL;
	}
	ruleset_set_fallback(config->rules,
			     (const char *const *)config->charset_fallback);
	ruleset_finish(config->rules);
	return config;
}

struct config *config_load(const char *path, struct diagnostics *diags)
{
	return load(path, diags, LOAD);
}

struct config *config_load_strictly(const char *path, struct diagnostics *diags)
{
	return load(path, diags, LOAD_STRICTLY);
}

struct config *config_load_anyway(const char *path, struct diagnostics *diags)
{
	return load(path, diags, LOAD_ANYWAY);
}

static void free_account(struct account *a)
{
	build_release(OWNER_ACCOUNT, a);
	free(a->password_file);
	free(a->name);
}

void config_free(struct config *config)
{
	if (config == NULL)
		return;
	for (size_t i = 0; i < config->n_accounts; i++)
		free_account(&config->accounts[i]);
	free(config->accounts);
	if (config->smtp != NULL)
		free_account(config->smtp);
	free(config->smtp);
	build_free_tests(config);
	ruleset_free(config->rules);
	build_release(OWNER_DEFAULTS, &config->defaults);
	build_release(OWNER_CONFIG, config);
	strings_free(config->files);
	free(config->path);
	free(config);
}

void config_forget_secrets(const struct config *config)
{
	for (size_t i = 0; i < config->n_accounts; i++)
		password_forget(&config->accounts[i]);
	if (config->smtp != NULL)
		password_forget(config->smtp);
}

const struct account *config_account(const struct config *config,
				     const char *name)
{
	for (size_t i = 0; i < config->n_accounts; i++) {
		if (strcmp(config->accounts[i].name, name) == 0)
			return &config->accounts[i];
	}
	return NULL;
}
