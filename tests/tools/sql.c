/* SPDX-License-Identifier: ISC */
/* usage: sql DATABASE STATEMENT. Prints the rows; for stories. */
#include <sqlite3.h>
#include <stdio.h>

static int print_row(void *user, int n, char **values, char **names)
{
	(void)user;
	(void)names;
	for (int i = 0; i < n; i++)
		printf("%s%s", i > 0 ? "|" : "", values[i] ? values[i] : "");
	printf("\n");
	return 0;
}

int main(int argc, char **argv)
{
	char *trouble = NULL;
	sqlite3 *db;

	if (argc != 3 || sqlite3_open(argv[1], &db) != SQLITE_OK)
		return 1;
	(void)sqlite3_busy_timeout(db, 10000);
	if (sqlite3_exec(db, argv[2], print_row, NULL, &trouble) != SQLITE_OK) {
		(void)fprintf(stderr, "%s\n", trouble);
		return 1;
	}
	return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
