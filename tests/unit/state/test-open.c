/* SPDX-License-Identifier: ISC */
/* A state directory that does not exist, and one that is damaged. */
#include "../tap.h"
#include "../tempdir.h"
#include "state/state.h"

static void test_state_files(void)
{
	struct error err = ERROR_INIT;
	struct state *other = NULL;
	FILE *f;

	is_int(0, state_open(&other, temp_path("none"), STATE_READ, &err),
	       "a state that does not exist can be read");
	is_int(-1, access(temp_path("none"), F_OK),
	       "and reading does not make it");
	state_close(other);
	(void)mkdir(temp_path("bad"), 0700);
	f = fopen(temp_path("bad/state.db"), "w");
	for (int i = 0; i < 1000; i++)
		(void)fputs("this is not a database", f);
	(void)fclose(f);
	is_int(-1, state_open(&other, temp_path("bad"), STATE_WRITE, &err),
	       "a damaged database is refused");
	is_int(ERR_PERSON, err.kind, "D14: the user must act");
	ok(strstr(err.text, "bad/state.db") != NULL,
	   "and the error names the file");
}

int main(void)
{
	(void)tempdir();
	test_state_files();
	return done_testing();
}
