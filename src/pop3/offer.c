/* SPDX-License-Identifier: ISC */
#include "pop3/offer.h"

#include <string.h>

#include "pop3/capa.h"
#include "pop3/listing.h"
#include "util/ascii.h"

#include "util/banned.h"

/* Names of mechanisms that are shown. */
#define NAMES_MAX 200

void offer_init(struct offer *offer)
{
	memset(offer, 0, sizeof(*offer));
	buf_init(&offer->names, NAMES_MAX);
}

void offer_release(struct offer *offer)
{
	buf_release(&offer->names);
}

static void add_name(struct offer *offer, struct slice name)
{
	if (offer->names.len + 2 + name.len > NAMES_MAX)
		return;
	if (offer->names.len > 0)
		buf_addstr(&offer->names, ", ");
	buf_addslice(&offer->names, name);
}

static bool ends_word(char c)
{
	return ascii_is_space(c) || c == '=' || c == ',';
}

static struct slice next_word(struct slice *rest)
{
	return pop3_split_word(rest, ends_word);
}

static bool is_sasl(struct slice word)
{
	return slice_equal_nocase(word, slice_str("SASL")) ||
	       slice_equal_nocase(word, slice_str("AUTH"));
}

/* Beside "SASL PLAIN LOGIN" there is "AUTH=PLAIN", as in IMAP. */
static void take_line(void *context, struct slice line)
{
	struct offer *offer = context;
	struct slice word = next_word(&line);
	enum sasl_mechanism m;

	if (slice_equal_nocase(word, slice_str("PIPELINING"))) {
		offer->pipelining = true;
	} else if (slice_equal_nocase(word, slice_str("USER"))) {
		offer->user = true;
		add_name(offer, word);
	} else if (is_sasl(word)) {
		while ((word = next_word(&line)).len > 0) {
			if (is_sasl(word))
				continue;
			if (sasl_find(word, &m))
				offer->sasl[m] = true;
			add_name(offer, word);
		}
	}
}

int offer_read(struct offer *offer, struct wire *w, struct error *err)
{
	if (wire_ask(w, "CAPA\r\n", err) == -1)
		return -1;
	return capa_read(w, take_line, offer, err) == -1 ? -1 : 0;
}

bool offer_may_use_pass(const struct offer *offer)
{
	bool passwords = offer->user, tokens = false;

	for (unsigned m = 0; m < SASL_MECHANISMS; m++) {
		enum sasl_proof proof = sasl_proof((enum sasl_mechanism)m);

		if (offer->sasl[m] && proof == SASL_TOKEN)
			tokens = true;
		else if (offer->sasl[m] && proof != SASL_NOTHING)
			passwords = true;
	}
	return passwords || !tokens;
}
