/* SPDX-License-Identifier: ISC */
/*
 * STAT, UIDL and LIST must agree. A listing that contradicts itself is not
 * used at all: a message that seems to be gone, or new, decides what is
 * deleted and what is fetched.
 */
#include "pop3/listing.h"

#include <stdlib.h>
#include <string.h>

#include "account/refusal.h"
#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A line of UIDL, even with one that is far too long to be used. */
#define LIST_LINE_MAX (64 * 1024)

/*
 * All UIDLs of a listing together: 500,000 as long as RFC 1939 allows, and two
 * million of 24 bytes, as most are.
 */
#define LISTING_TEXT_MAX (48UL * 1024 * 1024)

/* No answer has named it yet. */
#define SIZE_NONE UINT64_MAX
#define UIDL_NONE UINT32_MAX

/* Bytes of the server's own words in an error. */
#define WORDS_MAX 200

/* Nine digits are enough for real numbers and counts. */
#define NUMBER_MAX 999999999ULL

/* A petabyte: sizes stay far from where arithmetic overflows. */
#define OCTETS_MAX (1ULL << 50)

struct slice pop3_split_word(struct slice *rest, bool (*ends)(char c))
{
	struct slice word;
	size_t n = 0;

	while (rest->len > 0 && ends(*rest->p)) {
		rest->p++;
		rest->len--;
	}
	while (n < rest->len && !ends(rest->p[n]))
		n++;
	word = slice_of(rest->p, n);
	rest->p += n;
	rest->len -= n;
	return word;
}

struct slice pop3_next_word(struct slice *rest)
{
	return pop3_split_word(rest, ascii_is_blank);
}

static int distrust(struct wire *w, const char *what, struct error *err)
{
	(void)error_set(err, ERR_TEMPORARY,
			"the server's listing cannot be trusted (%s); nothing "
			"was fetched, will be tried again",
			what);
	return wire_dead(w);
}

/* The words of the server, as many as an error has room for. */
static struct slice some_words(struct slice text)
{
	if (text.len == 0)
		return slice_str("no reason given");
	return slice_of(text.p, text.len < WORDS_MAX ? text.len : WORDS_MAX);
}

/* The login was good, so a refusal is a person's affair only if it says so. */
static int refused(struct wire *w, struct mailbox_listing *l,
		   const char *command, struct slice text, struct error *err)
{
	struct slice words = some_words(text);
	struct refusal refusal;
	bool person;

	refusal_read(text, NULL, &refusal);
	person = refusal.kind == REFUSAL_PERSON;
	l->is_refused = !person && !slice_starts_nocase(text, "[");
	(void)error_set(err, person ? ERR_PERSON : ERR_TEMPORARY,
			"the server refused %s after the login: \"%.*s\"; "
			"nothing was fetched%s",
			command, (int)words.len, words.p,
			person ? "" : ", will be tried again");
	return wire_dead(w);
}

static int distrust_stat(struct wire *w, struct slice text, struct error *err)
{
	struct slice words = some_words(text);

	(void)error_set(err, ERR_TEMPORARY,
			"the server's listing cannot be trusted (STAT has no "
			"number: \"%.*s\"); nothing was fetched, will be tried "
			"again",
			(int)words.len, words.p);
	return wire_dead(w);
}

static bool is_temporary(struct slice text)
{
	struct refusal refusal;

	refusal_read(text, NULL, &refusal);
	return refusal.kind == REFUSAL_TEMPORARY;
}

static int read_stat(struct wire *w, struct mailbox_listing *l,
		     struct error *err)
{
	unsigned long long n, octets;
	struct slice text, rest;
	int rc = wire_status(w, &text, err);

	if (rc == -1)
		return -1;
	if (rc == 0)
		return refused(w, l, "STAT", text, err);
	rest = text;
	if (!slice_number(pop3_next_word(&rest), NUMBER_MAX, &n))
		return distrust_stat(w, text, err);
	if (n > MAILBOX_MESSAGES_MAX)
		return distrust(w, "STAT says more than 2,000,000 messages",
				err);
	l->n = (size_t)n;
	l->has_octets =
		slice_number(pop3_next_word(&rest), UINT64_MAX / 2, &octets);
	l->entries = xcalloc(l->n, sizeof(*l->entries));
	for (size_t i = 0; i < l->n; i++)
		l->entries[i] = (struct mailbox_entry){
			.number = (unsigned)(i + 1) & 0x1fffff,
			.size = SIZE_NONE,
			.uidl_at = UIDL_NONE};
	return 0;
}

static bool set_size(struct mailbox_entry *entry, struct slice rest)
{
	unsigned long long size;

	if (entry->size != SIZE_NONE ||
	    !slice_number(pop3_next_word(&rest), OCTETS_MAX, &size))
		return false;
	entry->size = size;
	return true;
}

/* UIDLs are opaque; an empty or overlong one counts as none (fault A24). */
static bool set_uidl(struct mailbox_listing *l, struct mailbox_entry *entry,
		     struct slice rest)
{
	struct slice uidl = slice_trim(rest);

	if (entry->uidl_at != UIDL_NONE)
		return false;
	if (uidl.len > MAILBOX_UIDL_MAX)
		uidl.len = 0;
	entry->uidl_at = (uint32_t)l->text.len;
	entry->uidl_len = uidl.len & 0x7ff;
	buf_addslice(&l->text, uidl);
	return true;
}

/* One line about a message; its number must be one that STAT counted. */
static bool read_entry(struct mailbox_listing *l, struct slice line, bool uidl)
{
	unsigned long long number;
	struct mailbox_entry *entry;

	if (!slice_number(pop3_next_word(&line), NUMBER_MAX, &number) ||
	    number == 0 || number > l->n)
		return false;
	entry = &l->entries[number - 1];
	return uidl ? set_uidl(l, entry, line) : set_size(entry, line);
}

static int read_entries(struct wire *w, struct mailbox_listing *l, bool uidl,
			struct error *err)
{
	size_t lines = 0;

	for (;; lines++) {
		struct slice line;
		bool is_good;

		if (wire_line(w, LIST_LINE_MAX, &line, err) == -1)
			return -1;
		if (wire_is_end(line))
			break;
		is_good = read_entry(l, line, uidl);
		if (l->text.full)
			return distrust(w, "its UIDLs have more than 48 MiB",
					err);
		if (!is_good)
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

static int read_uidl(struct wire *w, struct mailbox_listing *l, bool announced,
		     struct error *err)
{
	struct slice text;
	int rc = wire_status(w, &text, err);

	if (rc == 1) {
		l->has_uidl = true;
		return read_entries(w, l, true, err);
	}
	/* Some servers have no list of no messages. */
	if (rc == 0 && l->n == 0)
		l->has_uidl = announced;
	/* A fault that passes is not "has no UIDL". */
	else if (rc == 0 && (announced || is_temporary(text)))
		return refused(w, l, "UIDL", text, err);
	return rc;
}

static int read_sizes(struct wire *w, struct mailbox_listing *l,
		      struct error *err)
{
	struct slice text;
	int rc = wire_status(w, &text, err);

	if (rc == 0)
		return l->n == 0 ? 0 : refused(w, l, "LIST", text, err);
	return rc == -1 ? -1 : read_entries(w, l, false, err);
}

int pop3_read_listing(struct wire *w, bool asked, bool announced,
		      struct mailbox_listing *l, struct error *err)
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
