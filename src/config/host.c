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
	bool is_imap = strncasecmp(text, "imap", 4) == 0 &&
		       strstr(text, "://") != NULL;
	/* "a:b:c" has no name before a port: it is a bad address. */
	bool has_name = is_name(name) ? port == strrchr(text, ':') ||
						strchr(text, ':') == NULL ||
						strstr(text, "://") != NULL
				      : name[0] == '[';

	if (has_name && digits > 0 && strcmp(key, "host") == 0)
		build_error(b, line,
			    "'host': write host = \"%s\"%s and port = %.*s",
			    name, is_imap ? ", protocol = imap" : "",
			    (int)digits, port + 1);
	else if (has_name && is_imap && strcmp(key, "host") == 0)
		build_error(b, line,
			    "'host': write host = \"%s\" and protocol = imap",
			    name);
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

/* A name that begins like that of another server. */
static bool warn_of_name(struct builder *b, const struct account *a, int line)
{
	bool is_imap = a->protocol == PROTOCOL_IMAP;

	const struct {
		const char *begin, *advice;
	} others[] = {
		{is_imap ? "pop." : "imap.",
		 is_imap ? "; for POP3 write protocol = pop3"
			 : "; for IMAP write protocol = imap"},
		{is_imap ? "pop3." : "imap.", ""},
		{"smtp.", ""},
		{"www.", ""},
	};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (!slice_starts_nocase(slice_str(a->host), others[i].begin))
			continue;
		build_warning(b, line,
			      "'host': %s looks like another server; that for "
			      "%s is often %s.%s%s",
			      a->host, is_imap ? "IMAP" : "POP3",
			      is_imap ? "imap" : "pop",
			      a->host + strlen(others[i].begin),
			      others[i].advice);
		return true;
	}
	return false;
}

/* Is `host` the domain of this server, or the provider's other server? */
static bool is_meant(const char *server, const char *host,
		     const struct provider *p)
{
	struct slice known = slice_str(server), name = slice_str(host);

	if (slice_equal_nocase(known, name))
		return false;
	if (provider_of_host(host) == p)
		return true;
	if (known.len <= name.len + 1)
		return false;
	known = slice_skip(known, known.len - name.len);
	return known.p[-1] == '.' && slice_equal_nocase(known, name);
}

/* Names of other servers that users write here. */
static void warn_of_host(struct builder *b, const struct account *a, int line)
{
	const struct provider *p;

	if (warn_of_name(b, a, line))
		return;
	for (size_t i = 0; (p = provider_row(i)) != NULL; i++) {
		const char *server = provider_host(p, a->protocol);

		if (server == NULL || !is_meant(server, a->host, p))
			continue;
		build_warning(b, line, "'host': the %s server of %s is %s",
			      a->protocol == PROTOCOL_IMAP ? "IMAP" : "POP3",
			      a->host, server);
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

enum service {
	SERVICE_POP3,
	SERVICE_IMAP,
	SERVICE_SMTP,
	SERVICE_OTHER,
};

/* The port for each way of encryption, in the order of enum tls_mode. */
static const int usual_ports[SERVICE_OTHER][3] = {
	[SERVICE_POP3] = {995, 110, 110},
	[SERVICE_IMAP] = {993, 143, 143},
	[SERVICE_SMTP] = {465, 587, 25},
};

/* The use that a port has for another service, or NULL. */
static const char *other_use(int port, enum service mine)
{
	static const struct {
		int port;
		enum service service;
		const char *use;
	} ports[] = {
		{21, SERVICE_OTHER, "FTP"},
		{22, SERVICE_OTHER, "SSH"},
		{23, SERVICE_OTHER, "telnet"},
		{25, SERVICE_SMTP, "SMTP"},
		{80, SERVICE_OTHER, "HTTP"},
		{110, SERVICE_POP3, "POP3"},
		{119, SERVICE_OTHER, "NNTP"},
		{143, SERVICE_IMAP, "IMAP"},
		{443, SERVICE_OTHER, "HTTPS"},
		{465, SERVICE_SMTP, "SMTP over TLS"},
		{563, SERVICE_OTHER, "NNTP over TLS"},
		{587, SERVICE_SMTP, "SMTP"},
		{993, SERVICE_IMAP, "IMAP over TLS"},
		{995, SERVICE_POP3, "POP3 over TLS"},
		{2000, SERVICE_OTHER, "ManageSieve"},
		{2525, SERVICE_SMTP, "SMTP"},
		{4190, SERVICE_OTHER, "ManageSieve"},
	};

	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++)
		if (ports[i].port == port && ports[i].service != mine)
			return ports[i].use;
	return NULL;
}

/* Warnings only: a server may use any port. */
void host_check_port(struct builder *b, struct account *a)
{
	static const char *const needs[] = {"POP3 needs", "IMAP needs",
					    "sending needs"};
	enum service service = b->where == SECTION_SMTP	      ? SERVICE_SMTP
			       : a->protocol == PROTOCOL_IMAP ? SERVICE_IMAP
							      : SERVICE_POP3;
	const int *ports = usual_ports[service];
	int line = build_seen(b, "port"), usual = ports[a->tls];
	const char *use;

	if (a->port == 0)
		a->port = usual;
	if (line == 0)
		return;
	use = other_use(a->port, service);
	if (use != NULL)
		build_warning(b, line,
			      "port %d is for %s; %s %d here, or no 'port'%s",
			      a->port, use, needs[service], usual,
			      service == SERVICE_POP3 &&
					      strncmp(use, "IMAP", 4) == 0
				      ? "; for IMAP write protocol = imap"
				      : "");
	else if (a->port == ports[TLS_IMPLICIT] && a->tls != TLS_IMPLICIT)
		build_warning(b, line,
			      "on port %d servers speak TLS at once; write tls "
			      "= implicit",
			      a->port);
	else if (a->port == ports[TLS_STARTTLS] && a->tls == TLS_IMPLICIT)
		build_warning(b, line,
			      "on port %d servers do not speak TLS at once; "
			      "write tls = starttls, or remove 'port' for %d",
			      a->port, usual);
}
