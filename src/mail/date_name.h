/* SPDX-License-Identifier: ISC */
/* Words in dates: months, days of the week, halves of a day. */
#ifndef MAIL_DATE_NAME_H
#define MAIL_DATE_NAME_H

#include <stdbool.h>

#include "util/buf.h"

/* The month of a word, 1 to 12; 0: it is none. */
int date_month(struct slice word);

bool date_is_weekday(struct slice word);

/* The length of "am", "PM", "p.m." at the start of the text; 0: none. */
size_t date_half_day(struct slice text);

#endif
