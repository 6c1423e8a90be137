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

int main(void)
{
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
