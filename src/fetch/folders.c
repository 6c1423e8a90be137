/* SPDX-License-Identifier: ISC */
#include "fetch/folders.h"

#include <stdlib.h>
#include <string.h>

#include "state/queue.h"
#include "util/buf.h"
#include "util/set.h"
#include "util/xalloc.h"

#include "util/banned.h"

static const char *const only_inbox[] = {"INBOX", NULL};

static const char *const *patterns_of(const struct account *a)
{
	return a->folders == NULL ? only_inbox
				  : (const char *const *)a->folders;
}

static bool is_inbox(struct slice name)
{
	return slice_equal_nocase(name, slice_str("INBOX"));
}

/* Is the name of each folder known without a list? */
static bool is_known(const struct account *a)
{
	const char *const *p = patterns_of(a);

	return is_inbox(slice_str(p[0])) && p[1] == NULL &&
	       a->move_to == NULL && a->keep == KEEP_YES;
}

static char *copy(struct slice s)
{
	return xmemdup0(s.p, s.len);
}

static struct folder_there *add(struct folders *f, struct slice name,
				struct slice path, struct slice key)
{
	struct folder_there *folder;

	xgrow(&f->list, f->n, sizeof(*f->list));
	folder = &f->list[f->n++];
	memset(folder, 0, sizeof(*folder));
	folder->name = copy(name);
	folder->path = copy(path);
	folder->key = copy(key);
	set_add(f->names, slice_str(folder->name));
	set_add(f->keys, slice_str(folder->key));
	return folder;
}

static struct folder_there *find(const struct folders *f, struct slice name)
{
	size_t i = set_place(f->names, name);

	return i == SET_NONE ? NULL : &f->list[i];
}

/* The context of take_folder(). */
struct taking {
	struct folders *folders;
	const struct account *account;
	bool is_utf8;
};

/* Does a name, a pattern or a special use mean this folder? */
static bool fits(const char *pattern, struct slice path, unsigned attributes)
{
	return (pattern[0] == '\\' &&
		(attributes & attribute_bit(slice_str(pattern))) != 0) ||
	       name_matches(slice_str(pattern), path);
}

static bool is_wanted(const struct account *a, struct slice path,
		      unsigned attributes)
{
	for (const char *const *p = patterns_of(a); *p != NULL; p++)
		if (fits(*p, path, attributes))
			return true;
	return false;
}

bool folders_want_inbox(const struct account *a)
{
	return is_wanted(a, slice_str("INBOX"), 0);
}

/*
 * The key is a part of UIDLs, so no two folders may have the same, and it has a
 * limit.
 */
static struct folder_there *take_name(struct taking *t, struct slice name,
				      char delimiter)
{
	struct folders *f = t->folders;
	struct buf path = BUF_INIT(2 * FOLDER_NAME_MAX);
	struct buf key = BUF_INIT(SERVER_FOLDER_MAX);
	struct folder_there *there = NULL;

	(void)name_to_path(name, delimiter, t->is_utf8, &path);
	name_to_key(name, delimiter, t->is_utf8, &key);
	if (!key.full && key.len > 0 &&
	    memchr(name.p, '\0', name.len) == NULL &&
	    !set_has(f->keys, buf_slice(&key)))
		there = add(f, name, buf_slice(&path), buf_slice(&key));
	buf_release(&path);
	buf_release(&key);
	return there;
}

static int take_folder(void *context, const struct folder *folder,
		       const struct counts *counts, struct error *err)
{
	struct taking *t = context;
	/* In any case of letters it is the same folder. */
	struct slice name =
		is_inbox(folder->name) ? slice_str("INBOX") : folder->name;
	struct folder_there *there = find(t->folders, name);

	(void)err;
	/* Counts do not tell the delimiter: they are asked for again. */
	if (there == NULL && counts == NULL)
		there = take_name(t, name, folder->delimiter);
	if (there == NULL)
		return 0;
	if (counts != NULL) {
		there->counts = *counts;
		return 0;
	}
	there->attributes = folder->attributes;
	if (folder->delimiter != '\0')
		t->folders->delimiter = folder->delimiter;
	there->wanted = (folder->attributes & 1U << ATTRIBUTE_NOSELECT) == 0 &&
			is_wanted(t->account, slice_str(there->path),
				  folder->attributes);
	return 0;
}

/* A folder by path or special use, whose name is needed. */
static char *name_for(const struct folders *f, const char *word, bool is_utf8)
{
	unsigned use = word[0] == '\\' ? attribute_bit(slice_str(word)) : 0;
	struct buf name = BUF_INIT(FOLDER_NAME_MAX);
	char *out;

	for (size_t i = 0; i < f->n; i++)
		if ((f->list[i].attributes & use) != 0 ||
		    strcmp(f->list[i].path, word) == 0)
			return xstrdup(f->list[i].name);
	if (word[0] == '\\')
		return NULL;
	if (!name_of_path(slice_str(word), f->delimiter, is_utf8, &name)) {
		buf_clear(&name);
		buf_addstr(&name, word);
	}
	out = xstrdup(name.s);
	buf_release(&name);
	return out;
}

static int find_targets(struct folders *f, const struct account *a,
			bool is_utf8, struct error *err)
{
	f->trash = name_for(f, "\\Trash", is_utf8);
	if (a->move_to == NULL)
		return 0;
	f->target = name_for(f, a->move_to, is_utf8);
	/* Never fetch from the folder that messages are moved to. */
	for (size_t i = 0; f->target != NULL && i < f->n; i++)
		if (strcmp(f->list[i].name, f->target) == 0)
			f->list[i].wanted = false;
	if (f->target != NULL)
		return 0;
	return error_set(
		err, ERR_PERSON,
		"the server has no folder for %s, where move-on-server "
		"wants mail to go; give its name instead",
		a->move_to);
}

/* The folders whose counts did not come with the list. */
struct asking {
	struct folders *folders;
	size_t *places; /* of the k-th, in the list */
	struct slice *names;
	size_t n;
};

static int take_counts(void *context, size_t k, const struct counts *counts,
		       const char *text, struct error *err)
{
	const struct asking *asking = context;
	struct folder_there *there = &asking->folders->list[asking->places[k]];

	(void)err;
	if (counts != NULL)
		there->counts = *counts;
	else
		memcpy(there->why_not, text, sizeof(there->why_not));
	return 0;
}

static int ask_counts(struct folders *f, struct imap *imap, struct error *err)
{
	struct asking asking = {
		.folders = f,
		.places = xcalloc(f->n + 1, sizeof(*asking.places)),
		.names = xcalloc(f->n + 1, sizeof(*asking.names)),
	};
	int rc = 0;

	for (size_t i = 0; i < f->n; i++) {
		if (!f->list[i].wanted || f->list[i].counts.counted != 0)
			continue;
		asking.places[asking.n] = i;
		asking.names[asking.n++] = slice_str(f->list[i].name);
	}
	if (asking.n > 0)
		rc = imap_statuses(imap, asking.names, asking.n, take_counts,
				   &asking, err);
	free(asking.places);
	free(asking.names);
	return rc;
}

static size_t count_wanted(const struct folders *f)
{
	size_t n = 0;

	for (size_t i = 0; i < f->n; i++)
		n += f->list[i].wanted;
	return n;
}

/* A name, or a special use, that no folder has; patterns may match none. */
static const char *find_missing(const struct folders *f,
				const struct account *a)
{
	for (const char *const *p = patterns_of(a); *p != NULL; p++) {
		bool found = strpbrk(*p, "*%") != NULL;

		for (size_t i = 0; !found && i < f->n; i++)
			found = fits(*p, slice_str(f->list[i].path),
				     f->list[i].attributes);
		if (!found)
			return *p;
	}
	return NULL;
}

/* Names that are shown, so that a person can see how they are written. */
#define NAMES_SHOWN 10

static int no_folder(const struct folders *f, struct error *err)
{
	struct buf names = BUF_INIT(400);

	for (size_t i = 0; i < f->n && i < NAMES_SHOWN; i++)
		buf_addf(&names, "%s%s", i == 0 ? "" : ", ", f->list[i].path);
	(void)error_set(err, ERR_PERSON,
			"the server has none of the folders that 'folders' "
			"names; it has %s%s",
			f->n == 0 ? "none at all" : names.s,
			f->n > NAMES_SHOWN || names.full ? ", …" : "");
	buf_release(&names);
	return -1;
}

int folders_find(struct folders *f, struct imap *imap, const struct account *a,
		 bool all, struct error *err)
{
	struct taking taking = {f, a, imap_is_utf8(imap)};
	struct slice inbox = slice_str("INBOX");

	memset(f, 0, sizeof(*f));
	f->delimiter = '/';
	f->names = set_new_placed();
	f->keys = set_new();
	if ((!is_known(a) || all) &&
	    imap_list(imap, true, take_folder, &taking, err) == -1)
		return -1;
	/* It is there, even if the server does not list it. */
	if (is_known(a) && !set_has(f->keys, inbox))
		add(f, inbox, inbox, inbox)->wanted = true;
	if (is_known(a) && !all)
		return ask_counts(f, imap, err);
	if (count_wanted(f) == 0)
		return no_folder(f, err);
	f->missing = find_missing(f, a);
	return find_targets(f, a, taking.is_utf8, err) == -1
		       ? -1
		       : ask_counts(f, imap, err);
}

void folders_release(struct folders *f)
{
	for (size_t i = 0; i < f->n; i++) {
		free(f->list[i].path);
		free(f->list[i].key);
		free(f->list[i].name);
	}
	set_free(f->names);
	set_free(f->keys);
	free(f->list);
	free(f->target);
	free(f->trash);
	memset(f, 0, sizeof(*f));
}
