/* SPDX-License-Identifier: ISC */
/*
 * The links of a message: targets of its HTML, and URLs in its text, each once,
 * in the order in which they come, in the form that mail/url.h describes.
 *
 *	links_init(&links);
 *	links_add_text(&links, text);
 *	for (size_t i = 0; i < links.n; i++)
 *		… links_url(&links, i)
 *	links_release(&links);
 */
#ifndef MAIL_LINKS_H
#define MAIL_LINKS_H

#include <stdint.h>

#include "util/buf.h"

/* Real letters have under 300 links. */
#define LINKS_MAX 1000

/* Bytes of all links: 1,000 of a usual length, or 250 of the longest. */
#define LINKS_BYTES_MAX ((size_t)1024 * 1024)

/* A link, by places in `urls` and `mailboxes`. */
struct link {
	uint64_t hash;
	size_t at, len;
	size_t mailbox_at, mailbox_len;
	char *letters; /* the URL with its host in letters, if it is xn--… */
	char *shown;   /* the host that a reader sees, if it is another one */
};

struct links {
	struct buf urls;      /* one a line */
	struct buf mailboxes; /* "user@host" of each */
	struct link *items;
	size_t n;
	struct buf base; /* of relative targets; empty without one */
	bool cut;	 /* there were more */
};

void links_init(struct links *links);
void links_release(struct links *links);

/* The target that relative ones belong to; the first one counts. */
void links_set_base(struct links *links, struct slice target);

/*
 * Add a target, its character references decoded. Returns its index, or
 * LINKS_MAX when it opens nothing or no more fit.
 */
size_t links_add(struct links *links, struct slice target);

/* Add the URLs in plain text: those with a scheme, and "www.…". */
void links_add_text(struct links *links, struct slice text);

/*
 * The reader sees this text on link `i`. If it names the host of somebody else,
 * note that.
 */
void links_note_shown(struct links *links, size_t i, struct slice text);

struct slice links_url(const struct links *links, size_t i);

/*
 * "user@host" as address_fold() has it: the host that would be asked, after an
 * "@" also when there is no user. Empty for a link without a host.
 */
struct slice links_mailbox(const struct links *links, size_t i);

/*
 * The URL with the letters that "xn--…" in its host stand for; empty if there
 * is none.
 */
struct slice links_letters(const struct links *links, size_t i);

/* The host that a reader sees; empty if it is that of the link. */
struct slice links_shown(const struct links *links, size_t i);

#endif
