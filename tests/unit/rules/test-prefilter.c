/* SPDX-License-Identifier: ISC */
/*
 * The prefilter saves time and changes no verdict: random rules judge random
 * messages with it and without. It also selects few rules of many.
 */
#include <stdlib.h>

#include "../tap.h"
#include "rules/judge.h"
#include "rules/prefilter.h"
#include "rules/rule.h"
#include "rules/ruleset.h"
#include "rules/trial.h"

/* A linear congruential generator: each machine tests the same rules. */
static unsigned long long state = 1;

static size_t below(size_t n)
{
	state = state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (size_t)(state >> 33) % n;
}

#define PICK(list) ((list)[below(sizeof(list) / sizeof((list)[0]))])

static const char *const addresses[] = {
	"bob@x.org", "BOB@X.ORG",   "eve@sub.x.org", "@x.org",
	"@.x.org",   "@.sub.x.org", "eve@y.example", "@y.example",
	"@.org",     "/bob|eve/",   "Bob",	     "x.or",
	"张三",	     "Ёлка зимой"};

static const char *const texts[] = {
	"invoice",     "INVOICE",   "voic",   "in",	  "发票请查收",
	"查收",	       "请",	    "счёт",   "СЧЁТ",	  "ｆｕｌｌ",
	"K 查收无误",  "/inv.ice/", "/^re:/", "[tag]",	  "straße 1",
	"한국어 메일", "메일",	    "!!!!",   "=invoice", "=INVOICE 发票",
	"= 请查收",    "=voic"};

static const char *const words[] = {"Invoice ",	 "invoi",	"ce",
				    "发票",	 "请查收",	"查收无误",
				    "Счёт",	 "счёт ",	"[TAG]",
				    "Re: ",	 "\u212a ",	"STRASSE 1 ",
				    "Straße 1 ", "한국어 메일", "!!!!",
				    "ｆｕｌｌ",	 "Ｆｕｌｌ "};

static const char *const mailboxes[] = {"bob@x.org",
					"Bob@X.Org",
					"eve@sub.x.org",
					"eve@a.b.sub.x.org",
					"eve@y.example",
					"x@ax.org",
					"bob",
					"@x.org",
					"a@.x.org",
					"a@x.org.",
					"张三 <z@x.org>",
					"ёлка Зимой <e@z>",
					"a@..",
					"\"a@x.org\" <b@c>"};

static const char *const keys[] = {"from",	"to",	   "cc",
				   "recipient", "subject", "header"};

static void must(int rc, const struct error *err)
{
	if (rc == -1) {
		printf("Bail out! %s\n", err->text);
		exit(1);
	}
}

static void add_condition(struct rule *rule)
{
	const char *key = PICK(keys);
	char text[3][128];
	struct rule_value values[3];
	size_t n = 1 + below(3), index;
	struct error err = ERROR_INIT;
	long column;

	for (size_t i = 0; i < n; i++) {
		bool is_address = strcmp(key, "subject") != 0 &&
				  strcmp(key, "header") != 0 && below(4) > 0;

		(void)snprintf(text[i], sizeof(text[i]), "%s%s",
			       strcmp(key, "header") == 0 ? "X-Test: " : "",
			       is_address ? PICK(addresses) : PICK(texts));
		values[i] = (struct rule_value){text[i], 1};
	}
	must(rule_add_condition(rule, key, values, n, &index, &column, &err),
	     &err);
}

static void add_group(struct rule *rule, unsigned depth)
{
	rule_begin_group(rule, (enum group)below(3), 1);
	for (size_t i = 0, n = 1 + below(2); i < n; i++)
		if (depth < 3 && below(4) == 0)
			add_group(rule, depth + 1);
		else
			add_condition(rule);
	rule_end_group(rule);
}

static void add_action(struct rule *rule, size_t i)
{
	static const char *const names[] = {"copy", "copy", "tag", "folder",
					    "set-header"};
	const char *name = PICK(names);
	struct rule_value value = {NULL, 1};
	struct error err = ERROR_INIT;
	char text[64];

	(void)snprintf(text, sizeof(text),
		       strcmp(name, "set-header") == 0
			       ? "Subject: invoice {subject} %zu"
			       : "F%zu",
		       i);
	value.text = text;
	must(rule_add_action(rule, name, &value, 1, &err), &err);
}

static struct ruleset *random_rules(size_t n)
{
	struct ruleset *set = ruleset_new();
	struct error err = ERROR_INIT;
	int line;

	for (size_t i = 0; i < n; i++) {
		struct rule *rule = ruleset_add(set, "r", "f", 1);

		for (size_t j = 0, many = below(3); j < many; j++)
			add_condition(rule);
		if (below(3) == 0)
			add_group(rule, 0);
		if (below(20) == 0)
			rule_set_enabled(rule, false);
		add_action(rule, i);
		must(rule_finish(rule, &line, &err), &err);
	}
	return set;
}

static void random_message(struct buf *out)
{
	static const char *const fields[] = {
		"From", "To", "Cc", "Subject", "X-Test", "Delivered-To"};

	for (size_t i = 0, n = below(8); i < n; i++) {
		const char *field = PICK(fields);
		bool is_text = strcmp(field, "Subject") == 0 ||
			       strcmp(field, "X-Test") == 0;

		buf_addf(out, "%s: ", field);
		for (size_t j = 0, many = below(4); j < many; j++)
			buf_addf(out, "%s%s",
				 is_text ? PICK(words) : PICK(mailboxes),
				 is_text ? "" : ", ");
		buf_addch(out, '\n');
	}
	buf_addstr(out, "\nbody\n");
}

static struct slice no_bytes(void *context)
{
	(void)context;
	return slice_of("", 0);
}

/* The verdict as bytes. */
static void judge(const struct ruleset *set, struct slice bytes,
		  struct buf *out)
{
	static const char *const fallback[] = {"utf-8", NULL};
	const struct rule_host host = {.bytes = no_bytes};
	struct message m;
	struct rule_input input = {.message = &m,
				   .account = "a",
				   .size = bytes.len,
				   .host = &host};
	struct verdict v;

	message_init(&m, bytes, fallback);
	verdict_init(&v);
	ruleset_judge(set, &input, &v);
	buf_clear(out);
	verdict_encode(&v, out);
	verdict_release(&v);
	message_release(&m);
}

static void test_same(void)
{
	size_t sets = 300, same = 0, all = 0, decided = 0;

	for (size_t i = 0; i < sets; i++) {
		unsigned long long before;
		size_t n = PREFILTER_RULES_MIN + below(100);
		struct ruleset *plain, *quick;

		before = ++state;
		plain = random_rules(n);
		state = before;
		quick = random_rules(n);
		ruleset_finish(quick);
		for (size_t j = 0; j < 50; j++, all++) {
			struct buf bytes = BUF_INIT(65536);
			struct buf a = BUF_INIT(1 << 20), b = BUF_INIT(1 << 20);

			random_message(&bytes);
			judge(plain, buf_slice(&bytes), &a);
			judge(quick, buf_slice(&bytes), &b);
			same += slice_equal(buf_slice(&a), buf_slice(&b));
			decided += memmem(a.s, a.len, "F", 1) != NULL;
			buf_release(&bytes);
			buf_release(&a);
			buf_release(&b);
		}
		ruleset_free(plain);
		ruleset_free(quick);
	}
	is_int((long)all, (long)same,
	       "random rules: the same verdicts with it");
	ok(decided > all / 2, "and most messages are decided");
}

static void add_rule(struct ruleset *set, const char *key, const char *text)
{
	struct rule *rule = ruleset_add(set, "r", "f", 1);
	struct rule_value value = {text, 1};
	struct error err = ERROR_INIT;
	size_t index;
	long column;
	int line;

	must(rule_add_condition(rule, key, &value, 1, &index, &column, &err),
	     &err);
	value.text = "F";
	must(rule_add_action(rule, "copy", &value, 1, &err), &err);
	must(rule_finish(rule, &line, &err), &err);
}

/* How many rules does the prefilter select for this message? */
static size_t looked_at(const struct ruleset *set, const char *text)
{
	struct prefilter *p = prefilter_new(set);
	uint64_t *rules = prefilter_rules(p);
	size_t *first = calloc(ruleset_size(set), sizeof(*first));
	size_t next[8] = {NO_FIELD, NO_FIELD, NO_FIELD, NO_FIELD,
			  NO_FIELD, NO_FIELD, NO_FIELD, NO_FIELD};
	struct message m;
	size_t n = 0;

	message_init(&m, slice_str(text), NULL);
	for (size_t i = 0; i < set->n_names; i++)
		first[i] = NO_FIELD;
	for (size_t i = 0; i < m.n_fields; i++)
		first[rule_find_name(set, m.fields[i].name)] = i;
	prefilter_select(p, &m, first, next, rules);
	for (size_t i = prefilter_next(p, rules, 0); i < set->n;
	     i = prefilter_next(p, rules, i + 1))
		n++;
	message_release(&m);
	free(first);
	free(rules);
	prefilter_free(p);
	return n;
}

static void test_few(void)
{
	static const struct {
		const char *key, *before, *after;
	} kinds[] = {{"from", "somebody", "@example.com"},
		     {"from", "@host", ".example"},
		     {"from", "@.below", ".example"},
		     {"subject", "word", " of"},
		     {"subject", "通知第", "号请查收"}};
	struct ruleset *set = ruleset_new();
	char text[128];

	for (int i = 0; i < 5000; i++) {
		(void)snprintf(text, sizeof(text), "%s%d%s",
			       kinds[i % 5].before, i, kinds[i % 5].after);
		add_rule(set, kinds[i % 5].key, text);
	}
	is_int(0, (long)looked_at(set, "From: a@b.c\nSubject: hello you\n\n"),
	       "a message that no rule names: no rule is selected");
	is_int(1,
	       (long)looked_at(set, "From: x <SOMEBODY2500@Example.com>\n"
				    "Subject: -\n\n"),
	       "an address in any case selects its rule");
	is_int(1, (long)looked_at(set, "From: a@host2501.example\n\n"),
	       "a domain selects its rule");
	is_int(1, (long)looked_at(set, "From: a@b.c.below2502.example\n\n"),
	       "a subdomain selects the rule of its parent");
	ok(looked_at(set, "Subject: a WORD2503 of mine\n\n") < 10,
	   "a word selects its rule and a few similar ones");
	ruleset_free(set);
}

int main(void)
{
	test_same();
	test_few();
	return done_testing();
}
