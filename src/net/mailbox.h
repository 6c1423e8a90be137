/* SPDX-License-Identifier: ISC */
/*
 * A mailbox on a server, in any protocol: a listing of messages, requests for
 * some of them, and the answers. pop3/ and imap/ fill
 * these in; fetch/ knows no other form.
 */
#ifndef NET_MAILBOX_H
#define NET_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/buf.h"
#include "util/hash.h"
#include "util/slice.h"

/* More are not believed (the limits of mpop and mutt: 10^6, 5×10^5). */
#define MAILBOX_MESSAGES_MAX 2000000

/* Bytes of one UIDL; RFC 1939 allows 70, some servers send more. */
#define MAILBOX_UIDL_MAX 1024

/* One message of the listing. There may be two million: 16 bytes. */
struct mailbox_entry {
	uint64_t size;	      /* octets, as listed; not always exact */
	uint32_t uidl_at;     /* see mailbox_uidl() */
	unsigned number : 21; /* valid in this session only */
	unsigned uidl_len : 11;
};

#define MAILBOX_NUMBER_MASK   ((1U << 21) - 1)
#define MAILBOX_UIDL_LEN_MASK ((1U << 11) - 1)
_Static_assert(MAILBOX_MESSAGES_MAX <= MAILBOX_NUMBER_MASK &&
		       MAILBOX_UIDL_MAX <= MAILBOX_UIDL_LEN_MASK,
	       "number and uidl_len are wide enough");

struct mailbox_listing {
	struct mailbox_entry *entries; /* n of them, numbers 1 to n in order */
	size_t n;
	bool has_uidl;	 /* the server knows UIDL */
	bool has_octets; /* STAT said the size of all, as a number */
	bool is_refused; /* a command was, without a code that says why */
	struct buf text; /* all UIDLs */
};

void mailbox_release(struct mailbox_listing *listing);

/* The UIDL of an entry: opaque bytes; empty when it has none. */
struct slice mailbox_uidl(const struct mailbox_listing *listing,
			  const struct mailbox_entry *entry);

enum mailbox_command {
	MAILBOX_MESSAGE,
	MAILBOX_HEADER, /* its header only */
	MAILBOX_DELETE,
};

struct mailbox_answer {
	const struct mailbox_entry *entry;
	size_t at;	 /* of the entry, in the list that was asked for */
	bool ok;	 /* false: refused */
	bool is_gone;	 /* not ok, because it is not there any more */
	bool exact;	 /* its size is the listed one */
	bool is_dotted;	 /* dots may be missing: see pop3_read_alone() */
	bool is_odd;	 /* it begins like an answer of a server */
	bool has_stray;	 /* read alone: bytes came behind its end */
	char text[256];	 /* of the server: why it was refused */
	uint64_t size;	 /* bytes written */
	uint64_t octets; /* as servers list them */
	unsigned char sha256[HASH_SIZE];
	struct slice head; /* its start; valid until the next call */

	/* As IMAP says it; see state/received.h. */
	int64_t arrived;
	unsigned flags;		/* mail/flags.h */
	uint64_t number_in_all; /* its id in all folders; 0: there is none */
	struct slice id;	/* the same, of other servers; or empty */
};

enum mailbox_break_kind {
	MAILBOX_UNBROKEN, /* or by an error of our own */
	MAILBOX_LOST,	  /* the server closed, or stayed silent */
	MAILBOX_CONFUSED, /* its answers do not fit the commands */
};

/* How a session died. */
struct mailbox_break {
	enum mailbox_break_kind kind;
	enum mailbox_command command;	   /* if there is an entry */
	const struct mailbox_entry *entry; /* whose answer was awaited; or NULL
					    */
	size_t answered;		   /* answers of that request */
	bool in_flight; /* commands had been sent ahead, at an answer's start */
};

#endif
