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

enum action {
	ACTION_COUNT,
	ACTION_KILL,
	ACTION_KILL_ALL,
	ACTION_CRASH,
	ACTION_SHORT,
	ACTION_ERROR,
};

/* What the command line says; the options are described in inject.c. */
struct wishes {
	const char *role, *after, *path, *log, *skip, *root, *store;
	long call;		  /* -1: any */
	unsigned long nth;	  /* 0: every one */
	unsigned seconds;	  /* 0: for ever */
	unsigned long filesystem; /* 0: what it is */
	bool on, directories;
	enum action action;
	int error;
};

extern struct wishes want;

/*
 * Both return how many words they took; take_option() 0 when it is none,
 * take_action() ends the program then.
 */
int take_option(char **argv);
int take_action(char **argv);
const char *name_of(long call); /* valid until the next call */

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
 * tree as it would be found after the power came back. Hard links stay. With a
 * seed each name and each content that was not synced may have been written
 * all the same, by chance; 0: none was.
 */
void shadow_begin(const char *root, const char *store);
void shadow_opened(pid_t pid, int fd);
void shadow_synced(pid_t pid, int fd);
void shadow_synced_all(void);
void shadow_rebuild(const char *root, const char *store, unsigned long seed);

#endif
