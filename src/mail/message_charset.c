/* SPDX-License-Identifier: ISC */
/*
 * Raw 8-bit text is most often in the charset that the message names elsewhere:
 * for its text, in its own header or in that of a part, or in encoded words.
 */
#include <stdlib.h>
#include <string.h>

#include "mail/charset.h"
#include "mail/message.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * Bytes of a message in which parts are looked for: what the judge reads at
 * once, so that `show` finds the same.
 */
#define LOOK_MAX ((size_t)16 * 1024)

/* Labels that are tried: a message has few, but hostile bytes have many. */
#define LABELS_MAX 16

/* Does the label say something about 8-bit bytes? */
static const struct charset *find_useful(struct slice label)
{
	const struct charset *charset = charset_find(label);

	return charset != NULL && charset_names(charset)[0] != NULL ? charset
								    : NULL;
}

static const struct charset *find_declared(struct slice text)
{
	const struct charset *charset = NULL;
	struct slice label;

	for (size_t i = 0; i < LABELS_MAX && charset_next_label(&text, &label);
	     i++) {
		charset = find_useful(label);
		if (charset != NULL)
			break;
	}
	return charset;
}

/* The first that an encoded word is in: "=?charset?…", "=?charset*en?…". */
static const struct charset *find_in_words(const struct message *m)
{
	const struct charset *charset = NULL;
	size_t tried = 0;

	for (size_t i = 0; i < m->n_fields; i++) {
		struct slice rest = m->fields[i].value;
		const char *mark;

		while (tried < LABELS_MAX && charset == NULL && rest.len > 0 &&
		       (mark = memmem(rest.p, rest.len, "=?", 2)) != NULL) {
			rest = slice_skip(rest, (size_t)(mark + 2 - rest.p));
			charset = find_useful(slice_until(rest, "?*"));
			tried++;
		}
	}
	return charset;
}

static const struct charset *declared_charset(const struct message *m)
{
	const struct charset *charset = NULL;
	size_t look;

	for (size_t i = 0; i < m->n_fields && charset == NULL; i++)
		if (slice_equal_nocase(m->fields[i].name,
				       slice_str("Content-Type")))
			charset = find_declared(m->fields[i].value);
	look = m->header.len < LOOK_MAX ? LOOK_MAX - m->header.len : 0;
	if (look > m->beyond.len)
		look = m->beyond.len;
	if (charset == NULL)
		charset = find_declared(slice_of(m->beyond.p, look));
	return charset == NULL ? find_in_words(m) : charset;
}

static void add_names(struct message *m, size_t *n, const char *const *names)
{
	for (; names != NULL && *names != NULL; names++) {
		xgrow(&m->charsets, *n, sizeof(*m->charsets));
		m->charsets[(*n)++] = *names;
	}
}

const char *const *message_charsets(struct message *m)
{
	static const char *const end[] = {"", NULL};
	const struct charset *declared;
	size_t n = 0;

	if (m->charsets != NULL)
		return m->charsets;
	declared = declared_charset(m);
	if (declared != NULL)
		add_names(m, &n, charset_names(declared));
	add_names(m, &n, m->fallback);
	add_names(m, &n, end);
	m->charsets[n - 1] = NULL;
	return m->charsets;
}
