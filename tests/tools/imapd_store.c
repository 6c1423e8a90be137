/* SPDX-License-Identifier: ISC */
/* Commands that change messages: STORE, COPY, MOVE, EXPUNGE, APPEND. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "imapd.h"

/* How flags change: "+FLAGS.SILENT". */
struct change {
	char sign; /* '\0': replace */
	bool silent, labels;
	char words[1024];
};

static bool take_change(struct session *s, struct change *change)
{
	struct command *c = &s->command;
	struct arg arg = command_next(c);
	const char *word;

	if (arg.kind == ARG_OPEN) { /* (UNCHANGEDSINCE N) is not looked at */
		while (arg.kind != ARG_CLOSE && arg.kind != ARG_END)
			arg = command_next(c);
		arg = command_next(c);
	}
	if (arg.kind != ARG_ATOM)
		return false;
	word = arg.p;
	if (*word == '+' || *word == '-')
		change->sign = *word++;
	change->silent = strcasestr(word, ".SILENT") != NULL;
	change->labels = strncasecmp(word, "X-GM-LABELS", 11) == 0;
	if (!change->labels && strncasecmp(word, "FLAGS", 5) != 0)
		return false;
	while ((arg = command_next(c)).kind != ARG_END) {
		if (arg.p == NULL)
			continue;
		(void)strncat(change->words, change->labels ? " label:" : " ",
			      sizeof(change->words) - 8 -
				      strlen(change->words));
		(void)strncat(change->words, arg.p,
			      sizeof(change->words) - 1 -
				      strlen(change->words));
	}
	return true;
}

static void set_words(struct mail *m, const char *words, bool on)
{
	char *copy = need(strdup(words)), *rest = copy, *word;

	while ((word = strsep(&rest, " ")) != NULL)
		if (*word != '\0')
			mail_set(m, word, on);
	free(copy);
}

/* All flags go, or all labels. */
static void clear_words(struct mail *m, bool labels)
{
	char *copy = need(strdup(m->flags)), *rest = copy, *word;

	while ((word = strsep(&rest, " ")) != NULL)
		if (*word != '\0' && strncmp(word, "thread:", 7) != 0 &&
		    (strncmp(word, "label:", 6) == 0) == labels)
			mail_set(m, word, false);
	free(copy);
}

static void store_one(struct session *s, size_t place, struct change *change)
{
	struct mail *m = folder_find(&s->folder, s->view[place].uid);
	char *before;

	if (m == NULL)
		return;
	before = need(strdup(m->flags));
	if (change->sign == '\0')
		clear_words(m, change->labels);
	set_words(m, change->words, change->sign != '-');
	if (strcmp(before, m->flags) != 0)
		m->modseq = ++s->folder.modseq;
	free(before);
	if (change->silent && !s->condstore)
		s->view[place].modseq = m->modseq;
	else if (!change->silent)
		s->view[place].modseq = 0; /* told in any case */
}

static bool has_keyword(const char *words)
{
	for (const char *p = words; *p != '\0'; p++)
		if (*p == ' ' && p[1] != '\\' && p[1] != '\0')
			return true;
	return false;
}

void run_store(struct session *s)
{
	bool by_uid = strncmp(s->command.name, "UID-", 4) == 0;
	struct arg set = command_next(&s->command);
	struct change change = {.sign = '\0'};
	size_t n, *places;

	if (!take_change(s, &change)) {
		finish(s, "BAD", "Error in IMAP command %s.", s->command.name);
		return;
	}
	places = pick(s, set.p, by_uid, &n);
	if (places == NULL)
		return;
	if (s->read_only) {
		finish(s, "NO", "[READ-ONLY] It is open for reading only.");
		free(places);
		return;
	}
	folder_begin(&s->folder);
	for (size_t i = 0; i < n; i++)
		store_one(s, places[i], &change);
	/* There may be new ones. */
	if (!change.labels && has_keyword(change.words))
		tell_flag_words(s);
	view_update(s, false);
	folder_end(&s->folder, true);
	finish(s, "OK", "Store completed.");
	free(places);
}

/* Remove the file of a message; the next reading drops its entry. */
static void remove_mail(struct session *s, const struct mail *m)
{
	if (unlinkat(s->folder.fd, m->name, 0) == 0)
		note(s, "expunged %s/%s",
		     s->folder.path + strlen(s->account->dir) + 1, m->name);
}

/* After files were removed: read the folder again, and tell. */
static void tell_removed(struct session *s, bool tell)
{
	folder_end(&s->folder, true);
	s->folder.validity = 0; /* so that it is not taken for fresh */
	folder_begin(&s->folder);
	if (tell)
		view_update(s, true);
	folder_end(&s->folder, false);
}

void expunge_deleted(struct session *s, const char *uids)
{
	uint32_t star = view_star(s);

	folder_begin(&s->folder);
	for (size_t i = 0; i < s->n_view; i++) {
		const struct mail *m = folder_find(&s->folder, s->view[i].uid);

		if (m != NULL && mail_has(m, "\\Deleted") &&
		    (uids == NULL || set_has(uids, m->uid, star)))
			remove_mail(s, m);
	}
	tell_removed(s, strcmp(s->command.name, "CLOSE") != 0);
}

void run_expunge(struct session *s)
{
	bool by_uid = strncmp(s->command.name, "UID-", 4) == 0;
	struct arg set = command_next(&s->command);

	if (s->read_only)
		finish(s, "NO", "[READ-ONLY] It is open for reading only.");
	else if (by_uid && (set.p == NULL || !set_is_good(set.p)))
		finish(s, "BAD", "Invalid messageset");
	else {
		expunge_deleted(s, by_uid ? set.p : NULL);
		finish(s, "OK", "Expunge completed.");
	}
}

/* Numbers as a set: "3:5,9". */
static void add_to_set(FILE *out, const uint32_t *uids, size_t n)
{
	for (size_t i = 0; i < n;) {
		size_t k = i;

		while (k + 1 < n && uids[k + 1] == uids[k] + 1)
			k++;
		(void)fprintf(out, i == 0 ? "%u" : ",%u", uids[i]);
		if (k > i)
			(void)fprintf(out, ":%u", uids[k]);
		i = k + 1;
	}
}

/* "COPYUID VALIDITY FROM TO", or "" if nothing was copied. */
static char *copy_code(const struct folder *to, const uint32_t *from,
		       const uint32_t *uids, size_t n)
{
	char *out = NULL;
	size_t size;
	FILE *file = need(open_memstream(&out, &size));

	if (n > 0) {
		(void)fprintf(file, "[COPYUID %u ", to->validity);
		add_to_set(file, from, n);
		(void)fputc(' ', file);
		add_to_set(file, uids, n);
		(void)fputs("] ", file);
	}
	(void)fclose(file);
	return out;
}

/* A message is a link to the same file. */
static uint32_t copy_one(struct session *s, struct folder *to,
			 const struct mail *m)
{
	char name[512];

	folder_free_name(to, m->name, name, sizeof(name));
	if (linkat(s->folder.fd, m->name, to->fd, name, 0) == -1)
		return 0;
	return folder_add(to, name, m->flags);
}

static void copy_all(struct session *s, struct folder *to, const size_t *places,
		     size_t n, bool move)
{
	uint32_t *from = need(calloc(n + 1, sizeof(*from)));
	uint32_t *uids = need(calloc(n + 1, sizeof(*uids)));
	size_t done = 0;
	char *code;

	folder_begin(&s->folder);
	folder_end(&s->folder, false);
	folder_begin(to);
	for (size_t i = 0; i < n; i++) {
		const struct mail *m =
			folder_find(&s->folder, s->view[places[i]].uid);

		if (m == NULL)
			continue;
		from[done] = m->uid;
		uids[done] = copy_one(s, to, m);
		done += uids[done] != 0;
	}
	folder_end(to, true);
	code = copy_code(to, from, uids, announces(s, "UIDPLUS") ? done : 0);
	if (move) {
		if (*code != '\0')
			untagged(s, "OK %sMoved UIDs.", code);
		folder_begin(&s->folder);
		for (size_t i = 0; i < done; i++)
			remove_mail(s, folder_find(&s->folder, from[i]));
		tell_removed(s, true);
		finish(s, "OK", "Move completed.");
	} else {
		finish(s, "OK", "%sCopy completed.", code);
	}
	free(code);
	free(from);
	free(uids);
}

void run_copy(struct session *s)
{
	const char *word = s->command.name;
	bool by_uid = strncmp(word, "UID-", 4) == 0;
	bool move = strcmp(word + 4 * by_uid, "MOVE") == 0;
	struct arg set = command_next(&s->command);
	struct arg name = command_next(&s->command);
	size_t n, *places = pick(s, set.p, by_uid, &n);
	char *path = places == NULL ? NULL : path_of(s, &name);
	struct folder to;

	if (places == NULL)
		return;
	if (move && s->read_only) {
		finish(s, "NO", "[READ-ONLY] It is open for reading only.");
	} else if (folder_open(&to, path) == -1) {
		finish(s, "NO", "[TRYCREATE] Mailbox doesn't exist: %s",
		       name.p == NULL ? "" : name.p);
	} else {
		copy_all(s, &to, places, n, move);
		folder_close(&to);
	}
	free(path);
	free(places);
}

/* Lines end in LF in files; what cannot be said so is a *.raw. */
static bool to_file(struct bytes *text)
{
	size_t n = 0;

	for (size_t i = 0; i < text->len; i++)
		if ((text->p[i] == '\n') != (i > 0 && text->p[i - 1] == '\r') ||
		    (text->p[i] == '\r' &&
		     (i + 1 == text->len || text->p[i + 1] != '\n')))
			return false;
	for (size_t i = 0; i < text->len; i++)
		if (text->p[i] != '\r')
			text->p[n++] = text->p[i];
	text->len = n;
	return true;
}

static void set_time(int fd, const char *date)
{
	struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}};
	struct tm tm = {.tm_sec = 0};
	const char *zone;
	long offset;

	zone = strptime(date, "%d-%b-%Y %H:%M:%S ", &tm);
	if (zone == NULL)
		return;
	offset = strtol(zone, NULL, 10);
	times[1].tv_sec =
		timegm(&tm) - (offset / 100 * 3600 + offset % 100 * 60);
	(void)futimens(fd, times);
}

static uint32_t append_one(struct folder *f, struct bytes text,
			   const char *flags, const char *date)
{
	char name[64];
	int fd;

	(void)snprintf(name, sizeof(name), "append-%u.%s", f->next,
		       to_file(&text) ? "eml" : "raw");
	fd = openat(f->fd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
		    0666);
	if (fd == -1 || write(fd, text.p, text.len) != (ssize_t)text.len)
		die("cannot write %s/%s: %s", f->path, name, strerror(errno));
	if (date != NULL)
		set_time(fd, date);
	(void)close(fd);
	return folder_add(f, name, flags);
}

/* [(FLAGS)] ["DATE"] MESSAGE. False: it is none. */
static bool take_append(struct session *s, struct folder *f, uint32_t *uid)
{
	struct command *c = &s->command;
	struct arg arg = command_next(c), date = {ARG_END, NULL, 0};
	char flags[1024] = "";

	if (arg.kind == ARG_OPEN) {
		while ((arg = command_next(c)).kind == ARG_ATOM) {
			if (flags[0] != '\0')
				(void)strncat(flags, " ", 2);
			(void)strncat(flags, arg.p,
				      sizeof(flags) - 3 - strlen(flags));
		}
		arg = command_next(c);
	}
	if (command_peek(c).kind == ARG_STRING && arg.kind == ARG_STRING &&
	    strlen(arg.p) == 26) {
		date = arg;
		arg = command_next(c);
	}
	if (arg.kind != ARG_STRING)
		return false;
	*uid = append_one(f, (struct bytes){arg.p, arg.len}, flags, date.p);
	return true;
}

void run_append(struct session *s)
{
	struct arg name = command_next(&s->command);
	char *path = path_of(s, &name);
	struct folder f;
	uint32_t uids[100];
	size_t n = 0;
	bool good = true;

	if (folder_open(&f, path) == -1) {
		finish(s, "NO", "[TRYCREATE] Mailbox doesn't exist: %s",
		       name.p == NULL ? "" : name.p);
		free(path);
		return;
	}
	free(path);
	folder_begin(&f);
	while (good && n < 100 &&
	       (n == 0 || command_peek(&s->command).kind != ARG_END)) {
		good = take_append(s, &f, &uids[n]);
		n += good;
	}
	folder_end(&f, n > 0);
	if (s->selected) {
		folder_begin(&s->folder);
		view_update(s, true);
		folder_end(&s->folder, false);
	}
	if (!good)
		finish(s, "BAD", "Error in IMAP command APPEND.");
	else if (!announces(s, "UIDPLUS"))
		finish(s, "OK", "Append completed.");
	else if (n == 1)
		finish(s, "OK", "[APPENDUID %u %u] Append completed.",
		       f.validity, uids[0]);
	else
		finish(s, "OK", "[APPENDUID %u %u:%u] Append completed.",
		       f.validity, uids[0], uids[n - 1]);
	folder_close(&f);
}
