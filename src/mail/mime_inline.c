/* SPDX-License-Identifier: ISC */
#include "mail/mime_inline.h"

#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

#define SCHEME "cid:"

/* RFC 5322 2.1.1: an id stands on one line. */
#define ID_MAX 998

/* The list is "\nid\nid\n". */
#define DIVIDER '\n'

/*
 * Take an id from a URL, where some characters stand as %XX. Returns how many
 * bytes were read.
 */
static size_t add_id(struct slice rest, struct buf *cids)
{
	struct buf id = BUF_INIT(ID_MAX);
	size_t i = 0;

	for (; i < rest.len && !id.full; i++) {
		int byte = rest.p[i] == '%' && i + 2 < rest.len
				   ? ascii_hex_byte(rest.p + i + 1)
				   : -1;

		if (byte != -1)
			i += 2;
		else if ((unsigned char)rest.p[i] <= ' ' ||
			 strchr("\"'<>)", rest.p[i]) != NULL)
			break;
		buf_addch(&id, byte == -1 ? rest.p[i] : (char)byte);
	}
	buf_addch(&id, DIVIDER);
	if (!id.full && id.len > 1) {
		if (cids->len == 0)
			buf_addch(cids, DIVIDER);
		buf_addslice(cids, buf_slice(&id));
	}
	buf_release(&id);
	return i;
}

void mime_note_cids(struct slice html, struct buf *cids)
{
	const char *end = html.p + html.len, *colon = html.p;

	while (colon < end && !cids->full &&
	       (colon = memchr(colon, ':', (size_t)(end - colon))) != NULL) {
		colon++;
		if (colon - html.p >= (long)sizeof(SCHEME) - 1 &&
		    slice_starts_nocase(slice_of(colon - sizeof(SCHEME) + 1,
						 sizeof(SCHEME) - 1),
					SCHEME))
			colon += add_id(slice_of(colon, (size_t)(end - colon)),
					cids);
	}
}

static bool has_ending(struct slice name, const char *const *endings)
{
	for (size_t i = 0; endings[i] != NULL; i++)
		if (name.len > strlen(endings[i]) &&
		    slice_ends_nocase(name, endings[i]))
			return true;
	return false;
}

/* A name without a dot, such as OpenPGP_signature, has no ending. */
static bool have_endings(struct slice names, const char *const *endings)
{
	struct slice name;

	while (slice_split(&names, '\n', &name))
		if (name.len > 0 && memchr(name.p, '.', name.len) != NULL &&
		    !has_ending(name, endings))
			return false;
	return true;
}

static bool is_shown(const struct mime_part *part, const struct buf *cids)
{
	struct buf id = BUF_INIT(ID_MAX);
	struct slice s = slice_trim(part->id);
	bool shown;

	if (s.len > 1 && s.p[0] == '<' && s.p[s.len - 1] == '>')
		s = slice_of(s.p + 1, s.len - 2);
	buf_addch(&id, DIVIDER);
	buf_addslice(&id, s);
	buf_addch(&id, DIVIDER);
	shown = s.len > 0 && !id.full && cids->len > 0 &&
		memmem(cids->s, cids->len, id.s, id.len) != NULL;
	buf_release(&id);
	return shown;
}

static bool is_signature(const char *type)
{
	return strcmp(type, "application/pgp-signature") == 0 ||
	       strcmp(type, "application/pkcs7-signature") == 0 ||
	       strcmp(type, "application/x-pkcs7-signature") == 0;
}

/* QQ and others send images as bytes of no type: their names tell. */
static bool may_be_image(const char *type, struct slice names)
{
	return strncmp(type, "image/", 6) == 0 ||
	       (strcmp(type, "application/octet-stream") == 0 &&
		names.len > 0 && memchr(names.p, '.', names.len) != NULL);
}

bool mime_is_attached(const struct mime_part *part)
{
	struct slice s = slice_trim(part->disposition);

	if (s.len > 0 && s.p[0] == '"')
		s = slice_skip(s, 1);
	return slice_starts_nocase(s, "attachment");
}

bool mime_is_inline(const struct mime_part *part, struct slice names,
		    const struct buf *cids)
{
	static const char *const images[] = {
		".png", ".jpg",	 ".jpeg", ".jpe", ".jfif", ".gif",
		".bmp", ".webp", ".avif", ".tif", ".tiff", ".heic",
		".ico", ".emf",	 ".wmf",  ".emz", ".wmz",  NULL};
	static const char *const signatures[] = {".asc", ".sig", ".pgp",
						 ".gpg", ".p7s", NULL};
	static const char *const wrappers[] = {".p7m", NULL};

	if (part->is_opened)
		return have_endings(names, wrappers);
	if (is_signature(part->type))
		return have_endings(names, signatures);
	return may_be_image(part->type, names) && !mime_is_attached(part) &&
	       have_endings(names, images) && is_shown(part, cids);
}
