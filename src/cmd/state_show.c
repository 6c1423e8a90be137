/* SPDX-License-Identifier: ISC */
/* `state show` and `state export`. */
#include <stdio.h>
#include <string.h>

#include "cmd/load.h"
#include "cmd/print.h"
#include "cmd/state.h"
#include "state/admin.h"
#include "util/escape.h"
#include "util/json.h"
#include "util/log.h"

#include "util/banned.h"

/* Shown in place of an account for mail of `deliver` and `sort MAILDIR`. */
#define NO_ACCOUNT "(deliver)"

/* Columns for the name of an account; a longer one moves what follows. */
#define NAME_WIDTH 16

static bool is_wanted(const struct state_words *w, const char *name)
{
	if (w->words[0] == NULL)
		return true;
	for (size_t i = 0; w->words[i] != NULL; i++)
		if (strcmp(w->words[i], name) == 0)
			return true;
	return false;
}

static int print_json(const struct state_summary *a)
{
	struct json *o = json_new_object();

	json_put(o, "account", json_new_string(slice_str(a->name)));
	json_put(o, "known", json_new_number(a->known));
	json_put(o, "gone", json_new_number(a->gone));
	json_put(o, "waiting", json_new_number(a->waiting));
	json_put(o, "last_success", json_new_number(a->last_success));
	json_put(o, "trouble",
		 a->trouble == NULL ? json_new_null()
				    : json_new_string(slice_str(a->trouble)));
	return json_print(o, stdout);
}

static void print_summary(const struct state_summary *a)
{
	char when[32] = "never", trouble[400] = "";

	if (a->last_success != 0)
		cmd_format_time(a->last_success, when, sizeof(when));
	if (a->trouble != NULL)
		escape_to(trouble, sizeof(trouble), a->trouble,
			  strlen(a->trouble));
	cmd_print_name(a->id == 0 ? NO_ACCOUNT : a->name, NAME_WIDTH);
	if (a->id == 0)
		(void)printf(" %8s %8s %8lld\n", "-", "-",
			     (long long)a->waiting);
	else
		(void)printf(" %8lld %8lld %8lld  %s%s%s\n",
			     (long long)a->known, (long long)a->gone,
			     (long long)a->waiting, when,
			     trouble[0] != '\0' ? "; " : "", trouble);
}

/*
 * Mail that came from no server is shown only while it waits; an account that
 * has left the configuration, while something is known of it.
 */
static bool is_shown(const struct state_words *w, const struct state_summary *a)
{
	if (a->id == 0)
		return a->waiting > 0 && w->words[0] == NULL;
	return is_wanted(w, a->name) &&
	       (a->known > 0 || a->gone > 0 || a->waiting > 0 ||
		config_account(w->config, a->name) != NULL);
}

static int show_all(const struct state_words *w, struct state *s,
		    struct error *err)
{
	struct state_summary a;
	int64_t after = -1;
	int rc;

	if (!w->inv->json) {
		cmd_print_name("account", NAME_WIDTH);
		(void)printf(" %8s %8s %8s  %s\n", "known", "gone", "waiting",
			     "last success");
	}
	while ((rc = state_next_summary(s, after, &a, err)) == 1) {
		after = a.id;
		if (is_shown(w, &a) && w->inv->json && print_json(&a) == -1)
			rc = error_set(err, ERR_TEMPORARY, "cannot print");
		else if (is_shown(w, &a) && !w->inv->json)
			print_summary(&a);
		state_summary_release(&a);
		if (rc == -1)
			break;
	}
	return rc;
}

static const char *word_of(const struct state_row *row)
{
	if (row->waiting)
		return "waiting";
	if (row->gone)
		return "gone";
	return row->seen.session == STATE_MARKED ? "marked" : "known";
}

/*
 * Only the first half is known of messages found by `state rebuild`, and
 * nothing of marked ones.
 */
static bool has_digest(const struct state_row *row)
{
	static const unsigned char none[HASH_SIZE / 2];

	return memcmp(row->seen.sha256 + HASH_SIZE / 2, none, sizeof(none)) !=
	       0;
}

static int export_row(const struct state_words *w, const char *account,
		      const struct state_row *row)
{
	char digest[2 * HASH_SIZE + 1] = "-", uidl[4 * 1024 + 1];
	char size[24] = "-";
	struct json *o;

	if (row->seen.session != STATE_MARKED && has_digest(row))
		hash_hex(row->seen.sha256, HASH_SIZE, digest);
	if (row->seen.size != STATE_SIZE_UNKNOWN)
		(void)snprintf(size, sizeof(size), "%llu",
			       (unsigned long long)row->seen.size);
	if (!w->inv->json) {
		escape_to(uidl, sizeof(uidl), row->seen.uidl.p,
			  row->seen.uidl.len);
		return printf("%s\t%s\t%s\t%s\t%lld\t%s\n", account, uidl, size,
			      digest, (long long)row->seen.first_seen,
			      word_of(row)) < 0
			       ? -1
			       : 0;
	}
	o = json_new_object();
	json_put(o, "account", json_new_string(slice_str(account)));
	json_put(o, "uidl", json_new_string(row->seen.uidl));
	json_put(o, "size",
		 size[0] == '-' ? json_new_null()
				: json_new_number((int64_t)row->seen.size));
	json_put(o, "sha256",
		 digest[0] == '-' ? json_new_null()
				  : json_new_string(slice_str(digest)));
	json_put(o, "first_seen", json_new_number(row->seen.first_seen));
	json_put(o, "state", json_new_string(slice_str(word_of(row))));
	return json_print(o, stdout);
}

static int export_account(const struct state_words *w, struct state *s,
			  const struct state_summary *a, struct error *err)
{
	struct state_row row = {.waiting = false};
	int rc;

	while ((rc = state_next_row(s, a->id, row.seen.id, &row, err)) == 1)
		if (export_row(w, a->name, &row) == -1)
			return error_set(err, ERR_TEMPORARY, "cannot print");
	return rc;
}

static int export_all(const struct state_words *w, struct state *s,
		      struct error *err)
{
	struct state_summary a;
	int64_t after = 0; /* not account 0: its mail has no UIDL */
	int rc;

	while ((rc = state_next_summary(s, after, &a, err)) == 1) {
		after = a.id;
		if (is_wanted(w, a.name))
			rc = export_account(w, s, &a, err);
		state_summary_release(&a);
		if (rc == -1)
			break;
	}
	return rc;
}

/* Also accounts that have left the configuration can be named. */
static int check_names(const struct state_words *w, struct state *s,
		       struct error *err)
{
	for (size_t i = 0; w->words[i] != NULL; i++) {
		int64_t id = 0;

		if (config_account(w->config, w->words[i]) != NULL)
			continue;
		if (state_find_account(s, w->words[i], &id, err) == -1)
			return -1;
		if (id == 0)
			return error_set(err, ERR_USAGE,
					 "there is no account '%s' in %s",
					 w->words[i], w->config->path);
	}
	return 0;
}

static int with_state(const struct state_words *w, const char *what,
		      int (*run)(const struct state_words *w, struct state *s,
				 struct error *err))
{
	struct error err = ERROR_INIT;
	struct state *s = NULL;
	int rc = cmd_open_state(w->config, &s, &err);

	if (rc == 0)
		rc = check_names(w, s, &err);
	if (rc == 0)
		rc = run(w, s, &err);
	state_close(s);
	if (rc == -1)
		log_error("state %s: %s", what, err.text);
	return rc == -1 ? error_exit_status(err.kind) : 0;
}

int cmd_state_show(const struct state_words *w)
{
	return with_state(w, "show", show_all);
}

int cmd_state_export(const struct state_words *w)
{
	return with_state(w, "export", export_all);
}
