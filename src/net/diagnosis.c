/* SPDX-License-Identifier: ISC */
#include "net/diagnosis.h"

#include <string.h>

#include "util/slice.h"

#include "util/banned.h"

/* Alerts of TLS (RFC 8446, 6.2), as far as they tell something. */
enum {
	ALERT_HANDSHAKE_FAILURE = 40,
	ALERT_BAD_CERTIFICATE = 42,
	ALERT_CERTIFICATE_UNKNOWN = 46,
	ALERT_ILLEGAL_PARAMETER = 47,
	ALERT_UNKNOWN_CA = 48,
	ALERT_ACCESS_DENIED = 49,
	ALERT_PROTOCOL_VERSION = 70,
	ALERT_INSUFFICIENT_SECURITY = 71,
	ALERT_UNRECOGNIZED_NAME = 112,
	ALERT_CERTIFICATE_REQUIRED = 116,
};

/* The versions on the wire. */
#define TLS_1_2 0x0303

static const char *version_name(int version)
{
	static const char *const names[] = {"SSL 3", "TLS 1.0", "TLS 1.1"};

	return version >= 0x0300 && version < TLS_1_2 ? names[version & 3]
						      : "old versions of TLS";
}

static int say_self_signed(const struct tls_seen *seen, const struct account *a,
			   struct error *err)
{
	if (a->tls_ca_file != NULL)
		return error_set(
			err, ERR_PERSON,
			"the certificate of %s:%d is signed by \"%s\", "
			"which is not in tls-ca-file; nothing was sent",
			a->host, a->port, seen->issuer);
	return error_set(err, ERR_PERSON,
			 "the certificate of %s:%d is %s \"%s\", which this "
			 "machine does not know; nothing was sent. If you "
			 "trust it, save that certificate and set tls-ca-file",
			 a->host, a->port,
			 seen->of_issuer ? "signed by a CA of its own,"
					 : "self-signed, by",
			 seen->issuer);
}

static int say_no_issuer(const struct tls_seen *seen, const struct account *a,
			 struct error *err)
{
	return error_set(
		err, ERR_PERSON,
		"the certificate of %s:%d is not trusted: its issuer \"%s\" is "
		"not among the CAs of %s; nothing was sent. Either the server "
		"does not send the certificate of its issuer, or it has a CA "
		"of its own: set tls-ca-file to its certificate",
		a->host, a->port, seen->issuer,
		a->tls_ca_file != NULL ? "tls-ca-file" : "this machine");
}

static int say_flaw(const struct tls_seen *seen, const struct account *a,
		    struct error *err)
{
	const char *whose = seen->of_issuer ? " of the CA of " : " of ";

	switch (seen->flaw) {
	case FLAW_SELF_SIGNED:
		return say_self_signed(seen, a, err);
	case FLAW_NO_ISSUER:
		return say_no_issuer(seen, a, err);
	case FLAW_EXPIRED:
		return error_set(
			err, ERR_PERSON,
			"the certificate%s%s:%d expired on %s; nothing "
			"was sent. Its owner must renew it; or is the "
			"clock of this machine wrong?",
			whose, a->host, a->port, seen->until);
	case FLAW_EARLY:
		return error_set(
			err, ERR_PERSON,
			"the certificate%s%s:%d is not valid yet, only "
			"from %s; nothing was sent. Is the clock of "
			"this machine right?",
			whose, a->host, a->port, seen->from);
	case FLAW_WEAK:
		return error_set(err, ERR_PERSON,
				 "the certificate%s%s:%d is too weak to be "
				 "trusted (%s); nothing was sent. Its owner "
				 "must replace it",
				 whose, a->host, a->port, seen->flaw_text);
	case FLAW_OLD_NAME:
		return error_set(err, ERR_PERSON,
				 "the certificate of %s:%d has its name (%s) "
				 "only in the subject, where names do not "
				 "count any more; nothing was sent. Its owner "
				 "must make one with a subjectAltName",
				 a->host, a->port, seen->names);
	case FLAW_NONE:
	case FLAW_OTHER:
		break;
	}
	return error_set(err, ERR_PERSON,
			 "the certificate%s%s:%d is not trusted: %s; nothing "
			 "was sent",
			 whose, a->host, a->port, seen->flaw_text);
}

/* Is it one of "a.example, b.example"? */
static bool has_name(const char *names, const char *name)
{
	struct slice rest = slice_str(names), one;

	while (slice_split(&rest, ',', &one))
		if (slice_equal_nocase(slice_trim(one), slice_str(name)))
			return true;
	return false;
}

/*
 * Refused, although the name is there: it is an address, which counts as one
 * only (RFC 9525 6.5), not as the name of a host, nor in the subject.
 */
static int say_address(const struct account *a, const char *name,
		       struct error *err)
{
	return error_set(err, ERR_PERSON,
			 "the certificate of %s:%d has %s as a name, and not "
			 "as an address; nothing was sent. Its owner must add "
			 "IP:%s to its alternative names",
			 a->host, a->port, name, name);
}

static int say_name(const struct tls_seen *seen, const struct account *a,
		    struct error *err)
{
	const char *name = a->tls_name != NULL ? a->tls_name : a->host;

	if (has_name(seen->names, name))
		return say_address(a, name, err);
	return error_set(
		err, ERR_PERSON,
		"the certificate of %s:%d is for %s, not for %s; "
		"nothing was sent. If one of these is the right "
		"server, set host, or tls-name, to that name",
		a->host, a->port,
		seen->names[0] == '\0' ? "no name at all" : seen->names, name);
}

static int say_too_old(const struct tls_seen *seen, const struct account *a,
		       struct error *err)
{
	return error_set(err, ERR_PERSON,
			 "%s:%d speaks only %s, too old to be safe; nothing "
			 "was sent. TLS 1.2 or 1.3 is needed: its owner must "
			 "update it",
			 a->host, a->port, version_name(seen->version));
}

static int say_too_weak(const struct account *a, const char *why,
			struct error *err)
{
	return error_set(err, ERR_PERSON,
			 "%s:%d offers no encryption that is still safe (%s); "
			 "nothing was sent. Its owner must update it",
			 a->host, a->port, why);
}

static int say_client(const struct account *a, struct error *err)
{
	if (a->tls_client_cert == NULL)
		return error_set(err, ERR_PERSON,
				 "%s:%d wants a certificate of its client; "
				 "nothing was sent. Set tls-client-cert to "
				 "yours",
				 a->host, a->port);
	return error_set(err, ERR_PERSON,
			 "%s:%d does not accept the certificate of "
			 "tls-client-cert; nothing was sent",
			 a->host, a->port);
}

static bool is_about_client(const struct tls_seen *seen)
{
	if (seen->alert_in == ALERT_CERTIFICATE_REQUIRED)
		return true;
	return seen->asked_us &&
	       (seen->alert_in == ALERT_HANDSHAKE_FAILURE ||
		(seen->alert_in >= ALERT_BAD_CERTIFICATE &&
		 seen->alert_in <= ALERT_CERTIFICATE_UNKNOWN) ||
		seen->alert_in == ALERT_UNKNOWN_CA ||
		seen->alert_in == ALERT_ACCESS_DENIED);
}

/* The server ended the handshake, and said why by a number. */
static int say_alert_in(const struct tls_seen *seen, const struct account *a,
			struct error *err)
{
	if (is_about_client(seen))
		return say_client(a, err);
	switch (seen->alert_in) {
	case ALERT_PROTOCOL_VERSION:
		return say_too_old(seen, a, err);
	case ALERT_HANDSHAKE_FAILURE:
	case ALERT_INSUFFICIENT_SECURITY:
		return say_too_weak(a, "it refused all of ours", err);
	case ALERT_UNRECOGNIZED_NAME:
		return error_set(err, ERR_PERSON,
				 "%s:%d does not know the name %s; nothing was "
				 "sent. Set host, or tls-name, to a name of it",
				 a->host, a->port,
				 a->tls_name != NULL ? a->tls_name : a->host);
	default:
		break;
	}
	return error_set(err, ERR_TEMPORARY,
			 "%s:%d broke off the TLS handshake with alert %d; "
			 "nothing was sent; will be tried again",
			 a->host, a->port, seen->alert_in);
}

/* OpenSSL ended the handshake. */
static int say_alert_out(const struct tls_seen *seen, const struct account *a,
			 struct error *err)
{
	if (seen->alert_out == ALERT_PROTOCOL_VERSION)
		return say_too_old(seen, a, err);
	if (seen->alert_out == ALERT_HANDSHAKE_FAILURE ||
	    seen->alert_out == ALERT_ILLEGAL_PARAMETER ||
	    seen->alert_out == ALERT_INSUFFICIENT_SECURITY)
		return say_too_weak(a, seen->reason, err);
	return error_set(err, ERR_TEMPORARY,
			 "the TLS handshake with %s:%d failed: %s; nothing was "
			 "sent; will be tried again",
			 a->host, a->port, seen->reason);
}

bool diagnosis_of_tls(const struct tls_seen *seen, const struct account *a,
		      bool refused, struct error *err)
{
	if (seen->flaw != FLAW_NONE)
		(void)say_flaw(seen, a, err);
	else if (refused && seen->has_names)
		(void)say_name(seen, a, err);
	else if (seen->alert_in != 0)
		(void)say_alert_in(seen, a, err);
	else if (seen->alert_out != 0)
		(void)say_alert_out(seen, a, err);
	else
		return false;
	return true;
}
