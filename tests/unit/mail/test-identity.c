/* SPDX-License-Identifier: ISC */
/* Which headers are the same message, and which are not. */
#include "../tap.h"
#include "mail/identity.h"

#define FIRST "Message-ID: <1@x>\nDate: today\nFrom: a@b\nSubject: a b\n\n"

static bool same(const char *a, const char *b)
{
	unsigned char one[HASH_SIZE], two[HASH_SIZE];

	identity_of(slice_str(a), one);
	identity_of(slice_str(b), two);
	return memcmp(one, two, HASH_SIZE) == 0;
}

/* Is the body of `a` that of `b`, of which only `head` bytes are there? */
static bool same_body(const char *a, const char *b, size_t head)
{
	unsigned char one[HASH_SIZE], two[HASH_SIZE];

	identity_of_body(slice_str(a), strlen(a), one);
	identity_of_body(slice_of(b, head), strlen(b), two);
	return identity_is_known(two) && memcmp(one, two, HASH_SIZE) == 0;
}

static void test_volatile(void)
{
	static const char plain[] = "Subject: x\nX-A: 1\n\n";

	ok(same(plain, "Subject: x\nStatus: RO\nX-A: 1\n\n"),
	   "A46: without Message-ID and Date: a Status does not count");
	ok(same(plain, "STATUS: O\nX-UID:\n 1\nSubject: x\nX-A: 1\n"
		       "Content-Length: 3\n\n"),
	   "A46: the first, the last, and one of two lines");
	ok(same("Subject: x\nX-A: 1\n", "Subject: x\nX-A: 1\nLines: 3\n"),
	   "a header without an end");
	ok(!same(plain, "Subject: x\nStatus: RO\nX-A: 2\n\n"),
	   "all other fields do");
	ok(!same(plain, "Subject: x\nX-A: 1\nStatus-X: 1\n\n"),
	   "also with a name that begins like it");
	ok(same("Status: O\n\n", "Status: RO\n\n"), "nothing else");
}

static void test_body(void)
{
	ok(same_body("A: 1\n\nbody", "B: 2\nC: 3\n\nbody", 15),
	   "A46: the header is not part of the body");
	ok(!same_body("A: 1\n\nbody", "A: 1\n\nbodx", 10),
	   "A46: another body of this length");
	ok(!same_body("A: 1\n\nbody", "A: 1\n\nbody and more", 10),
	   "A46: the same start, and more of it");
	ok(!same_body("A: 1\nB: 2\n\nx", "A: 1\nB: 2\n\nx", 8),
	   "a header whose end is not there proves nothing");
	ok(same_body("A: 1\n\n", "B: 2\n\n", 6), "two empty bodies");
	ok(same_body("A: 1\n", "B: 2\n", 5), "no body");
}

int main(void)
{
	test_volatile();
	test_body();
	ok(same(FIRST "body", FIRST "another body"), "the body does not count");
	ok(same(FIRST, "Received: x\nStatus: RO\n" FIRST),
	   "nor does what a server adds");
	ok(same(FIRST, "Message-ID: <1@x>\r\nDate: today\r\nFrom: a@b\r\n"
		       "Subject: a b\r\n\r\n"),
	   "nor do line ends");
	ok(!same(FIRST, "Message-ID: <2@x>\nDate: today\nFrom: a@b\n"
			"Subject: a b\n\n"),
	   "the Message-ID does");
	ok(!same(FIRST, "Message-ID: <1@x>\nDate: today\nFrom: a@b\n"
			"Subject: a c\n\n"),
	   "so does the subject");
	ok(!same("Subject: x\nX-A: 1\n\n", "Subject: x\nX-A: 2\n\n"),
	   "without Message-ID and Date the whole header counts");
	ok(same("", ""), "no header at all");
	return done_testing();
}
