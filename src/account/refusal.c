/* SPDX-License-Identifier: ISC */
#include "account/refusal.h"

#include <string.h>

#include "account/provider.h"
#include "account/refusal_table.h"
#include "util/ascii.h"
#include "util/escape.h"

#include "util/banned.h"

/* As long as the longest status line that is read (net/wire.h). */
#define TEXT_MAX 1024

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))

/* A row of the provider counts more than any length of words. */
#define PROVIDER_WEIGHT 10000

/* The meaning of a code, and whether words may say it better. */
struct code {
	const char *name;
	enum refusal_kind kind;
	bool weak;
};

/* RFC 2449 (IN-USE, LOGIN-DELAY), RFC 3206 (AUTH, SYS), RFC 5530 (IMAP). */
static const struct code codes[] = {
	{"AUTH", REFUSAL_CREDENTIALS, false},
	{"AUTHENTICATIONFAILED", REFUSAL_CREDENTIALS, false},
	{"AUTHORIZATIONFAILED", REFUSAL_CREDENTIALS, false},
	{"SYS/TEMP", REFUSAL_TEMPORARY, false},
	{"IN-USE", REFUSAL_TEMPORARY, false},
	{"INUSE", REFUSAL_TEMPORARY, false},
	{"LOGIN-DELAY", REFUSAL_TEMPORARY, false},
	{"UNAVAILABLE", REFUSAL_TEMPORARY, false},
	{"LIMIT", REFUSAL_TEMPORARY, false},
	{"SERVERBUG", REFUSAL_TEMPORARY, false},
	{"SYS/PERM", REFUSAL_PERSON, false},
	{"EXPIRED", REFUSAL_PERSON, false},
	{"PRIVACYREQUIRED", REFUSAL_PERSON, false},
	{"CONTACTADMIN", REFUSAL_PERSON, false},
	{"NOPERM", REFUSAL_PERSON, false},
	{"OVERQUOTA", REFUSAL_PERSON, false},
	{"CORRUPTION", REFUSAL_PERSON, false},
	{"WEBALERT", REFUSAL_PERSON, false}, /* Gmail: IMAP, with an URL */
	{"CLIENTBUG", REFUSAL_WAY, false},
};

/* RFC 4954, and the numbers that servers use in its place. */
static const struct code numbers[] = {
	{"5.7.8", REFUSAL_CREDENTIALS, false}, /* credentials invalid */
	{"5.7.9", REFUSAL_WAY, true},	       /* the mechanism is too weak */
	{"5.7.11", REFUSAL_PERSON, true},      /* encryption needed */
	{"5.7.4", REFUSAL_WAY, true},	       /* security features missing */
	{"5.5.1", REFUSAL_WAY, true},	       /* invalid command */
	{"5.5.2", REFUSAL_WAY, true},	       /* syntax error */
	{"5.5.4", REFUSAL_WAY, true},	       /* invalid parameters */
	{"432", REFUSAL_PERSON, false},	       /* a password transition */
	{"500", REFUSAL_WAY, true},	       /* unknown command */
	{"501", REFUSAL_WAY, true},	       /* syntax */
	{"502", REFUSAL_WAY, true},	       /* not implemented */
	{"503", REFUSAL_WAY, true},	       /* not now */
	{"504", REFUSAL_WAY, true},	       /* unknown mechanism */
	{"530", REFUSAL_PERSON, true},	       /* login or TLS needed */
	{"534", REFUSAL_WAY, true},	       /* the mechanism is too weak */
	{"535", REFUSAL_CREDENTIALS, true},    /* credentials invalid */
	{"538", REFUSAL_PERSON, true},	       /* encryption needed */
};

/* The text, ready to be compared with rows. */
struct reading {
	char s[TEXT_MAX];
	size_t len;
	bool utf8;
};

/* But for the end: a long text was cut, maybe within a character. */
static bool is_utf8(struct slice s)
{
	for (size_t at = 0; at + 3 < s.len;) {
		size_t n = utf8_sequence(s.p + at, s.len - at);

		if (n == 0)
			return false;
		at += n;
	}
	return true;
}

/*
 * Lower case of Cyrillic and of the umlauts, in place; all are two bytes. In
 * Cyrillic, the second half of the small letters has another first byte.
 */
static void lower_pair(char *p)
{
	unsigned char a = (unsigned char)p[0], b = (unsigned char)p[1];

	if ((a == 0xc3 && b >= 0x80 && b <= 0x9e && b != 0x97) ||
	    (a == 0xd0 && b >= 0x90 && b <= 0x9f)) {
		p[1] = (char)(b + 0x20);
	} else if (a == 0xd0 && b >= 0xa0 && b <= 0xaf) {
		p[0] = (char)0xd1;
		p[1] = (char)(b - 0x20);
	} else if ((a == 0xd0 && b == 0x81) || (a == 0xd1 && b == 0x91)) {
		/* Ё is written Е by most. */
		p[0] = (char)0xd0;
		p[1] = (char)0xb5;
	}
}

/* Append as UTF-8. All of these charsets are below U+0800. */
static size_t add_char(char *to, unsigned c)
{
	if (c < 0x80) {
		to[0] = (char)c;
		return 1;
	}
	to[0] = (char)(0xc0 | c >> 6);
	to[1] = (char)(0x80 | (c & 0x3f));
	return 2;
}

/* ISO 8859-9, which is Latin 1 but for the Turkish letters. */
static unsigned of_latin(unsigned char c)
{
	static const struct {
		unsigned char byte;
		unsigned short c;
	} turkish[] = {{0xd0, 0x11e}, {0xdd, 0x130}, {0xde, 0x15e},
		       {0xf0, 0x11f}, {0xfd, 0x131}, {0xfe, 0x15f}};

	for (size_t i = 0; i < COUNT_OF(turkish); i++)
		if (turkish[i].byte == c)
			return turkish[i].c;
	return c;
}

static unsigned of_windows_1251(unsigned char c)
{
	if (c >= 0xc0)
		return 0x410u + (c - 0xc0u);
	return c == 0xa8 || c == 0xb8 ? 0x435 : c;
}

static unsigned of_koi8(unsigned char c)
{
	/* The places in the alphabet of the letters from 0xc0 on. */
	static const unsigned char place[] = {
		30, 0,	1,  22, 4,  5,	20, 3, 21, 8,  9, 10, 11, 12, 13, 14,
		15, 31, 16, 17, 18, 19, 6,  2, 28, 27, 7, 24, 29, 25, 23, 26,
	};

	if (c >= 0xc0)
		return 0x430u + place[(c - 0xc0u) % sizeof(place)];
	return c == 0xa3 || c == 0xb3 ? 0x435 : c;
}

/*
 * Charsets that old servers use, one byte a character. The words of one are
 * noise in the others.
 */
static unsigned (*const charsets[])(unsigned char) = {
	of_latin,
	of_windows_1251,
	of_koi8,
};

/* Decode into `to`, of 2 * TEXT_MAX bytes. */
static struct slice decode(struct slice text, unsigned (*of)(unsigned char),
			   char *to)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len && i < TEXT_MAX; i++) {
		unsigned char c = (unsigned char)text.p[i];

		len += add_char(to + len, c < 0x80 ? c : of(c));
	}
	return slice_of(to, len);
}

/* One blank for each run of blanks and control characters; lower case. */
static void read_text(struct slice text, struct reading *r)
{
	r->len = 0;
	for (size_t i = 0; i < text.len && r->len < sizeof(r->s); i++) {
		char c = text.p[i];

		if ((unsigned char)c <= ' ' || c == 0x7f) {
			if (r->len > 0 && r->s[r->len - 1] == ' ')
				continue;
			c = ' ';
		}
		r->s[r->len++] = ascii_lower(c);
	}
	r->utf8 = is_utf8(slice_of(r->s, r->len));
	for (size_t i = 0; r->utf8 && i + 1 < r->len; i++)
		lower_pair(r->s + i);
}

/*
 * A letter or a digit at p[at]: in ASCII, or a character of two bytes (Latin,
 * Greek, Cyrillic). Chinese and Japanese have no blanks between words.
 */
static bool is_word_start(const struct reading *r, size_t at)
{
	unsigned char c;

	if (at >= r->len)
		return false;
	c = (unsigned char)r->s[at];
	if (c < 0x80)
		return ascii_is_letter((char)c) || ascii_is_digit((char)c);
	return r->utf8 && c >= 0xc3 && c <= 0xdf;
}

static bool is_word_end(const struct reading *r, size_t end)
{
	if (end == 0)
		return false;
	if ((unsigned char)r->s[end - 1] < 0x80)
		return is_word_start(r, end - 1);
	return end >= 2 && is_word_start(r, end - 2) &&
	       (unsigned char)r->s[end - 2] >= 0x80;
}

/* No word goes on across the place. */
static bool is_edge(const struct reading *r, size_t at)
{
	return !is_word_end(r, at) || !is_word_start(r, at);
}

/* "*" does not go on behind the end of a sentence. */
static bool is_sentence_end(const struct reading *r, size_t at)
{
	return strchr(".;!?", r->s[at]) != NULL &&
	       (at + 1 == r->len || r->s[at + 1] == ' ');
}

/* Behind blanks, quotes and the like between two words. */
static size_t skip_signs(const struct reading *r, size_t at)
{
	while (at < r->len && (unsigned char)r->s[at] < 0x80 &&
	       !is_word_start(r, at))
		at++;
	return at;
}

static bool match(const struct reading *r, size_t at, struct slice words);

/* One of the words at this place, then the other words. */
static bool match_word(const struct reading *r, size_t at, struct slice choice,
		       struct slice rest)
{
	struct slice word;

	while (slice_split(&choice, '|', &word)) {
		size_t end = at + word.len;

		if (end <= r->len && memcmp(r->s + at, word.p, word.len) == 0 &&
		    is_edge(r, end) && match(r, skip_signs(r, end), rest))
			return true;
	}
	return false;
}

/* The depth is the number of words in a row of the table. */
static bool match(const struct reading *r, size_t at, struct slice words)
{
	struct slice rest = words, word;

	if (rest.p == NULL || !slice_split(&rest, ' ', &word))
		return true;
	if (!slice_equal(word, slice_str("*")))
		return is_edge(r, at) && match_word(r, at, word, rest);
	for (; at < r->len; at++) {
		if (match(r, at, rest))
			return true;
		if (is_sentence_end(r, at))
			break;
	}
	return false;
}

static bool is_number_like(struct slice word)
{
	for (size_t i = 0; i < word.len; i++)
		if (!ascii_is_digit(word.p[i]) && word.p[i] != '.')
			return false;
	return true;
}

/*
 * The text without its "-ERR", codes and numbers before it, and signs behind
 * it.
 */
static struct slice bare_text(const struct reading *r)
{
	struct slice rest = slice_trim(slice_of(r->s, r->len)), word = rest;
	struct slice left = rest;

	while (slice_split(&left, ' ', &word) &&
	       (word.len == 0 || word.p[0] == '[' || is_number_like(word) ||
		slice_equal(word, slice_str("-err"))))
		rest = left.p == NULL ? SLICE_EMPTY : left;
	while (rest.len > 0 && strchr(" .!:;", rest.p[rest.len - 1]) != NULL)
		rest.len--;
	return rest;
}

static bool has_words(const struct reading *r, const char *words)
{
	if (words[0] == '=')
		return slice_equal(bare_text(r), slice_str(words + 1));
	for (size_t at = 0; at < r->len; at++) {
		if (is_edge(r, at) && match(r, at, slice_str(words)))
			return true;
	}
	return false;
}

static bool is_bracketed(const struct reading *r, const char *name)
{
	size_t len = strlen(name);

	for (size_t at = 0; at + len + 1 < r->len; at++) {
		char behind = r->s[at + 1 + len];

		/* A code may have arguments and levels (RFC 2449, 8). */
		if (r->s[at] == '[' && strchr("] /", behind) != NULL &&
		    slice_equal_nocase(slice_of(r->s + at + 1, len),
				       slice_str(name)))
			return true;
	}
	return false;
}

static bool is_number(struct slice s)
{
	unsigned long long n;

	return slice_number(s, 999, &n);
}

/* "4.7.0": three numbers. */
static bool is_enhanced(struct slice s)
{
	struct slice part;
	int n = 0;

	while (slice_split(&s, '.', &part)) {
		if (!is_number(part))
			return false;
		n++;
	}
	return n == 3;
}

static const struct code *code_of_number(struct slice number)
{
	/* RFC 5321, RFC 3463: 4 is temporary, whatever follows. */
	static const struct code later = {"4", REFUSAL_TEMPORARY, false};

	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		if (slice_equal(number, slice_str(numbers[i].name)))
			return &numbers[i];
	}
	return number.p[0] == '4' ? &later : NULL;
}

/*
 * "535 5.7.8 …", "535-5.7.8 …" or "5.7.8 …" at the start: the longer number
 * counts.
 */
static const struct code *read_numbers(const struct reading *r)
{
	struct slice rest = slice_trim(slice_of(r->s, r->len)), left, word;
	const struct code *code = NULL, *better;

	if (slice_starts_nocase(rest, "-err ")) {
		rest.p += 5;
		rest.len -= 5;
	}
	left = rest;
	if (slice_split(&left, ' ', &word) && is_enhanced(word))
		return code_of_number(word);
	if (rest.len < 4 || !is_number(slice_of(rest.p, 3)) ||
	    (rest.p[3] != ' ' && rest.p[3] != '-'))
		return NULL;
	code = code_of_number(slice_of(rest.p, 3));
	rest = slice_of(rest.p + 4, rest.len - 4);
	if (!slice_split(&rest, ' ', &word) || !is_enhanced(word))
		return code;
	better = code_of_number(word);
	return better == NULL ? code : better;
}

static const struct code *read_code(const struct reading *r)
{
	for (size_t i = 0; i < COUNT_OF(codes); i++) {
		if (is_bracketed(r, codes[i].name))
			return &codes[i];
	}
	return read_numbers(r);
}

/* May words say `kind` beside this code? A row that names a code knows it. */
static bool code_allows(const struct code *code, const struct refusal_row *row)
{
	enum refusal_kind kind = row->kind;

	if (code == NULL || code->weak || code->kind == kind ||
	    row->words[0] == '[')
		return true;
	return code->kind == REFUSAL_CREDENTIALS &&
	       (kind == REFUSAL_PERSON || kind == REFUSAL_WAY);
}

static bool is_host_of(const char *domains, const char *host)
{
	struct slice rest = slice_str(domains), domain;
	size_t len = host == NULL ? 0 : strlen(host);

	while (slice_split(&rest, ' ', &domain)) {
		size_t before = len - domain.len;

		if (len >= domain.len &&
		    slice_equal_nocase(domain, slice_str(host + before)) &&
		    (before == 0 || host[before - 1] == '.'))
			return true;
	}
	return false;
}

static const struct refusal_row *
find_row(const struct reading *r, const struct code *code, const char *host)
{
	const struct refusal_row *best = NULL;
	size_t best_weight = 0;

	for (size_t i = 0; i < refusal_table_len; i++) {
		const struct refusal_row *row = &refusal_table[i];
		size_t weight = strlen(row->words);

		if (row->domains != NULL) {
			if (!is_host_of(row->domains, host))
				continue;
			weight += PROVIDER_WEIGHT;
		}
		if (weight > best_weight && code_allows(code, row) &&
		    has_words(r, row->words)) {
			best = row;
			best_weight = weight;
		}
	}
	return best;
}

static const struct refusal_row *find_sign(const struct reading *r,
					   const struct code *code)
{
	for (size_t i = 0; i < refusal_signs_len; i++) {
		const struct refusal_row *row = &refusal_signs[i];

		if (code_allows(code, row) && has_words(r, row->words))
			return row;
	}
	return NULL;
}

static const struct refusal_row *find(const struct reading *r,
				      const struct code *code, const char *host)
{
	const struct refusal_row *row = find_row(r, code, host);

	return row != NULL ? row : find_sign(r, code);
}

/* As it is, or, if that says nothing, in the charsets of old servers. */
static const struct refusal_row *
find_in_text(struct slice text, const char *host, const struct code **code)
{
	char decoded[2 * TEXT_MAX];
	struct reading r;
	const struct refusal_row *row;

	read_text(text, &r);
	*code = read_code(&r);
	row = find(&r, *code, host);
	for (size_t i = 0; row == NULL && i < COUNT_OF(charsets); i++) {
		read_text(decode(text, charsets[i], decoded), &r);
		row = find(&r, *code, host);
	}
	return row;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/*
 * Without the status of IMAP, which is in capitals; "NO SUCH USER" has none.
 */
static struct slice skip_status(struct slice text)
{
	static const char *const words[] = {"* ", "NO ", "BAD ", "BYE "};

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		size_t len = strlen(words[i]);

		if (text.len >= len + 2 && memcmp(text.p, words[i], len) == 0 &&
		    !(is_upper(text.p[len]) && is_upper(text.p[len + 1]) &&
		      i > 0))
			text = slice_skip(text, len);
	}
	return text;
}

/* "Suggested Backoff Time: 299961 milliseconds", in seconds; or 0. */
static int64_t read_wait(struct slice text)
{
	static const char words[] = "backoff time: ";
	struct slice number;
	unsigned long long ms;

	while (text.len > 0 && !slice_starts_nocase(text, words))
		text = slice_skip(text, 1);
	if (text.len == 0)
		return 0;
	text = slice_skip(text, strlen(words));
	if (!slice_split(&text, ' ', &number) ||
	    !slice_number(number, INT64_MAX, &ms))
		return 0;
	ms = ms / 1000 + (ms % 1000 != 0);
	return ms > REFUSAL_WAIT_MAX ? REFUSAL_WAIT_MAX : (int64_t)ms;
}

static const struct provider *find_provider(const char *server)
{
	const struct provider *p = NULL;

	if (server != NULL)
		p = provider_find(server);
	if (server != NULL && p == NULL)
		p = provider_of_host(server);
	return p;
}

void refusal_read(struct slice text, const char *server, struct refusal *out)
{
	const struct provider *provider = find_provider(server);
	const char *host = provider == NULL	    ? server
			   : provider->pop3 != NULL ? provider->pop3
						    : provider->imap;
	const struct code *code;
	const struct refusal_row *row =
		find_in_text(skip_status(text), host, &code);

	out->kind = row != NULL	   ? row->kind
		    : code != NULL ? code->kind
				   : REFUSAL_UNKNOWN;
	out->advice = row == NULL ? NULL : row->advice;
	out->wait = read_wait(text);
	if (out->advice == NULL && provider != NULL &&
	    (out->kind == REFUSAL_CREDENTIALS || out->kind == REFUSAL_UNKNOWN))
		out->advice = provider->hint;
}
