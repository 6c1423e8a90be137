/* SPDX-License-Identifier: ISC */
#include "net/tls.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "net/libssl.h"
#include "net/trust.h"
#include "util/xalloc.h"

#include "util/banned.h"

/*
 * A bundle that the parent has parsed; with 140 certificates this takes 50
 * milliseconds. The processes that connect inherit it.
 */
static struct {
	X509_STORE *store;
	struct stat file;
} parsed;

/* As libcurl does: any certificate that is listed is trusted, not CAs only. */
static X509_STORE *new_store(void)
{
	X509_STORE *store = X509_STORE_new();

	if (store != NULL)
		(void)X509_STORE_set_flags(store,
					   X509_V_FLAG_PARTIAL_CHAIN |
						   X509_V_FLAG_TRUSTED_FIRST);
	return store;
}

static X509_STORE *load_bundle(const char *path)
{
	X509_STORE *store = new_store();

	if (store != NULL && X509_STORE_load_file(store, path) == 1)
		return store;
	X509_STORE_free(store);
	return NULL;
}

/*
 * The directory does not have the issuer: before the certificate is refused,
 * look into the bundle, to which somebody may have added it.
 */
static int find_issuer(X509 **issuer, X509_STORE_CTX *context, X509 *x)
{
	struct trust trust = trust_find();
	X509_STORE *store = X509_STORE_CTX_get0_store(context);
	int rc = X509_STORE_CTX_get1_issuer(issuer, context, x);

	if (rc == 0 && trust.bundle != NULL &&
	    X509_STORE_load_file(store, trust.bundle) == 1)
		rc = X509_STORE_CTX_get1_issuer(issuer, context, x);
	return rc;
}

static X509_STORE *open_directory(const char *path)
{
	X509_STORE *store = new_store();
	X509_LOOKUP *lookup =
		store == NULL
			? NULL
			: X509_STORE_add_lookup(store, X509_LOOKUP_hash_dir());

	if (lookup != NULL &&
	    X509_LOOKUP_add_dir(lookup, path, X509_FILETYPE_PEM) == 1) {
		X509_STORE_set_get_issuer(store, find_issuer);
		return store;
	}
	X509_STORE_free(store);
	return NULL;
}

static void parse_bundle(void)
{
	struct trust trust = trust_find();
	struct stat now;

	if (trust.dir != NULL || trust.bundle == NULL ||
	    stat(trust.bundle, &now) == -1)
		return;
	if (parsed.store != NULL && parsed.file.st_ino == now.st_ino &&
	    parsed.file.st_size == now.st_size &&
	    parsed.file.st_mtime == now.st_mtime)
		return;
	X509_STORE_free(parsed.store);
	parsed.store = load_bundle(trust.bundle);
	parsed.file = now;
}

/* Looking for the algorithms takes the first context of a process 5 ms. */
static void find_algorithms(void)
{
	static bool found;

	if (!found)
		SSL_CTX_free(SSL_CTX_new(TLS_client_method()));
	found = true;
}

void tls_prepare(const struct account *account)
{
	if (account->tls == TLS_NONE)
		return;
	find_algorithms();
	if (account->tls_ca_file == NULL)
		parse_bundle();
}

static int trust_system(struct tls *t, struct error *err)
{
	struct trust trust = trust_find();

	if (trust.dir == NULL && trust.bundle == NULL)
		return error_set(
			err, ERR_PERSON,
			"this machine has no certificates of CAs, so no server "
			"can be trusted; nothing was sent. Install the package "
			"ca-certificates, or set tls-ca-file");
	if (trust.dir == NULL)
		parse_bundle();
	t->store = trust.dir != NULL ? open_directory(trust.dir) : parsed.store;
	if (t->store == NULL)
		return error_set(err, ERR_PERSON,
				 "cannot use the certificates in %s: %s",
				 trust.dir != NULL ? trust.dir : trust.bundle,
				 tls_reason());
	if (t->store == parsed.store)
		(void)X509_STORE_up_ref(t->store);
	return 0;
}

static int check_readable(const char *setting, const char *path,
			  struct error *err)
{
	if (access(path, R_OK) == 0)
		return 0;
	return error_errno(err, ERR_PERSON, "cannot read %s \"%s\"", setting,
			   path);
}

/* A private key is as good as a password. */
static int check_private(const char *path, struct error *err)
{
	struct stat st;

	if (stat(path, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return 0;
	return error_set(err, ERR_PERSON,
			 "tls-client-cert \"%s\" holds a private key and "
			 "others can read it; run: chmod 600 %s",
			 path, path);
}

static int trust_file(struct tls *t, const char *path, struct error *err)
{
	if (check_readable("tls-ca-file", path, err) == -1)
		return -1;
	t->store = load_bundle(path);
	if (t->store == NULL)
		return error_set(err, ERR_PERSON,
				 "tls-ca-file \"%s\" has no certificate that "
				 "can be used (PEM is needed): %s",
				 path, tls_reason());
	return 0;
}

/* Nobody is asked for a pass phrase: there may be nobody to answer. */
static int refuse_to_ask(char *p, int size, int writing, void *user)
{
	bool *asked = user;

	(void)p;
	(void)size;
	(void)writing;
	*asked = true;
	return -1;
}

/* Returns what is wrong with the file, or NULL. */
static const char *load_own(SSL_CTX *context, const char *path)
{
	const char *trouble = NULL;
	bool asked = false;

	SSL_CTX_set_default_passwd_cb(context, refuse_to_ask);
	SSL_CTX_set_default_passwd_cb_userdata(context, &asked);
	if (SSL_CTX_use_certificate_chain_file(context, path) != 1)
		trouble = "it has no certificate that can be used (PEM)";
	else if (SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) !=
		 1)
		trouble = asked ? "its key has a pass phrase, which nobody is "
				  "asked for; write the key without one "
				  "(openssl pkey -in FILE)"
				: "it has no key that can be used (PEM)";
	else if (SSL_CTX_check_private_key(context) != 1)
		trouble = "its key does not belong to its certificate";
	SSL_CTX_set_default_passwd_cb_userdata(context, NULL);
	SSL_CTX_set_default_passwd_cb(context, NULL);
	return trouble;
}

/* Find out before connecting, and say it better than libcurl would. */
static int check_own(const char *path, struct error *err)
{
	const char *trouble;
	SSL_CTX *context;

	if (check_readable("tls-client-cert", path, err) == -1)
		return -1;
	context = SSL_CTX_new(TLS_client_method());
	trouble = context == NULL ? tls_reason() : load_own(context, path);
	SSL_CTX_free(context);
	if (trouble == NULL)
		return check_private(path, err);
	return error_set(err, ERR_PERSON,
			 "cannot use tls-client-cert \"%s\": %s", path,
			 trouble);
}

int tls_new(struct tls **out, const struct account *a, struct error *err)
{
	struct tls *t = xcalloc(1, sizeof(*t));
	int rc = 0;

	t->client_cert = a->tls_client_cert;
	ERR_clear_error();
	if (t->client_cert != NULL)
		rc = check_own(t->client_cert, err);
	if (rc == 0 && a->tls_ca_file != NULL)
		rc = trust_file(t, a->tls_ca_file, err);
	else if (rc == 0)
		rc = trust_system(t, err);
	if (rc == -1) {
		tls_free(t);
		return -1;
	}
	*out = t;
	return 0;
}

struct tls *tls_new_probe(void)
{
	struct tls *t = xcalloc(1, sizeof(*t));

	t->store = new_store();
	return t;
}

void tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	SSL_free(t->own);
	X509_STORE_free(t->store);
	free(t);
}

const struct tls_seen *tls_seen(const struct tls *t)
{
	return &t->seen;
}

bool tls_attach(struct tls *t, void *context)
{
	SSL_CTX *ctx = context;

	ERR_clear_error();
	tls_watch(t, ctx);
	return SSL_CTX_set1_verify_cert_store(ctx, t->store) == 1 &&
	       (t->client_cert == NULL ||
		load_own(ctx, t->client_cert) == NULL);
}

int tls_version(const struct tls *t)
{
	return t->ssl == NULL ? 0 : SSL_version(t->ssl);
}

bool tls_exporter(const struct tls *t, unsigned char out[TLS_EXPORTER_SIZE])
{
	static const char label[] = "EXPORTER-Channel-Binding";

	return t->ssl != NULL && SSL_version(t->ssl) == TLS1_3_VERSION &&
	       SSL_export_keying_material(t->ssl, out, TLS_EXPORTER_SIZE, label,
					  sizeof(label) - 1, NULL, 0, 0) == 1;
}
