/* SPDX-License-Identifier: ISC */
#include "net/smtp.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "net/handle.h"

#include "util/banned.h"

/* The source that libcurl reads while it sends a message. */
struct upload {
	const struct smtp_mail *mail;
	size_t fields_sent;
	off_t offset;
	char last;
	bool failed;
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
	do
		n = pread(u->mail->fd, p, size, u->offset);
	while (n == -1 && errno == EINTR);
	u->offset += n > 0 ? n : 0;
	return n;
}

/* Each LF without a CR gets one: read only half of what fits. */
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
		if (raw[i] == '\n' && u->last != '\r')
			p[len++] = '\r';
		p[len++] = u->last = raw[i];
	}
	return len;
}

static bool set_mail(CURL *curl, struct upload *u, const struct account *a,
		     struct curl_slist *recipients)
{
	struct buf from = BUF_INIT(1024);
	bool ok = handle_set_server(curl, a, "smtp");

	buf_addf(&from, "<%s>", u->mail->from);
	ok &= !from.full;
	ok &= curl_easy_setopt(curl, CURLOPT_PROXY, "") == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME,
			       (long)a->timeout) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.s) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, recipients) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_READFUNCTION, read_upload) ==
	      CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_READDATA, u) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, keep_reply) ==
	      CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_HEADERDATA, u) == CURLE_OK;
	ok &= curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, u->curl_error) ==
	      CURLE_OK;
	buf_release(&from);
	return ok;
}

static int mail_error(const struct upload *u, const struct account *a,
		      CURLcode code, long answer, struct error *err)
{
	const char *why =
		u->curl_error[0] ? u->curl_error : curl_easy_strerror(code);

	if (u->failed)
		return error_set(err, ERR_TEMPORARY, "cannot read the message");
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

int smtp_send(const struct account *account, const struct conn_secret *secret,
	      const struct smtp_mail *mail, struct error *err)
{
	struct upload u = {.mail = mail};
	struct curl_slist *recipients = NULL;
	CURL *curl = curl_easy_init();
	CURLcode code = CURLE_FAILED_INIT;
	long answer = 0;

	for (size_t i = 0; mail->recipients[i] != NULL; i++)
		recipients = curl_slist_append(recipients, mail->recipients[i]);
	if (curl != NULL && recipients != NULL &&
	    set_mail(curl, &u, account, recipients) &&
	    (account->user == NULL ||
	     handle_set_secret(curl, account, secret))) {
		code = curl_easy_perform(curl);
		(void)curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer);
	}
	curl_easy_cleanup(curl);
	curl_slist_free_all(recipients);
	return code == CURLE_OK ? 0
				: mail_error(&u, account, code, answer, err);
}
