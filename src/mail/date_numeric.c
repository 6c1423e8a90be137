/* SPDX-License-Identifier: ISC */
#include "mail/date_numeric.h"

#include "util/ascii.h"

#include "util/banned.h"

/* A device without a clock writes 1970. */
#define YEAR_MIN 1971
#define YEAR_MAX 2100

/* Six digits are a time; a larger number is not read further. */
#define VALUE_MAX 1000000

/* One more than the digits of a date and a time. */
#define COMPACT_MAX 15

/* "14.5.2010": three numbers with one sign between them. */
struct triple {
	int value[3];
	size_t digits[3];
	char mark;
};

int64_t date_days(int year, int month, int day)
{
	static const int before[] = {0,	  31,  59,  90,	 120, 151,
				     181, 212, 243, 273, 304, 334};
	int64_t y = year - (month <= 2);
	int64_t leap = y / 4 - y / 100 + y / 400;

	return (int64_t)(year - 1970) * 365 + leap - 477 + before[month - 1] +
	       day - 1;
}

/* Days of the month; the next one begins behind them. */
static int64_t month_length(int year, int month)
{
	if (month == 12)
		return 31;
	return date_days(year, month + 1, 1) - date_days(year, month, 1);
}

bool date_exists(int year, int month, int day)
{
	return year >= YEAR_MIN && year <= YEAR_MAX && month >= 1 &&
	       month <= 12 && day >= 1 && day <= month_length(year, month);
}

/* 19110 is a fault of 2010. */
int date_full_year(int value, size_t n)
{
	if (n == 2)
		return value < 50 ? 2000 + value : 1900 + value;
	if (n == 3)
		return 1900 + value;
	if (n == 5 && value >= 19100 && value < 19200)
		return value - 17100;
	return n == 4 ? value : -1;
}

size_t date_take_digits(struct slice *rest, int *value_out)
{
	size_t n = 0;

	*value_out = 0;
	for (; n < rest->len && ascii_is_digit(rest->p[n]); n++)
		if (*value_out < VALUE_MAX / 10)
			*value_out = *value_out * 10 + (rest->p[n] - '0');
	*rest = slice_skip(*rest, n);
	return n;
}

static bool take_triple(struct slice *rest, struct triple *t)
{
	struct slice s = *rest;

	for (int i = 0; i < 3; i++) {
		t->digits[i] = date_take_digits(&s, &t->value[i]);
		if (t->digits[i] == 0 || t->digits[i] > 4)
			return false;
		if (i == 2)
			break;
		if (s.len == 0 || (i == 1 && s.p[0] != t->mark))
			return false;
		t->mark = s.p[0];
		s = slice_skip(s, 1);
	}
	if (t->mark != '-' && t->mark != '/' && t->mark != '.')
		return false;
	*rest = s;
	return true;
}

/* The three numbers in this order, if they are a date. */
static bool read_as(const struct triple *t, int year, int month, int day,
		    struct date_numeric *out)
{
	struct date_numeric date = {
		.year = date_full_year(t->value[year], t->digits[year]),
		.month = t->value[month],
		.day = t->value[day]};

	if (t->digits[year] % 2 != 0 || t->digits[month] > 2 ||
	    t->digits[day] > 2 || !date_exists(date.year, date.month, date.day))
		return false;
	*out = date;
	return true;
}

/*
 * Two digits may be a year of either end. Where dots are in use the day comes
 * first, but 12.30.45 may be a time.
 */
static bool read_triple(const struct triple *t, struct date_numeric *out)
{
	struct date_numeric day_first, month_first = {.year = -1};
	bool dots = t->mark == '.', d, m, y;

	*out = (struct date_numeric){.year = -1};
	if (t->digits[0] > 2) {
		(void)read_as(t, 0, 1, 2, out);
		return t->digits[1] <= 2 && t->digits[2] <= 2;
	}
	if (dots && t->digits[2] != 4)
		return false;
	y = read_as(t, 0, 1, 2, out);
	d = read_as(t, 2, 1, 0, &day_first);
	m = read_as(t, 2, 0, 1, &month_first);
	m = m && !(d && (dots || month_first.day == month_first.month));
	if (d)
		*out = day_first;
	else if (m)
		*out = month_first;
	if (y + d + m != 1)
		out->year = -1;
	return true;
}

/* 20100514, 20100514103000: ten digits are seconds since 1970. */
static bool take_compact(struct slice *rest, struct date_numeric *out)
{
	int value[COMPACT_MAX];
	size_t n = 0;

	for (; n < COMPACT_MAX && n < rest->len && ascii_is_digit(rest->p[n]);
	     n++)
		value[n] = rest->p[n] - '0';
	if (n != 8 && n != 14)
		return false;
	out->year = value[0] * 1000 + value[1] * 100 + value[2] * 10 + value[3];
	out->month = value[4] * 10 + value[5];
	out->day = value[6] * 10 + value[7];
	if (!date_exists(out->year, out->month, out->day))
		return false;
	*rest = slice_skip(*rest, 8);
	return true;
}

bool date_take_numeric(struct slice *rest, struct date_numeric *out)
{
	struct slice s = *rest;
	struct triple t;

	if (take_compact(rest, out))
		return true;
	if (!take_triple(&s, &t) || !read_triple(&t, out))
		return false;
	*rest = s;
	return true;
}
