/* SPDX-License-Identifier: ISC */
/* Mechanisms of SASL, the server's side. A token is a password here. */
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "server.h"

/* A line of base64, and what is in it. */
#define TEXT_MAX 8192

#define SALT	   "salt of popd"
#define ITERATIONS 4096

struct auth {
	struct link *link;
	const struct options *options;
	auth_note *note; /* called for each line of the client */
	void *context;
	char text[TEXT_MAX]; /* the last line, decoded */
	size_t len;
	bool cancelled;
};

static void send_text(struct auth *a, const void *p, size_t len)
{
	char base64[TEXT_MAX * 2];

	(void)EVP_EncodeBlock((unsigned char *)base64, p, (int)len);
	link_print(a->link, "+ %s", base64);
	link_eol(a->link);
}

/* False: it is no base64, or too long. "=" and an empty line are nothing. */
static bool decode(struct auth *a, const char *line)
{
	size_t len = strlen(line);
	int n;

	a->len = 0;
	a->text[0] = '\0';
	a->cancelled = strcmp(line, "*") == 0;
	if (strcmp(line, "=") == 0 || len == 0)
		return true;
	if (a->cancelled || len % 4 != 0 || len / 4 * 3 >= TEXT_MAX)
		return false;
	n = EVP_DecodeBlock((unsigned char *)a->text,
			    (const unsigned char *)line, (int)len);
	if (n < 0)
		return false;
	a->len = (size_t)n - (line[len - 1] == '=') - (line[len - 2] == '=');
	a->text[a->len] = '\0';
	return true;
}

static bool take_response(struct auth *a)
{
	bool bare_lf;
	char *line;

	if (!link_line(a->link, &line, &bare_lf))
		link_close(a->link, END_CLEAN);
	a->note(a->context);
	return decode(a, line);
}

/* The first response: behind AUTH, or asked for. */
static bool take_first(struct auth *a, const char *with_command)
{
	if (with_command != NULL)
		return decode(a, with_command);
	link_print(a->link, "+ ");
	link_eol(a->link);
	return take_response(a);
}

static const struct account *find(const struct auth *a, const char *user,
				  size_t len)
{
	const struct options *o = a->options;

	for (size_t i = 0; i < o->n_accounts; i++)
		if (strlen(o->accounts[i].user) == len &&
		    memcmp(o->accounts[i].user, user, len) == 0)
			return &o->accounts[i];
	return NULL;
}

static const struct account *if_password(const struct account *account,
					 const char *password)
{
	return account != NULL && strcmp(account->password, password) == 0
		       ? account
		       : NULL;
}

/* "authorization NUL user NUL password". */
static const struct account *auth_plain(struct auth *a, const char *first)
{
	const char *user, *password;

	if (!take_first(a, first))
		return NULL;
	user = memchr(a->text, '\0', a->len);
	password = user == NULL ? NULL
				: memchr(user + 1, '\0',
					 (size_t)(a->text + a->len - user - 1));
	if (password == NULL)
		return NULL;
	return if_password(find(a, user + 1, strlen(user + 1)), password + 1);
}

static const struct account *auth_login(struct auth *a)
{
	const struct account *account;

	send_text(a, "Username:", 9);
	if (!take_response(a))
		return NULL;
	account = find(a, a->text, a->len);
	send_text(a, "Password:", 9);
	return take_response(a) ? if_password(account, a->text) : NULL;
}

static void hmac(const char *digest, const void *key, size_t key_len,
		 const void *text, size_t len, unsigned char *out)
{
	size_t n = 0;

	(void)need(EVP_Q_mac(NULL, "HMAC", NULL, digest, NULL, key, key_len,
			     text, len, out, EVP_MAX_MD_SIZE, &n));
}

/* An MD5 digest. */
#define HEX_MAX 33

static void make_hex(const unsigned char *digest, char *hex)
{
	for (size_t i = 0; i < 16; i++)
		(void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
}

static const struct account *auth_cram(struct auth *a)
{
	static const char challenge[] = APOP_STAMP;
	unsigned char digest[EVP_MAX_MD_SIZE];
	const struct account *account;
	const char *blank;
	char hex[HEX_MAX];

	send_text(a, challenge, strlen(challenge));
	blank = take_response(a) ? strrchr(a->text, ' ') : NULL;
	account = blank == NULL ? NULL
				: find(a, a->text, (size_t)(blank - a->text));
	if (account == NULL)
		return NULL;
	hmac("MD5", account->password, strlen(account->password), challenge,
	     strlen(challenge), digest);
	make_hex(digest, hex);
	return strcmp(hex, blank + 1) == 0 ? account : NULL;
}

const struct account *apop_run(const struct options *o, const char *arg)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char text[TEXT_MAX], hex[HEX_MAX];

	for (size_t i = 0; i < o->n_accounts; i++) {
		const struct account *account = &o->accounts[i];
		size_t len = strlen(account->user);
		int n = snprintf(text, sizeof(text), "%s%s", APOP_STAMP,
				 account->password);

		(void)EVP_Q_digest(NULL, "MD5", NULL, text, (size_t)n, digest,
				   NULL);
		make_hex(digest, hex);
		if (strncmp(arg, account->user, len) == 0 && arg[len] == ' ' &&
		    strcmp(arg + len + 1, hex) == 0)
			return account;
	}
	return NULL;
}

/*
 * "user=USER 01 auth=Bearer TOKEN 01 01", or "n,a=USER,01…"; a refusal has its
 * reason in a challenge.
 */
static const struct account *auth_token(struct auth *a, const char *first,
					const char *before_user, char behind)
{
	static const char why[] = "{\"status\":\"400\",\"schemes\":\"Bearer\","
				  "\"scope\":\"https://mail.example.org/\"}";
	const struct account *account = NULL;
	const char *user, *token, *end;

	if (!take_first(a, first))
		return NULL;
	user = strstr(a->text, before_user);
	token = strstr(a->text, "\001auth=Bearer ");
	if (user == a->text && token != NULL) {
		user += strlen(before_user);
		end = strchr(user, behind);
		if (end != NULL)
			account = find(a, user, (size_t)(end - user));
		token += strlen("\001auth=Bearer ");
		if (strlen(token) > 2)
			a->text[a->len - 2] = '\0';
		account = if_password(account, token);
	}
	if (account == NULL) {
		send_text(a, why, strlen(why));
		(void)take_response(a);
	}
	return account;
}

static const struct account *auth_external(struct auth *a, const char *first)
{
	if (!take_first(a, first) || a->link->ssl == NULL ||
	    SSL_get0_peer_certificate(a->link->ssl) == NULL)
		return NULL;
	/* Nobody is named: the certificate is that of the first account. */
	if (a->len == 0)
		return a->options->accounts;
	return find(a, a->text, a->len);
}

/* One SCRAM exchange (RFC 5802). */
struct scram {
	const char *digest;
	size_t size;
	bool plus, offers_plus;
	char header[64], first[TEXT_MAX / 8], server[TEXT_MAX / 4];
	unsigned char salted[EVP_MAX_MD_SIZE];
};

/* The client must have this behind "c=". */
static bool binding_is(const struct auth *a, const struct scram *s,
		       const char *base64)
{
	unsigned char bound[64 + 32];
	char want[256];
	size_t len = strlen(s->header);

	memcpy(bound, s->header, len);
	if (s->plus) {
		if (SSL_export_keying_material(a->link->ssl, bound + len, 32,
					       "EXPORTER-Channel-Binding", 24,
					       NULL, 0, 0) != 1)
			return false;
		len += 32;
	}
	(void)EVP_EncodeBlock((unsigned char *)want, bound, (int)len);
	return strncmp(base64, want, strlen(want)) == 0 &&
	       base64[strlen(want)] == ',';
}

/* Check the client's proof, and say what the server knows. */
static bool prove(struct auth *a, const struct scram *s, const char *bare)
{
	unsigned char key[EVP_MAX_MD_SIZE], stored[EVP_MAX_MD_SIZE],
		sign[EVP_MAX_MD_SIZE], proof[EVP_MAX_MD_SIZE];
	char text[TEXT_MAX], answer[128] = "v=";
	const char *at = strstr(bare, ",p=");
	int len;

	if (at == NULL || strlen(at + 3) > 48)
		return false;
	len = snprintf(text, sizeof(text), "%s,%s,%.*s", s->first, s->server,
		       (int)(at - bare), bare);
	hmac(s->digest, s->salted, s->size, "Client Key", 10, key);
	(void)EVP_Q_digest(NULL, s->digest, NULL, key, s->size, stored, NULL);
	hmac(s->digest, stored, s->size, text, (size_t)len, sign);
	if (EVP_DecodeBlock(proof, (const unsigned char *)at + 3,
			    (int)strlen(at + 3)) < (int)s->size)
		return false;
	for (size_t i = 0; i < s->size && !a->options->impostor; i++)
		if ((proof[i] ^ sign[i]) != key[i])
			return false;
	hmac(s->digest, s->salted, s->size, "Server Key", 10, key);
	hmac(s->digest, key, s->size, text, (size_t)len, sign);
	sign[0] ^= a->options->impostor;
	(void)EVP_EncodeBlock((unsigned char *)answer + 2, sign, (int)s->size);
	send_text(a, answer, strlen(answer));
	return true;
}

/* Read "HEADER,,n=USER,r=NONCE"; make "r=NONCE…,s=SALT,i=N". */
static const struct account *begin_scram(struct auth *a, struct scram *s)
{
	const char *bare = strstr(a->text, ",,"), *nonce, *end;
	const struct account *account;
	unsigned char random[9];
	char salt[32], ours[16];

	if (bare == NULL || (size_t)(bare - a->text) + 3 > sizeof(s->header) ||
	    strlen(bare + 2) >= sizeof(s->first))
		return NULL;
	(void)snprintf(s->header, sizeof(s->header), "%.*s,,",
		       (int)(bare - a->text), a->text);
	(void)snprintf(s->first, sizeof(s->first), "%s", bare + 2);
	nonce = strstr(s->first, ",r=");
	end = strchr(s->first, ',');
	if (strncmp(s->first, "n=", 2) != 0 || nonce == NULL || end != nonce ||
	    (s->plus && strcmp(s->header, "p=tls-exporter,,") != 0) ||
	    (!s->plus && strcmp(s->header, "n,,") != 0 &&
	     (s->offers_plus || strcmp(s->header, "y,,") != 0)))
		return NULL;
	account = find(a, s->first + 2, (size_t)(end - s->first - 2));
	(void)RAND_bytes(random, sizeof(random));
	(void)EVP_EncodeBlock((unsigned char *)ours, random, sizeof(random));
	(void)EVP_EncodeBlock((unsigned char *)salt,
			      (const unsigned char *)SALT, strlen(SALT));
	(void)snprintf(s->server, sizeof(s->server), "r=%s%s,s=%s,i=%d",
		       nonce + 3, ours, salt, ITERATIONS);
	return account;
}

static const struct account *auth_scram(struct auth *a, const char *first,
					const char *digest, size_t size,
					bool plus)
{
	struct scram s = {.digest = digest, .size = size, .plus = plus};
	const struct account *account;
	EVP_MD *md = need(EVP_MD_fetch(NULL, digest, NULL));

	s.offers_plus = strstr(a->options->caps, "-PLUS") != NULL;
	account = take_first(a, first) ? begin_scram(a, &s) : NULL;
	if (account != NULL &&
	    PKCS5_PBKDF2_HMAC(account->password, (int)strlen(account->password),
			      (const unsigned char *)SALT, strlen(SALT),
			      ITERATIONS, md, (int)size, s.salted) != 1)
		account = NULL;
	EVP_MD_free(md);
	if (account == NULL)
		return NULL;
	send_text(a, s.server, strlen(s.server));
	if (!take_response(a) || strncmp(a->text, "c=", 2) != 0 ||
	    !binding_is(a, &s, a->text + 2) || !prove(a, &s, a->text))
		return NULL;
	return take_response(a) && a->len == 0 ? account : NULL;
}

const struct account *auth_run(struct link *link, const struct options *o,
			       char *arg, auth_note *note, void *context,
			       const char **why)
{
	struct auth *a = need(calloc(1, sizeof(*a)));
	const char *m = strsep(&arg, " ");
	const struct account *account = NULL;

	a->link = link;
	a->options = o;
	a->note = note;
	a->context = context;
	*why = "[AUTH] invalid credentials";
	if (strcasecmp(m, "PLAIN") == 0)
		account = auth_plain(a, arg);
	else if (strcasecmp(m, "LOGIN") == 0)
		account = auth_login(a);
	else if (strcasecmp(m, "CRAM-MD5") == 0)
		account = auth_cram(a);
	else if (strcasecmp(m, "XOAUTH2") == 0)
		account = auth_token(a, arg, "user=", '\001');
	else if (strcasecmp(m, "OAUTHBEARER") == 0)
		account = auth_token(a, arg, "n,a=", ',');
	else if (strcasecmp(m, "EXTERNAL") == 0)
		account = auth_external(a, arg);
	else if (strncasecmp(m, "SCRAM-SHA-1", 11) == 0)
		account = auth_scram(a, arg, "SHA1", 20, m[11] != '\0');
	else if (strncasecmp(m, "SCRAM-SHA-256", 13) == 0)
		account = auth_scram(a, arg, "SHA256", 32, m[13] != '\0');
	else
		*why = "unknown mechanism";
	if (a->cancelled)
		*why = "cancelled";
	free(a);
	return account;
}
