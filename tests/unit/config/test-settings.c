/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "config/settings.h"

static void test_settings(void)
{
	const struct setting *row;
	bool unique = true, known = true;

	for (size_t i = 0; (row = setting_row(i)) != NULL; i++) {
		unique = unique && setting_find(row->where, row->name) == row;
		known = known && setting_known(row->where, row->name);
	}
	ok(unique, "no setting is in the table twice");
	ok(known, "every setting is known where it stands");
	is_str("host", setting_suggest(SECTION_ACCOUNT, "server"), "server");
	is_str("keep-on-server", setting_suggest(SECTION_ACCOUNT, "retain"),
	       "retain");
	is_str("folder", setting_suggest(SECTION_RULE, "deliver"), "deliver");
	is_str("user", setting_suggest(SECTION_ACCOUNT, "login"), "login");
	is_str("tls", setting_suggest(SECTION_ACCOUNT, "tls_certcheck"),
	       "tls_certcheck");
	is_str("password", setting_suggest(SECTION_ACCOUNT, "passwrod"),
	       "two letters swapped");
	is_str(NULL, setting_suggest(SECTION_MAIN, "zzzzzzzzzz"), "nonsense");
	is_str(NULL,
	       setting_suggest(SECTION_MAIN,
			       "maildirmaildirmaildirmaildirmaildirmaildir"),
	       "a very long word");
}

int main(void)
{
	test_settings();
	return done_testing();
}
