/* SPDX-License-Identifier: ISC */
#include "util/sandbox.h"

#include <errno.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "util/sandbox_filter.h"

#include "util/banned.h"

/* Descriptors that are tried one by one where close_range() is missing. */
#define DESCRIPTORS_MAX 65536

/* Rights that the header may not know: rename, truncate, ioctl (Linux 6.10). */
#define FILES_ABI_1    ((UINT64_C(1) << 13) - 1)
#define FILES_REFER    (UINT64_C(1) << 13)
#define FILES_TRUNCATE (UINT64_C(1) << 14)
#define FILES_IOCTL    (UINT64_C(1) << 15)

/* TCP: bind and connect. Scopes: abstract Unix sockets, signals. */
#define PORTS_ALL  UINT64_C(3)
#define SCOPES_ALL UINT64_C(3)

/* struct landlock_ruleset_attr, as newer kernels have it. */
struct rights {
	uint64_t files, ports, scopes;
};

static int landlock_abi(void)
{
	return (int)syscall(__NR_landlock_create_ruleset, NULL, (size_t)0,
			    LANDLOCK_CREATE_RULESET_VERSION);
}

/* All rights that this kernel can take. Returns the size of its structure. */
static size_t all_rights(int abi, struct rights *all)
{
	all->files = FILES_ABI_1;
	if (abi >= 2)
		all->files |= FILES_REFER;
	if (abi >= 3)
		all->files |= FILES_TRUNCATE;
	if (abi >= 5)
		all->files |= FILES_IOCTL;
	all->ports = PORTS_ALL;
	all->scopes = SCOPES_ALL;
	return abi >= 6	  ? sizeof(*all)
	       : abi >= 4 ? 2 * sizeof(uint64_t)
			  : sizeof(uint64_t);
}

static int allow_below(int ruleset, int directory, uint64_t all)
{
	const struct landlock_path_beneath_attr attr = {
		.allowed_access =
			all & (LANDLOCK_ACCESS_FS_WRITE_FILE |
			       LANDLOCK_ACCESS_FS_READ_FILE |
			       LANDLOCK_ACCESS_FS_READ_DIR |
			       LANDLOCK_ACCESS_FS_REMOVE_FILE |
			       LANDLOCK_ACCESS_FS_MAKE_DIR |
			       LANDLOCK_ACCESS_FS_MAKE_REG | FILES_TRUNCATE),
		.parent_fd = directory};

	return (int)syscall(__NR_landlock_add_rule, ruleset,
			    LANDLOCK_RULE_PATH_BENEATH, &attr, 0);
}

/* 1 it holds, 0 the kernel has none, -1 with errno. */
static int lock_files(const struct sandbox *box)
{
	struct rights all;
	int abi = landlock_abi(), ruleset, rc = 0;
	size_t size;

	/* ENOSYS, EOPNOTSUPP when switched off; EPERM in some containers. */
	if (abi == -1)
		return 0;
	size = all_rights(abi, &all);
	ruleset = (int)syscall(__NR_landlock_create_ruleset, &all, size, 0);
	if (ruleset == -1)
		return -1;
	for (size_t i = 0; rc == 0 && i < box->n_directories; i++)
		rc = allow_below(ruleset, box->directories[i], all.files);
	if (rc == 0)
		rc = (int)syscall(__NR_landlock_restrict_self, ruleset, 0);
	(void)close(ruleset);
	return rc == 0 ? 1 : -1;
}

int sandbox_limit(int resource, uint64_t value)
{
	struct rlimit r;

	if (getrlimit(resource, &r) == -1)
		return -1;
	if (r.rlim_max > value)
		r.rlim_max = value;
	r.rlim_cur = r.rlim_max;
	return setrlimit(resource, &r);
}

int sandbox_close_from(int first)
{
	struct rlimit limit;

	if (close_range((unsigned)first, ~0U, 0) == 0)
		return 0;
	/* Linux before 5.9, or a filter around us. */
	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return -1;
	if (limit.rlim_cur > DESCRIPTORS_MAX) {
		errno = EMFILE;
		return -1;
	}
	for (int fd = first; fd < (int)limit.rlim_cur; fd++)
		(void)close(fd);
	return 0;
}

static int set_limits(const struct sandbox *box)
{
	if (box->seconds > 0 &&
	    sandbox_limit(RLIMIT_CPU, (uint64_t)box->seconds) == -1)
		return -1;
#ifndef SANITIZED
	if (box->memory > 0 && sandbox_limit(RLIMIT_AS, box->memory) == -1)
		return -1;
#endif
	return 0;
}

enum sandbox_step sandbox_enter(const struct sandbox *box,
				struct sandbox_kept *kept)
{
	int rc;

	kept->landlock = kept->seccomp = false;
	if (set_limits(box) == -1 && !box->best_effort)
		return SANDBOX_LIMITS;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == -1 && !box->best_effort)
		return SANDBOX_PRIVILEGES;
	rc = lock_files(box);
	if (rc == -1 && !box->best_effort)
		return SANDBOX_LANDLOCK;
	kept->landlock = rc == 1;
	rc = sandbox_filter(box->n_directories > 0, box->has_connection);
	if (rc == -1 && !box->best_effort)
		return SANDBOX_SECCOMP;
	kept->seccomp = rc == 0;
	return SANDBOX_DONE;
}

static const char *name_of(enum sandbox_step step)
{
	switch (step) {
	case SANDBOX_DONE:
		break;
	case SANDBOX_DESCRIPTORS:
		return "closing files (close_range)";
	case SANDBOX_LIMITS:
		return "limits of memory and time (setrlimit)";
	case SANDBOX_PRIVILEGES:
		return "giving up new privileges (prctl)";
	case SANDBOX_LANDLOCK:
		return "locking files (Landlock)";
	case SANDBOX_SECCOMP:
		return "the filter of system calls (seccomp)";
	}
	return "nothing";
}

int sandbox_refuse(const char *what, enum sandbox_step step, struct error *err)
{
	return error_set(err, ERR_PERSON,
			 "%s: this system does not allow %s; allow it, or set "
			 "sandbox = best-effort to do without",
			 what, name_of(step));
}

/* In a child: tell by the exit status. */
static void try_out(void)
{
	const struct sandbox box = {.best_effort = false};
	struct sandbox_kept kept;
	enum sandbox_step step = sandbox_enter(&box, &kept);

	_exit((int)step << 1 | kept.landlock);
}

bool sandbox_probe(char *out, size_t size)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		try_out();
	while (pid != -1 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (pid == -1 || !WIFEXITED(status)) {
		(void)snprintf(out, size, "not tried: no process for it");
		return false;
	}
	status = WEXITSTATUS(status);
	if (status >> 1 != SANDBOX_DONE)
		(void)snprintf(out, size, "this system does not allow %s",
			       name_of((enum sandbox_step)(status >> 1)));
	else
		(void)snprintf(out, size, "%s",
			       status & 1 ? "seccomp and Landlock"
					  : "seccomp; there is no Landlock");
	return status >> 1 == SANDBOX_DONE;
}
