/* SPDX-License-Identifier: ISC */
/* The MIME view: names and text are valid UTF-8 and within their limits. */
#include "mail/mime.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/charset.h"
#include "mail/html.h"
#include "mail/mime_param.h"
#include "repeat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const fallback[] = {"GB18030", "CP1252", NULL};

static void check_pieces(struct slice bytes)
{
	struct buf utf8 = BUF_INIT(CHARSET_GROWTH * bytes.len),
		   text = BUF_INIT(SIZE_MAX / 2),
		   name = BUF_INIT(8 * bytes.len + 16);

	charset_add_utf8(bytes, &utf8);
	html_to_text(buf_slice(&utf8), &text, NULL);
	assert(text.len <= utf8.len + utf8.len / 5 + 1 &&
	       charset_is_utf8(buf_slice(&text)));
	(void)mime_param_get(bytes, "name", fallback, &name);
	assert(!name.full && charset_is_utf8(buf_slice(&name)));
	buf_release(&utf8);
	buf_release(&text);
	buf_release(&name);
}

static void check(struct slice bytes)
{
	struct mime_view view;

	mime_view_init(&view, bytes, fallback);
	assert(view.n_attachments <= MIME_PARTS_MAX);
	assert(!view.text.full && charset_is_utf8(buf_slice(&view.text)));
	for (size_t i = 0; i < view.n_attachments; i++)
		assert(charset_is_utf8(slice_of(view.attachments[i].name,
						view.attachments[i].name_len)));
	mime_view_release(&view);
	check_pieces(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check(slice_of((const char *)data, size));
	repeat(data, size, check);
	return 0;
}
