/* SPDX-License-Identifier: ISC */
#include "mail/links.h"

#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "mail/link_text.h"
#include "mail/url.h"
#include "mail/url_host.h"
#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Punycode and small letters take up to three times the bytes. */
#define MAILBOXES_BYTES_MAX (4 * LINKS_BYTES_MAX)

void links_init(struct links *links)
{
	*links = (struct links){.n = 0};
	buf_init(&links->urls, LINKS_BYTES_MAX);
	buf_init(&links->mailboxes, MAILBOXES_BYTES_MAX);
	buf_init(&links->base, URL_READ_MAX);
}

void links_release(struct links *links)
{
	for (size_t i = 0; i < links->n; i++) {
		free(links->items[i].shown);
		free(links->items[i].letters);
	}
	free(links->items);
	links->items = NULL;
	links->n = 0;
	buf_release(&links->urls);
	buf_release(&links->mailboxes);
	buf_release(&links->base);
}

struct slice links_url(const struct links *links, size_t i)
{
	return slice_of(links->urls.s + links->items[i].at,
			links->items[i].len);
}

struct slice links_mailbox(const struct links *links, size_t i)
{
	return slice_of(links->mailboxes.s + links->items[i].mailbox_at,
			links->items[i].mailbox_len);
}

struct slice links_letters(const struct links *links, size_t i)
{
	const char *letters = links->items[i].letters;

	return letters == NULL ? SLICE_EMPTY : slice_str(letters);
}

struct slice links_shown(const struct links *links, size_t i)
{
	const char *shown = links->items[i].shown;

	return shown == NULL ? SLICE_EMPTY : slice_str(shown);
}

void links_set_base(struct links *links, struct slice target)
{
	struct url parts;

	if (links->base.len == 0 &&
	    (!url_read(target, SLICE_EMPTY, &links->base, &parts) ||
	     parts.host_len == 0))
		buf_clear(&links->base);
}

/* FNV-1a. Equal ones only cost time, and LINKS_MAX bounds it. */
static uint64_t hash_of(struct slice s)
{
	uint64_t hash = 0xcbf29ce484222325U;

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.p[i]) * 0x100000001b3U;
	return hash;
}

static size_t find(const struct links *links, struct slice url, uint64_t hash)
{
	size_t i = 0;

	while (i < links->n && (links->items[i].hash != hash ||
				!slice_equal(links_url(links, i), url)))
		i++;
	return i;
}

static bool looks_like_host(struct slice s)
{
	return memchr(s.p, '.', s.len) != NULL;
}

/* Is the host this one, or below it? */
static bool is_within(struct slice host, const char *above)
{
	size_t len = strlen(above);

	return slice_ends_nocase(host, above) &&
	       (host.len == len || host.p[host.len - len - 1] == '.');
}

/* Services that check links put their own in front of those of the sender. */
static bool is_wrapped(struct slice url, struct slice real, struct slice host,
		       struct slice ascii)
{
	static const char *const wrappers[] = {
		"protection.outlook.com", "urldefense.com",
		"urldefense.proofpoint.com", "linkprotect.cudasvc.com"};

	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]); i++)
		if (is_within(real, wrappers[i]))
			return memmem(url.p, url.len, host.p, host.len) ||
			       memmem(url.p, url.len, ascii.p, ascii.len);
	return false;
}

static void set_shown(struct links *links, size_t i, struct slice host)
{
	struct link *link = &links->items[i];
	struct slice real = address_domain(links_mailbox(links, i));
	struct buf ascii = BUF_INIT(ADDRESS_FOLD_MAX(host.len));

	if (link->shown != NULL || real.len == 0 || host.len == 0)
		return;
	address_fold_domain(host, &ascii);
	if (!url_hosts_are_kin(buf_slice(&ascii), real) &&
	    !is_wrapped(links_url(links, i), real, host, buf_slice(&ascii)))
		link->shown = xmemdup0(host.p, host.len);
	buf_release(&ascii);
}

/* "http://shop.example@198.51.100.7/" looks like a link to the shop. */
static void note_user(struct links *links, size_t i, struct slice user)
{
	const char *end = memchr(user.p, ':', user.len);

	if (end != NULL)
		user.len = (size_t)(end - user.p);
	if (looks_like_host(user))
		set_shown(links, i, user);
}

static void note_letters(struct link *link, struct slice url,
			 const struct url *parts)
{
	struct buf all = BUF_INIT(2 * URL_READ_MAX);
	size_t end = parts->host_at + parts->host_len;

	buf_add(&all, url.p, parts->host_at);
	if (address_domain_letters(
		    slice_of(url.p + parts->host_at, parts->host_len), &all)) {
		buf_add(&all, url.p + end, url.len - end);
		link->letters = xmemdup0(all.s, all.len);
	}
	buf_release(&all);
}

static void append(struct links *links, struct slice url, uint64_t hash,
		   const struct url *parts)
{
	struct buf mailbox = BUF_INIT(url.len + 1);
	struct link *link;

	xgrow(&links->items, links->n, sizeof(*link));
	link = &links->items[links->n++];
	*link = (struct link){.hash = hash,
			      .at = links->urls.len,
			      .len = url.len,
			      .mailbox_at = links->mailboxes.len};
	buf_addslice(&links->urls, url);
	buf_addch(&links->urls, '\n');
	if (parts->host_len == 0)
		return;
	note_letters(link, url, parts);
	buf_add(&mailbox, url.p + parts->user_at, parts->user_len);
	buf_addch(&mailbox, '@');
	buf_add(&mailbox, url.p + parts->host_at, parts->host_len);
	address_fold(buf_slice(&mailbox), &links->mailboxes);
	buf_release(&mailbox);
	link->mailbox_len = links->mailboxes.len - link->mailbox_at;
}

size_t links_add(struct links *links, struct slice target)
{
	struct buf url = BUF_INIT(URL_READ_MAX);
	struct url parts;
	size_t i = LINKS_MAX;
	uint64_t hash;

	if (links->n == LINKS_MAX ||
	    links->urls.len + URL_READ_MAX > LINKS_BYTES_MAX) {
		links->cut = true;
		return LINKS_MAX;
	}
	if (url_read(target, buf_slice(&links->base), &url, &parts)) {
		hash = hash_of(buf_slice(&url));
		i = find(links, buf_slice(&url), hash);
		if (i == links->n) {
			append(links, buf_slice(&url), hash, &parts);
			if (slice_starts_nocase(buf_slice(&url), "http"))
				note_user(links, i,
					  slice_of(url.s + parts.user_at,
						   parts.user_len));
		}
	}
	buf_release(&url);
	return i;
}

void links_add_text(struct links *links, struct slice text)
{
	struct slice url;

	while (!links->cut && link_text_next(&text, &url)) {
		struct buf whole = BUF_INIT(URL_MAX);

		if (slice_starts_nocase(url, "www."))
			buf_addstr(&whole, "http://");
		buf_addslice(&whole, slice_cut_utf8(url, URL_MAX - 8));
		(void)links_add(links, buf_slice(&whole));
		buf_release(&whole);
	}
}

void links_note_shown(struct links *links, size_t i, struct slice text)
{
	struct buf url = BUF_INIT(URL_READ_MAX), whole = BUF_INIT(URL_MAX);
	struct slice shown;
	struct url parts;

	if (link_text_names_host(text, &shown)) {
		if (!slice_contains(shown, "://"))
			buf_addstr(&whole, "http://");
		buf_addslice(&whole, shown);
		if (url_read(buf_slice(&whole), SLICE_EMPTY, &url, &parts))
			set_shown(links, i,
				  slice_of(url.s + parts.host_at,
					   parts.host_len));
	}
	buf_release(&whole);
	buf_release(&url);
}
