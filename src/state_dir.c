/* SPDX-License-Identifier: ISC */
/* What the state directory tells without its database. */
#include <dirent.h>
#include <string.h>

#include "state_db.h"
#include "util/buf.h"

#include "util/banned.h"

/*
 * Locks of work that begins when the database has been made; locks are never
 * removed. So a first start that was broken off leaves none of these.
 */
static bool is_lock_of_work(const char *name)
{
	return strncmp(name, "account-", 8) == 0 ||
	       strcmp(name, "sorter.lock") == 0 ||
	       strcmp(name, "deliver.lock") == 0;
}

static bool any_name(const char *name)
{
	return name[0] != '.';
}

static bool has_entry(const char *path, bool (*is_sign)(const char *name))
{
	const struct dirent *entry;
	DIR *dir = opendir(path);
	bool found = false;

	if (dir == NULL)
		return false;
	while (!found && (entry = readdir(dir)) != NULL)
		found = is_sign(entry->d_name);
	(void)closedir(dir);
	return found;
}

bool state_dir_is_used(const char *dir)
{
	struct buf spool = BUF_INIT(4096);
	bool used;

	buf_addf(&spool, "%s/spool", dir);
	used = has_entry(dir, is_lock_of_work) || has_entry(spool.s, any_name);
	buf_release(&spool);
	return used;
}
