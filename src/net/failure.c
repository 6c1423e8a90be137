/* SPDX-License-Identifier: ISC */
/* From codes, which are libcurl's, and from what was seen, to words. */
#include <errno.h>
#include <string.h>

#include "account/refusal.h"
#include "net/diagnosis.h"
#include "net/internal.h"
#include "net/proxy.h"

#include "util/banned.h"

/* A refusal in place of the greeting: it passes, or we are barred. */
static int turned_away(const struct failure *f, struct error *err)
{
	const struct account *a = f->account;
	struct refusal r;

	refusal_read(f->said, a->provider != NULL ? a->provider : a->host, &r);
	if (r.kind == REFUSAL_PERSON)
		return error_set(err, ERR_PERSON,
				 "%s refuses connections: \"%.*s\"%s%s",
				 a->host, (int)f->said.len, f->said.p,
				 r.advice == NULL ? "" : "; ",
				 r.advice == NULL ? "" : r.advice);
	return error_set(err, ERR_TEMPORARY,
			 "%s refuses connections at the moment: \"%.*s\"; will "
			 "be tried again",
			 a->host, (int)f->said.len, f->said.p);
}

/* Do the words of the server say that it passes? */
static bool is_temporary(const struct failure *f)
{
	const struct account *a = f->account;
	struct refusal r;

	refusal_read(f->said, a->provider != NULL ? a->provider : a->host, &r);
	return r.kind == REFUSAL_TEMPORARY;
}

static int no_starttls(const struct failure *f, struct error *err)
{
	const struct account *a = f->account;

	if (f->said.len > 0 && is_temporary(f))
		return error_set(err, ERR_TEMPORARY,
				 "%s:%d refuses STARTTLS at the moment: "
				 "\"%.*s\"; nothing was sent, will be tried "
				 "again",
				 a->host, a->port, (int)f->said.len, f->said.p);
	if (f->said.len > 0)
		return error_set(err, ERR_PERSON,
				 "%s:%d refuses STARTTLS: \"%.*s\"; nothing "
				 "was sent. Try tls = implicit with port %d",
				 a->host, a->port, (int)f->said.len, f->said.p,
				 banner_usual(a)->implicit);
	return error_set(err, ERR_PERSON,
			 "%s:%d offers no STARTTLS; nothing was sent. Try "
			 "tls = implicit with port %d",
			 a->host, a->port, banner_usual(a)->implicit);
}

static int wrong_pin(const struct failure *f, struct error *err)
{
	return error_set(err, ERR_PERSON,
			 "the key of %s:%d is %s, not the one of tls-pin; "
			 "nothing was sent. If its owner has changed it, set "
			 "tls-pin to it",
			 f->account->host, f->account->port,
			 tls_seen(f->conn->tls)->pin);
}

/* "Connection refused" says more than libcurl's text. */
static int not_reached(const struct failure *f, struct error *err)
{
	long reason = f->conn->os_errno;

	if (!f->conn->is_direct)
		(void)libcurl()->getinfo(f->conn->curl, CURLINFO_OS_ERRNO,
					 &reason);
	if (reason == 0)
		return error_set(err, ERR_TEMPORARY,
				 "cannot reach %s:%d: %s; will be tried again",
				 f->account->host, f->account->port, f->text);
	errno = (int)reason;
	return error_errno(err, ERR_TEMPORARY,
			   "cannot reach %s:%d, will be tried again",
			   f->account->host, f->account->port);
}

static int timed_out(const struct failure *f, struct error *err)
{
	const struct account *a = f->account;

	if (f->conn->n_opened == 0)
		return error_set(err, ERR_TEMPORARY,
				 "the address of %s was not found within %d "
				 "seconds (timeout); will be tried again",
				 a->host, a->timeout);
	if (f->conn->peer[0] == '\0')
		return error_set(err, ERR_TEMPORARY,
				 "%s:%d did not answer within %d seconds "
				 "(timeout); will be tried again",
				 a->host, a->port, a->timeout);
	return error_set(err, ERR_TEMPORARY,
			 "%s:%d accepts connections, but %s for %d seconds "
			 "(timeout); will be tried again",
			 a->host, a->port,
			 f->greeted || (a->tls == TLS_IMPLICIT &&
					f->conn->fd == CURL_SOCKET_BAD)
				 ? "did not finish the TLS handshake"
				 : "sent nothing",
			 a->timeout);
}

static int closed_handshake(const struct failure *f, struct error *err)
{
	const struct banner_usual *usual = banner_usual(f->account);

	return error_set(err, ERR_TEMPORARY,
			 "%s:%d broke off the TLS handshake (%s); nothing was "
			 "sent; will be tried again. If this goes on, check "
			 "the port: %d for tls = implicit, %d for starttls",
			 f->account->host, f->account->port, f->text,
			 usual->implicit, usual->starttls);
}

static int by_code(const struct failure *f, struct error *err)
{
	const struct account *a = f->account;

	switch ((int)f->code) {
	case CURLE_USE_SSL_FAILED:
		return no_starttls(f, err);
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return wrong_pin(f, err);
	case CURLE_COULDNT_RESOLVE_HOST:
		return error_set(err, ERR_TEMPORARY,
				 "the name %s is not known to the DNS (%s); "
				 "will be tried again",
				 a->host, f->text);
	case CURLE_URL_MALFORMAT:
		return error_set(err, ERR_PERSON,
				 "%s is no name of a host (%s); check host, "
				 "or write it in its form with \"xn--\"",
				 a->host, f->text);
	case CURLE_COULDNT_CONNECT:
		return not_reached(f, err);
	case CURLE_OPERATION_TIMEDOUT:
		return timed_out(f, err);
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_ISSUER_ERROR:
		return error_set(err, ERR_PERSON,
				 "the certificate of %s:%d is not trusted: %s; "
				 "nothing was sent",
				 a->host, a->port, f->text);
	case CURLE_SSL_CONNECT_ERROR:
		return closed_handshake(f, err);
	case CURLE_GOT_NOTHING:
	case CURLE_RECV_ERROR:
		return error_set(err, ERR_TEMPORARY,
				 "%s:%d closed the connection %s; will be "
				 "tried again",
				 a->host, a->port,
				 f->greeted ? "before it was encrypted"
					    : "without a greeting");
	default:
		break;
	}
	return error_set(err, ERR_TEMPORARY,
			 "cannot reach %s:%d: %s; will be tried again", a->host,
			 a->port, f->text);
}

/* "-ERR", or "NO", "BAD" and "BYE" without their tag. */
static bool is_refusal(const struct failure *f)
{
	if (f->account->tls != TLS_STARTTLS)
		return false;
	if (f->account->protocol == PROTOCOL_POP3)
		return f->said.len >= 4 && memcmp(f->said.p, "-ERR", 4) == 0;
	return slice_starts_nocase(f->said, "NO ") ||
	       slice_starts_nocase(f->said, "BAD ") ||
	       slice_starts_nocase(f->said, "BYE ");
}

/* Somebody in between would have us go on without TLS (RFC 9051, 11.1). */
static int is_in_clear(const struct failure *f, struct error *err)
{
	return error_set(err, ERR_PERSON,
			 "%s:%d says before STARTTLS that no login is needed "
			 "(\"%.*s\"), which looks like an attack; nothing was "
			 "sent. Try tls = implicit with port %d",
			 f->account->host, f->account->port, (int)f->said.len,
			 f->said.p, banner_usual(f->account)->implicit);
}

int failure_report(const struct failure *f, struct error *err)
{
	bool refuses = is_refusal(f);
	struct failure g = *f;

	if (g.conn->is_direct || g.text[0] == '\0')
		g.text = stream_why(g.conn, g.code);
	if (g.account->tls == TLS_STARTTLS &&
	    g.account->protocol == PROTOCOL_IMAP &&
	    slice_starts_nocase(g.said, BANNER_PREAUTH))
		return is_in_clear(&g, err);
	if (g.said.len > 0 && !refuses)
		return banner_error(g.said, g.account, err);
	if (proxy_error(g.conn->curl, g.account, g.code, err))
		return -1;
	if (refuses && !g.greeted)
		return turned_away(&g, err);
	if (g.conn->tls != NULL && g.code != CURLE_SSL_PINNEDPUBKEYNOTMATCH &&
	    diagnosis_of_tls(tls_seen(g.conn->tls), g.account,
			     g.code == CURLE_PEER_FAILED_VERIFICATION, err))
		return -1;
	return by_code(&g, err);
}
