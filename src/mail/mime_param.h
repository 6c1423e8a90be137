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

/*
 * Append the decoded value of the parameter called `name` to `out`. When there
 * are both, the form with a charset (name*=…) is used. Returns false when the
 * parameter is missing.
 */
bool mime_param_get(struct slice value, const char *name,
		    const char *const *fallback, struct buf *out);

/*
 * Call it with each value that the parameter may be read as, decoded, with line
 * ends and NULs: first the one above, then all that it has when it is there
 * more than once, in one form or in several.
 */
void mime_param_each(struct slice value, const char *name,
		     const char *const *fallback,
		     void (*use)(void *context, struct slice value),
		     void *context);

/* The same as mime_param_get(), as it stands: not decoded, and perhaps folded.
 */
bool mime_param_raw(struct slice value, const char *name, struct buf *out);

#endif
