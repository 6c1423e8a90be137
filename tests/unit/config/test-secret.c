/* SPDX-License-Identifier: ISC */
/* Passwords go around libconfuse, and come back as it would have read them. */
#include <stdlib.h>

#include "../tap.h"
#include "config/lint.h"
#include "config/parse.h"
#include "config/secret.h"
#include "config/settings.h"

#define TEXT_MAX_BYTES 4096

/* Parse it; *clean_out gets what libconfuse has seen. */
static void parse(const char *text, bool sealed, struct parse_events *events,
		  struct buf *clean_out)
{
	struct diagnostics diags = {0};
	struct secrets secrets = {0};

	buf_init(clean_out, TEXT_MAX_BYTES);
	is_int(0,
	       lint("f", slice_str(text), &diags, clean_out,
		    sealed ? &secrets : NULL),
	       "no complaint");
	is_int(0, config_parse("f", clean_out->s, events, &diags), "parsed");
	for (size_t i = 0; sealed && i < events->n; i++)
		if (secrets_return(&secrets, &events->list[i]) == -1)
			ok(false, "a value is there for each event");
	is_int(secrets.n, secrets.returned, "all values came back");
	secrets_release(&secrets);
	diagnostics_release(&diags);
}

static void test_same(const char *value, bool hidden)
{
	struct parse_events with = {0}, without = {0};
	char text[512];
	struct buf clean;

	(void)snprintf(text, sizeof(text),
		       "proxy = http://h:1\n"
		       "account \"a\" {\n\tuser = u # password = c\n"
		       "\tpassword = %s\n\tproxy = none\n}\n"
		       "account \"b\" { password = {\"one\", two} }\n"
		       "account \"c\" { password = 'last' }\n",
		       value);
	parse(text, false, &without, &clean);
	buf_release(&clean);
	parse(text, true, &with, &clean);
	is_int(without.n, with.n, "as many events");
	for (size_t i = 0; i < with.n && i < without.n; i++) {
		is_int(without.list[i].line, with.list[i].line, "same line");
		for (size_t k = 0; k < with.list[i].n; k++)
			is_str(without.list[i].values[k].text,
			       with.list[i].values[k].text, value);
	}
	ok((strstr(clean.s, value) == NULL) == hidden,
	   hidden ? "libconfuse has not seen it" : "libconfuse decodes it");
	ok(strstr(clean.s, "last") == NULL, "nor the last one");
	buf_release(&clean);
	parse_events_release(&with);
	parse_events_release(&without);
}

/* All that may hold a password, and nothing else. */
static void test_names(void)
{
	const struct setting *row;

	for (size_t i = 0; (row = setting_row(i)) != NULL; i++)
		if (secret_is(row->name) != (row->type == SETTING_PASSWORD ||
					     row->type == SETTING_PROXY))
			ok(false, row->name);
	ok(secret_is("password"), "a password is a secret");
}

int main(void)
{
	static const char *const hidden[] = {
		"plain",	"\"quoted\"",	    "'single'",
		"'a\\\\b\\'c'", "\"a\\\\b\\\"\"",   "'back\\slash'",
		"'${HOME}x'",	"\"x$y\"",	    "'  '",
		"\"\\${x}\"",	"\"with # and }\"", "\"\xc3\xa4\"",
		"a$b",
	};
	static const char *const left[] = {"\"two\nlines\"", "\"${HOME}/x\""};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		test_same(hidden[i], true);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++)
		test_same(left[i], false);
	test_names();
	return done_testing();
}
