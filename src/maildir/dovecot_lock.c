/* SPDX-License-Identifier: ISC */
/* The lock belongs to the process that created the inode of its name. */
#include "maildir/dovecot_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/io.h"

#include "util/banned.h"

/* Two seconds in all; Dovecot holds it for milliseconds. */
#define LOCK_TRIES   100
#define LOCK_NAP_NS  20000000L
#define LOCK_AGE_MAX 120 /* seconds: Dovecot takes an older one for stale */

static bool same_inode(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/*
 * A new file may get the number of a removed inode at once, and a slow holder
 * touches its lock. The mtime shows both.
 */
static bool unchanged(const struct stat *a, const struct stat *b)
{
	return same_inode(a, b) && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/*
 * A link cannot overwrite a lock that another process took meanwhile. Where
 * links are not allowed (to files of others, or on this file system), moving
 * it back is better than losing a lock that is certainly held.
 */
static void put_back(int dir_fd, const char *name, const char *aside)
{
	if (linkat(dir_fd, aside, dir_fd, name, 0) == 0 || errno == EEXIST)
		(void)unlinkat(dir_fd, aside, 0);
	else
		(void)renameat(dir_fd, aside, dir_fd, name);
}

/*
 * Nobody holds the lock for minutes, so an old one was left by a crash. Other
 * processes see that, too, and one may have replaced it since we looked.
 * Therefore move it aside first: nobody else can replace it there.
 */
static void break_stale(int dir_fd, const char *name)
{
	struct stat stale, moved;
	char aside[96];

	if (fstatat(dir_fd, name, &stale, AT_SYMLINK_NOFOLLOW) == -1 ||
	    S_ISDIR(stale.st_mode) ||
	    time(NULL) - stale.st_mtime <= LOCK_AGE_MAX)
		return;
	(void)snprintf(aside, sizeof(aside), "%.40s.stale.%ld.%lld", name,
		       (long)getpid(), (long long)clock_calendar_us());
	if (renameat(dir_fd, name, dir_fd, aside) == -1)
		return;
	if (fstatat(dir_fd, aside, &moved, AT_SYMLINK_NOFOLLOW) == 0 &&
	    unchanged(&stale, &moved))
		(void)unlinkat(dir_fd, aside, 0);
	else
		put_back(dir_fd, name, aside);
}

int dovecot_lock(int dir_fd, const char *name, int *fd_out, struct error *err)
{
	const struct timespec nap = {0, LOCK_NAP_NS};

	for (int i = 0; i < LOCK_TRIES; i++) {
		*fd_out = openat(dir_fd, name,
				 O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC |
					 O_NOFOLLOW,
				 0600);
		if (*fd_out != -1)
			return 1;
		if (errno != EEXIST && errno != EINTR)
			return error_errno(err, ERR_TEMPORARY,
					   "cannot create %s", name);
		break_stale(dir_fd, name);
		(void)nanosleep(&nap, NULL);
	}
	return 0;
}

/* While it is open, no other file can get the number of our inode. */
void dovecot_unlock(int dir_fd, const char *name, int *fd)
{
	struct stat ours, there;

	if (*fd != -1 && fstat(*fd, &ours) == 0 &&
	    fstatat(dir_fd, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	    same_inode(&ours, &there))
		(void)unlinkat(dir_fd, name, 0);
	io_close_quietly(fd);
}
