/* SPDX-License-Identifier: ISC */
/*
 * usage: imaplogin HOST PORT TLS AUTH USER SECRET [SETTING=VALUE…]
 *
 * Log in to an IMAP server as an account with these settings does, and out
 * again. TLS is implicit, starttls or none, AUTH a number of enum auth_mode.
 * Settings: ca (a file of certificates), cert (the client's), proxy, timeout,
 * and token=yes. Prints the dialogue, and at its end "in" or the error. Exits
 * as postroom does.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "imap/imap.h"
#include "net/login.h"

static void trace(char direction, struct slice text)
{
	(void)printf("%c %.*s\n", direction, (int)text.len, text.p);
}

static void set(struct account *a, struct conn_secret *secret, char *setting)
{
	char *value = strchr(setting, '=');

	if (value == NULL)
		errx(64, "%s: no setting", setting);
	*value++ = '\0';
	if (strcmp(setting, "ca") == 0)
		a->tls_ca_file = value;
	else if (strcmp(setting, "cert") == 0)
		a->tls_client_cert = value;
	else if (strcmp(setting, "proxy") == 0)
		a->proxy = value;
	else if (strcmp(setting, "timeout") == 0)
		a->timeout = (int)strtol(value, NULL, 10);
	else if (strcmp(setting, "token") == 0)
		secret->is_token = true;
	else
		errx(64, "%s: no setting", setting);
}

static int run(const struct account *a, const struct conn_secret *secret,
	       struct error *error)
{
	struct conn *conn;
	struct imap *i;
	int rc;

	if (login_check(a, secret, error) == -1 ||
	    conn_open(&conn, a, error) == -1)
		return -1;
	i = imap_new(conn, trace, true);
	rc = imap_login(i, a, secret, error);
	if (rc == 0)
		rc = imap_logout(i, error);
	imap_close(i);
	return rc;
}

int main(int argc, char **argv)
{
	struct account a = {.protocol = PROTOCOL_IMAP, .timeout = 20};
	struct conn_secret secret = {0};
	struct error error = ERROR_INIT;

	if (argc < 7)
		errx(64, "usage: imaplogin HOST PORT TLS AUTH USER SECRET …");
	a.host = argv[1];
	a.port = (int)strtol(argv[2], NULL, 10);
	a.tls = strcmp(argv[3], "implicit") == 0   ? TLS_IMPLICIT
		: strcmp(argv[3], "starttls") == 0 ? TLS_STARTTLS
						   : TLS_NONE;
	a.auth = (enum auth_mode)strtol(argv[4], NULL, 10);
	a.user = argv[5];
	secret.text = argv[6];
	for (int k = 7; k < argc; k++)
		set(&a, &secret, argv[k]);
	if (run(&a, &secret, &error) == 0) {
		(void)puts("in");
		return 0;
	}
	(void)puts(error.text);
	return error_exit_status(error.kind);
}
