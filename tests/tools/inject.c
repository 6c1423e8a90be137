/* SPDX-License-Identifier: ISC */
/*
 * usage: inject [OPTION...] ACTION COMMAND...
 *	inject --rebuild ROOT STORE [SEED]
 *
 * Runs the command under ptrace(2) and strikes at one of its system calls, so
 * the program under test is the one that users have. The role of a process is
 * its place in the tree: 0 is the command, 0.1 its first child, 0.1.2 the
 * second child of that. A program that is executed later (filter, pipe) has no
 * role.
 *
 *	--role ROLE	in which process (default 0)
 *	--call NAME	which call; "any" (default) counts all of them
 *	--nth N		the N-th of these calls, from 1; default: each of them
 *	--on		also at all calls after it
 *	--after TEXT	count from the first openat of a path that contains it
 *	--path TEXT	only calls on a descriptor whose path contains it
 *	--directories	only calls on a descriptor of a directory
 *	--seconds N	kill everything after N s; inject ends by SIGALRM
 *	--log FILE	write a line to FILE for each strike
 *	--shadow ROOT STORE	record what of ROOT is durable; see inject.h
 *	--skip-sync TEXT	in every process: fsync and fdatasync of paths
 *			that contain TEXT, or of directories ("/"), succeed
 *			without doing anything
 *	--filesystem HEX	in every process: statfs(2) reports this type,
 *			and syncfs succeeds without doing anything, as on
 *			FUSE
 *
 * Actions: count (print "ROLE CALL NUMBER" lines), kill (that process, before
 * the call), kill-all (every process of the command), crash (SIGSEGV), short
 * (one byte is transferred; with --on half, or files take too long), error
 * ERRNO-NAME.
 *
 * --rebuild makes ROOT what it would be after a power cut: everything that was
 * not synced is lost, with a SEED a random part of it. ROOT.was keeps the tree
 * as it was before.
 *
 * The command stays dumpable, see dumpable.h.
 *
 * The exit status is that of the command, or 137 when it was killed; 99 when
 * this system does not allow any of this.
 */
#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dumpable.h"

#define EXIT_UNSUPPORTED 99
#define PROCESSES_MAX	 256
#define ROLE_MAX	 32
#define CALLS_MAX	 512 /* the highest number of a system call we count */

/* The registers of a stopped process, and how a call is read and changed. */
#if defined(__x86_64__)
typedef struct user_regs_struct registers;
#define CALL(r)		 ((long)(r)->orig_rax)
#define RESULT(r)	 ((long)(r)->rax)
#define ARGUMENT1(r)	 ((r)->rdi)
#define ARGUMENT2(r)	 ((r)->rsi)
#define ARGUMENT3(r)	 ((r)->rdx)
#define SET_RESULT(r, v) ((r)->rax = (unsigned long)(v))
#elif defined(__aarch64__)
typedef struct user_regs_struct registers;
#define CALL(r)		 ((long)(r)->regs[8])
#define RESULT(r)	 ((long)(r)->regs[0])
#define ARGUMENT1(r)	 ((r)->regs[0])
#define ARGUMENT2(r)	 ((r)->regs[1])
#define ARGUMENT3(r)	 ((r)->regs[2])
#define SET_RESULT(r, v) ((r)->regs[0] = (unsigned long)(v))
#else
#define UNSUPPORTED
#endif

_Noreturn void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fputs("inject: ", stderr);
	(void)vfprintf(stderr, format, args);
	(void)fputc('\n', stderr);
	va_end(args);
	exit(EXIT_UNSUPPORTED);
}

#ifndef UNSUPPORTED

#define NT_PRSTATUS_SET ((void *)1) /* NT_PRSTATUS */

struct process {
	pid_t pid; /* 0: free */
	char role[ROLE_MAX];
	unsigned children;
	bool counting, executed, waiting, known;
	bool faked; /* the call does not happen */
	long call, fake;
	unsigned long seen;
	unsigned long counts[CALLS_MAX];
};

static struct process *processes[PROCESSES_MAX];
static bool over; /* all are being killed */
static bool done; /* the strike has happened, and will not again */

static struct process *find(pid_t pid)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (processes[i] != NULL && processes[i]->pid == pid)
			return processes[i];
	return NULL;
}

static struct process *add(pid_t pid)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		if (processes[i] != NULL)
			continue;
		processes[i] = calloc(1, sizeof(struct process));
		if (processes[i] == NULL)
			die("out of memory");
		processes[i]->pid = pid;
		return processes[i];
	}
	die("too many processes");
}

static void print_counts(const struct process *p)
{
	unsigned long all = 0;

	for (long i = 0; i < CALLS_MAX; i++) {
		all += p->counts[i];
		if (p->counts[i] > 0 && p->known)
			(void)printf("%s %s %lu\n", p->role, name_of(i),
				     p->counts[i]);
	}
	if (p->known)
		(void)printf("%s any %lu\n", p->role, all);
}

static void forget(pid_t pid)
{
	for (size_t i = 0; i < PROCESSES_MAX; i++) {
		if (processes[i] == NULL || processes[i]->pid != pid)
			continue;
		if (want.action == ACTION_COUNT)
			print_counts(processes[i]);
		free(processes[i]);
		processes[i] = NULL;
	}
}

static bool get_registers(pid_t pid, registers *r)
{
	struct iovec io = {r, sizeof(*r)};

	return ptrace(PTRACE_GETREGSET, pid, NT_PRSTATUS_SET, &io) == 0;
}

static void set_registers(pid_t pid, registers *r)
{
	struct iovec io = {r, sizeof(*r)};

	(void)ptrace(PTRACE_SETREGSET, pid, NT_PRSTATUS_SET, &io);
}

/* Number -1: the kernel does nothing. */
static void cancel_call(pid_t pid, registers *r)
{
#if defined(__x86_64__)
	r->orig_rax = (unsigned long)-1;
	set_registers(pid, r);
#else
	int none = -1;
	struct iovec io = {&none, sizeof(none)};

	(void)r;
	(void)ptrace(PTRACE_SETREGSET, pid, (void *)0x404, &io);
#endif
}

static void read_text(pid_t pid, unsigned long at, char *out, size_t size)
{
	struct iovec to = {out, size - 1}, from = {(void *)at, size - 1};
	ssize_t n = process_vm_readv(pid, &to, 1, &from, 1, 0);

	out[n < 0 ? 0 : n] = '\0';
}

static void path_of(pid_t pid, int fd, char *out, size_t size)
{
	char link[64];
	ssize_t n;

	(void)snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)pid, fd);
	n = readlink(link, out, size - 1);
	out[n < 0 ? 0 : n] = '\0';
}

static bool is_directory(pid_t pid, int fd)
{
	char link[64];
	struct stat st;

	(void)snprintf(link, sizeof(link), "/proc/%d/fd/%d", (int)pid, fd);
	return stat(link, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool concerns(pid_t pid, int fd, const char *text, bool directories)
{
	char path[PATH_MAX];

	if (directories && !is_directory(pid, fd))
		return false;
	if (text == NULL)
		return true;
	path_of(pid, fd, path, sizeof(path));
	return strstr(path, text) != NULL;
}

static void note(const struct process *p, long call)
{
	int fd;
	char line[160];
	int n = snprintf(line, sizeof(line), "INJECTED %s %s\n", p->role,
			 name_of(call));

	if (want.log == NULL)
		return;
	fd = open(want.log, O_WRONLY | O_CREAT | O_APPEND, 0600);
	if (fd == -1 || write(fd, line, (size_t)n) != n)
		die("cannot write %s", want.log);
	(void)close(fd);
}

static void kill_all(void)
{
	over = true;
	for (size_t i = 0; i < PROCESSES_MAX; i++)
		if (processes[i] != NULL)
			(void)kill(processes[i]->pid, SIGKILL);
}

static void strike(struct process *p, registers *r)
{
	note(p, p->call);
	done = want.nth != 0 && !want.on;
	switch (want.action) {
	case ACTION_COUNT:
		break;
	case ACTION_KILL:
		(void)kill(p->pid, SIGKILL);
		break;
	case ACTION_KILL_ALL:
		kill_all();
		break;
	case ACTION_CRASH:
		(void)kill(p->pid, SIGSEGV);
		break;
	case ACTION_SHORT:
		ARGUMENT3(r) = want.on ? ARGUMENT3(r) - ARGUMENT3(r) / 2 : 1;
		set_registers(p->pid, r);
		break;
	case ACTION_ERROR:
		p->faked = true;
		p->fake = -want.error;
		/* Linux closes a descriptor even when close() fails. */
		if (p->call != SYS_close)
			cancel_call(p->pid, r);
		break;
	}
}

static bool is_target(struct process *p, const registers *r)
{
	if (want.action == ACTION_COUNT || !p->counting || p->executed ||
	    strcmp(p->role, want.role) != 0 ||
	    (want.call != -1 && want.call != p->call))
		return false;
	if ((want.path != NULL || want.directories) &&
	    !concerns(p->pid, (int)ARGUMENT1(r), want.path, want.directories))
		return false;
	p->seen++;
	return want.nth == 0 || p->seen == want.nth ||
	       (want.on && p->seen > want.nth);
}

static bool is_sync(long call)
{
	return call == SYS_fsync || call == SYS_fdatasync;
}

/* With --after, count from the first openat of that path on. */
static void look_for_start(struct process *p, const registers *r)
{
	char path[PATH_MAX];

	if (want.after == NULL) {
		p->counting = true;
	} else if (p->call == SYS_openat) {
		read_text(p->pid, ARGUMENT2(r), path, sizeof(path));
		p->counting = strstr(path, want.after) != NULL;
	}
}

static void enter_call(struct process *p, registers *r)
{
	bool skipped;

	p->call = CALL(r);
	p->faked = false;
	if (!p->counting)
		look_for_start(p, r);
	if (p->counting && !p->executed && p->call >= 0 && p->call < CALLS_MAX)
		p->counts[p->call]++;
	skipped = want.skip != NULL && is_sync(p->call) &&
		  (strcmp(want.skip, "/") == 0
			   ? is_directory(p->pid, (int)ARGUMENT1(r))
			   : concerns(p->pid, (int)ARGUMENT1(r), want.skip,
				      false));
	if (!skipped && is_target(p, r)) {
		strike(p, r);
	} else if (skipped || (want.filesystem != 0 && p->call == SYS_syncfs)) {
		p->faked = true;
		p->fake = 0;
		cancel_call(p->pid, r);
	}
}

/* The type is the first field of struct statfs. */
static void set_filesystem(const struct process *p, const registers *r)
{
	unsigned long type = want.filesystem;
	struct iovec from = {&type, sizeof(type)},
		     to = {(void *)ARGUMENT2(r), sizeof(type)};

	if (want.filesystem == 0 || RESULT(r) < 0 ||
	    (p->call != SYS_statfs && p->call != SYS_fstatfs))
		return;
	if (process_vm_writev(p->pid, &from, 1, &to, 1, 0) !=
	    (ssize_t)sizeof(type))
		die("the memory of the process cannot be written");
}

static void note_durable(const struct process *p, const registers *r)
{
	if (want.store == NULL || RESULT(r) < 0)
		return;
	if (p->call == SYS_openat && (ARGUMENT3(r) & O_CREAT) != 0)
		shadow_opened(p->pid, (int)RESULT(r));
#if defined(__x86_64__)
	else if (is_sync(p->call))
		shadow_synced(p->pid, (int)ARGUMENT1(r));
#endif
	else if (p->call == SYS_syncfs)
		shadow_synced_all();
}

static void leave_call(struct process *p, registers *r)
{
	if (p->faked) {
		SET_RESULT(r, p->fake);
		set_registers(p->pid, r);
	} else {
		note_durable(p, r);
		set_filesystem(p, r);
	}
}

/* Only a watched process stops at each call. */
static bool is_watched(const struct process *p)
{
	if (over || p->executed)
		return false;
	return want.action == ACTION_COUNT || want.store != NULL ||
	       want.skip != NULL || want.filesystem != 0 || p->faked ||
	       (!done && strcmp(p->role, want.role) == 0);
}

static void resume(struct process *p, int signal)
{
	(void)ptrace(is_watched(p) ? PTRACE_SYSCALL : PTRACE_CONT, p->pid, NULL,
		     (void *)(intptr_t)signal);
}

static void set_role(struct process *child, struct process *parent)
{
	(void)snprintf(child->role, sizeof(child->role), "%.20s.%u",
		       parent->role, ++parent->children);
	child->known = true;
	child->counting = true; /* it has begun long ago */
	child->executed = parent->executed;
}

/* The child may stop before its parent reports it. */
static void take_child(struct process *parent)
{
	unsigned long message;
	struct process *child;

	if (ptrace(PTRACE_GETEVENTMSG, parent->pid, NULL, &message) != 0)
		return;
	child = find((pid_t)message);
	if (child == NULL)
		child = add((pid_t)message);
	set_role(child, parent);
	if (over)
		(void)kill(child->pid, SIGKILL);
	if (child->waiting) {
		child->waiting = false;
		resume(child, 0);
	}
}

/* A child begins at the end of a call that it never made. */
static bool is_entry(pid_t pid)
{
	struct __ptrace_syscall_info info = {0};

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof(info), &info) < 0)
		die("this kernel does not tell of system calls");
	return info.op == PTRACE_SYSCALL_INFO_ENTRY;
}

static void take_stop(struct process *p, int status)
{
	int signal = WSTOPSIG(status), event = status >> 16;
	registers r;

	if (signal == (SIGTRAP | 0x80)) {
		bool entry = is_entry(p->pid);

		if (get_registers(p->pid, &r)) {
			if (entry)
				enter_call(p, &r);
			else
				leave_call(p, &r);
		}
		resume(p, 0);
	} else if (event == PTRACE_EVENT_EXEC) {
		p->executed = strcmp(p->role, "0") != 0;
		resume(p, 0);
	} else if (event != 0 && event != PTRACE_EVENT_STOP) {
		take_child(p);
		resume(p, 0);
	} else if (!p->known) {
		/* Its parent was killed before it could report the child. */
		if (over)
			(void)kill(p->pid, SIGKILL);
		p->waiting = true;
	} else {
		resume(p, signal == SIGSTOP || signal == SIGTRAP ? 0 : signal);
	}
}

static int trace(pid_t first)
{
	int status, result = 137;
	pid_t pid;

	while ((pid = waitpid(-1, &status, __WALL)) > 0) {
		struct process *p = find(pid);

		if (WIFSTOPPED(status)) {
			take_stop(p == NULL ? add(pid) : p, status);
			continue;
		}
		if (pid == first && WIFEXITED(status))
			result = WEXITSTATUS(status);
		forget(pid);
	}
	return result;
}

static pid_t start(char **argv)
{
	const long options = PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEFORK |
			     PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
	pid_t pid = fork();
	struct process *p;
	int status;

	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0)
			_exit(EXIT_UNSUPPORTED);
		stay_dumpable();
		(void)raise(SIGSTOP);
		(void)execvp(argv[0], argv);
		_exit(127);
	}
	if (pid == -1 || waitpid(pid, &status, __WALL) != pid ||
	    !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, pid, NULL, options) != 0)
		die("processes cannot be traced here");
	p = add(pid);
	(void)snprintf(p->role, sizeof(p->role), "0");
	p->known = true;
	resume(p, 0);
	return pid;
}

int main(int argc, char **argv)
{
	int at = 1, used;

	if (argc >= 4 && strcmp(argv[1], "--rebuild") == 0) {
		shadow_rebuild(argv[2], argv[3],
			       argc > 4 ? strtoul(argv[4], NULL, 10) : 0);
		return 0;
	}
	while (at < argc && (used = take_option(argv + at)) > 0)
		at += used;
	at += take_action(argv + at);
	if (at >= argc)
		die("which command?");
	if (want.store != NULL)
		shadow_begin(want.root, want.store);
	/* All traced processes die with this one. */
	(void)alarm(want.seconds);
	return trace(start(argv + at));
}

#else

int main(void)
{
	die("not on this kind of processor");
}

#endif
