/* SPDX-License-Identifier: ISC */
/* One connection: its commands, their faults, and the log. */
#include <ctype.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "imapd.h"

enum state { ANY, BEFORE, AFTER, SELECTED };

struct known {
	const char *name;
	void (*run)(struct session *s);
	enum state state;
	const char *capability; /* that must be announced, or NULL */
};

void note(const struct session *s, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	server_note(s->log, s->number,
		    s->account == NULL ? NULL : s->account->user, format, args);
	va_end(args);
}

bool is_hidden(const struct session *s, const char *text)
{
	return s->fault.own[OWN_HIDE].p != NULL &&
	       fnmatch(s->fault.own[OWN_HIDE].p, text, 0) == 0;
}

static void add_prefix(struct session *s)
{
	const struct bytes *prefix = &s->fault.own[OWN_PREFIX];

	if (prefix->p != NULL)
		link_add(&s->link, prefix->p, prefix->len);
}

void untagged(struct session *s, const char *format, ...)
{
	char *text = NULL;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n == -1)
		die("out of memory");
	if (s->fault.own[OWN_SILENT].p == NULL && !is_hidden(s, text)) {
		add_prefix(s);
		link_add(&s->link, "* ", 2);
		link_add(&s->link, text, (size_t)n);
		link_eol(&s->link);
	}
	free(text);
}

void finish(struct session *s, const char *status, const char *format, ...)
{
	char text[4096];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	add_prefix(s);
	if (s->fault.own[OWN_END].p != NULL)
		link_print(&s->link, "%s %.3900s", s->command.tag,
			   s->fault.own[OWN_END].p);
	else
		link_print(&s->link, "%s %s %.3900s", s->command.tag, status,
			   text);
	link_eol(&s->link);
}

void add_raw(struct session *s, const struct bytes *text)
{
	const char *p = text->p, *end = text->p + text->len, *at;

	while ((at = memmem(p, (size_t)(end - p), "$TAG", 4)) != NULL) {
		link_add(&s->link, p, (size_t)(at - p));
		link_add(&s->link, s->command.tag, strlen(s->command.tag));
		p = at + 4;
	}
	link_add(&s->link, p, (size_t)(end - p));
}

static const char *caps(const struct session *s)
{
	return s->account == NULL && s->o->caps_before != NULL
		       ? s->o->caps_before
		       : s->o->common.caps;
}

bool announces(const struct session *s, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = caps(s); *p != '\0'; p += *p == ' ') {
		size_t n = strcspn(p, " ");

		if (n == len && strncasecmp(p, word, len) == 0)
			return true;
		p += n;
	}
	return false;
}

/* The conditions of rules. */
void holds(const struct session *s, const char *more, char *out, size_t size)
{
	const struct command *c = &s->command;
	bool blank = c->len > 0 && c->raw[c->len - 1] == ' ';

	(void)snprintf(out, size, " %s %s %s %s %s%s ",
		       s->has_id ? "id" : "no-id", blank ? "blank" : "no-blank",
		       s->link.ssl == NULL ? "no-tls" : "tls",
		       s->account == NULL ? "out" : "in",
		       s->selected ? "selected" : "no-folder", more);
}

bool set_is_good(const char *set)
{
	size_t n = strspn(set, "0123456789:,*");

	return n > 0 && set[n] == '\0' && strchr(",:", set[0]) == NULL &&
	       strchr(",:", set[n - 1]) == NULL && strcmp(set, "0") != 0;
}

static uint32_t set_number(const char **p, uint32_t star)
{
	char *end;
	unsigned long n;

	if (**p == '*') {
		(*p)++;
		return star;
	}
	n = strtoul(*p, &end, 10);
	*p = end;
	return n > UINT32_MAX ? UINT32_MAX : (uint32_t)n;
}

bool set_has(const char *set, uint32_t n, uint32_t star)
{
	while (*set != '\0') {
		uint32_t from = set_number(&set, star), to = from;

		if (*set == ':') {
			set++;
			to = set_number(&set, star);
		}
		if ((n >= from && n <= to) || (n >= to && n <= from))
			return true;
		if (*set != '\0')
			set++;
	}
	return false;
}

uint32_t view_star(const struct session *s)
{
	uint32_t star = 0;

	for (size_t i = 0; i < s->n_view; i++)
		if (s->view[i].uid > star)
			star = s->view[i].uid;
	return star;
}

size_t *pick(struct session *s, const char *set, bool by_uid, size_t *n)
{
	uint32_t star = by_uid ? view_star(s) : (uint32_t)s->n_view;
	size_t *places;

	*n = 0;
	if (set == NULL || !set_is_good(set)) {
		finish(s, "BAD", "Invalid messageset");
		return NULL;
	}
	places = need(calloc(s->n_view + 1, sizeof(*places)));
	for (size_t i = 0; i < s->n_view; i++)
		if (set_has(set, by_uid ? s->view[i].uid : (uint32_t)i + 1,
			    star))
			places[(*n)++] = i;
	if (by_uid || *n > 0)
		return places;
	finish(s, "BAD", "Invalid messageset");
	free(places);
	return NULL;
}

static const struct known commands[] = {
	{"CAPABILITY", run_capability, ANY, NULL},
	{"NOOP", run_noop, ANY, NULL},
	{"LOGOUT", run_logout, ANY, NULL},
	{"ID", run_id, ANY, "ID"},
	{"LOGIN", run_login, BEFORE, NULL},
	{"AUTHENTICATE", run_authenticate, BEFORE, NULL},
	{"STARTTLS", run_starttls, BEFORE, "STARTTLS"},
	{"ENABLE", run_enable, AFTER, "ENABLE"},
	{"SELECT", run_select, AFTER, NULL},
	{"EXAMINE", run_select, AFTER, NULL},
	{"LIST", run_list, AFTER, NULL},
	{"LSUB", run_list, AFTER, NULL},
	{"XLIST", run_list, AFTER, "XLIST"},
	{"STATUS", run_status, AFTER, NULL},
	{"CREATE", run_create, AFTER, NULL},
	{"DELETE", run_delete, AFTER, NULL},
	{"RENAME", run_rename, AFTER, NULL},
	{"SUBSCRIBE", run_subscribe, AFTER, NULL},
	{"UNSUBSCRIBE", run_subscribe, AFTER, NULL},
	{"NAMESPACE", run_namespace, AFTER, "NAMESPACE"},
	{"APPEND", run_append, AFTER, NULL},
	{"IDLE", run_idle, AFTER, "IDLE"},
	{"CHECK", run_noop, SELECTED, NULL},
	{"CLOSE", run_close, SELECTED, NULL},
	{"UNSELECT", run_close, SELECTED, "UNSELECT"},
	{"EXPUNGE", run_expunge, SELECTED, NULL},
	{"UID-EXPUNGE", run_expunge, SELECTED, "UIDPLUS"},
	{"FETCH", run_fetch, SELECTED, NULL},
	{"UID-FETCH", run_fetch, SELECTED, NULL},
	{"STORE", run_store, SELECTED, NULL},
	{"UID-STORE", run_store, SELECTED, NULL},
	{"COPY", run_copy, SELECTED, NULL},
	{"UID-COPY", run_copy, SELECTED, NULL},
	{"MOVE", run_copy, SELECTED, "MOVE"},
	{"UID-MOVE", run_copy, SELECTED, "MOVE"},
	{"SEARCH", run_search, SELECTED, NULL},
	{"UID-SEARCH", run_search, SELECTED, NULL},
};

static const struct known *find(const char *name)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, name) == 0)
			return &commands[i];
	return NULL;
}

/* UIDONLY (RFC 9586) has no numbers of messages. */
static bool needs_uid(const struct session *s, const struct known *k)
{
	return s->uidonly && k->state == SELECTED &&
	       strncmp(k->name, "UID-", 4) != 0 && k->run != run_noop &&
	       k->run != run_close;
}

static void perform(struct session *s)
{
	const struct known *k = find(s->command.name);

	if (!s->greeted)
		run_greeting(s);
	else if (k == NULL ||
		 (k->capability != NULL && !announces(s, k->capability)))
		finish(s, "BAD", "Unknown command.");
	else if ((k->state == BEFORE && s->account != NULL) ||
		 (k->state >= AFTER && s->account == NULL))
		finish(s, "BAD", "Command is not valid in this state.");
	else if (k->state == SELECTED && !s->selected)
		finish(s, "BAD", "No mailbox selected.");
	else if (needs_uid(s, k))
		finish(s, "BAD", "[UIDREQUIRED] Message numbers are disabled.");
	else
		k->run(s);
}

/* A number for a folder that is selected, before the command. */
static void change_validity(struct session *s)
{
	const struct bytes *to = &s->fault.own[OWN_VALIDITY];
	struct arg inbox = {ARG_ATOM, (char[]){"INBOX"}, 5};
	char *path = s->account == NULL ? NULL : path_of(s, &inbox);
	struct folder f;

	if (path == NULL ||
	    folder_open(&f, s->selected ? s->folder.path : path) == -1) {
		free(path);
		return;
	}
	folder_begin(&f);
	if (s->fault.own[OWN_RENUMBER].p != NULL)
		folder_renumber(&f);
	if (to->p != NULL)
		f.validity = (uint32_t)strtoul(to->p, NULL, 10);
	folder_end(&f, true);
	folder_close(&f);
	free(path);
}

/* True: the script answers instead. */
static bool answered(struct session *s)
{
	static const struct {
		enum own word;
		const char *status;
	} words[] = {{OWN_NO, "NO"}, {OWN_BAD, "BAD"}, {OWN_OK, "OK"}};
	const struct fault *f = &s->fault;

	if (f->hasty.p != NULL && link_has_more(&s->link)) {
		add_raw(s, &f->hasty);
		return true;
	}
	if (f->reply.p != NULL) {
		add_raw(s, &f->reply);
		return true;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (f->own[words[i].word].p != NULL) {
			finish(s, words[i].status, "%s",
			       f->own[words[i].word].p);
			return true;
		}
	return false;
}

static void begin(struct session *s, const char *arg)
{
	struct link *l = &s->link;
	struct timespec delay;
	char conditions[256];
	bool ir = strchr(arg, ' ') != NULL;

	holds(s, ir ? " ir" : "", conditions, sizeof(conditions));
	script_match(s->script, s->command.name, arg, conditions, &s->fault);
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
	link_begin(l, &s->fault);
}

/* One command and its answer, as the script wants it. */
static void answer(struct session *s, const char *arg)
{
	struct link *l = &s->link;
	const struct bytes *own = s->fault.own;

	begin(s, arg);
	if (own[OWN_VALIDITY].p != NULL || own[OWN_RENUMBER].p != NULL)
		change_validity(s);
	if (own[OWN_BEFORE].p != NULL)
		add_raw(s, &own[OWN_BEFORE]);
	if (!answered(s))
		perform(s);
	if (s->fault.append.p != NULL)
		add_raw(s, &s->fault.append);
	while (s->fault.endless.len > 0)
		link_add(l, s->fault.endless.p, s->fault.endless.len);
	link_end(l);
	s->closing |= own[OWN_CLOSE].p != NULL;
	if (s->fault.flush)
		link_forget(l);
}

/* Forget what was said before TLS. */
static void start_tls(struct session *s)
{
	s->start_tls = false;
	link_flush(&s->link);
	if (s->link.in_at != s->link.in_len)
		note(s, "VIOLATION pipelined STARTTLS");
	s->link.in_at = s->link.in_len = 0;
	if (!link_start_tls(&s->link, s->o->common.tls_context)) {
		note(s, "TLS failed");
		link_close(&s->link, END_DIRTY);
	}
	note(s, "TLS");
}

static void take_command(struct session *s)
{
	struct command *c = &s->command;
	const char *arg = c->text + c->text_args;
	bool auth = strcmp(c->name, "AUTHENTICATE") == 0;

	s->n_commands++;
	if (auth)
		note(s, "C: AUTHENTICATE %.*s%s", (int)strcspn(arg, " "), arg,
		     strchr(arg, ' ') == NULL ? "" : " ***");
	else if (strcmp(c->name, "LOGIN") == 0)
		note(s, "C: LOGIN ***");
	else
		note(s, "C: %.40s%s%.600s", c->name, *arg == '\0' ? "" : " ",
		     arg);
	if (c->bare_lf)
		note(s, "VIOLATION bare-lf");
	if (c->long_line)
		note(s, "VIOLATION long");
	answer(s, arg);
}

/* How it was: for tests that count. */
static void note_end(struct link *l)
{
	const struct session *s =
		(const struct session *)((char *)l -
					 offsetof(struct session, link));

	note(s, "end commands=%lu trips=%u received=%llu sent=%llu",
	     s->n_commands, l->trips, l->received, l->sent);
}

_Noreturn void session_run(const struct options *o, struct script *script,
			   int fd, unsigned number)
{
	struct session *s = need(calloc(1, sizeof(*s)));

	s->o = (const struct imapd_options *)o;
	s->script = script;
	s->number = number;
	s->link.fd = fd;
	s->link.held = s->folder.fd = s->log = -1;
	s->link.rtt_ms = o->rtt_ms;
	s->link.over = note_end;
	if (o->log != NULL)
		s->log = open(o->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
			      0600);
	note(s, "connected");
	if (o->tls == TLS_IMPLICIT)
		start_tls(s);
	(void)snprintf(s->command.name, sizeof(s->command.name), "GREETING");
	(void)snprintf(s->command.tag, sizeof(s->command.tag), "*");
	answer(s, "");
	s->greeted = true;
	while (!s->closing && command_read(s)) {
		take_command(s);
		if (s->start_tls)
			start_tls(s);
	}
	note(s, s->closing ? "closed" : "gone");
	link_close(&s->link, END_CLEAN);
}
