/* SPDX-License-Identifier: ISC */
/* The envelope sender of a message, and whether a program wrote it. */
#ifndef MAIL_ORIGIN_H
#define MAIL_ORIGIN_H

#include <stdbool.h>

#include "mail/message.h"

/*
 * The envelope sender, without angle brackets, from Return-Path, from
 * X-Envelope-From and its like, or from a "From " line at the top; empty for
 * the null sender of bounces, also if that is called MAILER-DAEMON. False: the
 * message does not say. Owned by the message.
 */
bool origin_sender(struct message *m, struct slice *out);

/* Is it an mbox "From " line, and not the field "From :"? */
bool origin_is_from_line(struct slice start);

/*
 * The sender in an mbox "From " line. p NULL: there is none in it; empty for
 * MAILER-DAEMON, as MTAs write the null sender there.
 */
struct slice origin_of_from_line(struct slice line);

/*
 * Is it an address that no person reads: "owner-" at its beginning, "-request"
 * at its end, MAILER-DAEMON, "noreply" within it? Whole words are compared:
 * noreplyfan@x.org is a person.
 */
bool origin_is_robot(struct slice mailbox);

/*
 * Did a program write it, or did it go to many: should no program answer it?
 * RFC 3834, RFC 5230 4.6 and what programs write that do not follow them.
 */
bool origin_is_automatic(struct message *m);

#endif
