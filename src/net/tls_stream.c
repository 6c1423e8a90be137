/* SPDX-License-Identifier: ISC */
/* The handshake and the stream of a connection that is not libcurl's. */
#include "net/tls_stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "net/libssl.h"

#include "util/banned.h"

static bool is_address(const char *name)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, name, bytes) == 1 ||
	       inet_pton(AF_INET6, name, bytes) == 1;
}

/* The name that the certificate must have; an address is not sent as SNI. */
static bool set_name(SSL *ssl, const char *name)
{
	char sni[TLS_NAME_MAX + 1];

	SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS |
				       X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
	if (is_address(name))
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl),
						     name) == 1;
	if (strlen(name) > TLS_NAME_MAX)
		return false;
	(void)snprintf(sni, sizeof(sni), "%s", name);
	return SSL_set1_host(ssl, name) == 1 &&
	       SSL_set_tlsext_host_name(ssl, sni) == 1;
}

static bool set_context(struct tls *t, SSL_CTX *context)
{
	SSL_CTX_set_verify(context, SSL_VERIFY_PEER, NULL);
	(void)SSL_CTX_set_options(context, SSL_OP_NO_RENEGOTIATION);
	(void)SSL_CTX_set_mode(context,
			       SSL_MODE_ENABLE_PARTIAL_WRITE |
				       SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	return SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) == 1 &&
	       tls_attach(t, context);
}

bool tls_start(struct tls *t, int fd, const char *name)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	bool ok = context != NULL && set_context(t, context);

	tls_end(t);
	if (ok)
		t->own = SSL_new(context);
	/* The SSL keeps it. */
	SSL_CTX_free(context);
	return t->own != NULL && set_name(t->own, name) &&
	       SSL_set_fd(t->own, fd) == 1;
}

void tls_end(struct tls *t)
{
	if (t->is_up)
		(void)SSL_shutdown(t->own);
	t->is_up = false;
	SSL_free(t->own);
	t->own = NULL;
	t->ssl = NULL;
}

/* Interpret the result `rc` of the last call of OpenSSL. */
static enum tls_io outcome(struct tls *t, int rc)
{
	int reason = errno;

	switch (SSL_get_error(t->own, rc)) {
	case SSL_ERROR_NONE:
		return TLS_IO_DONE;
	case SSL_ERROR_WANT_READ:
		return TLS_IO_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TLS_IO_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return TLS_IO_CLOSED;
	case SSL_ERROR_SYSCALL:
		t->trouble =
			reason == 0 ? "the server closed it" : strerror(reason);
		break;
	default:
		t->trouble = tls_reason();
		break;
	}
	t->is_up = false;
	return TLS_IO_FAILED;
}

static void begin_call(void)
{
	ERR_clear_error();
	errno = 0;
}

/* A configuration of OpenSSL may allow ciphers without a certificate. */
enum tls_io tls_handshake(struct tls *t)
{
	enum tls_io io;

	begin_call();
	io = outcome(t, SSL_connect(t->own));
	if (io != TLS_IO_DONE)
		return io;
	t->is_up = true;
	if (SSL_get0_peer_certificate(t->own) != NULL)
		return TLS_IO_DONE;
	t->trouble = "the server has no certificate";
	return TLS_IO_FAILED;
}

bool tls_is_trusted(const struct tls *t)
{
	return SSL_get_verify_result(t->own) == X509_V_OK;
}

enum tls_io tls_read(struct tls *t, void *p, size_t size, size_t *n)
{
	begin_call();
	return outcome(t, SSL_read_ex(t->own, p, size, n));
}

enum tls_io tls_write(struct tls *t, const void *p, size_t size, size_t *n)
{
	begin_call();
	return outcome(t, SSL_write_ex(t->own, p, size, n));
}

void tls_release_buffers(struct tls *t)
{
	(void)SSL_set_mode(t->own, SSL_MODE_RELEASE_BUFFERS);
}

const char *tls_trouble(const struct tls *t)
{
	return t->trouble == NULL ? "unknown reason" : t->trouble;
}
