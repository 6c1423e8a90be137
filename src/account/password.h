/* SPDX-License-Identifier: ISC */
/*
 * Reading the secret of an account from the configuration, a file, a systemd
 * credential, ~/.netrc, or a command.
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

/* OAuth2 tokens have a few KiB at most. */
#define PASSWORD_MAX 16384

/*
 * Append the password, or the token when the account has a token command: the
 * first line, without its end. It is not empty; an account without a source,
 * which is possible for auth = external and for SMTP without a user, gets
 * nothing. ERR_PERSON: there is no such file, program or entry, others can read
 * the file, or the password is empty or has a CR or NUL; ERR_TEMPORARY: the
 * command failed or took too long; the text has its last words.
 */
int password_read(const struct account *account, struct buf *secret,
		  struct error *err);

/*
 * Was the file with the password changed after `since` (seconds since 1970)?
 * False without a file; a command gives no answer.
 */
bool password_changed_since(const struct account *account, int64_t when);

/*
 * Overwrite what the account itself holds: for a process that will not log in.
 */
void password_forget(const struct account *account);

/* The same without the proxy, for one that logs in with what it is given. */
void password_forget_own(const struct account *account);

#endif
