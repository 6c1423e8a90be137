/* SPDX-License-Identifier: ISC */
/*
 * imapd: a scripted IMAP server for tests. imapd.c says how it is used and what
 * a script can do; here is what its files share beyond server.h:
 *
 *	imapd.c		its options and the words of its scripts
 *	imapd_like.c	what providers do
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

#include "imapd_command.h"
#include "imapd_folder.h"
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

/* imapd_like.c: the process ends if it is not known */
void be_like(struct imapd_options *o, const char *name);

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

/* imapd_store.c */
void run_store(struct session *s);
void run_copy(struct session *s);
void run_expunge(struct session *s);
void run_append(struct session *s);
void expunge_deleted(struct session *s, const char *uids);

/* imapd_search.c */
void run_search(struct session *s);

#endif
