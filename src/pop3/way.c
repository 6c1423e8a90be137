/* SPDX-License-Identifier: ISC */
#include "pop3/way.h"

#include <string.h>

#include "pop3/capa.h"
#include "pop3/listing.h"
#include "util/hash.h"

#include "util/banned.h"

/* A command with a first response has at most so many bytes (RFC 5034, 4). */
#define AUTH_LINE_MAX 255

/* Close a line and send it. */
static int send_line(struct wire *w, struct way_try *t, struct buf *line,
		     const char *shown, struct error *err)
{
	buf_addstr(line, "\r\n");
	if (t->asked)
		buf_addstr(line, POP3_FIRST_COMMANDS);
	return wire_ask_secret(w, line, shown, err);
}

static void skip_line(void *context, struct slice line)
{
	(void)context;
	(void)line;
}

/*
 * Commands behind a refused login are refused, too; CAPA may be answered.
 * `n` answers are still to come, the last one to LIST.
 */
static int drop_answers(struct wire *w, int n, struct error *err)
{
	struct slice text;

	if (n == POP3_FIRST_ANSWERS) {
		if (capa_read(w, skip_line, NULL, err) == -1)
			return -1;
		n--;
	}
	for (; n > 0; n--)
		if (wire_status(w, &text, err) == -1)
			return -1;
	return 0;
}

/* A refusal, behind which `n` answers come if something was in flight. */
static enum way_result refused(struct wire *w, struct way_try *t, int n,
			       struct slice line, struct error *err)
{
	way_keep_words(t->refusal, line);
	if (t->asked && drop_answers(w, n, err) == -1)
		return WAY_BROKEN;
	t->asked = false;
	return WAY_REFUSED;
}

/* WIRE_OK or WIRE_REFUSED, with the whole line. */
static int read_status(struct wire *w, struct slice *line, struct error *err)
{
	int kind = wire_answer(w, WIRE_STATUS_MAX, line, err);

	if (kind != WIRE_MORE)
		return kind;
	(void)error_set(err, ERR_TEMPORARY,
			"the server asks for more where it should say +OK or "
			"-ERR");
	return wire_dead(w);
}

static enum way_result read_end(struct wire *w, struct way_try *t,
				struct error *err)
{
	struct slice line;
	int kind = read_status(w, &line, err);

	if (kind == WIRE_REFUSED)
		return refused(w, t, POP3_FIRST_ANSWERS, line, err);
	return kind == WIRE_OK ? WAY_IN : WAY_BROKEN;
}

static void add_user(struct buf *line, struct slice user)
{
	buf_addstr(line, "USER ");
	buf_addslice(line, user);
}

static void add_pass(struct buf *line, struct slice secret)
{
	buf_addstr(line, "PASS ");
	buf_addslice(line, secret);
}

/* USER, PASS and what follows in one write. */
static enum way_result try_user_in_flight(struct wire *w, struct way_try *t,
					  struct error *err)
{
	struct buf line, shown = BUF_INIT(WAY_COMMAND_MAX);
	struct slice text;
	int rc;

	t->asked = t->gave = true;
	way_open_command(&line);
	add_user(&line, t->login.user);
	buf_addslice(&shown, buf_slice(&line));
	buf_addstr(&shown, "\nPASS ***\n" POP3_FIRST_COMMANDS);
	buf_addstr(&line, "\r\n");
	add_pass(&line, t->login.secret);
	rc = send_line(w, t, &line, shown.s, err);
	buf_release(&shown);
	if (rc == 0)
		rc = read_status(w, &text, err);
	if (rc == WIRE_OK)
		return read_end(w, t, err);
	if (rc != WIRE_REFUSED)
		return WAY_BROKEN;
	way_keep_words(t->refusal, text);
	/* The answer to PASS counts only behind a good one to USER. */
	t->asked = false;
	return wire_status(w, &text, err) == -1 ||
			       drop_answers(w, POP3_FIRST_ANSWERS, err) == -1
		       ? WAY_BROKEN
		       : WAY_REFUSED;
}

static enum way_result try_user(struct wire *w, struct way_try *t,
				struct error *err)
{
	struct buf line;
	struct slice text;
	int rc;

	if (t->in_flight)
		return try_user_in_flight(w, t, err);
	way_open_command(&line);
	add_user(&line, t->login.user);
	buf_addstr(&line, "\r\n");
	rc = wire_ask(w, line.s, err);
	buf_wipe(&line);
	if (rc == 0)
		rc = read_status(w, &text, err);
	if (rc == WIRE_REFUSED)
		return refused(w, t, 0, text, err);
	if (rc != WIRE_OK)
		return WAY_BROKEN;
	way_open_command(&line);
	add_pass(&line, t->login.secret);
	t->gave = true;
	return send_line(w, t, &line, "PASS ***", err) == -1
		       ? WAY_BROKEN
		       : read_end(w, t, err);
}

/* RFC 1939, 7: MD5 of the timestamp in the greeting and the password. */
static enum way_result try_apop(struct wire *w, struct way_try *t,
				struct error *err)
{
	unsigned char digest[HASH_SIZE];
	char hex[2 * HASH_SIZE + 1];
	struct buf text;
	bool ok;

	if (t->stamp.len == 0) {
		(void)error_set(err, ERR_PERSON,
				"its greeting has no timestamp, which APOP "
				"needs");
		return WAY_CANNOT;
	}
	way_open_command(&text);
	buf_addslice(&text, t->stamp);
	buf_addslice(&text, t->login.secret);
	ok = hash_digest(HASH_MD5, buf_slice(&text), digest);
	buf_wipe(&text);
	if (!ok) {
		(void)error_set(err, ERR_PERSON,
				"APOP needs MD5, which this system forbids");
		return WAY_CANNOT;
	}
	hash_hex(digest, hash_size(HASH_MD5), hex);
	way_open_command(&text);
	buf_addstr(&text, "APOP ");
	buf_addslice(&text, t->login.user);
	buf_addch(&text, ' ');
	buf_addstr(&text, hex);
	t->gave = true;
	return send_line(w, t, &text, "APOP ***", err) == -1
		       ? WAY_BROKEN
		       : read_end(w, t, err);
}

/*
 * Append the first response, unless it does not fit: then it goes on a line of
 * its own. False: there is none for this user and secret.
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

/* The answer to a login in flight, which should not be a challenge. */
static enum way_result read_in_flight(struct wire *w, struct sasl *s,
				      struct way_try *t, struct error *err)
{
	struct slice line;
	struct buf unsent = BUF_INIT(SASL_RESPONSE_MAX);
	struct error ignored;
	int kind = wire_answer(w, SASL_CHALLENGE_MAX, &line, err);

	if (kind == WIRE_OK)
		return WAY_IN;
	if (kind == WIRE_REFUSED)
		return refused(w, t, POP3_FIRST_ANSWERS, line, err);
	if (kind == -1)
		return WAY_BROKEN;
	/* It takes CAPA for our response, and refuses that. */
	(void)buf_reserve(&unsent, SASL_RESPONSE_MAX);
	(void)sasl_step(s, slice_trim(slice_of(line.p + 1, line.len - 1)),
			&unsent, &ignored);
	buf_wipe(&unsent);
	t->ignored_first = sasl_reason(s).len == 0;
	kind = read_status(w, &line, err);
	return kind == WIRE_REFUSED
		       ? refused(w, t, POP3_FIRST_ANSWERS - 1, line, err)
		       : WAY_BROKEN;
}

/* Give up an exchange, as RFC 5034, 4, has it. */
static enum way_result cancel(struct wire *w)
{
	struct error ignored;
	struct slice line;

	if (wire_ask(w, "*\r\n", &ignored) == -1 ||
	    read_status(w, &line, &ignored) != WIRE_REFUSED)
		(void)wire_dead(w);
	return WAY_CANNOT;
}

/* Answer a challenge. WAY_IN: go on. */
static enum way_result respond(struct wire *w, struct sasl *s,
			       struct way_try *t, struct slice line,
			       struct error *err)
{
	struct slice challenge = slice_trim(slice_of(line.p + 1, line.len - 1));
	enum sasl_result result;
	struct buf response;

	way_open_command(&response);
	result = sasl_step(s, challenge, &response, err);
	way_keep_reason(t, s);
	if (result == SASL_RESPOND)
		return send_line(w, t, &response, "***", err) == -1 ? WAY_BROKEN
								    : WAY_IN;
	buf_wipe(&response);
	return result == SASL_FALSE ? WAY_FALSE : cancel(w);
}

static enum way_result read_exchange(struct wire *w, struct sasl *s,
				     struct way_try *t, struct error *err)
{
	for (;;) {
		struct slice line;
		int kind = wire_answer(w, SASL_CHALLENGE_MAX, &line, err);
		enum way_result result = WAY_BROKEN;

		if (kind == WIRE_REFUSED)
			return refused(w, t, 0, line, err);
		if (kind == WIRE_OK)
			return sasl_end(s, err) == SASL_FALSE ? WAY_FALSE
							      : WAY_IN;
		if (kind == WIRE_MORE)
			result = respond(w, s, t, line, err);
		if (result != WAY_IN)
			return result;
	}
}

/* A mechanism whose first response may go with AUTH. */
static enum way_result try_first(struct wire *w, struct sasl *s,
				 enum sasl_mechanism m, struct way_try *t,
				 bool *fits, struct error *err)
{
	struct buf line, shown = BUF_INIT(WAY_COMMAND_MAX);
	enum way_result result = WAY_BROKEN;

	way_open_command(&line);
	buf_addf(&line, "AUTH %s", sasl_name(m));
	if (!add_first(s, &line, fits)) {
		buf_wipe(&line);
		(void)error_set(err, ERR_PERSON,
				"this user and password do not fit into %s",
				sasl_name(m));
		return WAY_CANNOT;
	}
	if (!*fits) {
		buf_wipe(&line);
		return WAY_CANNOT;
	}
	t->asked = t->in_flight && sasl_proof(m) != SASL_HASH;
	t->first_together = true;
	buf_addf(&shown, "AUTH %s ***\n%s", sasl_name(m),
		 t->asked ? POP3_FIRST_COMMANDS : "");
	if (send_line(w, t, &line, shown.s, err) == 0)
		result = t->asked ? read_in_flight(w, s, t, err)
				  : read_exchange(w, s, t, err);
	buf_release(&shown);
	way_keep_reason(t, s);
	t->gave = sasl_has_given(s);
	return result;
}

static enum way_result try_alone(struct wire *w, struct sasl *s,
				 enum sasl_mechanism m, struct way_try *t,
				 struct error *err)
{
	struct buf line = BUF_INIT(AUTH_LINE_MAX);
	enum way_result result = WAY_BROKEN;

	buf_addf(&line, "AUTH %s\r\n", sasl_name(m));
	if (wire_ask(w, line.s, err) == 0)
		result = read_exchange(w, s, t, err);
	buf_release(&line);
	t->gave = sasl_has_given(s);
	return result;
}

static enum way_result try_sasl(struct wire *w, enum sasl_mechanism m,
				struct way_try *t, struct error *err)
{
	struct sasl *s = sasl_new(m, &t->login);
	enum way_result result = WAY_CANNOT;
	bool fits = false;

	if (sasl_speaks_first(m) && !t->first_alone) {
		fits = true;
		result = try_first(w, s, m, t, &fits, err);
	}
	if (!fits) {
		sasl_free(s);
		s = sasl_new(m, &t->login);
		result = try_alone(w, s, m, t, err);
	}
	sasl_free(s);
	return result;
}

enum way_result way_try(struct wire *w, unsigned way, struct way_try *t,
			struct error *err)
{
	way_begin(t);
	if (way == WAY_OWN)
		return try_user(w, t, err);
	if (way == WAY_APOP)
		return try_apop(w, t, err);
	return try_sasl(w, (enum sasl_mechanism)way, t, err);
}
