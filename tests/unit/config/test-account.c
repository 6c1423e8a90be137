/* SPDX-License-Identifier: ISC */
/* Messages about accounts that do not fit together, and their defaults. */
#include "../load_config.h"
#include "../tap.h"

#define M "maildir = x\n"
#define N "user = u netrc = yes "

/* An account whose settings are on line 3, and one that is in order. */
#define ACCOUNT(settings) M "account a {\n" settings "\n}\n"
#define HOST(host)	  ACCOUNT("host = " host " " N)
#define PORT(settings)	  ACCOUNT("host = pop.x.org " N settings)
#define AUTH(settings)	  ACCOUNT("host = pop.x.org user = u " settings)

static const struct {
	const char *text, *want;
} rows[] = {
	/* hosts */
	{HOST("\"[::1]\""), ""},
	{HOST("\"::1\""), ""},
	{HOST("\"fe80::1%eth0\""), ""},
	{HOST("pop.example.org."), ""},
	{HOST("192.0.2.1"), ""},
	{HOST("\"pöp.例え.example\""), ""},
	{HOST("a_b-c"), ""},
	{HOST("\"[::1]:995\""),
	 "error: 'host': write host = \"[::1]\" and port = 995\n"},
	{HOST("\"x.org:110\""),
	 "error: 'host': write host = \"x.org\" and port = 110\n"},
	{HOST("\"pop3s://u:geheim@x.org:995/\""),
	 "error: 'host': write host = \"x.org\" and port = 995\n"},
	{HOST("\"https://x.org/mail\""),
	 "error: 'host': write only the name of the server: host = \"x.org\"\n"},
	{HOST("\"me@x.org\""),
	 "error: 'host': write only the name of the server: host = \"x.org\"\n"},
	{HOST("\"x.org/inbox\""),
	 "error: 'host': write only the name of the server: host = \"x.org\"\n"},
	{HOST("\"x.org y.org\""),
	 "error: 'host': write only the name of the server: host = \"x.org\"\n"},

#define NO_HOST                                                                \
	"error: 'host': this is neither a name, like pop.example.org, nor an " \
	"address\n"
	{HOST("\"a..b\""), NO_HOST},
	{HOST("\".\""), NO_HOST},
	{HOST("\"-x\""), NO_HOST},
	{HOST("\"a:b:c\""), NO_HOST},
	{HOST("\"x!\""), NO_HOST},
	{HOST("imap.163.com"),
	 "warning: 'host': imap.163.com looks like another server; that for "
	 "POP3 is often pop.163.com\n"},
	{HOST("QQ.com"),
	 "warning: 'host': the POP3 server of QQ.com is pop.qq.com\n"},
	{ACCOUNT("host = h tls-name = \"a b\" " N),
	 "error: 'tls-name': write only the name of the server: tls-name = "
	 "\"a\"\n"},

/* providers */
#define PROVIDER(name) ACCOUNT("provider = \"" name "\" " N)
#define UNKNOWN(name, best)                                                    \
	"error: unknown provider \"" name "\" — did you mean '" best           \
	"'? For another one set 'host'\n"
	{PROVIDER("163.com"), UNKNOWN("163.com", "163")},
	{PROVIDER("QQ.com"), UNKNOWN("QQ.com", "qq")},
	{PROVIDER("me@gmail.com"), UNKNOWN("me@gmail.com", "gmail")},
	{PROVIDER("me@gmx.de"), UNKNOWN("me@gmx.de", "gmx.de")},
	{PROVIDER("Hotmail"), UNKNOWN("Hotmail", "outlook")},
	{PROVIDER("网易"), UNKNOWN("网易", "163")},
	{PROVIDER("gmial"), UNKNOWN("gmial", "gmail")},
	{PROVIDER("nobody"),
	 "error: unknown provider \"nobody\"; set 'host' instead\n"},

	/* ports */
	{PORT("port = 995"), ""},
	{PORT("port = 110 tls = starttls"), ""},
	{PORT("port = 9950"), ""},
	{PORT("port = 993"),
	 "warning: port 993 is for IMAP over TLS; POP3 needs 995 here, or no "
	 "'port'\n"},
	{PORT("port = 587 tls = starttls"),
	 "warning: port 587 is for SMTP; POP3 needs 110 here, or no 'port'\n"},
	{PORT("port = 110"),
	 "warning: on port 110 servers do not speak TLS at once; write tls = "
	 "starttls, or remove 'port' for 995\n"},
	{PORT("port = 995 tls = starttls"),
	 "warning: on port 995 servers speak TLS at once; write tls = "
	 "implicit\n"},
	{M "smtp {\nhost = x.org port = 587\n}",
	 "warning: on port 587 servers do not speak TLS at once; write tls = "
	 "starttls, or remove 'port' for 465\n"},
	{M "smtp {\nhost = x.org port = 465 tls = starttls\n}",
	 "warning: on port 465 servers speak TLS at once; write tls = "
	 "implicit\n"},
	{M "smtp {\nhost = x.org port = 995\n}",
	 "warning: port 995 is for POP3 over TLS; sending needs 465 here, or "
	 "no 'port'\n"},

	/* mechanisms */
	{AUTH("token-command = t auth = oauthbearer"), ""},
	{AUTH("password = p auth = scram-sha-256"), ""},
	{AUTH("password-command = p auth = xoauth2"),
	 "error: auth = xoauth2 needs a token; set token-command in place of "
	 "password-command\n"},
	{AUTH("netrc = yes auth = oauthbearer"),
	 "error: auth = oauthbearer needs a token; set token-command in place "
	 "of netrc\n"},
	{AUTH("token-command = t auth = scram-sha-1"),
	 "error: auth = scram-sha-1 needs a password, and token-command gives "
	 "a token; write auth = xoauth2 or oauthbearer, or remove 'auth'\n"},
	{AUTH("token-command = t auth = apop"),
	 "error: auth = apop needs a password, and token-command gives a "
	 "token; write auth = xoauth2 or oauthbearer, or remove 'auth'\n"},
	{ACCOUNT("host = x.org auth = external tls-client-cert = c"), ""},
	{AUTH("auth = external tls-client-cert = c"), ""},
	{AUTH("auth = external"),
	 "error: auth = external needs a certificate; set tls-client-cert\n"},
	{ACCOUNT("host = localhost tls = none auth = external"),
	 "error: auth = external needs TLS\n"},
	{AUTH("auth = external tls-client-cert = c password = p"),
	 "warning: 'password' is not used with auth = external\n"},
	{AUTH("tls-client-cert = c"), ""},
	{AUTH("tls-client-cert = c auth = plain"),
	 "error: auth = plain needs a password; set password-command, password "
	 "or netrc\n"},
	{ACCOUNT("host = localhost tls = none tls-pin = \"sha256//x\" " N),
	 "warning: 'tls-pin' has no effect with tls = none\n"},

	/* proxies: their value is never shown */
	{PORT("proxy = \"socks5h://h\""), ""},
	{PORT("proxy = \"HTTP://u:geheim@[::1]:1/\""), ""},
	{PORT("proxy = none"), ""},
#define NO_PROXY                                                               \
	"error: 'proxy': this is not a URL; write socks5h://HOST:PORT or "     \
	"http://HOST:PORT, or none\n"
	{PORT("proxy = \"u:geheim@h:1\""), NO_PROXY},
	{PORT("proxy = \"ftp://geheim\""), NO_PROXY},
	{PORT("proxy = \"http://u:geheim@\""), NO_PROXY},
	{PORT("proxy = \"http://u:geheim@:80\""), NO_PROXY},
	{PORT("proxy = http://u:geheim*@h"),
	 "error: an unquoted value cannot contain '*'; put it in quotes\n"},
};

/* The lines of `said` about line 3 of ~/c, without their place. */
static const char *about_line_3(char *said)
{
	static char out[4096];
	size_t len = 0;

	out[0] = '\0';
	for (char *line = strtok(said, "\n"); line != NULL;
	     line = strtok(NULL, "\n")) {
		const char *text = strstr(line, ": ");

		if (strncmp(line, "~/c:3:", 6) == 0 && text != NULL)
			len += (size_t)snprintf(out + len, sizeof(out) - len,
						"%s\n", text + 2);
	}
	return out;
}

/* The text on one line, without its first one. */
static const char *name_of(const char *text)
{
	static char name[512];

	(void)snprintf(name, sizeof(name), "%s", strchr(text, '\n') + 1);
	for (char *p = name; (p = strchr(p, '\n')) != NULL;)
		*p = ' ';
	return name;
}

static void test_complaints(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char *said;
		struct config *c = load(rows[i].text, &said);

		ok(strstr(said, "geheim") == NULL, "no secret is shown");
		is_str(rows[i].want, about_line_3(said), name_of(rows[i].text));
		config_free(c);
		free(said);
	}
}

static void test_values(void)
{
	char *said;
	struct config *c =
		load(M "account a { host = \"[::1]\" tls = none " N "}\n"
		       "account b { host = pop.x.org. tls-client-cert = c\n"
		       " auth = external }\n",
		     &said);

	is_str("", said, "hosts in other forms");
	free(said);
	if (c == NULL)
		return;
	is_str("::1", c->accounts[0].host, "without brackets");
	is_str("pop.x.org", c->accounts[1].host, "without the last dot");
	is_str("", c->accounts[1].user, "external needs no user");
	config_free(c);
}

/* Wherever they stand in the main part. */
static void test_defaults(void)
{
	char *said;
	struct config *c = load(
		M "account a { host = h " N "}\ntimeout = 20s\n"
		  "account b { host = h port = 1 timeout = 30s proxy = none\n"
		  "keep-on-server = yes pipelining = auto limit = 0 " N
		  "max-size = 0 uidl-change = match tls-ca-file = other\n"
		  "inbox = B }\n"
		  "proxy = socks5h://p limit = 5 max-size = 1M\n"
		  "keep-on-server = 30d pipelining = no tls-ca-file = ca\n"
		  "uidl-change = stop inbox = A\n"
		  "account d { host = h port = 2 " N "}\n"
		  "smtp { host = s }\n",
		&said);
	const struct account *a;

	is_str("", said, "defaults of the main part");
	free(said);
	for (int i = 0; c != NULL && i < 3; i += 2) {
		a = &c->accounts[i];
		is_int(20, a->timeout, "timeout");
		is_str("socks5h://p", a->proxy, "proxy");
		is_int(5, a->limit, "limit");
		is_int(1 << 20, a->max_size, "max-size");
		is_int(KEEP_AGE, a->keep, "keep-on-server");
		is_int(30 * 86400, a->keep_seconds, "its age");
		is_int(PIPELINING_NO, a->pipelining, "pipelining");
		is_str(temp_path("ca"), a->tls_ca_file, "tls-ca-file");
		is_int(UIDL_STOP, a->uidl_change, "uidl-change");
		is_str("A", a->inbox, "inbox");
	}
	if (c == NULL)
		return;
	a = &c->accounts[1];
	is_int(30, a->timeout, "an account's own timeout");
	is_str(NULL, a->proxy, "no proxy");
	is_int(0, a->limit, "limit");
	is_int(0, a->max_size, "max-size");
	is_int(KEEP_YES, a->keep, "keep-on-server");
	is_int(PIPELINING_AUTO, a->pipelining, "pipelining");
	is_str(temp_path("other"), a->tls_ca_file, "tls-ca-file");
	is_int(UIDL_MATCH, a->uidl_change, "uidl-change");
	is_str("B", a->inbox, "inbox");
	is_int(60, c->smtp->timeout, "smtp has its own");
	is_int(60, c->command_timeout, "and commands have theirs");
	config_free(c);
}

static void test_modes(void)
{
	static const char text[] =
		M "proxy = \"http://u:geheim@h:1\"\n"
		  "account a { host = h user = u password-command = p }\n";
	static const char user_only[] =
		M "account a { host = h user = u password-command = p\n"
		  "proxy = \"http://u@h:1\" }\n";
	char *said = said_of(put("m", 0644, text));

	is_str("~/m:2: error: this file holds the password of a proxy and "
	       "others can read it; run: chmod 600 ~/m\n",
	       said, "C8: the password of a proxy, for all to read");
	free(said);
	said = said_of(put("m", 0600, text));
	is_str("", said, "of our own");
	free(said);
	said = said_of(put("m", 0644, user_only));
	is_str("", said, "no password");
	free(said);
}

int main(void)
{
	make_home();
	test_complaints();
	test_values();
	test_defaults();
	test_modes();
	return done_testing();
}
