/* SPDX-License-Identifier: ISC */
/*
 * A message is immutable bytes plus an index of its header fields (RFC 5322
 * 2.2). Lines end in LF or CRLF. Decoded forms of fields are made on demand
 * and kept.
 *
 *	struct message m;
 *
 *	message_init(&m, bytes, fallback);
 *	for (size_t at = 0; message_next(&m, "Received", &at, &i);)
 *		use(message_text(&m, i));
 *	message_release(&m);
 *
 * The parser is linear, does no I/O and accepts any input: a byte order mark at
 * the top and a line that is not a field (an mbox "From " line, rubbish in the
 * middle) are skipped; the header ends at the first empty line, at a line of
 * blanks before text that is no field, or at the end of the bytes. When the
 * bytes begin with something other than a field, a blank or a "From " line, all
 * of them are body. A parameter that stands at the start of a line belongs to
 * the Content-* field before it.
 */
#ifndef MAIL_MESSAGE_H
#define MAIL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "mail/fold.h"
#include "util/buf.h"

/* More fields than this are not indexed: real mail has under 300. */
#define MESSAGE_FIELDS_MAX 10000

/* A raw value beyond this is cut for matching: real ones are under 100 KB. */
#define MESSAGE_VALUE_MAX ((size_t)256 * 1024)

/* Fields that begin behind this offset are not indexed. */
#define MESSAGE_HEADER_MAX ((size_t)16 * 1024 * 1024)

struct field {
	struct slice name;  /* without the colon and blanks before it */
	struct slice value; /* raw, folded, without the last line end */
	char *text;	    /* decoded on demand, else NULL */
	size_t text_len;
	struct folded *folded; /* made on demand; NULL: not, or as `text` */
	bool is_folded;
	struct slice *mailboxes; /* found on demand, else NULL */
	size_t n_mailboxes;
	char **cleaned; /* those that are not views into the value */
	size_t n_cleaned;
	char *plain; /* of a value that is encoded as a whole, else NULL */
	size_t plain_len;
};

struct message {
	struct slice bytes;  /* borrowed; may be the header part only */
	struct slice header; /* up to and with the empty line, if any */
	struct slice body;   /* what follows */
	bool cut; /* a limit was reached: fields are missing or shortened */
	struct field *fields;
	size_t n_fields;
	const char *const *fallback; /* borrowed; charsets for raw 8-bit */
	struct slice beyond;   /* borrowed; `body`, or as much as is there */
	const char **charsets; /* message_charsets(), on demand */
};

/* Index the bytes, which must outlive the message. `fallback` may be NULL. */
void message_init(struct message *m, struct slice bytes,
		  const char *const *fallback);
void message_release(struct message *m);

/*
 * The next field called `name` (ASCII case ignored; NULL: any) at or after *at:
 * its index in *index_out, and *at moved behind it. False: there is none.
 */
bool message_next(const struct message *m, const char *name, size_t *at,
		  size_t *index_out);

/*
 * Field i as a mail reader shows it: unfolded, RFC 2047 words decoded, raw
 * 8-bit bytes converted, blanks trimmed at both ends, valid UTF-8. In address
 * fields, display names lose their quotes. Owned by the message.
 */
struct slice message_text(struct message *m, size_t i);

/* The same as it is compared; NULL: as it is. Owned by the message. */
const struct folded *message_folded(struct message *m, size_t i);

/*
 * The charsets of raw 8-bit text without a label, NULL-terminated: the one that
 * the message names elsewhere, and then the fallback. Owned by the message.
 */
const char *const *message_charsets(struct message *m);

/* Real mail has up to some hundred recipients. */
#define MESSAGE_MAILBOXES_MAX 10000

/*
 * The mailboxes in address field i, in the form of address_clean() and
 * address_fold(), to be compared. *n_out of MESSAGE_MAILBOXES_MAX + 1 means
 * that there are more. Owned by the message.
 */
const struct slice *message_mailboxes(struct message *m, size_t i,
				      size_t *n_out);

/* Append a raw mailbox in that form, which has at most so many bytes. */
#define MESSAGE_MAILBOX_MAX(len) (24 * (len) + 1024)
void message_fold_mailbox(struct message *m, struct slice raw, struct buf *out);

/*
 * Append the first address in the first field of that name, as
 * address_clean() gives it, and its display name, decoded. False: none.
 */
bool message_address(struct message *m, const char *name, struct buf *out);
bool message_name(struct message *m, const char *name, struct buf *out);

/* The decoded first field of that name, or an empty slice with p == NULL. */
struct slice message_first(struct message *m, const char *name);

#endif
