/* SPDX-License-Identifier: ISC */
/*
 * Which row of the database is an account of the configuration? Its mailbox
 * decides: the server and the user. The name is a label, which may change.
 *
 * Rows of older databases have no mailbox until they are seen here; they are
 * found by their names.
 */
#ifndef STATE_MAILBOX_H
#define STATE_MAILBOX_H

#include "state/state.h"

/*
 * Give the rows the names that their mailboxes have in the configuration; the
 * ids of all `n` accounts, 0 for those that have no row. The second does so
 * for this connection only, and writes nothing to disk: for commands that only
 * show something. `ids_out` may be NULL.
 */
int state_name_accounts(struct state *s, const struct account *accounts,
			size_t n, int64_t *ids_out, struct error *err);
int state_show_accounts(struct state *s, const struct account *accounts,
			size_t n, int64_t *ids_out, struct error *err);

/*
 * Add an account that has no row. When another mailbox has its name, that one
 * gets another name; see state_get_former().
 */
int state_add_account(struct state *s, const struct account *a, int64_t *id_out,
		      struct error *err);

/*
 * The ids of the rows that are no account of the configuration. The list is
 * allocated.
 */
int state_list_left(struct state *s, const struct account *accounts, size_t n,
		    int64_t **ids_out, size_t *n_out, struct error *err);

/*
 * The mailbox that had this account's name before; 0: none, or it was compared
 * already. It may be the same mailbox under another address.
 */
int state_get_former(struct state *s, int64_t account, int64_t *id_out,
		     struct error *err);

/* The name of an account, which any text may be; "" when it is unknown. */
int state_get_name(struct state *s, int64_t account, char *out, size_t size,
		   struct error *err);

/* Within a transaction: they are different mailboxes. */
int state_drop_former(struct state *s, int64_t account, struct error *err);

/*
 * Within a transaction: they are the same mailbox. All that is known of `from`
 * is known of `into` then, and the row of `from` is deleted.
 */
int state_merge_account(struct state *s, int64_t from, int64_t into,
			struct error *err);

#endif
