/* SPDX-License-Identifier: ISC */
/* Dates in numbers only, and the calendar. */
#ifndef MAIL_DATE_NUMERIC_H
#define MAIL_DATE_NUMERIC_H

#include <stdbool.h>
#include <stdint.h>

#include "util/buf.h"

struct date_numeric {
	int year, month, day; /* year -1: it is not clear which is which */
};

/*
 * Take a date from the start of *rest, which begins with a digit: 2010-05-14,
 * 2010/5/14, 2010.5.14, 20100514; 14.5.2010; and 5/14/2010, 14-5-2010, where
 * only one order gives a date. 5/6/2010 has two. False: something else.
 */
bool date_take_numeric(struct slice *rest, struct date_numeric *out);

/*
 * Take the digits at the start of *rest, and return how many there are. A value
 * of more than six is only known to be too large.
 */
size_t date_take_digits(struct slice *rest, int *value_out);

/* A year of `n` digits as RFC 5322 4.3 reads it; -1: it is none. */
int date_full_year(int value, size_t n);

/* Is there such a day, in a year that mail can be of? */
bool date_exists(int year, int month, int day);

/* Days since 1970-01-01 in the Gregorian calendar. */
int64_t date_days(int year, int month, int day);

#endif
