/* SPDX-License-Identifier: ISC */
#include "imap/login.h"

#include <inttypes.h>
#include <string.h>

#include "imap/command.h"
#include "imap/internal.h"

#include "util/banned.h"

/*
 * A command with a first response. RFC 4959 has no limit; servers take lines of
 * 8,000 octets, but for those that take no SASL-IR at all.
 */
#define AUTH_LINE_MAX 8000

/* A command with a user or a secret. */
#define LOGIN_MAX (SASL_RESPONSE_MAX + 2048)

/* It must not grow, because it holds secrets. */
static void open_command(struct buf *b)
{
	buf_init(b, LOGIN_MAX);
	(void)buf_reserve(b, LOGIN_MAX);
}

/* error_set() escapes them; only a NUL would end them. */
static void keep_words(char *to, struct slice words)
{
	size_t len =
		words.len < IMAP_WORDS_MAX ? words.len : IMAP_WORDS_MAX - 1;

	for (size_t k = 0; k < len; k++)
		to[k] = words.p[k] == '\0' ? ' ' : words.p[k];
	to[len] = '\0';
}

/* Close a line, send it and wipe it. */
static int send_line(struct imap *i, struct buf *line, const char *shown,
		     struct error *err)
{
	bool fits = !line->full;

	command_end(line);
	if (fits && conn_is_drained(i->wire.conn)) {
		wire_send_secret(&i->wire, line, shown);
		return 0;
	}
	buf_wipe(line);
	if (fits)
		return imap_confused(i, "it answers before it was asked", err);
	(void)error_set(err, ERR_PERSON, "user and password are too long");
	return wire_dead(&i->wire);
}

/* "NO [AUTHENTICATIONFAILED] Invalid credentials" */
static void keep_refusal(struct imap *i, const struct response *done,
			 struct imap_try *t)
{
	struct slice code = buf_slice(&i->reader.code);
	struct buf line = BUF_INIT(2 * LEX_LINE_MAX);

	buf_addstr(&line, done->status == STATUS_BAD ? "BAD " : "NO ");
	if (code.len > 0) {
		buf_addch(&line, '[');
		buf_addslice(&line, code);
		buf_addstr(&line, "] ");
	}
	buf_addslice(&line, done->text);
	t->code = done->code.kind;
	keep_words(t->refusal, buf_slice(&line));
	buf_release(&line);
}

/* The next challenge, or the end of the command. -1: the session is dead. */
static int read_answer(struct imap *i, struct response *response,
		       struct error *err)
{
	do {
		if (reader_next(&i->reader, response, err) == -1 ||
		    imap_note(i, response, err) == -1)
			return -1;
	} while (response->kind != RESPONSE_DONE &&
		 response->kind != RESPONSE_CONTINUE);
	return response->kind == RESPONSE_CONTINUE || response->number == i->tag
		       ? 0
		       : imap_confused(i, "it answers one that was not given",
				       err);
}

static enum imap_login end_login(struct imap *i, const struct response *done,
				 struct imap_try *t)
{
	if (done->status == STATUS_OK)
		return IMAP_LOGIN_IN;
	keep_refusal(i, done, t);
	return IMAP_LOGIN_REFUSED;
}

static enum imap_login try_login(struct imap *i, struct imap_try *t,
				 struct error *err)
{
	enum literals literals = command_literals(&i->capabilities);
	struct buf line, shown = BUF_INIT(64);
	struct response response;
	enum imap_login result = IMAP_LOGIN_BROKEN;
	bool said;

	open_command(&line);
	command_start(&line, ++i->tag, "LOGIN");
	buf_addf(&shown, "%s ***", line.s);
	said = command_add_string(&line, t->login.user, literals) &&
	       command_add_string(&line, t->login.secret, literals);
	if (!said || capability(&i->capabilities, CAPABILITY_LOGINDISABLED)) {
		(void)error_set(err, ERR_PERSON,
				said ? "it does not take LOGIN"
				     : "LOGIN cannot carry this password");
		buf_wipe(&line);
		result = IMAP_LOGIN_CANNOT;
	} else if (send_line(i, &line, shown.s, err) == 0) {
		t->gave = true;
		if (read_answer(i, &response, err) == 0)
			result = response.kind == RESPONSE_DONE
					 ? end_login(i, &response, t)
					 : IMAP_LOGIN_BROKEN;
		if (result == IMAP_LOGIN_BROKEN && !i->wire.dead)
			(void)imap_confused(i, "LOGIN gets a challenge", err);
	}
	buf_release(&shown);
	return result;
}

/* Give up an exchange, as RFC 9051, 6.2.2, has it. *why is kept. */
static enum imap_login cancel(struct imap *i)
{
	struct buf line = BUF_INIT(sizeof("*\r\n"));
	struct response response;
	struct error ignored;

	buf_addch(&line, '*');
	if (send_line(i, &line, "*", &ignored) == -1 ||
	    read_answer(i, &response, &ignored) == -1 ||
	    response.kind != RESPONSE_DONE || response.status == STATUS_OK)
		(void)wire_dead(&i->wire);
	return IMAP_LOGIN_CANNOT;
}

/* Answer a challenge. IMAP_LOGIN_IN: go on. */
static enum imap_login respond(struct imap *i, struct sasl *s,
			       struct slice challenge, struct error *err)
{
	enum sasl_result result = SASL_CANNOT;
	struct buf line;

	open_command(&line);
	if (challenge.len <= SASL_CHALLENGE_MAX)
		result = sasl_step(s, challenge, &line, err);
	else
		(void)error_set(err, ERR_PERSON,
				"its challenge has more than %d bytes",
				SASL_CHALLENGE_MAX);
	if (result == SASL_RESPOND)
		return send_line(i, &line, "***", err) == -1 ? IMAP_LOGIN_BROKEN
							     : IMAP_LOGIN_IN;
	buf_wipe(&line);
	return result == SASL_FALSE ? IMAP_LOGIN_FALSE : cancel(i);
}

static enum imap_login read_exchange(struct imap *i, struct sasl *s,
				     struct imap_try *t, struct error *err)
{
	for (;;) {
		struct response response;
		enum imap_login result;

		if (read_answer(i, &response, err) == -1)
			return IMAP_LOGIN_BROKEN;
		if (response.kind == RESPONSE_DONE) {
			result = end_login(i, &response, t);
			return result == IMAP_LOGIN_IN &&
					       sasl_end(s, err) == SASL_FALSE
				       ? IMAP_LOGIN_FALSE
				       : result;
		}
		result = respond(i, s, response.text, err);
		if (result != IMAP_LOGIN_IN)
			return result;
	}
}

/*
 * Append the first response, unless it does not fit. False: there is none for
 * this user and secret.
 */
static bool add_first(struct sasl *s, struct buf *line, bool *fits)
{
	size_t start = line->len;

	buf_addch(line, ' ');
	if (!sasl_first(s, line))
		return false;
	*fits = line->len + strlen("\r\n") <= AUTH_LINE_MAX;
	if (!*fits) {
		explicit_bzero(line->s + start, line->len - start);
		buf_truncate(line, start);
	}
	return true;
}

static enum imap_login try_sasl(struct imap *i, enum sasl_mechanism m,
				struct imap_try *t, struct error *err)
{
	struct sasl *s = sasl_new(m, &t->login);
	struct buf line, shown = BUF_INIT(64);
	enum imap_login result = IMAP_LOGIN_BROKEN;
	bool together = sasl_speaks_first(m) && !t->first_alone &&
			capability(&i->capabilities, CAPABILITY_SASL_IR) &&
			!capability(&i->capabilities, CAPABILITY_COREMAIL);

	open_command(&line);
	command_start(&line, ++i->tag, "AUTHENTICATE");
	command_add(&line, sasl_name(m));
	buf_addstr(&shown, line.s);
	if (together && !add_first(s, &line, &together)) {
		(void)error_set(err, ERR_PERSON,
				"this user and password do not fit into %s",
				sasl_name(m));
		buf_wipe(&line);
		result = IMAP_LOGIN_CANNOT;
	} else {
		t->first_together = together;
		buf_addstr(&shown, together ? " ***" : "");
		if (send_line(i, &line, shown.s, err) == 0)
			result = read_exchange(i, s, t, err);
	}
	buf_release(&shown);
	keep_words(t->reason, sasl_reason(s));
	wire_hide(t->reason, strlen(t->reason), t->login.secret);
	t->gave = sasl_has_given(s);
	sasl_free(s);
	return result;
}

enum imap_login imap_try(struct imap *i, unsigned way, struct imap_try *t,
			 struct error *err)
{
	enum imap_login result;

	t->gave = t->first_together = false;
	t->code = CODE_NONE;
	t->refusal[0] = t->reason[0] = '\0';
	i->wire.secret = t->login.secret;
	result = way == IMAP_WAY_LOGIN
			 ? try_login(i, t, err)
			 : try_sasl(i, (enum sasl_mechanism)way, t, err);
	wire_forget(&i->wire);
	return result;
}
