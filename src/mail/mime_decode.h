/* SPDX-License-Identifier: ISC */
/*
 * Transfer encodings (RFC 2045 6), decoded as mail readers do: what is wrong
 * in an encoding is skipped or taken as it stands, and what follows is read.
 */
#ifndef MAIL_MIME_DECODE_H
#define MAIL_MIME_DECODE_H

#include "util/buf.h"

enum mime_encoding {
	MIME_ENCODING_NONE,
	MIME_ENCODING_BASE64,
	MIME_ENCODING_QUOTED,
	MIME_ENCODING_UU,
};

/* The encoding that a raw Content-Transfer-Encoding names; NONE if unknown. */
enum mime_encoding mime_encoding_of(struct slice field);

/*
 * The decoded bytes: `bytes` itself when they are not encoded, else what was
 * appended to `out`. When `out` becomes full the result is cut, and out->full
 * is set; without an encoding out->max does not count.
 *
 * Base64 may come in several padded pieces, without padding, and with other
 * characters in it, also a "=" where no piece can end; lines behind its padding
 * that are no base64 are a footer and left out. In quoted-printable a "=" that
 * begins nothing stays.
 */
struct slice mime_decode(enum mime_encoding encoding, struct slice bytes,
			 struct buf *out);

enum mime_quoting {
	QUOTING_UNKNOWN,
	QUOTING_YES,
	QUOTING_NO,
};

/*
 * Is a line of a header in quoted-printable? It then has "=3D" for each "=",
 * and no other one; without any it can be both.
 */
enum mime_quoting mime_quoting_of(struct slice line);

#endif
