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
	 "POP3 is often pop.163.com; for IMAP write protocol = imap\n"},
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
	 "'port'; for IMAP write protocol = imap\n"},
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

/* IMAP */
#define IMAP(settings) ACCOUNT("host = i.x.org protocol = imap " N settings)
#define FOLDERS(list)  IMAP("folders = {" list "}")
	{IMAP(""), ""},
	{IMAP("port = 993"), ""},
	{IMAP("port = 143 tls = starttls"), ""},
	{ACCOUNT("host = imap.x.org protocol = imap " N), ""},
	{ACCOUNT("host = pop.x.org protocol = imap " N),
	 "warning: 'host': pop.x.org looks like another server; that for IMAP "
	 "is often imap.x.org; for POP3 write protocol = pop3\n"},
	{ACCOUNT("host = POP3.x.org protocol = imap " N),
	 "warning: 'host': POP3.x.org looks like another server; that for IMAP "
	 "is often imap.x.org\n"},
	{ACCOUNT("host = securepop.t-online.de protocol = imap " N),
	 "warning: 'host': the IMAP server of securepop.t-online.de is "
	 "secureimap.t-online.de\n"},
	{ACCOUNT("host = outlook.office365.com protocol = imap " N), ""},
	{ACCOUNT("host = qq.com protocol = imap " N),
	 "warning: 'host': the IMAP server of qq.com is imap.qq.com\n"},
	{HOST("\"imaps://u@x.org:993/\""),
	 "error: 'host': write host = \"x.org\", protocol = imap and port = "
	 "993\n"},
	{HOST("\"imap://x.org/\""),
	 "error: 'host': write host = \"x.org\" and protocol = imap\n"},
	{IMAP("port = 995"),
	 "warning: port 995 is for POP3 over TLS; IMAP needs 993 here, or no "
	 "'port'\n"},
	{IMAP("port = 4190 tls = starttls"),
	 "warning: port 4190 is for ManageSieve; IMAP needs 143 here, or no "
	 "'port'\n"},
	{PORT("port = 2000"),
	 "warning: port 2000 is for ManageSieve; POP3 needs 995 here, or no "
	 "'port'\n"},
	{PORT("port = 119"),
	 "warning: port 119 is for NNTP; POP3 needs 995 here, or no 'port'\n"},
	{IMAP("port = 22"),
	 "warning: port 22 is for SSH; IMAP needs 993 here, or no 'port'\n"},
	{IMAP("port = 465"),
	 "warning: port 465 is for SMTP over TLS; IMAP needs 993 here, or no "
	 "'port'\n"},
	{IMAP("port = 143"),
	 "warning: on port 143 servers do not speak TLS at once; write tls = "
	 "starttls, or remove 'port' for 993\n"},
	{PROVIDER("icloud"), ""},
	{ACCOUNT("provider = icloud protocol = pop3 " N),
	 "error: icloud does not offer POP3; write protocol = imap\n"},
	{PROVIDER("proton"), ""},
	{FOLDERS("INBOX, \"Lists/*\", '\\junk', \"ключи\", \"R&D-x\""), ""},
	{FOLDERS("Inbox, INBOX"),
	 "error: 'folders': \"INBOX\" is there twice\n"},
	{FOLDERS("'\\Junk', '\\JUNK'"),
	 "error: 'folders': \"\\JUNK\" is there twice\n"},
	{FOLDERS("a, A"), ""},
	{FOLDERS("'\\Spam'"),
	 "error: 'folders': there is no special use \\Spam — did you mean "
	 "\\Junk?\n"},
	{FOLDERS("'\\Arhcive'"),
	 "error: 'folders': there is no special use \\Arhcive — did you mean "
	 "\\Archive?\n"},
	{FOLDERS("'\\Inbox'"),
	 "error: 'folders': there is no special use \\Inbox — did you mean "
	 "INBOX?\n"},
	{FOLDERS("'\\Unheard-of'"),
	 "error: 'folders': there is no special use \\Unheard-of; there are "
	 "\\All, \\Archive, \\Drafts, \\Flagged, \\Important, \\Junk, \\Sent and "
	 "\\Trash\n"},
	{FOLDERS("\"INBOX.Lists\""),
	 "error: 'folders': \"INBOX.Lists\": write \"/\" between the levels, "
	 "whatever the server uses: \"INBOX/Lists\"\n"},
	{FOLDERS("\"Lists/\""),
	 "error: 'folders': \"Lists/\": a part of the name is empty; write "
	 "\"Lists/postroom\"\n"},
	{FOLDERS("\"&dcVr0mWHTvZZOQ-\""),
	 "error: 'folders': \"&dcVr0mWHTvZZOQ-\": write the name as people read "
	 "it, in UTF-8\n"},
	{FOLDERS(""),
	 "error: 'folders' is an empty list; write a value, or remove the "
	 "setting\n"},
	{IMAP("move-on-server = Done mark-seen = yes keep-on-server = yes"),
	 ""},
	{IMAP("move-on-server = '\\Archive'"), ""},
	{IMAP("move-on-server = \"Old/*\""),
	 "error: 'move-on-server': \"Old/*\" is a pattern; write the name of "
	 "one folder\n"},
	{IMAP("move-on-server = Done keep-on-server = 30d"),
	 "error: 'move-on-server' and 'keep-on-server' (line 3) do not go "
	 "together: what was moved is not deleted later; keep one of them\n"},
#define FOR_IMAP(name)                                                         \
	"error: '" name "' needs protocol = imap; POP3 knows one folder, and " \
	"no marks\n"
	{PORT("folders = INBOX"), FOR_IMAP("folders")},
	{PORT("mark-seen = no"), FOR_IMAP("mark-seen")},
	{PORT("move-on-server = Done"), FOR_IMAP("move-on-server")},
	{IMAP("auth = user"),
	 "error: auth = user is for POP3; for IMAP write auth = login or "
	 "plain, or remove 'auth'\n"},
	{IMAP("auth = apop"),
	 "error: auth = apop is for POP3; for IMAP write auth = cram-md5, or "
	 "remove 'auth'\n"},

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

static void check_imap(const struct account *a, int port, const char *folder,
		       bool mark_seen, const char *move_to)
{
	is_int(PROTOCOL_IMAP, a->protocol, a->name);
	is_int(port, a->port, "its port");
	is_str(folder, a->folders == NULL ? NULL : a->folders[0],
	       "its first folder");
	is_int(mark_seen, a->mark_seen, "mark-seen");
	is_str(move_to, a->move_to, "move-on-server");
}

static void test_imap(void)
{
	char *said;
	struct config *c = load(
		M "account gmail { provider = gmail protocol = imap " N "}\n"
		  "account proton { provider = proton tls-ca-file = x " N "}\n"
		  "account own { host = mail.x.org protocol = imap\n"
		  " tls = starttls folders = {\"a\", '\\Junk'}\n"
		  " mark-seen = yes move-on-server = \"Old/é\" " N "}\n",
		&said);

	is_str("", said, "accounts with IMAP");
	free(said);
	if (c == NULL)
		return;
	check_imap(&c->accounts[0], 993, NULL, false, NULL);
	is_str("imap.gmail.com", c->accounts[0].host, "the IMAP host");
	check_imap(&c->accounts[1], 1143, NULL, false, NULL);
	is_str("127.0.0.1", c->accounts[1].host, "the bridge of Proton");
	is_int(TLS_STARTTLS, c->accounts[1].tls, "which has STARTTLS");
	check_imap(&c->accounts[2], 143, "a", true, "Old/é");
	is_str("\\Junk", c->accounts[2].folders[1], "a special use");
	config_free(c);
}

/* Settings for IMAP only, and pairs that exclude each other: one of them
 * counts. */
static void test_imap_defaults(void)
{
	char *said;
	struct config *c = load(
		M "folders = {x, y} mark-seen = yes move-on-server = Done\n"
		  "account a { host = h protocol = imap " N "}\n"
		  "account b { host = h " N "}\n"
		  "account c { host = i protocol = imap folders = z\n"
		  " mark-seen = no keep-on-server = 30d " N "}\n",
		&said);

	is_str("", said, "defaults for IMAP");
	free(said);
	if (c != NULL) {
		check_imap(&c->accounts[0], 993, "x", true, "Done");
		ok(c->accounts[1].folders == NULL &&
			   !c->accounts[1].mark_seen &&
			   c->accounts[1].move_to == NULL,
		   "POP3 has none of them");
		check_imap(&c->accounts[2], 993, "z", false, NULL);
		is_int(KEEP_AGE, c->accounts[2].keep, "the nearer one counts");
		config_free(c);
	}
	c = load(M "keep-on-server = no\n"
		   "account a { host = h protocol = imap\n"
		   " move-on-server = Done " N "}\n",
		 &said);
	is_str("", said, "moving in the account, deleting in the main part");
	free(said);
	if (c != NULL)
		is_int(KEEP_YES, c->accounts[0].keep, "likewise");
	config_free(c);
}

static void test_imap_complaints(void)
{
	static const char *const cases[][2] = {
		{M "keep-on-server = no\nmove-on-server = x\n",
		 "~/c:3: error: 'move-on-server' and 'keep-on-server' do not "
		 "go together: what was moved is not deleted later; keep one "
		 "of them\n"
		 "~/c:3: warning: 'move-on-server' has no effect: no account "
		 "has protocol = imap\n"},
		{M "move-on-server = Done\n"
		   "account a { host = h protocol = imap folders = {a, Done}\n"
		   "user = u netrc = yes }\n",
		 "~/c:3: error: account \"a\" fetches mail from \"Done\" and "
		 "moves it there; name another folder in 'move-on-server'\n"},
		{M "account a { host = h protocol = imap\n"
		   "move-on-server = Inbox user = u netrc = yes }\n",
		 "~/c:2: error: account \"a\" fetches mail from \"Inbox\" and "
		 "moves it there; name another folder in 'move-on-server'\n"},
		{M "mark-seen = yes\naccount a { host = h " N "}\n",
		 "~/c:2: warning: 'mark-seen' has no effect: no account has "
		 "protocol = imap\n"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *said;

		config_free(load(cases[i][0], &said));
		is_str(cases[i][1], said, name_of(cases[i][0]));
		free(said);
	}
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
	test_imap();
	test_imap_defaults();
	test_imap_complaints();
	test_defaults();
	test_modes();
	return done_testing();
}
