/* SPDX-License-Identifier: ISC */
/* The server of an account: a name or an address, and the port. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "account/provider.h"
#include "config/check.h"
#include "util/ascii.h"
#include "util/buf.h"
#include "util/escape.h"
#include "util/xalloc.h"

#include "util/banned.h"

#define POP3_PORT	110
#define POP3S_PORT	995
#define SMTP_PORT	25
#define SMTPS_PORT	465
#define SUBMISSION_PORT 587

/* RFC 1035: a name has at most 253 characters; other letters take more. */
#define HOST_BYTES_MAX 253

/* Without its zone, as in fe80::1%eth0. */
static bool is_ipv6(const char *host)
{
	char text[INET6_ADDRSTRLEN];
	size_t len = strcspn(host, "%");
	struct in6_addr address;

	if (len >= sizeof(text))
		return false;
	memcpy(text, host, len);
	text[len] = '\0';
	return inet_pton(AF_INET6, text, &address) == 1;
}

bool host_is_loopback(const char *host)
{
	struct in_addr v4;

	return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       (inet_pton(AF_INET, host, &v4) == 1 &&
		ntohl(v4.s_addr) >> 24 == 127);
}

/* Letters of any language, digits, hyphens, dots and underscores. */
static bool is_name(const char *host)
{
	size_t len = strlen(host), n;

	if (host[0] == '.' || host[0] == '-' || len > HOST_BYTES_MAX ||
	    strstr(host, "..") != NULL)
		return false;
	for (size_t i = 0; i < len; i += n) {
		n = utf8_sequence(host + i, len - i);
		if (n == 0 || (n == 1 && !ascii_is_letter(host[i]) &&
			       !ascii_is_digit(host[i]) &&
			       strchr("-._", host[i]) == NULL))
			return false;
	}
	return len > 0;
}

/* The host in "pop3://user@host:port/path". */
static struct slice host_within(const char *text)
{
	const char *p = strstr(text, "://"), *at;
	size_t len;

	p = p == NULL ? text : p + 3;
	at = strrchr(p, '@');
	p = at == NULL ? p : at + 1;
	len = p[0] == '[' ? strcspn(p, "]") + (strchr(p, ']') != NULL)
			  : strcspn(p, ":/ ");
	return slice_of(p, len);
}

/* The text may hold a password: it is not repeated. */
static void complain_host(struct builder *b, int line, const char *key,
			  const char *text)
{
	struct slice host = host_within(text);
	char *name = xmemdup0(host.p, host.len);
	const char *port = host.p + host.len;
	size_t digits = port[0] == ':' ? strspn(port + 1, "0123456789") : 0;
	/* "a:b:c" has no name before a port: it is a bad address. */
	bool has_name = is_name(name) ? port == strrchr(text, ':') ||
						strchr(text, ':') == NULL ||
						strstr(text, "://") != NULL
				      : name[0] == '[';

	if (has_name && digits > 0 && strcmp(key, "host") == 0)
		build_error(b, line,
			    "'host': write host = \"%s\" and port = %.*s", name,
			    (int)digits, port + 1);
	else if (has_name && strcmp(name, text) != 0)
		build_error(b, line,
			    "'%s': write only the name of the server: %s = "
			    "\"%s\"",
			    key, key, name);
	else
		build_error(b, line,
			    "'%s': this is neither a name, like "
			    "pop.example.org, nor an address",
			    key);
	free(name);
}

bool host_check(struct builder *b, int line, const char *key, char *host)
{
	size_t len = strlen(host);

	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		host[len - 1] = '\0';
		if (is_ipv6(host + 1)) {
			memmove(host, host + 1, len - 1);
			return true;
		}
		host[len - 1] = ']';
	}
	if (is_ipv6(host))
		return true;
	/* A last dot says that the name is whole; certificates have none. */
	if (len > 1 && host[len - 1] == '.')
		host[len - 1] = '\0';
	if (is_name(host))
		return true;
	complain_host(b, line, key, host);
	return false;
}

/* Names of other servers that users write here. */
static void warn_of_host(struct builder *b, const struct account *a, int line)
{
	static const char *const others[] = {"imap.", "smtp.", "www."};
	struct slice host = slice_str(a->host);
	const struct provider *p;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (slice_starts_nocase(host, others[i]))
			build_warning(b, line,
				      "'host': %s looks like another server; "
				      "that for POP3 is often pop.%s",
				      a->host, a->host + strlen(others[i]));
	for (size_t i = 0; (p = provider_row(i)) != NULL; i++) {
		struct slice known = slice_str(p->host == NULL ? "" : p->host);

		if (known.len <= host.len + 1)
			continue;
		known.p += known.len - host.len;
		known.len = host.len;
		if (known.p[-1] != '.' || !slice_equal_nocase(known, host))
			continue;
		build_warning(b, line, "'host': the POP3 server of %s is %s",
			      a->host, p->host);
		return;
	}
}

void host_check_account(struct builder *b, struct account *a)
{
	int line = build_seen(b, "host");
	const struct provider *p;

	if (!host_check(b, line, "host", a->host))
		return;
	p = provider_of_host(a->host);
	/* The meaning of a refusal depends on the provider. */
	if (a->provider == NULL && p != NULL)
		a->provider = xstrdup(p->name);
	if (b->where == SECTION_ACCOUNT && line != 0)
		warn_of_host(b, a, line);
}

/* Ports that have another use, in accounts, or in smtp, or in both. */
static const char *other_use(int port, bool is_smtp)
{
	static const struct {
		int port;
		const char *use;
	} pop3[] = {{POP3_PORT, "POP3"}, {POP3S_PORT, "POP3 over TLS"}},
	  smtp[] = {{SMTP_PORT, "SMTP"},
		    {SMTPS_PORT, "SMTP over TLS"},
		    {SUBMISSION_PORT, "SMTP"},
		    {2525, "SMTP"}},
	  all[] = {{143, "IMAP"}, {993, "IMAP over TLS"}, {21, "FTP"},
		   {22, "SSH"},	  {23, "telnet"},	  {80, "HTTP"},
		   {443, "HTTPS"}};

	for (size_t i = 0; !is_smtp && i < sizeof(smtp) / sizeof(smtp[0]); i++)
		if (smtp[i].port == port)
			return smtp[i].use;
	for (size_t i = 0; is_smtp && i < sizeof(pop3) / sizeof(pop3[0]); i++)
		if (pop3[i].port == port)
			return pop3[i].use;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].port == port)
			return all[i].use;
	return NULL;
}

static int default_port(const struct account *a, bool is_smtp)
{
	if (is_smtp)
		return a->tls == TLS_IMPLICIT	? SMTPS_PORT
		       : a->tls == TLS_STARTTLS ? SUBMISSION_PORT
						: SMTP_PORT;
	return a->tls == TLS_IMPLICIT ? POP3S_PORT : POP3_PORT;
}

/* Warnings only: a server may use any port. */
void host_check_port(struct builder *b, struct account *a)
{
	bool is_smtp = b->where == SECTION_SMTP;
	int line = build_seen(b, "port"), usual = default_port(a, is_smtp);
	int implicit = is_smtp ? SMTPS_PORT : POP3S_PORT;
	const char *use;

	if (a->port == 0)
		a->port = usual;
	if (line == 0)
		return;
	use = other_use(a->port, is_smtp);
	if (use != NULL)
		build_warning(
			b, line,
			"port %d is for %s; %s needs %d here, or no 'port'",
			a->port, use, is_smtp ? "sending" : "POP3", usual);
	else if (a->port == implicit && a->tls != TLS_IMPLICIT)
		build_warning(b, line,
			      "on port %d servers speak TLS at once; write tls "
			      "= implicit",
			      a->port);
	else if (a->tls == TLS_IMPLICIT &&
		 (a->port == POP3_PORT || a->port == SUBMISSION_PORT))
		build_warning(b, line,
			      "on port %d servers do not speak TLS at once; "
			      "write tls = starttls, or remove 'port' for %d",
			      a->port, usual);
}
