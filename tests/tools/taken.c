/* SPDX-License-Identifier: ISC */
/*
 * postroom with a fetcher that its server has taken over: it is linked with
 * --wrap, so that pop3_login() and pop3_list() are called through here, and so
 * is state_open(), whose connection it uses. In the environment POSTROOM_TRY is
 * what it tries, and POSTROOM_WHEN "before" or "after" the login. What came of
 * it is a line on standard error; then it goes on as an honest one.
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "pop3/pop3.h"
#include "state/db.h"

static pid_t parent;
static struct state *database;

/* A path below a directory that the environment names. */
static const char *below(const char *variable, const char *name)
{
	static char paths[4][4096];
	static unsigned i;
	const char *directory = getenv(variable);
	char *path = paths[i++ % 4];

	(void)snprintf(path, sizeof(paths[0]), "%s/%s",
		       directory == NULL ? "" : directory, name);
	return path;
}

static bool makes(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	return fd != -1 && write(fd, "x", 1) == 1;
}

static bool reads_key(void)
{
	return open(below("HOME", ".ssh/id"), O_RDONLY) != -1;
}

static bool reads_configuration(void)
{
	return open(below("HOME", "../conf"), O_RDONLY) != -1;
}

static bool lists_home(void)
{
	return open(below("HOME", ""), O_RDONLY | O_DIRECTORY) != -1;
}

static bool writes_profile(void)
{
	return makes(below("HOME", ".profile"));
}

static bool writes_maildir(void)
{
	return makes(below("HOME", "../Mail/forged"));
}

static bool changes_mode(void)
{
	return chmod(below("HOME", ".ssh/id"), 0644) == 0;
}

static bool removes_file(void)
{
	return unlink(below("HOME", ".ssh/old")) == 0;
}

static bool moves_file_in(void)
{
	return rename(below("HOME", ".ssh/moved"),
		      below("HOME", "../state/moved")) == 0;
}

static bool links_file_in(void)
{
	return link(below("HOME", ".ssh/id"), below("HOME", "../state/id")) ==
	       0;
}

static bool links_out(void)
{
	return symlink("/etc", below("HOME", "../state/spool/etc")) == 0;
}

static bool writes_spool(void)
{
	return makes(below("HOME", "../state/spool/own"));
}

static bool writes_state(void)
{
	return makes(below("HOME", "../state/own"));
}

static bool reads_seal_key(void)
{
	return open(below("HOME", "../state/state.key"), O_RDONLY) != -1;
}

static bool writes_seal_key(void)
{
	return makes(below("HOME", "../state/state.key"));
}

static bool removes_seal_key(void)
{
	return unlink(below("HOME", "../state/state.key")) == 0;
}

static bool replaces_seal_key(void)
{
	return rename(below("HOME", "../state/spool/own"),
		      below("HOME", "../state/state.key")) == 0;
}

/* A message of its own, with a step that POSTROOM_SQL makes. */
static bool forges_step(void)
{
	const char *sql = getenv("POSTROOM_SQL");
	struct error err = ERROR_INIT;

	return makes(below("HOME", "../state/spool/a1-0123456789abcdef")) &&
	       db_run(database, sql == NULL ? "" : sql, &err) == 0;
}

static bool runs_program(void)
{
	char name[] = "/bin/sh", option[] = "-c", script[] = "exit 9";
	char *const argv[] = {name, option, script, NULL};

	return execve(name, argv, argv) == 0;
}

static bool forks(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid != -1;
}

static bool opens_tcp(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) != -1;
}

static bool opens_udp(void)
{
	return socket(AF_INET6, SOCK_DGRAM, 0) != -1;
}

static bool opens_unix(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) != -1;
}

/* The socket of the session. */
static int own_socket(void)
{
	struct sockaddr_storage peer = {0};
	socklen_t len = sizeof(peer);

	for (int fd = 3; fd < 256; fd++, len = sizeof(peer))
		if (getpeername(fd, (struct sockaddr *)&peer, &len) == 0 &&
		    peer.ss_family == AF_INET)
			return fd;
	return -1;
}

static bool connects_elsewhere(void)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	return connect(own_socket(), &none, sizeof(none)) == 0;
}

static bool sends_elsewhere(void)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = 9};

	/* TCP ignores the address. */
	return sendto(own_socket(), "", 0, 0, (struct sockaddr *)&to,
		      sizeof(to)) == 0;
}

static bool listens(void)
{
	return listen(own_socket(), 1) == 0 || errno == EINVAL;
}

static bool kills_parent(void)
{
	return kill(parent, 0) == 0;
}

static bool traces_parent(void)
{
	return ptrace(PTRACE_ATTACH, parent, NULL, NULL) == 0;
}

static bool reads_parent(void)
{
	static char here, there;
	struct iovec to = {&here, 1}, from = {&there, 1};

	return process_vm_readv(parent, &to, 1, &from, 1, 0) == 1;
}

static bool opens_memory(void)
{
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/%ld/mem", (long)parent);
	return open(path, O_RDWR) != -1;
}

static bool opens_own_memory(void)
{
	return open("/proc/self/mem", O_RDWR) != -1;
}

static bool makes_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static bool makes_memory_file(void)
{
	return memfd_create("x", 0) != -1;
}

static bool types_for_user(void)
{
	/* Without a terminal it would fail with ENOTTY. */
	return ioctl(STDERR_FILENO, TIOCSTI, "x") == 0 || errno != EACCES;
}

static bool takes_namespace(void)
{
	return syscall(SYS_unshare, 0x10000000) == 0 || errno == EPERM;
}

static bool uses_ring(void)
{
	char parameters[256] = "";

	return syscall(SYS_io_uring_setup, 1, parameters) >= 0;
}

static const struct
try {
	const char *name;
	bool (*run)(void);
}
tries[] = {
	{"reads-key", reads_key},
	{"reads-configuration", reads_configuration},
	{"lists-home", lists_home},
	{"writes-profile", writes_profile},
	{"writes-maildir", writes_maildir},
	{"changes-mode", changes_mode},
	{"removes-file", removes_file},
	{"moves-file-in", moves_file_in},
	{"links-file-in", links_file_in},
	{"links-out", links_out},
	{"writes-spool", writes_spool},
	{"writes-state", writes_state},
	{"reads-seal-key", reads_seal_key},
	{"writes-seal-key", writes_seal_key},
	{"removes-seal-key", removes_seal_key},
	{"replaces-seal-key", replaces_seal_key},
	{"forges-step", forges_step},
	{"runs-program", runs_program},
	{"forks", forks},
	{"opens-tcp", opens_tcp},
	{"opens-udp", opens_udp},
	{"opens-unix", opens_unix},
	{"connects-elsewhere", connects_elsewhere},
	{"sends-elsewhere", sends_elsewhere},
	{"listens", listens},
	{"kills-parent", kills_parent},
	{"traces-parent", traces_parent},
	{"reads-parent", reads_parent},
	{"opens-memory", opens_memory},
	{"opens-own-memory", opens_own_memory},
	{"makes-code", makes_code},
	{"makes-memory-file", makes_memory_file},
	{"types-for-user", types_for_user},
	{"takes-namespace", takes_namespace},
	{"uses-ring", uses_ring},
};

static void attack(const char *now)
{
	const char *name = getenv("POSTROOM_TRY"),
		   *when = getenv("POSTROOM_WHEN");

	if (name == NULL || when == NULL || strcmp(when, now) != 0)
		return;
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		bool worked;

		if (strcmp(tries[i].name, name) != 0)
			continue;
		errno = 0;
		worked = tries[i].run();
		(void)fprintf(stderr, "%s: %s\n", name,
			      worked ? "it worked" : strerror(errno));
	}
}

/* The names that --wrap gives them. */
int real_login(struct pop3 *p, const struct account *account,
	       const struct conn_secret *secret,
	       struct error *err) __asm__("__real_pop3_login");
int taken_login(struct pop3 *p, const struct account *account,
		const struct conn_secret *secret,
		struct error *err) __asm__("__wrap_pop3_login");
int real_list(struct pop3 *p, struct mailbox_listing *listing,
	      struct error *err) __asm__("__real_pop3_list");
int taken_list(struct pop3 *p, struct mailbox_listing *listing,
	       struct error *err) __asm__("__wrap_pop3_list");

int real_open(struct state **out, const char *dir, enum state_mode mode,
	      struct error *err) __asm__("__real_state_open");
int taken_open(struct state **out, const char *dir, enum state_mode mode,
	       struct error *err) __asm__("__wrap_state_open");

int taken_login(struct pop3 *p, const struct account *account,
		const struct conn_secret *secret, struct error *err)
{
	parent = getppid();
	attack("before");
	return real_login(p, account, secret, err);
}

int taken_open(struct state **out, const char *dir, enum state_mode mode,
	       struct error *err)
{
	int rc = real_open(out, dir, mode, err);

	if (rc == 0)
		database = *out;
	return rc;
}

int taken_list(struct pop3 *p, struct mailbox_listing *listing,
	       struct error *err)
{
	attack("after");
	return real_list(p, listing, err);
}
