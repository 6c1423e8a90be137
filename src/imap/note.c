/* SPDX-License-Identifier: ISC */
/* Responses that come without being asked for. */
#include "imap/internal.h"

#include "util/banned.h"

#define BACKOFF "Backoff Time:"

/* A week; none asks for an hour. */
#define WAIT_MAX_MS UINT64_C(604800000)

/* "Suggested Backoff Time: 178755 milliseconds", of Exchange. */
static uint64_t read_backoff(struct slice text)
{
	unsigned long long n = 0;

	while (text.len > 0 && !slice_starts_nocase(text, BACKOFF))
		text = slice_skip(text, 1);
	if (text.len > 0)
		text = slice_trim(slice_skip(text, sizeof(BACKOFF) - 1));
	(void)slice_number(slice_until(text, " ."), WAIT_MAX_MS, &n);
	return n;
}

static void keep_refusal(struct imap *i, const struct response *response)
{
	i->refusal = response->code.kind;
	i->wait_ms = read_backoff(response->text);
	if (i->wait_ms > 0 ||
	    slice_contains_nocase(response->text, "throttled"))
		i->refusal = CODE_THROTTLED;
}

static void keep_alert(struct imap *i, const struct response *response)
{
	if (response->code.kind != CODE_ALERT || response->text.len == 0)
		return;
	buf_clear(&i->alert);
	buf_addslice(&i->alert, slice_cut_utf8(response->text, IMAP_ALERT_MAX));
}

struct slice imap_alert(const struct imap *i)
{
	return buf_slice(&i->alert);
}

enum code_kind imap_refusal(const struct imap *i, uint64_t *wait_ms)
{
	*wait_ms = i->wait_ms;
	return i->refusal;
}

/*
 * The UIDs that we know may be those of other messages from now on: nothing
 * more can be said with them.
 */
static int end_renumbered(struct imap *i, uint64_t uid_validity,
			  struct error *err)
{
	(void)error_set(err, ERR_TEMPORARY,
			"the server gave the messages of a folder other "
			"numbers while it was read (its UIDVALIDITY was %u and "
			"is %llu now); the session ends, and the next one "
			"compares them",
			i->uid_validity, (unsigned long long)uid_validity);
	i->renumbered = true;
	return wire_dead(&i->wire);
}

int imap_note(struct imap *i, const struct response *response,
	      struct error *err)
{
	if (response->capabilities.known)
		i->capabilities = response->capabilities;
	keep_alert(i, response);
	if ((response->status == STATUS_BYE && !i->leaving) ||
	    (response->kind == RESPONSE_DONE && response->status != STATUS_OK))
		keep_refusal(i, response);
	if (response->code.kind == CODE_UIDVALIDITY && i->uid_validity != 0 &&
	    response->code.number != i->uid_validity)
		return end_renumbered(i, response->code.number, err);
	if (response->kind != RESPONSE_CONDITION ||
	    response->status != STATUS_BYE || i->leaving)
		return 0;
	(void)error_set(
		err, ERR_TEMPORARY, "the server ended the session: \"%.*s\"",
		(int)(response->text.len > 200 ? 200 : response->text.len),
		response->text.p);
	i->wire.lost = true;
	return wire_dead(&i->wire);
}

int imap_confused(struct imap *i, const char *what, struct error *err)
{
	(void)error_set(err, ERR_TEMPORARY,
			"the server's answers do not fit the commands: %s; "
			"session given up",
			what);
	return wire_dead(&i->wire);
}

size_t imap_messages_max(const struct imap *i)
{
	uint32_t limit = i->capabilities.message_limit;

	return limit == 0 ? SIZE_MAX : limit;
}
