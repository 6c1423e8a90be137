/* SPDX-License-Identifier: ISC */
/*
 * imapd: a scripted IMAP server for tests. imapd.c says how it is used and what
 * a script can do; here is what its files share beyond server.h:
 *
 *	imapd.c		its options and the words of its scripts
 *	imapd_session.c	one connection: commands, faults, the log
 *	imapd_command.c	a command with its literals, as words
 *	imapd_login.c	CAPABILITY, LOGIN, AUTHENTICATE, ID, ENABLE
 *	imapd_folder.c	a folder: a directory of files, and its state
 *	imapd_names.c	names of folders, LIST, STATUS, CREATE
 *	imapd_select.c	SELECT, what changed meanwhile, IDLE
 *	imapd_fetch.c	FETCH
 *	imapd_part.c	a message, and parts of it
 *	imapd_store.c	STORE, COPY, MOVE, EXPUNGE, APPEND
 *	imapd_search.c	SEARCH
 */
#ifndef TESTS_IMAPD_H
#define TESTS_IMAPD_H

#include <stdio.h>
#include <sys/stat.h>

#include "server.h"

struct imapd_options {
	struct options common; /* the first member */
	char delimiter;
	const char *caps_before; /* NULL: as after the login */
	bool quiet_caps;	 /* said only when they are asked for */
	size_t newest, message_limit, longest;
};

/* The words of scripts that only imapd knows. */
enum own {
	OWN_NO,
	OWN_BAD,
	OWN_OK,
	OWN_END,
	OWN_BEFORE,
	OWN_PREFIX,
	OWN_HIDE,
	OWN_SILENT,
	OWN_CLOSE,
	OWN_CHALLENGE,
	OWN_PREAUTH,
	OWN_VALIDITY,
	OWN_RENUMBER,
	OWN_REVERSE,
	OWN_REFUSE,
	OWN_OMIT,
	OWN_EMPTY,
	OWN_NIL,
	OWN_CLAIM,
	OWN_CUT,
	OWN_STALL_AFTER,
	OWN_SIZE,
	OWN_MODSEQ,
	OWN_UID,
	OWN_WORDS
};

/* A command, read as words from its start. */
enum arg_kind { ARG_END, ARG_ATOM, ARG_STRING, ARG_OPEN, ARG_CLOSE, ARG_BAD };

struct arg {
	enum arg_kind kind;
	char *p; /* ends with a NUL; lives as long as the command */
	size_t len;
};

struct command {
	char tag[128];
	char name[64]; /* in capitals; "UID-FETCH" */
	char *text;    /* its line behind the name; literals left out */
	size_t text_len, text_args;
	char *raw;
	size_t len, room, at, args; /* `args`: behind the name */
	bool bare_lf, long_line, has_sync;
	char **kept; /* words */
	size_t n_kept;
};

struct session;

bool command_read(struct session *s); /* false: the client is gone */
struct arg command_next(struct command *c);
struct arg command_peek(struct command *c);
bool arg_is(const struct arg *arg, const char *word);
void command_clear(struct command *c);

/* A message of a folder. */
struct mail {
	uint32_t uid;
	uint64_t modseq;
	char *flags; /* "\Seen \Flagged word", without parentheses */
	char *name;
	bool here;
};

struct folder {
	int fd;	    /* the directory: also the lock; -1: closed */
	char *path; /* of it */
	struct mail *list;
	size_t n, room;
	uint32_t validity, next;
	uint64_t modseq;
	char *attributes; /* or NULL */
	bool unsorted;
	struct stat dir, state; /* as they were when the list was read */
};

int folder_open(struct folder *f, const char *path); /* -1: there is none */
void folder_close(struct folder *f);

/* Between these two nobody else changes it. */
void folder_begin(struct folder *f);
void folder_end(struct folder *f, bool changed);

struct mail *folder_find(const struct folder *f, uint32_t uid);
void folder_renumber(struct folder *f); /* all UIDs, and UIDVALIDITY */
bool mail_has(const struct mail *m, const char *flag);
void mail_set(struct mail *m, const char *flag, bool on);

/* A new file that is complete becomes a message: its UID. */
uint32_t folder_add(struct folder *f, const char *name, const char *flags);
void folder_free_name(const struct folder *f, const char *wanted, char *name,
		      size_t size);

/* A message of the selected folder, as the client knows it. */
struct seen {
	uint32_t uid;
	uint64_t modseq; /* of the flags that it was told */
};

struct session {
	const struct imapd_options *o;
	struct script *script;
	struct fault fault;
	unsigned number;
	unsigned long n_commands;
	int log;
	const struct account *account;
	bool greeted, has_id, utf8, uidonly, condstore, closing, start_tls;
	struct command command;
	bool selected, read_only;
	struct folder folder;
	char *folder_name; /* as the client said it */
	struct seen *view;
	size_t n_view, view_room;
	uint32_t top; /* the largest UID that was ever in the view */
	struct link link;
};

/* imapd_session.c */
_Noreturn void session_run(const struct options *o, struct script *script,
			   int fd, unsigned number);
void note(const struct session *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void untagged(struct session *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
bool is_hidden(const struct session *s, const char *text);

/* The end of a command: "OK", "NO" or "BAD", and a text. */
void finish(struct session *s, const char *status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool announces(const struct session *s, const char *word);
void add_raw(struct session *s, const struct bytes *text); /* "$TAG" is it */
void holds(const struct session *s, const char *more, char *out, size_t size);

/* A set of numbers, as "1:3,7:*"; `star` is the largest. False: it is none. */
bool set_has(const char *set, uint32_t n, uint32_t star);
bool set_is_good(const char *set);

/*
 * The messages of a set: their places in the view, in its order. *n; NULL after
 * an answer of BAD.
 */
size_t *pick(struct session *s, const char *set, bool by_uid, size_t *n);
uint32_t view_star(const struct session *s);

/* imapd_login.c */
void run_greeting(struct session *s);
void run_capability(struct session *s);
void run_login(struct session *s);
void run_authenticate(struct session *s);
void run_starttls(struct session *s);
void run_id(struct session *s);
void run_enable(struct session *s);
void run_logout(struct session *s);

/* imapd_names.c: "" is the account. The caller frees what they return. */
char *path_of(const struct session *s, const struct arg *name);
void run_list(struct session *s);
void run_status(struct session *s);
void run_create(struct session *s);
void run_delete(struct session *s);
void run_rename(struct session *s);
void run_subscribe(struct session *s);
void run_namespace(struct session *s);

/* imapd_select.c */
void view_update(struct session *s, bool may_expunge);
void run_select(struct session *s);
void run_close(struct session *s);
void run_noop(struct session *s);
void run_idle(struct session *s);
void unselect(struct session *s);
void tell_flag_words(struct session *s); /* FLAGS, PERMANENTFLAGS */

/* imapd_fetch.c */
void run_fetch(struct session *s);
void add_flags(FILE *out, const struct mail *m);

/* imapd_part.c: what a file is on the wire. */
struct bytes mail_read(const struct folder *f, const struct mail *m);
size_t head_of(struct bytes message); /* with the empty line */

/* A part: "HEADER", "TEXT", "HEADER.FIELDS (FROM)", "". The caller frees it. */
bool part_of(struct bytes message, const char *section, struct bytes *out);
unsigned long long mail_id(const struct folder *f, const struct mail *m);

/* imapd_store.c */
void run_store(struct session *s);
void run_copy(struct session *s);
void run_expunge(struct session *s);
void run_append(struct session *s);
void expunge_deleted(struct session *s, const char *uids);

/* imapd_search.c */
void run_search(struct session *s);

#endif
