/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <time.h>

#include "../load_config.h"
#include "../tap.h"
#include "account/provider.h"
#include "config/config.h"
#include "rules/ruleset.h"
#include "util/buf.h"
#include "util/xalloc.h"

static const char full[] =
	"\xef\xbb\xbf# ~/.config/postroom/postroom.conf\n"
	"maildir        = \"~/Mail\"\n"
	"complain-after = 2h        # cron stays silent until then\n"
	"\n"
	"account \"gmail\" {\n"
	"    provider         = gmail  # host, port, TLS come from here\n"
	"    user             = \"alice@gmail.com\"\n"
	"    password-command = {\"pass\", \"show\", \"mail/gmail\"}\n"
	"    keep-on-server   = 30d\n"
	"}\n"
	"account \"work\" {\n"
	"    provider      = outlook\n"
	"    user          = \"alice@corp.example\"\n"
	"    token-command = \"~/bin/oama access 'a b' c\\\\ d\"\n"
	"    inbox         = \"Work\"\n"
	"}\n"
	"/* rules, top to bottom */\n"
	"rule \"Backup copy\" {\n"
	"    copy = \"Backup/{date:%Y-%m}\"\n"
	"}\n"
	"rule \"Spam\" {\n"
	"    header = {\"X-Spam-Flag: YES\", \"X-Bogosity: Spam\"}\n"
	"    mark   = read\n"
	"    folder = \"Spam\"\n"
	"}\n"
	"rule \"Mailing lists\" {\n"
	"    header = 'List-Id: /<(?<list>[^.>]+)/'\n"
	"    folder = \"Lists/{list}\"\n"
	"}\n"
	"rule \"Invoices\" {\n"
	"    subject = {\"发票\", \"invoice\"}\n"
	"    folder  = \"Finance/{date:%Y}\"\n"
	"}\n"
	"rule \"Away\" {\n"
	"    enabled = no\n"
	"    none {                    # none of these\n"
	"        from = {\"noreply\", \"no-reply\"}\n"
	"        any { to = a all { cc = b larger = 5M } }\n"
	"    }\n"
	"    discard = yes\n"
	"}\n"
	"rule \"Everything else\" {\n"
	"    folder = \"Inbox\"\n"
	"}\n"
	"test \"notmuch goes to its list folder\" {\n"
	"    mail = 'From: Bob <bob@example.org>\n"
	"            List-Id: Notmuch <notmuch.notmuchmail.org>\n"
	"            Subject: patch'\n"
	"    expect-folder = \"Lists/notmuch\"\n"
	"    expect-tags   = {}\n"
	"}\n";

static void test_full_gmail(const struct account *a)
{
	is_str("gmail", a->name, "the first account");
	is_int(5, a->line, "its line");
	is_str(temp_path("c"), a->file, "its file");
	is_str("pop.gmail.com", a->host, "the provider gives the host");
	is_int(995, a->port, "and the port");
	is_int(TLS_IMPLICIT, a->tls, "TLS is implicit");
	is_str("alice@gmail.com", a->user, "user");
	is_str("mail/gmail", a->password_command[2], "a command as a list");
	is_str(NULL, a->password_command[3], "ends there");
	is_int(KEEP_AGE, a->keep, "keep-on-server is an age");
	is_int(30 * 86400, a->keep_seconds, "of 30 days");
	is_str("Inbox", a->inbox, "the default inbox");
	is_int(300, a->every, "every comes from the main part");
	is_int(180, a->timeout, "timeout");
	ok(a->enabled, "enabled");
}

static void test_full(void)
{
	char *said;
	struct config *c = load(full, &said);
	const struct account *a;

	is_str("", said, "nothing is wrong with the example");
	free(said);
	if (c == NULL)
		return;
	is_str(temp_path("Mail"), c->maildir, "~ is HOME");
	is_int(7200, c->complain_after, "complain-after");
	is_int(LAYOUT_AUTO, c->layout, "layout");
	is_int(4, c->parallel, "parallel");
	is_str("GB18030", c->charset_fallback[0], "fallback");
	is_str("CP1252", c->charset_fallback[1], "second fallback");
	is_str(NULL, c->charset_fallback[2], "no third");
	is_str(NULL, c->tag_style, "tag-style auto is NULL");
	is_str("text", c->log_format, "log-format");
	is_str("Inbox", c->undecided, "undecided");
	is_str(temp_path(".local/state/postroom"), c->state_dir, "state");
	is_str(temp_path(".local/state/postroom/spool"), c->spool_dir, "spool");
	is_int(2, c->n_accounts, "two accounts");
	test_full_gmail(&c->accounts[0]);
	a = config_account(c, "work");
	is_str("outlook.office365.com", a->host, "the second account's host");
	is_str(temp_path("bin/oama"), a->token_command[0], "~ in a command");
	is_str("a b", a->token_command[2], "quotes in a command");
	is_str("c d", a->token_command[3], "a backslash in a command");
	is_str("Work", a->inbox, "its inbox");
	is_int(KEEP_YES, a->keep, "mail is kept on the server");
	ok(config_account(c, "none") == NULL, "an unknown account is NULL");
	is_int(6, ruleset_size(c->rules), "six rules");
	is_str("Spam", ruleset_rule_name(c->rules, 1), "in their order");
	is_int(21, ruleset_rule_line(c->rules, 1), "with their lines");
	config_free(c);
}

static void test_values(void)
{
	char *said;
	struct config *c =
		load("maildir = mail\nlayout = \"Maildir++\"\n"
		     "folder-encoding = utf8\nstate = /s\nspool = ~/sp\n"
		     "parallel = 64\nevery = 2w\ntag-style = Keywords\n"
		     "charset-fallback = {BIG5}\nlog = ~\nlog-format = json\n"
		     "account a { host = localhost port = 1100 tls = none\n"
		     " user = u password = \"${SECRET}\" keep-on-server = no\n"
		     " every = 30 limit = 5 max-size = 2G timeout = 2m\n"
		     " proxy = socks5h://p:1 enabled = off }\n"
		     "account b { host = POP.gmx.net tls = starttls user = u\n"
		     " tls-pin = \"sha256//x=\" tls-name = \"pop.gmx.de.\"\n"
		     " tls-ca-file = ca tls-client-cert = /k\n"
		     " netrc = yes max-size = 500kb}\n"
		     "account d { host = h tls = none user = u netrc = true\n"
		     " insecure = \"yes-send-password-in-clear\" }\n"
		     "smtp { host = s tls = starttls from = me@x }\n",
		     &said);
	const struct account *a;

	is_str("", said, "values of every kind");
	free(said);
	if (c == NULL)
		return;
	is_str(temp_path("mail"), c->maildir, "a path is below its file");
	is_int(LAYOUT_MAILDIRPP, c->layout, "layout");
	is_int(ENCODING_UTF8, c->folder_encoding, "folder-encoding");
	is_str("/s", c->state_dir, "state");
	is_str(temp_path("sp"), c->spool_dir, "spool");
	is_str(home, c->log, "a bare ~");
	is_str("keywords", c->tag_style, "tag-style, in our spelling");
	is_str("BIG5", c->charset_fallback[0], "charset-fallback");
	is_int(1209600, c->every, "two weeks");
	a = &c->accounts[0];
	is_int(1100, a->port, "port");
	is_int(TLS_NONE, a->tls, "no TLS on loopback");
	is_str("geheim", a->password, "a variable");
	is_int(KEEP_NO, a->keep, "keep-on-server = no");
	is_int(30, a->every, "every of an account");
	is_int(5, a->limit, "limit");
	is_int(2LL << 30, a->max_size, "max-size");
	is_int(120, a->timeout, "timeout");
	is_str("socks5h://p:1", a->proxy, "proxy");
	is_str(temp_path("ca"), c->accounts[1].tls_ca_file, "tls-ca-file");
	is_str("pop.gmx.de", c->accounts[1].tls_name, "tls-name");
	ok(!a->enabled, "enabled = off");
	is_int(110, c->accounts[1].port, "STARTTLS is on port 110");
	is_int(500 << 10, c->accounts[1].max_size, "kb");
	ok(provider_find(c->accounts[1].provider)->hint != NULL,
	   "a known server gives its provider");
	is_int(TLS_NONE, c->accounts[2].tls, "insecure permits it");
	is_str("s", c->smtp->host, "host of smtp");
	is_int(587, c->smtp->port, "its port");
	is_str("me@x", c->smtp_from, "its sender");
	is_str("h", c->accounts[2].host, "no account takes them");
	config_free(c);
}

#define M "maildir = x\n"
#define A "account a { host = h user = u netrc = yes "
#define W "maildir = x\naccount a { host = h "

/* "~" stands for the home directory, and ~/c is the file. */
static const struct {
	const char *name, *text, *want;
} complaints[] = {
	{"lint finds several", "maildr = x\nrule y {\n fileinto = z\n}\n",
	 "~/c:1:1: error: unknown setting 'maildr' in the main part — did you "
	 "mean 'maildir'?\n"
	 "~/c:3:2: error: unknown setting 'fileinto' in a rule — did you mean "
	 "'folder'?\n"},
	{"no maildir", "parallel = 2\n",
	 "~/c: error: 'maildir' is not set; write: maildir = \"~/Mail\"\n"},
	{"twice in the main part", M "every = 1m\n" M,
	 "~/c:3: error: 'maildir' is set already (line 1); keep one\n"},
	{"twice in an account", M A "\nuser = v }",
	 "~/c:3: error: 'user' is set already (line 2); keep one\n"},
	{"bad values",
	 "maildir = {a, b}\nparallel = 65\nevery = 5x\nlayout = mbox\n"
	 "complain-after = \"\"\nlog-format = xml\nstate = \"~bob/x\"\n"
	 "charset-fallback = xyz\nspool = \"a\nb\"\n",
	 "~/c:1: error: 'maildir': write one value, not several\n"
	 "~/c:2: error: 'parallel': \"65\" is not a number from 1 to 64\n"
	 "~/c:3: error: 'every': \"5x\" is not a duration; write 30s, 5m, 12h, "
	 "30d or 2w\n"
	 "~/c:4: error: 'layout': \"mbox\" is not one of: auto, fs, maildir++\n"
	 "~/c:5: error: 'complain-after': the value is empty\n"
	 "~/c:6: error: 'log-format': \"xml\" is not one of: text, json\n"
	 "~/c:7: error: 'state': write the whole path, or ~/… for your own "
	 "home directory, instead of ~bob/x\n"
	 "~/c:8: error: 'charset-fallback': unknown charset \"xyz\"\n"
	 "~/c:10: error: 'spool': the value contains a line break or control "
	 "character\n"},
	{"more bad values",
	 M A "\nport = 0\nlimit = -1\nmax-size = 5X\ntimeout = 0\n"
	     "keep-on-server = 30\nkeep-on-server = 0d\nenabled = maybe\n"
	     "every = 5\nmax-size = 99999999999999999999\n}\n",
	 "~/c:3: error: 'port': \"0\" is not a number from 1 to 65535\n"
	 "~/c:4: error: 'limit': \"-1\" is not a number from 0 to 1000000000\n"
	 "~/c:5: error: 'max-size': \"5X\" is not a size; write 500K, 5M or "
	 "1G\n"
	 "~/c:6: error: 'timeout': \"0\" is out of range; write 1s to 1h\n"
	 "~/c:7: error: 'keep-on-server': \"30\" is not an age; write yes, no, "
	 "or an age with its unit: 12h, 30d or 2w\n"
	 "~/c:8: error: 'keep-on-server' is set already (line 7); keep one\n"
	 "~/c:9: error: 'enabled': write yes or no, not \"maybe\"\n"
	 "~/c:10: error: 'every': \"5\" is out of range; write 10s to 30d\n"
	 "~/c:11: error: 'max-size' is set already (line 5); keep one\n"},
	{"too much",
	 M A "keep-on-server = 9999999999999w\n"
	     "max-size = 1048577T }",
	 "~/c:2: error: 'keep-on-server': \"9999999999999w\" is not an age; "
	 "write yes, no, or an age with its unit: 12h, 30d or 2w\n"
	 "~/c:3: error: 'max-size': \"1048577T\" is not a size; write 500K, 5M "
	 "or 1G\n"},
	{"a name that is too long",
	 M
	 "account \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" { host = x "
	 "user = u netrc = yes }\n",
	 "~/c:2: error: the account's name has 105 bytes; at most 100 are "
	 "possible\n"},
	{"nothing in an account", M "account \"a\" {\n}\n",
	 "~/c:2: error: account \"a\" has no server; set host or provider\n"
	 "~/c:2: error: account \"a\" has no user; set 'user' to the name to "
	 "log in with\n"
	 "~/c:2: error: account \"a\" has no password; set password-command, "
	 "token-command, password or netrc\n"},
	{"two passwords", W "user = u\npassword = x\ntoken-command = y\n}\n",
	 "~/c:4: error: 'token-command' and 'password' (line 3) are both set; "
	 "keep one of them\n"},
	{"providers",
	 M
	 "account a { provider = gmial user = u netrc = yes }\n"
	 "account b { provider = icloud protocol = pop3 user = u netrc = yes }\n",
	 "~/c:2: error: unknown provider \"gmial\" — did you mean 'gmail'? For "
	 "another one set 'host'\n"
	 "~/c:3: error: icloud does not offer POP3; write protocol = "
	 "imap\n"},
	{"hosts",
	 M "account a { host = pop3s://x user = u netrc = yes }\n"
	   "account b { host = x:995 user = u netrc = yes }\n",
	 "~/c:2: error: 'host': write only the name of the server: host "
	 "= \"x\"\n"
	 "~/c:3: error: 'host': write host = \"x\" and port = 995\n"},
	{"no TLS over a network", M A "\ntls = none }",
	 "~/c:3: error: tls = none sends the password unencrypted to h; use "
	 "implicit or starttls, or permit it with insecure = "
	 "\"yes-send-password-in-clear\"\n"},
	{"insecure, without consent", M A "\ninsecure = yes }",
	 "~/c:3: error: 'insecure': write \"yes-send-password-in-clear\", or "
	 "remove the setting\n"},
	{"smtp twice",
	 M "smtp { host = h from = a }\nsmtp { host = i from = b }",
	 "~/c:3: error: there is an 'smtp' block already (line 2); keep one\n"},
	{"a switch of a rule", M "rule x {\nenabled = maybe\ncopy = y\n}",
	 "~/c:3: error: 'enabled': write yes or no, not \"maybe\"\n"},
	{"pin and proxy", M A "\ntls-pin = x\nproxy = \"h:1080\" }",
	 "~/c:3: error: 'tls-pin': \"x\" is not a pin; write sha256//BASE64\n"
	 "~/c:4: error: 'proxy': this is not a URL; write socks5h://HOST:PORT "
	 "or http://HOST:PORT, or none\n"},
	{"the same names",
	 M A "}\naccount a { host = i user = u netrc = yes }\n"
	     "rule r { stop = yes from = a }\n"
	     "rule s { copy = x }\nrule r { copy = y }\n",
	 "~/c:3: error: account \"a\" is already defined at ~/c:2\n"
	 "~/c:6: error: rule \"r\" is already defined at ~/c:4\n"},
	{"the same mailbox",
	 M A "}\naccount b { host = H user = u netrc = yes\n"
	     "port = 995 }\n",
	 "~/c:3: error: mailbox \"u at h:995\" has an account already at "
	 "~/c:2\n"},
	{"a quote in a command", W "user = u\npassword-command = \"a 'b\"\n}\n",
	 "~/c:3: error: 'password-command': the command has a quote that is "
	 "never closed\n"},
	{"no program", W "user = u\npassword-command = \" \"\n}\n",
	 "~/c:3: error: 'password-command': the command is empty\n"},
	{"an empty group", M "rule r {\n any {\n }\n copy = x\n}\n",
	 "~/c:4: error: 'any { }' has no condition\n"},
	{"include of nothing",
	 M "include(\"no.conf\")\ninclude(\"std:nope\")\n"
	   "include(\"std:../x\")\ninclude(\"n*.conf\")\n",
	 "~/c:2: error: cannot read ~/no.conf: No such file or directory\n"
	 "~/c:3: error: there is no rule set std:nope in ~/filters — did you "
	 "mean 'std:note'?\n"
	 "~/c:4: error: \"std:../x\" is not the name of a rule set\n"},
	{"include of itself", M "include(\"loop.conf\")\n",
	 "~/loop.conf:1: error: ~/c includes itself\n"},
	{"an error in an included file", M "\ninclude(\"bad.conf\")\n",
	 "~/bad.conf:2:1: error: unknown setting 'wat' in the main part\n"},
	{"set in two files", M "include(\"std:note\")\n" M,
	 "~/c:3: error: 'maildir' is set already (line 1); keep one\n"},
	{"a wrong value beside a warning",
	 M
	 "rule all { folder = a }\nrule late { enabled = maybe folder = b }\n",
	 "~/c:3: error: 'enabled': write yes or no, not \"maybe\"\n"
	 "~/c:3: warning: rule \"late\" never runs: rule \"all\" (line 2) "
	 "takes every message\n"},
};

static const struct {
	const char *name, *text, *want;
} warnings[] = {
	{"a shell", W "user = u\npassword-command = \"pass x | head -1\" }",
	 "~/c:3: warning: 'password-command' runs without a shell; for \"|\" "
	 "write {\"sh\", \"-c\", \"…\"}\n"},
	{"a rule that never runs",
	 M "rule off { enabled = no folder = w }\nrule no { discard = no }\n"
	   "rule part { from = a folder = x }\nrule \"all\" {\n folder = y\n}\n"
	   "rule off2 { enabled = no copy = z }\nrule late { copy = z }\n"
	   "rule later { copy = z }\n",
	 "~/c:9: warning: rule \"late\" never runs: rule \"all\" (line 5) "
	 "takes every message\n"},
	{"a rule that does nothing", M "rule x { from = y }\n",
	 "~/c:2: warning: rule \"x\" does nothing; add an action, such as "
	 "folder\n"},
	{"a pattern without its first slash",
	 M "rule x {\n subject = 'a\\d/'\n"
	   " subject = {'/a/', '/a/c', 'a/b', 'x/', '^a/c'}\n folder = a }\n",
	 "~/c:3: warning: \"a\\d/\" is compared as plain text; a pattern has a "
	 "slash at both ends: '/…/'\n"
	 "~/c:4: warning: \"^a/c\" is compared as plain text; a pattern has a "
	 "slash at both ends: '/…/'\n"},
	{"all accounts off", M A "enabled = no }",
	 "~/c: warning: no mail is fetched: every account has enabled = no\n"},
};

static void test_complaints(void)
{
	char *said;

	(void)put("loop.conf", 0600, "include(\"c\")\n");
	(void)put("bad.conf", 0600, "# c\nwat = 1\n");
	for (size_t i = 0; i < sizeof(complaints) / sizeof(complaints[0]);
	     i++) {
		struct config *c = load(complaints[i].text, &said);

		is_str(complaints[i].want, said, complaints[i].name);
		ok(c == NULL, "and it cannot be used");
		config_free(c);
		free(said);
	}
	for (size_t i = 0; i < sizeof(warnings) / sizeof(warnings[0]); i++) {
		struct config *c = load(warnings[i].text, &said);

		is_str(warnings[i].want, said, warnings[i].name);
		ok(c != NULL, "and it can be used");
		config_free(c);
		free(said);
	}
}

/* A caret points to the place in the pattern, also below wide characters. */
static void test_caret(void)
{
	char *said;
	struct config *c = load(M "rule x {\n subject = '/(发票/'\n"
				  " header = 'X: /a\\d(/'\n folder = y\n}\n",
				&said);

	ok(c == NULL, "patterns are compiled");
	ok(strstr(said, "~/c:3: error: ") != NULL, "the line of the first");
	ok(strstr(said, "\n    /(发票/\n          ^\n") != NULL,
	   "a caret behind wide characters");
	ok(strstr(said, "~/c:4: error: ") != NULL, "the line of the second");
	ok(strstr(said, "\n    X: /a\\d(/\n            ^\n") != NULL,
	   "a caret in a header's pattern");
	free(said);
}

static void test_includes(void)
{
	char *said;
	struct config *c;

	(void)mkdir(temp_path("rules.d"), 0700);
	(void)mkdir(temp_path("rules.d/sub"), 0700);
	(void)put("rules.d/20.conf", 0600, "rule c { copy = x }\n");
	(void)put("rules.d/10.conf", 0600,
		  "rule a { copy = x }\ninclude(\"sub/x.inc\")\n");
	(void)put("rules.d/sub/x.inc", 0600, "rule b { copy = y }\n");
	(void)put("rules.d/30.txt", 0600, "nonsense\n");
	c = load(M "include(\"rules.d/*.conf\")\ninclude(\"none.d/*.conf\")\n"
		   "include(\"std:note\")\nrule e { copy = z }\n",
		 &said);
	is_str("", said, "includes");
	free(said);
	if (c == NULL)
		return;
	is_int(5, ruleset_size(c->rules), "all rules are there");
	for (unsigned i = 0; i < 5; i++)
		is_int("abcde"[i], ruleset_rule_name(c->rules, i)[0],
		       "in their order");
	is_str(temp_path("rules.d/sub/x.inc"), ruleset_rule_file(c->rules, 1),
	       "a rule knows its file");
	is_int(5, c->n_files, "all files are known");
	config_free(c);
}

static void test_deep_includes(void)
{
	char name[32], text[64], *said;
	struct config *c;

	for (int i = 0; i < 12; i++) {
		(void)snprintf(name, sizeof(name), "deep%d", i);
		(void)snprintf(text, sizeof(text), "include(\"deep%d\")\n",
			       i + 1);
		(void)put(name, 0600, i < 11 ? text : "");
	}
	c = load(M "include(\"deep0\")\n", &said);
	is_str("~/deep9:1: error: ~/deep10: includes are nested more than 10 "
	       "deep\n",
	       said, "C7: nested includes have a limit");
	ok(c == NULL, "with an error");
	free(said);
}

static const char secret[] =
	M "account a { host = h user = u\n password = \"x\" }\n";

static const struct {
	const char *name, *text, *want;
	mode_t mode;
} modes[] = {
	{"C8: a password that everybody can read", secret,
	 "~/m:3: error: this file holds a password and others can read it; "
	 "run: chmod 600 ~/m\n",
	 0644},
	{"a password that the group can read", secret,
	 "~/m:3: error: this file holds a password and others can read it; "
	 "run: chmod 600 ~/m\n",
	 0640},
	{"a password of our own", secret, "", 0600},
	{"no password", M, "", 0644},
	{"a password elsewhere",
	 M "account a { host = h user = u password = \"file:p\" }\n", "", 0644},
	{"a credential",
	 M "account a { host = h user = u password = \"credential:p\" }\n", "",
	 0644},
	{"everybody can write", M,
	 "postroom: error: everybody can write to ~/m; run: chmod o-w ~/m\n",
	 0606},
};

static void test_files(void)
{
	char *said, *big;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		said = said_of(put("m", modes[i].mode, modes[i].text));
		is_str(modes[i].want, said, modes[i].name);
		free(said);
	}
	(void)mkfifo(temp_path("fifo"), 0600);
	said = said_of(temp_path("fifo"));
	is_str("postroom: error: ~/fifo is not a regular file\n", said,
	       "C8: a FIFO does not block");
	free(said);
	said = said_of(home);
	is_str("postroom: error: ~ is not a regular file\n", said,
	       "a directory");
	free(said);
	big = xmalloc((4 << 20) + 2);
	memset(big, '\n', (4 << 20) + 1);
	big[(4 << 20) + 1] = '\0';
	said = said_of(put("big", 0600, big));
	is_str("postroom: error: ~/big is too large; the limit is 4 MB\n", said,
	       "a file of more than 4 MB");
	free(said);
	free(big);
}

static void test_many(void)
{
	struct buf text = BUF_INIT(1 << 20);
	clock_t start = clock();
	struct config *c;
	char *said;

	buf_addstr(&text, M);
	for (int i = 0; i < 2000; i++)
		buf_addf(&text,
			 "rule \"r%d\" { any { all { none { any { all { from = "
			 "\"x%d\" } } } } } copy = \"F%d\" }\n",
			 i, i, i);
	c = load(text.s, &said);
	is_str("", said, "2000 rules, five groups deep");
	is_int(2000, c == NULL ? 0 : ruleset_size(c->rules), "all are there");
	/* 0.1 s plain; valgrind and sanitizers may be 100 times slower. */
	ok((clock() - start) / CLOCKS_PER_SEC < 20, "in good time");
	config_free(c);
	free(said);
	buf_release(&text);
}

static void test_home(void)
{
	struct diagnostics diags = {0};
	struct config *c;
	char *said, *found;

	(void)unsetenv("HOME");
	c = config_load(put("h", 0600, "maildir = ~/Mail\n"), &diags);
	said = printed(&diags);
	ok(c == NULL, "without HOME ~ is an error");
	is_str("~/h:1: error: 'maildir': ~/Mail: HOME is not set, so ~ cannot "
	       "be used; write the whole path\n",
	       said, "that says so");
	free(said);
	said = said_of(put("h", 0600, "maildir = /x\n"));
	is_str("~/h: error: 'state' has no default, as HOME is not set; write: "
	       "state = \"/…/postroom\"\n",
	       said, "the state directory needs HOME, too");
	free(said);
	(void)setenv("XDG_STATE_HOME", "/state", 1);
	c = config_load(temp_path("h"), &diags);
	is_str("/state/postroom", c == NULL ? NULL : c->state_dir,
	       "or XDG_STATE_HOME");
	config_free(c);
	diagnostics_release(&diags);
	(void)unsetenv("XDG_STATE_HOME");
	(void)setenv("HOME", home, 1);

	(void)put(".postroomrc", 0600, "");
	found = config_find();
	is_str(temp_path(".postroomrc"), found, "~/.postroomrc is found");
	free(found);
	(void)mkdir(temp_path(".config"), 0700);
	(void)mkdir(temp_path(".config/postroom"), 0700);
	(void)put(".config/postroom/postroom.conf", 0600, "");
	found = config_find();
	is_str(temp_path(".config/postroom/postroom.conf"), found,
	       "~/.config comes first");
	free(found);
}

int main(void)
{
	make_home();
	(void)setenv("SECRET", "geheim", 1);
	(void)setenv("POSTROOM_FILTERS", temp_path("filters"), 1);
	(void)mkdir(temp_path("filters"), 0700);
	(void)put("filters/note.conf", 0644, "rule d { copy = x }\n");
	test_full();
	test_values();
	test_complaints();
	test_caret();
	test_includes();
	test_deep_includes();
	test_files();
	test_many();
	test_home();
	return done_testing();
}
