/* SPDX-License-Identifier: ISC */
/*
 * Targets of links, the first line of the input being the base of the others:
 * the URL is in bounds, and names the same host when it is read again.
 */
#include "mail/url.h"

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "mail/charset.h"
#include "mail/link_text.h"
#include "repeat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct slice host_of(const struct buf *url, const struct url *parts)
{
	return slice_of(url->s + parts->host_at, parts->host_len);
}

static bool is_web(struct slice url)
{
	return slice_starts_nocase(url, "http://") ||
	       slice_starts_nocase(url, "https://");
}

static void check_parts(const struct buf *url, const struct url *parts)
{
	assert(!url->full && url->len > 0);
	assert(parts->user_at + parts->user_len <= url->len);
	assert(parts->host_at + parts->host_len <= url->len);
	for (size_t i = 0; i < url->len; i++)
		assert((unsigned char)url->s[i] > ' ' && url->s[i] != 0x7f);
	assert(charset_is_utf8(buf_slice(url)));
}

/* A host that rules compare is the one that a browser opens. */
static void check_again(const struct buf *url, const struct url *parts)
{
	struct buf again = BUF_INIT(URL_READ_MAX);
	struct url same;

	if (is_web(buf_slice(url)) && parts->host_len > 0 &&
	    url->len <= URL_MAX) {
		assert(url_read(buf_slice(url), SLICE_EMPTY, &again, &same));
		assert(slice_equal(host_of(url, parts),
				   host_of(&again, &same)));
	}
	buf_release(&again);
}

static void check_target(struct slice target, struct slice base)
{
	struct buf url = BUF_INIT(URL_READ_MAX);
	struct url parts;

	if (url_read(target, base, &url, &parts)) {
		check_parts(&url, &parts);
		check_again(&url, &parts);
	}
	buf_release(&url);
}

static void check_text(struct slice text)
{
	struct slice rest = text, url, shown;
	size_t n = 0;

	while (link_text_next(&rest, &url)) {
		assert(url.len > 0 && url.p >= text.p &&
		       url.p + url.len <= text.p + text.len);
		assert(++n <= text.len);
	}
	if (link_text_names_host(text, &shown))
		assert(shown.len > 0 && shown.p >= text.p &&
		       shown.p + shown.len <= text.p + text.len);
}

static void check_all(struct slice bytes)
{
	struct buf utf8 = BUF_INIT(CHARSET_GROWTH * bytes.len);
	struct buf base = BUF_INIT(URL_READ_MAX);
	struct slice target, first;
	struct url parts;

	charset_add_utf8(bytes, &utf8);
	target = buf_slice(&utf8);
	check_text(target);
	check_target(target, SLICE_EMPTY);
	if (slice_split(&target, '\n', &first) && target.p != NULL &&
	    url_read(first, SLICE_EMPTY, &base, &parts) && parts.host_len > 0)
		check_target(target, buf_slice(&base));
	buf_release(&utf8);
	buf_release(&base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	check_all(slice_of((const char *)data, size));
	repeat(data, size, check_all);
	return 0;
}
