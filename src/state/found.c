/* SPDX-License-Identifier: ISC */
#include "state/found.h"

#include <string.h>

#include "state/columns.h"
#include "state/db.h"

#include "util/banned.h"

/* Bytes that all keys of messages from no server begin with. */
#define ANONYMOUS_SIZE 4

void state_make_key(const char *account, struct slice uidl,
		    unsigned char key[HASH_SIZE])
{
	struct hash *h = hash_new();

	hash_update(h, account, strlen(account) + 1);
	hash_update(h, uidl.p, uidl.len);
	hash_final(h, key);
	hash_free(h);
}

/*
 * Such messages may be equal and come at the same time: a number makes their
 * keys differ.
 */
void state_make_anonymous_key(int64_t number, unsigned char key[HASH_SIZE])
{
	unsigned char counted[HASH_SIZE];
	struct hash *h = hash_new();

	state_make_key("", SLICE_EMPTY, key);
	hash_update(h, &number, sizeof(number));
	hash_final(h, counted);
	hash_free(h);
	memcpy(key + ANONYMOUS_SIZE, counted, HASH_SIZE - ANONYMOUS_SIZE);
}

bool state_is_anonymous_key(const unsigned char key[FOUND_SIZE])
{
	unsigned char anonymous[HASH_SIZE];

	state_make_key("", SLICE_EMPTY, anonymous);
	return memcmp(key, anonymous, ANONYMOUS_SIZE) == 0;
}

int state_is_new(struct state *s, struct error *err)
{
	struct query *q = query(s, "SELECT 1 FROM account UNION ALL"
				   " SELECT 1 FROM msg UNION ALL"
				   " SELECT 1 FROM found LIMIT 1");
	int rc = query_exists(q, err);

	return rc == -1 ? -1 : rc == 0;
}

static struct slice part(const unsigned char *digest)
{
	return slice_of((const char *)digest, FOUND_SIZE);
}

int state_add_found(struct state *s, const unsigned char key[FOUND_SIZE],
		    const unsigned char content[FOUND_SIZE],
		    const unsigned char identity[HASH_SIZE], struct error *err)
{
	struct query *q = query(
		s,
		"INSERT INTO found (key, content, identity) VALUES (?, ?, ?) ON CONFLICT DO NOTHING");

	query_bind_blob(q, 1, part(key));
	query_bind_blob(q, 2, part(content));
	query_bind_digest(q, 3, identity);
	return query_run(q, err);
}

int state_has_content(struct state *s, const unsigned char content[FOUND_SIZE],
		      struct error *err)
{
	struct query *q =
		query(s, "SELECT 1 FROM found WHERE content = ? LIMIT 1");

	query_bind_blob(q, 1, part(content));
	return query_exists(q, err);
}

/* Nearly always the table is empty: then skip the other queries. */
static int has_any(struct state *s, struct error *err)
{
	struct query *q = query(s, "SELECT 1 FROM found LIMIT 1");

	return query_exists(q, err);
}

/* The key as file names have it. 1, 0 no such account, -1. */
static int get_key(struct state *s, int64_t account, struct slice uidl,
		   unsigned char key[HASH_SIZE], struct error *err)
{
	struct query *q = query(s, "SELECT name FROM account WHERE id = ?");
	int rc;

	query_bind_int(q, 1, account);
	rc = query_step(q, err);
	if (rc == 1)
		state_make_key(query_text(q, 0), uidl, key);
	query_reset(q);
	return rc;
}

int state_is_found(struct state *s, int64_t account, struct slice uidl,
		   struct error *err)
{
	unsigned char key[HASH_SIZE];
	struct query *q;
	int rc = has_any(s, err);

	if (rc == 1)
		rc = get_key(s, account, uidl, key, err);
	if (rc != 1)
		return rc;
	q = query(s, "SELECT 1 FROM found WHERE key = ? LIMIT 1");
	query_bind_blob(q, 1, part(key));
	return query_exists(q, err);
}

static int add_adopted(struct state *s, const struct received *listed,
		       const unsigned char sha256[HASH_SIZE], struct error *err)
{
	struct query *q =
		query(s, "INSERT INTO msg (account, uidl,"
			 " listed_size, size, sha256, identity, state,"
			 " session, first_seen) VALUES (?1, ?2, ?3, ?3,"
			 " ?4, ?5, " SQL_DONE ", ?6, ?7)"
			 " ON CONFLICT DO NOTHING");

	query_bind_int(q, 1, listed->account);
	query_bind_blob(q, 2, listed->uidl);
	query_bind_int(q, 3, (int64_t)listed->listed_size);
	query_bind_digest(q, 4, sha256);
	query_bind_digest(q, 5, listed->identity);
	query_bind_int(q, 6, listed->session);
	query_bind_int(q, 7, listed->now);
	return query_run(q, err);
}

/*
 * Only the first bytes of its digest are known. If it is fetched nevertheless,
 * its row in `found` still shows by the content that it is here.
 */
int state_adopt_found(struct state *s, const struct received *listed,
		      struct error *err)
{
	unsigned char key[HASH_SIZE], sha256[HASH_SIZE] = {0};
	int rc = get_key(s, listed->account, listed->uidl, key, err);
	struct query *q;

	if (rc != 1)
		return rc;
	q = query(s, "SELECT content FROM found WHERE key = ? AND identity = ?"
		     " LIMIT 1");
	query_bind_blob(q, 1, part(key));
	query_bind_digest(q, 2, listed->identity);
	rc = query_step(q, err);
	if (rc == 1) {
		struct slice content = query_blob(q, 0);

		if (content.len == FOUND_SIZE)
			memcpy(sha256, content.p, FOUND_SIZE);
	}
	query_reset(q);
	if (rc == 1 && add_adopted(s, listed, sha256, err) == -1)
		return -1;
	return rc;
}

/* Remove one anonymous row that has its content. */
static int take_anonymous(struct state *s, const struct received *r,
			  struct error *err)
{
	struct query *q = query(s, "DELETE FROM found WHERE (key, content) IN"
				   " (SELECT key, content FROM found WHERE"
				   " content = ? AND substr(key, 1, 4) = ?"
				   " LIMIT 1)");
	unsigned char key[HASH_SIZE];

	state_make_key("", SLICE_EMPTY, key);
	query_bind_blob(q, 1, part(r->sha256));
	query_bind_blob(q, 2, slice_of((const char *)key, ANONYMOUS_SIZE));
	if (query_run(q, err) == -1)
		return -1;
	return state_changes(s) > 0;
}

int state_take_found(struct state *s, const struct received *r,
		     struct error *err)
{
	unsigned char key[HASH_SIZE];
	struct query *q;
	int rc = r->uidl.p == NULL ? 0 : has_any(s, err);

	if (rc == 1)
		rc = get_key(s, r->account, r->uidl, key, err);
	if (rc != 1)
		return rc;
	q = query(s, "SELECT 1 FROM found WHERE key = ? AND content = ?");
	query_bind_blob(q, 1, part(key));
	query_bind_blob(q, 2, part(r->sha256));
	rc = query_exists(q, err);
	return rc == 0 ? take_anonymous(s, r, err) : rc;
}
