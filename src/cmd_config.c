/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd.h"
#include "config.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

static void complain_of_absence(void)
{
	log_error("there is no configuration; write "
		  "~/.config/postroom/postroom.conf or name a file with -c");
	if (getenv("HOME") == NULL)
		log_error("HOME is not set, so no home directory was looked "
			  "at");
}

static struct config *load(const struct invocation *inv, bool warnings)
{
	struct diagnostics diags = {0};
	struct config *config;
	char *path = inv->config_path != NULL ? xstrdup(inv->config_path)
					      : config_find();

	if (path == NULL) {
		complain_of_absence();
		return NULL;
	}
	config = config_load(path, &diags);
	diagnostics_print(&diags, stderr, !warnings);
	diagnostics_release(&diags);
	free(path);
	return config;
}

struct config *cmd_load_config(const struct invocation *inv)
{
	return load(inv, log_get_level() >= LOG_LEVEL_NORMAL &&
				 isatty(STDERR_FILENO));
}

struct config *cmd_check_config(const struct invocation *inv)
{
	return load(inv, log_get_level() >= LOG_LEVEL_NORMAL);
}

void cmd_format_time(int64_t seconds, char *out, size_t size)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (localtime_r(&t, &tm) == NULL ||
	    strftime(out, size, "%Y-%m-%d %H:%M", &tm) == 0)
		out[0] = '\0';
}
