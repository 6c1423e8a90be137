/* SPDX-License-Identifier: ISC */
#include "net/banner.h"

#include <string.h>

#include "util/banned.h"

static const char *const names[] = {
	[BANNER_UNKNOWN] = "something unknown",
	[BANNER_POP3] = "POP3",
	[BANNER_IMAP] = "IMAP",
	[BANNER_SMTP] = "SMTP",
	[BANNER_FTP] = "FTP",
	[BANNER_SMTP_OR_FTP] = "SMTP or FTP",
	[BANNER_NNTP] = "NNTP",
	[BANNER_SSH] = "SSH",
	[BANNER_HTTP] = "HTTP",
	[BANNER_SIEVE] = "ManageSieve",
	[BANNER_TLS] = "TLS from the first byte",
};

/* "220 mail.example.org ESMTP", "220-ftp.example.org FTP server" */
static enum banner of_code(struct slice first)
{
	if (slice_contains_nocase(first, "smtp"))
		return BANNER_SMTP;
	if (slice_contains_nocase(first, "ftp"))
		return BANNER_FTP;
	return BANNER_SMTP_OR_FTP;
}

static bool starts(struct slice first, const char *word)
{
	size_t len = strlen(word);

	return first.len >= len && memcmp(first.p, word, len) == 0;
}

/* A record of TLS or SSL 3: its type, and the version 3.x. */
static bool is_record(struct slice first)
{
	return first.len >= 2 && first.p[0] >= 20 && first.p[0] <= 23 &&
	       first.p[1] == 3;
}

static bool is_code(struct slice first, char a, const char *b)
{
	return first.len >= 4 && first.p[0] == a &&
	       strchr(b, first.p[1]) != NULL && first.p[2] >= '0' &&
	       first.p[2] <= '9' && (first.p[3] == ' ' || first.p[3] == '-');
}

enum banner banner_of(struct slice first)
{
	if (starts(first, "+OK") || starts(first, "-ERR"))
		return BANNER_POP3;
	if (starts(first, "* OK") || starts(first, "* BYE") ||
	    starts(first, "* PRE"))
		return BANNER_IMAP;
	if (starts(first, "SSH-"))
		return BANNER_SSH;
	if (starts(first, "HTTP") || starts(first, "<htm") ||
	    starts(first, "<HTM") || starts(first, "<!DO"))
		return BANNER_HTTP;
	if (starts(first, "\"IMP"))
		return BANNER_SIEVE;
	if (is_code(first, '2', "0"))
		return BANNER_NNTP;
	if (is_code(first, '2', "2") || is_code(first, '4', "2") ||
	    is_code(first, '5', "25"))
		return of_code(first);
	return is_record(first) ? BANNER_TLS : BANNER_UNKNOWN;
}

const struct banner_usual *banner_usual(const struct account *a)
{
	static const struct banner_usual all[] = {
		[PROTOCOL_POP3] = {"POP3", BANNER_POP3, 995, 110},
		[PROTOCOL_IMAP] = {"IMAP", BANNER_IMAP, 993, 143},
	};

	return &all[a->protocol];
}

bool banner_fits(char first, const struct account *a)
{
	return a->protocol == PROTOCOL_IMAP ? first == '*'
					    : first == '+' || first == '-';
}

bool banner_refuses(struct slice line, const struct account *a,
		    struct slice *text)
{
	struct slice rest = line, tag = SLICE_EMPTY, word = SLICE_EMPTY;

	*text = line;
	if (a->protocol == PROTOCOL_POP3)
		return line.len > 0 && line.p[0] == '-';
	if (!slice_split(&rest, ' ', &tag) || rest.p == NULL)
		return false;
	*text = rest;
	(void)slice_split(&rest, ' ', &word);
	if (slice_equal(tag, slice_str("*")))
		return slice_equal_nocase(word, slice_str("BYE"));
	return slice_equal_nocase(word, slice_str("NO")) ||
	       slice_equal_nocase(word, slice_str("BAD"));
}

/* The other protocol for mail: that is meant, or the port is wrong. */
static void add_other(const struct banner_usual *u, const char *other,
		      struct buf *out)
{
	buf_addf(out,
		 "set protocol = %s; or, if it is to be %s, port = %d with tls "
		 "= implicit, or %d with starttls",
		 other, u->name, u->implicit, u->starttls);
}

static void advise(enum banner banner, const struct account *a, struct buf *out)
{
	const struct banner_usual *u = banner_usual(a);

	if (banner == BANNER_HTTP)
		buf_addstr(out, "perhaps a proxy or a login page of this "
				"network is between; will be tried again");
	else if (banner == BANNER_TLS)
		buf_addf(out, "set tls = implicit (usually with port %d)",
			 u->implicit);
	else if (banner == u->banner)
		buf_addf(out,
			 "set tls = starttls (usually with port %d), or the "
			 "port of %s over TLS, %d",
			 u->starttls, u->name, u->implicit);
	else if (banner == BANNER_IMAP)
		add_other(banner_usual(a), "imap", out);
	else if (banner == BANNER_POP3)
		add_other(banner_usual(a), "pop3", out);
	else if (banner == BANNER_UNKNOWN && a->tls != TLS_IMPLICIT)
		buf_addstr(out, "check host and port");
	else if (banner == BANNER_UNKNOWN)
		buf_addf(out,
			 "check host, port and tls (%d for tls = implicit, %d "
			 "for starttls)",
			 u->implicit, u->starttls);
	else
		buf_addf(out,
			 "set the host and port of the %s server (%d for tls = "
			 "implicit, %d for starttls)",
			 u->name, u->implicit, u->starttls);
}

/* It speaks TLS no more than the other protocol for mail does. */
static const char *wanted(enum banner banner, const struct account *a)
{
	const struct banner_usual *u = banner_usual(a);
	bool is_other = banner != u->banner &&
			(banner == BANNER_IMAP || banner == BANNER_POP3);

	return a->tls == TLS_IMPLICIT && !is_other ? "TLS" : u->name;
}

int banner_error(struct slice first, const struct account *a, struct error *err)
{
	enum banner banner = banner_of(first);
	struct slice line = first;
	struct slice rest = first;
	struct buf advice = BUF_INIT(400);
	int rc;

	(void)slice_split(&rest, '\n', &line);
	line = slice_trim(line);
	if (line.len > BANNER_MAX)
		line.len = BANNER_MAX;
	if (banner == BANNER_TLS)
		line.len = 0;
	advise(banner, a, &advice);
	rc = error_set(err,
		       banner == BANNER_HTTP || banner == BANNER_UNKNOWN
			       ? ERR_TEMPORARY
			       : ERR_PERSON,
		       "%s:%d speaks %s%s%s%.*s%s, not %s; nothing was sent: "
		       "%s",
		       a->host, a->port, names[banner],
		       banner == banner_usual(a)->banner ? " without TLS" : "",
		       line.len > 0 ? " (\"" : "", (int)line.len, line.p,
		       line.len > 0 ? "\")" : "", wanted(banner, a), advice.s);
	buf_release(&advice);
	return rc;
}
