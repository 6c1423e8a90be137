/* SPDX-License-Identifier: ISC */
/* The code in brackets of a response (RFC 9051, 7.1; RFC 5530). */
#ifndef IMAP_CODE_H
#define IMAP_CODE_H

#include <stdint.h>

#include "util/slice.h"

enum code_kind {
	CODE_NONE,    /* there is none */
	CODE_UNKNOWN, /* or it is malformed */
	CODE_ALERT,   /* show the text to the user */
	CODE_APPENDUID,
	CODE_AUTHENTICATIONFAILED,
	CODE_AUTHORIZATIONFAILED,
	CODE_CAPABILITY,
	CODE_CONTACTADMIN,
	CODE_COPYUID,
	CODE_EXPIRED,
	CODE_HIGHESTMODSEQ,
	CODE_INUSE,
	CODE_LIMIT,
	CODE_MESSAGELIMIT, /* it was done in part only (RFC 9738) */
	CODE_NONEXISTENT,
	CODE_NOPERM,
	CODE_OVERQUOTA,
	CODE_PERMANENTFLAGS,
	CODE_PRIVACYREQUIRED,
	CODE_READ_ONLY,
	CODE_READ_WRITE,
	CODE_THROTTLED,
	CODE_TRYCREATE,
	CODE_UIDNEXT,
	CODE_UIDNOTSTICKY,
	CODE_UIDVALIDITY,
	CODE_UNAVAILABLE,
};

/*
 * number: of UIDNEXT, UIDVALIDITY and HIGHESTMODSEQ, and the UIDVALIDITY of
 * COPYUID and APPENDUID; of MESSAGELIMIT, the smallest UID for which it was
 * done, or 0. Where it is odd, and others are malformed, the kind
 * is CODE_UNKNOWN.
 */
struct code {
	enum code_kind kind;
	uint64_t number;
	struct slice words; /* what is behind its name, and behind a number */
};

/*
 * Read what is between the brackets, which is borrowed; nothing, in an empty
 * slice.
 */
struct code code_read(struct slice text);

#endif
