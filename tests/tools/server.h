/* SPDX-License-Identifier: ISC */
/*
 * Shared by the scripted servers of the tests (popd for POP3, imapd for IMAP),
 * which listen on loopback only:
 *
 *	server.c	options, listening, one process for each connection
 *	server_link.c	bytes in and out, TLS, and the faults of the transport
 *	server_auth.c	mechanisms to log in
 *	server_script.c	which fault belongs to which command
 *
 * They share no code with what they test, so that a misreading of a protocol
 * cannot hide in both. What cannot go on ends the process.
 */
#ifndef TESTS_SERVER_H
#define TESTS_SERVER_H

#include <openssl/ssl.h>
#include <stdarg.h>
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

/* An action that only one of the servers knows. */
struct own_word {
	const char *word;
	bool has_text; /* "TEXT" behind it */
};

#define OWN_WORDS_MAX 32

/* The faults of one answer; all zero: it has none. */
struct fault {
	bool drop, stall, limited, lf, unstuffed, flush;
	unsigned most; /* commands that may wait; 0: all */
	enum ending ending;
	long long limit; /* negative: all but so many bytes */
	unsigned delay_ms, chunk, pause_ms;
	struct bytes reply, append, endless, hasty;
	struct bytes own[OWN_WORDS_MAX]; /* p is not NULL: it is asked for */
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
	const char *script, *rules, *log, *port_file; /* rules: built in */
	bool ipv6, need_client;
	const char *caps; /* NULL: CAPA is not known */
	bool impostor;	  /* SCRAM without knowing any password */
	unsigned lifetime, rtt_ms;
};

struct script;

struct server {
	/* Options of its own; they return false for what they do not know. */
	bool (*flag)(struct options *o, const char *name);
	bool (*set)(struct options *o, const char *name, const char *value);
	const struct own_word *words;
	size_t n_words;

	/* One connection, from the greeting to its end. Does not return. */
	void (*run)(const struct options *o, struct script *script, int fd,
		    unsigned number);
};

/* `o` has the defaults. */
_Noreturn void server_main(struct options *o, const struct server *server,
			   int argc, char **argv);
_Noreturn void die(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
/*
 * Write a line into the log (-1: there is none), in one write, so that those of
 * parallel sessions stay whole. user NULL: nobody has logged in.
 */
void server_note(int log, unsigned number, const char *user, const char *format,
		 va_list args) __attribute__((format(printf, 4, 0)));
void *need(void *p); /* the process ends when it is NULL */

/*
 * A script. Its counters ("times") are shared by all processes, so that a
 * fault can be for the first session only. `holds` has the conditions that
 * hold, with a blank around each. Rules that are built in come first; there may
 * be no file.
 */
struct script *script_read(const char *path, const char *built_in,
			   const struct own_word *words, size_t n_words);
void script_free(struct script *script);
void script_match(struct script *script, const char *command, const char *arg,
		  const char *holds, struct fault *out);
size_t unescape(char *text); /* C escapes, in place; the new length */

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
	unsigned rtt_ms;
	unsigned trips; /* answers were sent, and no command had come yet */
	unsigned long long received, sent; /* bytes, without those of TLS */
	void (*over)(struct link *l);	   /* called before the end, or NULL */
	char in[LINK_INPUT];
	char out[LINK_OUTPUT];
};

bool link_start_tls(struct link *l, SSL_CTX *context);

/* False: the client is gone. */
bool link_line(struct link *l, char **line, bool *bare_lf);
bool link_take(struct link *l, char *p, size_t len); /* so many bytes */
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
 * "MECHANISM [RESPONSE]" behind AUTH or AUTHENTICATE: the account that may log
 * in, or NULL, and why not. `note` is called for each line that the client
 * sends meanwhile.
 */
typedef void auth_note(void *context);
const struct account *auth_run(struct link *link, const struct options *o,
			       char *arg, auth_note *note, void *context,
			       const char **why);

/* The timestamp of the greeting, and APOP with its argument. */
#define APOP_STAMP "<1896.697170952@popd.example.org>"
const struct account *apop_run(const struct options *o, const char *arg);

#endif
