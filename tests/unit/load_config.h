/* SPDX-License-Identifier: ISC */
/* Configurations that are written and loaded, and what is said of them. */
#ifndef TESTS_LOAD_CONFIG_H
#define TESTS_LOAD_CONFIG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/config.h"
#include "tempdir.h"
#include "util/buf.h"

static const char *home;

static inline const char *put(const char *name, mode_t mode, const char *text)
{
	const char *path = temp_path(name);
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF ||
	    chmod(path, mode) == -1) {
		perror(path);
		exit(1);
	}
	return path;
}

/* The text that is printed, with "~" for the home directory. */
static inline char *printed(struct diagnostics *diags)
{
	struct buf out = BUF_INIT(1 << 20);
	char *text;
	size_t size, len = strlen(home);
	FILE *f = open_memstream(&text, &size);

	diagnostics_print(diags, f, "", false);
	(void)fclose(f);
	for (size_t i = 0; i < size; i++) {
		if (strncmp(text + i, home, len) == 0) {
			buf_addch(&out, '~');
			i += len - 1;
		} else {
			buf_addch(&out, text[i]);
		}
	}
	free(text);
	diagnostics_release(diags);
	return buf_detach(&out);
}

/* Load ~/c (mode 0600); *said_out gets the errors and warnings. */
static inline struct config *load(const char *text, char **said_out)
{
	struct diagnostics diags = {0};
	struct config *config = config_load(put("c", 0600, text), &diags);

	*said_out = printed(&diags);
	return config;
}

/* The errors and warnings about the file at `path`. */
static inline char *said_of(const char *path)
{
	struct diagnostics diags = {0};

	config_free(config_load(path, &diags));
	return printed(&diags);
}

/* HOME is a directory of its own, removed at exit. */
static inline void make_home(void)
{
	home = tempdir();
	(void)setenv("HOME", home, 1);
	(void)unsetenv("XDG_CONFIG_HOME");
	(void)unsetenv("XDG_STATE_HOME");
}

#endif
