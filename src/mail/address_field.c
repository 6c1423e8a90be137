/* SPDX-License-Identifier: ISC */
/*
 * The names of address fields. Mail servers and programs put words before a
 * known name, and more than one: X-Google-Original-From. A field with a
 * sentence or a URL in it is not one of them, even if an address is there.
 */
#include <string.h>

#include "mail/address.h"

#include "util/banned.h"

/* Real names have under 40 bytes. */
#define NAME_MAX_BYTES 128

/* Take a word before the known name away. False: there is none. */
static bool skip_prefix(struct slice *name)
{
	static const char *const prefixes[] = {
		"X-",	       "Resent-",    "Old-",	       "Original-",
		"Orig-",       "Envelope-",  "Env-",	       "Google-",
		"Apparently-", "Real-",	     "Resolved-",      "Mail-",
		"SMTP-",       "Delivered-", "Deliver-",       "Forwarded-",
		"Failed-",     "Final-",     "Authenticated-", "Auth-",
	};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (slice_starts_nocase(*name, prefixes[i])) {
			*name = slice_skip(*name, strlen(prefixes[i]));
			return true;
		}
	return false;
}

static bool is_one_of(struct slice name, const char *const *names)
{
	bool more = name.len <= NAME_MAX_BYTES;

	while (more) {
		if (slice_is_one_of_nocase(name, names))
			return true;
		more = skip_prefix(&name);
	}
	return false;
}

bool address_is_sender_field(struct slice name)
{
	static const char *const names[] = {"From",
					    "Sender",
					    "Author",
					    "Reply-To",
					    "Return-Path",
					    "Errors-To",
					    "MailFrom",
					    "Authenticated-User",
					    "Authenticated-Id",
					    "Auth-User",
					    "Auth-Id",
					    "Originating-Email",
					    "Approved-By",
					    NULL};

	return is_one_of(name, names);
}

bool address_is_field(struct slice name)
{
	static const char *const names[] = {"To",
					    "Cc",
					    "Bcc",
					    "Rcpt-To",
					    "RcptTo",
					    "Recipient",
					    "Recipients",
					    "Receiver",
					    "Mail-Followup-To",
					    "Mail-Copies-To",
					    "Disposition-Notification-To",
					    "Return-Receipt-To",
					    "Read-Receipt-To",
					    "Confirm-Reading-To",
					    "Complaints-To",
					    "Abuse-To",
					    "Report-Abuse-To",
					    "Mailing-List",
					    "BeenThere",
					    "Loop",
					    NULL};

	return address_is_sender_field(name) || is_one_of(name, names);
}
