/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "account/provider.h"

static void test_providers(void)
{
	const struct provider *p;
	bool complete = true;

	for (size_t i = 0; (p = provider_row(i)) != NULL; i++)
		complete = complete && provider_find(p->name) == p &&
			   (p->host == NULL || p->port == 995);
	ok(complete, "the table of providers is in order");
	ok(strstr(provider_find("qq")->hint, "授权码") != NULL, "QQ's hint");
	ok(provider_find("nope") == NULL, "no such provider");
	is_str("gmail", provider_of_host("POP.gmail.com")->name,
	       "a provider is found by its host");
}

int main(void)
{
	test_providers();
	return done_testing();
}
