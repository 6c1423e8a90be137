/* SPDX-License-Identifier: ISC */
/*
 * The files within a winmail.dat: TNEF, as Outlook sends it (MS-OXTNEF). Only
 * their names and bytes are read.
 */
#ifndef MAIL_MIME_TNEF_H
#define MAIL_MIME_TNEF_H

#include <stdbool.h>

#include "util/buf.h"

struct tnef_file {
	struct slice name; /* in the charset of the sender's system */
	struct slice wide; /* the long name in UTF-16LE; empty: there is none */
	struct slice bytes;
};

/* Move *rest behind the start of a stream. False: it is none. */
bool tnef_begin(struct slice *rest);

/*
 * The Windows code page of the names, such as 1251, read behind tnef_begin();
 * 0: the stream does not say.
 */
unsigned tnef_codepage(struct slice rest);

/*
 * Take the next file off *rest; views into it. False at the end, or at what is
 * broken. Linear, in one pass.
 */
bool tnef_next(struct slice *rest, struct tnef_file *file);

#endif
