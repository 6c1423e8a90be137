/* SPDX-License-Identifier: ISC */
/*
 * Folders that rules can name stay below the Maildir, in the form of its
 * layout.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mail/charset.h"
#include "maildir/name.h"
#include "rules/folder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One of a folder that rules can name stays below the Maildir, in its form. */
static void check_folder(const char *name, enum layout layout,
			 enum folder_encoding encoding)
{
	struct buf out = BUF_INIT(8 * strlen(name) + 16);
	struct slice rest, level;
	size_t n = 0, levels = 1;

	maildir_name_path(layout, encoding, name, &out);
	assert(!out.full && charset_is_utf8(buf_slice(&out)));
	assert(encoding == ENCODING_UTF8 || slice_is_ascii(buf_slice(&out)));
	for (const char *p = name; *p != '\0'; p++)
		levels += *p == '/';
	rest = buf_slice(&out);
	while (layout == LAYOUT_FS && slice_split(&rest, '/', &level)) {
		assert(level.len > 0 && level.p[0] != '.');
		assert(!slice_equal(level, slice_str("cur")) &&
		       !slice_equal(level, slice_str("new")) &&
		       !slice_equal(level, slice_str("tmp")));
		n++;
	}
	for (size_t i = 0; layout == LAYOUT_MAILDIRPP && i < out.len; i++) {
		assert(out.s[i] != '/' && (i > 0 || out.s[i] == '.'));
		n += out.s[i] == '.';
		assert(i == 0 || out.s[i] != '.' || out.s[i - 1] != '.');
	}
	assert(n == levels);
	buf_release(&out);
}

static void check_folders(const char *name)
{
	struct error err = ERROR_INIT;

	if (folder_check(slice_str(name), &err) == -1)
		return;
	for (int l = LAYOUT_FS; l <= LAYOUT_MAILDIRPP; l++)
		for (int e = ENCODING_UTF7; e <= ENCODING_UTF8; e++)
			check_folder(name, (enum layout)l,
				     (enum folder_encoding)e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = strndup((const char *)data, size);

	assert(name != NULL);
	check_folders(name);
	free(name);
	return 0;
}
