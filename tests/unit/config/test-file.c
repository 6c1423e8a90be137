/* SPDX-License-Identifier: ISC */
#include <stdlib.h>

#include "../tap.h"
#include "../tempdir.h"
#include "config/file.h"
#include "util/xalloc.h"

static const char *put(const char *name, mode_t mode, const char *text)
{
	const char *path = temp_path(name);
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) == EOF || fclose(f) == EOF ||
	    chmod(path, mode) == -1)
		perror(path);
	return path;
}

static int read_file(const char *path, struct config_file *file,
		     struct error *err)
{
	struct buf bytes = BUF_INIT(10);
	int rc = config_file_read(path, &bytes, file, err);

	buf_release(&bytes);
	return rc;
}

static void test_read(void)
{
	struct error err = ERROR_INIT;
	struct config_file file = {0};

	is_int(0, read_file(put("a", 0600, "012345678"), &file, &err),
	       "a file of ours");
	ok(!file.readable_by_others, "that only we can read");
	is_int(0, read_file(put("a", 0640, "x"), &file, &err), "or a group");
	ok(file.readable_by_others, "which is seen");
	is_int(-1, read_file(put("b", 0606, "x"), &file, &err),
	       "everybody can write");
	is_int(-1, read_file(put("c", 0600, "0123456789"), &file, &err),
	       "too large");
	is_int(-1, read_file(temp_path("none"), &file, &err), "no file");
	is_int(-1, read_file(tempdir_path, &file, &err), "a directory");
	is_int(ERR_CONFIG, err.kind, "all are errors of the configuration");
}

static void is_included(const char *name, const char *want, const char *what)
{
	struct error err = ERROR_INIT;
	char **list = config_file_include(name, tempdir_path, &err);
	struct buf got = BUF_INIT(4096);

	for (size_t i = 0; list != NULL && list[i] != NULL; i++)
		buf_addf(&got, "%s ", list[i] + strlen(tempdir_path));
	is_str(want, list == NULL ? "error" : got.s, what);
	buf_release(&got);
	strings_free(list);
}

static void test_include(void)
{
	(void)mkdir(temp_path("d"), 0700);
	(void)put("d/2.conf", 0600, "");
	(void)put("d/1.conf", 0600, "");
	is_included("d/1.conf", "/d/1.conf ", "a file");
	is_included("d/*.conf", "/d/1.conf /d/2.conf ", "a pattern, sorted");
	is_included("e/*.conf", "", "a pattern of nothing");
	is_included("std:1", "/d/1.conf ", "a set of rules");
	is_included("std:3", "error", "no such set");
	is_included("std:../d/1", "error", "a path is not the name of a set");
}

static void test_guess(void)
{
	static const char text[] = "# log = a\nlog-format = json\n"
				   "  log = \"b c\"  # d\nrule { log = e }\n";
	char *log = config_file_guess(slice_str(text), "log");
	char *none = config_file_guess(slice_str(text), "state");
	char *directory = config_file_directory("/a/b/c.conf");

	is_str("b c", log, "a setting of a file that cannot be parsed");
	is_str(NULL, none, "a setting that is not in it");
	is_str("/a/b", directory, "the directory of a path");
	free(log);
	free(none);
	free(directory);
}

int main(void)
{
	(void)tempdir();
	(void)setenv("POSTROOM_FILTERS", temp_path("d"), 1);
	test_read();
	test_include();
	test_guess();
	return done_testing();
}
