/* SPDX-License-Identifier: ISC */
#include "config/rename.h"

#include <stdlib.h>
#include <string.h>

#include "rules/folder.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Folders that an error lists. */
#define FOLDERS_MAX 1000

/* A renamed folder: two names that each fit a line of a configuration. */
#define FOLDER_MAX 8192

/* Without blanks around it, and without a slash at its end: "Lists/". */
static struct slice trimmed(struct slice s)
{
	s = slice_trim(s);
	if (s.len > 1 && s.p[s.len - 1] == '/')
		s.len--;
	return s;
}

/*
 * The new name stands for itself: the tests of the rules expect it, and could
 * not know what the message makes of it.
 */
static int check_new(struct slice to, const char *text, struct error *err)
{
	if (memchr(to.p, '{', to.len) != NULL ||
	    memchr(to.p, '}', to.len) != NULL)
		return error_set(err, ERR_CONFIG,
				 "\"%s\": the new name of a folder has no "
				 "{…}; for one that depends on the message, "
				 "write a rule of your own",
				 text);
	if (folder_check(to, err) == 0)
		return 0;
	err->kind = ERR_CONFIG;
	return -1;
}

static int parse_one(struct renames *r, const char *text, struct error *err)
{
	const char *sign = strchr(text, '=');
	struct slice from = {0}, to = {0};

	if (sign != NULL) {
		from = trimmed(slice_of(text, (size_t)(sign - text)));
		to = trimmed(slice_str(sign + 1));
	}
	if (from.len == 0 || to.len == 0)
		return error_set(err, ERR_CONFIG,
				 "\"%s\" is not written \"FOLDER=FOLDER\": a "
				 "folder of the included rules, and what to "
				 "call it",
				 text);
	if (check_new(to, text, err) == -1)
		return -1;
	xgrow(&r->list, r->n, sizeof(*r->list));
	r->list[r->n++] = (struct rename){xmemdup0(from.p, from.len),
					  xmemdup0(to.p, to.len), false};
	return 0;
}

int renames_parse(struct renames *r, const struct parse_event *e,
		  struct error *err)
{
	buf_init(&r->folders, FOLDERS_MAX);
	for (size_t i = 1; i < e->n; i++)
		if (parse_one(r, e->values[i].text, err) == -1)
			return -1;
	return 0;
}

/*
 * The rest behind the name of the folder, "" or "/…"; NULL: another folder. In
 * what a test expects, {…} of the name stands for any part of one level.
 */
static const char *rest_of(const char *folder, const char *from, bool by_rule)
{
	const char *end = strchr(from, '}');

	if (!by_rule && from[0] == '{' && end != NULL) {
		const char *rest = NULL;

		while (rest == NULL && *folder != '\0' && *folder != '/')
			rest = rest_of(++folder, end + 1, false);
		return rest;
	}
	if (from[0] == '\0')
		return folder[0] == '\0' || folder[0] == '/' ? folder : NULL;
	return folder[0] == from[0] ? rest_of(folder + 1, from + 1, by_rule)
				    : NULL;
}

static void rename_one(struct renames *r, struct parse_event *e, size_t at,
		       bool by_rule)
{
	for (size_t i = 0; i < r->n; i++) {
		const char *rest =
			rest_of(e->values[at].text, r->list[i].from, by_rule);
		struct buf name = BUF_INIT(FOLDER_MAX);

		if (rest == NULL)
			continue;
		buf_addf(&name, "%s%s", r->list[i].to, rest);
		parse_replace(e, at, buf_detach(&name));
		r->list[i].used |= by_rule;
		return;
	}
}

static void remember(struct renames *r, const char *folder)
{
	if (strstr(r->folders.s, folder) == NULL)
		buf_addf(&r->folders, "%s\"%s\"",
			 r->folders.len > 0 ? ", " : "", folder);
}

void renames_apply(struct renames *r, struct parse_event *e)
{
	bool by_rule =
		strcmp(e->name, "folder") == 0 || strcmp(e->name, "copy") == 0;

	if (e->kind != PARSE_SET ||
	    (!by_rule && strcmp(e->name, "expect-folder") != 0 &&
	     strcmp(e->name, "expect-copies") != 0))
		return;
	for (size_t i = 0; i < e->n; i++) {
		if (by_rule)
			remember(r, e->values[i].text);
		rename_one(r, e, i, by_rule);
	}
}

const char *renames_unused(const struct renames *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (!r->list[i].used)
			return r->list[i].from;
	return NULL;
}

void renames_release(struct renames *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->list[i].from);
		free(r->list[i].to);
	}
	free(r->list);
	buf_release(&r->folders);
}
