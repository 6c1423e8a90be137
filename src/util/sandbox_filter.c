/* SPDX-License-Identifier: ISC */
#include "util/sandbox_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "util/banned.h"

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#elif defined(__i386__)
#define ARCHITECTURE AUDIT_ARCH_I386
#elif defined(__arm__)
#define ARCHITECTURE AUDIT_ARCH_ARM
#elif defined(__riscv) && __riscv_xlen == 64
#define ARCHITECTURE AUDIT_ARCH_RISCV64
#else
#define ARCHITECTURE 0 /* no filter is known for it */
#endif

/* Instructions of a filter; the lists below have some 150 calls. */
#define FILTER_MAX 512

/*
 * The kernel runs a new filter for each number that there is: it is ten times
 * as fast with ranges of numbers as with one list of them all.
 */
#define CALLS_MAX 512
#define RANGE	  16

static const int allowed[] = {
	__NR_recvmsg,
	__NR_write,
	__NR_writev,
	__NR_pread64,
	__NR_close,
	__NR_munmap,
	__NR_mremap,
	__NR_madvise,
	__NR_brk,
	__NR_futex,
	__NR_setitimer,
	__NR_clock_gettime,
	__NR_getrandom,
	__NR_exit_group,
	__NR_exit,
	__NR_rt_sigreturn,
	__NR_rt_sigaction,
	__NR_rt_sigprocmask,
	__NR_sigaltstack,
	__NR_restart_syscall,
	__NR_sysinfo,
#ifdef __NR_poll
	__NR_poll,
#endif
	__NR_ppoll,
#ifdef __NR_clock_gettime64
	__NR_clock_gettime64,
#endif
#ifdef __NR_futex_time64
	__NR_futex_time64,
#endif
};

/* Memory, but no code. */
static const int without_exec[] = {
#ifdef __NR_mmap
	__NR_mmap,
#endif
#ifdef __NR_mmap2
	__NR_mmap2,
#endif
	__NR_mprotect,
};

/* For new files in one directory; Landlock says in which one. */
static const int for_files[] = {
	__NR_openat,	 __NR_read,	  __NR_fstat,	  __NR_newfstatat,
	__NR_renameat2,	 __NR_unlinkat,	  __NR_fsync,	  __NR_fdatasync,
	__NR_lseek,	 __NR_fcntl,	  __NR_ftruncate, __NR_linkat,
	__NR_mkdirat,	 __NR_getdents64, __NR_faccessat, __NR_fchmod,
#ifdef __NR_faccessat2
	__NR_faccessat2,
#endif
#ifdef __NR_mkdir
	__NR_mkdir,
#endif
#ifdef __NR_access
	__NR_access,
#endif
#ifdef __NR_statx
	__NR_statx,
#endif
};

/* For open sockets, and for a database in files (SQLite). */
static const int for_connection[] = {
	__NR_recvfrom,
	__NR_getsockopt,
	__NR_getsockname,
	__NR_getpeername,
	__NR_shutdown,
	__NR_readv,
	__NR_pwrite64,
	__NR_fallocate,
	__NR_syncfs,
	__NR_msync,
	__NR_fchown,
	__NR_umask,
	__NR_readlinkat,
	__NR_getcwd,
	__NR_getpid,
	__NR_gettid,
	__NR_getuid,
	__NR_geteuid,
	__NR_getgid,
	__NR_getegid,
	__NR_uname,
	__NR_nanosleep,
	__NR_clock_nanosleep,
	__NR_clock_getres,
	__NR_gettimeofday,
	__NR_pselect6,
	__NR_sched_yield,
	__NR_sched_getaffinity,
#ifdef __NR_recv
	__NR_recv,
#endif
#ifdef __NR_send
	__NR_send,
#endif
#ifdef __NR_statfs
	__NR_statfs,
	__NR_fstatfs,
#endif
#ifdef __NR_statfs64
	__NR_statfs64,
	__NR_fstatfs64,
#endif
#ifdef __NR_sync_file_range
	__NR_sync_file_range,
#endif
#ifdef __NR_arm_sync_file_range
	__NR_arm_sync_file_range,
#endif
/* Former ones, which C libraries other than glibc still make. */
#ifdef __NR_open
	__NR_open,
	__NR_unlink,
	__NR_readlink,
#endif
#ifdef __NR_stat
	__NR_stat,
	__NR_lstat,
#endif
#ifdef __NR_select
	__NR_select,
#endif
#ifdef __NR_time
	__NR_time,
#endif
/* Calls of 32 bits. */
#ifdef __NR_fcntl64
	__NR_fcntl64,
	__NR_fstat64,
	__NR_fstatat64,
	__NR_ftruncate64,
	__NR__llseek,
#endif
#ifdef __NR_getuid32
	__NR_fchown32,
	__NR_getuid32,
	__NR_geteuid32,
	__NR_getgid32,
	__NR_getegid32,
#endif
#ifdef __NR_clock_nanosleep_time64
	__NR_clock_nanosleep_time64,
	__NR_clock_getres_time64,
	__NR_ppoll_time64,
	__NR_pselect6_time64,
#endif
};

/* Questions about a terminal, or a socket. */
static const uint32_t questions[] = {
	TCGETS, TIOCGWINSZ, FIONREAD,
	0x802c542a, /* TCGETS2, whose header does not go with <sys/ioctl.h> */
};

/* For a log that was restarted, or a library: it is told that it may not. */
static const int refused[] = {__NR_socket, __NR_connect};

/* No honest reader makes these. */
static const int deadly[] = {
	__NR_execve,
	__NR_execveat,
	__NR_ptrace,
	__NR_kill,
	__NR_tgkill,
	__NR_tkill,
	__NR_clone,
	__NR_unshare,
	__NR_setns,
	__NR_socket,
	__NR_socketpair,
	__NR_connect,
	__NR_bind,
	__NR_listen,
	__NR_accept4,
	__NR_sendto,
	__NR_process_vm_readv,
	__NR_process_vm_writev,
	__NR_bpf,
	__NR_userfaultfd,
	__NR_perf_event_open,
	__NR_keyctl,
	__NR_add_key,
	__NR_request_key,
	__NR_memfd_create,
	__NR_mount,
	__NR_pidfd_send_signal,
	__NR_io_uring_setup,
#ifdef __NR_clone3
	__NR_clone3,
#endif
#ifdef __NR_fork
	__NR_fork,
#endif
#ifdef __NR_vfork
	__NR_vfork,
#endif
#ifdef __NR_pidfd_getfd
	__NR_pidfd_getfd,
#endif
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/*
 * Two instructions a call or question, two a range, seven for each call of
 * memory, three and seven for ioctl and sendto, six around them.
 */
_Static_assert(2 * (COUNT(allowed) + COUNT(for_files) + COUNT(for_connection) +
		    COUNT(questions) + COUNT(refused) + COUNT(deadly)) +
			       2 * (CALLS_MAX / RANGE) +
			       5 * COUNT(without_exec) + 3 + 7 + 6 <=
		       FILTER_MAX,
	       "the filter has room for all calls");

struct filter {
	struct sock_filter code[FILTER_MAX];
	unsigned short n;
};

static void add(struct filter *f, struct sock_filter instruction)
{
	f->code[f->n++] = instruction;
}

static void load(struct filter *f, size_t offset)
{
	add(f, (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
					    (uint32_t)offset));
}

static void finish_with(struct filter *f, uint32_t action)
{
	add(f, (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action));
}

/* The answer to each call; 0, which would kill a thread: no rule. */
struct rules {
	uint32_t of[CALLS_MAX];
};

/* The first list that names a call counts. */
static void take_list(struct rules *r, const int *list, size_t n,
		      uint32_t action)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] < CALLS_MAX && r->of[list[i]] == 0)
			r->of[list[i]] = action;
}

static void add_call(struct filter *f, uint32_t call, uint32_t action)
{
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0,
					    1));
	finish_with(f, action);
}

static void add_range(struct filter *f, const struct rules *r, uint32_t from)
{
	uint8_t n = 0;

	for (uint32_t i = from; i < from + RANGE; i++)
		n += r->of[i] != 0;
	if (n == 0)
		return;
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K,
					    from + RANGE, (uint8_t)(2 * n + 1),
					    0));
	for (uint32_t i = from; i < from + RANGE; i++)
		if (r->of[i] != 0)
			add_call(f, i, r->of[i]);
	finish_with(f, SECCOMP_RET_ERRNO | EACCES);
}

/* A half of an argument, in the order of this machine's bytes. */
static size_t argument_half(unsigned i, bool upper)
{
	size_t at = offsetof(struct seccomp_data, args) + i * sizeof(uint64_t);

	return upper == (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) ? at : at + 4;
}

static size_t argument(unsigned i)
{
	return argument_half(i, false);
}

static void add_memory(struct filter *f)
{
	for (size_t i = 0; i < COUNT(without_exec); i++) {
		add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						    (uint32_t)without_exec[i],
						    0, 4));
		load(f, argument(2));
		add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
						    PROT_EXEC, 0, 1));
		finish_with(f, SECCOMP_RET_ERRNO | EACCES);
		finish_with(f, SECCOMP_RET_ALLOW);
	}
}

/* Let ask, not change: a terminal could be made to take input. */
static void add_ioctl(struct filter *f)
{
	const size_t n = COUNT(questions);

	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
					    __NR_ioctl, 0, 2 + 2 * n));
	load(f, argument(1));
	for (size_t i = 0; i < n; i++) {
		add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						    questions[i], 0, 1));
		finish_with(f, SECCOMP_RET_ALLOW);
	}
	finish_with(f, SECCOMP_RET_ERRNO | EACCES);
}

/* To the peer of the socket only: send(2) has no address. */
static void add_send(struct filter *f)
{
	const unsigned address = 4;

	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
					    __NR_sendto, 0, 6));
	load(f, argument_half(address, false));
	add(f,
	    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2));
	load(f, argument_half(address, true));
	add(f,
	    (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0));
	finish_with(f, SECCOMP_RET_ERRNO | EACCES);
	finish_with(f, SECCOMP_RET_ALLOW);
}

static void make_rules(struct rules *r, bool has_files, bool has_connection)
{
	const uint32_t yes = SECCOMP_RET_ALLOW;

	take_list(r, allowed, COUNT(allowed), yes);
	if (has_files)
		take_list(r, for_files, COUNT(for_files), yes);
	if (has_connection) {
		take_list(r, for_connection, COUNT(for_connection), yes);
		take_list(r, refused, COUNT(refused),
			  SECCOMP_RET_ERRNO | EACCES);
	}
	take_list(r, deadly, COUNT(deadly), SECCOMP_RET_KILL_PROCESS);
}

/*
 * Calls of another architecture have other numbers. Those of x32 are beyond all
 * of our lists; so is -1, which a tracer makes of a call that it takes away.
 */
static void begin(struct filter *f)
{
	load(f, offsetof(struct seccomp_data, arch));
	add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
					    ARCHITECTURE, 1, 0));
	finish_with(f, SECCOMP_RET_KILL_PROCESS);
	load(f, offsetof(struct seccomp_data, nr));
}

int sandbox_filter(bool has_files, bool has_connection)
{
	struct rules rules = {{0}};
	struct filter f = {.n = 0};
	struct sock_fprog program;

	if (ARCHITECTURE == 0) {
		errno = ENOSYS;
		return -1;
	}
	make_rules(&rules, has_files, has_connection);
	begin(&f);
	add_memory(&f);
	if (has_connection) {
		add_ioctl(&f);
		add_send(&f);
	}
	for (uint32_t from = 0; from < CALLS_MAX; from += RANGE)
		add_range(&f, &rules, from);
	finish_with(&f, SECCOMP_RET_ERRNO | EACCES);
	program = (struct sock_fprog){.len = f.n, .filter = f.code};
	return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
