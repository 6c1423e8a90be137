/* SPDX-License-Identifier: ISC */
/* Names that templates give, and those that only a liar says they gave. */
#include <stdlib.h>

#include "../tap.h"
#include "rules/template.h"

static const struct slice names[] = {{"x", 1}, {"y", 1}};

static struct template *compile(const char *text)
{
	const struct template_names known = {names, 2, 1};
	struct error err = ERROR_INIT;
	struct template *t = template_new(text, &known, &err);

	if (t == NULL) {
		printf("# %s\n", err.text);
		exit(EXIT_FAILURE);
	}
	return t;
}

/* `source`: the account, and the folder on the server. */
struct claim {
	const char *text, *source, *name;
	bool given;
};

/* With a letter of two bytes, as long as a component can be. */
#define BYTES_98                                                               \
	"account-account-account-account-account-account-account-account-"     \
	"account-account-account-account-ac"

static const struct claim folders[] = {
	{"A/b", "w", "A/b", true},
	{"A/b", "w", "A/c", false},
	{"A/b", "w", "A/b/c", false},
	{"A/b", "w", "A", false},
	{"L/{x}", "w", "L/any thing", true},
	{"L/{x}", "w", "L/_", true},
	{"L/{x}", "w", "L/new_", true},
	{"L/{x}", "w", "L", false},
	{"L/{x}", "w", "L/a/b", false},
	{"L/{x}", "w", "M/a", false},
	{"L/{x}", "w", "L/a\u200bb", false},
	{"L/{x}", "w", "L/\u202eb", false},
	{"L/{x}", "w", "L/a\u200d", false},
	{"L/{x}", "w", "L/\u0915\u094d\u200d\u0937", true},
	{"L/{x}", "w", "L/a\u00a0b", false},
	{"L/\u202e{x}", "w", "L/\u202eb", true},
	{"{x}-{y}", "w", "a-b", true},
	{"{x}-{y}", "w", "a-", true},
	{"{x}-{y}", "w", "_b", true}, /* "" and "b" */
	{"{x}-{y}", "w", "ab", false},
	{"{x} - {y}", "w", "a -", true},
	{"{x} - {y}", "w", "_ b", true},
	{"{x} - {y}", "w", "a b", false},
	{"L/{x}\t", "w", "L/a", true},
	{"\t{x}\r\n/b", "w", "a/b", true},
	{"{x}\tb", "w", "a b", false},
	{"p{x}s", "w", "pans", true},
	{"p{x}s", "w", "ps", true},
	{"p{x}s", "w", "p", false},
	{"p{x}s", "w", "panst", false},
	{"ab{x}ba", "w", "aba", false},
	{"{account}", "work", "work", true},
	{"{account}", "work", "play", false},
	{"{account}", "work", "work_", false},
	{"{account}", "", "_", true},
	{"{account}", "new", "new_", true},
	{"{account}", ".a/b", "_a_b", true},
	{"{account:lower}", "Work", "work", true},
	{"{account:lower}", "Work", "Work", false},
	{"{account}", BYTES_98 "\u00e9", BYTES_98 "\u00e9", true},
	{"{account}", BYTES_98 " b", BYTES_98 " b", true},
	{"{account}", BYTES_98 "b", BYTES_98 "c", false},
	{"In/{account}/{x}", "w", "In/w/a", true},
	{"In/{account}/{x}", "w", "In/v/a", false},
	{"In/{account}", "w", "In/w/a", false},
	{"{folder}", "Lists/Dev", "Lists/Dev", true},
	{"{folder}", "Lists/Dev", "Lists_Dev", false},
	{"{folder}", "Lists/Dev", "Lists", false},
	{"{folder}", "Lists/Dev", "Lists/Other", false},
	{"{folder:lower}", "Lists/Dev", "lists/dev", true},
	{"{folder:lower}", "Lists/Dev", "Lists/Dev", false},
	{"{folder}", "", "_", true},
	{"{folder}", "../../x", "_./_./x", true},
	{"{folder}", "../../x", "../../x", false},
	{"{folder}", "/a//new/", "_/a/_/new_/_", true},
	{"{folder}", "a\u202eb", "ab", true},
	{"{folder}", "a\u202eb", "a\u202eb", false},
	{"{folder}", "1/2/3/4/5/6/7/8/9", "1/2/3/4/5/6/7/8_9", true},
	{"{folder}", "1/2/3/4/5/6/7/8/9", "1/2/3/4/5/6/7/8/9", false},
	{"In/{x}{folder}-b", "a/c", "In/any a/c-b", true},
	{"In/{x}{folder}-b", "a/c", "In/any a/d-b", false},
	{"{folder}/{x}", BYTES_98 "b/c", BYTES_98 "b/c/d", true},
	{"{folder}", BYTES_98 "bcd/e", BYTES_98 "bc/e", true},
	{"{date:%Y/%m}", "w", "2026/07", true},
	{"{date:%Y/%m}", "w", "2026/7a", false},
	{"{date:%Y/%m}", "w", "evil/07", false},
	{"{date:%Y/%m}", "w", "20260/07", false},
	{"{date}", "w", "2026-07-01", true},
	{"{date}", "w", "2026+07-01", false},
	{"x{date:%j%%}{x}", "w", "x123%b", true},
	{"x{date:%j%%}{x}", "w", "x12%b", false},
};

static const struct claim paths[] = {
	{"/x/att/{x}", "w", "/x/att/a", true},
	{"/x/att/{x}", "w", "/x/att/", false},
	{"/x/att/{x}", "w", "/x/att", false},
	{"/x/att/{x}", "w", "/x/att/..", false},
	{"/x/att/{x}", "w", "/x/att/../b", false},
	{"/x/att/{x}", "w", "/x/att/a/b", false},
	{"/x/att/{x}", "w", "/x/att//a", false},
	{"/x/att/{x}", "w", "/x/att/\x7f", false},
	{"/x/.att/a-{x}/b", "w", "/x/.att/a-c/b", true},
	{"/x/.att/a-{x}/b", "w", "/x/.att/a-c/..", false},
	{"/x/.att/a-{x}/b", "w", "/x/.atu/a-c/b", false},
	{"/x/{folder}/b", "../c", "/x/_./c/b", true},
	{"/x/{folder}/b", "../c", "/x/../c/b", false},
	{"/x", "w", "/x", true},
	{"/x", "w", "/x/y", false},
};

static void test_claims(void)
{
	char name[300];

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		const struct claim *c = &folders[i];
		const struct template_source source = {c->source, c->source};
		struct template *t = compile(c->text);

		(void)snprintf(name, sizeof(name), "%s %s %s", c->text,
			       c->given ? "gives" : "never gives", c->name);
		ok(template_gives_folder(t, &source, c->name) == c->given,
		   name);
		template_free(t);
	}
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		const struct claim *c = &paths[i];
		const struct template_source source = {c->source, c->source};
		struct template *t = compile(c->text);

		(void)snprintf(name, sizeof(name), "%s %s %s", c->text,
			       c->given ? "gives" : "never gives", c->name);
		ok(template_gives_path(t, &source, c->name) == c->given, name);
		template_free(t);
	}
}

static uint64_t seed = 1;

/* A number below n. */
static size_t any(size_t n)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (size_t)(seed >> 33) % n;
}

static void add_any(const char *const *pieces, size_t n, struct buf *out)
{
	for (size_t i = any(6); i > 0; i--)
		buf_addstr(out, pieces[any(n)]);
}

#define N_OF(array) (sizeof(array) / sizeof((array)[0]))

/* A template, and what one message has for it. */
struct trial {
	struct buf text, x, y, account, name;
	struct slice captures[2], groups[2];
	struct template_values values;
};

static void make_trial(struct message *m, struct trial *t)
{
	static const char *const texts[] = {
		"a",	       " ",	    "-",
		".",	       "/",	    "b ",
		"_",	       "~",	    "{x}",
		"{y}",	       "{x:lower}", "{account}",
		"{1}",	       "{folder}",  "{folder:lower}",
		"new",	       "{date:%Y}", "a",
		"{date:%m/%d}"};
	static const char *const values[] = {
		"a",	  " ",
		"-",	  ".",
		"/",	  "b",
		"_",	  "~",
		"new",	  "\n",
		"\u00a0", "\u200d",
		"\u0915", "\u094d",
		"\u0937", "e",
		"\u0301", "\u202e",
		"\xff",	  "cur",
		"A",	  "\u0338",
		"\u2010", "0123456789012345678901234567890123456789012345678"};

	memset(t, 0, sizeof(*t));
	buf_init(&t->text, 1000);
	buf_init(&t->x, 1000);
	buf_init(&t->y, 1000);
	buf_init(&t->account, 1000);
	buf_init(&t->name, 1024);
	if (any(4) == 0)
		buf_addstr(&t->text, "/x/");
	add_any(texts, N_OF(texts), &t->text);
	add_any(values, N_OF(values), &t->x);
	add_any(values, N_OF(values), &t->y);
	add_any(values, N_OF(values), &t->account);
	t->captures[0] = buf_slice(&t->x);
	t->captures[1] = t->groups[1] = buf_slice(&t->y);
	t->values = (struct template_values){.message = m,
					     .account = t->account.s,
					     .folder = t->account.s,
					     .now = (time_t)any(2000000000),
					     .names = names,
					     .values = t->captures,
					     .n = 2,
					     .groups = t->groups,
					     .n_groups = 2};
	t->values.arrived = t->values.now;
}

static void release_trial(struct trial *t)
{
	buf_release(&t->text);
	buf_release(&t->x);
	buf_release(&t->y);
	buf_release(&t->account);
	buf_release(&t->name);
}

/* 1 the name can have been given, 0 not, -1 there is none. */
static int run_trial(struct trial *t)
{
	const struct template_source source = {t->account.s, t->account.s};
	bool path = t->text.s[0] == '/';
	struct template *template = compile(t->text.s);
	struct error err = ERROR_INIT;
	int rc = (path ? template_expand_path : template_expand_folder)(
		template, &t->values, &t->name, &err);

	if (rc == 0)
		rc = (path ? template_gives_path : template_gives_folder)(
			template, &source, t->name.s);
	template_free(template);
	return rc;
}

/* It can have given all that it gives. */
static void test_own(void)
{
	size_t given = 0, refused = 0;
	struct message m;

	message_init(&m, SLICE_EMPTY, NULL);
	for (int i = 0; i < 50000; i++) {
		struct trial t;
		int rc;

		make_trial(&m, &t);
		rc = run_trial(&t);
		given += rc != -1;
		refused += rc == 0;
		if (rc == 0)
			printf("# %s gave %s\n", t.text.s, t.name.s);
		release_trial(&t);
	}
	message_release(&m);
	ok(given > 10000, "many names are given");
	is_int(0, (long)refused, "all of them can have been");
}

/* What the configuration puts behind an empty text comes first in the name. */
static void test_begins(void)
{
	static const char *const begins[][2] = {
		{"{x}-b", "_b"}, {"L/{x}.b/c", "L/_b/c"}, {"{x} ~b", "_b"}};
	struct slice nothing[2] = {SLICE_EMPTY, SLICE_EMPTY};
	struct template_values v = {.names = names, .values = nothing, .n = 2};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		struct template *t = compile(begins[i][0]);
		struct buf name = BUF_INIT(100);
		struct error err = ERROR_INIT;

		(void)template_expand_folder(t, &v, &name, &err);
		is_str(begins[i][1], name.s, begins[i][0]);
		is_str("", err.text, "and can be used");
		buf_release(&name);
		template_free(t);
	}
}

int main(void)
{
	test_claims();
	test_begins();
	test_own();
	return done_testing();
}
