/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "../tap.h"
#include "net/diagnosis.h"

static char host[] = "mail.example.org", file[] = "/ca.pem";

struct example {
	const char *name;
	struct tls_seen seen;
	bool refused;
	enum error_kind kind; /* ERR_NONE: no explanation */
	const char *says;
};

static const struct example examples[] = {
	{"nothing was seen", {.version = 0}, false, ERR_NONE, ""},
	{"A4: expired",
	 {.flaw = FLAW_EXPIRED, .until = "2025-01-02 03:04 UTC"},
	 true,
	 ERR_PERSON,
	 "expired on 2025-01-02 03:04 UTC"},
	{"an expired CA",
	 {.flaw = FLAW_EXPIRED, .of_issuer = true},
	 true,
	 ERR_PERSON,
	 "the CA of mail.example.org:995 expired"},
	{"not valid yet",
	 {.flaw = FLAW_EARLY, .from = "2027-01-02 03:04 UTC"},
	 true,
	 ERR_PERSON,
	 "clock"},
	{"self-signed",
	 {.flaw = FLAW_SELF_SIGNED, .issuer = "me"},
	 true,
	 ERR_PERSON,
	 "set tls-ca-file"},
	{"a CA of its own",
	 {.flaw = FLAW_NO_ISSUER, .issuer = "Our CA"},
	 true,
	 ERR_PERSON,
	 "\"Our CA\" is not among the CAs of this machine"},
	{"too weak",
	 {.flaw = FLAW_WEAK, .flaw_text = "EE certificate key too weak"},
	 true,
	 ERR_PERSON,
	 "too weak to be trusted (EE certificate key too weak)"},
	{"a name in the subject only",
	 {.flaw = FLAW_OLD_NAME, .names = "mail.example.org"},
	 true,
	 ERR_PERSON,
	 "has its name (mail.example.org) only in the subject"},
	{"another flaw",
	 {.flaw = FLAW_OTHER, .flaw_text = "certificate revoked"},
	 true,
	 ERR_PERSON,
	 "certificate revoked"},
	{"A4: another name",
	 {.has_names = true, .names = "a.example, b.example"},
	 true,
	 ERR_PERSON,
	 "is for a.example, b.example, not for mail.example.org"},
	{"an address among the names",
	 {.has_names = true, .names = "a.example, Mail.example.org"},
	 true,
	 ERR_PERSON,
	 "has mail.example.org as a name, and not as an address"},
	{"no name", {.has_names = true}, true, ERR_PERSON, "no name at all"},
	{"TLS 1.0, chosen by the server",
	 {.version = 0x0301, .alert_out = 70},
	 false,
	 ERR_PERSON,
	 "speaks only TLS 1.0"},
	{"no version in common",
	 {.alert_in = 70},
	 false,
	 ERR_PERSON,
	 "too old"},
	{"no cipher in common",
	 {.alert_in = 40},
	 false,
	 ERR_PERSON,
	 "no encryption that is still safe"},
	{"a key exchange that is too weak",
	 {.version = 0x0303, .alert_out = 40, .reason = "dh key too small"},
	 false,
	 ERR_PERSON,
	 "dh key too small"},
	{"A4: a client certificate is wanted, TLS 1.2",
	 {.asked_us = true, .alert_in = 40},
	 false,
	 ERR_PERSON,
	 "wants a certificate of its client"},
	{"a client certificate is wanted, TLS 1.3",
	 {.asked_us = true, .alert_in = 116},
	 false,
	 ERR_PERSON,
	 "tls-client-cert"},
	{"a name that the server does not know",
	 {.alert_in = 112},
	 false,
	 ERR_PERSON,
	 "tls-name"},
	{"an internal error of the server",
	 {.alert_in = 80},
	 false,
	 ERR_TEMPORARY,
	 "alert 80"},
	{"rubbish in place of a record",
	 {.answered = true, .alert_out = 10, .reason = "unexpected message"},
	 false,
	 ERR_TEMPORARY,
	 "unexpected message"},
};

static void test_examples(void)
{
	const struct account a = {.host = host, .port = 995};

	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *e = &examples[i];
		struct error err = ERROR_INIT;
		bool found = diagnosis_of_tls(&e->seen, &a, e->refused, &err);

		ok(found == (e->kind != ERR_NONE) && err.kind == e->kind &&
			   strstr(err.text, e->says) != NULL,
		   e->name);
	}
}

/* With settings that are there already, another thing is to be done. */
static void test_settings(void)
{
	const struct account a = {.host = host,
				  .port = 995,
				  .tls_ca_file = file,
				  .tls_client_cert = file};
	const struct tls_seen own = {.flaw = FLAW_SELF_SIGNED},
			      cert = {.asked_us = true, .alert_in = 48};
	struct error err = ERROR_INIT;

	(void)diagnosis_of_tls(&own, &a, true, &err);
	ok(strstr(err.text, "not in tls-ca-file") != NULL,
	   "tls-ca-file has another CA");
	(void)diagnosis_of_tls(&cert, &a, false, &err);
	ok(strstr(err.text,
		  "does not accept the certificate of tls-client-cert") != NULL,
	   "tls-client-cert is not accepted");
}

int main(void)
{
	test_examples();
	test_settings();
	return done_testing();
}
