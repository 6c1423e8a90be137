/* SPDX-License-Identifier: ISC */
/*
 * The text is read as numbers, words and signs, in any order that leaves no
 * doubt. With two months or two years in it, none is certain.
 */
#include "mail/date.h"

#include <string.h>
#include <time.h>

#include "mail/address_token.h"
#include "mail/date_name.h"
#include "mail/date_numeric.h"
#include "mail/date_zone.h"
#include "util/ascii.h"

#include "util/banned.h"

/* How the zone is known; a better one replaces it. */
enum zone_source {
	ZONE_NONE,
	ZONE_UNKNOWN, /* a name without a meaning: UTC (RFC 5322 4.3) */
	ZONE_COMMENT,
	ZONE_NAME,
	ZONE_NUMBER,
};

/* The parts of a date; -1, and month 0: not read yet. */
struct parts {
	int day, month, year;
	int hour, minute, second;
	enum zone_source source;
	int zone;     /* seconds */
	bool words;   /* a word was read: it may have been the weekday */
	bool tuesday; /* it was "mar", which may be March */
	bool unclear; /* there are two dates in it */
};

static void skip(struct slice *rest, size_t n)
{
	*rest = slice_of(rest->p + n, rest->len - n);
}

static bool digit_at(struct slice s, size_t i)
{
	return i < s.len && ascii_is_digit(s.p[i]);
}

static size_t digits(struct slice s)
{
	size_t n = 0;

	while (digit_at(s, n))
		n++;
	return n;
}

static size_t letters(struct slice s)
{
	size_t n = 0;

	/* A byte of another alphabet belongs to its word. */
	while (n < s.len &&
	       (ascii_is_letter(s.p[n]) || (unsigned char)s.p[n] >= 0x80))
		n++;
	return n;
}

static void set_zone(struct parts *p, enum zone_source source, int seconds)
{
	if (p->source >= source)
		return;
	p->source = source;
	p->zone = seconds;
}

/* Behind the seconds, or minutes, "10:30.5". */
static void skip_fraction(struct slice *rest, bool seconds)
{
	char c = digit_at(*rest, 1) ? rest->p[0] : '\0';

	if (c == '.' || (seconds && (c == ',' || c == ':')))
		skip(rest, 1 + digits(slice_skip(*rest, 1)));
}

/* 24:00 is the end of the day, 60 a leap second. */
static void set_time(struct parts *p, int hour, int minute, int second)
{
	bool valid = hour >= 0 && hour <= 24 && minute >= 0 && minute <= 59 &&
		     second >= 0 && second <= 60;

	p->hour = valid ? hour : 0;
	p->minute = valid ? minute : 0;
	p->second = valid ? second : 0;
}

/* "10:30", "10:30:00.5", "10.30.00": `mark` is between the numbers. */
static void take_time(struct slice *rest, char mark, struct parts *p)
{
	int value[3] = {-1, 0, 0}, i = 0;

	for (; i < 3; i++) {
		(void)date_take_digits(rest, &value[i]);
		if (rest->len == 0 || rest->p[0] != mark ||
		    !digit_at(*rest, 1) || i == 2)
			break;
		skip(rest, 1);
	}
	skip_fraction(rest, i == 2);
	set_time(p, value[0], value[1], value[2]);
}

/* A date in numbers; perhaps "T103000" behind it. */
static bool take_numeric(struct slice *rest, struct parts *p)
{
	struct date_numeric date;
	struct slice after;
	int time;

	if (p->year != -1 || (p->month != 0 && !p->tuesday) || p->day != -1 ||
	    !date_take_numeric(rest, &date))
		return false;
	p->unclear = p->unclear || date.year == -1;
	p->tuesday = false;
	p->year = date.year;
	p->month = date.month;
	p->day = date.day;
	if (rest->len > 0 && ascii_lower(rest->p[0]) == 't')
		skip(rest, 1);
	after = *rest;
	if (p->hour == -1 && date_take_digits(&after, &time) == 6) {
		set_time(p, time / 10000, time / 100 % 100, time % 100);
		*rest = after;
	}
	return true;
}

/* A day, a year, or the year a second time, which must be the same. */
static void take_number(struct slice *rest, struct parts *p)
{
	struct slice after = *rest;
	int value;
	size_t n = date_take_digits(&after, &value);
	char next = digit_at(after, 1) ? after.p[0] : '\0';

	if (p->hour == -1 && n <= 2 &&
	    (next == ':' || (next == '.' && p->day != -1 && p->year != -1))) {
		take_time(rest, next, p);
		return;
	}
	if (take_numeric(rest, p))
		return;
	*rest = after;
	if (p->day == -1 && n <= 2)
		p->day = value;
	else if (p->year == -1)
		p->year = date_full_year(value, n);
	else if (n == 4 && date_exists(value, 1, 1) && value != p->year)
		p->unclear = true;
}

/* The word behind the time. */
static void take_zone_name(struct slice *rest, size_t n, struct parts *p)
{
	int seconds = 0;

	if (date_zone_take_name(rest, n, &seconds))
		set_zone(p, ZONE_NAME, seconds);
	else
		set_zone(p, ZONE_UNKNOWN, 0);
}

/*
 * "mar" at the start may be a Tuesday: surely before a comma, or if there is
 * another month; "mar 01 giu 2010" has one in a language unknown here.
 */
static void take_date_word(struct slice word, bool comma, struct parts *p)
{
	int month = date_month(word);
	bool mar = !p->words && p->day == -1 &&
		   slice_equal_nocase(word, slice_str("mar"));

	if ((mar && comma) || date_is_weekday(word))
		return;
	if (month == 0) {
		p->unclear = p->unclear ||
			     (p->tuesday && word.len > 2 && p->year == -1);
		return;
	}
	p->unclear = p->unclear ||
		     (p->month != 0 && p->month != month && !p->tuesday);
	p->tuesday = mar;
	p->month = month;
}

static void take_word(struct slice *rest, struct parts *p)
{
	size_t n = letters(*rest), half = date_half_day(*rest);
	struct slice word = slice_of(rest->p, n);

	if (p->hour != -1 && p->hour <= 12 && half > 0) {
		p->hour = p->hour % 12 + (ascii_lower(word.p[0]) == 'p') * 12;
		n = half;
	} else if (p->hour != -1 && date_month(word) == 0 &&
		   !date_is_weekday(word)) {
		take_zone_name(rest, n, p);
		return;
	} else {
		take_date_word(word, n < rest->len && rest->p[n] == ',', p);
	}
	p->words = true;
	skip(rest, n);
}

/* "(EST)" names the zone where nothing else does. */
static void take_comment(struct slice *rest, struct parts *p)
{
	size_t n = address_comment(*rest);
	struct slice text;
	int seconds;

	if (n == 0)
		n = rest->len;
	text = n > 2 ? slice_trim(slice_of(rest->p + 1, n - 2)) : SLICE_EMPTY;
	if (date_zone_take_name(&text, letters(text), &seconds) &&
	    text.len == 0)
		set_zone(p, ZONE_COMMENT, seconds);
	skip(rest, n);
}

/* A minus before the time stands between the parts of the date. */
static void take_sign(struct slice *rest, struct parts *p)
{
	bool zone = digit_at(*rest, 1) ||
		    (rest->len > 2 && rest->p[1] == '-' && digit_at(*rest, 2));

	if (!zone || (rest->p[0] == '-' && p->hour == -1))
		skip(rest, 1);
	else
		set_zone(p, ZONE_NUMBER, date_zone_take(rest));
}

static void take_part(struct slice *rest, struct parts *p)
{
	char c = rest->p[0];

	if (ascii_is_digit(c))
		take_number(rest, p);
	else if (letters(*rest) > 0)
		take_word(rest, p);
	else if (c == '(')
		take_comment(rest, p);
	else if (c == '+' || c == '-')
		take_sign(rest, p);
	else
		skip(rest, 1);
}

bool date_parse(struct slice text, int64_t *seconds_out, int *zone_out)
{
	struct parts p = {.day = -1, .year = -1, .hour = -1};
	struct slice rest = text;

	while (rest.len > 0)
		take_part(&rest, &p);
	if (p.unclear || !date_exists(p.year, p.month, p.day))
		return false;
	if (p.hour == -1)
		p.hour = 0;
	*seconds_out = date_days(p.year, p.month, p.day) * 86400 +
		       p.hour * 3600 + p.minute * 60 + p.second - p.zone;
	*zone_out = p.zone;
	return true;
}

/* Each server adds its Received: above the others, with the date behind ";". */
static int64_t newest_received(struct message *m)
{
	size_t at = 0, i;

	while (message_next(m, "Received", &at, &i)) {
		struct slice text = message_text(m, i);
		const char *mark =
			text.len == 0 ? NULL : memrchr(text.p, ';', text.len);
		int64_t seconds;
		int zone;

		if (mark == NULL)
			continue;
		text = slice_of(mark + 1,
				(size_t)(text.p + text.len - mark) - 1);
		if (date_parse(text, &seconds, &zone))
			return seconds;
	}
	return 0;
}

static int local_zone(int64_t seconds)
{
	time_t t = (time_t)seconds;
	struct tm tm;

	return localtime_r(&t, &tm) == NULL ? 0 : (int)tm.tm_gmtoff;
}

int64_t date_of(struct message *m, int64_t arrived, int64_t now, int *zone_out)
{
	size_t at = 0, i;
	int64_t seconds;

	while (message_next(m, "Date", &at, &i))
		if (date_parse(message_text(m, i), &seconds, zone_out))
			return seconds;
	seconds = newest_received(m);
	if (seconds < arrived)
		seconds = arrived;
	if (seconds > now)
		seconds = now;
	*zone_out = local_zone(seconds);
	return seconds;
}
