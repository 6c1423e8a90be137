/* SPDX-License-Identifier: ISC */
#include "rules/doubt_address.h"

#include <string.h>

#include "mail/address.h"
#include "util/ascii.h"

#include "util/banned.h"

bool doubt_say(const struct look *l, const char *why, const char *instead)
{
	buf_addf(l->out, "%s = \"%.*s\" %s", l->c->name, DOUBT_SHOWN,
		 l->needle->written, why);
	if (instead != NULL)
		buf_addf(l->out, "; write %s", instead);
	return true;
}

/* Can this byte be in a domain as DNS knows it? "_" is seen in hosts. */
static bool is_domain_byte(char c)
{
	return ascii_is_letter(c) || ascii_is_digit(c) || c == '-' ||
	       c == '_' || c == '.' || (unsigned char)c >= 0x80;
}

static const char *domain_fault(struct slice domain)
{
	/* Characters that nobody sees leave nothing behind. */
	if (domain.len == 0)
		return "never holds: there is no domain behind the \"@\"";
	if (domain.p[0] == '.')
		return "never holds: a domain does not begin with a dot; write "
		       "\"@.example.org\" for all below a domain";
	if (domain.p[domain.len - 1] == '.')
		return "never holds: a domain in mail does not end in a dot; "
		       "leave it out";
	if (slice_contains(domain, ".."))
		return "never holds: a domain has no two dots in a row";
	for (size_t i = 0; i < domain.len; i++)
		if (!is_domain_byte(domain.p[i]))
			return "never holds: this is no domain; write "
			       "\"@example.org\", and a pattern for more";
	return NULL;
}

/* "@gmail": nobody has an address there. */
static bool is_provider(struct slice domain)
{
	static const char *const names[] = {
		"gmail",  "googlemail", "yahoo", "hotmail", "outlook",
		"icloud", "aol",	"gmx",	 "qq",	    NULL};

	return slice_is_one_of_nocase(domain, names);
}

/* An address or a domain that none is equal to. */
static bool doubt_exact(const struct look *l)
{
	const struct text *t = &l->needle->text;
	struct slice domain =
		t->kind == TEXT_ADDRESS ? address_domain(t->part) : t->part;
	const char *fault = domain_fault(domain);

	if (fault != NULL)
		return doubt_say(l, fault, NULL);
	if (t->kind == TEXT_ADDRESS && t->part.p[0] == '=')
		return doubt_say(l, "never holds",
				 "it without \"=\": it is the whole address");
	if (is_provider(domain))
		return doubt_say(l, "never holds: it is the whole domain",
				 "\"@gmail.com\", or a text such as "
				 "\"@gmail.\"");
	return false;
}

/* Two signs "@" with a comma, semicolon or blank between them. */
static bool is_several(struct slice v)
{
	const char *at = memchr(v.p, '@', v.len), *next;

	if (at == NULL)
		return false;
	at++;
	next = memchr(at, '@', (size_t)(v.p + v.len - at));
	for (; next != NULL && at < next; at++)
		if (strchr(",; \t", *at) != NULL)
			return true;
	return false;
}

/* "bob @example.org", not a name such as "Ann @ Acme". */
static bool has_blank_at(struct slice v)
{
	const char *at = memchr(v.p, '@', v.len);
	struct slice domain, word;

	if (at == NULL)
		return false;
	domain = slice_of(at + 1, (size_t)(v.p + v.len - at - 1));
	word = slice_trim(domain);
	return ((at > v.p && at[-1] == ' ') || word.p != domain.p) &&
	       word.len > 2 && !slice_contains(word, " ") &&
	       memchr(word.p + 1, '.', word.len - 2) != NULL;
}

/* A part of nearly every address. */
static bool is_in_all(struct slice v)
{
	return v.len == 1 && strchr("@.<>", v.p[0]) != NULL;
}

static bool doubt_text(const struct look *l)
{
	bool alone = l->c->kind == CONDITION_SENDER;

	if (is_several(l->v))
		return doubt_say(l, "has several addresses in one text",
				 "{\"a@example.org\", \"b@example.org\"}");
	if (l->c->kind == CONDITION_LINK)
		return false;
	if (is_in_all(l->v))
		return doubt_say(l, "is in every address",
				 "'/./' for \"there is some\"");
	if (slice_contains(l->v, "://") ||
	    (l->v.p[0] == '@' && slice_contains(l->v, "/")))
		return doubt_say(l, "is no address",
				 "\"@example.org\" for a domain");
	if (has_blank_at(l->v))
		return doubt_say(l, "is no address: it has a blank in it",
				 "\"bob@example.org\"");
	if (alone && !slice_equal(l->v, slice_str("<>")) &&
	    (slice_contains(l->v, " ") || slice_contains(l->v, "<")))
		return doubt_say(l, "never holds: a sender is an address alone",
				 "\"bob@example.org\"");
	return false;
}

bool doubt_address(const struct look *l)
{
	if (!l->needle->text.is_address)
		return false;
	if (slice_starts_nocase(l->v, "mailto:"))
		return doubt_say(l, "never holds", "the address alone");
	switch (l->needle->text.kind) {
	case TEXT_ADDRESS:
	case TEXT_DOMAIN:
	case TEXT_SUBDOMAINS:
		return doubt_exact(l);
	case TEXT_CONTAINS:
	case TEXT_WHOLE:
		return doubt_text(l);
	case TEXT_REGEX:
	case TEXT_LIST:
		break;
	}
	return false;
}
