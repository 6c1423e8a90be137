/* SPDX-License-Identifier: ISC */
/* The steps of a session that find out which messages are known. */
#ifndef FETCH_KNOWN_H
#define FETCH_KNOWN_H

#include "fetch/internal.h"

/*
 * f->todo is up to date after each of these. former.c: after another host or
 * user was configured, is it still the same mailbox? reused.c: do other
 * messages have the UIDLs of known ones now?
 */
int fetch_check_former(struct fetch *f, struct error *err);

/*
 * lock.c: lock the accounts that may turn out to be this one, as long as that
 * is possible: a confined process opens no file. fetch_close() unlocks them.
 */
int fetch_lock_former(struct fetch *f, struct error *err);
void fetch_unlock_former(struct fetch *f);
bool fetch_has_lock(const struct fetch *f, int64_t id);

int fetch_check_reused(struct fetch *f, struct error *err);

/* reused.c: may this UIDL be a count, which another message can get, too? */
bool fetch_is_weak_uidl(struct slice uidl);

/*
 * same.c: is this message, which was just received, a known one? Sets its
 * `body` and `same_as`; its identity must be set.
 */
int fetch_recognise(struct fetch *f, const struct mailbox_answer *answer,
		    struct received *received, struct error *err);

/*
 * epoch.c: when UIDLs of the account have changed, find the known messages
 * under their new ones; when all seem to have changed, do what its setting
 * `uidl-change` says. 0: f->todo is up to date; -1: error, or a person must
 * decide (ERR_PERSON).
 */
int fetch_check_epoch(struct fetch *f, struct error *err);

/*
 * found.c: record as known what `state rebuild` has found in the Maildirs, if
 * the header on the server is the same.
 */
int fetch_adopt_found(struct fetch *f, struct error *err);

/*
 * Get the identities (mail/identity.h) of these messages by TOP, parallel to
 * `entries`. Where TOP fails, all bytes are 0, which matches no message.
 */
int fetch_identities(struct fetch *f,
		     const struct mailbox_entry *const *entries, size_t n,
		     unsigned char (*out)[HASH_SIZE], struct error *err);

#endif
