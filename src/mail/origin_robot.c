/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "mail/origin.h"
#include "util/ascii.h"

#include "util/banned.h"

/* Where in a local part the words stand, which are parts of it: */
enum place {
	ANYWHERE,
	WHOLE, /* nothing else before a "+" */
	FIRST, /* one of "-+=_" follows */
	LAST,  /* behind a "-", before a "+" or the end */
};

/* Words between anything but letters: "do not reply" is "do-not.reply2". */
static const struct {
	enum place place;
	const char *words;
} robots[] = {
	{WHOLE, "mailer"},
	{WHOLE, "postmaster"},
	{WHOLE, "listserv"},
	{WHOLE, "majordomo"},
	{WHOLE, "mdaemon"},
	{WHOLE, "mailman"},
	{WHOLE, "daemon"},
	{WHOLE, "uucp"},
	{WHOLE, "nobody"},
	{WHOLE, "bounce"},
	{WHOLE, "owner"},
	{WHOLE, "notify"},
	{WHOLE, "notification"},
	{WHOLE, "notifications"},
	{WHOLE, "newsletter"},
	{WHOLE, "newsletters"},
	{FIRST, "owner"},
	{FIRST, "bounce"},
	{LAST, "owner"},
	{LAST, "request"},
	{LAST, "bounce"},
	{LAST, "daemon"},
	{LAST, "relay"},
	{LAST, "outgoing"},
	{ANYWHERE, "bounces"},
	{ANYWHERE, "mailer daemon"},
	{ANYWHERE, "mailerdaemon"},
	{ANYWHERE, "mail daemon"},
	{ANYWHERE, "noreply"},
	{ANYWHERE, "no reply"},
	{ANYWHERE, "noreplies"},
	{ANYWHERE, "no replies"},
	{ANYWHERE, "donotreply"},
	{ANYWHERE, "not reply"},
	{ANYWHERE, "dontreply"},
	{ANYWHERE, "dont reply"},
	{ANYWHERE, "norespond"},
	{ANYWHERE, "no respond"},
	{ANYWHERE, "donotrespond"},
	{ANYWHERE, "not respond"},
	{ANYWHERE, "noresponse"},
	{ANYWHERE, "no response"},
	{ANYWHERE, "noanswer"},
	{ANYWHERE, "no answer"},
	{ANYWHERE, "donotanswer"},
	{ANYWHERE, "not answer"},
	{ANYWHERE, "dontanswer"},
	{ANYWHERE, "unmonitored"},
	{ANYWHERE, "unattended"},
	{ANYWHERE, "autoreply"},
	{ANYWHERE, "auto reply"},
	{ANYWHERE, "autoresponder"},
	{ANYWHERE, "auto responder"},
	{ANYWHERE, "autoresponse"},
	{ANYWHERE, "auto response"},
	{ANYWHERE, "auto confirm"},
	{ANYWHERE, "automailer"},
	{ANYWHERE, "nicht antworten"},
	{ANYWHERE, "nichtantworten"},
	{ANYWHERE, "keine antwort"},
	{ANYWHERE, "keineantwort"},
	{ANYWHERE, "pas repondre"},
	{ANYWHERE, "nepasrepondre"},
	{ANYWHERE, "pas répondre"},
	{ANYWHERE, "nepasrépondre"},
	{ANYWHERE, "no responder"},
	{ANYWHERE, "noresponder"},
	{ANYWHERE, "no responda"},
	{ANYWHERE, "noresponda"},
	{ANYWHERE, "no contestar"},
	{ANYWHERE, "nocontestar"},
	{ANYWHERE, "nao responda"},
	{ANYWHERE, "naoresponda"},
	{ANYWHERE, "nao responder"},
	{ANYWHERE, "naoresponder"},
	{ANYWHERE, "não responda"},
	{ANYWHERE, "não responder"},
	{ANYWHERE, "non rispondere"},
	{ANYWHERE, "nonrispondere"},
	{ANYWHERE, "niet beantwoorden"},
	{ANYWHERE, "nietbeantwoorden"},
	{ANYWHERE, "niet antwoorden"},
	{ANYWHERE, "nie odpowiadaj"},
	{ANYWHERE, "nieodpowiadaj"},
	{ANYWHERE, "neodpovidejte"},
	{ANYWHERE, "neodpovidat"},
	{ANYWHERE, "svara inte"},
	{ANYWHERE, "svarainte"},
	{ANYWHERE, "ikke svar"},
	{ANYWHERE, "ikkesvar"},
	{ANYWHERE, "ne otvechat"},
	{ANYWHERE, "neotvechat"},
	{ANYWHERE, "не отвечать"},
	{ANYWHERE, "неотвечать"},
};

/* Letters of other scripts belong to words, too. */
static bool is_letter(char c)
{
	return ascii_is_letter(c) || (c & 0x80) != 0;
}

/* The bytes that the words take at the start of `s`; 0: it has others. */
static size_t match_words(struct slice s, const char *words)
{
	size_t n = 0;

	for (; *words != '\0'; words++) {
		size_t start = n;

		while (*words == ' ' && n < s.len && !is_letter(s.p[n]))
			n++;
		if (*words == ' '
			    ? n == start
			    : n == s.len || ascii_lower(s.p[n++]) != *words)
			return 0;
	}
	return n == s.len || !is_letter(s.p[n]) ? n : 0;
}

static bool stands(struct slice local, size_t at, size_t end, enum place place)
{
	bool ends = end == local.len || local.p[end] == '+';

	switch (place) {
	case WHOLE:
		return at == 0 && ends;
	case FIRST:
		return at == 0 && end < local.len &&
		       memchr("-+=_", local.p[end], 4) != NULL;
	case LAST:
		return at > 0 && local.p[at - 1] == '-' && ends;
	case ANYWHERE:
		break;
	}
	return true;
}

/* "list-return-12-bob=x.org": what ezmlm sends to bob@x.org. */
static bool is_return(struct slice local)
{
	return slice_contains_nocase(local, "-return-");
}

static bool is_robot_at(struct slice local, size_t at)
{
	struct slice rest = slice_skip(local, at);

	for (size_t i = 0; i < sizeof(robots) / sizeof(robots[0]); i++) {
		size_t n = match_words(rest, robots[i].words);

		if (n > 0 && stands(local, at, at + n, robots[i].place))
			return true;
	}
	return false;
}

/* Some servers sign the sender of the envelope: "prvs=1234abc=bob". */
static struct slice without_tag(struct slice local)
{
	struct slice rest = local, tag;

	if (!slice_starts_nocase(local, "prvs=") ||
	    !slice_split(&rest, '=', &tag) || !slice_split(&rest, '=', &tag) ||
	    rest.p == NULL)
		return local;
	return rest;
}

bool origin_is_robot(struct slice mailbox)
{
	struct slice local = without_tag(slice_until(mailbox, "@"));

	for (size_t i = 0; i < local.len; i++)
		if (is_letter(local.p[i]) &&
		    (i == 0 || !is_letter(local.p[i - 1])) &&
		    is_robot_at(local, i))
			return true;
	return is_return(local);
}
