/* SPDX-License-Identifier: ISC */
/* The messages in a maildrop: the answers to STAT, UIDL and LIST together. */
#ifndef POP3_LISTING_H
#define POP3_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/mailbox.h"
#include "net/wire.h"
#include "util/error.h"

/*
 * Read the listing, for pop3_list(). `asked`: LISTING_COMMANDS were sent
 * already; `announced`: the server has UIDL by its CAPA.
 */
#define LISTING_COMMANDS "STAT\r\nUIDL\r\nLIST\r\n"

/* The commands behind the login, and how many answers they get. */
#define POP3_FIRST_COMMANDS "CAPA\r\n" LISTING_COMMANDS
#define POP3_FIRST_ANSWERS  4
int pop3_read_listing(struct wire *w, bool asked, bool announced,
		      struct mailbox_listing *listing, struct error *err);

/*
 * The next word of a line; empty at its end. Blanks are skipped, or what `ends`
 * a word.
 */
struct slice pop3_next_word(struct slice *rest);
struct slice pop3_split_word(struct slice *rest, bool (*ends)(char c));

#endif
