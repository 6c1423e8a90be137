/* SPDX-License-Identifier: ISC */
/* The way in: what the server can do, and who the client is. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "imapd.h"

/* Words that mean nothing once one is in, or behind TLS. */
static bool is_for_now(const struct session *s, const char *word)
{
	if (strcmp(word, "STARTTLS") == 0)
		return s->link.ssl == NULL && s->account == NULL &&
		       s->o->common.tls == TLS_STARTTLS;
	if (strcmp(word, "LOGINDISABLED") == 0)
		return s->link.ssl == NULL && s->account == NULL;
	if (strncmp(word, "AUTH=", 5) == 0 || strcmp(word, "SASL-IR") == 0)
		return s->account == NULL;
	return true;
}

static char *capability_words(const struct session *s)
{
	const char *all = s->account == NULL && s->o->caps_before != NULL
				  ? s->o->caps_before
				  : s->o->common.caps;
	char *copy = need(strdup(all)), *rest = copy, *word, *out = NULL;
	size_t size;
	FILE *file = need(open_memstream(&out, &size));

	while ((word = strsep(&rest, " ")) != NULL)
		if (*word != '\0' && is_for_now(s, word))
			(void)fprintf(file, "%s%s", ftell(file) > 0 ? " " : "",
				      word);
	(void)fclose(file);
	free(copy);
	return out;
}

void run_greeting(struct session *s)
{
	char *words = capability_words(s);

	if (s->fault.own[OWN_PREAUTH].p != NULL) {
		s->account = s->o->common.accounts;
		untagged(s, "PREAUTH imapd knows you");
	} else if (s->o->quiet_caps) {
		untagged(s, "OK imapd is ready");
	} else {
		untagged(s, "OK [CAPABILITY %s] imapd is ready", words);
	}
	free(words);
}

void run_capability(struct session *s)
{
	char *words = capability_words(s);

	untagged(s, "CAPABILITY %s", words);
	finish(s, "OK", "Capability completed.");
	free(words);
}

static void enter(struct session *s, const struct account *account)
{
	char *words;

	s->account = account;
	words = capability_words(s);
	if (s->o->quiet_caps)
		finish(s, "OK", "Logged in");
	else
		finish(s, "OK", "[CAPABILITY %s] Logged in", words);
	free(words);
}

void run_login(struct session *s)
{
	const struct options *o = &s->o->common;
	struct arg user = command_next(&s->command);
	struct arg password = command_next(&s->command);
	struct arg end = command_next(&s->command);

	if (user.p == NULL || password.p == NULL || end.kind != ARG_END) {
		finish(s, "BAD", "Invalid arguments.");
		return;
	}
	if (announces(s, "LOGINDISABLED") && s->link.ssl == NULL) {
		note(s, "VIOLATION login-disabled");
		finish(s, "NO", "[PRIVACYREQUIRED] Not without TLS.");
		return;
	}
	for (size_t i = 0; i < o->n_accounts; i++)
		if (strcmp(o->accounts[i].user, user.p) == 0 &&
		    strcmp(o->accounts[i].password, password.p) == 0) {
			enter(s, &o->accounts[i]);
			return;
		}
	finish(s, "NO", "[AUTHENTICATIONFAILED] Authentication failed.");
}

static void note_response(void *context)
{
	note(context, "C: ***");
}

/* A token is refused with a reason that the script has. */
static void refuse_token(struct session *s)
{
	const struct bytes *why = &s->fault.own[OWN_CHALLENGE];
	unsigned char *base64 = need(malloc(why->len * 2 + 8));
	bool bare_lf;
	char *line;

	(void)EVP_EncodeBlock(base64, (const unsigned char *)why->p,
			      (int)why->len);
	link_print(&s->link, "+ %s\r\n", base64);
	free(base64);
	if (!link_line(&s->link, &line, &bare_lf))
		link_close(&s->link, END_CLEAN);
	note_response(s);
	finish(s, "NO", "AUTHENTICATE failed.");
}

void run_authenticate(struct session *s)
{
	const struct account *account;
	char *arg = s->command.text + s->command.text_args, word[80];
	const char *why;

	(void)snprintf(word, sizeof(word), "AUTH=%.*s", (int)strcspn(arg, " "),
		       arg);
	if (s->fault.own[OWN_CHALLENGE].p != NULL) {
		refuse_token(s);
		return;
	}
	if (!announces(s, word)) {
		finish(s, "NO", "[CANNOT] Unsupported mechanism.");
		return;
	}
	if (strchr(arg, ' ') != NULL && !announces(s, "SASL-IR")) {
		note(s, "VIOLATION initial-response");
		finish(s, "BAD", "No initial response is taken.");
		return;
	}
	account =
		auth_run(&s->link, &s->o->common, arg, note_response, s, &why);
	if (account != NULL)
		enter(s, account);
	else if (strcmp(why, "cancelled") == 0)
		finish(s, "BAD", "Authentication aborted by client.");
	else
		finish(s, "NO",
		       "[AUTHENTICATIONFAILED] Authentication failed.");
}

void run_starttls(struct session *s)
{
	if (s->o->common.tls != TLS_STARTTLS || s->link.ssl != NULL) {
		finish(s, "BAD", "There is TLS, or none.");
		return;
	}
	finish(s, "OK", "Begin TLS negotiation now.");
	s->start_tls = true;
}

void run_id(struct session *s)
{
	s->has_id = true;
	untagged(s, "ID (\"name\" \"imapd\")");
	finish(s, "OK", "ID completed.");
}

/* CONDSTORE is enabled by what needs it, too. */
void run_enable(struct session *s)
{
	char done[256] = "ENABLED";
	struct arg word;

	while ((word = command_next(&s->command)).kind == ARG_ATOM) {
		if (!announces(s, word.p))
			continue;
		if (arg_is(&word, "UTF8=ACCEPT"))
			s->utf8 = true;
		else if (arg_is(&word, "CONDSTORE"))
			s->condstore = true;
		else if (arg_is(&word, "UIDONLY"))
			s->uidonly = true;
		else
			continue;
		(void)strncat(done, " ", sizeof(done) - strlen(done) - 1);
		(void)strncat(done, word.p, sizeof(done) - strlen(done) - 1);
	}
	untagged(s, "%s", done);
	finish(s, "OK", "Enabled.");
}

void run_logout(struct session *s)
{
	s->closing = true;
	untagged(s, "BYE Logging out");
	finish(s, "OK", "Logout completed.");
}
