/* SPDX-License-Identifier: ISC */
#include "mail/html_style.h"

#include <string.h>

#include "util/ascii.h"

#include "util/banned.h"

/* The last one of each property counts. */
struct box {
	bool none, outlook, clear; /* each hides it */
	bool no_height, cuts;	   /* both together hide it */
};

static bool is(struct slice value, const char *word)
{
	return slice_equal_nocase(value, slice_str(word));
}

/* "0", "0px", "0.0em", "0%": nothing but zeros before the unit. */
static bool is_zero(struct slice value)
{
	size_t i = 0, zeros = 0;

	for (; i < value.len && (value.p[i] == '0' || value.p[i] == '.'); i++)
		zeros += value.p[i] == '0';
	return zeros > 0 && (i == value.len || !ascii_is_digit(value.p[i]));
}

/* Relative to the parent's, which may be 0: "2em", "80%", "larger". */
static bool is_relative(struct slice value)
{
	return value.len > 0 &&
	       (value.p[value.len - 1] == '%' ||
		(value.len > 2 && ascii_is_digit(value.p[0]) &&
		 is(slice_of(value.p + value.len - 2, 2), "em") &&
		 ascii_lower(value.p[value.len - 3]) != 'r') ||
		is(value, "larger") || is(value, "smaller") ||
		is(value, "inherit"));
}

static void set_property(struct slice name, struct slice value,
			 struct style *out, struct box *box)
{
	if (is(name, "display"))
		box->none = is(value, "none");
	else if (is(name, "mso-hide"))
		box->outlook = is(value, "all");
	else if (is(name, "opacity"))
		box->clear = is_zero(value);
	else if (is(name, "visibility") && !is(value, "inherit"))
		out->invisible = is(value, "hidden") || is(value, "collapse")
					 ? STYLE_YES
					 : STYLE_NO;
	else if (is(name, "font-size") && is_zero(value))
		out->tiny = STYLE_YES;
	else if (is(name, "font-size") && !is_relative(value))
		out->tiny = STYLE_NO;
	else if (is(name, "white-space"))
		out->pre = slice_starts_nocase(value, "pre") ? STYLE_YES
							     : STYLE_NO;
	else if (is(name, "height") || is(name, "max-height"))
		box->no_height = is_zero(value);
	else if (is(name, "overflow"))
		box->cuts = is(value, "hidden");
}

/* The value without "!important". */
static struct slice plain_value(struct slice value)
{
	const char *mark = memchr(value.p, '!', value.len);

	if (mark != NULL)
		value.len = (size_t)(mark - value.p);
	return slice_trim(value);
}

void html_style_read(struct slice css, struct style *out)
{
	struct box box = {.none = false};
	struct slice line, name;

	*out = (struct style){.hidden = false};
	while (slice_split(&css, ';', &line)) {
		if (!slice_split(&line, ':', &name) || line.p == NULL)
			continue;
		set_property(slice_trim(name), plain_value(line), out, &box);
	}
	out->hidden = box.none || box.outlook || box.clear ||
		      (box.no_height && box.cuts);
}
