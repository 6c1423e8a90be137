/* SPDX-License-Identifier: ISC */
#include "mail/reply.h"

#include <string.h>

#include "mail/mailing_list.h"
#include "mail/origin.h"
#include "util/ascii.h"

#include "util/banned.h"

/* RFC 5321 4.5.3.1.1. */
#define LOCAL_MAX 64

static struct slice local_part(struct slice mailbox)
{
	const char *at =
		mailbox.len == 0 ? NULL : memrchr(mailbox.p, '@', mailbox.len);

	return at == NULL ? mailbox
			  : slice_of(mailbox.p, (size_t)(at - mailbox.p));
}

static bool is_safe_letter(char c, const char *others)
{
	return ascii_is_letter(c) || ascii_is_digit(c) ||
	       (c != '\0' && strchr(others, c) != NULL);
}

/*
 * An address that means the same to each program and server: the dot-atom of
 * RFC 5322 3.2.3 in ASCII, and no option of a command.
 */
static bool is_safe(struct slice mailbox)
{
	struct slice local = local_part(mailbox);
	size_t i;

	if (mailbox.len > REPLY_ADDRESS_MAX || local.len == 0 ||
	    local.len > LOCAL_MAX || local.len + 1 >= mailbox.len ||
	    local.p[0] == '-')
		return false;
	for (i = 0; i < local.len; i++)
		if (!is_safe_letter(local.p[i], "!#$%&'*+-/=?^_`{|}~."))
			return false;
	for (i = local.len + 1; i < mailbox.len; i++)
		if (!is_safe_letter(mailbox.p[i], "-."))
			return false;
	return mailbox.p[local.len + 1] != '-' &&
	       mailbox.p[local.len + 1] != '.';
}

static const char *mine_of(struct slice mailbox, char *const *mine)
{
	for (size_t i = 0; mine[i] != NULL; i++)
		if (slice_equal_nocase(mailbox, slice_str(mine[i])))
			return mine[i];
	return NULL;
}

/* RFC 5230 4.6: one of our addresses must be among the recipients. */
static const char *addressed_as(struct message *m, char *const *mine)
{
	static const char *const fields[] = {
		"To", "Cc", "Bcc", "Resent-To", "Resent-Cc", "Resent-Bcc"};
	const char *found = NULL;

	for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++) {
		size_t at = 0, i, n;

		while (message_next(m, fields[f], &at, &i)) {
			const struct slice *list = message_mailboxes(m, i, &n);

			for (size_t k = 0; found == NULL && k < n; k++)
				found = mine_of(list[k], mine);
		}
	}
	return found;
}

/* Is a sender of the message, in any of these fields, a program? One of us? */
static const char *check_senders(struct message *m, char *const *mine)
{
	static const char *const fields[] = {"Return-Path", "From", "Sender"};

	for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++) {
		size_t at = 0, i, n;

		while (message_next(m, fields[f], &at, &i)) {
			const struct slice *list = message_mailboxes(m, i, &n);

			if (f == 0 && n == 0)
				return "its return path is empty";
			for (size_t k = 0; k < n; k++) {
				if (origin_is_robot(list[k]))
					return "its sender is a program";
				if (mine_of(list[k], mine) != NULL)
					return "it is from us";
			}
		}
	}
	return NULL;
}

/* The envelope sender, else the author (RFC 3834 4). */
static const char *find_recipient(struct message *m, struct reply_route *route)
{
	size_t at = 0, i, n = 0;
	const struct slice *list;

	if (!message_next(m, "Return-Path", &at, &i) &&
	    !message_next(m, "From", &at, &i))
		return "it has no sender";
	list = message_mailboxes(m, i, &n);
	if (n == 0)
		return "it has no sender";
	if (!is_safe(list[0]))
		return "the address of its sender cannot be used";
	memcpy(route->to, list[0].p, list[0].len);
	route->to[list[0].len] = '\0';
	return NULL;
}

const char *reply_check(struct message *m, char *const *mine,
			struct reply_route *route)
{
	const char *reason = check_senders(m, mine);

	if (reason != NULL)
		return reason;
	if (mailing_list_sent(m))
		return "it came from a mailing list";
	if (origin_is_automatic(m))
		return "a program sent it";
	route->from = addressed_as(m, mine);
	if (route->from == NULL || !is_safe(slice_str(route->from)))
		return "none of your addresses is among its recipients";
	return find_recipient(m, route);
}
