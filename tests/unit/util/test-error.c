/* SPDX-License-Identifier: ISC */
#include <errno.h>

#include "../tap.h"
#include "util/error.h"

static void test_error(void)
{
	struct error err = ERROR_INIT;

	is_int(-1, error_set(&err, ERR_PERSON, "bad %s", "x\ny"), "returns -1");
	is_str("bad x\\x0ay", err.text, "the text is escaped");
	(void)error_prefix(&err, "work");
	is_str("work: bad x\\x0ay", err.text, "a prefix goes before the text");
	errno = ENOSPC;
	(void)error_errno(&err, ERR_TEMPORARY, "write");
	is_str("write: No space left on device", err.text, "errno as text");
	is_int(77, exit_status_worse(75, 77), "77 is worse than 75");
	is_int(78, exit_status_worse(78, 77), "78 is worse than 77");
	is_int(75, exit_status_worse(0, 75), "75 is worse than 0");
	is_int(0, exit_status_worse(0, 0), "0 is 0");
}

int main(void)
{
	test_error();
	return done_testing();
}
