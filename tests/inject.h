/* SPDX-License-Identifier: ISC */
/*
 * inject: runs a command and lets it fail at one system call; see inject.c.
 * Shared with inject_shadow.c, which knows what a power cut would leave.
 */
#ifndef TESTS_INJECT_H
#define TESTS_INJECT_H

#include <stdbool.h>
#include <sys/types.h>

_Noreturn void die(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/*
 * The shadow: what of the tree `root` is durable, kept in the directory
 * `store`. Content is durable after fsync of its file, a name after fsync of
 * its directory, everything after syncfs; nothing is durable by luck.
 *
 *	shadow_begin(root, store);	// all that is there is durable
 *	shadow_opened(pid, fd);		// a file was perhaps created
 *	shadow_synced(pid, fd);		// fsync or fdatasync succeeded
 *	shadow_synced_all();		// syncfs succeeded
 *
 * In another process, once the command is dead: shadow_rebuild() makes the
 * tree `to` as it would be found after the power came back. Hard links stay.
 */
void shadow_begin(const char *root, const char *store);
void shadow_opened(pid_t pid, int fd);
void shadow_synced(pid_t pid, int fd);
void shadow_synced_all(void);
void shadow_rebuild(const char *root, const char *store, const char *to);

#endif
