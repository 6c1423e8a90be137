/* SPDX-License-Identifier: ISC */
/* FETCH: the items of each message, and what a script makes of them. */
#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

#include "imapd.h"

#define ITEMS_MAX 32

enum item_kind {
	ITEM_UID,
	ITEM_FLAGS,
	ITEM_DATE,
	ITEM_SIZE,
	ITEM_MODSEQ,
	ITEM_EMAILID,
	ITEM_THREADID,
	ITEM_GM_MSGID,
	ITEM_GM_THRID,
	ITEM_GM_LABELS,
	ITEM_BODY
};

struct item {
	enum item_kind kind;
	char name[512];	   /* as it is answered: "BODY[HEADER]<0>" */
	char section[480]; /* of BODY */
	bool peek, partial;
	unsigned long long from, most;
};

struct fetch {
	struct item items[ITEMS_MAX];
	size_t n;
	bool has_body, marks_seen;
	unsigned long long changed_since;
	const char *refusal; /* the command ends with it */
};

static const struct {
	const char *name;
	enum item_kind kind;
	const char *capability;
} plain_items[] = {
	{"UID", ITEM_UID, NULL},
	{"FLAGS", ITEM_FLAGS, NULL},
	{"INTERNALDATE", ITEM_DATE, NULL},
	{"RFC822.SIZE", ITEM_SIZE, NULL},
	{"MODSEQ", ITEM_MODSEQ, "CONDSTORE"},
	{"EMAILID", ITEM_EMAILID, "OBJECTID"},
	{"THREADID", ITEM_THREADID, "OBJECTID"},
	{"X-GM-MSGID", ITEM_GM_MSGID, "X-GM-EXT-1"},
	{"X-GM-THRID", ITEM_GM_THRID, "X-GM-EXT-1"},
	{"X-GM-LABELS", ITEM_GM_LABELS, "X-GM-EXT-1"},
};

static struct item *new_item(struct fetch *f, enum item_kind kind,
			     const char *name)
{
	struct item *item;

	if (f->n == ITEMS_MAX)
		return NULL;
	item = &f->items[f->n++];
	memset(item, 0, sizeof(*item));
	item->kind = kind;
	(void)snprintf(item->name, sizeof(item->name), "%s", name);
	return item;
}

/* "BODY.PEEK[HEADER]<0.100>", and the old names of three of them. */
static bool add_body(struct fetch *f, const char *word)
{
	static const struct {
		const char *old, *section;
		bool peek;
	} old[] = {{"RFC822", "", false},
		   {"RFC822.HEADER", "HEADER", true},
		   {"RFC822.TEXT", "TEXT", false}};

	const char *open = strchr(word, '['), *close = strrchr(word, ']');
	struct item *item;

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		if (strcasecmp(word, old[i].old) == 0) {
			item = new_item(f, ITEM_BODY, old[i].old);
			if (item == NULL)
				return false;
			(void)snprintf(item->section, sizeof(item->section),
				       "%s", old[i].section);
			item->peek = old[i].peek;
			return true;
		}
	if (open == NULL || close == NULL || close < open ||
	    close - open > 400 ||
	    (strncasecmp(word, "BODY[", 5) != 0 &&
	     strncasecmp(word, "BODY.PEEK[", 10) != 0))
		return false;
	item = new_item(f, ITEM_BODY, "");
	if (item == NULL)
		return false;
	item->peek = word[4] == '.';
	(void)snprintf(item->section, sizeof(item->section), "%.*s",
		       (int)(close - open - 1), open + 1);
	for (char *p = item->section; *p != '\0'; p++)
		*p = (char)toupper((unsigned char)*p);
	(void)snprintf(item->name, sizeof(item->name), "BODY[%s]",
		       item->section);
	if (close[1] == '<') {
		item->partial = true;
		if (sscanf(close + 1, "<%llu.%llu>", &item->from,
			   &item->most) != 2)
			return false;
		(void)snprintf(item->name, sizeof(item->name), "BODY[%s]<%llu>",
			       item->section, item->from);
	}
	return true;
}

static bool add_item(const struct session *s, struct fetch *f, const char *word)
{
	size_t n = sizeof(plain_items) / sizeof(plain_items[0]);

	for (size_t i = 0; i < n; i++)
		if (strcasecmp(plain_items[i].name, word) == 0)
			return (plain_items[i].capability == NULL ||
				announces(s, plain_items[i].capability)) &&
			       new_item(f, plain_items[i].kind,
					plain_items[i].name) != NULL;
	if (!add_body(f, word))
		return false;
	f->has_body = true;
	f->marks_seen |= !f->items[f->n - 1].peek;
	return true;
}

static bool take_items(struct session *s, struct fetch *f)
{
	struct arg arg = command_next(&s->command);

	if (arg_is(&arg, "FAST"))
		return add_item(s, f, "FLAGS") &&
		       add_item(s, f, "INTERNALDATE") &&
		       add_item(s, f, "RFC822.SIZE");
	if (arg.kind == ARG_ATOM)
		return add_item(s, f, arg.p);
	if (arg.kind != ARG_OPEN)
		return false;
	while ((arg = command_next(&s->command)).kind == ARG_ATOM)
		if (!add_item(s, f, arg.p))
			return false;
	return arg.kind == ARG_CLOSE && f->n > 0;
}

/* "(CHANGEDSINCE N)" */
static bool take_modifiers(struct session *s, struct fetch *f)
{
	struct command *c = &s->command;
	struct arg arg = command_next(c);

	if (arg.kind == ARG_END)
		return true;
	if (arg.kind != ARG_OPEN || !announces(s, "CONDSTORE"))
		return false;
	arg = command_next(c);
	if (!arg_is(&arg, "CHANGEDSINCE"))
		return false;
	arg = command_next(c);
	if (arg.p == NULL || command_next(c).kind != ARG_CLOSE)
		return false;
	f->changed_since = strtoull(arg.p, NULL, 10);
	s->condstore = true;
	return new_item(f, ITEM_MODSEQ, "MODSEQ") != NULL;
}

/* Flags that are not shown: "label:" and "thread:" are Gmail's. */
static void add_words(FILE *out, const char *flags, const char *prefix)
{
	char *copy = need(strdup(flags)), *rest = copy, *word;
	const char *blank = "";

	while ((word = strsep(&rest, " ")) != NULL) {
		bool other = strncmp(word, "label:", 6) == 0 ||
			     strncmp(word, "thread:", 7) == 0;
		size_t len = strlen(prefix);

		if (*word == '\0' || (len == 0 && other) ||
		    strncmp(word, prefix, len) != 0)
			continue;
		if (len == 0)
			(void)fprintf(out, "%s%s", blank, word);
		else
			(void)fprintf(out, "%s\"%s%s\"", blank,
				      word[len] == '\\' ? "\\" : "",
				      word + len);
		blank = " ";
	}
	free(copy);
}

void add_flags(FILE *out, const struct mail *m)
{
	(void)fputs("FLAGS (", out);
	add_words(out, m->flags, "");
	(void)fputc(')', out);
}

static void add_date(FILE *out, const struct folder *f, const struct mail *m)
{
	struct stat st = {.st_mtime = 0};
	char text[64];
	struct tm tm;

	(void)fstatat(f->fd, m->name, &st, 0);
	(void)gmtime_r(&st.st_mtime, &tm);
	(void)strftime(text, sizeof(text), "%d-%b-%Y %H:%M:%S +0000", &tm);
	(void)fprintf(out, "INTERNALDATE \"%s\"", text);
}

static const char *thread_of(const struct mail *m)
{
	const char *at = strstr(m->flags, "thread:");

	return at == NULL ? NULL : at + 7;
}

/* The bytes of BODY, with the faults of the message. */
static void add_part(FILE *out, const struct item *item, struct bytes message,
		     const struct fault *f)
{
	struct bytes part;
	long long said;

	(void)fprintf(out, "%s ", item->name);
	if (f->own[OWN_NIL].p != NULL || message.p == NULL ||
	    !part_of(message, item->section, &part)) {
		(void)fputs("NIL", out);
		return;
	}
	if (f->own[OWN_EMPTY].p != NULL)
		part.len = 0;
	if (item->partial) {
		size_t from =
			item->from < part.len ? (size_t)item->from : part.len;

		part.len -= from;
		if (part.len > item->most)
			part.len = (size_t)item->most;
		memmove(part.p, part.p + from, part.len);
	}
	said = (long long)part.len;
	if (f->own[OWN_CLAIM].p != NULL)
		said += strtoll(f->own[OWN_CLAIM].p, NULL, 10);
	(void)fprintf(out, "{%lld}\r\n", said);
	(void)fwrite(part.p, 1, part.len, out);
	free(part.p);
}

static void add_number(FILE *out, const char *name, const struct bytes *instead,
		       unsigned long long n, bool list)
{
	(void)fprintf(out, list ? "%s (" : "%s ", name);
	if (instead->p != NULL)
		(void)fputs(instead->p, out);
	else
		(void)fprintf(out, "%llu", n);
	if (list)
		(void)fputc(')', out);
}

static void add_one(FILE *out, const struct session *s, const struct item *item,
		    const struct mail *m, struct bytes message,
		    const struct fault *f)
{
	static const struct bytes none = {NULL, 0};
	const char *thread = thread_of(m);

	switch (item->kind) {
	case ITEM_UID:
		add_number(out, "UID", &f->own[OWN_UID], m->uid, false);
		break;
	case ITEM_FLAGS:
		add_flags(out, m);
		break;
	case ITEM_DATE:
		add_date(out, &s->folder, m);
		break;
	case ITEM_SIZE:
		add_number(out, "RFC822.SIZE", &f->own[OWN_SIZE], message.len,
			   false);
		break;
	case ITEM_MODSEQ:
		add_number(out, "MODSEQ", &f->own[OWN_MODSEQ], m->modseq, true);
		break;
	case ITEM_EMAILID:
		(void)fprintf(out, "EMAILID (M%llx)", mail_id(&s->folder, m));
		break;
	case ITEM_THREADID:
		if (thread == NULL)
			(void)fputs("THREADID NIL", out);
		else
			(void)fprintf(out, "THREADID (T%.*s)",
				      (int)strcspn(thread, " "), thread);
		break;
	case ITEM_GM_MSGID:
		add_number(out, item->name, &none, mail_id(&s->folder, m),
			   false);
		break;
	case ITEM_GM_THRID:
		add_number(out, item->name, &none,
			   thread == NULL ? mail_id(&s->folder, m)
					  : strtoull(thread, NULL, 10),
			   false);
		break;
	case ITEM_GM_LABELS:
		(void)fputs("X-GM-LABELS (", out);
		add_words(out, m->flags, "label:");
		(void)fputc(')', out);
		break;
	case ITEM_BODY:
		add_part(out, item, message, f);
		break;
	}
}

/* "* N FETCH (…)" as bytes; *body: where the first literal begins, or 0. */
static struct bytes make_response(struct session *s, const struct fetch *f,
				  size_t place, const struct mail *m,
				  size_t *body)
{
	struct bytes message = {NULL, 0}, out;
	const char *blank = "";
	bool reads = f->has_body;
	FILE *file = need(open_memstream(&out.p, &out.len));

	for (size_t i = 0; i < f->n; i++)
		reads |= f->items[i].kind == ITEM_SIZE;
	if (reads)
		message = mail_read(&s->folder, m);
	if (s->uidonly)
		(void)fprintf(file, "* %u UIDFETCH (", m->uid);
	else
		(void)fprintf(file, "* %zu FETCH (", place + 1);
	*body = 0;
	for (size_t i = 0; i < f->n; i++) {
		const struct item *item = &f->items[i];

		if (is_hidden(s, item->name) ||
		    (s->uidonly && item->kind == ITEM_UID))
			continue;
		(void)fputs(blank, file);
		if (item->kind == ITEM_BODY && *body == 0) {
			(void)fflush(file);
			*body = out.len;
		}
		add_one(file, s, item, m, message, &s->fault);
		blank = " ";
	}
	(void)fputs(")\r\n", file);
	(void)fclose(file);
	free(message.p);
	if (*body != 0) {
		const char *lf = memchr(out.p + *body, '\n', out.len - *body);

		*body = lf == NULL ? 0 : (size_t)(lf + 1 - out.p);
	}
	return out;
}

/* "N", and how: "N rst". */
static _Noreturn void break_off(struct session *s)
{
	const char *how = s->fault.own[OWN_CUT].p;

	if (how == NULL)
		link_stall(&s->link);
	if (strstr(how, "rst") != NULL)
		link_close(&s->link, END_RESET);
	link_close(&s->link,
		   strstr(how, "dirty") != NULL ? END_DIRTY : END_CLEAN);
}

/* Send it, up to where the script breaks off. */
static void send_response(struct session *s, struct bytes response, size_t body)
{
	const struct bytes *own = s->fault.own;
	const char *after = own[OWN_CUT].p != NULL ? own[OWN_CUT].p
						   : own[OWN_STALL_AFTER].p;
	size_t len = response.len;

	if (after != NULL && body != 0 &&
	    body + strtoull(after, NULL, 10) < len)
		len = body + (size_t)strtoull(after, NULL, 10);
	if (own[OWN_BEFORE].p != NULL)
		add_raw(s, &own[OWN_BEFORE]);
	if (own[OWN_PREFIX].p != NULL)
		add_raw(s, &own[OWN_PREFIX]);
	link_add(&s->link, response.p, len);
	if (after != NULL && body != 0)
		break_off(s);
	if (s->fault.append.p != NULL)
		add_raw(s, &s->fault.append);
}

/* Rules for MESSAGE are added to those of the command. */
static void match_message(struct session *s, const struct fetch *f,
			  uint32_t uid)
{
	char number[16], conditions[256];
	struct fault own, *to = &s->fault;

	(void)snprintf(number, sizeof(number), "%u", uid);
	holds(s, f->has_body ? " body" : "", conditions, sizeof(conditions));
	script_match(s->script, "MESSAGE", number, conditions, &own);
	to->append = own.append;
	to->drop = own.drop;
	to->stall = own.stall;
	to->ending = own.ending;
	if (own.chunk != 0) {
		link_flush(&s->link);
		to->chunk = own.chunk;
		to->pause_ms = own.pause_ms;
	}
	for (int i = 0; i < OWN_WORDS; i++)
		if (own.own[i].p != NULL || i < OWN_PREFIX)
			to->own[i] = own.own[i];
	if (to->stall)
		link_stall(&s->link);
	if (to->drop)
		link_close(&s->link, to->ending);
}

static void fetch_one(struct session *s, struct fetch *f, size_t place)
{
	const struct mail *m = folder_find(&s->folder, s->view[place].uid);
	struct fault of_command = s->fault;
	struct bytes response;
	size_t body;

	if (m == NULL || m->modseq <= f->changed_since)
		return;
	match_message(s, f, m->uid);
	if (f->has_body && s->fault.own[OWN_REFUSE].p != NULL) {
		f->refusal = s->fault.own[OWN_REFUSE].p;
	} else if (s->fault.own[OWN_OMIT].p == NULL &&
		   s->fault.own[OWN_SILENT].p == NULL) {
		response = make_response(s, f, place, m, &body);
		send_response(s, response, body);
		free(response.p);
	}
	if (s->fault.chunk != of_command.chunk)
		link_flush(&s->link);
	s->fault = of_command;
}

/* Reading a body marks a message. Was there one without? */
static bool mark_seen(struct session *s, const size_t *places, size_t n)
{
	bool changed = false;

	for (size_t i = 0; i < n; i++) {
		struct mail *m =
			folder_find(&s->folder, s->view[places[i]].uid);

		if (m == NULL || mail_has(m, "\\Seen"))
			continue;
		mail_set(m, "\\Seen", true);
		m->modseq = ++s->folder.modseq;
		changed = true;
	}
	return changed;
}

/* The folder is not locked while the client reads, or does not. */
static void fetch_all(struct session *s, struct fetch *f, size_t *places,
		      size_t n)
{
	size_t limit = s->o->message_limit, done = n;
	bool reverse = s->fault.own[OWN_REVERSE].p != NULL;

	if (limit != 0 && n > limit)
		done = limit;
	folder_begin(&s->folder);
	folder_end(&s->folder, f->marks_seen && !s->read_only &&
				       mark_seen(s, places + n - done, done));
	/* The newest ones count: RFC 9738. */
	for (size_t i = 0; i < done; i++)
		fetch_one(s, f, places[reverse ? n - 1 - i : n - done + i]);
	folder_begin(&s->folder);
	view_update(s, false);
	folder_end(&s->folder, false);
	if (f->refusal != NULL)
		finish(s, "NO", "%s", f->refusal);
	else if (done < n)
		finish(s, "OK", "[MESSAGELIMIT %zu %u] Fetch completed.", limit,
		       s->view[places[n - done]].uid);
	else
		finish(s, "OK", "Fetch completed.");
}

void run_fetch(struct session *s)
{
	bool by_uid = strncmp(s->command.name, "UID-", 4) == 0, has_uid = false;
	struct fetch f = {.n = 0};
	struct arg set = command_next(&s->command);
	size_t n, *places;

	if (!take_items(s, &f) || !take_modifiers(s, &f)) {
		finish(s, "BAD", "Error in IMAP command %s.", s->command.name);
		return;
	}
	for (size_t i = 0; i < f.n; i++)
		has_uid |= f.items[i].kind == ITEM_UID;
	if (by_uid && !has_uid) {
		(void)new_item(&f, ITEM_UID, "UID");
		if (f.n > 1) {
			struct item last = f.items[f.n - 1];

			memmove(f.items + 1, f.items,
				(f.n - 1) * sizeof(f.items[0]));
			f.items[0] = last;
		}
	}
	places = pick(s, set.p, by_uid, &n);
	if (places != NULL)
		fetch_all(s, &f, places, n);
	free(places);
}
