/* SPDX-License-Identifier: ISC */
#include "util/sandbox_filter.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>
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

/* System calls of the x32 ABI have other numbers for the same. */
#define X32_BIT 0x40000000U

/* Instructions of a filter; the lists below have some 90 calls. */
#define FILTER_MAX 512

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

/* Two instructions a call, five for those of memory, eight around them. */
_Static_assert(2 * (COUNT(allowed) + COUNT(for_files) + COUNT(deadly)) +
			       5 * COUNT(without_exec) + 8 <=
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

/* If the call is one of these: `action`. */
static void add_list(struct filter *f, const int *list, size_t n,
		     uint32_t action)
{
	for (size_t i = 0; i < n; i++) {
		add(f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
						    (uint32_t)list[i], 0, 1));
		finish_with(f, action);
	}
}

/* The lower half of an argument, in the order of this machine's bytes. */
static size_t argument(unsigned i)
{
	size_t at = offsetof(struct seccomp_data, args) + i * sizeof(uint64_t);

	return __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? at + 4 : at;
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

int sandbox_filter(bool has_files)
{
	struct filter f = {.n = 0};
	struct sock_fprog program;

	if (ARCHITECTURE == 0) {
		errno = ENOSYS;
		return -1;
	}
	load(&f, offsetof(struct seccomp_data, arch));
	add(&f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
					     ARCHITECTURE, 1, 0));
	finish_with(&f, SECCOMP_RET_KILL_PROCESS);
	load(&f, offsetof(struct seccomp_data, nr));
	add(&f, (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT,
					     0, 1));
	finish_with(&f, SECCOMP_RET_KILL_PROCESS);
	add_list(&f, allowed, COUNT(allowed), SECCOMP_RET_ALLOW);
	if (has_files)
		add_list(&f, for_files, COUNT(for_files), SECCOMP_RET_ALLOW);
	add_list(&f, deadly, COUNT(deadly), SECCOMP_RET_KILL_PROCESS);
	add_memory(&f);
	finish_with(&f, SECCOMP_RET_ERRNO | EACCES);
	program = (struct sock_fprog){.len = f.n, .filter = f.code};
	return (int)syscall(__NR_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);
}
