/* SPDX-License-Identifier: ISC */
#include "net/banner.h"

#include <string.h>

#include "util/banned.h"

static const char *const names[] = {
	[BANNER_UNKNOWN] = "something unknown",
	[BANNER_POP3] = "POP3 without TLS",
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

static const char *advice(enum banner banner, const struct account *a)
{
	if (banner == BANNER_HTTP)
		return "perhaps a proxy or a login page of this network is "
		       "between; will be tried again";
	if (banner == BANNER_TLS)
		return "set tls = implicit (usually with port 995)";
	if (banner == BANNER_POP3)
		return "set tls = starttls (usually with port 110), or the "
		       "port of POP3 over TLS, 995";
	if (banner == BANNER_IMAP)
		return "postroom speaks POP3: if the provider has it, set port "
		       "= 995 with tls = implicit, or 110 with starttls";
	if (banner == BANNER_UNKNOWN)
		return a->tls == TLS_IMPLICIT
			       ? "check host, port and tls (995 for tls = "
				 "implicit, 110 for starttls)"
			       : "check host and port";
	return "set the host and port of the POP3 server (995 for tls = "
	       "implicit, 110 for starttls)";
}

int banner_error(struct slice first, const struct account *a, struct error *err)
{
	enum banner banner = banner_of(first);
	struct slice line = first;
	struct slice rest = first;

	(void)slice_split(&rest, '\n', &line);
	line = slice_trim(line);
	if (line.len > BANNER_MAX)
		line.len = BANNER_MAX;
	if (banner == BANNER_TLS)
		line.len = 0;
	return error_set(
		err,
		banner == BANNER_HTTP || banner == BANNER_UNKNOWN
			? ERR_TEMPORARY
			: ERR_PERSON,
		"%s:%d speaks %s%s%.*s%s, not %s; nothing was sent: %s",
		a->host, a->port, names[banner], line.len > 0 ? " (\"" : "",
		(int)line.len, line.p, line.len > 0 ? "\")" : "",
		a->tls == TLS_IMPLICIT && banner != BANNER_IMAP ? "TLS"
								: "POP3",
		advice(banner, a));
}
