/* SPDX-License-Identifier: ISC */
/*
 * The content of signed mail of the opaque kind (S/MIME, RFC 8551 3.5.2): a
 * MIME entity within CMS (RFC 5652). Nothing is verified.
 */
#ifndef MAIL_MIME_CMS_H
#define MAIL_MIME_CMS_H

#include <stdbool.h>

#include "util/buf.h"

/*
 * Find the content in the BER or DER bytes: a view into them, or into `joined`,
 * to which pieces are appended. False: it is no signed data, or is broken.
 * Linear; no recursion.
 */
bool cms_content(struct slice der, struct buf *joined, struct slice *content);

#endif
