/* SPDX-License-Identifier: ISC */
/* Responses that come without being asked for. */
#include "imap/internal.h"

#include "util/banned.h"

int imap_note(struct imap *i, const struct response *response,
	      struct error *err)
{
	if (response->capabilities.known)
		i->capabilities = response->capabilities;
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
