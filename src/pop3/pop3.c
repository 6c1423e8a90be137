/* SPDX-License-Identifier: ISC */
#include "pop3/pop3.h"

#include <stdlib.h>
#include <string.h>

#include "net/login.h"
#include "pop3/capa.h"
#include "pop3/internal.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* "LOGIN-DELAY 900", "EXPIRE 30 USER", "EXPIRE NEVER": RFC 2449 6.5, 6.7. */
static void read_term(struct slice words, int64_t max, int64_t *out)
{
	struct slice number;
	unsigned long long n;

	if (slice_split(&words, ' ', &number) &&
	    slice_number(number, (unsigned long long)max, &n))
		*out = (int64_t)n;
}

static void read_capability(void *context, struct slice line)
{
	struct pop3 *p = context;
	struct slice rest = line, word = SLICE_EMPTY;

	(void)slice_split(&rest, ' ', &word);
	if (slice_equal_nocase(word, slice_str("PIPELINING")))
		p->pipelining = p->may_pipeline;
	else if (slice_equal_nocase(word, slice_str("TOP")))
		p->top = true;
	else if (slice_equal_nocase(word, slice_str("UIDL")))
		p->uidl = true;
	else if (slice_equal_nocase(word, slice_str("LOGIN-DELAY")))
		read_term(rest, POP3_LOGIN_DELAY_MAX, &p->terms.login_delay);
	else if (slice_equal_nocase(word, slice_str("EXPIRE")))
		read_term(rest, POP3_EXPIRE_MAX, &p->terms.expire);
}

struct pop3 *pop3_new(struct conn *conn, wire_trace *trace, bool pipelining)
{
	struct pop3 *p = xcalloc(1, sizeof(*p));

	wire_init(&p->wire, conn, trace);
	p->may_pipeline = pipelining;
	intake_init(&p->intake);
	p->terms.expire = -1;
	return p;
}

void pop3_close(struct pop3 *p)
{
	if (p == NULL)
		return;
	wire_release(&p->wire);
	intake_release(&p->intake);
	free(p);
}

int pop3_check_login(const struct account *account,
		     const struct conn_secret *secret, struct error *err)
{
	return login_check(account, secret, err);
}

bool pop3_has_top(const struct pop3 *p)
{
	return p->top && !p->ignores_top;
}

void pop3_ignore_top(struct pop3 *p)
{
	p->ignores_top = true;
}

struct pop3_terms pop3_terms(const struct pop3 *p)
{
	return p->terms;
}

const char *pop3_tls(const struct pop3 *p)
{
	return conn_tls(p->wire.conn);
}

static void add_word(struct buf *out, bool has, const char *word)
{
	if (has)
		buf_addf(out, "%s%s", out->len == 0 ? "" : " ", word);
}

void pop3_describe(const struct pop3 *p, struct buf *out)
{
	add_word(out, p->uidl, "UIDL");
	add_word(out, p->top, "TOP");
	add_word(out, p->pipelining, "PIPELINING");
	add_word(out, p->terms.login_delay > 0, "LOGIN-DELAY");
	add_word(out, p->terms.expire >= 0, "EXPIRE");
}

static int ask_capabilities(struct pop3 *p, struct error *err)
{
	const char *commands =
		p->login.pipelining ? POP3_FIRST_COMMANDS : "CAPA\r\n";

	if (!p->login.asked && wire_ask(&p->wire, commands, err) == -1)
		return -1;
	return capa_read(&p->wire, read_capability, p, err) == -1 ? -1 : 0;
}

/*
 * Servers offer more after the login (RFC 2449), so ask again. A server that
 * announced PIPELINING before the login gets all commands at once, if they did
 * not go with the login.
 */
int pop3_list(struct pop3 *p, struct mailbox_listing *listing,
	      struct error *err)
{
	bool asks = !p->login.shuns_capa;
	bool at_once = asks && (p->login.asked || p->login.pipelining);
	int rc = asks ? ask_capabilities(p, err) : 0;

	memset(listing, 0, sizeof(*listing));
	if (rc == 0 && !at_once && p->pipelining) {
		rc = wire_ask(&p->wire, LISTING_COMMANDS, err);
		at_once = true;
	}
	if (rc == 0)
		rc = pop3_read_listing(&p->wire, at_once, p->uidl, listing,
				       err);
	p->n_listed = listing->n;
	p->has_octets = listing->has_octets;
	if (rc == 0)
		return 0;
	(void)pop3_note_break(p, NULL);
	/* Some servers refuse what comes before their last answer. */
	p->broke.in_flight = at_once && (p->wire.lost || listing->is_refused);
	return -1;
}

int pop3_quit(struct pop3 *p, struct error *err)
{
	struct slice text;
	int rc;

	if (p->wire.dead || wire_ask(&p->wire, "QUIT\r\n", err) == -1)
		return -1;
	rc = wire_status(&p->wire, &text, err);
	if (rc == 0)
		return error_set(err, ERR_TEMPORARY,
				 "the server refused QUIT: \"%.*s\"; the next "
				 "session checks what was deleted",
				 (int)(text.len > 200 ? 200 : text.len),
				 text.p);
	return rc == 1 ? 0 : -1;
}
