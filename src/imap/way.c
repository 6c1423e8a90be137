/* SPDX-License-Identifier: ISC */
#include "imap/way.h"

#include <inttypes.h>
#include <string.h>

#include "imap/command.h"
#include "imap/internal.h"
#include "imap/prepare.h"

#include "util/banned.h"

/*
 * A command with a first response. RFC 4959 has no limit; servers take lines of
 * 8,000 octets, but for those that take no SASL-IR at all.
 */
#define AUTH_LINE_MAX 8000

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
			 struct way_try *t)
{
	static const char *const names[] = {
		[STATUS_OK] = "OK",	      [STATUS_NO] = "NO",
		[STATUS_BAD] = "BAD",	      [STATUS_BYE] = "BYE",
		[STATUS_PREAUTH] = "PREAUTH",
	};
	struct slice code = buf_slice(&i->reader.code);
	struct buf line = BUF_INIT(2 * LEX_LINE_MAX);

	buf_addf(&line, "%s ", names[done->status]);
	if (code.len > 0) {
		buf_addch(&line, '[');
		buf_addslice(&line, code);
		buf_addstr(&line, "] ");
	}
	buf_addslice(&line, done->text);
	way_keep_words(t->refusal, buf_slice(&line));
	buf_release(&line);
}

/*
 * The next challenge, or the end of the command. BYE is an answer, too: it may
 * say what is wrong with the login. -1: the session is dead.
 */
static int read_answer(struct imap *i, struct response *response,
		       struct error *err)
{
	do {
		if (reader_next(&i->reader, response, err) == -1)
			return -1;
		if (response->kind == RESPONSE_CONDITION &&
		    response->status == STATUS_BYE)
			return 0;
		if (imap_note(i, response, err) == -1)
			return -1;
		i->login.is_told |= response->capabilities.known;
	} while ((response->kind != RESPONSE_DONE &&
		  response->kind != RESPONSE_CONTINUE) ||
		 (response->kind == RESPONSE_DONE && i->login.late != 0 &&
		  response->number == i->login.late));
	return response->kind == RESPONSE_CONTINUE ||
			       response->number == i->login.tag
		       ? 0
		       : imap_confused(i, "it answers one that was not given",
				       err);
}

/*
 * Read the answers to what was in flight behind a refused login. `taken`: the
 * server took the first command for something else, and may not answer it.
 */
static void drop_answers(struct imap *i, bool taken)
{
	uint32_t last = i->login.tag;
	struct response response;
	struct error ignored;

	i->login.capability = i->login.id = i->login.enable = 0;
	if (taken && last + 1 == i->tag) {
		i->login.late = i->tag;
		return;
	}
	while (last != i->tag) {
		if (reader_next(&i->reader, &response, &ignored) == -1 ||
		    imap_note(i, &response, &ignored) == -1)
			return;
		if (response.kind != RESPONSE_DONE)
			continue;
		if (response.number <= last || response.number > i->tag) {
			(void)wire_dead(&i->wire);
			return;
		}
		last = response.number;
	}
}

/* LOGIN or AUTHENTICATE has ended, or the server leaves. */
static enum way_result end_login(struct imap *i, const struct response *done,
				 struct way_try *t, bool taken)
{
	if (done->status == STATUS_OK)
		return WAY_IN;
	keep_refusal(i, done, t);
	/* Nothing but the first response is odd. */
	t->ignored_first |= t->first_together && done->status == STATUS_BAD &&
			    done->code.kind == CODE_NONE;
	if (done->kind != RESPONSE_DONE) {
		i->wire.lost = true;
		(void)wire_dead(&i->wire);
	} else if (t->asked) {
		drop_answers(i, taken);
	}
	i->login.is_told = t->asked = false;
	return WAY_REFUSED;
}

/* Send a line, which ends the command, and what goes behind it. */
static int send_last(struct imap *i, struct buf *line, struct buf *shown,
		     struct way_try *t, struct error *err)
{
	if (t->asked) {
		size_t at;

		command_end(line);
		at = line->len;
		imap_ask_first(i, line);
		buf_addch(shown, '\n');
		buf_add(shown, line->s + at, line->len - at);
	}
	return send_line(i, line, shown->s, err);
}

/* Bytes that may not be quoted, or that a server may take amiss there. */
static bool is_quotable(struct slice s)
{
	for (size_t k = 0; k < s.len; k++)
		if (s.p[k] < ' ' || s.p[k] > '~')
			return false;
	return true;
}

static bool must_wait(struct slice s, enum literals literals)
{
	return !is_quotable(s) && !command_may_use_literal(s, literals);
}

/* The server wants the octets of a literal. WAY_IN: go on. */
static enum way_result await_consent(struct imap *i, struct way_try *t,
				     struct error *err)
{
	struct response response;

	if (read_answer(i, &response, err) == -1)
		return WAY_BROKEN;
	if (response.kind == RESPONSE_CONTINUE)
		return WAY_IN;
	if (response.status != STATUS_OK)
		return end_login(i, &response, t, false);
	(void)imap_confused(i, "LOGIN ends before it was said", err);
	return WAY_BROKEN;
}

/*
 * Append a string to LOGIN: quoted, or as a literal. If the server must consent
 * to that, what is before the literal is sent, and the line begins again.
 */
static enum way_result add_string(struct imap *i, struct buf *line,
				  struct buf *shown, struct slice s,
				  struct way_try *t, struct error *err)
{
	enum literals literals = command_literals(&i->capabilities);
	enum way_result result;

	if (memchr(s.p, '\0', s.len) != NULL)
		return WAY_CANNOT;
	if (is_quotable(s))
		return command_add_string(line, s, literals) ? WAY_IN
							     : WAY_CANNOT;
	if (command_may_use_literal(s, literals)) {
		buf_addf(line, " {%zu+}\r\n", s.len);
		buf_addslice(line, s);
		return WAY_IN;
	}
	buf_addf(line, " {%zu}", s.len);
	if (send_line(i, line, shown->s, err) == -1)
		return WAY_BROKEN;
	result = await_consent(i, t, err);
	if (result != WAY_IN)
		return result;
	way_open_command(line);
	buf_addslice(line, s);
	buf_clear(shown);
	buf_addstr(shown, "***");
	return WAY_IN;
}

static bool may_fly(const struct imap *i, const struct way_try *t)
{
	return t->in_flight && !i->login.is_coremail &&
	       !capability(&i->capabilities, CAPABILITY_COREMAIL);
}

static enum way_result send_login(struct imap *i, struct way_try *t,
				  struct buf *line, struct buf *shown,
				  struct error *err)
{
	enum literals literals = command_literals(&i->capabilities);
	bool waits = must_wait(t->login.user, literals) ||
		     must_wait(t->login.secret, literals);
	enum way_result result =
		add_string(i, line, shown, t->login.user, t, err);

	if (result == WAY_IN)
		result = add_string(i, line, shown, t->login.secret, t, err);
	if (result == WAY_CANNOT)
		(void)error_set(err, ERR_PERSON,
				"LOGIN cannot carry this password");
	if (result != WAY_IN)
		return result;
	t->gave = true;
	t->asked = may_fly(i, t) && !waits;
	return send_last(i, line, shown, t, err) == -1 ? WAY_BROKEN : WAY_IN;
}

static enum way_result try_login(struct imap *i, struct way_try *t,
				 struct error *err)
{
	struct buf line, shown = BUF_INIT(256);
	struct response response;
	enum way_result result;

	if (capability(&i->capabilities, CAPABILITY_LOGINDISABLED)) {
		(void)error_set(err, ERR_PERSON, "it does not take LOGIN");
		return WAY_CANNOT;
	}
	way_open_command(&line);
	command_start(&line, ++i->tag, "LOGIN");
	i->login.tag = i->tag;
	buf_addf(&shown, "%s ***", line.s);
	result = send_login(i, t, &line, &shown, err);
	buf_wipe(&line);
	buf_release(&shown);
	if (result != WAY_IN)
		return result;
	if (read_answer(i, &response, err) == -1)
		return WAY_BROKEN;
	if (response.kind != RESPONSE_CONTINUE)
		return end_login(i, &response, t, false);
	(void)imap_confused(i, "LOGIN gets a challenge", err);
	return WAY_BROKEN;
}

/* Give up an exchange, as RFC 9051, 6.2.2, has it. *why is kept. */
static enum way_result cancel(struct imap *i)
{
	struct buf line = BUF_INIT(sizeof("*\r\n"));
	struct response response;
	struct error ignored;

	buf_addch(&line, '*');
	if (send_line(i, &line, "*", &ignored) == -1 ||
	    read_answer(i, &response, &ignored) == -1 ||
	    response.kind != RESPONSE_DONE || response.status == STATUS_OK)
		(void)wire_dead(&i->wire);
	return WAY_CANNOT;
}

/* Answer a challenge. WAY_IN: go on. */
static enum way_result respond(struct imap *i, struct sasl *s,
			       struct slice challenge, struct error *err)
{
	enum sasl_result result = SASL_CANNOT;
	struct buf line;

	way_open_command(&line);
	if (challenge.len <= SASL_CHALLENGE_MAX)
		result = sasl_step(s, challenge, &line, err);
	else
		(void)error_set(err, ERR_PERSON,
				"its challenge has more than %d bytes",
				SASL_CHALLENGE_MAX);
	if (result == SASL_RESPOND)
		return send_line(i, &line, "***", err) == -1 ? WAY_BROKEN
							     : WAY_IN;
	buf_wipe(&line);
	return result == SASL_FALSE ? WAY_FALSE : cancel(i);
}

/*
 * A challenge where none was expected: the server takes the command behind the
 * login for our response, and refuses that.
 */
static enum way_result read_denial(struct imap *i, struct sasl *s,
				   struct way_try *t, struct slice challenge,
				   struct error *err)
{
	struct buf unsent;
	struct response response;
	struct error ignored;
	bool is_reason;

	way_open_command(&unsent);
	if (challenge.len <= SASL_CHALLENGE_MAX)
		(void)sasl_step(s, challenge, &unsent, &ignored);
	buf_wipe(&unsent);
	is_reason = sasl_reason(s).len > 0;
	if (read_answer(i, &response, err) == -1)
		return WAY_BROKEN;
	if (response.kind == RESPONSE_CONTINUE ||
	    response.status == STATUS_OK) {
		(void)imap_confused(i, "it takes a command for a response",
				    err);
		return WAY_BROKEN;
	}
	(void)end_login(i, &response, t, true);
	t->denied = is_reason;
	t->ignored_first = !is_reason && response.kind == RESPONSE_DONE;
	return WAY_REFUSED;
}

static enum way_result read_exchange(struct imap *i, struct sasl *s,
				     struct way_try *t, struct error *err)
{
	for (;;) {
		struct response response;
		enum way_result result;

		if (read_answer(i, &response, err) == -1)
			return WAY_BROKEN;
		if (response.kind != RESPONSE_CONTINUE) {
			result = end_login(i, &response, t, false);
			return result == WAY_IN &&
					       sasl_end(s, err) == SASL_FALSE
				       ? WAY_FALSE
				       : result;
		}
		result = t->asked ? read_denial(i, s, t, response.text, err)
				  : respond(i, s, response.text, err);
		if (result != WAY_IN)
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

static bool may_go_together(const struct imap *i, enum sasl_mechanism m,
			    const struct way_try *t)
{
	return sasl_speaks_first(m) && !t->first_alone &&
	       capability(&i->capabilities, CAPABILITY_SASL_IR) &&
	       !capability(&i->capabilities, CAPABILITY_COREMAIL) &&
	       !i->login.is_coremail;
}

static enum way_result try_sasl(struct imap *i, enum sasl_mechanism m,
				struct way_try *t, struct error *err)
{
	struct sasl *s = sasl_new(m, &t->login);
	struct buf line, shown = BUF_INIT(256);
	enum way_result result = WAY_BROKEN;
	bool together = may_go_together(i, m, t);

	way_open_command(&line);
	command_start(&line, ++i->tag, "AUTHENTICATE");
	i->login.tag = i->tag;
	command_add(&line, sasl_name(m));
	buf_addstr(&shown, line.s);
	if (together && !add_first(s, &line, &together)) {
		(void)error_set(err, ERR_PERSON,
				"this user and password do not fit into %s",
				sasl_name(m));
		buf_wipe(&line);
		result = WAY_CANNOT;
	} else {
		t->first_together = together;
		t->asked =
			together && may_fly(i, t) && sasl_proof(m) != SASL_HASH;
		buf_addstr(&shown, together ? " ***" : "");
		if (send_last(i, &line, &shown, t, err) == 0)
			result = read_exchange(i, s, t, err);
	}
	buf_release(&shown);
	way_keep_reason(t, s);
	t->gave = sasl_has_given(s);
	sasl_free(s);
	return result;
}

enum way_result imap_try(struct imap *i, unsigned way, struct way_try *t,
			 struct error *err)
{
	enum way_result result;

	way_begin(t);
	i->login.is_told = false;
	i->wire.secret = t->login.secret;
	if (way == WAY_APOP) {
		(void)error_set(err, ERR_PERSON, "IMAP has no APOP");
		return WAY_CANNOT;
	}
	result = way == WAY_OWN ? try_login(i, t, err)
				: try_sasl(i, (enum sasl_mechanism)way, t, err);
	wire_forget(&i->wire);
	return result;
}
