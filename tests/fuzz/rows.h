/* SPDX-License-Identifier: ISC */
/*
 * For database.c: rows in each table of a database, and other values in them.
 */
#ifndef TESTS_FUZZ_ROWS_H
#define TESTS_FUZZ_ROWS_H

#include <assert.h>
#include <sqlite3.h>
#include <stdint.h>
#include <string.h>

#define COLUMNS_MAX 200

static char *updates[COLUMNS_MAX]; /* UPDATE table SET column = ? … */
static size_t n_updates;

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

static void fill_database(const char *path)
{
	sqlite3_stmt *stmt;
	sqlite3 *db;

	assert(sqlite3_open(path, &db) == SQLITE_OK);
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

/* Which column, how many bytes, and these; then the next one. */
static void change_rows(const char *path, const uint8_t *data, size_t size)
{
	sqlite3 *db;

	assert(sqlite3_open(path, &db) == SQLITE_OK);
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

#endif
