/* SPDX-License-Identifier: ISC */
/* Sending mail, by the server or the program of the configuration. */
#ifndef SORT_SEND_H
#define SORT_SEND_H

#include <time.h>

#include "net/smtp.h"
#include "sort/step.h"

/*
 * Send it. A program gets the recipients as arguments after "--" and the
 * message on standard input; it chooses the envelope sender itself. Errors as
 * in smtp_send().
 */
int send_mail(const struct step_tools *tools, const struct smtp_mail *mail,
	      struct error *err);

/* Is it a program that sends? For struct step_kind. */
bool send_runs_program(const struct sort_options *options);

/* Append a date (RFC 5322 3.3), in UTC and in English whatever the locale. */
void send_date(time_t now, struct buf *out);

#endif
