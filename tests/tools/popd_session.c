/* SPDX-License-Identifier: ISC */
/* The commands of RFC 1939, 2449 (CAPA), 2595 (STLS) and 5034 (AUTH). */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "popd.h"

/* RFC 2449, 4: a command has at most 255 octets. AUTH may have more. */
#define COMMAND_MAX 255

struct session {
	const struct options *options;
	struct script *script;
	struct fault fault;
	unsigned number;
	int log;
	char user[256];
	bool greeted, in_transaction, closing, start_tls;
	struct drop drop;
	struct link link;
};

struct command {
	const char *name;
	void (*run)(struct session *s, char *arg);
	bool transaction;
	const char *capability; /* that must be announced, or NULL */
};

static void note(const struct session *s, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void note(const struct session *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	server_note(s->log, s->number, s->user[0] == '\0' ? NULL : s->user,
		    format, args);
	va_end(args);
}

static void ok(struct session *s, const char *text)
{
	link_print(&s->link, "+OK %s", text);
	link_eol(&s->link);
}

static void refuse(struct session *s, const char *text)
{
	link_print(&s->link, "-ERR %s", text);
	link_eol(&s->link);
}

static void line(struct session *s, const char *text)
{
	link_print(&s->link, "%s", text);
	link_eol(&s->link);
}

/* Is this word among the announced ones? A value after "=" does not count. */
static bool announces(const struct options *o, const char *word)
{
	size_t len = strlen(word);
	const char *p = o->caps;

	if (p == NULL)
		return strcmp(word, "PIPELINING") != 0;
	for (; (p = strstr(p, word)) != NULL; p += len)
		if ((p == o->caps || p[-1] == ' ') &&
		    (p[len] == '\0' || p[len] == ' ' || p[len] == '='))
			return true;
	return false;
}

static void run_capa(struct session *s, char *arg)
{
	char *words = need(strdup(s->options->caps)), *rest = words, *word;
	bool can_start_tls =
		s->options->tls == TLS_STARTTLS && s->link.ssl == NULL;

	(void)arg;
	ok(s, "capabilities follow");
	while ((word = strsep(&rest, " ")) != NULL) {
		if (*word == '\0' ||
		    (strcmp(word, "STLS") == 0 && !can_start_tls))
			continue;
		for (char *c = word; *c != '\0'; c++)
			if (*c == '=')
				*c = ' ';
		line(s, word);
	}
	line(s, ".");
	free(words);
}

static void enter(struct session *s, const struct account *account)
{
	if (drop_open(&s->drop, account->dir) == -1) {
		refuse(s, "[IN-USE] the maildrop is locked");
		return;
	}
	s->link.held = s->drop.fd;
	s->in_transaction = true;
	(void)snprintf(s->user, sizeof(s->user), "%s", account->user);
	ok(s, "logged in");
}

static void log_in(struct session *s, const char *user, const char *password)
{
	const struct options *o = s->options;

	for (size_t i = 0; i < o->n_accounts; i++)
		if (strcmp(o->accounts[i].user, user) == 0 &&
		    strcmp(o->accounts[i].password, password) == 0) {
			enter(s, &o->accounts[i]);
			return;
		}
	refuse(s, "[AUTH] invalid credentials");
}

static void run_user(struct session *s, char *arg)
{
	(void)snprintf(s->user, sizeof(s->user), "%s", arg);
	ok(s, "now the password");
}

static void run_pass(struct session *s, char *arg)
{
	char user[sizeof(s->user)];

	(void)snprintf(user, sizeof(user), "%s", s->user);
	log_in(s, user, arg);
}

static void note_response(void *context)
{
	note(context, "C: ***");
}

/* Is it one of the words of "SASL=PLAIN=LOGIN"? */
static bool offers(const struct options *o, const char *mechanism)
{
	const char *p = o->caps == NULL ? "SASL=PLAIN" : o->caps;
	size_t len = strcspn(mechanism, " ");

	for (p = strstr(p, "SASL="); p != NULL && *p != ' ' && *p != '\0';
	     p += strcspn(p, "= ")) {
		p += *p == '=';
		if (strncasecmp(p, mechanism, len) == 0 &&
		    strchr("= ", p[len]) != NULL)
			return true;
	}
	return false;
}

static void run_auth(struct session *s, char *arg)
{
	const struct account *account = NULL;
	const char *why = "unknown mechanism";

	if (offers(s->options, arg))
		account = auth_run(&s->link, s->options, arg, note_response, s,
				   &why);
	if (account == NULL)
		refuse(s, why);
	else
		enter(s, account);
}

static void run_apop(struct session *s, char *arg)
{
	const struct account *account = apop_run(s->options, arg);

	if (account == NULL)
		refuse(s, "[AUTH] invalid credentials");
	else
		enter(s, account);
}

static void run_stls(struct session *s, char *arg)
{
	(void)arg;
	if (s->options->tls != TLS_STARTTLS || s->link.ssl != NULL) {
		refuse(s, "no");
		return;
	}
	ok(s, "begin TLS");
	s->start_tls = true;
}

/* The message that an argument names; -1, and the error is answered. */
static long long pick(struct session *s, const char *arg)
{
	char *end;
	unsigned long long n = strtoull(arg, &end, 10);

	if (end == arg || (*end != '\0' && *end != ' ') || n == 0 ||
	    n > s->drop.n || s->drop.list[n - 1].deleted) {
		refuse(s, "no such message");
		return -1;
	}
	return (long long)n - 1;
}

static void run_stat(struct session *s, char *arg)
{
	unsigned long long size = 0;
	size_t n = 0;

	(void)arg;
	for (size_t i = 0; i < s->drop.n; i++) {
		if (s->drop.list[i].deleted)
			continue;
		n++;
		size += drop_size(&s->drop, i);
	}
	link_print(&s->link, "+OK %zu %llu", n, size);
	link_eol(&s->link);
}

static void list_line(struct session *s, size_t i)
{
	link_print(&s->link, "%zu %llu", i + 1,
		   (unsigned long long)drop_size(&s->drop, i));
	link_eol(&s->link);
}

static void uidl_line(struct session *s, size_t i)
{
	const struct message *m = &s->drop.list[i];

	link_print(&s->link, "%zu ", i + 1);
	link_add(&s->link, m->uidl.p, m->uidl.len);
	link_eol(&s->link);
}

/* LIST and UIDL: a line about one message, or about each. */
static void list(struct session *s, const char *arg,
		 void (*one)(struct session *s, size_t i))
{
	long long wanted;

	if (*arg != '\0') {
		wanted = pick(s, arg);
		if (wanted == -1)
			return;
		link_print(&s->link, "+OK ");
		one(s, (size_t)wanted);
		return;
	}
	ok(s, "they are");
	for (size_t i = 0; i < s->drop.n; i++)
		if (!s->drop.list[i].deleted)
			one(s, i);
	line(s, ".");
}

static void run_list(struct session *s, char *arg)
{
	list(s, arg, list_line);
}

static void run_uidl(struct session *s, char *arg)
{
	list(s, arg, uidl_line);
}

/* The message itself, or its first lines. */
static void send_message(struct session *s, size_t i, bool top,
			 unsigned long long lines)
{
	int fd = drop_message(&s->drop, i);

	if (fd == -1) {
		refuse(s, "[SYS/TEMP] it cannot be read");
		return;
	}
	ok(s, "here it is");
	if (top)
		link_message(&s->link, fd, drop_top(fd, lines));
	else if (s->drop.list[i].raw)
		link_raw(&s->link, fd);
	else
		link_message(&s->link, fd, INT64_MAX);
	(void)close(fd);
}

static void run_retr(struct session *s, char *arg)
{
	long long i = pick(s, arg);

	if (i != -1)
		send_message(s, (size_t)i, false, 0);
}

static void run_top(struct session *s, char *arg)
{
	long long i = pick(s, arg);
	const char *lines = strchr(arg, ' ');

	if (i != -1)
		send_message(s, (size_t)i, true,
			     lines == NULL ? 0 : strtoull(lines, NULL, 10));
}

static void run_dele(struct session *s, char *arg)
{
	long long i = pick(s, arg);

	if (i == -1)
		return;
	s->drop.list[i].deleted = true;
	ok(s, "marked");
}

static void run_rset(struct session *s, char *arg)
{
	(void)arg;
	for (size_t i = 0; i < s->drop.n; i++)
		s->drop.list[i].deleted = false;
	ok(s, "nothing is marked");
}

static void run_noop(struct session *s, char *arg)
{
	(void)arg;
	ok(s, "nothing done");
}

/* UPDATE: the only place where messages go away. */
static void run_quit(struct session *s, char *arg)
{
	bool good = true;

	(void)arg;
	for (size_t i = 0; i < s->drop.n; i++) {
		const struct message *m = &s->drop.list[i];

		if (!m->deleted)
			continue;
		if (unlinkat(s->drop.fd, m->name, 0) == 0)
			note(s, "deleted %s", m->name);
		else
			good = false;
	}
	if (good)
		ok(s, "bye");
	else
		refuse(s, "some deleted messages not removed");
}

static const struct command commands[] = {
	{"CAPA", run_capa, false, NULL},   {"USER", run_user, false, NULL},
	{"PASS", run_pass, false, NULL},   {"AUTH", run_auth, false, "SASL"},
	{"STLS", run_stls, false, "STLS"}, {"STAT", run_stat, true, NULL},
	{"LIST", run_list, true, NULL},	   {"UIDL", run_uidl, true, "UIDL"},
	{"RETR", run_retr, true, NULL},	   {"TOP", run_top, true, "TOP"},
	{"DELE", run_dele, true, NULL},	   {"RSET", run_rset, true, NULL},
	{"NOOP", run_noop, true, NULL},	   {"QUIT", run_quit, false, NULL},
	{"APOP", run_apop, false, "APOP"},
};

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcasecmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

static void perform(struct session *s, const char *name, char *arg)
{
	const struct command *c = find(name);

	if (!s->greeted)
		ok(s, announces(s->options, "APOP") ? "popd " APOP_STAMP
						    : "popd is ready");
	else if (c == NULL ||
		 (c->capability != NULL &&
		  !announces(s->options, c->capability)) ||
		 (c->run == run_capa && s->options->caps == NULL))
		refuse(s, "unknown command");
	else if ((c->transaction && !s->in_transaction) ||
		 (s->in_transaction && !c->transaction && c->run != run_capa &&
		  c->run != run_quit))
		refuse(s, "not in this state");
	else
		c->run(s, arg);
}

/* One command and its answer, as the script wants it. */
static void answer(struct session *s, const char *name, char *arg)
{
	struct link *l = &s->link;
	struct timespec delay;

	script_match(s->script, name, arg, " ", &s->fault);
	if (s->fault.drop)
		link_close(l, s->fault.ending);
	if (s->fault.stall)
		link_stall(l);
	if (s->fault.most != 0 && link_waiting(l) >= s->fault.most)
		link_close(l, END_CLEAN);
	if (s->fault.delay_ms != 0) {
		link_flush(l);
		delay.tv_sec = s->fault.delay_ms / 1000;
		delay.tv_nsec = (long)(s->fault.delay_ms % 1000) * 1000000;
		(void)nanosleep(&delay, NULL);
	}
	if (!announces(s->options, "PIPELINING") && link_has_more(l))
		note(s, "VIOLATION pipelined");
	link_begin(l, &s->fault);
	if (s->fault.hasty.p != NULL && link_has_more(l))
		link_add(l, s->fault.hasty.p, s->fault.hasty.len);
	else if (s->fault.reply.p != NULL)
		link_add(l, s->fault.reply.p, s->fault.reply.len);
	else
		perform(s, name, arg);
	if (s->fault.append.p != NULL)
		link_add(l, s->fault.append.p, s->fault.append.len);
	while (s->fault.endless.len > 0)
		link_add(l, s->fault.endless.p, s->fault.endless.len);
	link_end(l);
	s->closing = strcmp(name, "QUIT") == 0;
}

/* Forget what was said before TLS (RFC 2595 4). */
static void start_tls(struct session *s)
{
	s->start_tls = false;
	link_flush(&s->link);
	if (s->link.in_at != s->link.in_len)
		note(s, "VIOLATION pipelined STLS");
	s->link.in_at = s->link.in_len = 0;
	if (!link_start_tls(&s->link, s->options->tls_context)) {
		note(s, "TLS failed");
		link_close(&s->link, END_DIRTY);
	}
	note(s, "TLS");
}

static void take_line(struct session *s, char *text, bool bare_lf)
{
	size_t len = strlen(text);
	char *name = text, *arg = strchr(text, ' ');
	bool is_auth, secret;

	if (arg != NULL)
		*arg++ = '\0';
	else
		arg = text + len;
	for (char *c = name; *c != '\0'; c++)
		if (*c >= 'a' && *c <= 'z')
			*c = (char)(*c - 'a' + 'A');
	is_auth = strcmp(name, "AUTH") == 0;
	secret = strcmp(name, "PASS") == 0 || strcmp(name, "APOP") == 0;
	if (is_auth)
		note(s, "C: AUTH %.*s%s", (int)strcspn(arg, " "), arg,
		     strchr(arg, ' ') == NULL ? "" : " ***");
	else
		note(s, "C: %.40s%s%.200s", name, *arg == '\0' ? "" : " ",
		     secret ? "***" : arg);
	if (bare_lf)
		note(s, "VIOLATION bare-lf");
	if (len + 2 > COMMAND_MAX && !is_auth)
		note(s, "VIOLATION long");
	answer(s, name, arg);
	if (s->fault.flush)
		link_forget(&s->link);
}

_Noreturn void session_run(const struct options *options, struct script *script,
			   int fd, unsigned number)
{
	struct session *s = need(calloc(1, sizeof(*s)));
	char none[] = "", *text;
	bool bare_lf;

	s->options = options;
	s->script = script;
	s->number = number;
	s->link.fd = fd;
	s->link.rtt_ms = options->rtt_ms;
	s->link.held = s->drop.fd = s->log = -1;
	if (options->log != NULL)
		s->log = open(options->log,
			      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	note(s, "connected");
	if (options->tls == TLS_IMPLICIT)
		start_tls(s);
	answer(s, "GREETING", none);
	s->greeted = true;
	while (!s->closing && link_line(&s->link, &text, &bare_lf)) {
		take_line(s, text, bare_lf);
		if (s->start_tls)
			start_tls(s);
	}
	note(s, s->closing ? "closed" : "gone");
	link_close(&s->link, END_CLEAN);
}
