/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "account/refusal.h"
#include "account/refusal_table.h"
#include "util/ascii.h"
#include "util/error.h"
#include "util/io.h"

static const char *const names[] = {
	[REFUSAL_UNKNOWN] = "unknown", [REFUSAL_CREDENTIALS] = "credentials",
	[REFUSAL_PERSON] = "person",   [REFUSAL_TEMPORARY] = "temporary",
	[REFUSAL_WAY] = "way",
};

struct sample {
	const char *kind, *text;
};

/* A8: codes, conflicts inside one text, and words that only look alike. */
static const struct sample samples[] = {
	{"credentials", "-ERR [AUTH] temporarily nothing to say"},
	{"credentials", "[AUTH] no"},
	{"temporary", "[SYS/TEMP] invalid password"},
	{"temporary", "[IN-USE] no"},
	{"temporary", "[in-use] no"},
	{"temporary", "[LOGIN-DELAY] 30 seconds"},
	{"person", "[SYS/PERM] try again later"},
	{"person", "[SYS/PERM] mailbox locked by the administrator"},
	{"unknown", "[X-NEW] no"},
	{"unknown", "no"},
	{"unknown", ""},
	{"credentials", "[X-NEW] wrong password"},
	{"person", "[AUTH] Your account is disabled"},
	{"way", "[AUTH] Unsupported authentication mechanism."},
	{"temporary", "[LIMIT] no"},
	{"temporary", "[UNAVAILABLE] no"},
	{"person", "[OVERQUOTA] no"},
	{"person", "[EXPIRED] no"},
	{"person", "[PRIVACYREQUIRED] no"},
	{"credentials", "[AUTHENTICATIONFAILED] no"},
	{"temporary", "454 4.7.0 no"},
	{"temporary", "421 invalid password"},
	{"credentials", "535 5.7.8 no"},
	{"credentials", "535-5.7.8 no"},
	{"credentials", "535 no"},
	{"temporary", "535 the system is busy now, server busy"},
	{"way", "504 no"},
	{"temporary", "-ERR 4.7.0 wrong password"},
	{"credentials", "5.7.8 no"},
	{"credentials", "[AUTH/NEW] no"},
	{"temporary", "[LOGIN-DELAY 60] no"},
	{"way", "534 5.7.9 no"},
	{"person", "Account is locked, contact your administrator"},
	{"person", "This account has been blocked"},
	{"credentials", "invalid password; too many wrong ones will bar you"},
	{"temporary", "too many wrong password attempts"},
	{"temporary", "Server error: Failed to fetch messages in Inbox."},
	{"temporary", "Internal server error"},
	{"temporary", "Maximum connection limit reached for 192.0.2.1"},
	{"temporary", "Waiting for authentication process to respond.."},
	{"temporary", "mailbox locked by another session"},
	{"temporary", "POP3 lock busy"},
	{"temporary", "too many login attempts"},
	{"temporary", "account temporarily blocked"},
	{"person", "temporary password expired"},
	{"unknown", "unlocked"},
	{"unknown", "unblocked"},
	{"unknown", "relocated"},
	{"unknown", "clocked"},
	{"unknown", "mailboxes relater"},
};

/* Texts that nobody has seen yet, for the signs. */
static const struct sample unseen[] = {
	{"person", "Your account has been suspended for non-payment"},
	{"person", "mailbox disabled"},
	{"person", "POP3 access is not enabled for this user"},
	{"person", "[AUTH] Please log in via your web browser"},
	{"person", "Password expired, please change it"},
	{"person", "Login forbidden"},
	{"person", "account closed"},
	{"credentials", "user unknown"},
	{"credentials", "unknown user"},
	{"credentials", "No such user here"},
	{"credentials", "Bad login"},
	{"person", "Access denied"},
	{"credentials", "Authentication rejected"},
	{"person", "blocked by administrator"},
	{"person", "You are not allowed to use POP3"},
	{"person", "your IP address is blacklisted"},
	{"person", "User is not permitted to log on"},
	{"person", "Your mailbox has been frozen by the operator"},
	{"person", "This mailbox has been locked by an administrator"},
	{"person", "Mailbox locked: contact your administrator"},
	{"person", "Account locked. Please contact support."},
	{"person", "The account is locked out"},
	{"person", "This user is blocked"},
	{"person", "Password blocked"},
	{"person", "Your subscription has lapsed; renew it on our website"},
	{"person", "Consent required: accept the new terms"},
	{"person", "You need to enable 2-step verification"},
	{"person", "POP is switched off for your mailbox"},
	{"credentials", "invalid username or password, try again"},
	{"credentials", "Wrong password. Try again later."},
	{"person",
	 "incorrect password or account name; your account will be locked after 3 more attempts"},
	{"credentials",
	 "bad password (2 attempts left before the account is temporarily locked)"},
	{"credentials", "Login incorrect"},
	{"person", "Permission denied."},
	{"credentials", "authentication unsuccessful"},
	{"credentials", "Sorry, wrong password"},
	{"credentials", "PASS not accepted"},
	{"person", "User unverified, confirm your address"},
	{"person", "SSL connection required"},
	{"person", "Must use TLS"},
	{"person", "you must change your password"},
	{"credentials", "User is not on this server"},
	{"person", "Your trial period has expired"},
	{"credentials", "password mismatch"},
	{"credentials", "authorization denied for user"},
	{"person", "no mail for you: account deleted"},
	{"credentials", "credentials rejected"},
	{"credentials", "your account was hijacked, please reset the password"},
	{"person", "Mailbox over quota, POP disabled"},
	{"person", "This service is for paying customers only"},
	{"person", "account not activated yet"},
	{"credentials", "Login denied by policy"},
	{"person", "Kontosperre: wenden Sie sich an den Support"},
	{"temporary", "The server is too busy, try again later"},
	{"temporary", "Service not available"},
	{"temporary", "Connection limit exceeded"},
	{"temporary", "Try again in 5 minutes"},
	{"temporary", "mailbox is being used by another client"},
	{"temporary", "cannot connect to database"},
	{"temporary", "LDAP server down"},
	{"temporary", "Mailbox in use"},
	{"temporary", "can't lock mailbox"},
	{"temporary", "failed to open mailbox"},
	{"temporary", "out of disk space"},
	{"temporary", "4.7.0 Temporary authentication failure"},
	{"temporary", "Server is down for maintenance"},
	{"temporary", "I/O error"},
	{"temporary", "rate limited"},
	{"temporary", "Too many failed logins, wait 15 minutes"},
	{"temporary",
	 "account temporarily locked due to too many failed logins"},
	{"temporary", "timeout waiting for lock"},
	{"temporary", "Backend unavailable"},
	{"temporary", "Please wait 60 seconds before logging in again"},
	{"temporary", "Login attempts too frequent"},
	{"temporary", "You are logging in too often"},
	{"temporary", "authentication service not responding"},
	{"temporary", "Resource temporarily unavailable"},
	{"temporary", "not enough memory"},
	{"temporary", "maildrop is locked"},
	{"temporary", "mail drop busy"},
	{"temporary", "POP3 session already active"},
	{"temporary", "could not open mailbox"},
	{"temporary", "Can't open mailbox, try later"},
	{"temporary", "Authentication server is down"},
	{"temporary", "Authentication temporarily disabled"},
	{"temporary", "Login temporarily disabled"},
	{"temporary", "Unable to process your request at this time"},
	{"temporary", "Error opening mailbox"},
	{"temporary", "Unexpected error"},
	{"temporary", "system overloaded, please call back later"},
	{"temporary", "Maildrop locked by pid 4711"},
	{"temporary", "Another POP3 client is using this mailbox"},
	{"temporary", "mailbox lock could not be obtained"},
	{"temporary", "[SYS/TEMP] Your password could not be checked"},
	{"temporary", "Exceeded maximum number of concurrent sessions"},
	{"temporary", "minimum time between logins not met"},
	{"temporary", "server shutting down"},
	{"temporary", "Storage backend error"},
	{"temporary", "Password database is locked, try later"},
	{"temporary", "try later"},
	{"temporary", "Server not ready"},
	{"temporary", "Service temporarily blocked for maintenance"},
	{"temporary", "Sorry, no more connections allowed from your host"},
	{"temporary", "Can not authenticate at the moment"},
	{"temporary", "too many users"},
	{"temporary", "Waiting for master"},
	{"temporary", "Login rate exceeded"},
	{"temporary", "index corrupted, being rebuilt"},
	{"temporary", "mailbox is being rebuilt"},
	{"way", "unknown command"},
	{"way", "Command not recognized"},
	{"way", "AUTH mechanism not available"},
	{"way", "Unrecognized authentication type"},
	{"way", "Command not implemented"},
	{"way", "syntax error"},
	{"way", "not supported"},
	{"way", "Invalid SASL mechanism"},
	{"way", "PLAIN not supported"},
	{"way", "AUTH not supported"},
	{"way", "bad sequence of commands"},
	{"way", "unknown AUTH type"},
	{"way", "No such authentication mechanism"},
	{"credentials", "wrong user or password (maximum attempts: 5)"},
};

/* The same in other languages. */
static const struct sample foreign[] = {
	{"temporary", "Слишком много попыток, повторите позже"},
	{"person", "Ящик ЗАБЛОКИРОВАН"},
	{"person", "Учётная запись отключена"},
	{"credentials", "Неверный Пароль"},
	{"unknown", "разблокирован"},
	{"person", "ЯЩИК ЗАБЛОКИРОВАН \xd0"}, /* cut off */
	{"temporary", "Postfach vorübergehend gesperrt"},
	{"temporary", "Zu viele Verbindungen"},
	{"person", "Ihr Postfach ist GESPERRT"},
	{"credentials", "Kennwort ungültig"},
	{"unknown", "Entgesperrtes"},
	{"temporary", "系统繁忙，请稍后再试"},
	{"person", "帐号已被锁定"},
	{"credentials", "用户名或密码错误"},
	{"temporary", "\xcf\xb5\xcd\xb3\xb7\xb1\xc3\xa6"}, /* GBK */
	{"credentials", "\xc3\xdc\xc2\xeb\xb4\xed\xce\xf3"},
	{"temporary", "現在混み合っています。しばらくしてからお試しください"},
	{"person", "アカウントがロックされています"},
	{"credentials", "パスワードが違います"},
};

static void check(const char *kind, const char *text)
{
	struct refusal r;

	refusal_read(slice_str(text), NULL, &r);
	if (!ok(strcmp(names[r.kind], kind) == 0, text))
		printf("# wanted %s, got %s\n", kind, names[r.kind]);
}

/* "\xNN" becomes a byte. */
static struct slice unescape(struct slice text, char *out, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len && n < size; i++) {
		if (text.len - i >= 4 && memcmp(text.p + i, "\\x", 2) == 0) {
			out[n++] = (char)ascii_hex_byte(text.p + i + 2);
			i += 3;
		} else {
			out[n++] = text.p[i];
		}
	}
	return slice_of(out, n);
}

/* A line of a file of texts: kind, server, text, source. */
static void check_line(struct slice line)
{
	struct slice rest = line, kind, server, text;
	char bytes[1024], host[100] = "";
	struct refusal r;

	if (!slice_split(&rest, '\t', &kind) ||
	    !slice_split(&rest, '\t', &server) ||
	    !slice_split(&rest, '\t', &text) || rest.len == 0 ||
	    server.len >= sizeof(host)) {
		ok(false, "a line has four fields");
		return;
	}
	memcpy(host, server.p, server.len);
	refusal_read(unescape(text, bytes, sizeof(bytes)),
		     host[0] == '-' ? NULL : host, &r);
	if (!slice_equal(slice_str(names[r.kind]), kind)) {
		ok(false, "a text of a file is understood");
		printf("# %.*s\n# got %s\n", (int)line.len, line.p,
		       names[r.kind]);
	}
}

/* All lines of a file beside this one. */
static void check_file(const char *name, size_t least)
{
	const char *srcdir = getenv("srcdir");
	struct buf path = BUF_INIT(4096), file = BUF_INIT(1 << 20);
	struct error err = ERROR_INIT;
	struct slice rest, line;
	size_t n = 0;

	buf_addf(&path, "%s/tests/unit/account/%s",
		 srcdir == NULL ? "." : srcdir, name);
	is_int(0, io_read_file(path.s, &file, &err), name);
	rest = buf_slice(&file);
	while (slice_split(&rest, '\n', &line)) {
		if (line.len == 0 || line.p[0] == '#')
			continue;
		check_line(line);
		n++;
	}
	ok(n >= least, "its texts are understood");
	buf_release(&file);
	buf_release(&path);
}

/* Each row has its source, can be found, and decides about its own words. */
static void test_rows(void)
{
	for (size_t i = 0; i < refusal_table_len; i++) {
		const struct refusal_row *row = &refusal_table[i];
		struct slice words = slice_str(row->words), domain;
		struct slice domains =
			slice_str(row->domains == NULL ? "-" : row->domains);
		char host[100] = "";
		struct refusal r;
		bool good = row->source[0] != '\0';

		for (size_t k = 0; k < words.len; k++)
			good = good && ascii_lower(words.p[k]) == words.p[k];
		(void)slice_split(&domains, ' ', &domain);
		memcpy(host, domain.p, domain.len);
		if (words.p[0] == '=')
			words = slice_of(words.p + 1, words.len - 1);
		refusal_read(words, host, &r);
		if (!good || r.kind != row->kind ||
		    (row->advice != NULL && r.advice != row->advice)) {
			ok(false, row->words);
			printf("# got %s\n", names[r.kind]);
		}
	}
	ok(refusal_table_len >= 100, "each row decides about its own words");
}

/* 365 says how long it wants to be left alone. */
static void test_wait(void)
{
	static const struct {
		const char *text;
		long long wait;
	} texts[] = {
		{"BAD Request is throttled. Suggested Backoff Time: 299961 "
		 "milliseconds",
		 300},
		{"Suggested Backoff Time: 1 milliseconds", 1},
		{"Suggested Backoff Time: 0 milliseconds", 0},
		{"Suggested Backoff Time: 99999999999999999999 milliseconds",
		 0},
		{"Suggested Backoff Time: 604800000 milliseconds",
		 REFUSAL_WAIT_MAX},
		{"Suggested Backoff Time: soon", 0},
		{"Suggested Backoff Time:", 0},
		{"Request is throttled.", 0},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct refusal r;

		refusal_read(slice_str(texts[i].text), NULL, &r);
		is_int(texts[i].wait, r.wait, texts[i].text);
	}
}

static void test_advice(void)
{
	struct refusal r;

	refusal_read(slice_str("[AUTH] Username and password not accepted."),
		     "pop.gmail.com", &r);
	ok(r.advice != NULL && strstr(r.advice, "app password") != NULL,
	   "Gmail's words have Gmail's advice");
	refusal_read(slice_str("[AUTH] Username and password not accepted."),
		     "127.0.0.1", &r);
	ok(r.advice == NULL, "which others with these words have not");
	refusal_read(slice_str("[SYS/TEMP] no"), "pop.gmail.com", &r);
	ok(r.advice == NULL, "nor has Gmail for other words");
	refusal_read(slice_str("Please using authorized code to login."),
		     "127.0.0.1", &r);
	ok(r.advice != NULL && strstr(r.advice, "授权码") != NULL,
	   "words that only one provider has need no host");
	refusal_read(slice_str("no"), "163", &r);
	ok(r.advice != NULL && strstr(r.advice, "授权码") != NULL,
	   "nothing said: the hint of the provider, by its name");
	refusal_read(slice_str("account disabled"), "pop.163.com", &r);
	ok(r.advice == NULL, "but not for what it does not help with");
	refusal_read(slice_str("Unable to log on"), "evil163.com", &r);
	ok(r.advice == NULL, "a host that only looks like it");
}

/* Long, empty, cut off, and made to be slow. */
static void test_odd(void)
{
	char text[5000];
	struct refusal r;

	memset(text, 'a', sizeof(text));
	refusal_read(slice_of(text, sizeof(text)), NULL, &r);
	is_int(REFUSAL_UNKNOWN, r.kind, "a long text");
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = "too many "[i % 9];
	refusal_read(slice_of(text, sizeof(text)), NULL, &r);
	is_int(REFUSAL_UNKNOWN, r.kind, "words again and again");
	refusal_read(slice_of("\0\xd0", 2), "", &r);
	is_int(REFUSAL_UNKNOWN, r.kind, "a NUL and half a letter");
	refusal_read(slice_of("[AUTH", 5), NULL, &r);
	is_int(REFUSAL_UNKNOWN, r.kind, "a code that is cut off");
}

int main(void)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
		check(samples[i].kind, samples[i].text);
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++)
		check(unseen[i].kind, unseen[i].text);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		check(foreign[i].kind, foreign[i].text);
	test_wait();
	check_file("refusals.txt", 180);
	check_file("refusals-unseen.txt", 540);
	test_rows();
	test_advice();
	test_odd();
	return done_testing();
}
