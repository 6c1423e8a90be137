/* SPDX-License-Identifier: ISC */
#include "mail/mime_name.h"

#include <string.h>

#include "mail/mime_param.h"
#include "mail/words.h"
#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/* The length of the quotation mark at the start, or 0. */
static size_t quote_at(struct slice s)
{
	static const char *const quotes[] = {
		"\"", "“", "”", "„", "‟", "‘", "’",
		"‚",  "‛", "«", "»", "‹", "›", "＂",
	};

	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++)
		if (slice_starts_nocase(s, quotes[i]))
			return strlen(quotes[i]);
	return 0;
}

/* The length of the last character. */
static size_t last_length(struct slice s)
{
	size_t n = s.len > 0;

	while (n < s.len && ((unsigned char)s.p[s.len - n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* Typographic ones do not quote in MIME, but senders take them for that. */
static struct slice without_quotes(struct slice s)
{
	size_t first = quote_at(s), last = last_length(s);

	if (first == 0 || first + last >= s.len ||
	    quote_at(slice_skip(s, s.len - last)) == 0)
		return s;
	return slice_trim(slice_of(s.p + first, s.len - first - last));
}

/* Windows drops dots and blanks at the end: "x.exe." is a program, too. */
static struct slice without_dots(struct slice s)
{
	size_t len = s.len;

	while (len > 0 && (s.p[len - 1] == '.' || ascii_is_space(s.p[len - 1])))
		len--;
	return len > 0 ? slice_of(s.p, len) : s;
}

static bool is_first(struct slice name, const struct buf *out)
{
	return out->len > name.len && out->s[name.len] == '\n' &&
	       slice_equal(slice_of(out->s, name.len), name);
}

static void add_line(struct slice name, struct buf *out)
{
	struct buf line = BUF_INIT(name.len);

	buf_addslice(&line, name);
	words_tame(&line, 0);
	name = without_dots(without_quotes(buf_slice(&line)));
	if (name.len > 0 && !is_first(name, out) &&
	    buf_reserve(out, name.len + 1)) {
		buf_addslice(out, name);
		buf_addch(out, '\n');
	}
	buf_release(&line);
}

void mime_name_add(struct slice name, struct buf *out)
{
	const char *nul = name.len == 0 ? NULL : memchr(name.p, '\0', name.len);

	add_line(name, out);
	if (nul != NULL)
		add_line(slice_of(name.p, (size_t)(nul - name.p)), out);
}

static void add_name(void *context, struct slice name)
{
	mime_name_add(name, context);
}

void mime_names(const struct mime_part *part, const char *const *fallback,
		struct buf *out)
{
	const struct {
		struct slice field;
		const char *name;
	} places[] = {
		{part->disposition, "filename"},
		{part->content_type, "name"},
		{part->disposition, "name"},
		{part->content_type, "filename"},
		{part->last_disposition, "filename"},
		{part->last_type, "name"},
	};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		mime_param_each(places[i].field, places[i].name, fallback,
				add_name, out);
}
