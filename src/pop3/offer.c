/* SPDX-License-Identifier: ISC */
#include "pop3/offer.h"

#include <string.h>

#include "pop3/capa.h"
#include "pop3/listing.h"
#include "util/ascii.h"

#include "util/banned.h"

struct list {
	struct login_offer *offer;
	bool pipelining;
};

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
	struct list *list = context;
	struct login_offer *offer = list->offer;
	struct slice word = next_word(&line);
	enum sasl_mechanism m;

	if (slice_equal_nocase(word, slice_str("PIPELINING"))) {
		list->pipelining = true;
	} else if (slice_equal_nocase(word, slice_str("USER"))) {
		offer->own = true;
		login_add_name(offer, word);
	} else if (is_sasl(word)) {
		while ((word = next_word(&line)).len > 0) {
			if (is_sasl(word))
				continue;
			if (sasl_find(word, &m))
				offer->sasl[m] = true;
			login_add_name(offer, word);
		}
	}
}

/*
 * Many servers name neither USER nor anything else that takes a password, so
 * only a server that names nothing but ways for tokens has said no.
 */
static bool may_use_pass(const struct login_offer *offer)
{
	bool passwords = offer->own, tokens = false;

	for (unsigned m = 0; m < SASL_MECHANISMS; m++) {
		enum sasl_proof proof = sasl_proof((enum sasl_mechanism)m);

		if (offer->sasl[m] && proof == SASL_TOKEN)
			tokens = true;
		else if (offer->sasl[m] && proof != SASL_NOTHING)
			passwords = true;
	}
	return passwords || !tokens;
}

void offer_none(struct login_offer *offer)
{
	memset(offer, 0, sizeof(*offer));
	offer->may_use_own = true;
}

int offer_read(struct login_offer *offer, bool *pipelining, struct wire *w,
	       struct error *err)
{
	struct list list = {.offer = offer};

	if (wire_ask(w, "CAPA\r\n", err) == -1 ||
	    capa_read(w, take_line, &list, err) == -1)
		return -1;
	offer->may_use_own = may_use_pass(offer);
	*pipelining = list.pipelining;
	return 0;
}
