/* SPDX-License-Identifier: ISC */
/* Known or new, gone or back, due or not: A25 to A28 of tests/FAULTS.md. */
#include "../tap.h"
#include "../tempdir.h"
#include "fetch/listing.h"
#include "state/received.h"
#include "state/seen.h"

static struct state *state;
static struct listing_policy policy = {
	.account = 1, .now = 1000000, .has_top = true};

struct item {
	const char *uidl;
	uint64_t size;
};

static struct mailbox_listing make(const struct item *items, size_t n)
{
	struct mailbox_listing l = {.n = n, .has_uidl = true};

	buf_init(&l.text, 100 * 1024 * 1024);
	l.entries = calloc(n == 0 ? 1 : n, sizeof(*l.entries));
	for (size_t i = 0; i < n; i++) {
		l.entries[i].number = (uint32_t)(i + 1);
		l.entries[i].size = items[i].size;
		l.entries[i].uidl_at = l.text.len;
		l.entries[i].uidl_len = (uint32_t)strlen(items[i].uidl);
		buf_addstr(&l.text, items[i].uidl);
	}
	return l;
}

/* Does the session verify that messages which are back are the known ones? */
static bool verifies = true;

/* Compare and record; the result as "fetch verify remove gone back". */
static const char *compare(const struct item *items, size_t n)
{
	static char text[64];
	struct error err = ERROR_INIT;
	struct mailbox_listing l = make(items, n);
	struct listing_todo todo;

	(void)snprintf(text, sizeof(text), "error");
	if (listing_compare(&todo, &l, state, &policy, &err) == 0 &&
	    listing_record(&todo, state, &policy, &err) == 0 &&
	    listing_record_gone(&todo, state, &policy, &err) == 0)
		(void)snprintf(text, sizeof(text), "%zu %zu %zu %zu %zu",
			       todo.n_fetch, todo.n_verify, todo.n_remove,
			       todo.n_gone, todo.n_back);
	else
		printf("# %s\n", err.text);
	for (size_t i = 0; verifies && i < todo.n_back; i++)
		(void)state_set_present(state, todo.back[i], &err);
	listing_release(&todo);
	mailbox_release(&l);
	return text;
}

static void add(const char *uidl, uint64_t size, char content, int64_t session)
{
	struct error err = ERROR_INIT;
	struct received r = {
		.account = 1,
		.session = session,
		.uidl = slice_str(uidl),
		.listed_size = size,
		.size = size,
		.now = 500000,
	};

	r.sha256[0] = (unsigned char)content;
	(void)state_add_received(state, &r, &err);
}

#define COUNT(items) (sizeof(items) / sizeof((items)[0]))

static void test_known(void)
{
	static const struct item one[] = {{"b", 1}, {"a", 2}, {"c", 3}};
	static const struct item two[] = {{"a", 2}, {"b", 9}, {"d", 4}};

	is_str("3 0 0 0 0", compare(one, 3), "all is new at first");
	add("a", 2, 'a', 7);
	add("b", 1, 'b', 7);
	add("c", 3, 'c', 7);
	is_str("0 0 0 0 0", compare(one, 3), "then all is known");
	is_str("2 0 0 2 0", compare(two, 3),
	       "another size is fetched, a new one too; two have gone");
	verifies = false;
	is_str("0 2 0 0 2", compare(one, 3),
	       "they are back: to be verified, not fetched again");
	verifies = true;
	is_str("0 2 0 0 2", compare(one, 3), "until they are verified");
	is_str("0 0 0 0 0", compare(one, 3), "then they are known");
	is_str("0 0 0 3 0", compare(NULL, 0), "an empty listing");
	is_str("0 0 0 0 0", compare(NULL, 0), "and another");
	is_str("0 0 0 0 0", compare(NULL, 0), "and a third");
	is_str("0 3 0 0 3", compare(one, 3), "A28: make nothing new");
}

static void test_duplicates(void)
{
	static const struct item twice[] = {{"x", 5}, {"x", 5}, {"x", 6}};
	static const struct item odd[] = {{"", 5}, {"a", 2}, {"", 5}};

	is_str("3 0 0 3 0", compare(twice, 3),
	       "A25: a UIDL three times: each is fetched");
	add("x", 5, 'x', 7);
	add("x", 6, 'y', 7);
	is_str("0 0 0 0 0", compare(twice, 3), "and all are known then");
	is_str("2 1 0 2 1", compare(odd, 3),
	       "a message without a UIDL is fetched, its content decides");
}

static void test_due(void)
{
	static const struct item one[] = {{"a", 2}, {"b", 1}, {"new", 8}};

	policy.keep = KEEP_NO;
	policy.last_session = 7;
	policy.has_top = true;
	is_str("1 2 0 0 1", compare(one, 3),
	       "keep-on-server = no: verified before it is deleted");
	policy.has_top = false;
	is_str("1 0 2 0 0", compare(one, 3),
	       "without TOP, what the last session fetched is deleted");
	policy.last_session = 8;
	is_str("3 0 0 0 0", compare(one, 3), "older messages are fetched");
	policy.has_top = true;
	policy.keep = KEEP_AGE;
	policy.keep_seconds = 500001;
	is_str("1 0 0 0 0", compare(one, 3), "too young to be deleted");
	policy.keep_seconds = 500000;
	is_str("1 2 0 0 0", compare(one, 3), "old enough");
	policy.keep = KEEP_YES;
	is_str("1 0 0 0 0", compare(one, 3), "keep-on-server = yes: never");
	policy.max_size = 7;
	is_str("0 0 0 0 0", compare(one, 3), "too large: stays there");
	policy.max_size = 0;
}

static void test_forgetting(void)
{
	static const struct item one[] = {{"a", 2}};

	is_str("0 0 0 2 0", compare(NULL, 0), "gone");
	policy.now += 91LL * 24 * 3600;
	is_str("0 0 0 0 0", compare(NULL, 0),
	       "for long, but in 2 listings only");
	is_str("0 1 0 0 1", compare(one, 1), "still known");
	is_str("0 0 0 1 0", compare(NULL, 0), "gone again");
	(void)compare(NULL, 0);
	(void)compare(NULL, 0);
	policy.now += 91LL * 24 * 3600;
	(void)compare(NULL, 0);
	is_str("1 0 0 0 0", compare(one, 1),
	       "after three listings and 90 days it is forgotten");
}

static void test_order(void)
{
	static struct item many[3000];
	static char names[3000][16];

	for (size_t i = 0; i < COUNT(many); i++) {
		(void)snprintf(names[i], sizeof(names[i]), "%zu",
			       i * 7919 % 3000);
		many[i].uidl = names[i];
		many[i].size = i % 3;
		if (i % 2 == 0)
			add(names[i], i % 3, (char)i, 9);
	}
	is_str("1500 0 0 0 0", compare(many, COUNT(many)),
	       "half of 3,000 in any order are new");
	policy.limit = 10;
	is_str("10 0 0 0 0", compare(many, COUNT(many)), "limited to ten");
}

int main(void)
{
	struct error err = ERROR_INIT;

	(void)tempdir();
	ok(state_open(&state, temp_path("state"), STATE_WRITE, &err) == 0,
	   "the state is made");
	test_known();
	test_duplicates();
	test_due();
	test_forgetting();
	test_order();
	state_close(state);
	return done_testing();
}
