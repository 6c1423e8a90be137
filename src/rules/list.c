/* SPDX-License-Identifier: ISC */
#include "rules/list.h"

#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "mail/charset.h"
#include "rules/file.h"
#include "util/ascii.h"
#include "util/set.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Far more than any real list. A file named by mistake is not read whole. */
#define FILE_MAX       ((size_t)64 * 1024 * 1024)
#define LINES_MAX      1000000
#define LINE_MAX_BYTES 4096

/* RFC 5321 allows 254 bytes; a longer address is never found. */
#define MAILBOX_MAX 1024

struct text_line {
	struct slice text;
	int line;
};

struct list {
	struct rule_file file;
	bool is_address;
	char *bytes;  /* the file; addresses in it are lower case */
	char **ascii; /* addresses whose domain was not ASCII */
	size_t n_ascii;
	struct set *addresses, *domains, *parents;
	struct text_line *texts;
	size_t n_texts;
};

bool list_is_address(struct slice value)
{
	const char *at = memchr(value.p, '@', value.len);

	if (at == NULL || at == value.p + value.len - 1 ||
	    memchr(at + 1, '@', value.len - (size_t)(at - value.p) - 1) != NULL)
		return false;
	for (size_t i = 0; i < value.len; i++)
		if (value.p[i] == '\0' ||
		    strchr(" \t<>()\",;:[]*", value.p[i]) != NULL)
			return false;
	/* "medium.com/@ann" is a part of a link. */
	return memchr(at, '/', value.len - (size_t)(at - value.p)) == NULL &&
	       (at == value.p || at[-1] != '/');
}

struct slice list_bare_address(struct slice value)
{
	struct slice v = slice_trim(value), name, inner;
	const char *open = memchr(v.p, '<', v.len);

	if (list_is_address(v))
		return v;
	if (open == NULL || v.p[v.len - 1] != '>')
		return value;
	name = slice_of(v.p, (size_t)(open - v.p));
	inner = slice_trim(slice_of(open + 1, v.len - name.len - 2));
	/* With another address before it, it is a list of them. */
	if (!list_is_address(inner) || memchr(name.p, '@', name.len) != NULL)
		return value;
	return inner;
}

static void add_text(struct list *list, struct slice text, int line)
{
	xgrow(&list->texts, list->n_texts, sizeof(*list->texts));
	list->texts[list->n_texts++] = (struct text_line){text, line};
}

/* Cut " # …" off. An address has no blanks, so that cannot be part of it. */
static struct slice without_comment(struct slice value)
{
	for (size_t i = 1; i < value.len; i++)
		if (value.p[i] == '#' &&
		    (value.p[i - 1] == ' ' || value.p[i - 1] == '\t'))
			return slice_trim(slice_of(value.p, i));
	return value;
}

/* With its domain as DNS knows it, in lower case; owned by the list. */
static struct slice keep_ascii(struct list *list, struct slice address)
{
	struct buf ascii = BUF_INIT(ADDRESS_FOLD_MAX(address.len));
	size_t len;
	char *kept;

	address_fold(address, &ascii);
	len = ascii.len;
	kept = buf_detach(&ascii);
	ascii_lower_bytes(kept, len);
	xgrow(&list->ascii, list->n_ascii, sizeof(*list->ascii));
	list->ascii[list->n_ascii++] = kept;
	return slice_of(kept, len);
}

static void add_value(struct list *list, struct slice value, int line)
{
	struct slice address = list_bare_address(without_comment(value));

	if (!list->is_address || value.p[0] == '/' ||
	    !list_is_address(address)) {
		add_text(list, value, line);
		return;
	}
	if (!slice_is_ascii(address))
		address = keep_ascii(list, address);
	else
		ascii_lower_bytes(list->bytes + (address.p - list->bytes),
				  address.len);
	if (address.p[0] != '@')
		set_add(list->addresses, address);
	else if (address.len > 2 && address.p[1] == '.')
		set_add(list->parents,
			slice_of(address.p + 2, address.len - 2));
	else
		set_add(list->domains,
			slice_of(address.p + 1, address.len - 1));
}

static int parse(struct list *list, struct slice rest, struct error *err)
{
	struct slice line, value;

	if (rest.len >= 3 && memcmp(rest.p, "\xef\xbb\xbf", 3) == 0)
		rest = slice_of(rest.p + 3, rest.len - 3);
	for (int n = 1; slice_split(&rest, '\n', &line); n++) {
		value = slice_trim(line);
		if (n > LINES_MAX || value.len > LINE_MAX_BYTES)
			return error_set(err, ERR_CONFIG,
					 "%s:%d: a list has at most %d lines "
					 "of %d bytes",
					 list->file.path, n, LINES_MAX,
					 LINE_MAX_BYTES);
		if (!charset_is_utf8(value) ||
		    memchr(value.p, '\0', value.len) != NULL)
			return error_set(err, ERR_CONFIG,
					 "%s:%d: this is not UTF-8",
					 list->file.path, n);
		if (value.len > 0 && value.p[0] != '#')
			add_value(list, value, n);
	}
	return 0;
}

struct list *list_load(const char *path, bool is_address, struct error *err)
{
	struct list *list = xcalloc(1, sizeof(*list));
	struct buf bytes = BUF_INIT(FILE_MAX);
	int rc;

	list->file.path = xstrdup(path);
	list->is_address = is_address;
	list->addresses = set_new();
	list->domains = set_new();
	list->parents = set_new();
	rc = rule_file_read(&list->file, "a list", &bytes, err);
	if (rc == 0) {
		size_t len = bytes.len;

		list->bytes = buf_detach(&bytes);
		rc = parse(list, slice_of(list->bytes, len), err);
	}
	buf_release(&bytes);
	if (rc == 0)
		return list;
	list_free(list);
	return NULL;
}

void list_free(struct list *list)
{
	if (list == NULL)
		return;
	set_free(list->addresses);
	set_free(list->domains);
	set_free(list->parents);
	for (size_t i = 0; i < list->n_ascii; i++)
		free(list->ascii[i]);
	free(list->ascii);
	free(list->texts);
	free(list->bytes);
	free(list->file.path);
	free(list);
}

bool list_changed(const struct list *list)
{
	return rule_file_changed(&list->file);
}

/* Is the domain, or one that it is below, in the set? */
static bool is_below(const struct set *parents, struct slice domain)
{
	const char *dot;

	while (!set_has(parents, domain)) {
		dot = memchr(domain.p, '.', domain.len);
		if (dot == NULL)
			return false;
		domain.len -= (size_t)(dot - domain.p) + 1;
		domain.p = dot + 1;
	}
	return true;
}

bool list_has_address(const struct list *list, struct slice mailbox)
{
	char copy[MAILBOX_MAX];
	struct slice whole, domain;
	size_t at = mailbox.len;

	if (mailbox.len > sizeof(copy))
		return false;
	memcpy(copy, mailbox.p, mailbox.len);
	ascii_lower_bytes(copy, mailbox.len);
	whole = slice_of(copy, mailbox.len);
	if (set_has(list->addresses, whole))
		return true;
	while (at > 0 && copy[at - 1] != '@')
		at--;
	if (at == 0)
		return false;
	domain = slice_of(copy + at, mailbox.len - at);
	return set_has(list->domains, domain) ||
	       is_below(list->parents, domain);
}

size_t list_texts(const struct list *list)
{
	return list->n_texts;
}

struct slice list_text(const struct list *list, size_t i, int *line_out)
{
	*line_out = list->texts[i].line;
	return list->texts[i].text;
}

const char *list_path(const struct list *list)
{
	return list->file.path;
}
