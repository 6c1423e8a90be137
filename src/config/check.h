/* SPDX-License-Identifier: ISC */
/*
 * Shared by the files that check what was read: single values, accounts, the
 * whole, and what stands outside of the configuration.
 */
#ifndef CONFIG_CHECK_H
#define CONFIG_CHECK_H

#include "config/internal.h"

/* inherit.c: give the accounts what only the main part sets. */
void build_inherit(struct builder *b);

/*
 * proxy.c: store a URL; "none" stores nothing. An error is added if it has a
 * password and others can read the file.
 */
int proxy_store(struct builder *b, char **at, const struct parse_event *e,
		struct error *err);

/*
 * server_folder.c: store the names of folders on a server, or of one. Is it one
 * of these; NULL: of those that an account has by default?
 */
int server_folders_store(char ***at, const struct parse_event *e,
			 struct error *err);
int server_folder_store(char **at, const char *name, struct error *err);
bool server_folders_have(char *const *folders, const char *name);

/* host.c: is it this computer? */
bool host_is_loopback(const char *host);

/*
 * Is `host`, the value of the setting `key`, a name or an address? If not, an
 * error is added. Removes the brackets of "[::1]" and a last dot, in place.
 */
bool host_check(struct builder *b, int line, const char *key, char *host);

/* Check the host of an account; set its port, and warn of odd ones. */
void host_check_account(struct builder *b, struct account *a);
void host_check_port(struct builder *b, struct account *a);

/*
 * outside.c: do the files and programs exist that an account or `smtp` names
 * for its password and for TLS, and can we use them? Adds errors; of an account
 * that is switched off, warnings.
 */
void outside_check(struct builder *b, const struct account *a);

/* The same for tls-ca-file of the main part, in `file` at `line`. */
void outside_check_ca(struct builder *b, const char *file, int line,
		      const char *path);

/* check_account.c: add defaults and check, at the end of a section. */
void check_account(struct builder *b, struct account *a);
void check_smtp(struct builder *b);

/* check_protocol.c: does each setting fit the protocol of the account? */
void check_protocol(struct builder *b, const struct account *a);

/* The same for what the main part sets, once all accounts have it. */
void check_protocol_last(struct builder *b);

/* check.c: the same, at the end of all. */
void check_config(struct builder *b);

/* Warn of those in the list, or NULL, that no mail is sent to. */
void check_own_addresses(struct builder *b, const char *file, int line,
			 char *const *list);

#endif
