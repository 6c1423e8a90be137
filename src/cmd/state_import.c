/* SPDX-License-Identifier: ISC */
/*
 * `state import`: make messages known that another state directory, or another
 * program, has fetched. A line is what `state export` prints, also with --json,
 * or a UIDL; "USER@HOST UIDL" is what fetchmail keeps.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

#include "cmd/load.h"
#include "cmd/state.h"
#include "run/account.h"
#include "state/import.h"
#include "state/state.h"
#include "util/ascii.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/json.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* As much as a listing of UIDLs may have (pop3/listing.c). */
#define IMPORT_BYTES_MAX ((size_t)512 * 1024 * 1024)

/* No account of the configuration. */
#define NOWHERE SIZE_MAX

struct line {
	size_t account; /* its place in the configuration */
	struct state_import row;
};

struct import {
	const struct config *config;
	size_t account; /* all lines are of this one; or NOWHERE */
	struct buf text;
	struct line *lines;
	size_t n, n_other; /* lines of other accounts */
	size_t number;	   /* of the line that is read, for errors */
	char **texts;	   /* of lines in JSON, which the rows borrow from */
	size_t n_texts;
	size_t n_new;
};

/* Undo escape_to() in place: only what it escapes. */
static struct slice unescape(char *p, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		int byte = -1;

		if (p[i] == '\\' && i + 3 < len && p[i + 1] == 'x')
			byte = ascii_hex_byte(p + i + 2);
		if (byte >= 0x80 || (byte >= 0 && byte < 0x20) ||
		    byte == 0x7f) {
			p[n++] = (char)byte;
			i += 3;
		} else {
			p[n++] = p[i];
		}
	}
	return slice_of(p, n);
}

static int complain(const struct import *im, const char *what,
		    struct error *err)
{
	return error_set(err, ERR_USAGE, "line %zu: %s; nothing was imported",
			 im->number, what);
}

static size_t find_name(const struct import *im, struct slice name)
{
	size_t i = 0;

	while (i < im->config->n_accounts &&
	       !slice_equal(slice_str(im->config->accounts[i].name), name))
		i++;
	return i < im->config->n_accounts ? i : NOWHERE;
}

/* An account that is not configured any more goes to the one that was named. */
static size_t place_of_name(const struct import *im, struct slice name)
{
	size_t found = find_name(im, name);

	if (im->account == NOWHERE)
		return found;
	return found == NOWHERE || found == im->account ? im->account : NOWHERE;
}

static bool is_mailbox(const struct account *a, struct slice name)
{
	struct buf b = BUF_INIT(strlen(a->user) + strlen(a->host) + 8);
	bool same;

	buf_addf(&b, "%s@%s", a->user, a->host);
	same = slice_equal_nocase(buf_slice(&b), name);
	buf_release(&b);
	return same;
}

/* As "USER@HOST". */
static size_t place_of_mailbox(const struct import *im, struct slice name)
{
	for (size_t i = 0; i < im->config->n_accounts; i++)
		if ((im->account == NOWHERE || im->account == i) &&
		    is_mailbox(&im->config->accounts[i], name))
			return i;
	return NOWHERE;
}

static int add(struct import *im, size_t account,
	       const struct state_import *row, struct error *err)
{
	if (row->uidl.len == 0 || row->uidl.len > STATE_UIDL_MAX)
		return complain(im, "this is no UIDL", err);
	if (account == NOWHERE) {
		im->n_other++;
		return 0;
	}
	xgrow(&im->lines, im->n, sizeof(*im->lines));
	im->lines[im->n++] = (struct line){account, *row};
	return 0;
}

static bool read_digest(struct slice text, unsigned char out[HASH_SIZE])
{
	if (text.len != 2 * HASH_SIZE)
		return false;
	for (size_t i = 0; i < HASH_SIZE; i++) {
		int byte = ascii_hex_byte(text.p + 2 * i);

		if (byte == -1)
			return false;
		out[i] = (unsigned char)byte;
	}
	return true;
}

/* The fields of `state export`, in its order. */
enum field { ACCOUNT, UIDL, SIZE, SHA256, FIRST_SEEN, STATE, FIELDS };

static int add_fields(struct import *im, const struct slice fields[FIELDS],
		      struct error *err)
{
	struct state_import row = {.uidl = fields[UIDL],
				   .size = STATE_SIZE_UNKNOWN};
	unsigned long long size, seen;

	if (slice_number(fields[SIZE], INT64_MAX, &size))
		row.size = size;
	if (!slice_number(fields[FIRST_SEEN], INT64_MAX, &seen))
		return complain(im, "it has no time of arrival", err);
	row.first_seen = (int64_t)seen;
	row.gone = slice_equal(fields[STATE], slice_str("gone"));
	row.has_content = row.size != STATE_SIZE_UNKNOWN &&
			  read_digest(fields[SHA256], row.sha256);
	/* A message that waited is in no folder: it has to come again. */
	if (slice_equal(fields[STATE], slice_str("waiting")))
		return 0;
	return add(im, place_of_name(im, fields[ACCOUNT]), &row, err);
}

static int take_export(struct import *im, char *p, size_t len,
		       struct error *err)
{
	struct slice fields[FIELDS], rest = slice_of(p, len);
	size_t n = 0;

	while (n < FIELDS && slice_split(&rest, '\t', &fields[n]))
		n++;
	if (n < FIELDS || rest.p != NULL)
		return complain(im, "it has other fields than state export",
				err);
	fields[UIDL] = unescape(p + (fields[UIDL].p - p), fields[UIDL].len);
	return add_fields(im, fields, err);
}

static int take_json(struct import *im, struct slice text, struct error *err)
{
	static const char *const keys[FIELDS] = {
		"account", "uidl", "size", "sha256", "first_seen", "state"};
	struct buf b = BUF_INIT(text.len);
	struct json *o = json_parse(text);
	struct slice fields[FIELDS];
	size_t ends[FIELDS];

	if (o == NULL)
		return complain(im, "it is no object of JSON", err);
	for (size_t i = 0; i < FIELDS; i++) {
		(void)json_add_member(o, keys[i], &b);
		ends[i] = b.len;
	}
	json_free(o);
	xgrow(&im->texts, im->n_texts, sizeof(*im->texts));
	im->texts[im->n_texts] = buf_detach(&b);
	for (size_t i = 0, at = 0; i < FIELDS; at = ends[i++])
		fields[i] = slice_of(im->texts[im->n_texts] + at, ends[i] - at);
	im->n_texts++;
	return add_fields(im, fields, err);
}

/* "UIDL" or "USER@HOST UIDL"; getmail puts a NUL and the time behind it. */
static int take_uidl(struct import *im, struct slice text, struct error *err)
{
	const char *nul = memchr(text.p, '\0', text.len), *blank;
	struct state_import row = {.size = STATE_SIZE_UNKNOWN,
				   .first_seen = clock_calendar_s()};
	size_t account = im->account;

	if (nul != NULL)
		text.len = (size_t)(nul - text.p);
	row.uidl = text;
	blank = memrchr(text.p, ' ', text.len);
	if (blank != NULL) {
		struct slice name = slice_of(text.p, (size_t)(blank - text.p));

		row.uidl.p = blank + 1;
		row.uidl.len = text.len - name.len - 1;
		if (memchr(name.p, '@', name.len) == NULL)
			return complain(im, "this is no UIDL", err);
		return add(im, place_of_mailbox(im, name), &row, err);
	}
	if (account == NOWHERE && im->config->n_accounts == 1)
		account = 0;
	if (account == NOWHERE)
		return complain(im,
				"it does not say of which account it is; name "
				"the account",
				err);
	return add(im, account, &row, err);
}

static int take_line(struct import *im, char *p, size_t len, struct error *err)
{
	im->number++;
	if (len > 0 && p[len - 1] == '\r')
		len--;
	if (len == 0)
		return 0;
	if (p[0] == '{')
		return take_json(im, slice_of(p, len), err);
	if (memchr(p, '\t', len) != NULL)
		return take_export(im, p, len, err);
	return take_uidl(im, slice_of(p, len), err);
}

static int take_all(struct import *im, struct error *err)
{
	char *at = im->text.s, *end = at + im->text.len;

	while (at < end) {
		char *newline = memchr(at, '\n', (size_t)(end - at));
		char *stop = newline == NULL ? end : newline;

		if (take_line(im, at, (size_t)(stop - at), err) == -1)
			return -1;
		at = stop + 1;
	}
	return 0;
}

static int record(struct import *im, struct state *s, const int64_t *ids,
		  struct error *err)
{
	int64_t now = clock_calendar_s();

	for (size_t i = 0; i < im->n; i++) {
		const struct line *line = &im->lines[i];
		int rc = state_import(s, ids[line->account], &line->row, now,
				      err);

		if (rc == -1)
			return -1;
		im->n_new += rc == 1;
	}
	return 0;
}

/* The ids of the accounts that occur, and their locks. */
static int prepare(const struct import *im, struct state *s, int64_t *ids,
		   int *locks, struct error *err)
{
	for (size_t i = 0; i < im->n; i++) {
		size_t account = im->lines[i].account;

		if (ids[account] == 0 &&
		    (account_find(im->config, account, s, &ids[account], err) ==
			     -1 ||
		     account_lock(im->config, ids[account], &locks[account],
				  err) != 1))
			return -1;
	}
	return 0;
}

static int write_all(struct import *im, struct error *err)
{
	size_t n = im->config->n_accounts;
	int64_t *ids = xcalloc(n, sizeof(*ids));
	int *locks = xcalloc(n, sizeof(*locks));
	struct state *s = NULL;
	int rc;

	for (size_t i = 0; i < n; i++)
		locks[i] = -1;
	rc = state_open(&s, im->config->state_dir, STATE_WRITE, err);
	if (rc == 0)
		rc = prepare(im, s, ids, locks, err);
	if (rc == 0)
		rc = state_begin(s, err);
	if (rc == 0)
		rc = state_end(s, record(im, s, ids, err), err);
	for (size_t i = 0; i < n; i++)
		io_close_quietly(&locks[i]);
	state_close(s);
	free(locks);
	free(ids);
	return rc;
}

/* [ACCOUNT] [FILE]; standard input when there is no FILE, or "-". */
static const char *parse(struct import *im, char *const *words)
{
	const struct account *a =
		words[0] == NULL ? NULL : config_account(im->config, words[0]);
	const char *path;

	im->account = a == NULL ? NOWHERE : (size_t)(a - im->config->accounts);
	words += a != NULL;
	path = words[0];
	if (path != NULL && words[1] != NULL)
		return NULL;
	return path == NULL || strcmp(path, "-") == 0 ? "/dev/stdin" : path;
}

static void release(struct import *im)
{
	for (size_t i = 0; i < im->n_texts; i++)
		free(im->texts[i]);
	free(im->texts);
	free(im->lines);
	buf_release(&im->text);
}

static void print_end(const struct import *im)
{
	if (log_get_level() < LOG_LEVEL_NORMAL)
		return;
	(void)printf("%zu messages are known now, %zu were known before\n",
		     im->n_new, im->n - im->n_new);
	if (im->n_other > 0)
		(void)printf("%zu lines are of other accounts\n", im->n_other);
}

int cmd_state_import(const struct state_words *w)
{
	struct import im = {.config = w->config,
			    .text = BUF_INIT(IMPORT_BYTES_MAX)};
	struct error err = ERROR_INIT;
	const char *path = parse(&im, w->words);
	int rc;

	if (path == NULL) {
		log_error("state import: name an account of %s, or none, and "
			  "one file",
			  w->config->path);
		return EX_USAGE;
	}
	rc = io_read_file(path, &im.text, &err);
	if (rc == 0 && (rc = take_all(&im, &err)) == -1)
		(void)error_prefix(&err, "%s", path);
	if (rc == 0 && im.n > 0)
		rc = write_all(&im, &err);
	if (rc == 0)
		print_end(&im);
	release(&im);
	return cmd_outcome("state import", rc, &err);
}
