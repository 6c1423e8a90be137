/* SPDX-License-Identifier: ISC */
#include "mail/mailing_list.h"
#include "mail/mailing_list_role.h"
#include "mail/token.h"

#include "util/banned.h"

static bool has_one_of(const struct message *m, const char *const *fields)
{
	for (; *fields != NULL; fields++) {
		size_t at = 0, i;

		if (message_next(m, *fields, &at, &i))
			return true;
	}
	return false;
}

static bool has_precedence(struct message *m, const char *words)
{
	size_t at = 0, i;

	while (message_next(m, "Precedence", &at, &i)) {
		struct slice text = message_text(m, i), word;

		if (token_next(&text, &word) && token_is_one_of(word, words))
			return true;
	}
	return false;
}

static bool is_delivered_to_list(struct message *m)
{
	size_t at = 0, i;

	while (message_next(m, "Delivered-To", &at, &i))
		if (slice_starts_nocase(message_text(m, i), "mailing list "))
			return true;
	return false;
}

/* Mailman's address of commands; newsletters have others. */
static bool has_request(struct message *m)
{
	static const char *const fields[] = {"List-Unsubscribe", "List-Help",
					     NULL};

	for (size_t k = 0; fields[k] != NULL; k++) {
		size_t at = 0, i;

		while (message_next(m, fields[k], &at, &i))
			if (slice_contains_nocase(message_text(m, i),
						  "-request@"))
				return true;
	}
	return false;
}

static struct slice first_mailbox(struct message *m, const char *field)
{
	size_t at = 0, i, n;
	const struct slice *list;

	if (!message_next(m, field, &at, &i))
		return SLICE_EMPTY;
	list = message_mailboxes(m, i, &n);
	return n > 0 ? list[0] : SLICE_EMPTY;
}

/* Sender: owner-dev@…, dev-bounces@…: no person is called like that. */
static bool is_program(struct slice sender)
{
	return slice_starts_nocase(sender, "owner-") ||
	       slice_contains_nocase(sender, "-bounces@") ||
	       slice_contains_nocase(sender, "-bounces+");
}

/* The Sender of somebody else's letter; dev-owner@… needs another sign. */
static bool is_list_sender(struct message *m)
{
	static const char *const signs[] = {
		"List-Help", "List-Unsubscribe", "List-Owner", "Errors-To",
		"X-Loop",    "X-Sequence",	 NULL};
	struct slice sender = first_mailbox(m, "Sender");

	return mailing_list_of_sender(sender).p != NULL &&
	       !slice_equal_nocase(sender, first_mailbox(m, "From")) &&
	       (is_program(sender) || has_one_of(m, signs) ||
		has_precedence(m, "bulk junk") ||
		mailing_list_of_sender(first_mailbox(m, "Return-Path")).p !=
			NULL);
}

bool mailing_list_sent(struct message *m)
{
	static const char *const fields[] = {
		"List-Id",	     "List-Post",
		"List-Archive",	     "List-Subscribe",
		"List-Software",     "Mailing-List",
		"X-Mailing-List",    "X-Mailinglist",
		"X-BeenThere",	     "X-ML-Name",
		"X-Mailman-Version", "X-Listserver",
		"X-ecartis-version", NULL};

	return has_one_of(m, fields) || is_delivered_to_list(m) ||
	       has_precedence(m, "list") || has_request(m) || is_list_sender(m);
}
