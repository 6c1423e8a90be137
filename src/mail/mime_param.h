/* SPDX-License-Identifier: ISC */
/*
 * The parameters of Content-Type and Content-Disposition (RFC 2045 5.1, RFC
 * 2231), from the raw field value. As lenient as mail readers: blanks in a
 * value without quotes, open quotes, RFC 2047 words, raw 8-bit bytes and
 * unknown charsets all give a name.
 */
#ifndef MAIL_MIME_PARAM_H
#define MAIL_MIME_PARAM_H

#include <stdbool.h>

#include "util/buf.h"

/* Real ones have under 20 segments. */
#define MIME_PARAM_SEGMENTS_MAX 200

/* The part before the first ";", trimmed: "text/plain". */
struct slice mime_param_main(struct slice value);

/*
 * Append the decoded value of the parameter called `name` to `out`. When there
 * are both, the form with a charset (name*=…) is used. Returns false when the
 * parameter is missing.
 */
bool mime_param_get(struct slice value, const char *name,
		    const char *const *fallback, struct buf *out);

#endif
