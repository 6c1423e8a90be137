/* SPDX-License-Identifier: ISC */
/*
 * Shared by the files of inject; inject.c says what the program does.
 * inject_shadow.c knows what a power cut would leave.
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

/* The options of the command line; inject.c describes them. */
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
 * Both return how many words they took. For another word take_option() returns
 * 0, and take_action() ends the program.
 */
int take_option(char **argv);
int take_action(char **argv);
const char *name_of(long call); /* valid until the next call */

/*
 * The shadow: what of the tree `root` is durable, kept in the directory
 * `store`. Content is durable after fsync of its file, a name after fsync of
 * its directory, everything after syncfs, and nothing before.
 *
 *	shadow_begin(root, store);	// all that is there is durable
 *	shadow_opened(pid, fd);		// a file was perhaps created
 *	shadow_synced(pid, fd);		// fsync or fdatasync succeeded
 *	shadow_synced_all();		// syncfs succeeded
 *
 * After the command has died, shadow_rebuild() in another process makes the
 * tree that one would find when the power is back. Hard links stay. With a seed
 * other than 0, each name and each content that was not synced may have been
 * written nevertheless, at random.
 */
void shadow_begin(const char *root, const char *store);
void shadow_opened(pid_t pid, int fd);
void shadow_synced(pid_t pid, int fd);
void shadow_synced_all(void);
void shadow_rebuild(const char *root, const char *store, unsigned long seed);

#endif
