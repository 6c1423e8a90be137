/* SPDX-License-Identifier: ISC */
/* A folder is selected; what others change in it; IDLE. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "imapd.h"

static void view_add(struct session *s, const struct mail *m)
{
	if (s->n_view == s->view_room) {
		s->view_room = s->view_room * 2 + 64;
		s->view =
			need(realloc(s->view, s->view_room * sizeof(*s->view)));
	}
	s->view[s->n_view++] = (struct seen){m->uid, m->modseq};
	if (m->uid > s->top)
		s->top = m->uid;
}

static void tell_gone(struct session *s, size_t i)
{
	if (s->uidonly)
		untagged(s, "VANISHED %u", s->view[i].uid);
	else
		untagged(s, "%zu EXPUNGE", i + 1);
}

static void tell_flags(struct session *s, size_t i, const struct mail *m)
{
	char *text = NULL;
	size_t size;
	FILE *out = need(open_memstream(&text, &size));

	if (s->uidonly)
		(void)fprintf(out, "%u UIDFETCH (", m->uid);
	else
		(void)fprintf(out, "%zu FETCH (UID %u ", i + 1, m->uid);
	add_flags(out, m);
	if (s->condstore)
		(void)fprintf(out, " MODSEQ (%llu)",
			      (unsigned long long)m->modseq);
	(void)fputc(')', out);
	(void)fclose(out);
	untagged(s, "%s", text);
	free(text);
}

static void drop_gone(struct session *s)
{
	size_t n = 0, gone = 0;

	for (size_t i = 0; i < s->n_view; i++) {
		if (folder_find(&s->folder, s->view[i].uid) != NULL) {
			s->view[n++] = s->view[i];
			continue;
		}
		/* tell_gone() counts those that went before it. */
		s->view[i - gone] = s->view[i];
		tell_gone(s, i - gone);
		gone++;
	}
	s->n_view = n;
}

/* The folder is locked. */
void view_update(struct session *s, bool may_expunge)
{
	struct folder *f = &s->folder;
	size_t before;
	uint32_t top = s->top;

	if (!s->selected)
		return;
	if (may_expunge)
		drop_gone(s);
	before = s->n_view;
	for (size_t i = 0; i < f->n; i++)
		if (f->list[i].uid > top)
			view_add(s, &f->list[i]);
	if (s->n_view != before) {
		untagged(s, "%zu EXISTS", s->n_view);
		untagged(s, "0 RECENT");
	}
	for (size_t i = 0; i < before; i++) {
		const struct mail *m = folder_find(f, s->view[i].uid);

		if (m == NULL || m->modseq == s->view[i].modseq)
			continue;
		s->view[i].modseq = m->modseq;
		tell_flags(s, i, m);
	}
}

void unselect(struct session *s)
{
	folder_close(&s->folder);
	free(s->folder_name);
	s->folder_name = NULL;
	s->selected = false;
	s->n_view = 0;
	s->top = 0;
}

/* Words that messages here have as flags, and the usual ones. */
void tell_flag_words(struct session *s)
{
	struct mail all = {
		.flags = need(strdup("\\Answered \\Flagged \\Deleted \\Seen "
				     "\\Draft"))};

	for (size_t i = 0; i < s->folder.n; i++) {
		char *copy = need(strdup(s->folder.list[i].flags)),
		     *rest = copy, *word;

		while ((word = strsep(&rest, " ")) != NULL)
			if (*word != '\0' && strncmp(word, "label:", 6) != 0 &&
			    strncmp(word, "thread:", 7) != 0)
				mail_set(&all, word, true);
		free(copy);
	}
	untagged(s, "FLAGS (%s)", all.flags);
	if (s->read_only)
		untagged(s, "OK [PERMANENTFLAGS ()] Read-only mailbox.");
	else
		untagged(s, "OK [PERMANENTFLAGS (%s \\*)] Flags permitted.",
			 all.flags);
	free(all.flags);
}

static void fill_view(struct session *s)
{
	const struct folder *f = &s->folder;
	size_t first = s->o->newest != 0 && f->n > s->o->newest
			       ? f->n - s->o->newest
			       : 0;

	for (size_t i = 0; i < f->n; i++)
		if (i >= first)
			view_add(s, &f->list[i]);
		else if (f->list[i].uid > s->top)
			s->top = f->list[i].uid;
}

static void tell_folder(struct session *s)
{
	const struct folder *f = &s->folder;
	size_t unseen = 0;

	for (size_t i = s->n_view; i-- > 0;)
		if (!mail_has(folder_find(f, s->view[i].uid), "\\Seen"))
			unseen = i + 1;
	tell_flag_words(s);
	untagged(s, "%zu EXISTS", s->n_view);
	untagged(s, "0 RECENT");
	if (unseen > 0)
		untagged(s, "OK [UNSEEN %zu] First unseen.", unseen);
	untagged(s, "OK [UIDVALIDITY %u] UIDs valid", f->validity);
	untagged(s, "OK [UIDNEXT %u] Predicted next UID", f->next);
	if (announces(s, "CONDSTORE"))
		untagged(s, "OK [HIGHESTMODSEQ %llu] Highest",
			 (unsigned long long)f->modseq);
	if (announces(s, "OBJECTID"))
		untagged(s, "OK [MAILBOXID (F%u)] Ok", f->validity);
}

void run_select(struct session *s)
{
	struct arg name = command_next(&s->command), with;
	char *path;

	if (name.p == NULL) {
		finish(s, "BAD", "Error in IMAP command %s.", s->command.name);
		return;
	}
	if (s->selected && announces(s, "QRESYNC"))
		untagged(s, "OK [CLOSED] Previous mailbox closed.");
	unselect(s);
	path = path_of(s, &name);
	while ((with = command_next(&s->command)).kind != ARG_END)
		s->condstore |= arg_is(&with, "CONDSTORE");
	if (folder_open(&s->folder, path) == -1) {
		s->folder.fd = -1;
		finish(s, "NO", "[NONEXISTENT] Mailbox doesn't exist: %s",
		       name.p);
		free(path);
		return;
	}
	free(path);
	s->selected = true;
	s->folder_name = need(strdup(name.p));
	s->read_only = strcmp(s->command.name, "EXAMINE") == 0;
	folder_begin(&s->folder);
	fill_view(s);
	tell_folder(s);
	folder_end(&s->folder, false);
	finish(s, "OK", "[READ-%s] %s completed.",
	       s->read_only ? "ONLY" : "WRITE", s->command.name);
}

void run_close(struct session *s)
{
	bool expunge = strcmp(s->command.name, "CLOSE") == 0 && !s->read_only;

	if (expunge)
		expunge_deleted(s, NULL);
	unselect(s);
	finish(s, "OK", "%s completed.", expunge ? "Close" : "Unselect");
}

static void look(struct session *s)
{
	if (!s->selected)
		return;
	folder_begin(&s->folder);
	view_update(s, true);
	folder_end(&s->folder, false);
}

void run_noop(struct session *s)
{
	look(s);
	finish(s, "OK", "%s completed.", s->command.name);
}

/* The file .push of the folder: a test has written what to say now. */
static void push(struct session *s)
{
	struct bytes text = {need(malloc(LINK_INPUT)), 0};
	int fd = openat(s->folder.fd, ".push", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, text.p, LINK_INPUT);

	if (n > 0) {
		text.len = (size_t)n;
		add_raw(s, &text);
		(void)unlinkat(s->folder.fd, ".push", 0);
	}
	if (fd != -1)
		(void)close(fd);
	free(text.p);
}

/* Wait for the client, and tell what changes. */
static void wait_in_idle(struct session *s, int changes)
{
	struct pollfd p[] = {{.fd = s->link.fd, .events = POLLIN},
			     {.fd = changes, .events = POLLIN}};
	char waste[4096];

	while (!link_has_more(&s->link)) {
		link_flush(&s->link);
		if (poll(p, 2, -1) == -1 || p[0].revents != 0)
			return;
		(void)!read(changes, waste, sizeof(waste));
		look(s);
		push(s);
	}
}

void run_idle(struct session *s)
{
	int changes = inotify_init1(IN_CLOEXEC);
	bool bare_lf;
	char *line;

	if (changes != -1 && s->selected)
		(void)inotify_add_watch(changes, s->folder.path,
					IN_CREATE | IN_DELETE | IN_MOVE |
						IN_CLOSE_WRITE);
	link_print(&s->link, "+ idling\r\n");
	look(s);
	wait_in_idle(s, changes);
	(void)close(changes);
	if (!link_line(&s->link, &line, &bare_lf))
		link_close(&s->link, END_CLEAN);
	note(s, "C: %.40s", line);
	if (strcasecmp(line, "DONE") == 0)
		finish(s, "OK", "Idle completed.");
	else
		finish(s, "BAD", "Expected DONE.");
}
