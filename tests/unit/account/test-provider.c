/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "account/provider.h"

static void test_providers(void)
{
	const struct provider *p;
	bool complete = true;

	for (size_t i = 0; (p = provider_row(i)) != NULL; i++)
		complete = complete && provider_find(p->name) == p &&
			   p->imap != NULL;
	ok(complete, "the table of providers is in order");
	ok(strstr(provider_find("qq")->hint, "授权码") != NULL, "QQ's hint");
	ok(provider_find("nope") == NULL, "no such provider");
	is_str("gmail", provider_of_host("POP.gmail.com")->name,
	       "a provider is found by its host");
	is_str("t-online", provider_of_host("secureIMAP.t-online.de")->name,
	       "and by that for IMAP");
	ok(provider_of_host("127.0.0.1") == NULL,
	   "a server on this computer can be anybody's");
	is_str("imap.gmail.com",
	       provider_host(provider_find("gmail"), PROTOCOL_IMAP),
	       "a provider has a host for each protocol");
	is_str("outlook.office365.com",
	       provider_host(provider_find("outlook"), PROTOCOL_IMAP),
	       "which may be the same one");
	ok(provider_host(provider_find("icloud"), PROTOCOL_POP3) == NULL,
	   "iCloud has no POP3");
}

int main(void)
{
	test_providers();
	return done_testing();
}
