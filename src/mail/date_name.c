/* SPDX-License-Identifier: ISC */
#include "mail/date_name.h"

#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

struct name {
	const char *name;
	int month;
};

/*
 * In English, German, Dutch, French, Spanish, Italian, Portuguese and the
 * languages of Scandinavia. Left out are those where one word is two months,
 * such as "lipanj" and "lipiec".
 */
static const struct name months[] = {
	{"january", 1},	  {"januari", 1},   {"janvier", 1},
	{"janeiro", 1},	  {"enero", 1},	    {"gennaio", 1},
	{"february", 2},  {"februari", 2},  {"février", 2},
	{"febrero", 2},	  {"febbraio", 2},  {"fevereiro", 2},
	{"march", 3},	  {"märz", 3},	    {"mrz", 3},
	{"maart", 3},	  {"mrt", 3},	    {"mars", 3},
	{"marts", 3},	  {"marzo", 3},	    {"março", 3},
	{"april", 4},	  {"avril", 4},	    {"abril", 4},
	{"may", 5},	  {"mai", 5},	    {"maj", 5},
	{"mei", 5},	  {"mayo", 5},	    {"maio", 5},
	{"maggio", 5},	  {"june", 6},	    {"juni", 6},
	{"juin", 6},	  {"junio", 6},	    {"junho", 6},
	{"giugno", 6},	  {"july", 7},	    {"juli", 7},
	{"juillet", 7},	  {"julio", 7},	    {"julho", 7},
	{"luglio", 7},	  {"august", 8},    {"augustus", 8},
	{"augusti", 8},	  {"août", 8},	    {"agosto", 8},
	{"september", 9}, {"septembre", 9}, {"septiembre", 9},
	{"settembre", 9}, {"setembro", 9},  {"setiembre", 9},
	{"october", 10},  {"oktober", 10},  {"octobre", 10},
	{"octubre", 10},  {"ottobre", 10},  {"outubro", 10},
	{"november", 11}, {"novembre", 11}, {"noviembre", 11},
	{"novembro", 11}, {"december", 12}, {"dezember", 12},
	{"desember", 12}, {"décembre", 12}, {"diciembre", 12},
	{"dicembre", 12}, {"dezembro", 12},
};

/* Is it the name, or the beginning of it, with three letters or more? */
static bool begins(struct slice word, const char *name)
{
	return word.len >= 3 && word.len <= strlen(name) &&
	       slice_equal_nocase(word, slice_of(name, word.len));
}

int date_month(struct slice word)
{
	int month = 0;

	for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++) {
		if (!begins(word, months[i].name))
			continue;
		/* "jui" begins two. */
		if (month != 0 && month != months[i].month)
			return 0;
		month = months[i].month;
	}
	return month;
}

bool date_is_weekday(struct slice word)
{
	static const char *const names[] = {"monday",	"tuesday", "wednesday",
					    "thursday", "friday",  "saturday",
					    "sunday"};
	bool found = false;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		found |= begins(word, names[i]);
	return found;
}

size_t date_half_day(struct slice text)
{
	static const char *const halves[] = {"am", "pm", "a.m.", "p.m."};

	for (size_t i = 0; i < sizeof(halves) / sizeof(halves[0]); i++) {
		size_t len = strlen(halves[i]);

		if (slice_starts_nocase(text, halves[i]) &&
		    (text.len == len || !ascii_is_letter(text.p[len])))
			return len;
	}
	return 0;
}
