/* SPDX-License-Identifier: ISC */
/* A field of MIME as a list of parameters, as leniently as in mime_param.h. */
#ifndef MAIL_MIME_PARAM_SCAN_H
#define MAIL_MIME_PARAM_SCAN_H

#include <stdbool.h>
#include <stdint.h>

#include "util/slice.h"

struct mime_param {
	struct slice name;  /* with its stars */
	struct slice value; /* as it stands, without the quotes around it */
	bool is_quoted;
};

/* The rest of a field, and all that is known about the quotes in it. */
struct mime_param_scan {
	struct slice rest;
	bool open;   /* from here on, none closes a value */
	size_t left; /* nor does one with more bytes behind it than these */
};

#define MIME_PARAM_SCAN(field)                                                 \
	((struct mime_param_scan){field, false, SIZE_MAX})

/* Take the next "name=value"; false at the end. Linear in all calls together.
 */
bool mime_param_next(struct mime_param_scan *scan, struct mime_param *param);

#endif
