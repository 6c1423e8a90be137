/* SPDX-License-Identifier: ISC */
/* A damaged database: what is read of it is right, or an error says so. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../tap.h"
#include "../tempdir.h"
#include "state/accounts.h"
#include "state/received.h"
#include "state/seen.h"
#include "state/state.h"
#include "util/io.h"
#include "util/xalloc.h"

#define MESSAGES 200
#define FLIPS	 500

static struct buf original;

static void add_message(struct state *s, int i, struct error *err)
{
	char uidl[64], spool[64];
	struct received received = {.account = 1, .session = 1, .now = 1};

	(void)snprintf(uidl, sizeof(uidl), "uidl-of-message-%d", i);
	(void)snprintf(spool, sizeof(spool), "a1-%d", i);
	received.uidl = slice_str(uidl);
	received.spool = spool;
	received.size = received.listed_size = (uint64_t)i;
	received.sha256[0] = (unsigned char)i;
	(void)state_add_received(s, &received, err);
}

static bool make_database(struct error *err)
{
	struct state *s = NULL;
	int64_t id;
	bool made;

	if (state_open(&s, temp_path("state"), STATE_WRITE, err) == -1)
		return false;
	made = state_begin(s, err) == 0 &&
	       state_add_account(s, "a", &id, err) == 0 && id == 1;
	for (int i = 0; i < MESSAGES; i++)
		add_message(s, i, err);
	made = made && state_end(s, 0, err) == 0;
	state_close(s);
	buf_init(&original, 1 << 24);
	return made &&
	       io_read_file(temp_path("state/state.db"), &original, err) == 0;
}

static void put_database(const char *bytes, size_t len)
{
	struct error err = ERROR_INIT;
	int fd = open(temp_path("state/state.db"),
		      O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	(void)unlink(temp_path("state/state.db-wal"));
	(void)unlink(temp_path("state/state.db-shm"));
	(void)io_write(fd, bytes, len, "", &err);
	(void)close(fd);
}

/* How many messages are known; -1 with an error. */
static int count_live(struct error *err)
{
	struct state *s = NULL;
	struct seen row;
	int n = 0, rc;

	if (state_open(&s, temp_path("state"), STATE_WRITE, err) == -1)
		return -1;
	state_live_begin(s, 1);
	while ((rc = state_live_next(s, &row, err)) == 1)
		n++;
	state_live_end(s);
	state_close(s);
	return rc == -1 ? -1 : n;
}

/* A person must act, and is told of what; any other error is a wrong one. */
static bool is_said(const struct error *err)
{
	return err->kind == ERR_PERSON && strstr(err->text, "state.db") != NULL;
}

static void test_cut_off(void)
{
	int wrong = 0, said = 0, places = 0;

	for (size_t len = 0; len < original.len; len += 512, places++) {
		struct error err = ERROR_INIT;
		int n;

		put_database(original.s, len);
		n = count_live(&err);
		said += n == -1 && is_said(&err);
		wrong += n == -1 ? !is_said(&err) : n != MESSAGES;
	}
	is_int(0, wrong, "D14: cut off at every 512 bytes");
	ok(said > places - 9, "D14: which is found, but for blank pages");
}

static void test_flips(void)
{
	unsigned long x = 20250101;
	int wrong = 0, said = 0;

	for (int i = 0; i < FLIPS; i++) {
		struct error err = ERROR_INIT;
		char *bytes = xmemdup0(original.s, original.len);
		int n;

		for (int flips = i % 3 * 20; flips >= 0; flips--) {
			x = x * 16807 % 2147483647;
			bytes[x % original.len] ^= (char)(1 << (x >> 20) % 8);
		}
		put_database(bytes, original.len);
		free(bytes);
		n = count_live(&err);
		said += n == -1 && is_said(&err);
		wrong += n == -1 && !is_said(&err);
		if (n == -1 && !is_said(&err))
			printf("# %s\n", err.text);
	}
	is_int(0, wrong, "D14: bits that flip: read, or said");
	ok(said > FLIPS / 5, "D14: most is found");
}

int main(void)
{
	struct error err = ERROR_INIT;

	(void)tempdir();
	ok(make_database(&err), "a database");
	is_int(MESSAGES, count_live(&err), "is read");
	/* A sign of use: an empty database is a lost one. */
	(void)close(open(temp_path("state/sorter.lock"),
			 O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	test_cut_off();
	test_flips();
	buf_release(&original);
	return done_testing();
}
