/* SPDX-License-Identifier: ISC */
/* The events that libconfuse gives for a text that passed lint(). */
#include "../tap.h"
#include "config/lint.h"
#include "config/parse.h"
#include "util/buf.h"

/* libconfuse accepts what passed lint(), and gives events in order. */
static void test_events(void)
{
	static const char text[] =
		"rule \"r 1\" {\n"
		"  from = {a,\n b}\n"
		"  any { to = c\n none { cc = \"d\" cc = e } }\n"
		"  folder = f subject = '/\\d/' copy = \"{x}\"\n"
		"}\n"
		"include(\"g.conf\")\n";
	static const char want[] =
		"begin rule 'r 1' :1\nset from a:2 b:3\nbegin any :4\n"
		"set to c:4\nbegin none :5\nset cc d:5\nset cc e:5\nend none\n"
		"end any\nset folder f:6\nset subject /\\d/:6\nset copy {x}:6\n"
		"end rule\ninclude g.conf:8\n";
	static const char *const kinds[] = {"set", "begin", "end", "include"};
	struct diagnostics diags = {0};
	struct parse_events events = {0};
	struct buf clean = BUF_INIT(4096), got = BUF_INIT(4096);

	is_int(0, lint("f", slice_str(text), &diags, &clean, NULL),
	       "no complaint");
	is_int(0, config_parse("f", clean.s, &events, &diags), "it parses");
	for (size_t i = 0; i < events.n; i++) {
		const struct parse_event *e = &events.list[i];

		buf_addf(&got, "%s", kinds[e->kind]);
		if (e->kind != PARSE_INCLUDE)
			buf_addf(&got, " %s", e->name);
		if (e->title != NULL)
			buf_addf(&got, " '%s'", e->title);
		if (e->kind == PARSE_BEGIN)
			buf_addf(&got, " :%d", e->line);
		for (size_t j = 0; j < e->n; j++)
			buf_addf(&got, " %s:%d", e->values[j].text,
				 e->values[j].line);
		buf_addch(&got, '\n');
	}
	is_str(want, got.s, "events come in the order of the file");
	parse_events_release(&events);
	diagnostics_release(&diags);
	buf_release(&clean);
	buf_release(&got);
}

/* An error of libconfuse does not disturb the next parse. */
static void test_refusals(void)
{
	static const char *const bad[] = {"maildir = \"x", "maildir = 'x",
					  "rule x { from = {a b} }", "}",
					  "nonsense = 1"};
	struct diagnostics diags = {0};
	struct parse_events events = {0};
	int refused = 0;

	for (int round = 0; round < 20; round++) {
		for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
			refused += config_parse("f", bad[i], &events, &diags) ==
				   -1;
			parse_events_release(&events);
		}
	}
	is_int(20 * 5, refused, "libconfuse refuses what is wrong");
	is_int(20 * 5, diags.n_errors, "and says so");
	is_int(0, config_parse("f", "maildir = x\n", &events, &diags),
	       "it takes a good file after that");
	is_int(1, events.n, "with its setting");
	parse_events_release(&events);
	diagnostics_release(&diags);
}

int main(void)
{
	test_events();
	test_refusals();
	return done_testing();
}
