/* SPDX-License-Identifier: ISC */
/* Settings that must fit together in an account, or in smtp. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "account/provider.h"
#include "config/check.h"
#include "util/suggest.h"
#include "util/value.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Other names of providers; domains are looked up without their end. */
static const struct {
	const char *name, *others;
} provider_names[] = {
	{"gmail", "google googlemail"},
	{"outlook", "hotmail live msn microsoft office office365 o365"},
	{"icloud", "apple me mac"},
	{"proton", "protonmail pm"},
	{"yandex", "ya"},
	{"t-online", "telekom"},
	{"qq", "tencent 腾讯"},
	{"163", "netease 网易"},
	{"aliyun", "alibaba 阿里云"},
	{"sina", "新浪"},
	{"sohu", "搜狐"},
};

/* The name of the provider that is meant by this word, or NULL. */
static const char *provider_by_other_name(const char *word)
{
	for (size_t i = 0;
	     i < sizeof(provider_names) / sizeof(provider_names[0]); i++)
		if (value_find_word(provider_names[i].others, word, NULL) != -1)
			return provider_names[i].name;
	return NULL;
}

/* For "hotmail", "163.com" or "me@gmail.com"; else the nearest name, or NULL.
 */
static const char *suggest_provider(const char *name)
{
	const char *at = strrchr(name, '@'),
		   *domain = at == NULL ? name : at + 1;
	char *word = xmemdup0(domain, strcspn(domain, "."));
	const struct provider *row = provider_find(domain);
	struct suggestion s = suggest_for(name);
	const char *best;

	if (row == NULL)
		row = provider_find(word);
	best = row != NULL ? row->name : provider_by_other_name(word);
	free(word);
	if (best != NULL)
		return best;
	for (size_t i = 0; (row = provider_row(i)) != NULL; i++)
		suggest_try(&s, row->name);
	return s.best;
}

/* A provider that offers one protocol only decides about it. */
static void use_provider(struct builder *b, struct account *a,
			 const struct provider *p)
{
	const char *host;
	int port;

	if (p->pop3 == NULL && build_seen(b, "protocol") == 0)
		a->protocol = PROTOCOL_IMAP;
	host = provider_host(p, a->protocol);
	if (a->host != NULL)
		return;
	if (host == NULL) {
		build_error(b, build_seen(b, "provider"),
			    "%s does not offer POP3; write protocol = imap",
			    a->provider);
		return;
	}
	a->host = xstrdup(host);
	if (!provider_is_local(p, &port))
		return;
	if (build_seen(b, "tls") == 0)
		a->tls = TLS_STARTTLS;
	if (a->port == 0)
		a->port = port;
}

static void check_provider(struct builder *b, struct account *a)
{
	const struct provider *p = provider_find(a->provider);
	int line = build_seen(b, "provider");

	if (p == NULL) {
		const char *best = suggest_provider(a->provider);

		if (best == NULL)
			build_error(
				b, line,
				"unknown provider \"%s\"; set 'host' instead",
				a->provider);
		else
			build_error(
				b, line,
				"unknown provider \"%s\" — did you mean '%s'? "
				"For another one set 'host'",
				a->provider, best);
	} else {
		use_provider(b, a, p);
	}
}

/* Settings that have no effect without TLS. */
static void warn_of_no_tls(struct builder *b, const struct account *a)
{
	static const char *const names[] = {"tls-name", "tls-ca-file",
					    "tls-pin", "tls-client-cert"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		int line = build_seen(b, names[i]);

		if (line != 0 && a->tls == TLS_NONE)
			build_warning(b, line,
				      "'%s' has no effect with tls = none",
				      names[i]);
	}
}

static void check_tls(struct builder *b, struct account *a)
{
	if (a->tls == TLS_NONE && a->host != NULL &&
	    !host_is_loopback(a->host) && !b->insecure)
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
	warn_of_no_tls(b, a);
}

/*
 * The setting that gives the password or token, or NULL. There may be one at
 * most: an error is added for a second.
 */
static const char *find_secret(struct builder *b, const struct account *a)
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
			break;
		}
		first = sources[i];
	}
	return first;
}

/* `source`: from find_secret(). */
static void check_external(struct builder *b, struct account *a,
			   const char *source)
{
	int line = build_seen(b, "auth");

	if (a->tls == TLS_NONE)
		build_error(b, line, "auth = external needs TLS");
	else if (a->tls_client_cert == NULL)
		build_error(b, line,
			    "auth = external needs a certificate; set "
			    "tls-client-cert");
	if (source != NULL)
		build_warning(b, build_seen(b, source),
			      "'%s' is not used with auth = external", source);
	/* The server takes the name from the certificate. */
	if (a->user == NULL)
		a->user = xstrdup("");
}

/* The mechanism must fit what there is: a password or a token. */
static void check_mechanism(struct builder *b, const struct account *a,
			    const char *source)
{
	struct slice rest =
		slice_str(setting_find(SECTION_ACCOUNT, "auth")->words);
	struct slice word = SLICE_EMPTY;
	bool has_token = a->token_command != NULL;
	bool wants_token =
		a->auth == AUTH_XOAUTH2 || a->auth == AUTH_OAUTHBEARER;
	int line = build_seen(b, "auth");

	if (a->auth == AUTH_AUTO ||
	    (source != NULL && wants_token == has_token))
		return;
	for (unsigned i = 0; i <= a->auth; i++)
		(void)slice_split(&rest, ' ', &word);
	if (wants_token)
		build_error(b, line,
			    "auth = %.*s needs a token; set token-command%s%s",
			    (int)word.len, word.p,
			    source == NULL ? "" : " in place of ",
			    source == NULL ? "" : source);
	else if (source == NULL)
		build_error(b, line,
			    "auth = %.*s needs a password; set "
			    "password-command, password or netrc",
			    (int)word.len, word.p);
	else
		build_error(b, line,
			    "auth = %.*s needs a password, and token-command "
			    "gives a token; write auth = xoauth2 or "
			    "oauthbearer, or remove 'auth'",
			    (int)word.len, word.p);
}

static void check_secret(struct builder *b, struct account *a)
{
	const char *source = find_secret(b, a);

	if (a->auth == AUTH_EXTERNAL)
		check_external(b, a, source);
	else if (source != NULL)
		check_mechanism(b, a, source);
	else if (b->where == SECTION_SMTP)
		build_error(b, a->line,
			    "'smtp' has a user but no password; set "
			    "password-command or password");
	else if (a->tls_client_cert == NULL) /* which may be enough */
		build_error(b, a->line,
			    "account \"%s\" has no password; set "
			    "password-command, token-command, password or "
			    "netrc",
			    a->name);
	else
		check_mechanism(b, a, NULL);
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
		host_check_account(b, a);
	host_check_port(b, a);
	check_protocol(b, a);
	if (build_seen(b, "user") == 0 && a->auth != AUTH_EXTERNAL)
		build_error(b, a->line,
			    "account \"%s\" has no user; set 'user' to the "
			    "name to log in with",
			    a->name);
	check_secret(b, a);
	check_tls(b, a);
	if (a->tls_name != NULL)
		(void)host_check(b, build_seen(b, "tls-name"), "tls-name",
				 a->tls_name);
	if (b->outside)
		outside_check(b, a);
}

void check_smtp(struct builder *b)
{
	struct account *a = b->config->smtp;

	build_defaults(b);
	if (a->host == NULL)
		build_error(b, a->line, "'smtp' has no server; set host");
	else
		(void)host_check(b, build_seen(b, "host"), "host", a->host);
	host_check_port(b, a);
	if (a->user != NULL)
		check_secret(b, a);
	else if (build_seen(b, "password") != 0 ||
		 build_seen(b, "password-command") != 0)
		build_error(b, a->line,
			    "'smtp' has a password but no user; set user");
	check_tls(b, a);
	if (b->outside)
		outside_check(b, a);
}
