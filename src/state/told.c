/* SPDX-License-Identifier: ISC */
#include "state/told.h"

#include <stdio.h>
#include <string.h>

#include "state/db.h"
#include "util/ascii.h"

#include "util/banned.h"

/* state_tell_once() remembers for so long, and renews that once a day. */
#define ONCE_SECONDS ((int64_t)7 * 24 * 3600)

/* A clock that was set back by less is not "a clock that was ahead". */
#define BACK_SECONDS 900

/* Bytes of a digest in a key: enough to tell some troubles apart. */
#define DIGEST_BYTES 8
#define DIGEST_HEX   (2 * DIGEST_BYTES + 1)

/* "trouble KIND SENTENCE WORDING", the last two as digests. */
#define GROUP_MAX 40
#define KEY_MAX	  64

/* Was it told at a time that lies less than `seconds` before `now`? */
static int is_told(struct state *s, int64_t account, const char *what,
		   int64_t now, int64_t seconds, struct error *err)
{
	struct query *q =
		query(s, "SELECT 1 FROM told WHERE account = ? AND what = ?"
			 " AND at > ? AND at < ?");

	query_bind_int(q, 1, account);
	query_bind_text(q, 2, what);
	query_bind_int(q, 3, now - seconds);
	query_bind_int(q, 4, now + BACK_SECONDS);
	return query_exists(q, err);
}

/* Rows that count no more, or come from a clock that was ahead. */
static int forget_old(struct state *s, int64_t now, struct error *err)
{
	struct query *q = query(s, "DELETE FROM told WHERE at <= ? OR at > ?");

	query_bind_int(q, 1, now - ONCE_SECONDS);
	query_bind_int(q, 2, now + BACK_SECONDS);
	return query_run(q, err);
}

static int record(struct state *s, int64_t account, const char *what,
		  int64_t now, struct error *err)
{
	struct query *q;

	if (forget_old(s, now, err) == -1)
		return -1;
	q = query(s, "INSERT INTO told (account, what, at) VALUES (?, ?, ?)"
		     " ON CONFLICT (account, what) DO UPDATE"
		     " SET at = excluded.at");
	query_bind_int(q, 1, account);
	query_bind_text(q, 2, what);
	query_bind_int(q, 3, now);
	return query_run(q, err);
}

int state_tell(struct state *s, int64_t account, const char *what, int64_t now,
	       bool *tell_out, struct error *err)
{
	int told = is_told(s, account, what, now, TOLD_SECONDS, err);

	*tell_out = told == 0;
	if (told != 0)
		return told == -1 ? -1 : 0;
	return record(s, account, what, now, err);
}

int state_tell_once(struct state *s, int64_t account, const char *what,
		    int64_t now, bool *tell_out, struct error *err)
{
	int told = is_told(s, account, what, now, ONCE_SECONDS, err);

	*tell_out = told == 0;
	if (told == 1)
		told = is_told(s, account, what, now, TOLD_SECONDS, err);
	if (told != 0)
		return told == -1 ? -1 : 0;
	return record(s, account, what, now, err);
}

static size_t word_length(const char *text)
{
	return strcspn(text, " \t\"");
}

static bool has_digit(const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (ascii_is_digit(word[i]))
			return true;
	return false;
}

static void add_word(struct hash *h, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!ascii_is_digit(word[i]))
			hash_update(h, word + i, 1);
	hash_update(h, " ", 1);
}

/*
 * The words in quotes, or all others, without digits. Words in quotes that have
 * some are left out: they are times, addresses, names of sessions.
 */
static void digest_words(const char *text, bool quoted, char out[DIGEST_HEX])
{
	unsigned char digest[HASH_SIZE];
	struct hash *h = hash_new();
	bool inside = false;

	while (*text != '\0') {
		size_t len = word_length(text);

		if (len > 0 && inside == quoted &&
		    !(quoted && has_digit(text, len)))
			add_word(h, text, len);
		text += len;
		if (*text == '"')
			inside = !inside;
		if (*text != '\0')
			text++;
	}
	hash_final(h, digest);
	hash_free(h);
	hash_hex(digest, DIGEST_BYTES, out);
}

static int count_wordings(struct state *s, int64_t account, const char *group,
			  int64_t now, int64_t *n_out, struct error *err)
{
	struct query *q =
		query(s, "SELECT count(*) FROM told WHERE account = ?1"
			 " AND substr(what, 1, length(?2)) = ?2"
			 " AND at > ?3 AND at < ?4");

	query_bind_int(q, 1, account);
	query_bind_text(q, 2, group);
	query_bind_int(q, 3, now - TOLD_SECONDS);
	query_bind_int(q, 4, now + BACK_SECONDS);
	return query_one_int(q, n_out, err);
}

int state_tell_trouble(struct state *s, int64_t account,
		       const struct error *trouble, int64_t now, bool *tell_out,
		       struct error *err)
{
	char sentence[DIGEST_HEX], wording[DIGEST_HEX];
	char group[GROUP_MAX], key[KEY_MAX];
	int64_t wordings = 0;
	int told;

	digest_words(trouble->text, false, sentence);
	digest_words(trouble->text, true, wording);
	(void)snprintf(group, sizeof(group), "trouble %d %s ",
		       (int)trouble->kind, sentence);
	(void)snprintf(key, sizeof(key), "%s%s", group, wording);
	told = is_told(s, account, key, now, TOLD_SECONDS, err);
	if (told == 0 &&
	    count_wordings(s, account, group, now, &wordings, err) == -1)
		return -1;
	*tell_out = told == 0 && wordings < TOLD_WORDINGS_MAX;
	if (told == -1 || !*tell_out)
		return told == -1 ? -1 : 0;
	return record(s, account, key, now, err);
}
