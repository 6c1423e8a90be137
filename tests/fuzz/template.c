/* SPDX-License-Identifier: ISC */
/*
 * Names that templates make of a message: whatever is in it, a folder below
 * the Maildir, and one that the parent takes for honest. The lines of an input
 * are a template, account and folder, and two captures; then comes the message.
 */
#include "rules/template.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/charset.h"
#include "rules/folder.h"

#define OUT_MAX ((size_t)4096)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Good for any message: then no text of it may make the name unusable. */
static const char *const good[] = {
	"L/{x}",
	"{x}",
	"{x}{y}",
	"{x}-{y}/{1}",
	"{x} - {y:lower}.b",
	"{subject}/{from-name:lower}/{to}",
	"Lists/{list}",
	"{account}/{sender}/{from-domain}",
	"{folder}",
	"In/{x}{folder:lower}-b/{y}",
	"{message-id}{tags}{size}",
	"{date:%Y/%m}/{from}",
};

static const struct slice names[] = {{"x", 1}, {"y", 1}};

/* Tabs and line ends between two {…}: nobody writes that, and the check fails.
 */
static bool has_blanks;

static bool is_component(struct slice c, bool is_ours)
{
	bool fits = c.len > 0 && c.len <= FOLDER_COMPONENT_MAX &&
		    memchr(".-~", c.p[0], 3) == NULL && charset_is_utf8(c);

	for (size_t i = 0; i < c.len; i++)
		fits &= (unsigned char)c.p[i] >= 0x20 && c.p[i] != 0x7f;
	return fits && !(is_ours && (slice_equal(c, slice_str("new")) ||
				     slice_equal(c, slice_str("cur")) ||
				     slice_equal(c, slice_str("tmp"))));
}

static bool is_folder(struct slice name, bool is_ours)
{
	struct slice component;

	while (slice_split(&name, '/', &component))
		if (!is_component(component, is_ours))
			return false;
	return true;
}

static void check_folder(const struct template *t,
			 const struct template_values *v, bool is_good)
{
	const struct template_source source = {v->account, v->folder};
	struct buf out = BUF_INIT(OUT_MAX), again = BUF_INIT(OUT_MAX);
	struct error err = ERROR_INIT;

	if (template_expand_folder(t, v, &out, &err) == 0) {
		assert(!out.full && strlen(out.s) == out.len);
		assert(is_folder(buf_slice(&out), is_good));
		assert(has_blanks || template_gives_folder(t, &source, out.s));
		assert(template_expand_folder(t, v, &again, &err) == 0);
		assert(slice_equal(buf_slice(&out), buf_slice(&again)));
	} else {
		assert(!is_good && err.kind == ERR_MESSAGE &&
		       err.text[0] != '\0');
	}
	buf_release(&out);
	buf_release(&again);
}

/* The directory is the configuration's; below it, the same as for folders. */
static void check_path(const struct template *t,
		       const struct template_values *v)
{
	const char *prefix = template_prefix(t), *slash = strrchr(prefix, '/');
	const struct template_source source = {v->account, v->folder};
	size_t fixed = slash == NULL ? 0 : (size_t)(slash + 1 - prefix);
	struct buf out = BUF_INIT(OUT_MAX);
	struct error err = ERROR_INIT;

	if (template_expand_path(t, v, &out, &err) == 0) {
		assert(out.len >= fixed && memcmp(out.s, prefix, fixed) == 0);
		assert(template_is_literal(t) ||
		       is_folder(slice_skip(buf_slice(&out), fixed), false));
		assert(has_blanks || template_gives_path(t, &source, out.s));
	} else {
		assert(err.kind == ERR_MESSAGE && err.text[0] != '\0');
	}
	buf_release(&out);
}

static void check(const char *text, const struct template_values *v, bool known)
{
	const struct template_names n = {names, 2, v->n_groups};
	struct error err = ERROR_INIT;
	struct template *t = template_new(text, &n, &err);

	if (t == NULL) {
		assert(!known && err.kind == ERR_CONFIG && err.text[0] != '\0');
		return;
	}
	has_blanks = strpbrk(text, "\t\r\n") != NULL;
	check_folder(t, v, known);
	check_path(t, v);
	template_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice rest = slice_of((const char *)data, size), line[4];
	struct template_values v = {.tags = "a b", .size = size, .n = 2};
	char *words[2];
	struct message m;

	for (int i = 0; i < 4; i++)
		if (!slice_split(&rest, '\n', &line[i]))
			return 0;
	for (int i = 0; i < 2; i++) {
		words[i] = strndup(line[i].p, line[i].len);
		assert(words[i] != NULL);
	}
	message_init(&m, rest.p == NULL ? SLICE_EMPTY : rest, NULL);
	v.message = &m;
	v.account = v.folder = words[1];
	v.arrived = v.now = 1800000000;
	v.names = names;
	v.values = v.groups = line + 2;
	v.n_groups = 1;
	check(words[0], &v, false);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		check(good[i], &v, true);
	message_release(&m);
	free(words[0]);
	free(words[1]);
	return 0;
}
