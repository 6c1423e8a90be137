/* SPDX-License-Identifier: ISC */
#include "rules/prefilter.h"

#include <stdlib.h>
#include <string.h>

#include "mail/address.h"
#include "rules/trial.h"
#include "util/ascii.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Bytes of a text that are hashed: they fit one 32-bit word. */
#define GRAM 4

/* Counters for "how many texts have these four bytes", by their hash. */
#define COUNTS 65536

enum key_kind {
	KEY_ADDRESS,
	KEY_DOMAIN,
	KEY_PARENT, /* a domain and all below it */
	KEY_GRAM,
	KEY_KINDS,
};

/* A collision costs one useless evaluation, never a wrong verdict. */
struct entry {
	uint32_t hash;
	uint32_t rule;
	uint32_t next; /* in its bucket: 1 + index; 0: none */
};

/* Do rules want the text of the fields of a name, or the addresses? */
struct looks {
	bool text, mailboxes;
};

struct prefilter {
	size_t n_rules, n_words; /* of 64 bits */
	size_t n_names;
	uint64_t *always; /* the rules that have no keys */
	struct entry *entries;
	size_t n_entries;
	uint32_t *buckets;
	size_t n_buckets; /* a power of two */
	struct looks *looks;
	uint32_t *counts; /* COUNTS of them, while it is built */
};

static unsigned char lower(char c)
{
	return (unsigned char)ascii_lower(c);
}

static uint32_t seed(enum key_kind kind, size_t name)
{
	return 2166136261U ^ ((uint32_t)name * KEY_KINDS + (uint32_t)kind);
}

/* FNV-1a from the end: on its way it passes the hash of each parent domain. */
static uint32_t hash_backwards(uint32_t hash, struct slice s)
{
	for (size_t i = s.len; i > 0; i--)
		hash = (hash ^ lower(s.p[i - 1])) * 16777619U;
	return hash;
}

static uint32_t gram_at(const char *p)
{
	uint32_t gram = 0;

	for (size_t i = 0; i < GRAM; i++)
		gram = gram << 8 | lower(p[i]);
	return gram;
}

static uint32_t hash_gram(uint32_t gram, size_t name)
{
	uint32_t hash = (gram ^ seed(KEY_GRAM, name)) * 2654435769U;

	return hash ^ hash >> 15;
}

static void set_bit(uint64_t *bits, size_t i)
{
	bits[i / 64] |= UINT64_C(1) << i % 64;
}

/*
 * The four bytes of a text that the fewest other texts have; NULL when no four
 * bytes are safe. A text that is not ASCII is compared by the case rules of
 * Unicode (k also matches the Kelvin sign), so only bytes of characters that
 * have no case are safe: U+3000 to U+9FFF and most of Hangul.
 */
static const char *best_gram(const struct prefilter *p, const struct text *text)
{
	const char *best = NULL;
	uint32_t fewest = UINT32_MAX;
	bool ascii = slice_is_ascii(text->part), fits = ascii;
	size_t run = 0;

	for (size_t i = 0; i < text->part.len; i++) {
		unsigned char c = (unsigned char)text->part.p[i];
		const char *at;
		uint32_t count;

		if (c < 0x80 || c >= 0xc0) /* a character begins */
			fits = ascii || (c >= 0xe3 && c <= 0xec && c != 0xea);
		run = fits ? run + 1 : 0;
		if (run < GRAM)
			continue;
		at = text->part.p + i + 1 - GRAM;
		count = p->counts[hash_gram(gram_at(at), 0) % COUNTS];
		if (count < fewest) {
			fewest = count;
			best = at;
		}
	}
	return best;
}

static bool has_key(const struct prefilter *p, const struct text *text)
{
	switch (text->kind) {
	case TEXT_ADDRESS:
	case TEXT_DOMAIN:
	case TEXT_SUBDOMAINS:
		return true;
	case TEXT_CONTAINS:
	case TEXT_WHOLE:
		/* `ascii` is looked up in the addresses, too. */
		return !text->exact && text->ascii == NULL &&
		       best_gram(p, text) != NULL;
	case TEXT_REGEX:
	case TEXT_LIST:
		break;
	}
	return false;
}

/*
 * Does it make a request? Skipping it would be visible: a command would not
 * run.
 */
static bool asks(const struct condition *c)
{
	if (c->kind != CONDITION_GROUP)
		return c->kind == CONDITION_COMMAND ||
		       c->kind == CONDITION_DUPLICATE;
	for (size_t i = 0; i < c->n_members; i++)
		if (asks(&c->members[i]))
			return true;
	return false;
}

static const struct condition *find_key(const struct prefilter *p,
					const struct condition *c);

static bool has_keys(const struct prefilter *p, const struct condition *c)
{
	if (c->kind == CONDITION_HEADER) {
		for (size_t i = 0; i < c->n_needles; i++)
			if (!has_key(p, &c->needles[i].text))
				return false;
		return c->n_needles > 0;
	}
	if (c->kind != CONDITION_GROUP || c->group == GROUP_NONE)
		return false;
	if (c->group == GROUP_ALL)
		return find_key(p, c) != NULL;
	for (size_t i = 0; i < c->n_members; i++)
		if (!has_keys(p, &c->members[i]))
			return false;
	return c->n_members > 0;
}

/*
 * In an `all`: the first member that has keys. No member that makes a request
 * may come before it, since evaluation would reach that one.
 */
static const struct condition *find_key(const struct prefilter *p,
					const struct condition *c)
{
	for (size_t i = 0; i < c->n_members && !asks(&c->members[i]); i++)
		if (has_keys(p, &c->members[i]))
			return &c->members[i];
	return NULL;
}

static void add_entry(struct prefilter *p, uint32_t hash, size_t rule)
{
	xgrow(&p->entries, p->n_entries, sizeof(*p->entries));
	p->entries[p->n_entries++] =
		(struct entry){.hash = hash, .rule = (uint32_t)rule};
}

static void add_needle(struct prefilter *p, const struct needle *needle,
		       size_t rule)
{
	static const enum key_kind kinds[] = {
		[TEXT_CONTAINS] = KEY_GRAM,	[TEXT_WHOLE] = KEY_GRAM,
		[TEXT_ADDRESS] = KEY_ADDRESS,	[TEXT_DOMAIN] = KEY_DOMAIN,
		[TEXT_SUBDOMAINS] = KEY_PARENT,
	};
	enum key_kind kind = kinds[needle->text.kind];

	for (size_t i = 0; i < needle->n_names; i++) {
		unsigned name = needle->names[i];

		if (kind == KEY_GRAM) {
			uint32_t gram = gram_at(best_gram(p, &needle->text));

			p->looks[name].text = true;
			add_entry(p, hash_gram(gram, name), rule);
		} else {
			p->looks[name].mailboxes = true;
			add_entry(p,
				  hash_backwards(seed(kind, name),
						 needle->text.part),
				  rule);
		}
	}
}

static void add_keys(struct prefilter *p, const struct condition *c,
		     size_t rule)
{
	if (c->kind == CONDITION_GROUP && c->group == GROUP_ALL) {
		add_keys(p, find_key(p, c), rule);
		return;
	}
	for (size_t i = 0; i < c->n_needles; i++)
		add_needle(p, &c->needles[i], rule);
	for (size_t i = 0; i < c->n_members; i++)
		add_keys(p, &c->members[i], rule);
}

static void count_grams(struct prefilter *p, const struct condition *c)
{
	for (size_t i = 0; i < c->n_needles; i++) {
		struct slice s = c->needles[i].text.part;

		for (size_t j = 0; j + GRAM <= s.len; j++)
			p->counts[hash_gram(gram_at(s.p + j), 0) % COUNTS]++;
	}
	for (size_t i = 0; i < c->n_members; i++)
		count_grams(p, &c->members[i]);
}

static void fill_buckets(struct prefilter *p)
{
	p->n_buckets = 256;
	while (p->n_buckets < p->n_entries * 2)
		p->n_buckets *= 2;
	p->buckets = xcalloc(p->n_buckets, sizeof(*p->buckets));
	for (size_t i = 0; i < p->n_entries; i++) {
		size_t bucket = p->entries[i].hash & (p->n_buckets - 1);

		p->entries[i].next = p->buckets[bucket];
		p->buckets[bucket] = (uint32_t)i + 1;
	}
}

struct prefilter *prefilter_new(const struct ruleset *set)
{
	struct prefilter *p = xcalloc(1, sizeof(*p));

	p->n_rules = set->n;
	p->n_words = (set->n + 63) / 64;
	p->n_names = set->n_names;
	p->always = prefilter_rules(p);
	p->looks = xcalloc(set->n_names, sizeof(*p->looks));
	p->counts = xcalloc(COUNTS, sizeof(*p->counts));
	for (size_t i = 0; i < set->n; i++)
		count_grams(p, &set->rules[i]->root);
	for (size_t i = 0; i < set->n; i++) {
		const struct condition *c = &set->rules[i]->root;

		if (has_keys(p, c))
			add_keys(p, c, i);
		else
			set_bit(p->always, i);
	}
	fill_buckets(p);
	free(p->counts);
	p->counts = NULL;
	return p;
}

void prefilter_free(struct prefilter *p)
{
	if (p == NULL)
		return;
	free(p->always);
	free(p->entries);
	free(p->buckets);
	free(p->looks);
	free(p);
}

uint64_t *prefilter_rules(const struct prefilter *p)
{
	return xcalloc(p->n_words, sizeof(uint64_t));
}

static void find(const struct prefilter *p, uint32_t hash, uint64_t *rules)
{
	uint32_t i = p->buckets[hash & (p->n_buckets - 1)];

	for (; i != 0; i = p->entries[i - 1].next)
		if (p->entries[i - 1].hash == hash)
			set_bit(rules, p->entries[i - 1].rule);
}

static void find_grams(const struct prefilter *p, struct slice s, size_t name,
		       uint64_t *rules)
{
	uint32_t gram = 0;

	for (size_t i = 0; i < s.len; i++) {
		gram = gram << 8 | lower(s.p[i]);
		if (i >= GRAM - 1)
			find(p, hash_gram(gram, name), rules);
	}
}

static void find_mailbox(const struct prefilter *p, struct slice mailbox,
			 size_t name, uint64_t *rules)
{
	struct slice domain = address_domain(mailbox);
	uint32_t hash = seed(KEY_PARENT, name);

	find(p, hash_backwards(seed(KEY_ADDRESS, name), mailbox), rules);
	find(p, hash_backwards(seed(KEY_DOMAIN, name), domain), rules);
	for (size_t i = domain.len; i > 0; i--) {
		if (domain.p[i - 1] == '.')
			find(p, hash, rules);
		hash = (hash ^ lower(domain.p[i - 1])) * 16777619U;
	}
	find(p, hash, rules);
}

static void find_field(const struct prefilter *p, struct message *m,
		       size_t field, size_t name, uint64_t *rules)
{
	const struct slice *mailboxes;
	size_t n;

	if (p->looks[name].text)
		find_grams(p,
			   fold_text(message_folded(m, field),
				     message_text(m, field)),
			   name, rules);
	if (!p->looks[name].mailboxes)
		return;
	mailboxes = message_mailboxes(m, field, &n);
	for (size_t i = 0; i < n; i++)
		find_mailbox(p, mailboxes[i], name, rules);
	/* Too many addresses are an error, which each rule must find itself. */
	if (n > MESSAGE_MAILBOXES_MAX)
		memset(rules, 0xff, p->n_words * sizeof(*rules));
}

void prefilter_select(const struct prefilter *p, struct message *m,
		      const size_t *first, const size_t *next, uint64_t *rules)
{
	memcpy(rules, p->always, p->n_words * sizeof(*rules));
	for (size_t name = 0; name < p->n_names; name++)
		for (size_t i = first[name]; i != NO_FIELD; i = next[i])
			find_field(p, m, i, name, rules);
}

size_t prefilter_next(const struct prefilter *p, const uint64_t *rules,
		      size_t i)
{
	while (i < p->n_rules) {
		uint64_t rest = rules[i / 64] >> i % 64;

		if (rest != 0) {
			i += (size_t)__builtin_ctzll(rest);
			break;
		}
		i = (i / 64 + 1) * 64;
	}
	return i < p->n_rules ? i : p->n_rules;
}
