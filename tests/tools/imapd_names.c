/* SPDX-License-Identifier: ISC */
/*
 * Names of folders. On disk they are paths in UTF-8; on the wire they have the
 * delimiter of the server, and are modified UTF-7 (RFC 3501, 5.1.3) unless the
 * client has enabled UTF-8.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "imapd.h"

static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvw"
			     "xyz0123456789+,";

/* One character of UTF-8; what is none is taken as Latin-1. */
static unsigned next_char(const unsigned char **p)
{
	unsigned c = *(*p)++;
	int more = c >= 0xf0 ? 3 : c >= 0xe0 ? 2 : c >= 0xc0 ? 1 : 0;
	unsigned value = more == 0 ? c : c & (0x3fU >> more);

	for (int i = 0; i < more && (**p & 0xc0) == 0x80; i++)
		value = value << 6 | (*(*p)++ & 0x3f);
	return value;
}

static void put_units(FILE *out, const unsigned *units, size_t n)
{
	unsigned bits = 0, have = 0;

	(void)fputc('&', out);
	for (size_t i = 0; i < n; i++) {
		bits = bits << 16 | units[i];
		for (have += 16; have >= 6; have -= 6)
			(void)fputc(base64[bits >> (have - 6) & 63], out);
		bits &= (1U << have) - 1;
	}
	if (have > 0)
		(void)fputc(base64[bits << (6 - have) & 63], out);
	(void)fputc('-', out);
}

static void put_utf7(FILE *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	unsigned units[512];

	while (*p != '\0') {
		size_t n = 0;

		while (*p >= 0x80 && n + 2 < 512) {
			unsigned c = next_char(&p);

			if (c >= 0x10000) {
				units[n++] = 0xd800 + ((c - 0x10000) >> 10);
				c = 0xdc00 + (c & 0x3ff);
			}
			units[n++] = c;
		}
		if (n > 0)
			put_units(out, units, n);
		else if (*p == '&')
			(void)(fputs("&-", out), p++);
		else
			(void)fputc(*p++, out);
	}
}

static void put_utf8(FILE *out, unsigned c)
{
	if (c < 0x80) {
		(void)fputc((int)c, out);
	} else if (c < 0x800) {
		(void)fprintf(out, "%c%c", 0xc0 | c >> 6, 0x80 | (c & 63));
	} else if (c < 0x10000) {
		(void)fprintf(out, "%c%c%c", 0xe0 | c >> 12,
			      0x80 | (c >> 6 & 63), 0x80 | (c & 63));
	} else {
		(void)fprintf(out, "%c%c%c%c", 0xf0 | c >> 18,
			      0x80 | (c >> 12 & 63), 0x80 | (c >> 6 & 63),
			      0x80 | (c & 63));
	}
}

/* Decode the text between "&" and "-"; returns where it ends. */
static const char *decode_units(FILE *out, const char *p)
{
	unsigned bits = 0, have = 0, high = 0;
	const char *at;

	if (*p == '-') {
		(void)fputc('&', out);
		return p + 1;
	}
	for (; *p != '\0' && (at = strchr(base64, *p)) != NULL; p++) {
		bits = bits << 6 | (unsigned)(at - base64);
		have += 6;
		if (have < 16)
			continue;
		have -= 16;
		if (bits >> have >= 0xd800 && bits >> have < 0xdc00)
			high = bits >> have;
		else if (high != 0)
			put_utf8(out, 0x10000 + ((high - 0xd800) << 10) +
					      ((bits >> have) - 0xdc00));
		else
			put_utf8(out, bits >> have);
		if (bits >> have < 0xd800 || bits >> have >= 0xdc00)
			high = 0;
		bits &= (1U << have) - 1;
	}
	return *p == '-' ? p + 1 : p;
}

/* From the path on disk to the wire. */
static char *wire_name(const struct session *s, const char *path)
{
	char *out = NULL, *copy = need(strdup(path));
	size_t size;
	FILE *file = need(open_memstream(&out, &size));

	for (char *p = copy; *p != '\0'; p++)
		if (*p == '/')
			*p = s->o->delimiter;
	if (s->utf8)
		(void)fputs(copy, file);
	else
		put_utf7(file, copy);
	(void)fclose(file);
	free(copy);
	return out;
}

/* And back: NULL if it could lead out of the account. */
static char *disk_name(const struct session *s, const char *name)
{
	char *out = NULL;
	size_t size;
	FILE *file = need(open_memstream(&out, &size));

	if (strncasecmp(name, "INBOX", 5) == 0 &&
	    (name[5] == '\0' || name[5] == s->o->delimiter)) {
		(void)fputs("INBOX", file);
		name += 5;
	}
	while (*name != '\0') {
		if (*name == '&' && !s->utf8) {
			name = decode_units(file, name + 1);
			continue;
		}
		(void)fputc(*name == s->o->delimiter ? '/' : *name, file);
		name++;
	}
	(void)fclose(file);
	if (*out == '\0' || *out == '/' || *out == '.' ||
	    strstr(out, "/.") != NULL) {
		free(out);
		return NULL;
	}
	return out;
}

char *path_of(const struct session *s, const struct arg *name)
{
	char *disk = name->p == NULL ? NULL : disk_name(s, name->p);
	char *path = NULL;

	if (disk == NULL)
		return need(strdup("/nonexistent"));
	if (asprintf(&path, "%s/%s", s->account->dir, disk) == -1)
		die("out of memory");
	free(disk);
	return path;
}

/* An atom, or a quoted string. */
static char *quoted(const char *name)
{
	char *out = NULL;
	size_t size;
	FILE *file = need(open_memstream(&out, &size));
	bool atom = *name != '\0' && strpbrk(name, " ()\"\\%*{&") == NULL;

	for (const char *p = name; *p != '\0'; p++)
		atom &= *p > 0x20 && *p < 0x7f;
	if (!atom)
		(void)fputc('"', file);
	for (; *name != '\0'; name++) {
		if (*name == '"' || *name == '\\')
			(void)fputc('\\', file);
		(void)fputc(*name, file);
	}
	if (!atom)
		(void)fputc('"', file);
	(void)fclose(file);
	return out;
}

static bool fits(const char *pattern, const char *name, char delimiter)
{
	for (; *pattern != '\0'; pattern++, name++) {
		if (*pattern == '*' || *pattern == '%') {
			for (;; name++) {
				if (fits(pattern + 1, name, delimiter))
					return true;
				if (*name == '\0' ||
				    (*pattern == '%' && *name == delimiter))
					return false;
			}
		}
		if (*pattern != *name)
			return false;
	}
	return *name == '\0';
}

/* The arguments of a LIST. */
struct listing {
	char *pattern;
	bool special_only, subscribed;
	bool plain;	 /* without \HasChildren */
	char items[256]; /* of STATUS, or "" */
	char **patterns;
	size_t n;
};

static bool has_children(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	bool found = false;

	while (dir != NULL && !found && (e = readdir(dir)) != NULL)
		found = e->d_type == DT_DIR && e->d_name[0] != '.';
	if (dir != NULL)
		(void)closedir(dir);
	return found;
}

/* The special use that a folder has by its name, or by its state. */
static const char *special_use(const char *name, const struct folder *f)
{
	static const char *const uses[][2] = {
		{"Drafts", "\\Drafts"},	  {"Sent", "\\Sent"},
		{"Junk", "\\Junk"},	  {"Trash", "\\Trash"},
		{"Archive", "\\Archive"},
	};

	if (f->attributes != NULL)
		return f->attributes;
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++)
		if (strcmp(uses[i][0], name) == 0)
			return uses[i][1];
	return "";
}

/* XLIST has older words. */
static const char *xlist_word(const char *use, const char *name)
{
	if (strcmp(name, "INBOX") == 0)
		return "\\Inbox";
	if (strcmp(use, "\\Junk") == 0)
		return "\\Spam";
	if (strcmp(use, "\\All") == 0)
		return "\\AllMail";
	return strcmp(use, "\\Flagged") == 0 ? "\\Starred" : use;
}

static void status_line(struct session *s, struct folder *f, const char *name,
			const char *items)
{
	char *copy = need(strdup(items)), *rest = copy, *word, *out = NULL;
	unsigned long unseen = 0, deleted = 0;
	size_t n = f->n, size;
	FILE *file = need(open_memstream(&out, &size));

	for (size_t i = 0; i < f->n; i++) {
		unseen += !mail_has(&f->list[i], "\\Seen");
		deleted += mail_has(&f->list[i], "\\Deleted");
	}
	if (s->o->newest != 0 && n > s->o->newest)
		n = s->o->newest;
	while ((word = strsep(&rest, " ")) != NULL) {
		unsigned long long value = 0;

		if (*word == '\0' || is_hidden(s, word))
			continue;
		if (strcasecmp(word, "MESSAGES") == 0)
			value = n;
		else if (strcasecmp(word, "UIDNEXT") == 0)
			value = f->next;
		else if (strcasecmp(word, "UIDVALIDITY") == 0)
			value = f->validity;
		else if (strcasecmp(word, "UNSEEN") == 0)
			value = unseen;
		else if (strcasecmp(word, "DELETED") == 0)
			value = deleted;
		else if (strcasecmp(word, "HIGHESTMODSEQ") == 0)
			value = f->modseq;
		(void)fprintf(file, "%s%s %llu", ftell(file) > 0 ? " " : "",
			      word, value);
	}
	(void)fclose(file);
	untagged(s, "STATUS %s (%s)", name, out);
	free(out);
	free(copy);
}

static void list_one(struct session *s, const struct listing *l,
		     const char *disk, const char *path)
{
	char *wire = wire_name(s, disk), *name = quoted(wire), attributes[256];
	const char *use, *hidden = is_hidden(s, wire) ? wire : NULL;
	bool x = strcmp(s->command.name, "XLIST") == 0, listed, no_select;
	struct folder f;

	if (folder_open(&f, path) == -1)
		die("cannot open %s", path);
	no_select = faccessat(f.fd, ".noselect", F_OK, 0) == 0;
	folder_begin(&f);
	use = special_use(disk, &f);
	listed = hidden == NULL && (!l->special_only || *use != '\0');
	if (x)
		use = xlist_word(use, disk);
	else if (!announces(s, "SPECIAL-USE"))
		use = "";
	(void)snprintf(attributes, sizeof(attributes), "%s%s%s%s%s",
		       no_select ? " \\Noselect" : "",
		       l->plain		    ? ""
		       : has_children(path) ? " \\HasChildren"
					    : " \\HasNoChildren",
		       l->subscribed ? " \\Subscribed" : "",
		       *use == '\0' ? "" : " ", use);
	if (listed)
		untagged(s, "%s (%s) \"%c\" %s", s->command.name,
			 attributes + (attributes[0] == ' '), s->o->delimiter,
			 name);
	if (listed && l->items[0] != '\0' && !no_select)
		status_line(s, &f, name, l->items);
	folder_end(&f, false);
	folder_close(&f);
	free(name);
	free(wire);
}

static int is_folder(const struct dirent *e)
{
	return e->d_type == DT_DIR && e->d_name[0] != '.';
}

/* INBOX first. */
static int in_order(const struct dirent **a, const struct dirent **b)
{
	bool x = strcmp((*a)->d_name, "INBOX") == 0;
	bool y = strcmp((*b)->d_name, "INBOX") == 0;

	return x != y ? y - x : strcmp((*a)->d_name, (*b)->d_name);
}

static void list_below(struct session *s, const struct listing *l,
		       const char *path, const char *above)
{
	struct dirent **list;
	int n = scandir(path, &list, is_folder, in_order);

	for (int i = 0; i < n; i++) {
		char below[4200], disk[4200], *wire;
		bool good = false;

		(void)snprintf(below, sizeof(below), "%s/%s", path,
			       list[i]->d_name);
		(void)snprintf(disk, sizeof(disk), "%s%s%s", above,
			       *above == '\0' ? "" : "/", list[i]->d_name);
		wire = wire_name(s, disk);
		for (size_t k = 0; k < l->n; k++)
			good |= fits(l->patterns[k], wire, s->o->delimiter);
		free(wire);
		if (good)
			list_one(s, l, disk, below);
		list_below(s, l, below, disk);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}

/* "(A B C)" as "A B C". False: it is no list. */
static bool take_words(struct session *s, char *out, size_t size)
{
	struct arg arg = command_next(&s->command);

	out[0] = '\0';
	if (arg.kind != ARG_OPEN)
		return false;
	while ((arg = command_next(&s->command)).kind == ARG_ATOM) {
		if (*out != '\0')
			(void)strncat(out, " ", size - strlen(out) - 1);
		(void)strncat(out, arg.p, size - strlen(out) - 1);
	}
	return arg.kind == ARG_CLOSE;
}

static bool take_return(struct session *s, struct listing *l)
{
	struct command *c = &s->command;
	struct arg arg = command_next(c);

	if (arg.kind == ARG_END)
		return true;
	l->plain = true;
	if (!arg_is(&arg, "RETURN") || !announces(s, "LIST-EXTENDED") ||
	    command_next(c).kind != ARG_OPEN)
		return false;
	while ((arg = command_next(c)).kind == ARG_ATOM) {
		if (arg_is(&arg, "STATUS")) {
			if (!announces(s, "LIST-STATUS") ||
			    !take_words(s, l->items, sizeof(l->items)))
				return false;
		} else if (arg_is(&arg, "SUBSCRIBED")) {
			l->subscribed = true;
		} else if (arg_is(&arg, "CHILDREN")) {
			l->plain = false;
		} else if (!arg_is(&arg, "SPECIAL-USE")) {
			return false;
		}
	}
	return arg.kind == ARG_CLOSE && command_next(c).kind == ARG_END;
}

static void add_pattern(struct listing *l, const char *reference,
			const char *pattern)
{
	char *both = NULL;

	if (asprintf(&both, "%s%s", reference, pattern) == -1)
		die("out of memory");
	if (strcasecmp(both, "INBOX") == 0)
		memcpy(both, "INBOX", 5);
	l->patterns =
		need(realloc(l->patterns, (l->n + 1) * sizeof(*l->patterns)));
	l->patterns[l->n++] = both;
}

/* [(SELECTION)] REFERENCE PATTERN|(PATTERN …) [RETURN (…)] */
static bool take_listing(struct session *s, struct listing *l)
{
	struct command *c = &s->command;
	char selection[256];
	struct arg reference, pattern;

	if (command_peek(c).kind == ARG_OPEN) {
		if (!take_words(s, selection, sizeof(selection)))
			return false;
		l->special_only = strcasestr(selection, "SPECIAL-USE") != NULL;
	}
	reference = command_next(c);
	pattern = command_next(c);
	if (reference.p == NULL)
		return false;
	if (pattern.kind == ARG_OPEN)
		while ((pattern = command_next(c)).p != NULL)
			add_pattern(l, reference.p, pattern.p);
	else if (pattern.p != NULL)
		add_pattern(l, reference.p, pattern.p);
	return l->n > 0 && take_return(s, l);
}

void run_list(struct session *s)
{
	struct listing l = {.n = 0};
	bool good = take_listing(s, &l);

	if (!good)
		finish(s, "BAD", "Error in IMAP command %s.", s->command.name);
	else if (l.n == 1 && *l.patterns[0] == '\0')
		untagged(s, "%s (\\Noselect) \"%c\" \"\"", s->command.name,
			 s->o->delimiter);
	else
		list_below(s, &l, s->account->dir, "");
	if (good)
		finish(s, "OK", "List completed.");
	for (size_t i = 0; i < l.n; i++)
		free(l.patterns[i]);
	free(l.patterns);
}

void run_status(struct session *s)
{
	struct arg name = command_next(&s->command);
	char items[256], *path = NULL, *shown;
	struct folder f;

	if (name.p == NULL || !take_words(s, items, sizeof(items)) ||
	    items[0] == '\0') {
		finish(s, "BAD", "Error in IMAP command STATUS.");
		return;
	}
	path = path_of(s, &name);
	if (folder_open(&f, path) == -1) {
		finish(s, "NO", "[NONEXISTENT] Mailbox doesn't exist: %s",
		       name.p);
	} else {
		folder_begin(&f);
		shown = quoted(name.p);
		status_line(s, &f, shown, items);
		folder_end(&f, false);
		folder_close(&f);
		finish(s, "OK", "Status completed.");
		free(shown);
	}
	free(path);
}

void run_namespace(struct session *s)
{
	untagged(s, "NAMESPACE ((\"\" \"%c\")) NIL NIL", s->o->delimiter);
	finish(s, "OK", "Namespace completed.");
}
