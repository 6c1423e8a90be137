/* SPDX-License-Identifier: ISC */
#include "mail/date_zone.h"

#include "mail/date_numeric.h"
#include "util/ascii.h"

#include "util/banned.h"

/* Zones reach from -12:00 to +14:00. */
#define ZONE_HOURS_MAX 14

struct zone_name {
	const char *name;
	int minutes;
};

/*
 * Names that several places use are left out, and count as UTC: IST (India,
 * Israel, Ireland), AMT, GST, SST, BDT, and those whose offset has changed:
 * VET, PYT. CST, EST, PST and the like are those of RFC 5322, BST is British,
 * AST of the Atlantic.
 */
static const struct zone_name zones[] = {
	{"gmt", 0},	{"utc", 0},	{"ut", 0},     {"z", 0},
	{"est", -300},	{"edt", -240},	{"cst", -360}, {"cdt", -300},
	{"mst", -420},	{"mdt", -360},	{"pst", -480}, {"pdt", -420},
	{"akst", -540}, {"akdt", -480}, {"hst", -600}, {"ast", -240},
	{"adt", -180},	{"nst", -210},	{"ndt", -150}, {"brt", -180},
	{"brst", -120}, {"art", -180},	{"clt", -240}, {"clst", -180},
	{"uyt", -180},	{"bot", -240},	{"cot", -300}, {"pet", -300},
	{"wet", 0},	{"west", 60},	{"bst", 60},   {"cet", 60},
	{"cest", 120},	{"met", 60},	{"mest", 120}, {"mez", 60},
	{"mesz", 120},	{"eet", 120},	{"eest", 180}, {"oez", 120},
	{"oesz", 180},	{"idt", 180},	{"trt", 180},  {"msk", 180},
	{"msd", 240},	{"wat", 60},	{"cat", 120},  {"sast", 120},
	{"eat", 180},	{"irst", 210},	{"uzt", 300},  {"pkt", 300},
	{"npt", 345},	{"ict", 420},	{"wib", 420},  {"wita", 480},
	{"wit", 540},	{"hkt", 480},	{"sgt", 480},  {"myt", 480},
	{"pht", 480},	{"awst", 480},	{"jst", 540},  {"kst", 540},
	{"acst", 570},	{"acdt", 630},	{"aest", 600}, {"aedt", 660},
	{"chst", 600},	{"nzst", 720},	{"nzdt", 780}, {"fjt", 720},
};

static bool find_name(struct slice name, int *minutes_out)
{
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		if (slice_equal_nocase(name, slice_str(zones[i].name))) {
			*minutes_out = zones[i].minutes;
			return true;
		}
	return false;
}

/* "MET DST" is summer time. */
static bool take_summer(struct slice *rest)
{
	struct slice s = *rest;

	while (s.len > 0 && ascii_is_blank(s.p[0]))
		s = slice_skip(s, 1);
	if (s.len == rest->len || !slice_starts_nocase(s, "dst") ||
	    (s.len > 3 && ascii_is_letter(s.p[3])))
		return false;
	*rest = slice_skip(s, 3);
	return true;
}

bool date_zone_take_name(struct slice *rest, size_t n, int *seconds_out)
{
	bool known;
	int minutes = 0;

	known = find_name(slice_of(rest->p, n), &minutes);
	*rest = slice_skip(*rest, n);
	if (known && take_summer(rest))
		minutes += 60;
	*seconds_out = minutes * 60;
	return known;
}

int date_zone_take(struct slice *rest)
{
	int sign = 1, hours, minutes = 0;
	size_t n;

	/* "+-0500" was seen: the last sign counts. */
	while (rest->len > 0 && (rest->p[0] == '+' || rest->p[0] == '-')) {
		sign = rest->p[0] == '-' ? -1 : 1;
		*rest = slice_of(rest->p + 1, rest->len - 1);
	}
	n = date_take_digits(rest, &hours);
	if (n > 2) {
		minutes = hours % 100;
		hours /= 100;
	} else if (rest->len > 1 && rest->p[0] == ':' &&
		   ascii_is_digit(rest->p[1])) {
		*rest = slice_of(rest->p + 1, rest->len - 1);
		(void)date_take_digits(rest, &minutes);
	}
	if (hours > ZONE_HOURS_MAX || minutes > 59)
		return 0;
	return sign * (hours * 60 + minutes) * 60;
}
