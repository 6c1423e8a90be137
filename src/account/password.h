/* SPDX-License-Identifier: ISC */
/*
 * Where the secret of an account comes from: the configuration, a file, a
 * systemd credential, or a command. netrc is read by libcurl, not here.
 *
 *	struct buf secret = BUF_INIT(PASSWORD_MAX);
 *
 *	password_read(account, &secret, err);
 *	…
 *	explicit_bzero(secret.s, secret.len);
 *	buf_release(&secret);
 */
#ifndef ACCOUNT_PASSWORD_H
#define ACCOUNT_PASSWORD_H

#include <stdbool.h>
#include <stdint.h>

#include "account/account.h"
#include "util/buf.h"
#include "util/error.h"

/* OAuth2 tokens have up to a few KiB. */
#define PASSWORD_MAX 16384

/*
 * Append the password, or the token when the account has a token command:
 * the first line, without its end. Nothing for an account that has no source.
 * ERR_PERSON: a file that others can read, an empty password, a line break or
 * NUL in it; ERR_TEMPORARY: a command that failed, a file that is not there.
 */
int password_read(const struct account *account, struct buf *secret,
		  struct error *err);

/*
 * Was the file that it stands in changed since then (seconds since 1970)?
 * False where there is none; of a command nobody can say.
 */
bool password_changed_since(const struct account *account, int64_t when);

#endif
