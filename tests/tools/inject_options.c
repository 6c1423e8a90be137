/* SPDX-License-Identifier: ISC */
/* The words of inject's command line: options, actions, calls, errors. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

#include "inject.h"

struct wishes want = {.role = "0", .call = -1};

static const struct {
	const char *name;
	long number;
} calls[] = {
	{"any", -1},
	{"clone", SYS_clone},
	{"close", SYS_close},
	{"close_range", SYS_close_range},
	{"connect", SYS_connect},
	{"dup", SYS_dup},
	{"execve", SYS_execve},
	{"faccessat", SYS_faccessat},
	{"fcntl", SYS_fcntl},
	{"fdatasync", SYS_fdatasync},
	{"fsync", SYS_fsync},
	{"fstatfs", SYS_fstatfs},
	{"ftruncate", SYS_ftruncate},
	{"getdents64", SYS_getdents64},
	{"getrandom", SYS_getrandom},
	{"linkat", SYS_linkat},
	{"landlock_create_ruleset", SYS_landlock_create_ruleset},
	{"landlock_restrict_self", SYS_landlock_restrict_self},
	{"lseek", SYS_lseek},
	{"memfd_create", SYS_memfd_create},
	{"mkdirat", SYS_mkdirat},
	{"mmap", SYS_mmap},
	{"newfstatat", SYS_newfstatat},
	{"openat", SYS_openat},
	{"pipe2", SYS_pipe2},
	{"pread64", SYS_pread64},
	{"pwrite64", SYS_pwrite64},
	{"read", SYS_read},
	{"recvfrom", SYS_recvfrom},
	{"recvmsg", SYS_recvmsg},
	{"renameat2", SYS_renameat2},
	{"seccomp", SYS_seccomp},
	{"sendmsg", SYS_sendmsg},
	{"sendto", SYS_sendto},
	{"socket", SYS_socket},
	{"socketpair", SYS_socketpair},
	{"syncfs", SYS_syncfs},
	{"unlinkat", SYS_unlinkat},
	{"wait4", SYS_wait4},
	{"write", SYS_write},
#ifdef SYS_mkdir /* old names, where the architecture has them */
	{"access", SYS_access},
	{"mkdir", SYS_mkdir},
	{"poll", SYS_poll},
	{"unlink", SYS_unlink},
#endif
};

static const struct {
	const char *name;
	int value;
} errors[] = {
	{"EACCES", EACCES},
	{"EAGAIN", EAGAIN},
	{"ECONNRESET", ECONNRESET},
	{"EDQUOT", EDQUOT},
	{"EINTR", EINTR},
	{"EINVAL", EINVAL},
	{"EIO", EIO},
	{"ENOSYS", ENOSYS},
	{"EMFILE", EMFILE},
	{"ENOLCK", ENOLCK},
	{"ENOMEM", ENOMEM},
	{"ENOSPC", ENOSPC},
	{"EOPNOTSUPP", EOPNOTSUPP},
	{"EPERM", EPERM},
	{"EROFS", EROFS},
	{"EXDEV", EXDEV},
};

const char *name_of(long call)
{
	static char number[24];

	for (size_t i = 1; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].number == call)
			return calls[i].name;
	(void)snprintf(number, sizeof(number), "call-%ld", call);
	return number;
}

static long number_of(const char *name)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (strcmp(calls[i].name, name) == 0)
			return calls[i].number;
	die("unknown call %s", name);
}

static int value_of(const char *name)
{
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(errors[i].name, name) == 0)
			return errors[i].value;
	die("unknown error %s", name);
}

/* The options with one text; the others are read below. */
static bool take_value(const char *option, const char *value)
{
	static const struct {
		const char *option;
		const char **to;
	} texts[] = {
		{"--role", &want.role},	     {"--after", &want.after},
		{"--path", &want.path},	     {"--log", &want.log},
		{"--skip-sync", &want.skip},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (strcmp(option, texts[i].option) != 0)
			continue;
		*texts[i].to = value;
		return true;
	}
	if (strcmp(option, "--call") == 0)
		want.call = number_of(value);
	else if (strcmp(option, "--nth") == 0)
		want.nth = strtoul(value, NULL, 10);
	else if (strcmp(option, "--filesystem") == 0)
		want.filesystem = strtoul(value, NULL, 16);
	else if (strcmp(option, "--seconds") == 0)
		want.seconds = (unsigned)strtoul(value, NULL, 10);
	else
		return false;
	return true;
}

int take_option(char **argv)
{
	if (strcmp(argv[0], "--on") == 0)
		want.on = true;
	else if (strcmp(argv[0], "--directories") == 0)
		want.directories = true;
	else if (strcmp(argv[0], "--shadow") == 0 && argv[1] != NULL &&
		 argv[2] != NULL) {
		want.root = argv[1];
		want.store = argv[2];
		return 3;
	} else
		return argv[1] != NULL && take_value(argv[0], argv[1]) ? 2 : 0;
	return 1;
}

int take_action(char **argv)
{
	static const char *const names[] = {"count", "kill",  "kill-all",
					    "crash", "short", "error"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (argv[0] == NULL || strcmp(argv[0], names[i]) != 0)
			continue;
		want.action = (enum action)i;
		if (want.action != ACTION_ERROR)
			return 1;
		if (argv[1] == NULL)
			die("which error?");
		want.error = value_of(argv[1]);
		return 2;
	}
	die("what is to be done?");
}
