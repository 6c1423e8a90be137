/* SPDX-License-Identifier: ISC */
/*
 * What an IMAP server says: any bytes give the same responses, messages and
 * errors in pieces of any size; what is written of a message is what its
 * literal holds, with CRLF as LF; no word is longer than a line may be; nothing
 * is expunged that the server has not shown to be ours; and a session, from the
 * greeting on, is the same in pieces and shows no secret.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "../unit/imap/describe.h"
#include "../unit/imap/fetching.h"
#include "imap/name.h"
#include "net/login.h"

/* A transcript that is longer is not compared. */
#define TRANSCRIPT_MAX (4 * 1024 * 1024)

/* A session that waits: the same in any pieces. */
static void wait_for_news(struct slice input, size_t step, unsigned sum,
			  struct buf *out)
{
	struct conn conn;
	struct imap *i;
	struct counts now;
	struct error err = ERROR_INIT;
	char text[IMAP_TEXT_MAX] = "";
	bool news = false;
	int rc;

	fake_conn_init(&conn, input, step);
	i = imap_new(&conn, NULL, true);
	capability_read(slice_str(sum % 2 == 0 ? "IDLE" : "ID"),
			&i->capabilities);
	rc = imap_idle(i, slice_str("INBOX"), &now, text, &err);
	if (rc == 1 && sum % 3 != 0 && !imap_idle_is_asking(i))
		rc = imap_idle_renew(i, &err) == -1 ? -1 : 1;
	do
		if (rc == 1 && imap_idle_read(i, &news, &err) == -1)
			rc = -1;
	while (rc == 1 && conn.input.len > 0);
	if (rc == 1 && sum % 5 == 0)
		rc = imap_idle_end(i, 60, &err);
	buf_addf(out, "%d %s %d %" PRIu32 " %d %s\n", rc, text, news,
		 i->idle.messages, (int)i->idle.stage,
		 rc == -1 ? err.text : "");
	imap_close(i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct imap_wanted wanted[] = {
	{3, 10}, {4, 10}, {5, 0}, {9, 2000000}, {4294967295, 1},
};

/* By the definition, a byte at a time. */
static void convert(struct slice octets, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < octets.len; i++)
		if (octets.p[i] != '\r' || i + 1 == octets.len ||
		    octets.p[i + 1] != '\n')
			buf_addch(out, octets.p[i]);
}

/* Is there a literal of so many octets that holds this message? */
static bool has_literal(struct slice input, uint64_t octets,
			struct slice message)
{
	struct buf bytes = BUF_INIT(input.len);
	bool found = false;

	for (size_t at = 3; !found && at + octets <= input.len; at++) {
		if (memcmp(input.p + at - 3, "}\r\n", 3) != 0)
			continue;
		convert(slice_of(input.p + at, (size_t)octets), &bytes);
		found = slice_equal(buf_slice(&bytes), message);
	}
	buf_release(&bytes);
	return found;
}

/* A message that was not quoted was a literal. */
static void check_messages(const struct fetching *f, int fd)
{
	struct buf file = BUF_INIT(f->input.len);
	struct conn conn;
	struct imap *i;
	struct imap_answer answer;
	struct error err = ERROR_INIT;

	fake_conn_init(&conn, f->input, f->step);
	i = imap_new(&conn, NULL, true);
	imap_request(i, f->part, f->wanted, f->n, f->max_bytes);
	while (imap_next(i, fd, &answer, &err) == 1) {
		assert(i->reader.lex.text.len <= LEX_LINE_MAX);
		buf_clear(&file);
		fetching_take_file(fd, &file);
		assert(answer.outcome == IMAP_FETCHED || file.len == 0);
		assert(answer.size == file.len);
		assert(answer.outcome != IMAP_FETCHED ||
		       slice_contains(f->input, "\"") ||
		       has_literal(f->input, answer.octets, buf_slice(&file)));
	}
	(void)!ftruncate(fd, lseek(fd, 0, SEEK_SET));
	imap_close(i);
	buf_release(&file);
}

static int take_counts(void *context, size_t k, const struct counts *counts,
		       const char *text, struct error *err)
{
	(void)err;
	buf_addf(context, "%zu %" PRIu32 " %s\n", k,
		 counts == NULL ? 0 : counts->messages, text);
	return 0;
}

static int take_listed(void *context, const struct imap_listed *m,
		       struct error *err)
{
	(void)err;
	assert(m->uid >= 9 || m->uid <= 3 || m->uid == 7);
	buf_addf(context, "%" PRIu32 " %" PRIu64 "\n", m->uid, m->size);
	return 0;
}

static int take_uid(void *context, uint32_t uid, struct error *err)
{
	(void)err;
	buf_addf(context, "%" PRIu32 "\n", uid);
	return 0;
}

static void compare_responses(struct slice input, size_t step)
{
	struct buf whole = BUF_INIT(TRANSCRIPT_MAX);
	struct buf pieces = BUF_INIT(TRANSCRIPT_MAX);

	describe_all(input, input.len + 1, &whole);
	describe_all(input, step, &pieces);
	assert(whole.full || pieces.full ||
	       slice_equal(buf_slice(&whole), buf_slice(&pieces)));
	buf_release(&whole);
	buf_release(&pieces);
}

static void compare_messages(struct fetching *f, size_t step, int fd)
{
	struct buf whole = BUF_INIT(TRANSCRIPT_MAX);
	struct buf pieces = BUF_INIT(TRANSCRIPT_MAX);

	f->step = f->input.len + 1;
	(void)fetching_run(f, fd, &whole, NULL);
	f->step = step;
	(void)fetching_run(f, fd, &pieces, NULL);
	assert(whole.full || pieces.full ||
	       slice_equal(buf_slice(&whole), buf_slice(&pieces)));
	buf_release(&whole);
	buf_release(&pieces);
}

/* A dialogue; its result goes to `out`. `sum` chooses among several. */
typedef void dialogue(struct slice input, size_t step, unsigned sum,
		      struct buf *out);

/* The result is the same for input in one piece, and in pieces of `step`. */
static void compare(dialogue *run, struct slice input, size_t step,
		    unsigned sum, bool may_be_cut)
{
	struct buf whole = BUF_INIT(TRANSCRIPT_MAX);
	struct buf pieces = BUF_INIT(TRANSCRIPT_MAX);
	bool same;

	run(input, input.len + 1, sum, &whole);
	run(input, step, sum, &pieces);
	same = slice_equal(buf_slice(&whole), buf_slice(&pieces));
	assert(same || (may_be_cut && (whole.full || pieces.full)));
	buf_release(&whole);
	buf_release(&pieces);
}

/* Changes: the same result for answers in pieces of any size. */
static void change_messages(struct slice input, size_t step, unsigned sum,
			    struct buf *out)
{
	static const uint32_t uids[] = {1, 2, 3, 7, 9};
	const struct slice names[] = {slice_str("INBOX"), slice_str("a")};
	const struct imap_set set = {9, uids, 4};
	unsigned char states[5] = {IMAP_UNCHANGED};
	struct imap_change c = {uids, states, 5, ""};
	struct error err = ERROR_INIT;
	struct conn conn;
	struct imap *i;

	fake_conn_init(&conn, input, step);
	i = imap_new(&conn, NULL, sum % 3 != 0);
	capability_read(slice_str(sum % 2 == 0 ? "MOVE UIDPLUS" : "LITERAL+"),
			&i->capabilities);
	if (imap_statuses(i, names, 2, take_counts, out, &err) == 0 &&
	    imap_list_messages(i, &set, take_listed, out, c.text, &err) != -1 &&
	    imap_move(i, &c, slice_str("b"), &err) != -1 && sum % 5 == 0)
		(void)imap_list_uids(i, 3, take_uid, out, c.text, &err);
	for (size_t k = 0; k < 5; k++)
		buf_addf(out, "%d ", states[k]);
	assert(!slice_contains(buf_slice(&conn.sent), " EXPUNGE\r\n") ||
	       slice_contains_nocase(input, "SEARCH"));
	buf_addf(out, "%s %s\n", c.text, err.text);
	buf_addslice(out, buf_slice(&conn.sent));
	imap_close(i);
}

/* The password never shows, whatever the server makes of it. */
static void check_trace(char direction, struct slice text)
{
	assert(direction != '>' || !slice_contains(text, "pencil"));
}

/* A login; what it came to, and how much was sent. */
static void log_in(struct slice input, size_t step, unsigned how,
		   struct buf *out)
{
	static const enum auth_mode ways[] = {
		AUTH_AUTO, AUTH_PLAIN,	       AUTH_LOGIN,   AUTH_CRAM_MD5,
		AUTH_USER, AUTH_SCRAM_SHA_256, AUTH_XOAUTH2, AUTH_AUTO,
	};

	char user[] = "me", host[] = "example.org";
	struct account account = {.protocol = PROTOCOL_IMAP,
				  .host = host,
				  .port = 993,
				  .auth = ways[how % 8],
				  .user = user};
	struct conn_secret secret = {.text = how % 16 == 7 ? "pencil\xe9"
							   : "pencil",
				     .is_token = how % 16 == 15};
	struct error err = ERROR_INIT;
	struct conn conn;
	struct imap *i;
	int rc;

	fake_conn_init(&conn, input, step);
	conn.is_encrypted = how % 3 != 0;
	fake_next = NULL;
	i = imap_new(&conn, check_trace, true);
	rc = imap_login(i, &account, &secret, &err);
	assert(i->wire.secret.len == 0 && i->wire.given.len == 0);
	assert(rc == 0 || err.kind != ERR_NONE);
	buf_addf(out, "%d %zu %s", rc, conn.sent.len, rc == 0 ? "" : err.text);
	imap_close(i);
}

/* A name that is well formed has one path, which makes it again. */
static void check_name(struct slice name)
{
	struct buf path = BUF_INIT(2 * FOLDER_NAME_MAX);
	struct buf again = BUF_INIT(2 * FOLDER_NAME_MAX);

	name = slice_of(name.p, name.len < 200 ? name.len : 200);
	if (name_to_path(name, '/', false, &path)) {
		assert(name_of_path(buf_slice(&path), '/', false, &again));
		assert(slice_equal(buf_slice(&again), name));
	}
	assert(path.len == 0 || name_matches(slice_str("*"), buf_slice(&path)));
	buf_release(&path);
	buf_release(&again);
}

static int add_folder(void *context, const struct folder *folder,
		      const struct counts *counts, struct error *err)
{
	struct buf *out = context;

	(void)err;
	buf_addf(out, "folder %.*s %d %x", (int)folder->name.len,
		 folder->name.p, folder->delimiter, folder->attributes);
	if (counts != NULL)
		buf_addf(out, " %x %" PRIu32 " %" PRIu32, counts->counted,
			 counts->messages, counts->uid_next);
	buf_addch(out, '\n');
	return 0;
}

static int add_listed(void *context, const struct imap_listed *m,
		      struct error *err)
{
	(void)err;
	buf_addf(context, "listed %" PRIu32 " %" PRIu64 " %x %" PRId64 "\n",
		 m->uid, m->size, m->flags, m->has_time ? m->time : -1);
	return 0;
}

/* No error shows it, unless the server knew it before. */
#define SECRET "Xq7.zK"

static int session_login(struct imap *i, unsigned sum, struct error *err)
{
	char host[] = "example.org", user[] = "me", secret[] = SECRET;
	struct account account = {.name = host,
				  .host = host,
				  .port = 993,
				  .protocol = PROTOCOL_IMAP,
				  .user = user};
	struct conn_secret s = {secret, sum % 5 == 0};

	return imap_login(i, &account, &s, err);
}

/* Without a login, what the server says begins with its folders. */
static void run_session(struct slice input, size_t step, unsigned sum,
			struct buf *out)
{
	struct conn conn;
	struct imap *i;
	struct imap_selected selected;
	struct imap_set all = {.from = 1};
	struct error err = ERROR_INIT;
	char text[IMAP_TEXT_MAX] = "";
	int rc = -1;

	fake_conn_init(&conn, input, step);
	i = imap_new(&conn, NULL, true);
	capability_read(slice_str("LIST-STATUS CONDSTORE LITERAL-"),
			&i->capabilities);
	conn.is_encrypted = sum % 2 == 0;
	if ((sum % 3 == 0 || session_login(i, sum, &err) == 0) &&
	    imap_list(i, true, add_folder, out, &err) == 0)
		rc = imap_select_ahead(i, slice_str("a \303\244"), false,
				       &selected, &err);
	if (rc == 1) {
		rc = imap_list_messages(i, &all, add_listed, out, text, &err);
		buf_addf(out, "selected %" PRIu32 " %" PRIu32 " %" PRIu32 "\n",
			 selected.messages, selected.uid_validity,
			 selected.uid_next);
	}
	buf_addf(out, "%d %s %s\n", rc, text, rc == -1 ? err.text : "");
	assert(strstr(err.text, SECRET) == NULL ||
	       memmem(input.p, input.len, SECRET, strlen(SECRET)) != NULL);
	imap_close(i);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fetching f = {
		.input = slice_of((const char *)data, size),
		.wanted = wanted,
		.n = sizeof(wanted) / sizeof(wanted[0]),
		.can = "X-GM-EXT-1 OBJECTID",
		.max_bytes = 5000,
	};
	int fd = memfd_create("message", MFD_CLOEXEC);
	unsigned sum = 0;

	for (size_t i = 0; i < size; i++)
		sum += data[i];
	f.part = sum % 8 == 0 ? IMAP_HEADER : IMAP_MESSAGE;
	compare_responses(f.input, 0);
	compare_responses(f.input, 1 + sum % 5);
	compare_messages(&f, 0, fd);
	compare_messages(&f, 1 + sum % 7, fd);
	check_messages(&f, fd);
	compare(change_messages, f.input, 1 + sum % 7, sum, true);
	compare(run_session, f.input, 1 + sum % 7, sum, true);
	compare(wait_for_news, f.input, 1 + sum % 7, sum, true);
	check_name(f.input);
	compare(log_in, f.input, 1 + sum % 5, sum, false);
	(void)close(fd);
	return 0;
}
