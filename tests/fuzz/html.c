/* SPDX-License-Identifier: ISC */
/* HTML and links: any bytes give text and links of valid UTF-8, in bounds. */
#include "mail/html.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/address.h"
#include "mail/charset.h"
#include "mail/url.h"
#include "repeat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_links(const struct links *links)
{
	assert(links->n <= LINKS_MAX && !links->urls.full &&
	       !links->mailboxes.full);
	for (size_t i = 0; i < links->n; i++) {
		struct slice url = links_url(links, i);
		struct slice mailbox = links_mailbox(links, i);

		assert(url.len > 0 && url.len <= URL_READ_MAX);
		assert(charset_is_utf8(url));
		for (size_t j = 0; j < url.len; j++)
			assert((unsigned char)url.p[j] > ' ' &&
			       url.p[j] != 0x7f);
		assert(mailbox.len <= ADDRESS_FOLD_MAX(url.len + 1));
		assert(charset_is_utf8(links_shown(links, i)));
	}
}

static void check(struct slice bytes)
{
	struct buf utf8 = BUF_INIT(CHARSET_GROWTH * bytes.len),
		   text = BUF_INIT(SIZE_MAX / 2);
	struct links links;

	charset_add_utf8(bytes, &utf8);
	links_init(&links);
	html_to_text(buf_slice(&utf8), &text, &links);
	assert(text.len <= utf8.len + utf8.len / 5 + 1 &&
	       charset_is_utf8(buf_slice(&text)));
	links_add_text(&links, buf_slice(&utf8));
	check_links(&links);
	links_release(&links);
	buf_release(&utf8);
	buf_release(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check(slice_of((const char *)data, size));
	repeat(data, size, check);
	return 0;
}
