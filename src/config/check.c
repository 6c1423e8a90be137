/* SPDX-License-Identifier: ISC */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "account/provider.h"
#include "config/internal.h"
#include "rules/ruleset.h"
#include "util/ascii.h"
#include "util/buf.h"
#include "util/suggest.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

#define POP3_PORT  110
#define POP3S_PORT 995

/*
 * Limits, in bytes, for a configured directory and for one name in it. Paths
 * have at most 4095 bytes (PATH_MAX), and folders and file names are appended;
 * names have at most 255 bytes on common file systems.
 */
#define PLACE_BYTES_MAX 3500
#define NAME_BYTES_MAX	255

static void check_provider(struct builder *b, struct account *a)
{
	const struct provider *p = provider_find(a->provider), *row;
	struct suggestion s = suggest_for(a->provider);
	int line = build_seen(b, "provider");

	if (p == NULL) {
		for (size_t i = 0; (row = provider_row(i)) != NULL; i++)
			suggest_try(&s, row->name);
		if (s.best == NULL)
			build_error(
				b, line,
				"unknown provider \"%s\"; set 'host' instead",
				a->provider);
		else
			build_error(
				b, line,
				"unknown provider \"%s\" — did you mean '%s'? "
				"For another one set 'host'",
				a->provider, s.best);
	} else if (p->host == NULL) {
		build_error(b, line,
			    "%s does not offer POP3, so postroom cannot "
			    "fetch its mail",
			    a->provider);
	} else {
		if (a->host == NULL)
			a->host = xstrdup(p->host);
		if (a->port == 0 && a->tls == TLS_IMPLICIT)
			a->port = p->port;
	}
}

static void check_host(struct builder *b, struct account *a)
{
	const struct provider *p;
	const char *colon = strchr(a->host, ':');
	int line = build_seen(b, "host");

	if (strstr(a->host, "://") != NULL || strpbrk(a->host, "/@ ") != NULL)
		build_error(b, line,
			    "'host': write only the name of the server, not "
			    "\"%s\"",
			    a->host);
	else if (colon != NULL && strchr(colon + 1, ':') == NULL)
		build_error(b, line, "'host': write host = %.*s and port = %s",
			    (int)(colon - a->host), a->host, colon + 1);
	p = provider_of_host(a->host);
	/* A refused login shows the hint of the provider. */
	if (a->provider == NULL && p != NULL)
		a->provider = xstrdup(p->name);
}

static bool is_loopback(const char *host)
{
	struct in_addr v4;

	return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       (inet_pton(AF_INET, host, &v4) == 1 &&
		ntohl(v4.s_addr) >> 24 == 127);
}

static void check_tls(struct builder *b, struct account *a)
{
	if (a->tls == TLS_NONE && a->host != NULL && !is_loopback(a->host) &&
	    !b->insecure)
		build_error(b, build_seen(b, "tls"),
			    "tls = none sends the password unencrypted to %s; "
			    "use implicit or starttls%s",
			    a->host,
			    b->where == SECTION_SMTP
				    ? ""
				    : ", or permit it with insecure = "
				      "\"yes-send-password-in-clear\"");
	if (a->tls_pin != NULL && strncmp(a->tls_pin, "sha256//", 8) != 0)
		build_error(b, build_seen(b, "tls-pin"),
			    "'tls-pin': \"%s\" is not a pin; write "
			    "sha256//BASE64",
			    a->tls_pin);
}

static void check_proxy(struct builder *b, const struct account *a)
{
	static const char schemes[] =
		"http https socks4 socks4a socks5 socks5h";
	const char *end = a->proxy == NULL ? NULL : strstr(a->proxy, "://");
	char scheme[16];

	if (a->proxy == NULL)
		return;
	(void)snprintf(scheme, sizeof(scheme), "%.*s",
		       end == NULL ? 0 : (int)(end - a->proxy), a->proxy);
	if (value_find_word(schemes, scheme, NULL) == -1)
		build_error(b, build_seen(b, "proxy"),
			    "'proxy' is not a URL; write socks5h://HOST:PORT "
			    "or http://HOST:PORT");
}

/* There must be exactly one source of the password. */
static void check_secret(struct builder *b, struct account *a)
{
	static const char *const sources[] = {"password", "password-command",
					      "token-command"};
	const char *first = a->netrc ? "netrc" : NULL;

	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		int line = build_seen(b, sources[i]);

		if (line == 0) /* not set, or not a setting of `smtp` */
			continue;
		if (first != NULL) {
			build_error(b, line,
				    "'%s' and '%s' (line %d) are both set; "
				    "keep one of them",
				    sources[i], first, build_seen(b, first));
			return;
		}
		first = sources[i];
	}
	if (first == NULL && b->where == SECTION_SMTP)
		build_error(b, a->line,
			    "'smtp' has a user but no password; set "
			    "password-command or password");
	else if (first == NULL)
		build_error(b, a->line,
			    "account \"%s\" has no password; set "
			    "password-command, token-command, password or "
			    "netrc",
			    a->name);
}

void check_account(struct builder *b, struct account *a)
{
	build_defaults(b);
	if (strlen(a->name) > ACCOUNT_NAME_MAX)
		build_error(b, a->line,
			    "the account's name has %zu bytes; at most %d are "
			    "possible",
			    strlen(a->name), ACCOUNT_NAME_MAX);
	if (a->provider != NULL)
		check_provider(b, a);
	else if (a->host == NULL && build_seen(b, "host") == 0)
		build_error(b, a->line,
			    "account \"%s\" has no server; set host or "
			    "provider",
			    a->name);
	if (a->host != NULL)
		check_host(b, a);
	if (a->port == 0)
		a->port = a->tls == TLS_IMPLICIT ? POP3S_PORT : POP3_PORT;
	if (build_seen(b, "user") == 0)
		build_error(b, a->line,
			    "account \"%s\" has no user; set 'user' to the "
			    "name to log in with",
			    a->name);
	check_secret(b, a);
	check_tls(b, a);
	check_proxy(b, a);
}

static int smtp_port(enum tls_mode tls)
{
	return tls == TLS_IMPLICIT ? 465 : tls == TLS_STARTTLS ? 587 : 25;
}

void check_smtp(struct builder *b)
{
	struct account *a = b->config->smtp;

	build_defaults(b);
	if (a->host == NULL)
		build_error(b, a->line, "'smtp' has no server; set host");
	if (a->port == 0)
		a->port = smtp_port(a->tls);
	if (a->user != NULL)
		check_secret(b, a);
	else if (build_seen(b, "password") != 0 ||
		 build_seen(b, "password-command") != 0)
		build_error(b, a->line,
			    "'smtp' has a password but no user; set user");
	check_tls(b, a);
}

static void check_forward(struct builder *b)
{
	const struct config *c = b->config;

	if (b->forward.line != 0 && c->smtp == NULL && c->sendmail == NULL)
		diagnostics_add(b->diags, true, b->forward.file,
				b->forward.line, 0,
				"'forward' needs a way to send mail; add an "
				"'smtp' block, or set sendmail");
	if (c->smtp != NULL && c->sendmail != NULL)
		diagnostics_add(b->diags, true, c->smtp->file, c->smtp->line, 0,
				"'smtp' and 'sendmail' are both set; keep one "
				"of them");
}

/* For `to-me`: the configured addresses, and user names that are addresses. */
static void collect_addresses(struct config *c)
{
	for (size_t i = 0; c->addresses != NULL && c->addresses[i] != NULL; i++)
		ruleset_add_me(c->rules, c->addresses[i]);
	for (size_t i = 0; i < c->n_accounts; i++)
		if (strchr(c->accounts[i].user, '@') != NULL)
			ruleset_add_me(c->rules, c->accounts[i].user);
}

/* Something with a name that must be unique, and its place. */
struct named {
	char *key;
	const char *file;
	int line;
	size_t order;
};

static int compare_named(const void *pa, const void *pb)
{
	const struct named *a = pa, *b = pb;
	int order = strcmp(a->key, b->key);

	return order != 0 ? order
			  : (a->order > b->order) - (a->order < b->order);
}

/*
 * Add an error 'WHAT "key" TAKEN at FILE:LINE' for each entry with the key of
 * an earlier one. Frees the list and its keys.
 */
static void check_unique(struct builder *b, struct named *list, size_t n,
			 const char *what, const char *taken)
{
	if (n > 1)
		qsort(list, n, sizeof(*list), compare_named);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(list[i].key, list[i - 1].key) != 0)
			continue;
		diagnostics_add(b->diags, true, list[i].file, list[i].line, 0,
				"%s \"%s\" %s at %s:%d", what, list[i].key,
				taken, list[i - 1].file, list[i - 1].line);
	}
	for (size_t i = 0; i < n; i++)
		free(list[i].key);
	free(list);
}

static void check_rule_names(struct builder *b)
{
	const struct ruleset *set = b->config->rules;
	size_t n = ruleset_size(set);
	struct named *list = xcalloc(n, sizeof(*list));

	for (size_t i = 0; i < n; i++) {
		list[i] = (struct named){
			.key = xstrdup(ruleset_rule_name(set, (unsigned)i)),
			.file = ruleset_rule_file(set, (unsigned)i),
			.line = ruleset_rule_line(set, (unsigned)i),
			.order = i,
		};
	}
	check_unique(b, list, n, "rule", "is already defined");
}

static char *mailbox_of(const struct account *a)
{
	struct buf key = BUF_INIT(2 * (strlen(a->user) + strlen(a->host)) + 64);
	size_t host;

	buf_addf(&key, "%s at %s:%d", a->user, a->host, a->port);
	/* Host names do not depend on the case of letters. */
	host = strlen(a->user) + strlen(" at ");
	ascii_lower_bytes(key.s + host, key.len - host);
	return buf_detach(&key);
}

static void check_accounts(struct builder *b, bool mailboxes)
{
	const struct config *c = b->config;
	struct named *list = xcalloc(c->n_accounts, sizeof(*list));

	for (size_t i = 0; i < c->n_accounts; i++) {
		const struct account *a = &c->accounts[i];

		list[i] = (struct named){
			.key = mailboxes ? mailbox_of(a) : xstrdup(a->name),
			.file = a->file,
			.line = a->line,
			.order = i,
		};
	}
	if (mailboxes)
		check_unique(b, list, c->n_accounts, "mailbox",
			     "has an account already");
	else
		check_unique(b, list, c->n_accounts, "account",
			     "is already defined");
}

static void check_length(struct builder *b, const char *key, const char *path)
{
	struct slice rest = slice_str(path == NULL ? "" : path), part;
	bool fits = rest.len <= PLACE_BYTES_MAX;

	while (slice_split(&rest, '/', &part))
		fits &= part.len <= NAME_BYTES_MAX;
	if (!fits)
		diagnostics_add(b->diags, true, b->config->path, 0, 0,
				"'%s': the path is too long; the limits are "
				"%d bytes, and %d for each name in it",
				key, PLACE_BYTES_MAX, NAME_BYTES_MAX);
}

static void check_places(struct builder *b)
{
	struct config *c = b->config;
	const char *xdg = getenv("XDG_STATE_HOME");
	bool use_xdg = xdg != NULL && xdg[0] == '/';
	struct error err = ERROR_INIT;

	if (c->maildir == NULL)
		diagnostics_add(b->diags, true, c->path, 0, 0,
				"'maildir' is not set; write: maildir = "
				"\"~/Mail\"");
	if (c->state_dir == NULL)
		c->state_dir =
			use_xdg ? value_path("postroom", xdg, &err)
				: value_home("~/.local/state/postroom", &err);
	if (c->state_dir == NULL)
		diagnostics_add(b->diags, true, c->path, 0, 0,
				"'state' has no default, as HOME is not set; "
				"write: state = \"/…/postroom\"");
	else if (c->spool_dir == NULL)
		c->spool_dir = value_path("spool", c->state_dir, &err);
	check_length(b, "maildir", c->maildir);
	check_length(b, "state", c->state_dir);
	check_length(b, "spool", c->spool_dir);
}

void check_config(struct builder *b)
{
	struct config *c = b->config;
	size_t on = 0;

	build_defaults(b);
	check_places(b);
	if (c->tag_style != NULL && strcasecmp(c->tag_style, "auto") == 0) {
		free(c->tag_style);
		c->tag_style = NULL;
	}
	for (size_t i = 0; i < c->n_accounts; i++) {
		if (c->accounts[i].every == 0)
			c->accounts[i].every = c->every;
		on += c->accounts[i].enabled;
	}
	if (c->n_accounts > 0 && on == 0)
		diagnostics_add(
			b->diags, false, c->path, 0, 0,
			"no mail is fetched: every account has enabled = no");
	check_rule_names(b);
	check_forward(b);
	check_accounts(b, false);
	if (!b->broken && b->diags->n_errors == 0)
		check_accounts(b, true);
	if (!b->broken && b->diags->n_errors == 0)
		collect_addresses(c);
}
