/* SPDX-License-Identifier: ISC */
#include "net/smtp.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "net/diagnosis.h"
#include "net/handle.h"

#include "util/banned.h"

/* The source that libcurl reads while it sends a message. */
struct upload {
	const struct smtp_mail *mail;
	size_t fields_sent;
	off_t offset;
	char last;
	bool failed;
	struct tls *tls; /* NULL: without */
	struct curl_slist *address;
	char reply[REPLY_MAX]; /* the last refusal */
	char curl_error[CURL_ERROR_SIZE];
};

static size_t keep_reply(char *p, size_t size, size_t n, void *user)
{
	struct upload *u = user;
	struct slice line = slice_trim(slice_of(p, size * n));
	size_t len = line.len < REPLY_MAX - 1 ? line.len : REPLY_MAX - 1;

	if (len > 0 && (line.p[0] == '4' || line.p[0] == '5')) {
		memcpy(u->reply, line.p, len);
		u->reply[len] = '\0';
	}
	return size * n;
}

static ssize_t read_raw(struct upload *u, char *p, size_t size)
{
	size_t left = u->mail->fields.len - u->fields_sent;
	ssize_t n;

	if (left > 0) {
		left = left < size ? left : size;
		memcpy(p, u->mail->fields.p + u->fields_sent, left);
		u->fields_sent += left;
		return (ssize_t)left;
	}
	if (u->mail->fd == -1)
		return 0;
	do
		n = pread(u->mail->fd, p, size, u->offset);
	while (n == -1 && errno == EINTR);
	u->offset += n > 0 ? n : 0;
	return n;
}

/*
 * A lone CR and a lone LF become CRLF: servers disagree about what they mean,
 * and a sender could hide the end of the message in them. Each byte may become
 * two: read only half of what fits.
 */
static size_t read_upload(char *p, size_t size, size_t n, void *user)
{
	struct upload *u = user;
	char raw[8192];
	size_t room = size * n / 2, len = 0;
	ssize_t got = read_raw(u, raw, room < sizeof(raw) ? room : sizeof(raw));

	if (got == -1) {
		u->failed = true;
		return CURL_READFUNC_ABORT;
	}
	for (ssize_t i = 0; i < got; i++) {
		if (u->last == '\r' && raw[i] != '\n')
			p[len++] = '\n';
		if (raw[i] == '\n' && u->last != '\r')
			p[len++] = '\r';
		p[len++] = u->last = raw[i];
	}
	if (got == 0 && u->last == '\r')
		p[len++] = u->last = '\n';
	return len;
}

static bool set_mail(CURL *curl, struct upload *u, const struct account *a,
		     struct curl_slist *recipients)
{
	struct buf from = BUF_INIT(1024);
	bool ok = handle_set_server(curl, a, "smtp", u->tls, &u->address);

	buf_addf(&from, "<%s>", u->mail->from);
	ok &= !from.full;
	ok &= libcurl()->setopt(curl, CURLOPT_PROXY, "") == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_LOW_SPEED_TIME,
				(long)a->timeout) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_MAIL_FROM, from.s) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_MAIL_RCPT, recipients) ==
	      CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_UPLOAD, 1L) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_READFUNCTION, read_upload) ==
	      CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_READDATA, u) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_HEADERFUNCTION, keep_reply) ==
	      CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_HEADERDATA, u) == CURLE_OK;
	ok &= libcurl()->setopt(curl, CURLOPT_ERRORBUFFER, u->curl_error) ==
	      CURLE_OK;
	buf_release(&from);
	return ok;
}

static int mail_error(const struct upload *u, const struct account *a,
		      CURLcode code, long answer, struct error *err)
{
	const char *why =
		u->curl_error[0] ? u->curl_error : libcurl()->strerror(code);

	if (u->failed)
		return error_set(err, ERR_TEMPORARY, "cannot read the message");
	if (u->tls != NULL &&
	    diagnosis_of_tls(tls_seen(u->tls), a,
			     code == CURLE_PEER_FAILED_VERIFICATION, err))
		return -1;
	if (code == CURLE_LOGIN_DENIED)
		return error_set(err, ERR_PERSON,
				 "%s refused the login of %s: \"%s\"", a->host,
				 a->user, u->reply);
	if (code == CURLE_PEER_FAILED_VERIFICATION ||
	    code == CURLE_USE_SSL_FAILED)
		return error_set(err, ERR_PERSON, "%s:%d: %s; nothing was sent",
				 a->host, a->port, why);
	if (answer >= 500 && answer <= 599)
		return error_set(err, ERR_MESSAGE,
				 "%s rejected the message: \"%s\"", a->host,
				 u->reply);
	return error_set(err, ERR_TEMPORARY, "%s:%d: %s%s%s", a->host, a->port,
			 why, u->reply[0] == '\0' ? "" : ": ", u->reply);
}

static CURLcode send_mail(struct upload *u, const struct account *a,
			  const struct conn_secret *secret, long *answer)
{
	struct curl_slist *recipients = NULL;
	CURL *curl = libcurl()->init();
	CURLcode code = CURLE_FAILED_INIT;

	for (size_t i = 0; u->mail->recipients[i] != NULL; i++)
		recipients = libcurl()->slist_append(recipients,
						     u->mail->recipients[i]);
	if (curl != NULL && recipients != NULL &&
	    set_mail(curl, u, a, recipients) &&
	    (a->user == NULL || handle_set_secret(curl, a, secret))) {
		code = handle_perform(curl, a);
		(void)libcurl()->getinfo(curl, CURLINFO_RESPONSE_CODE, answer);
	}
	libcurl()->cleanup(curl);
	libcurl()->slist_free_all(recipients);
	libcurl()->slist_free_all(u->address);
	return code;
}

int smtp_send(const struct account *account, const struct conn_secret *secret,
	      const struct smtp_mail *mail, struct error *err)
{
	struct upload u = {.mail = mail};
	CURLcode code;
	long answer = 0;
	int rc = 0;

	if (libcurl_load(err) == -1)
		return -1;
	if (account->tls != TLS_NONE && tls_new(&u.tls, account, err) == -1)
		return -1;
	code = send_mail(&u, account, secret, &answer);
	/* Its bytes were on their way, and no answer refused them. */
	if (code != CURLE_OK && u.fields_sent > 0 && answer < 400 &&
	    mail->unsure != NULL)
		*mail->unsure = true;
	if (code != CURLE_OK)
		rc = mail_error(&u, account, code, answer, err);
	tls_free(u.tls);
	return rc;
}
