/* SPDX-License-Identifier: ISC */
/*
 * A damaged database: the commands that read it, and the one that repairs it,
 * end with a result or with an error, and what they print is JSON. An input
 * changes bytes of the file, or gives columns of rows any value; its first byte
 * chooses.
 */
#include <assert.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>

#include "../unit/tempdir.h"
#include "cmd/cmd.h"
#include "state/accounts.h"
#include "util/io.h"
#include "util/json.h"
#include "util/log.h"

#define OUTPUT_MAX  ((size_t)16 * 1024 * 1024)
#define COLUMNS_MAX 200

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct buf sound = BUF_INIT(16 * 1024 * 1024);
static char *updates[COLUMNS_MAX]; /* UPDATE table SET column = ? … */
static size_t n_updates;
static int output;
static char output_path[64];

static const char *db_path(void)
{
	return temp_path("state/state.db");
}

static void run_sql(sqlite3 *db, const char *sql, const char *bytes, size_t n)
{
	sqlite3_stmt *stmt = NULL;

	(void)sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	for (int i = 1; i <= sqlite3_bind_parameter_count(stmt); i++) {
		sqlite3_int64 number = 0;

		memcpy(&number, bytes, n < sizeof(number) ? n : sizeof(number));
		if (n == 0)
			(void)sqlite3_bind_null(stmt, i);
		else if (n <= sizeof(number) && (bytes[0] & 1) != 0)
			(void)sqlite3_bind_int64(stmt, i, number);
		else if ((bytes[0] & 2) != 0)
			(void)sqlite3_bind_text(stmt, i, bytes, (int)n, NULL);
		else
			(void)sqlite3_bind_blob(stmt, i, bytes, (int)n, NULL);
	}
	(void)sqlite3_step(stmt);
	(void)sqlite3_finalize(stmt);
}

/* Three rows in each table, whose columns are their numbers or such texts. */
static void fill_table(sqlite3 *db, const char *table)
{
	char *sql = sqlite3_mprintf("PRAGMA table_info(%Q)", table);
	char *names = sqlite3_mprintf(""), *rest, *insert;
	sqlite3_stmt *stmt;

	(void)sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *name = (const char *)sqlite3_column_text(stmt, 1);
		const char *type = (const char *)sqlite3_column_text(stmt, 2);

		rest = names;
		names = sqlite3_mprintf(
			"%s%s%s", rest, rest[0] == '\0' ? "" : ", ",
			strcmp(type, "INTEGER") == 0 ? "n"
			: strcmp(type, "BLOB") == 0  ? "zeroblob(32)"
						     : "'a' || n");
		sqlite3_free(rest);
		assert(n_updates < COLUMNS_MAX);
		updates[n_updates++] = sqlite3_mprintf(
			"UPDATE OR REPLACE %Q SET %Q = ?1", table, name);
	}
	(void)sqlite3_finalize(stmt);
	insert = sqlite3_mprintf("INSERT OR IGNORE INTO %Q WITH t(n) AS (VALUES"
				 " (1), (2), (3)) SELECT %s FROM t",
				 table, names);
	assert(sqlite3_exec(db, insert, NULL, NULL, NULL) == SQLITE_OK);
	sqlite3_free(sql);
	sqlite3_free(names);
	sqlite3_free(insert);
}

static void fill(void)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert(sqlite3_open(db_path(), &db) == SQLITE_OK);
	(void)sqlite3_prepare_v2(db,
				 "SELECT name FROM sqlite_master WHERE"
				 " type = 'table' AND name NOT LIKE 'sqlite%'",
				 -1, &stmt, NULL);
	while (sqlite3_step(stmt) == SQLITE_ROW)
		fill_table(db, (const char *)sqlite3_column_text(stmt, 0));
	(void)sqlite3_finalize(stmt);
	/* Of this year, so that they are shown. */
	run_sql(db, "UPDATE msg SET first_seen = unixepoch() - id", "", 0);
	run_sql(db, "UPDATE delivery SET done = unixepoch() - n, kind = n", "",
		0);
	assert(sqlite3_exec(db, "PRAGMA wal_checkpoint(TRUNCATE)", NULL, NULL,
			    NULL) == SQLITE_OK);
	(void)sqlite3_close(db);
}

static void make(void)
{
	static const char conf[] = "maildir = \"Mail\"\nstate = \"state\"\n"
				   "account \"a1\" { host = h.example user = u"
				   " password = p }\n";
	struct error err = ERROR_INIT;
	struct state *s;
	int fd;

	(void)setenv("HOME", tempdir(), 1);
	fd = open(temp_path("c"), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert(io_write(fd, conf, strlen(conf), "", &err) == 0);
	(void)close(fd);
	assert(state_open(&s, temp_path("state"), STATE_WRITE, &err) == 0);
	state_close(s);
	fill();
	assert(io_read_file(db_path(), &sound, &err) == 0);
	log_set_fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
	output = memfd_create("output", MFD_CLOEXEC);
	(void)snprintf(output_path, sizeof(output_path), "/proc/self/fd/%d",
		       output);
	assert(dup2(output, STDOUT_FILENO) == STDOUT_FILENO);
}

static void put(const uint8_t *data, size_t size, bool in_rows)
{
	struct error err = ERROR_INIT;
	sqlite3 *db;
	int fd;

	(void)nftw(temp_path("state"), tempdir_remove_one, 16,
		   FTW_DEPTH | FTW_PHYS);
	assert(mkdir(temp_path("state"), 0700) == 0);
	fd = open(db_path(), O_CREAT | O_RDWR | O_CLOEXEC, 0600);
	assert(io_write(fd, sound.s, sound.len, "", &err) == 0);
	for (size_t i = 0; !in_rows && i + 3 < size; i += 4) {
		size_t at =
			(size_t)data[i] << 16 | data[i + 1] << 8 | data[i + 2];

		assert(pwrite(fd, data + i + 3, 1, (off_t)(at % sound.len)) ==
		       1);
	}
	(void)close(fd);
	if (!in_rows)
		return;
	assert(sqlite3_open(db_path(), &db) == SQLITE_OK);
	run_sql(db, "PRAGMA ignore_check_constraints = 1", "", 0);
	while (size >= 2) {
		size_t n = data[1] < size - 2 ? data[1] : size - 2;

		run_sql(db, updates[data[0] % n_updates],
			(const char *)data + 2, n);
		data += 2 + n;
		size -= 2 + n;
	}
	(void)sqlite3_close(db);
}

/* Each line that was printed is an object, or a list. */
static void check_output(void)
{
	struct buf text = BUF_INIT(OUTPUT_MAX);
	struct error err = ERROR_INIT;
	struct slice rest, line;

	(void)fflush(stdout);
	assert(io_read_file(output_path, &text, &err) == 0);
	rest = buf_slice(&text);
	while (slice_split(&rest, '\n', &line) && rest.p != NULL) {
		struct json *json = json_parse(line);

		assert(json != NULL);
		json_free(json);
	}
	buf_release(&text);
}

static void run(const struct cmd *cmd, char *word, bool json)
{
	char *argv[] = {NULL, word, NULL};
	struct invocation inv = {.config_path = temp_path("c"), .json = json};
	int status;

	(void)fflush(stdout);
	assert(ftruncate(output, 0) == 0 && lseek(output, 0, SEEK_SET) == 0);
	status = cmd->run(&inv, word == NULL ? 1 : 2, argv);
	assert(status == 0 || status == 1 || status == EX_TEMPFAIL ||
	       status == EX_NOPERM);
	if (json)
		check_output();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char export[] = "export", verify[] = "verify";
	static char rebuild[] = "rebuild", metrics[] = "--metrics";

	if (sound.len == 0)
		make();
	if (size == 0)
		return 0;
	put(data + 1, size - 1, (data[0] & 1) != 0);
	run(&cmd_status, NULL, true);
	run(&cmd_status, metrics, false);
	run(&cmd_log, NULL, true);
	run(&cmd_why, NULL, (data[0] & 2) == 0);
	run(&cmd_stats, NULL, true);
	run(&cmd_rules, NULL, true);
	run(&cmd_state, NULL, true);
	run(&cmd_state, export, true);
	run(&cmd_state, verify, true);
	run(&cmd_state, rebuild, false);
	run(&cmd_status, NULL, true);
	return 0;
}
