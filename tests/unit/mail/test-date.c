/* SPDX-License-Identifier: ISC */
#include "../tap.h"
#include "mail/date.h"
#include "util/buf.h"

struct date_example {
	const char *text;
	int64_t seconds; /* -1: no date */
};

static void test_dates(void)
{
	static const struct date_example dates[] = {
		{"Thu, 01 Jan 1970 00:00:00 +0000", 0},
		{"Sat, 03 Feb 2024 23:30:00 +0800", 1706974200},
		{"3 Feb 2024 23:30:00 +0800 (CST)", 1706974200},
		{"3-Feb-2024 15:30 GMT", 1706974200},
		{"Thu, 29 Feb 24 12:00:00 -0500", 1709226000},
		{"Fri, 31 Dec 1999 23:59:59 +0000", 946684799},
		{"Wed, 1 Mar 2000 00:00:00 +0000", 951868800},
		{"", -1},
		{"tomorrow", -1},
		{"Thu, 01 Jan 9999 00:00:00 +0000", -1},
		{"Thu, 01 Jan 1900 00:00:00 +0000", -1},
		{"2024", -1},
		{"-----", -1},
	};

	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		int64_t seconds = -1;
		int zone;

		if (!date_parse(slice_str(dates[i].text), &seconds, &zone))
			seconds = -1;
		is_int(dates[i].seconds, seconds, dates[i].text);
	}
}

int main(void)
{
	test_dates();
	return done_testing();
}
