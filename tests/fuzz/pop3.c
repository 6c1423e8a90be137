/* SPDX-License-Identifier: ISC */
/*
 * A server that says anything: a session ends the same in whatever pieces its
 * bytes come, and keeps no more of them than there are. The first byte chooses
 * the session; the others are what the server says, see pop3_server.h.
 */
#include "pop3/pop3.h"

#include <assert.h>
#include <string.h>

#include "pop3_server.h"

/* Bytes of the answers; messages of a listing that are asked for. */
#define SAID_MAX   ((size_t)64 * 1024)
#define WANTED_MAX 32

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is kept of an answer, as text. */
static void note(const struct pop3 *p, const struct mailbox_answer *a,
		 struct buf *story)
{
	unsigned char digest[HASH_SIZE];

	assert(a->size <= SAID_MAX && a->octets <= 2 * SAID_MAX);
	assert(a->head.len <= INTAKE_HEAD_MAX && pop3_synced(p) <= WANTED_MAX);
	assert(memchr(a->text, '\0', sizeof(a->text)) != NULL);
	if (a->ok && a->head.len == a->size && a->size > 0) {
		assert(hash_digest(HASH_SHA256, a->head, digest));
		assert(memcmp(digest, a->sha256, HASH_SIZE) == 0);
	}
	assert(!a->is_odd || a->head.len >= 3);
	buf_addf(story, "%u %d%d%d%d%d %s %u %u ", (unsigned)a->entry->number,
		 a->ok, a->exact, a->is_dotted, a->is_odd, a->has_stray,
		 a->text, (unsigned)a->size, (unsigned)a->octets);
	buf_addslice(story, a->head);
}

static int ask(struct pop3 *p, const struct mailbox_listing *l, unsigned way,
	       struct buf *story, struct error *err)
{
	const struct mailbox_entry *wanted[WANTED_MAX];
	struct mailbox_answer a;
	size_t n = 0;
	int rc = 0;

	while (n < l->n && n < WANTED_MAX) {
		wanted[n] = &l->entries[n];
		buf_addslice(story, mailbox_uidl(l, wanted[n++]));
	}
	assert(l->text.len <= SAID_MAX && l->n <= MAILBOX_MESSAGES_MAX);
	for (unsigned c = MAILBOX_MESSAGE; c <= MAILBOX_DELETE && rc == 0;
	     c++) {
		pop3_request(p, (enum mailbox_command)c, wanted, n,
			     (way & 4) != 0 ? 20 : 0);
		while ((rc = pop3_next(p, -1, &a, err)) == 1)
			note(p, &a, story);
		buf_addf(story, "[%zu]", pop3_synced(p));
		if (rc == 0 && c == MAILBOX_MESSAGE && n > 0 &&
		    (way & 8) != 0) {
			rc = pop3_read_alone(p, wanted[0], (way & 16) != 0, 0,
					     -1, &a, err);
			if (rc == 1)
				note(p, &a, story);
			rc = rc == 1 ? 0 : -1;
		}
	}
	return rc == 0 ? pop3_quit(p, err) : -1;
}

/*
 * False if it said more than it was asked for: then the pieces matter, because
 * the session ends there, or the login begins again.
 */
static bool run(struct slice said, unsigned way, unsigned cut_by,
		struct buf *story)
{
	static char word[] = "u";
	const struct account account = {
		.name = word, .host = word, .user = word, .timeout = 180};
	const struct conn_secret secret = {.text = "pencil"};
	struct error err = ERROR_INIT;
	struct mailbox_listing l = {0};
	struct conn *conn;
	struct pop3 *p;

	buf_clear(&server.ready);
	server.rest = said;
	server.at = server.opened = 0;
	server.cut = cut_by;
	(void)conn_open(&conn, &account, &err);
	if ((way & 2) != 0) { /* without login, and without greeting */
		buf_clear(&server.ready);
		server.rest = said;
	}
	p = pop3_new(conn, NULL, (way & 1) != 0);
	if (((way & 2) != 0 || pop3_login(p, &account, &secret, &err) == 0) &&
	    pop3_list(p, &l, &err) == 0)
		(void)ask(p, &l, way, story, &err);
	buf_addf(story, "%s %d", err.text, (int)pop3_broke(p)->kind);
	mailbox_release(&l);
	pop3_close(p);
	return server.opened == 1 &&
	       strstr(err.text, "answer no command") == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole = BUF_INIT(4 * SAID_MAX),
		   cut_up = BUF_INIT(4 * SAID_MAX);
	struct slice said;

	if (size == 0 || size > SAID_MAX)
		return 0;
	said = slice_of((const char *)data + 1, size - 1);
	buf_init(&server.ready, SAID_MAX);
	if (run(said, data[0], 0, &whole)) {
		(void)run(said, data[0], 1 + data[0], &cut_up);
		assert(slice_equal(buf_slice(&whole), buf_slice(&cut_up)));
	}
	buf_release(&server.ready);
	buf_release(&whole);
	buf_release(&cut_up);
	return 0;
}
