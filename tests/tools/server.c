/* SPDX-License-Identifier: ISC */
/* Options, listening, and one process for each connection. */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

_Noreturn void die(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	(void)fprintf(stderr, "%s: ", program_invocation_short_name);
	(void)vfprintf(stderr, format, args);
	(void)fputc('\n', stderr);
	va_end(args);
	_exit(1);
}

void server_note(int log, unsigned number, const char *user, const char *format,
		 va_list args)
{
	char text[1024];
	size_t n, limit = sizeof(text) - 2;

	if (log == -1)
		return;
	n = (size_t)snprintf(text, limit, "%u %.80s ", number,
			     user == NULL ? "-" : user);
	n += (size_t)vsnprintf(text + n, limit - n, format, args);
	if (n > limit - 1)
		n = limit - 1;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)text[i] < 0x20)
			text[i] = '?';
	text[n++] = '\n';
	if (write(log, text, n) != (ssize_t)n)
		die("cannot write the log");
}

void *need(void *p)
{
	if (p == NULL)
		die("out of memory");
	return p;
}

/* USER:PASSWORD:DIRECTORY; only the directory may contain a colon. */
static void add_account(struct options *o, const char *spec)
{
	struct account *a = &o->accounts[o->n_accounts];
	char *user = need(strdup(spec));
	char *password = strchr(user, ':');
	char *dir = password == NULL ? NULL : strchr(password + 1, ':');

	if (dir == NULL)
		die("--drop wants USER:PASSWORD:DIRECTORY");
	if (o->n_accounts++ == ACCOUNTS_MAX)
		die("at most %d maildrops", ACCOUNTS_MAX);
	*password++ = '\0';
	*dir++ = '\0';
	a->user = user;
	a->password = password;
	a->dir = dir;
}

static enum tls_mode tls_word(const char *word)
{
	if (strcmp(word, "implicit") == 0)
		return TLS_IMPLICIT;
	if (strcmp(word, "starttls") == 0)
		return TLS_STARTTLS;
	if (strcmp(word, "none") != 0)
		die("--tls wants none, implicit or starttls");
	return TLS_NONE;
}

static void set_option(struct options *o, const struct server *server,
		       const char *name, const char *value)
{
	if (server->set != NULL && server->set(o, name, value))
		return;
	if (strcmp(name, "--drop") == 0)
		add_account(o, value);
	else if (strcmp(name, "--tls") == 0)
		o->tls = tls_word(value);
	else if (strcmp(name, "--cert") == 0)
		o->cert = value;
	else if (strcmp(name, "--key") == 0)
		o->key = value;
	else if (strcmp(name, "--client-ca") == 0)
		o->client_ca = value;
	else if (strcmp(name, "--max-tls") == 0)
		o->max_tls = value;
	else if (strcmp(name, "--caps") == 0)
		o->caps = value;
	else if (strcmp(name, "--script") == 0)
		o->script = value;
	else if (strcmp(name, "--log") == 0)
		o->log = value;
	else if (strcmp(name, "--port-file") == 0)
		o->port_file = value;
	else if (strcmp(name, "--rtt") == 0)
		o->rtt_ms = (unsigned)strtoul(value, NULL, 10);
	else if (strcmp(name, "--lifetime") == 0)
		o->lifetime = (unsigned)strtoul(value, NULL, 10);
	else
		die("unknown option %s", name);
}

static bool set_flag(struct options *o, const struct server *server,
		     const char *name)
{
	if (strcmp(name, "--impostor") == 0)
		o->impostor = true;
	else if (strcmp(name, "--ipv6") == 0)
		o->ipv6 = true;
	else if (strcmp(name, "--need-client") == 0)
		o->need_client = true;
	else
		return server->flag != NULL && server->flag(o, name);
	return true;
}

static void read_options(struct options *o, const struct server *server,
			 int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (set_flag(o, server, argv[i]))
			continue;
		if (i + 1 == argc)
			die("%s wants a value", argv[i]);
		set_option(o, server, argv[i], argv[i + 1]);
		i++;
	}
	if (o->n_accounts == 0)
		die("no --drop");
}

static int tls_version(const char *word)
{
	static const struct {
		const char *word;
		int version;
	} versions[] = {{"1.0", TLS1_VERSION},
			{"1.1", TLS1_1_VERSION},
			{"1.2", TLS1_2_VERSION},
			{"1.3", TLS1_3_VERSION}};

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (strcmp(versions[i].word, word) == 0)
			return versions[i].version;
	die("--max-tls wants 1.0, 1.1, 1.2 or 1.3");
}

static void open_tls(struct options *o)
{
	SSL_CTX *context = need(SSL_CTX_new(TLS_server_method()));

	if (o->cert == NULL || o->key == NULL)
		die("TLS needs --cert and --key");
	/* Old versions and weak certificates are below the default level. */
	SSL_CTX_set_security_level(context, 0);
	if (SSL_CTX_use_certificate_chain_file(context, o->cert) != 1 ||
	    SSL_CTX_use_PrivateKey_file(context, o->key, SSL_FILETYPE_PEM) != 1)
		die("%s", ERR_error_string(ERR_get_error(), NULL));
	if (o->client_ca != NULL) {
		if (SSL_CTX_load_verify_file(context, o->client_ca) != 1)
			die("cannot read %s", o->client_ca);
		SSL_CTX_set_verify(
			context,
			SSL_VERIFY_PEER |
				(o->need_client
					 ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT
					 : 0),
			NULL);
	}
	if (o->max_tls != NULL) {
		(void)SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
		(void)SSL_CTX_set_max_proto_version(context,
						    tls_version(o->max_tls));
	}
	o->tls_context = context;
}

static int open_listener(bool ipv6, in_port_t *port)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address = {.v4 = {.sin_family = AF_INET,
			    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};

	socklen_t size = sizeof(address);
	int fd;

	if (ipv6) {
		address.v6.sin6_family = AF_INET6;
		address.v6.sin6_addr = in6addr_loopback;
	}
	fd = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd == -1 ||
	    bind(fd, &address.any,
		 ipv6 ? sizeof(address.v6) : sizeof(address.v4)) == -1 ||
	    listen(fd, 128) == -1 || getsockname(fd, &address.any, &size) == -1)
		die("cannot listen: %s", strerror(errno));
	*port = ntohs(ipv6 ? address.v6.sin6_port : address.v4.sin_port);
	return fd;
}

/* Renamed into place, so a reader finds it complete. */
static void tell_port(const struct options *o, in_port_t port)
{
	char path[4096];
	FILE *file;

	if (o->port_file == NULL) {
		(void)printf("%u\n", (unsigned)port);
		(void)fflush(stdout);
		return;
	}
	(void)snprintf(path, sizeof(path), "%s.part", o->port_file);
	file = fopen(path, "w");
	if (file == NULL || fprintf(file, "%u\n", (unsigned)port) < 0 ||
	    fclose(file) != 0 || rename(path, o->port_file) == -1)
		die("cannot write %s: %s", path, strerror(errno));
}

/* Read the script if it has changed; its counters start again then. */
static struct script *current_script(const struct options *o,
				     const struct server *server,
				     struct script *script, struct stat *seen)
{
	struct stat now = {.st_ino = 0};

	if (o->script == NULL && o->rules == NULL)
		return NULL;
	if (o->script != NULL && stat(o->script, &now) == -1)
		die("cannot read %s: %s", o->script, strerror(errno));
	if (script != NULL && now.st_ino == seen->st_ino &&
	    now.st_size == seen->st_size &&
	    now.st_mtim.tv_sec == seen->st_mtim.tv_sec &&
	    now.st_mtim.tv_nsec == seen->st_mtim.tv_nsec)
		return script;
	*seen = now;
	script_free(script);
	return script_read(o->script, o->rules, server->words, server->n_words);
}

static void die_with_parent(pid_t parent, int sig)
{
	(void)prctl(PR_SET_PDEATHSIG, sig);
	if (getppid() != parent)
		_exit(0);
}

static _Noreturn void serve(const struct options *o,
			    const struct server *server, int listener)
{
	struct script *script = NULL;
	struct stat seen;
	unsigned number = 0;

	script = current_script(o, server, NULL, &seen);
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		pid_t parent = getpid(), pid;

		if (fd == -1)
			continue;
		script = current_script(o, server, script, &seen);
		number++;
		pid = fork();
		if (pid == 0) {
			(void)close(listener);
			die_with_parent(parent, SIGKILL);
			server->run(o, script, fd, number);
		}
		(void)close(fd);
	}
}

_Noreturn void server_main(struct options *o, const struct server *server,
			   int argc, char **argv)
{
	in_port_t port;
	int listener;

	die_with_parent(getppid(), SIGTERM);
	(void)signal(SIGCHLD, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	o->lifetime = 600;
	read_options(o, server, argc, argv);
	(void)alarm(o->lifetime);
	if (o->tls != TLS_NONE)
		open_tls(o);
	listener = open_listener(o->ipv6, &port);
	tell_port(o, port);
	serve(o, server, listener);
}
