/* SPDX-License-Identifier: ISC */
/*
 * STAT, UIDL and LIST must agree. A listing that contradicts itself is not
 * used at all: a message that seems to be gone, or new, decides what is
 * deleted and what is fetched.
 */
#include "pop3/listing.h"

#include <stdlib.h>
#include <string.h>

#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A line of UIDL, even with one that is far too long to be used. */
#define LIST_LINE_MAX (64 * 1024)

/* All UIDLs of a listing together. */
#define LISTING_TEXT_MAX (512UL * 1024 * 1024)

/* Nine digits are enough for real numbers and counts. */
#define NUMBER_MAX 999999999ULL

/* A petabyte: sizes stay far from where arithmetic overflows. */
#define OCTETS_MAX (1ULL << 50)

static struct slice next_word(struct slice *rest)
{
	struct slice word;
	size_t n = 0;

	while (rest->len > 0 && ascii_is_blank(*rest->p)) {
		rest->p++;
		rest->len--;
	}
	while (n < rest->len && !ascii_is_blank(rest->p[n]))
		n++;
	word = slice_of(rest->p, n);
	rest->p += n;
	rest->len -= n;
	return word;
}

static int distrust(struct wire *w, const char *what, struct error *err)
{
	(void)error_set(err, ERR_TEMPORARY,
			"the server's listing cannot be trusted (%s); nothing "
			"was fetched, will be tried again",
			what);
	return wire_dead(w);
}

static int read_stat(struct wire *w, struct pop3_listing *l, struct error *err)
{
	unsigned long long n;
	struct slice text;
	int rc = wire_status(w, &text, err);

	if (rc == -1)
		return -1;
	if (rc == 0 || !slice_number(next_word(&text), NUMBER_MAX, &n))
		return distrust(w, "STAT has no number", err);
	if (n > POP3_MESSAGES_MAX)
		return distrust(w, "STAT says more than 2,000,000 messages",
				err);
	l->n = (size_t)n;
	l->entries = xcalloc(l->n, sizeof(*l->entries));
	for (size_t i = 0; i < l->n; i++)
		l->entries[i].number = (uint32_t)(i + 1);
	return 0;
}

static bool set_size(struct pop3_entry *entry, struct slice rest)
{
	unsigned long long size;

	if (entry->has_size ||
	    !slice_number(next_word(&rest), OCTETS_MAX, &size))
		return false;
	entry->has_size = true;
	entry->size = size;
	return true;
}

/* UIDLs are opaque; an empty or overlong one counts as none (fault A24). */
static bool set_uidl(struct pop3_listing *l, struct pop3_entry *entry,
		     struct slice rest)
{
	struct slice uidl = slice_trim(rest);

	if (entry->has_uidl)
		return false;
	if (uidl.len > POP3_UIDL_MAX)
		uidl.len = 0;
	entry->has_uidl = true;
	entry->uidl_at = l->text.len;
	entry->uidl_len = (uint32_t)uidl.len;
	buf_addslice(&l->text, uidl);
	return !l->text.full;
}

/* One line about a message; its number must be one that STAT counted. */
static bool read_entry(struct pop3_listing *l, struct slice line, bool uidl)
{
	unsigned long long number;
	struct pop3_entry *entry;

	if (!slice_number(next_word(&line), NUMBER_MAX, &number) ||
	    number == 0 || number > l->n)
		return false;
	entry = &l->entries[number - 1];
	return uidl ? set_uidl(l, entry, line) : set_size(entry, line);
}

static int read_entries(struct wire *w, struct pop3_listing *l, bool uidl,
			struct error *err)
{
	size_t lines = 0;

	for (;; lines++) {
		struct slice line;

		if (wire_line(w, LIST_LINE_MAX, &line, err) == -1)
			return -1;
		if (wire_is_end(line))
			break;
		if (!read_entry(l, line, uidl))
			return distrust(w,
					uidl ? "UIDL names a message twice, or "
					       "one STAT does not know"
					     : "LIST names a message twice, "
					       "without a size, or one STAT "
					       "does not know",
					err);
	}
	/* No message came twice, so as many lines are all messages. */
	if (lines != l->n)
		return distrust(w,
				uidl ? "UIDL and STAT count differently"
				     : "LIST and STAT count differently",
				err);
	return 0;
}

static int read_uidl(struct wire *w, struct pop3_listing *l, bool announced,
		     struct error *err)
{
	struct slice text;
	int rc = wire_status(w, &text, err);

	if (rc == 1) {
		l->has_uidl = true;
		return read_entries(w, l, true, err);
	}
	/* Announced, then refused: a temporary fault, not "has no UIDL". */
	if (rc == 0 && announced)
		return distrust(w, "UIDL was refused", err);
	return rc;
}

static int read_sizes(struct wire *w, struct pop3_listing *l, struct error *err)
{
	struct slice text;
	int rc = wire_status(w, &text, err);

	if (rc == 0)
		return distrust(w, "LIST was refused", err);
	return rc == -1 ? -1 : read_entries(w, l, false, err);
}

int pop3_read_listing(struct wire *w, bool asked, bool announced,
		      struct pop3_listing *l, struct error *err)
{
	buf_init(&l->text, LISTING_TEXT_MAX);
	if (!asked && wire_ask(w, "STAT\r\n", err) == -1)
		return -1;
	if (read_stat(w, l, err) == -1)
		return -1;
	if (!asked && wire_ask(w, "UIDL\r\n", err) == -1)
		return -1;
	if (read_uidl(w, l, announced, err) == -1)
		return -1;
	if (!asked && wire_ask(w, "LIST\r\n", err) == -1)
		return -1;
	return read_sizes(w, l, err);
}

void pop3_listing_release(struct pop3_listing *l)
{
	free(l->entries);
	if (l->text.max != 0)
		buf_release(&l->text);
	memset(l, 0, sizeof(*l));
}

struct slice pop3_uidl(const struct pop3_listing *l,
		       const struct pop3_entry *entry)
{
	return slice_of(l->text.s + entry->uidl_at, entry->uidl_len);
}
