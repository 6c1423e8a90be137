/* SPDX-License-Identifier: ISC */
/*
 * popd: a scripted POP3 server for tests, on loopback only. popd.c says how
 * it is used and what a script can do; here is what its files share:
 *
 *	popd.c		options, listening, one process for each connection
 *	popd_session.c	the commands
 *	popd_auth.c	mechanisms to log in
 *	popd_drop.c	a maildrop: a directory of files
 *	popd_link.c	bytes in and out, TLS, and the faults of the transport
 *	popd_script.c	which fault belongs to which command
 *
 * The server shares no code with what it tests, so that a misreading of the
 * protocol cannot hide in both. What cannot go on ends the process.
 */
#ifndef TESTS_POPD_H
#define TESTS_POPD_H

#include <openssl/ssl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct bytes {
	char *p; /* NULL: none */
	size_t len;
};

/* How a connection ends. */
enum ending {
	END_CLEAN, /* close_notify where there is TLS, then FIN */
	END_DIRTY, /* FIN alone */
	END_RESET  /* RST */
};

/* The faults of one answer; all zero: it has none. */
struct fault {
	bool drop, stall, limited, lf, unstuffed, flush;
	unsigned most; /* commands that may wait; 0: all */
	enum ending ending;
	long long limit; /* negative: all but so many bytes */
	unsigned delay_ms, chunk, pause_ms;
	struct bytes reply, append, endless, hasty;
};

enum tls_mode { TLS_NONE, TLS_IMPLICIT, TLS_STARTTLS };

struct account {
	char *user, *password, *dir;
};

#define ACCOUNTS_MAX 64

struct options {
	struct account accounts[ACCOUNTS_MAX];
	size_t n_accounts;
	enum tls_mode tls;
	SSL_CTX *tls_context;
	const char *cert, *key, *client_ca, *max_tls;
	const char *script, *log, *port_file;
	bool ipv6, need_client;
	const char *caps; /* NULL: CAPA is not known */
	bool impostor;	  /* SCRAM without knowing any password */
	unsigned lifetime;
};

/* popd.c */
_Noreturn void die(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
void *need(void *p); /* the process ends when it is NULL */

/*
 * A script. Its counters ("times") are shared by all processes, so that a
 * fault can be for the first session only.
 */
struct script;
struct script *script_read(const char *path);
void script_free(struct script *script);
void script_match(struct script *script, const char *command, const char *arg,
		  struct fault *out);
size_t unescape(char *text); /* C escapes, in place; the new length */

/* One message of a maildrop. */
struct message {
	char *name;
	struct bytes uidl;
	bool raw, deleted, sized;
	uint64_t size;
};

struct drop {
	int fd; /* the directory: also the lock */
	struct message *list;
	size_t n;
};

int drop_open(struct drop *drop, const char *path); /* -1: in use */
uint64_t drop_size(struct drop *drop, size_t i);
int drop_message(struct drop *drop, size_t i); /* a descriptor */

/* Where the header and so many lines of the body end in the file. */
off_t drop_top(int fd, unsigned long long lines);

/* A connection. The bytes of an answer stand between begin and end. */
#define LINK_INPUT  8192
#define LINK_OUTPUT (256 * 1024)

struct link {
	int fd;
	SSL *ssl;
	int held; /* unlocked before the connection ends, or -1 */
	const struct fault *fault;
	uint64_t left; /* of a limited answer */
	size_t hold;   /* last bytes of the answer never sent */
	size_t in_at, in_len, out_len;
	char in[LINK_INPUT];
	char out[LINK_OUTPUT];
};

bool link_start_tls(struct link *l, SSL_CTX *context);

bool link_line(struct link *l, char **line, bool *bare_lf); /* false: gone */
bool link_has_more(struct link *l);    /* sent by the client already */
unsigned link_waiting(struct link *l); /* lines that it has sent already */
void link_forget(struct link *l);      /* lose them */
void link_begin(struct link *l, const struct fault *fault);
void link_add(struct link *l, const char *p, size_t len);
void link_print(struct link *l, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void link_eol(struct link *l); /* CRLF, or what the fault makes of it */

/* A part of a file as POP3 sends it: CRLF, dots stuffed, the end marker. */
void link_message(struct link *l, int fd, off_t length);
void link_raw(struct link *l, int fd);
void link_flush(struct link *l);
void link_end(struct link *l);
_Noreturn void link_stall(struct link *l);
_Noreturn void link_close(struct link *l, enum ending ending);

/*
 * AUTH with its argument: the account that may log in, or NULL, and why not.
 * `note` is called for each line that the client sends meanwhile.
 */
typedef void auth_note(void *context);
const struct account *auth_run(struct link *link, const struct options *o,
			       char *arg, auth_note *note, void *context,
			       const char **why);

/* The timestamp of the greeting, and APOP with its argument. */
#define APOP_STAMP "<1896.697170952@popd.example.org>"
const struct account *apop_run(const struct options *o, const char *arg);

/* One connection, from the greeting to its end. */
_Noreturn void session_run(const struct options *options, struct script *script,
			   int fd, unsigned number);

#endif
