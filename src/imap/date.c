/* SPDX-License-Identifier: ISC */
#include "imap/date.h"

#include "util/ascii.h"

#include "util/banned.h"

/* The number up to `end`, which is taken with it. */
static bool take_number(struct slice *rest, char end, unsigned max,
			unsigned *out)
{
	struct slice part;
	unsigned long long n;

	if (rest->p == NULL || !slice_split(rest, end, &part) ||
	    !slice_number(part, max, &n))
		return false;
	*out = (unsigned)n;
	return true;
}

/* 1 to 12 */
static bool take_month(struct slice *rest, unsigned *out)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	struct slice part;

	if (rest->p == NULL || !slice_split(rest, '-', &part) || part.len != 3)
		return false;
	for (unsigned i = 0; i < 12; i++) {
		if (!slice_equal_nocase(part, slice_of(names + i * 3, 3)))
			continue;
		*out = i + 1;
		return true;
	}
	return false;
}

/* "-0700" in seconds */
static bool read_zone(struct slice text, int *out)
{
	unsigned long long n;

	if (text.p == NULL || text.len != 5 ||
	    (text.p[0] != '+' && text.p[0] != '-') ||
	    !slice_number(slice_skip(text, 1), 9959, &n) || n % 100 > 59)
		return false;
	*out = (int)(n / 100 * 3600 + n % 100 * 60);
	if (text.p[0] == '-')
		*out = -*out;
	return true;
}

/* Days from 1970-01-01, in the Gregorian calendar: years begin in March. */
static int64_t days_to(unsigned year, unsigned month, unsigned day)
{
	int64_t y = (int64_t)year - (month <= 2);
	int64_t m = (month + 9) % 12;

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day -
	       1 - 719468;
}

bool imap_date(struct slice text, int64_t *out)
{
	struct slice rest = slice_trim(text);
	unsigned day, month, year, hour, minute, second;
	int zone;

	if (!take_number(&rest, '-', 31, &day) || day == 0 ||
	    !take_month(&rest, &month) ||
	    !take_number(&rest, ' ', 9999, &year) || year < 1900 ||
	    !take_number(&rest, ':', 23, &hour) ||
	    !take_number(&rest, ':', 59, &minute) ||
	    !take_number(&rest, ' ', 60, &second) || !read_zone(rest, &zone))
		return false;
	*out = days_to(year, month, day) * 86400 + (int64_t)hour * 3600 +
	       (int64_t)minute * 60 + second - zone;
	return true;
}
