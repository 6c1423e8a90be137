/* SPDX-License-Identifier: ISC */
/* SEARCH, as far as collectors use it. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>

#include "imapd.h"

struct searching {
	struct session *s;
	size_t place;
	const struct mail *m;
	struct bytes message; /* read when it is needed */
	bool bad;
};

static bool one_key(struct searching *x);

static struct bytes text_of(struct searching *x)
{
	if (x->message.p == NULL)
		x->message = mail_read(&x->s->folder, x->m);
	return x->message;
}

static bool contains(struct bytes in, const char *word)
{
	size_t len = strlen(word);

	for (size_t i = 0; i + len <= in.len; i++)
		if (strncasecmp(in.p + i, word, len) == 0)
			return true;
	return false;
}

/* A word in a field of the header. */
static bool field_has(struct searching *x, const char *field, const char *word)
{
	char section[300];
	struct bytes part;
	bool found;

	(void)snprintf(section, sizeof(section), "HEADER.FIELDS (%s)", field);
	if (!part_of(text_of(x), section, &part))
		return false;
	found = part.len > 2 && contains(part, word);
	free(part.p);
	return found;
}

static const char *value(struct searching *x)
{
	struct arg arg = command_next(&x->s->command);

	x->bad |= arg.p == NULL;
	return arg.p == NULL ? "" : arg.p;
}

/* The day of INTERNALDATE against one: -1, 0, 1. */
static int compare_day(struct searching *x)
{
	struct tm tm = {.tm_sec = 0};
	struct stat st = {.st_mtime = 0};
	const char *text = value(x);
	time_t day;

	if (strptime(text, "%d-%b-%Y", &tm) == NULL)
		x->bad = true;
	day = timegm(&tm) / 86400;
	(void)fstatat(x->s->folder.fd, x->m->name, &st, 0);
	return st.st_mtime / 86400 < day ? -1 : st.st_mtime / 86400 > day;
}

/* "SEEN", "UNSEEN" and the like: 1, 0, or -1: it is no flag. */
static int flag_key(const struct searching *x, const char *key)
{
	static const char *const flags[] = {"Seen", "Deleted", "Flagged",
					    "Answered", "Draft"};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		bool un = strncasecmp(key, "UN", 2) == 0;
		char flag[16];

		(void)snprintf(flag, sizeof(flag), "\\%s", flags[i]);
		if (strcasecmp(key + 2 * un, flags[i]) == 0)
			return mail_has(x->m, flag) != un;
	}
	return -1;
}

/* Keys with a value that the message has. */
static bool value_key(struct searching *x, const char *key)
{
	const char *field;

	if (strcasecmp(key, "UID") == 0)
		return set_has(value(x), x->m->uid, view_star(x->s));
	if (strcasecmp(key, "KEYWORD") == 0)
		return mail_has(x->m, value(x));
	if (strcasecmp(key, "UNKEYWORD") == 0)
		return !mail_has(x->m, value(x));
	if (strcasecmp(key, "SINCE") == 0)
		return compare_day(x) >= 0;
	if (strcasecmp(key, "BEFORE") == 0)
		return compare_day(x) < 0;
	if (strcasecmp(key, "ON") == 0)
		return compare_day(x) == 0;
	if (strcasecmp(key, "LARGER") == 0)
		return text_of(x).len > strtoull(value(x), NULL, 10);
	if (strcasecmp(key, "SMALLER") == 0)
		return text_of(x).len < strtoull(value(x), NULL, 10);
	if (strcasecmp(key, "MODSEQ") == 0)
		return x->m->modseq >= strtoull(value(x), NULL, 10);
	if (strcasecmp(key, "X-GM-MSGID") == 0)
		return mail_id(&x->s->folder, x->m) ==
		       strtoull(value(x), NULL, 10);
	if (strcasecmp(key, "TEXT") == 0)
		return contains(text_of(x), value(x));
	if (strcasecmp(key, "HEADER") == 0) {
		field = value(x);
		return field_has(x, field, value(x));
	}
	if (strcasecmp(key, "SUBJECT") == 0 || strcasecmp(key, "FROM") == 0 ||
	    strcasecmp(key, "TO") == 0)
		return field_has(x, key, value(x));
	x->bad |= !set_is_good(key);
	return !x->bad &&
	       set_has(key, (uint32_t)x->place + 1, (uint32_t)x->s->n_view);
}

static bool in_parentheses(struct searching *x)
{
	bool fits = true;

	while (!x->bad && command_peek(&x->s->command).kind != ARG_CLOSE) {
		x->bad |= command_peek(&x->s->command).kind == ARG_END;
		fits &= one_key(x);
	}
	(void)command_next(&x->s->command);
	return fits;
}

static bool one_key(struct searching *x)
{
	struct arg key = command_next(&x->s->command);
	bool first;
	int flag;

	if (key.kind == ARG_OPEN)
		return in_parentheses(x);
	if (key.kind != ARG_ATOM) {
		x->bad = true;
		return false;
	}
	if (arg_is(&key, "ALL") || arg_is(&key, "OLD"))
		return true;
	if (arg_is(&key, "NEW") || arg_is(&key, "RECENT"))
		return false;
	if (arg_is(&key, "NOT"))
		return !one_key(x);
	if (arg_is(&key, "OR")) {
		first = one_key(x);
		return one_key(x) || first;
	}
	flag = flag_key(x, key.p);
	return flag != -1 ? flag == 1 : value_key(x, key.p);
}

static bool fits(struct session *s, size_t place, size_t at, bool *bad)
{
	struct searching x = {.s = s, .place = place};
	bool good = true;

	x.m = folder_find(&s->folder, s->view[place].uid);
	if (x.m == NULL)
		return false;
	s->command.at = at;
	while (!x.bad && command_peek(&s->command).kind != ARG_END)
		good &= one_key(&x);
	free(x.message.p);
	*bad |= x.bad;
	return good;
}

void run_search(struct session *s)
{
	bool by_uid = strncmp(s->command.name, "UID-", 4) == 0, bad = false;
	struct arg arg = command_peek(&s->command);
	char *text = NULL;
	size_t size, at;
	FILE *out = need(open_memstream(&text, &size));

	if (arg_is(&arg, "CHARSET")) {
		(void)command_next(&s->command);
		(void)command_next(&s->command);
	}
	at = s->command.at;
	folder_begin(&s->folder);
	for (size_t i = 0; !bad && i < s->n_view; i++)
		if (fits(s, i, at, &bad))
			(void)fprintf(out, " %zu",
				      by_uid ? s->view[i].uid : i + 1);
	(void)fclose(out);
	if (!bad)
		untagged(s, "SEARCH%s", text);
	view_update(s, false);
	folder_end(&s->folder, false);
	free(text);
	if (bad)
		finish(s, "BAD", "Error in IMAP command SEARCH.");
	else
		finish(s, "OK", "Search completed.");
}
