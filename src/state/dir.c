/* SPDX-License-Identifier: ISC */
#include "state/dir.h"

#include <dirent.h>
#include <string.h>
#include <sys/vfs.h>

#include "util/buf.h"

#include "util/banned.h"

/*
 * Locks that are taken only after the database was made, and are never removed.
 * A first start that was interrupted leaves none of them.
 */
static bool is_lock_of_work(const char *name)
{
	return strncmp(name, ACCOUNT_LOCK, strlen(ACCOUNT_LOCK)) == 0 ||
	       strcmp(name, SORTER_LOCK) == 0 ||
	       strcmp(name, DELIVER_LOCK) == 0;
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

int state_dir_lock(const char *dir, const char *name, enum lock_mode mode,
		   enum lock_wait wait, int *fd_out, struct error *err)
{
	struct buf path = BUF_INIT(4096);
	int rc;

	buf_addf(&path, "%s/%s", dir, name);
	rc = lock_take(path.s, mode, wait, fd_out, err);
	buf_release(&path);
	return rc;
}

/* A WAL needs shared memory, which network file systems do not provide. */
bool state_dir_is_network(const char *dir)
{
	static const unsigned long types[] = {
		0x6969UL /* NFS */,	 0x517bUL /* SMB */,
		0xff534d42UL /* CIFS */, 0xfe534d42UL /* SMB2 */,
		0x01021997UL /* 9P */,	 0x65735546UL /* FUSE: may be sshfs */,
	};
	struct statfs fs;

	if (statfs(dir, &fs) != 0)
		return false;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (((unsigned long)fs.f_type & 0xffffffffUL) == types[i])
			return true;
	return false;
}
