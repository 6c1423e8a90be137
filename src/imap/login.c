/* SPDX-License-Identifier: ISC */
/* The functions of IMAP that net/login.h calls. */
#include "net/login.h"

#include <string.h>

#include "imap/internal.h"
#include "imap/prepare.h"
#include "imap/way.h"

#include "util/banned.h"

/*
 * Coremail, by its host: it refuses what goes with a command before it has said
 * that it is Coremail, and takes no commands ahead.
 */
static bool is_coremail(const char *host)
{
	static const char *const domains[] = {"163.com", "126.com", "yeah.net",
					      "188.com"};
	struct slice name = slice_str(host);

	for (size_t k = 0; k < sizeof(domains) / sizeof(domains[0]); k++) {
		struct slice domain = slice_str(domains[k]);
		size_t before = name.len - domain.len;

		if (name.len >= domain.len &&
		    slice_equal_nocase(slice_skip(name, before), domain) &&
		    (before == 0 || name.p[before - 1] == '.'))
			return true;
	}
	return false;
}

static int greet(struct login *l, struct error *err)
{
	struct imap *i = l->context;

	imap_restart(i);
	i->login.is_coremail = is_coremail(l->account->host);
	if (imap_greet(i, &l->is_in, err) == 0)
		return 0;
	return i->login.bye[0] == '\0'
		       ? -1
		       : login_turned_away(l, slice_str(i->login.bye), err);
}

static int read_offer(struct login *l, struct error *err)
{
	struct imap *i = l->context;
	const struct capabilities *c = &i->capabilities;
	struct login_offer *offer = &l->offer;
	bool disabled = capability(c, CAPABILITY_LOGINDISABLED);

	(void)err;
	for (unsigned m = 0; m < SASL_MECHANISMS; m++)
		offer->sasl[m] = (c->sasl >> m & 1) != 0;
	offer->own = offer->may_use_own = !disabled;
	login_add_name(offer, slice_str(c->ways));
	if (!disabled)
		login_add_name(offer, slice_str("LOGIN"));
	offer->wants_tls = disabled && capability(c, CAPABILITY_STARTTLS) &&
			   !conn_is_encrypted(l->w->conn);
	l->next.in_flight = i->pipelining && conn_is_encrypted(l->w->conn);
	return 0;
}

/*
 * A server that leaves at commands behind the login does not say so: try again
 * without them.
 */
static enum way_result try(struct login *l, unsigned way, struct error *err)
{
	struct imap *i = l->context;
	enum way_result result = imap_try(i, way, &l->next, err);

	if (result != WAY_BROKEN || !l->next.asked || !i->wire.lost ||
	    conn_timed_out(i->wire.conn))
		return result;
	l->n_given += l->next.gave;
	l->next.in_flight = false;
	return login_reopen(l, err) == -1 ? WAY_BROKEN
					  : imap_try(i, way, &l->next, err);
}

int imap_login(struct imap *i, const struct account *account,
	       const struct conn_secret *secret, struct error *err)
{
	static const struct login_protocol protocol = {
		.own_name = "LOGIN",
		.greet = greet,
		.read_offer = read_offer,
		.try = try,
	};
	struct login l = {
		.protocol = &protocol,
		.context = i,
		.w = &i->wire,
		.account = account,
		.secret = secret,
	};

	int rc = login_run(&l, err);

	i->wait = l.wait;
	return rc == -1 ? -1 : imap_prepare(i, err);
}

int64_t imap_wait(const struct imap *i)
{
	return i->wait;
}
