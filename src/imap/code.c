/* SPDX-License-Identifier: ISC */
#include "imap/code.h"

#include "util/banned.h"

/* Codes with a number have it as their next word. */
enum number {
	NUMBER_NONE,
	NUMBER_32,     /* up to 2^32-1, not 0 */
	NUMBER_63,     /* up to 2^63-1 */
	NUMBER_SECOND, /* the word behind it, up to 2^32-1, or none */
};

static const struct {
	const char *name;
	enum code_kind kind;
	enum number number;
} names[] = {
	{"ALERT", CODE_ALERT, NUMBER_NONE},
	{"APPENDUID", CODE_APPENDUID, NUMBER_32},
	{"AUTHENTICATIONFAILED", CODE_AUTHENTICATIONFAILED, NUMBER_NONE},
	{"AUTHORIZATIONFAILED", CODE_AUTHORIZATIONFAILED, NUMBER_NONE},
	{"CAPABILITY", CODE_CAPABILITY, NUMBER_NONE},
	{"CONTACTADMIN", CODE_CONTACTADMIN, NUMBER_NONE},
	{"COPYUID", CODE_COPYUID, NUMBER_32},
	{"EXPIRED", CODE_EXPIRED, NUMBER_NONE},
	{"HIGHESTMODSEQ", CODE_HIGHESTMODSEQ, NUMBER_63},
	{"INUSE", CODE_INUSE, NUMBER_NONE},
	{"LIMIT", CODE_LIMIT, NUMBER_NONE},
	{"MESSAGELIMIT", CODE_MESSAGELIMIT, NUMBER_SECOND},
	{"NONEXISTENT", CODE_NONEXISTENT, NUMBER_NONE},
	{"NOPERM", CODE_NOPERM, NUMBER_NONE},
	{"OVERQUOTA", CODE_OVERQUOTA, NUMBER_NONE},
	{"PERMANENTFLAGS", CODE_PERMANENTFLAGS, NUMBER_NONE},
	{"PRIVACYREQUIRED", CODE_PRIVACYREQUIRED, NUMBER_NONE},
	{"READ-ONLY", CODE_READ_ONLY, NUMBER_NONE},
	{"READ-WRITE", CODE_READ_WRITE, NUMBER_NONE},
	{"THROTTLED", CODE_THROTTLED, NUMBER_NONE},
	{"TRYCREATE", CODE_TRYCREATE, NUMBER_NONE},
	{"UIDNEXT", CODE_UIDNEXT, NUMBER_32},
	{"UIDNOTSTICKY", CODE_UIDNOTSTICKY, NUMBER_NONE},
	{"UIDVALIDITY", CODE_UIDVALIDITY, NUMBER_32},
	{"UNAVAILABLE", CODE_UNAVAILABLE, NUMBER_NONE},
};

/* The next word, behind any number of blanks; empty at the end. */
static struct slice next_word(struct slice *rest)
{
	struct slice word = SLICE_EMPTY;

	*rest = slice_trim(*rest);
	(void)slice_split(rest, ' ', &word);
	if (rest->p == NULL)
		*rest = SLICE_EMPTY;
	return word;
}

static void read_number(enum number kind, struct code *out)
{
	unsigned long long n;
	unsigned long long max = kind == NUMBER_63 ? INT64_MAX : UINT32_MAX;

	if (kind == NUMBER_NONE)
		return;
	if (kind == NUMBER_SECOND) {
		(void)next_word(&out->words);
		if (slice_number(next_word(&out->words), max, &n))
			out->number = n;
		return;
	}
	if (slice_number(next_word(&out->words), max, &n) &&
	    (n != 0 || kind != NUMBER_32))
		out->number = n;
	else
		out->kind = CODE_UNKNOWN;
}

struct code code_read(struct slice text)
{
	struct code code = {CODE_UNKNOWN, 0, text};
	struct slice name = next_word(&code.words);

	if (name.len == 0)
		code.kind = CODE_NONE;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!slice_equal_nocase(name, slice_str(names[i].name)))
			continue;
		code.kind = names[i].kind;
		read_number(names[i].number, &code);
	}
	code.words = slice_trim(code.words);
	return code;
}
