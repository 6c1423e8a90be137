/* SPDX-License-Identifier: ISC */
#include "config/settings.h"

#include <string.h>

#include "rules/action_type.h"
#include "rules/rule.h"
#include "util/suggest.h"

#include "util/banned.h"

#define DAY  (24 * 3600LL)
#define YEAR (366 * DAY)

/* clang-format off */
static const struct setting rows[] = {
	{"maildir", SECTION_MAIN, SETTING_PATH, NULL, NULL,
	 "mail-dir mailbox-dir mail-path destination default root",
	 "the directory that holds the mail folders", 0, 0},
	{"layout", SECTION_MAIN, SETTING_CHOICE, "auto", "auto fs maildir++",
	 "format", "how folders lie in it", 0, 0},
	{"folder-encoding", SECTION_MAIN, SETTING_CHOICE, "auto",
	 "auto utf7 utf8", "encoding", "how folder names are written on disk",
	 0, 0},
	{"state", SECTION_MAIN, SETTING_PATH, NULL, NULL,
	 "state-dir statedir idfile uidls_file cache database",
	 "where it is kept what was fetched", 0, 0},
	{"spool", SECTION_MAIN, SETTING_PATH, NULL, NULL,
	 "spool-dir queue queue-dir tmp", "where new mail waits to be sorted",
	 0, 0},
	{"parallel", SECTION_MAIN, SETTING_INT, "4", NULL,
	 "jobs workers max-connections", "accounts fetched at the same time",
	 1, 64},
	{"every", SECTION_MAIN, SETTING_DURATION, "5m", NULL,
	 "interval poll-interval daemon set-daemon refresh period",
	 "how often the daemon looks for mail", 10, 30 * DAY},
	{"complain-after", SECTION_MAIN, SETTING_DURATION, "1h", NULL, NULL,
	 "how long a dead network is no news", 0, YEAR},
	{"charset-fallback", SECTION_MAIN, SETTING_LIST, "GB18030 CP1252", NULL,
	 "charset default-charset assumed-charset",
	 "charsets tried for unlabelled text", 0, 0},
	{"tag-style", SECTION_MAIN, SETTING_WORD, "auto",
	 "auto x-label keywords notmuch", "tags label-style",
	 "how tags are stored", 0, 0},
	{"undecided", SECTION_MAIN, SETTING_FOLDER, "Inbox", NULL, "fallback",
	 "the folder for mail that cannot be judged", 0, 0},
	{"command-timeout", SECTION_MAIN, SETTING_SECONDS, "60s", NULL,
	 "timeout filter-timeout pipe-timeout",
	 "how long a command of a rule may take", 1, 3600},
	{"addresses", SECTION_MAIN, SETTING_LIST, NULL, NULL,
	 "my-addresses me aliases alternates identities",
	 "your own addresses, for to-me", 0, 0},
	{"sendmail", SECTION_MAIN, SETTING_ARGV, NULL, NULL, "mta sendmail-path",
	 "the program that forwards mail, instead of smtp { }", 0, 0},
	{"on-new", SECTION_MAIN, SETTING_ARGV, NULL, NULL,
	 "postconnect notify on-mail hook", "told of the files of new mail", 0,
	 0},
	{"on-trouble", SECTION_MAIN, SETTING_ARGV, NULL, NULL,
	 "on-error onerror", "told when a person should be", 0, 0},
	{"log", SECTION_MAIN, SETTING_PATH, NULL, NULL,
	 "logfile log-file set-logfile syslog", "a file for log lines", 0, 0},
	{"log-format", SECTION_MAIN, SETTING_WORD, "text", "text json", NULL,
	 "how they are written", 0, 0},

	{"provider", SECTION_ACCOUNT, SETTING_TEXT, NULL, NULL,
	 "service preset", "a provider whose servers are known", 0, 0},
	{"host", SECTION_ACCOUNT, SETTING_TEXT, NULL, NULL,
	 "server sever hostname via pop-server pop3-server address",
	 "name of the POP3 server", 0, 0},
	{"port", SECTION_ACCOUNT, SETTING_INT, NULL, NULL, NULL,
	 "its port: 995, with tls = starttls or none 110", 1, 65535},
	{"tls", SECTION_ACCOUNT, SETTING_CHOICE, NULL, "implicit starttls none",
	 "ssl tls_certcheck tls_starttls sslproto use-ssl use_ssl security "
	 "encryption", "how the connection is encrypted", 0, 0},
	{"insecure", SECTION_ACCOUNT, SETTING_TEXT, NULL, NULL, NULL,
	 "permits a password in clear text over a network", 0, 0},
	{"user", SECTION_ACCOUNT, SETTING_TEXT, NULL, NULL,
	 "username login user-name email mail remote-user",
	 "the name to log in with", 0, 0},
	{"password", SECTION_ACCOUNT, SETTING_PASSWORD, NULL, NULL,
	 "pass passwd secret", "the password, file:PATH or credential:NAME",
	 0, 0},
	{"password-command", SECTION_ACCOUNT, SETTING_ARGV, NULL, NULL,
	 "passwordeval password_command password-cmd pass-command passcmd",
	 "a command that prints the password", 0, 0},
	{"token-command", SECTION_ACCOUNT, SETTING_ARGV, NULL, NULL,
	 "token oauth oauth2 xoauth2 oauth2-command oauth-command "
	 "token_command", "a command that prints an OAuth2 token", 0, 0},
	{"netrc", SECTION_ACCOUNT, SETTING_YES, "no", NULL, "use-netrc",
	 "take the password from ~/.netrc", 0, 0},
	{"keep-on-server", SECTION_ACCOUNT, SETTING_KEEP, NULL, NULL,
	 "keep retain delete nokeep leave-on-server leave delete_after "
	 "delete-after", "yes, no, or for how long", 0, 0},
	{"inbox", SECTION_ACCOUNT, SETTING_FOLDER, "Inbox", NULL,
	 "folder deliver default mda", "the folder for mail no rule decided",
	 0, 0},
	{"every", SECTION_ACCOUNT, SETTING_DURATION, NULL, NULL,
	 "interval poll-interval daemon refresh",
	 "how often the daemon looks here", 10, 30 * DAY},
	{"limit", SECTION_ACCOUNT, SETTING_COUNT, "0", NULL,
	 "fetchlimit max-messages max_messages_per_session",
	 "messages a session, 0: all", 0, 1000000000},
	{"max-size", SECTION_ACCOUNT, SETTING_SIZE, "0", NULL,
	 "killsize skip-size max_message_size size-limit maxsize",
	 "larger messages stay on the server, 0: none", 0, 0},
	{"uidl-change", SECTION_ACCOUNT, SETTING_CHOICE, "match",
	 "match refetch stop", "uidl_change",
	 "what to do when all UIDLs have changed", 0, 0},
	{"timeout", SECTION_ACCOUNT, SETTING_SECONDS, "60s", NULL,
	 "connect-timeout", "how long to wait for the server", 1, 3600},
	{"tls-ca-file", SECTION_ACCOUNT, SETTING_PATH, NULL, NULL,
	 "sslcertfile tls_trust_file ca-file cafile sslcertck ca_certs "
	 "tls-trust-file", "certificates to trust instead of the system's",
	 0, 0},
	{"tls-pin", SECTION_ACCOUNT, SETTING_TEXT, NULL, NULL,
	 "sslfingerprint tls_fingerprint fingerprint pin",
	 "sha256//BASE64 of the server's public key", 0, 0},
	{"tls-client-cert", SECTION_ACCOUNT, SETTING_PATH, NULL, NULL,
	 "sslcert sslkey tls_cert_file tls_key_file certfile keyfile",
	 "our certificate and key, PEM", 0, 0},
	{"proxy", SECTION_ACCOUNT, SETTING_TEXT, NULL, NULL,
	 "proxy_host plugin socks", "URL of a proxy", 0, 0},
	{"enabled", SECTION_ACCOUNT, SETTING_YES, "yes", NULL,
	 "skip disabled active enable", "no switches the account off", 0, 0},

	{"enabled", SECTION_RULE, SETTING_YES, "yes", NULL,
	 "disabled active enable", "no switches the rule off", 0, 0},
	{"filter-must", SECTION_RULE, SETTING_YES, "no", NULL, "must-filter",
	 "mail waits while the rule's filter fails", 0, 0},

	{"host", SECTION_SMTP, SETTING_TEXT, NULL, NULL,
	 "server hostname relay smarthost", "name of the SMTP server", 0, 0},
	{"port", SECTION_SMTP, SETTING_INT, NULL, NULL, NULL,
	 "its port: 465, with tls = starttls 587, with none 25", 1, 65535},
	{"tls", SECTION_SMTP, SETTING_CHOICE, NULL, "implicit starttls none",
	 "ssl security encryption", "how the connection is encrypted", 0, 0},
	{"user", SECTION_SMTP, SETTING_TEXT, NULL, NULL, "username login",
	 "the name to log in with", 0, 0},
	{"password", SECTION_SMTP, SETTING_PASSWORD, NULL, NULL,
	 "pass passwd secret", "the password, file:PATH or credential:NAME",
	 0, 0},
	{"password-command", SECTION_SMTP, SETTING_ARGV, NULL, NULL,
	 "passwordeval password_command", "a command that prints the password",
	 0, 0},
	{"from", SECTION_SMTP, SETTING_TEXT, NULL, NULL, "sender envelope-from",
	 "the envelope sender, your own address", 0, 0},
	{"timeout", SECTION_SMTP, SETTING_SECONDS, "60s", NULL,
	 "connect-timeout", "how long to wait for the server", 1, 3600},
	{"tls-ca-file", SECTION_SMTP, SETTING_PATH, NULL, NULL,
	 "tls_trust_file ca-file cafile",
	 "certificates to trust instead of the system's", 0, 0},

	{"mail", SECTION_TEST, SETTING_TEXT, NULL, NULL, "message input",
	 "the message, or file:PATH", 0, 0},
	{"expect-folder", SECTION_TEST, SETTING_LIST, NULL, NULL,
	 "folder expect", "where it must go", 0, 0},
	{"expect-tags", SECTION_TEST, SETTING_LIST, NULL, NULL,
	 "tag tags expect-tag", "the tags it must get", 0, 0},
	{"expect-rule", SECTION_TEST, SETTING_LIST, NULL, NULL,
	 "rule rules expect-rules", "the rules that must apply", 0, 0},
	{"expect-copies", SECTION_TEST, SETTING_LIST, NULL, NULL,
	 "copy copies expect-copy", "where copies must go", 0, 0},
};

static const struct section_type sections[] = {
	{"account", SECTION_ACCOUNT, true, "poll retriever skip source"},
	{"rule", SECTION_RULE, true, "filter match recipe if action"},
	{"test", SECTION_TEST, true, NULL},
	{"smtp", SECTION_SMTP, false, "mailer"},
	{"any", SECTION_GROUP, false, "anyof or one-of"},
	{"all", SECTION_GROUP, false, "allof and all-of"},
	{"none", SECTION_GROUP, false, "noneof not nor none-of unless"},
};

/* What other tools call our conditions and actions. */
static const struct {
	const char *name, *synonyms;
} rule_synonyms[] = {
	{"folder", "fileinto deliver mailbox move file into save store dest "
		   "destination target moveto"},
	{"copy", "cc-to unseen carbon keep-copy fileinto-copy"},
	{"mark", "flag flags setflag addflag keyword seen"},
	{"discard", "drop delete reject trash devnull"},
	{"stop", "finish end exit last keep"},
	{"from", "sender author return-path"},
	{"to", "recipients"},
	{"recipient", "tocc to-or-cc rcpt to_ ^to_ any-recipient"},
	{"subject", "title"},
	{"header", "headers field x-header"},
	{"larger", "bigger over size-over size min-size"},
	{"smaller", "under size-under max-size"},
	{"body", "text content"},
	{"tag", "label addtag add-tag"},
	{"pipe", "exec execute command"},
	{"forward", "redirect bounce resend"},
	{"filter", "rewrite xfilter"},
};

/* clang-format on */

#define N_ROWS	   (sizeof(rows) / sizeof(rows[0]))
#define N_SECTIONS (sizeof(sections) / sizeof(sections[0]))
#define N_SYNONYMS (sizeof(rule_synonyms) / sizeof(rule_synonyms[0]))

_Static_assert(N_ROWS <= SETTINGS_MAX, "SETTINGS_MAX is too small");

const struct setting *setting_row(size_t i)
{
	return i < N_ROWS ? &rows[i] : NULL;
}

const struct setting *setting_find(enum section where, const char *name)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		if (rows[i].where == where && strcmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

size_t setting_index(const struct setting *row)
{
	return (size_t)(row - rows);
}

const char *setting_name(enum section where, size_t i)
{
	const struct action_type *action;
	const char *condition;

	for (size_t j = 0; j < N_ROWS; j++) {
		if (rows[j].where == where && i-- == 0)
			return rows[j].name;
	}
	if (where != SECTION_RULE && where != SECTION_GROUP)
		return NULL;
	for (size_t j = 0; (condition = rule_condition_name(j)) != NULL; j++) {
		if (i-- == 0)
			return condition;
	}
	if (where == SECTION_GROUP)
		return NULL;
	action = action_row(i);
	return action == NULL ? NULL : action->name;
}

bool setting_known(enum section where, const char *name)
{
	bool text;

	if (setting_find(where, name) != NULL)
		return true;
	if (where != SECTION_RULE && where != SECTION_GROUP)
		return false;
	return rule_is_condition(name, &text) ||
	       (where == SECTION_RULE && action_find(name) != NULL);
}

bool word_in(const char *list, const char *word)
{
	struct slice rest = slice_str(list == NULL ? "" : list), one;
	struct slice wanted = slice_str(word);

	while (slice_split(&rest, ' ', &one)) {
		if (one.len > 0 && slice_equal_nocase(one, wanted))
			return true;
	}
	return false;
}

/* A word of another tool; it is only of use where its meaning may stand. */
static const char *by_synonym(enum section where, const char *name)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		if (rows[i].where == where && word_in(rows[i].synonyms, name))
			return rows[i].name;
	}
	for (size_t i = 0; i < N_SECTIONS; i++) {
		if (section_allowed(where, sections[i].opens) &&
		    word_in(sections[i].synonyms, name))
			return sections[i].name;
	}
	for (size_t i = 0; i < N_SYNONYMS; i++) {
		if (word_in(rule_synonyms[i].synonyms, name) &&
		    setting_known(where, rule_synonyms[i].name))
			return rule_synonyms[i].name;
	}
	return NULL;
}

const char *setting_suggest(enum section where, const char *name)
{
	struct suggestion s = suggest_for(name);
	const char *candidate = by_synonym(where, name);

	if (candidate != NULL)
		return candidate;
	for (size_t i = 0; (candidate = setting_name(where, i)) != NULL; i++)
		suggest_try(&s, candidate);
	for (size_t i = 0; i < N_SECTIONS; i++) {
		if (section_allowed(where, sections[i].opens))
			suggest_try(&s, sections[i].name);
	}
	if (where == SECTION_MAIN)
		suggest_try(&s, "include");
	return s.best;
}

const char *section_label(enum section where)
{
	static const char *const labels[] = {
		"the main part", "account", "rule", "a group", "test", "smtp"};

	return labels[where];
}

const struct section_type *section_row(size_t i)
{
	return i < N_SECTIONS ? &sections[i] : NULL;
}

const struct section_type *section_find(const char *name)
{
	for (size_t i = 0; i < N_SECTIONS; i++) {
		if (strcmp(sections[i].name, name) == 0)
			return &sections[i];
	}
	return NULL;
}

bool section_allowed(enum section outer, enum section inner)
{
	if (inner == SECTION_GROUP)
		return outer == SECTION_RULE || outer == SECTION_GROUP;
	return outer == SECTION_MAIN;
}
