/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "mail/mime_limit.h"

static void test_limit(void)
{
	is_int(5, mime_safe_length(slice_str("a: b\n")), "all is safe");
	is_int(0, mime_safe_length(slice_of(NULL, 0)), "nothing is safe");
}

int main(void)
{
	test_limit();
	return done_testing();
}
