/* SPDX-License-Identifier: ISC */
/*
 * The structure of a message (RFC 2046): its parts, in the order of its bytes.
 * One pass with a stack instead of recursion; nothing is copied or decoded,
 * except for a multipart or message that is itself encoded.
 *
 *	mime_walk_begin(&walk, bytes);
 *	while (mime_walk_next(&walk, &part))
 *		use(&part);
 *	cut = walk.cut;
 *	mime_walk_end(&walk);
 *
 * Anything is a message. A multipart without the boundary that it names is read
 * with the one that stands in it, or else is text; parts behind the end of a
 * multipart count.
 */
#ifndef MAIL_MIME_PART_H
#define MAIL_MIME_PART_H

#include <stdbool.h>

#include "mail/message.h"
#include "util/buf.h"

/* Real mail has under 10 levels. */
#define MIME_DEPTH_MAX 32

#define MIME_PARTS_MAX 1000

/* Bytes read of a MIME field, as of any other: real ones are under 1 KB. */
#define MIME_FIELD_MAX MESSAGE_VALUE_MAX

/* "type/subtype": twice 127 (RFC 6838 4.2). */
#define MIME_TYPE_MAX 256

/* Multiparts and messages that are encoded, decoded, all together. */
#define MIME_DECODED_MAX ((size_t)36 * 1024 * 1024)

enum mime_part_kind {
	MIME_PART_LEAF,
	MIME_PART_MESSAGE,     /* an attached message; its parts follow */
	MIME_PART_MESSAGE_END, /* the same one, now with its bytes */
};

struct mime_part {
	enum mime_part_kind kind;
	char type[MIME_TYPE_MAX]; /* "text/plain", lower case */
	/* Raw values of its fields, cut to MIME_FIELD_MAX; empty: no field. */
	struct slice content_type, encoding, disposition, id;
	/* Likewise of the last field, if there are several: for names. */
	struct slice last_type, last_disposition;
	/* Still encoded if a leaf; empty for MIME_PART_MESSAGE. */
	struct slice body;
	bool cut;	/* its end is missing, because of a limit */
	bool is_opened; /* signed mail: what was signed follows as a part */
};

struct mime_layer {
	struct mime_part part;
	bool is_message;
	bool is_digest;
	bool is_decoded; /* its encoding has been taken off */
	bool is_hidden;	 /* its boundaries count only when that is done */
	bool is_folded;	 /* has blanks in its boundary, which mean nothing */
	size_t start;	 /* of its content */
	size_t n_parts;
	struct buf boundary;  /* without "--" and blanks at its end */
	struct slice guessed; /* a line that looks like its boundary */
};

/* The bytes being walked, and those within that were decoded. */
struct mime_source {
	struct slice bytes;
	size_t at;
	size_t n_layers; /* that were open before it */
	/* `at` is behind a boundary line, or at the end of the bytes. */
	size_t content_end; /* of the content before that line */
	size_t keep;	    /* how many layers the line leaves open */
	bool is_end, is_closing;
	bool cut;	    /* the bytes have lost their end */
	struct buf decoded; /* owns the bytes, if they are not others' */
};

struct mime_walk {
	struct mime_layer layers[MIME_DEPTH_MAX];
	size_t n_layers;
	struct mime_source sources[2 * MIME_DEPTH_MAX];
	size_t n_sources;
	int state;
	size_t n_parts;
	size_t n_decoded; /* bytes, in all */
	size_t n_guessed;
	bool cut; /* a limit was reached */
};

/* `bytes`: the message with its header; they must outlive the walk. */
void mime_walk_begin(struct mime_walk *w, struct slice bytes);

/* The next part, whose slices are valid until the next call. False: no more. */
bool mime_walk_next(struct mime_walk *w, struct mime_part *part);

void mime_walk_end(struct mime_walk *w);

#endif
