/* SPDX-License-Identifier: ISC */
/* The messages in a maildrop: the answers to STAT, UIDL and LIST together. */
#ifndef POP3_LISTING_H
#define POP3_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/wire.h"
#include "util/buf.h"
#include "util/error.h"

/* More are not believed (the limits of mpop and mutt: 10^6, 5×10^5). */
#define POP3_MESSAGES_MAX 2000000

/* Bytes of one UIDL; RFC 1939 allows 70, some servers send more. */
#define POP3_UIDL_MAX 1024

/* One message of the listing. There may be two million: 16 bytes. */
struct pop3_entry {
	uint64_t size;	      /* octets, as listed; not always exact */
	uint32_t uidl_at;     /* see pop3_uidl() */
	unsigned number : 21; /* valid in this session only */
	unsigned uidl_len : 11;
};

_Static_assert(POP3_MESSAGES_MAX < 1 << 21 && POP3_UIDL_MAX < 1 << 11,
	       "number and uidl_len are wide enough");

struct pop3_listing {
	struct pop3_entry *entries; /* n of them, numbers 1 to n in order */
	size_t n;
	bool has_uidl;	 /* the server knows UIDL */
	bool has_octets; /* STAT said the size of all, as a number */
	bool is_refused; /* a command was, without a code that says why */
	struct buf text; /* all UIDLs */
};

/*
 * Read the listing, for pop3_list(). `asked`: LISTING_COMMANDS were sent
 * already; `announced`: the server has UIDL by its CAPA.
 */
#define LISTING_COMMANDS "STAT\r\nUIDL\r\nLIST\r\n"

/* The commands behind the login, and how many answers they get. */
#define POP3_FIRST_COMMANDS "CAPA\r\n" LISTING_COMMANDS
#define POP3_FIRST_ANSWERS  4
int pop3_read_listing(struct wire *w, bool asked, bool announced,
		      struct pop3_listing *listing, struct error *err);

void pop3_listing_release(struct pop3_listing *listing);

/*
 * The next word of a line; empty at its end. Blanks are skipped, or what `ends`
 * a word.
 */
struct slice pop3_next_word(struct slice *rest);
struct slice pop3_split_word(struct slice *rest, bool (*ends)(char c));

/* The UIDL of an entry: opaque bytes; empty when it has none. */
struct slice pop3_uidl(const struct pop3_listing *listing,
		       const struct pop3_entry *entry);

#endif
