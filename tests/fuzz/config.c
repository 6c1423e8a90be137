/* SPDX-License-Identifier: ISC */
/*
 * Configurations: any bytes are one, or give errors that say where. Comments
 * are removed without moving anything else.
 */
#include "config/config.h"

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../unit/tempdir.h"
#include "config/lint.h"
#include "mail/charset.h"
#include "util/io.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *path;

/* A home of its own; nothing of the user's is included. */
static void make_home(void)
{
	(void)setenv("HOME", tempdir(), 1);
	(void)unsetenv("XDG_CONFIG_HOME");
	(void)unsetenv("XDG_STATE_HOME");
	path = strdup(temp_path("c"));
	assert(path != NULL);
}

static void put(const uint8_t *data, size_t size)
{
	FILE *f = fopen(path, "w");

	assert(f != NULL && chmod(path, 0600) == 0);
	assert(fwrite(data, 1, size, f) == size && fclose(f) == 0);
}

static void check_lint(struct slice bytes)
{
	struct buf clean = BUF_INIT(bytes.len + 1);
	struct diagnostics diags = {0};
	bool bom = bytes.len >= 3 && memcmp(bytes.p, "\xef\xbb\xbf", 3) == 0;
	struct slice text = slice_skip(bytes, bom ? 3 : 0);

	if (lint("c", bytes, &diags, &clean, NULL) == 0) {
		assert(clean.len <= text.len && !clean.full);
		for (size_t i = 0; i < clean.len; i++)
			assert(clean.s[i] == text.p[i] ||
			       (clean.s[i] == ' ' && text.p[i] != '\n') ||
			       clean.s[i] == '\n');
	}
	diagnostics_release(&diags);
	buf_release(&clean);
}

static void check_said(const struct diagnostics *d, int lines)
{
	for (size_t i = 0; i < d->n; i++) {
		const struct diagnostic *one = &d->list[i];

		assert(one->text[0] != '\0' && one->file != NULL);
		assert(charset_is_utf8(slice_str(one->text)));
		assert(strchr(one->text, '\n') == NULL);
		assert(one->line >= 0 && one->column >= 0);
		assert(strcmp(one->file, path) != 0 || one->line <= lines);
	}
}

static void check_config(const struct config *c)
{
	assert(c->maildir != NULL && c->maildir[0] == '/');
	assert(c->state_dir != NULL && c->state_dir[0] == '/');
	assert(c->rules != NULL && c->parallel > 0 && c->every > 0);
	for (size_t i = 0; i < c->n_accounts; i++) {
		const struct account *a = &c->accounts[i];

		assert(a->name != NULL && a->line > 0 && a->file != NULL);
		assert(strlen(a->name) <= ACCOUNT_NAME_MAX);
		assert(config_account(c, a->name) == a);
		assert(!a->enabled ||
		       (a->host != NULL && a->user != NULL && a->port > 0));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct diagnostics diags = {0}, again = {0};
	struct config *config;
	int lines = 1;

	if (path == NULL)
		make_home();
	check_lint(slice_of((const char *)data, size));
	put(data, size);
	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	config = config_load(path, &diags);
	assert((config == NULL) == (diags.n_errors > 0));
	check_said(&diags, lines);
	if (config != NULL)
		check_config(config);
	config_free(config);
	config = config_load_anyway(path, &again);
	assert(config != NULL && again.n_errors == diags.n_errors);
	config_free(config);
	diagnostics_release(&diags);
	diagnostics_release(&again);
	return 0;
}
