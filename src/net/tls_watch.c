/* SPDX-License-Identifier: ISC */
/* Watches a handshake, to explain later why it failed. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "net/libssl.h"
#include "util/base64.h"
#include "util/hash.h"

#include "util/banned.h"

const char *tls_reason(void)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	return reason == NULL ? "unknown reason" : reason;
}

/* "a.example.org, b.example.org": as many as fit. */
static void add_name(char *names, const char *name, size_t len)
{
	size_t used = strlen(names);

	if (used + len + sizeof(", ") > TLS_TEXT_MAX)
		return;
	(void)snprintf(names + used, TLS_TEXT_MAX - used, "%s%.*s",
		       used > 0 ? ", " : "", (int)len, name);
}

static void add_general_name(char *names, const GENERAL_NAME *name)
{
	char address[INET6_ADDRSTRLEN];
	const ASN1_STRING *s = name->d.ia5;
	int len = name->type == GEN_DNS || name->type == GEN_IPADD
			  ? ASN1_STRING_length(s)
			  : 0;

	if (name->type == GEN_DNS)
		add_name(names, (const char *)ASN1_STRING_get0_data(s),
			 (size_t)len);
	else if ((len == 4 || len == 16) &&
		 inet_ntop(len == 4 ? AF_INET : AF_INET6,
			   ASN1_STRING_get0_data(s), address,
			   sizeof(address)) != NULL)
		add_name(names, address, strlen(address));
}

static void note_names(struct tls_seen *seen, X509 *x)
{
	GENERAL_NAMES *list =
		X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
	char name[TLS_TEXT_MAX];
	int n = list == NULL ? 0 : sk_GENERAL_NAME_num(list);

	seen->has_names = true;
	seen->names[0] = '\0';
	for (int i = 0; i < n; i++)
		add_general_name(seen->names, sk_GENERAL_NAME_value(list, i));
	GENERAL_NAMES_free(list);
	seen->has_old_name = seen->names[0] == '\0' &&
			     X509_NAME_get_text_by_NID(X509_get_subject_name(x),
						       NID_commonName, name,
						       sizeof(name)) > 0;
	if (seen->has_old_name)
		add_name(seen->names, name, strlen(name));
}

/* "sha256//" and the digest of the public key in base64 (RFC 7469). */
static void note_pin(struct tls_seen *seen, const X509 *x)
{
	unsigned char *der = NULL, digest[HASH_SIZE];
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x), &der);
	struct buf pin = BUF_INIT(sizeof(seen->pin) - 1);
	struct hash *h = hash_new();

	if (len > 0) {
		hash_update(h, der, (size_t)len);
		hash_final(h, digest);
		buf_addstr(&pin, "sha256//");
		base64_encode(slice_of((const char *)digest, HASH_SIZE), &pin);
		(void)snprintf(seen->pin, sizeof(seen->pin), "%s", pin.s);
	}
	OPENSSL_free(der);
	hash_free(h);
	buf_release(&pin);
}

static enum tls_flaw flaw_of(int code)
{
	switch (code) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return FLAW_EXPIRED;
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return FLAW_EARLY;
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
		return FLAW_SELF_SIGNED;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
		return FLAW_NO_ISSUER;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return FLAW_WEAK;
	default:
		return FLAW_OTHER;
	}
}

static void note_date(char *out, size_t size, const ASN1_TIME *date)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(date, &tm) == 1)
		(void)snprintf(out, size, "%04d-%02d-%02d %02d:%02d UTC",
			       tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			       tm.tm_hour, tm.tm_min);
}

/* The one of its many parts that people know it by. */
static void note_issuer(struct tls_seen *seen, const X509_NAME *name)
{
	const int size = (int)sizeof(seen->issuer);

	if (X509_NAME_get_text_by_NID(name, NID_commonName, seen->issuer,
				      size) <= 0 &&
	    X509_NAME_get_text_by_NID(name, NID_organizationName, seen->issuer,
				      size) <= 0)
		(void)X509_NAME_oneline(name, seen->issuer, size);
}

static bool is_about_name(const X509_STORE_CTX *context)
{
	int code = X509_STORE_CTX_get_error(context);

	return code == X509_V_ERR_HOSTNAME_MISMATCH ||
	       code == X509_V_ERR_IP_ADDRESS_MISMATCH;
}

/* A wrong name is no flaw of the certificate: it is good for another host. */
static void note_flaw(struct tls_seen *seen, const X509_STORE_CTX *context)
{
	int code = X509_STORE_CTX_get_error(context);
	X509 *x = X509_STORE_CTX_get_current_cert(context);

	if (is_about_name(context))
		return;
	seen->flaw = flaw_of(code);
	seen->of_issuer = X509_STORE_CTX_get_error_depth(context) > 0;
	(void)snprintf(seen->flaw_text, sizeof(seen->flaw_text), "%s",
		       X509_verify_cert_error_string(code));
	if (x == NULL)
		return;
	note_issuer(seen, X509_get_issuer_name(x));
	note_date(seen->from, sizeof(seen->from), X509_get0_notBefore(x));
	note_date(seen->until, sizeof(seen->until), X509_get0_notAfter(x));
}

static int verify(X509_STORE_CTX *context, void *user)
{
	struct tls *t = user;
	X509 *x = X509_STORE_CTX_get0_cert(context);
	int ok = X509_verify_cert(context);

	if (x != NULL) {
		note_names(&t->seen, x);
		note_pin(&t->seen, x);
	}
	/* A CA looks at names of hosts only in the SAN; libcurl at the CN. */
	if (t->seen.has_old_name && (ok > 0 || is_about_name(context))) {
		t->seen.flaw = FLAW_OLD_NAME;
		X509_STORE_CTX_set_error(context, X509_V_ERR_HOSTNAME_MISMATCH);
		return 0;
	}
	if (ok <= 0)
		note_flaw(&t->seen, context);
	return ok;
}

static void note_header(struct tls_seen *seen, const unsigned char *p)
{
	if (p[0] >= SSL3_RT_CHANGE_CIPHER_SPEC &&
	    p[0] <= SSL3_RT_APPLICATION_DATA && p[1] == SSL3_VERSION_MAJOR) {
		seen->answered = true;
		return;
	}
	if (seen->answered)
		return;
	memcpy(seen->not_tls, p, TLS_RECORD_HEADER);
	seen->n_not_tls = TLS_RECORD_HEADER;
}

static void note_alert(struct tls_seen *seen, bool out, const unsigned char *p)
{
	if (p[0] != SSL3_AL_FATAL)
		return;
	if (!out) {
		seen->alert_in = p[1];
		return;
	}
	seen->alert_out = p[1];
	(void)snprintf(seen->reason, sizeof(seen->reason), "%s", tls_reason());
}

static void see_message(int out, int version, int type, const void *bytes,
			size_t len, SSL *ssl, void *user)
{
	struct tls *t = user;
	const unsigned char *p = bytes;

	(void)version;
	t->ssl = ssl;
	if (type == SSL3_RT_ALERT && len >= 2)
		note_alert(&t->seen, out != 0, p);
	else if (type == SSL3_RT_HEADER && !out && len >= TLS_RECORD_HEADER)
		note_header(&t->seen, p);
	else if (type == SSL3_RT_HANDSHAKE && !out && len >= 6 &&
		 p[0] == SSL3_MT_SERVER_HELLO)
		t->seen.version = p[4] << 8 | p[5];
	else if (type == SSL3_RT_HANDSHAKE && !out && len > 0 &&
		 p[0] == SSL3_MT_CERTIFICATE_REQUEST)
		t->seen.asked_us = true;
}

void tls_watch(struct tls *t, SSL_CTX *context)
{
	memset(&t->seen, 0, sizeof(t->seen));
	t->ssl = NULL;
	SSL_CTX_set_cert_verify_callback(context, verify, t);
	SSL_CTX_set_msg_callback(context, see_message);
	SSL_CTX_set_msg_callback_arg(context, t);
}
