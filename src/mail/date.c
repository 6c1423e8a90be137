/* SPDX-License-Identifier: ISC */
#include "mail/date.h"

#include <string.h>

#include "util/banned.h"

/* The parts of a date; -1: not read yet. */
struct parts {
	int day, month, year;
	int hour, minute, second;
	int zone; /* seconds */
};

/* Words of a date: "Mon," "12" "Mar" "2024" "10:20:30" "+0800". */
static bool next_word(struct slice *rest, struct slice *word)
{
	static const char gaps[] = " \t,-";
	size_t n = 0;

	while (rest->len > 0 && strchr(" \t,", rest->p[0]) != NULL) {
		rest->p++;
		rest->len--;
	}
	/* "12-Mar-2024" is three words, "-0500" one. */
	while (n < rest->len && (n == 0 || strchr(gaps, rest->p[n]) == NULL))
		n++;
	*word = slice_of(rest->p, n);
	rest->p += n;
	rest->len -= n;
	if (n > 0 && rest->len > 1 && rest->p[0] == '-' && word->p[0] != '-' &&
	    word->p[0] != '+') {
		rest->p++;
		rest->len--;
	}
	return n > 0;
}

static int month_number(struct slice word)
{
	static const char names[] = "janfebmaraprmayjunjulaugsepoctnovdec";

	for (int i = 0; word.len >= 3 && i < 12; i++)
		if (slice_equal_nocase(slice_of(word.p, 3),
				       slice_of(names + (size_t)i * 3, 3)))
			return i + 1;
	return 0;
}

static bool read_number(struct slice s, unsigned long long max, int *out)
{
	unsigned long long value;

	if (!slice_number(s, max, &value))
		return false;
	*out = (int)value;
	return true;
}

static void read_time(struct slice word, struct parts *p)
{
	struct slice rest = word, part;
	int *const into[] = {&p->hour, &p->minute, &p->second};
	static const unsigned max[] = {23, 59, 60};

	for (int i = 0; i < 3 && slice_split(&rest, ':', &part); i++)
		if (!read_number(part, max[i], into[i]))
			return;
}

static void read_zone(struct slice word, struct parts *p)
{
	int value;

	if (word.len != 5 ||
	    !read_number(slice_of(word.p + 1, 4), 9999, &value))
		return;
	p->zone = (value / 100 * 60 + value % 100) * 60;
	if (word.p[0] == '-')
		p->zone = -p->zone;
}

static void read_day_or_year(struct slice word, struct parts *p)
{
	int value;

	if (!read_number(word, 9999, &value))
		return;
	if (p->day == -1 && value >= 1 && value <= 31 && word.len <= 2)
		p->day = value;
	else if (p->year == -1 && word.len == 4)
		p->year = value;
	else if (p->year == -1 && word.len == 2) /* RFC 5322 4.3 */
		p->year = value < 50 ? 2000 + value : 1900 + value;
}

static void read_word(struct slice word, struct parts *p)
{
	if (memchr(word.p, ':', word.len) != NULL)
		read_time(word, p);
	else if (word.p[0] == '+' || (word.p[0] == '-' && word.len == 5))
		read_zone(word, p);
	else if (p->month == 0 && month_number(word) != 0)
		p->month = month_number(word);
	else
		read_day_or_year(word, p);
}

/* Days since 1970-01-01 in the Gregorian calendar. */
static int64_t days(int year, int month, int day)
{
	static const int before[] = {0,	  31,  59,  90,	 120, 151,
				     181, 212, 243, 273, 304, 334};
	int64_t y = year - (month <= 2);
	int64_t leap = y / 4 - y / 100 + y / 400;

	return (int64_t)(year - 1970) * 365 + leap - 477 + before[month - 1] +
	       day - 1;
}

bool date_parse(struct slice text, int64_t *seconds_out, int *zone_out)
{
	struct parts p = {-1, 0, -1, -1, -1, 0, 0};
	struct slice rest = text, word;

	/* A date has six words and perhaps a comment. */
	for (int i = 0; i < 12 && next_word(&rest, &word); i++)
		read_word(word, &p);
	if (p.day == -1 || p.month == 0 || p.year < 1970 || p.year > 2100)
		return false;
	if (p.hour == -1 || p.minute == -1)
		p.hour = p.minute = p.second = 0;
	*seconds_out = days(p.year, p.month, p.day) * 86400 + p.hour * 3600 +
		       p.minute * 60 + p.second - p.zone;
	*zone_out = p.zone;
	return true;
}
