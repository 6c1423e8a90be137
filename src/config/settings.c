/* SPDX-License-Identifier: ISC */
#include "config/settings.h"

#include <string.h>

#include "config/internal.h"
#include "rules/action_type.h"
#include "rules/rule.h"
#include "util/suggest.h"
#include "util/value.h"

#include "util/banned.h"

#define DAY  (24 * 3600LL)
#define YEAR (366 * DAY)

/* The C type of the member that keeps each type of setting. */
#define C_TEXT	      char *
#define C_PATH	      char *
#define C_FOLDER      char *
#define C_REMOTE      char *
#define C_REMOTES     char **
#define C_WORD	      char *
#define C_CHOICE      unsigned /* an enum without negative values */
#define C_DURATION    int64_t
#define C_SECONDS     int
#define C_INT	      int
#define C_COUNT	      int64_t
#define C_SIZE	      uint64_t
#define C_YES	      bool
#define C_ARGV	      char **
#define C_LIST	      char **
#define C_CHARSETS    char **
#define C_KEEP	      enum keep_mode
#define C_PASSWORD    char *
#define C_PROXY	      char *
#define C_CONSENT     bool
#define C_MESSAGE     char *
#define C_EXPECTATION struct expectation

/* The offset of a member; a compile error when it has another C type. */
#define OFFSET(owner, member, c_type)                                          \
	_Generic(((owner *)NULL)->member, c_type : offsetof(owner, member))

#define CONFIG(type, member)                                                   \
	SETTING_##type, OWNER_CONFIG, OFFSET(struct config, member, C_##type)
#define ACCOUNT(type, member)                                                  \
	SETTING_##type, OWNER_ACCOUNT, OFFSET(struct account, member, C_##type)
#define DEFAULTS(type, member)                                                 \
	SETTING_##type, OWNER_DEFAULTS, OFFSET(struct account, member, C_##type)
#define TEST(type, member)                                                     \
	SETTING_##type, OWNER_TEST, OFFSET(struct test_case, member, C_##type)
#define BUILDER(type, member)                                                  \
	SETTING_##type, OWNER_BUILDER, OFFSET(struct builder, member, C_##type)

/* clang-format off */
static const struct setting rows[] = {
	{"maildir", SECTION_MAIN, CONFIG(PATH, maildir),
	 .synonyms = "mail-dir mailbox-dir mail-path destination default root"},
	{"layout", SECTION_MAIN, CONFIG(CHOICE, layout), .def = "auto",
	 .words = "auto fs maildir++", .synonyms = "format"},
	{"folder-encoding", SECTION_MAIN, CONFIG(CHOICE, folder_encoding),
	 .def = "auto", .words = "auto utf7 utf8", .synonyms = "encoding"},
	{"state", SECTION_MAIN, CONFIG(PATH, state_dir),
	 .synonyms = "state-dir statedir idfile uidls_file cache database"},
	{"spool", SECTION_MAIN, CONFIG(PATH, spool_dir),
	 .synonyms = "spool-dir queue queue-dir tmp"},
	{"parallel", SECTION_MAIN, CONFIG(INT, parallel), .def = "4", .min = 1,
	 .max = 64, .synonyms = "jobs workers max-connections"},
	{"every", SECTION_MAIN, CONFIG(DURATION, every), .def = "5m",
	 .min = 10, .max = 30 * DAY,
	 .synonyms = "interval poll-interval daemon set-daemon refresh period"},
	{"complain-after", SECTION_MAIN, CONFIG(DURATION, complain_after),
	 .def = "1h", .min = 0, .max = YEAR},
	{"charset-fallback", SECTION_MAIN, CONFIG(CHARSETS, charset_fallback),
	 .def = "GB18030 CP1252",
	 .synonyms = "charset default-charset assumed-charset"},
	{"tag-style", SECTION_MAIN, CONFIG(WORD, tag_style), .def = "auto",
	 .words = "auto x-label keywords notmuch",
	 .synonyms = "tags label-style"},
	{"undecided", SECTION_MAIN, CONFIG(FOLDER, undecided), .def = "Inbox",
	 .synonyms = "fallback"},
	{"command-timeout", SECTION_MAIN, CONFIG(SECONDS, command_timeout),
	 .def = "60s", .min = 1, .max = 3600,
	 .synonyms = "filter-timeout pipe-timeout"},
	{"command-environment", SECTION_MAIN, CONFIG(LIST, command_environment),
	 .synonyms = "environment env environ pass-environment "
		"import-environment"},
	{"min-free", SECTION_MAIN, CONFIG(SIZE, min_free),
	 .synonyms = "free-space min-space reserve disk-reserve"},
	{"addresses", SECTION_MAIN, CONFIG(LIST, addresses),
	 .synonyms = "my-addresses me aliases alternates identities"},
	{"sendmail", SECTION_MAIN, CONFIG(ARGV, sendmail),
	 .synonyms = "mta sendmail-path"},
	{"on-new", SECTION_MAIN, CONFIG(ARGV, on_new),
	 .synonyms = "postconnect notify on-mail hook"},
	{"on-trouble", SECTION_MAIN, CONFIG(ARGV, on_trouble),
	 .synonyms = "on-error onerror"},
	{"log", SECTION_MAIN, CONFIG(PATH, log),
	 .synonyms = "logfile log-file set-logfile syslog"},
	{"log-format", SECTION_MAIN, CONFIG(WORD, log_format), .def = "text",
	 .words = "text json"},
	{"sandbox", SECTION_MAIN, CONFIG(WORD, sandbox), .def = "strict",
	 .words = "strict best-effort", .synonyms = "seccomp landlock"},
	{"inbox", SECTION_MAIN, DEFAULTS(FOLDER, inbox),
	 .synonyms = "default-folder"},
	{"keep-on-server", SECTION_MAIN, DEFAULTS(KEEP, keep),
	 .synonyms = "keep delete leave-on-server delete_after delete-after"},
	{"folders", SECTION_MAIN, DEFAULTS(REMOTES, folders),
	 .synonyms = "mailboxes"},
	{"idle", SECTION_MAIN, DEFAULTS(YES, idle), .synonyms = "use_idle"},
	{"flags", SECTION_MAIN, DEFAULTS(CHOICE, flags), .words = "new keep"},
	{"mark-seen", SECTION_MAIN, DEFAULTS(YES, mark_seen),
	 .synonyms = "mark-read"},
	{"move-on-server", SECTION_MAIN, DEFAULTS(REMOTE, move_to),
	 .synonyms = "archive move_on_delete"},
	{"limit", SECTION_MAIN, DEFAULTS(COUNT, limit), .min = 0,
	 .max = 1000000000, .synonyms = "fetchlimit max-messages"},
	{"max-size", SECTION_MAIN, DEFAULTS(SIZE, max_size),
	 .synonyms = "max_message_size size-limit maxsize"},
	{"uidl-change", SECTION_MAIN, DEFAULTS(CHOICE, uidl_change),
	 .words = "match refetch stop"},
	{"timeout", SECTION_MAIN, DEFAULTS(SECONDS, timeout), .min = 1,
	 .max = 3600, .synonyms = "connect-timeout"},
	{"pipelining", SECTION_MAIN, DEFAULTS(CHOICE, pipelining),
	 .words = "auto no"},
	{"tls-ca-file", SECTION_MAIN, DEFAULTS(PATH, tls_ca_file),
	 .synonyms = "tls_trust_file ca-file cafile tls-trust-file"},
	{"proxy", SECTION_MAIN, DEFAULTS(PROXY, proxy),
	 .synonyms = "proxy_host"},

	{"provider", SECTION_ACCOUNT, ACCOUNT(TEXT, provider),
	 .synonyms = "service preset"},
	{"protocol", SECTION_ACCOUNT, ACCOUNT(CHOICE, protocol), .def = "pop3",
	 .words = "pop3 imap", .synonyms = "proto type"},
	{"host", SECTION_ACCOUNT, ACCOUNT(TEXT, host),
	 .synonyms = "server sever hostname via pop-server pop3-server "
		"imap-server address"},
	{"port", SECTION_ACCOUNT, ACCOUNT(INT, port), .min = 1, .max = 65535},
	{"tls", SECTION_ACCOUNT, ACCOUNT(CHOICE, tls),
	 .words = "implicit starttls none",
	 .synonyms = "ssl tls_certcheck tls_starttls sslproto use-ssl "
		"use_ssl security encryption"},
	{"insecure", SECTION_ACCOUNT, BUILDER(CONSENT, insecure),
	 .words = "yes-send-password-in-clear"},
	{"user", SECTION_ACCOUNT, ACCOUNT(TEXT, user),
	 .synonyms = "username login user-name email mail remote-user"},
	{"password", SECTION_ACCOUNT, ACCOUNT(PASSWORD, password),
	 .synonyms = "pass passwd secret"},
	{"password-command", SECTION_ACCOUNT, ACCOUNT(ARGV, password_command),
	 .synonyms = "passwordeval password_command password-cmd "
		"pass-command passcmd"},
	{"token-command", SECTION_ACCOUNT, ACCOUNT(ARGV, token_command),
	 .synonyms = "token oauth oauth2 xoauth2 oauth2-command "
		"oauth-command token_command"},
	{"netrc", SECTION_ACCOUNT, ACCOUNT(YES, netrc), .def = "no",
	 .synonyms = "use-netrc"},
	{"auth", SECTION_ACCOUNT, ACCOUNT(CHOICE, auth), .def = "auto",
	 .words = "auto user plain login cram-md5 scram-sha-1 scram-sha-256 "
		"xoauth2 oauthbearer external apop",
	 .synonyms = "authentication auth_mech authmechs mechanism sasl"},
	{"keep-on-server", SECTION_ACCOUNT, ACCOUNT(KEEP, keep),
	 .synonyms = "keep retain delete nokeep leave-on-server leave "
		"delete_after delete-after"},
	{"folders", SECTION_ACCOUNT, ACCOUNT(REMOTES, folders),
	 .synonyms = "mailboxes"},
	{"idle", SECTION_ACCOUNT, ACCOUNT(YES, idle), .def = "yes",
	 .synonyms = "use_idle push"},
	{"flags", SECTION_ACCOUNT, ACCOUNT(CHOICE, flags), .def = "new",
	 .words = "new keep", .synonyms = "keep-flags server-flags"},
	{"mark-seen", SECTION_ACCOUNT, ACCOUNT(YES, mark_seen), .def = "no",
	 .synonyms = "mark-read"},
	{"move-on-server", SECTION_ACCOUNT, ACCOUNT(REMOTE, move_to),
	 .synonyms = "archive move_on_delete"},
	{"inbox", SECTION_ACCOUNT, ACCOUNT(FOLDER, inbox), .def = "Inbox",
	 .synonyms = "folder deliver default mda"},
	{"every", SECTION_ACCOUNT, ACCOUNT(DURATION, every), .min = 10,
	 .max = 30 * DAY, .synonyms = "interval poll-interval daemon refresh"},
	{"limit", SECTION_ACCOUNT, ACCOUNT(COUNT, limit), .def = "0", .min = 0,
	 .max = 1000000000,
	 .synonyms = "fetchlimit max-messages max_messages_per_session"},
	{"max-size", SECTION_ACCOUNT, ACCOUNT(SIZE, max_size), .def = "0",
	 .synonyms = "killsize skip-size max_message_size size-limit maxsize"},
	{"uidl-change", SECTION_ACCOUNT, ACCOUNT(CHOICE, uidl_change),
	 .def = "match", .words = "match refetch stop",
	 .synonyms = "uidl_change"},
	{"timeout", SECTION_ACCOUNT, ACCOUNT(SECONDS, timeout), .def = "180s",
	 .min = 1, .max = 3600, .synonyms = "connect-timeout"},
	{"pipelining", SECTION_ACCOUNT, ACCOUNT(CHOICE, pipelining),
	 .def = "auto", .words = "auto no"},
	{"tls-name", SECTION_ACCOUNT, ACCOUNT(TEXT, tls_name),
	 .synonyms = "sslcommonname tls_host_override tls-host-override"},
	{"tls-ca-file", SECTION_ACCOUNT, ACCOUNT(PATH, tls_ca_file),
	 .synonyms = "sslcertfile tls_trust_file ca-file cafile sslcertck "
		"ca_certs tls-trust-file"},
	{"tls-pin", SECTION_ACCOUNT, ACCOUNT(TEXT, tls_pin),
	 .synonyms = "sslfingerprint tls_fingerprint fingerprint pin"},
	{"tls-client-cert", SECTION_ACCOUNT, ACCOUNT(PATH, tls_client_cert),
	 .synonyms = "sslcert sslkey tls_cert_file tls_key_file certfile "
		"keyfile"},
	{"proxy", SECTION_ACCOUNT, ACCOUNT(PROXY, proxy),
	 .synonyms = "proxy_host plugin socks"},
	{"enabled", SECTION_ACCOUNT, ACCOUNT(YES, enabled), .def = "yes",
	 .synonyms = "skip disabled active enable"},

	{"enabled", SECTION_RULE, BUILDER(YES, rule.enabled), .def = "yes",
	 .synonyms = "disabled active enable"},
	{"filter-must", SECTION_RULE, BUILDER(YES, rule.filter_must),
	 .def = "no", .synonyms = "must-filter"},
	{"days", SECTION_RULE, BUILDER(INT, rule.days), .def = "7", .min = 1,
	 .max = 365, .synonyms = "vacation-days interval"},
	{"addresses", SECTION_RULE, BUILDER(LIST, rule.addresses),
	 .synonyms = "vacation-addresses my-addresses aliases"},

	{"host", SECTION_SMTP, ACCOUNT(TEXT, host),
	 .synonyms = "server hostname relay smarthost"},
	{"port", SECTION_SMTP, ACCOUNT(INT, port), .min = 1, .max = 65535},
	{"tls", SECTION_SMTP, ACCOUNT(CHOICE, tls),
	 .words = "implicit starttls none",
	 .synonyms = "ssl security encryption"},
	{"user", SECTION_SMTP, ACCOUNT(TEXT, user),
	 .synonyms = "username login"},
	{"password", SECTION_SMTP, ACCOUNT(PASSWORD, password),
	 .synonyms = "pass passwd secret"},
	{"password-command", SECTION_SMTP, ACCOUNT(ARGV, password_command),
	 .synonyms = "passwordeval password_command"},
	{"from", SECTION_SMTP, CONFIG(TEXT, smtp_from),
	 .synonyms = "sender envelope-from"},
	{"timeout", SECTION_SMTP, ACCOUNT(SECONDS, timeout), .def = "60s",
	 .min = 1, .max = 3600, .synonyms = "connect-timeout"},
	{"tls-ca-file", SECTION_SMTP, ACCOUNT(PATH, tls_ca_file),
	 .synonyms = "tls_trust_file ca-file cafile"},

	{"mail", SECTION_TEST, TEST(MESSAGE, mail),
	 .synonyms = "message input"},
	{"account", SECTION_TEST, TEST(TEXT, account),
	 .synonyms = "source"},
	{"on-server-folder", SECTION_TEST, TEST(TEXT, folder_there),
	 .synonyms = "server-folder remote-folder"},
	{"expect-folder", SECTION_TEST, TEST(EXPECTATION, folder),
	 .synonyms = "folder expect"},
	{"expect-tags", SECTION_TEST, TEST(EXPECTATION, tags),
	 .synonyms = "tag tags expect-tag"},
	{"expect-rule", SECTION_TEST, TEST(EXPECTATION, rule),
	 .synonyms = "rule rules expect-rules"},
	{"expect-copies", SECTION_TEST, TEST(EXPECTATION, copies),
	 .synonyms = "copy copies expect-copy"},
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

/* The names of conditions and actions in other tools. */
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
	{"vacation", "autoreply auto-reply autorespond autoresponder reply "
		     "out-of-office away answer"},
};

/* clang-format on */

_Static_assert(LAYOUT_MAILDIRPP == 2 && ENCODING_UTF8 == 2 && TLS_NONE == 2 &&
		       UIDL_STOP == 2 && AUTH_APOP == 10 &&
		       PIPELINING_NO == 1 && PROTOCOL_IMAP == 1,
	       "the words of a choice stand in the order of its enum");

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

static bool is_word_of(const char *list, const char *name)
{
	return value_find_word(list, name, NULL) != -1;
}

bool setting_is_of_imap(const char *name)
{
	return is_word_of("flags folders idle mark-seen move-on-server", name);
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

/* Our name for a word of another tool, if it may stand there, or NULL. */
static const char *by_synonym(enum section where, const char *name)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		if (rows[i].where == where &&
		    is_word_of(rows[i].synonyms, name))
			return rows[i].name;
	}
	for (size_t i = 0; i < N_SECTIONS; i++) {
		if (section_allowed(where, sections[i].opens) &&
		    is_word_of(sections[i].synonyms, name))
			return sections[i].name;
	}
	for (size_t i = 0; i < N_SYNONYMS; i++) {
		if (is_word_of(rule_synonyms[i].synonyms, name) &&
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
	static const char *const labels[] = {"the main part", "an account",
					     "a rule",	      "a group",
					     "a test",	      "smtp"};

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
