/* SPDX-License-Identifier: ISC */
#include "util/value.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "util/ascii.h"
#include "util/buf.h"
#include "util/io.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Longer than any wait; sums of times do not overflow. */
#define DURATION_MAX (100LL * 366 * 24 * 3600)

/* Larger than any disk; sums of sizes do not overflow. */
#define SIZE_LIMIT (1ULL << 60)

/* The number at the start; *unit_out is the text behind it. */
static bool leading_number(const char *text, unsigned long long max,
			   unsigned long long *out, const char **unit_out)
{
	size_t digits = strspn(text, "0123456789");

	*unit_out = text + digits;
	return slice_number(slice_of(text, digits), max, out);
}

int value_duration(const char *text, int64_t *out, struct error *err)
{
	static const char units[] = "smhdw";
	static const int64_t seconds[] = {1, 60, 3600, 86400, 604800};
	unsigned long long n;
	const char *unit, *found = units;

	if (leading_number(text, DURATION_MAX, &n, &unit) &&
	    (unit[0] == '\0' ||
	     (unit[1] == '\0' && (found = strchr(units, unit[0])) != NULL)) &&
	    (int64_t)n <= DURATION_MAX / seconds[found - units]) {
		*out = (int64_t)n * seconds[found - units];
		return 0;
	}
	return error_set(err, ERR_CONFIG,
			 "\"%s\" is not a duration; write 30s, 5m, 12h, 30d or "
			 "2w",
			 text);
}

int value_size(const char *text, uint64_t *out, struct error *err)
{
	static const char units[] = "KMGT";
	unsigned long long n;
	const char *unit, *found = NULL;
	int shift = 0;
	bool ok = leading_number(text, SIZE_LIMIT, &n, &unit);

	if (ok && unit[0] != '\0') {
		/* 'a' to 'z' without their case bit are 'A' to 'Z'. */
		found = strchr(units, unit[0] & ~0x20);
		ok = found != NULL &&
		     (unit[1] == '\0' || strcasecmp(unit + 1, "B") == 0 ||
		      strcasecmp(unit + 1, "iB") == 0);
		shift = ok ? 10 * (int)(found - units + 1) : 0;
	}
	if (!ok || n > SIZE_LIMIT >> shift)
		return error_set(err, ERR_CONFIG,
				 "\"%s\" is not a size; write 500K, 5M or 1G",
				 text);
	*out = (uint64_t)n << shift;
	return 0;
}

void value_show_size(uint64_t bytes, struct buf *out)
{
	static const char units[] = "KMGT";
	double value = (double)bytes / 1024;
	size_t unit = 0;

	while (value >= 1000 && unit + 2 < sizeof(units)) {
		value /= 1024;
		unit++;
	}
	buf_addf(out, value < 10 ? "%.1f %cB" : "%.0f %cB", value, units[unit]);
}

int value_number(const char *text, long long min, long long max, long long *out,
		 struct error *err)
{
	unsigned long long n;

	if (!slice_number(slice_str(text), (unsigned long long)max, &n) ||
	    (long long)n < min)
		return error_set(err, ERR_CONFIG,
				 "\"%s\" is not a number from %lld to %lld",
				 text, min, max);
	*out = (long long)n;
	return 0;
}

int value_yes(const char *text, bool *out, struct error *err)
{
	static const char *const yes[] = {"yes", "true", "on"};
	static const char *const no[] = {"no", "false", "off"};

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		bool is_yes = strcasecmp(text, yes[i]) == 0;

		if (is_yes || strcasecmp(text, no[i]) == 0) {
			*out = is_yes;
			return 0;
		}
	}
	return error_set(err, ERR_CONFIG, "write yes or no, not \"%s\"", text);
}

static bool is_plain(struct slice word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!ascii_is_letter(word.p[i]) && !ascii_is_digit(word.p[i]) &&
		    (word.p[i] == '\0' ||
		     strchr("._:+=@/,%-", word.p[i]) == NULL))
			return false;
	return word.len > 0 && word.p[0] != '-';
}

struct slice value_word_to_copy(struct slice word, const char *placeholder)
{
	return is_plain(word) ? word : slice_str(placeholder);
}

char *value_home(const char *text, struct error *err)
{
	struct buf b = BUF_INIT(IO_PATH_MAX);
	const char *home = getenv("HOME");

	if (text[0] != '~')
		return xstrdup(text);
	if (text[1] != '\0' && text[1] != '/') {
		error_set(err, ERR_CONFIG,
			  "write the whole path, or ~/… for your own home "
			  "directory, instead of %s",
			  text);
		return NULL;
	}
	if (home == NULL || home[0] != '/') {
		error_set(err, ERR_CONFIG,
			  "%s: HOME is not set, so ~ cannot be used; write "
			  "the whole path",
			  text);
		return NULL;
	}
	buf_addstr(&b, home);
	buf_addstr(&b, text + 1);
	if (b.full) {
		buf_release(&b);
		error_set(err, ERR_CONFIG, "the path is too long");
		return NULL;
	}
	return buf_detach(&b);
}

char *value_path(const char *text, const char *directory, struct error *err)
{
	struct buf b = BUF_INIT(IO_PATH_MAX);
	char *path = value_home(text, err);

	if (path == NULL || path[0] == '/')
		return path;
	buf_addstr(&b, directory);
	buf_addch(&b, '/');
	buf_addstr(&b, path);
	free(path);
	if (b.full) {
		buf_release(&b);
		error_set(err, ERR_CONFIG, "the path is too long");
		return NULL;
	}
	return buf_detach(&b);
}

/* Take one word off *at into `word`. Returns -1 when a quote stays open. */
static int cut_word(const char **at, struct buf *word)
{
	const char *p = *at;
	char quote = '\0';

	for (; *p != '\0'; p++) {
		if (quote == '\0' && strchr(" \t\r\n", *p) != NULL)
			break;
		if (*p == quote) {
			quote = '\0';
		} else if (quote == '\0' && (*p == '"' || *p == '\'')) {
			quote = *p;
		} else {
			if (*p == '\\' && quote != '\'' && p[1] != '\0')
				p++;
			buf_addch(word, *p);
		}
	}
	*at = p;
	return quote == '\0' ? 0 : -1;
}

char **value_words(const char *text, struct error *err)
{
	struct buf word;
	char **list = NULL;
	size_t n = 0;

	buf_init(&word, strlen(text));
	for (;;) {
		char *expanded = NULL;

		text += strspn(text, " \t\r\n");
		xgrow(&list, n, sizeof(*list));
		list[n] = NULL;
		if (*text == '\0')
			break;
		buf_clear(&word);
		if (cut_word(&text, &word) == -1)
			error_set(err, ERR_CONFIG,
				  "the command has a quote that is never "
				  "closed");
		else if (strncmp(word.s, "~/", 2) == 0)
			expanded = value_home(word.s, err);
		else
			expanded = xstrdup(word.s);
		if (expanded == NULL) {
			strings_free(list);
			list = NULL;
			break;
		}
		list[n++] = expanded;
	}
	buf_release(&word);
	return list;
}

int value_find_word(const char *list, const char *word, struct slice *found_out)
{
	struct slice rest = slice_str(list == NULL ? "" : list), one;
	struct slice wanted = slice_str(word);

	for (int i = 0; slice_split(&rest, ' ', &one); i++) {
		if (one.len > 0 && slice_equal_nocase(one, wanted)) {
			if (found_out != NULL)
				*found_out = one;
			return i;
		}
	}
	return -1;
}
