/* SPDX-License-Identifier: ISC */
/*
 * A damaged database: the commands that read it, and the one that repairs it,
 * end with a result or with an error, and what they print is JSON. An input
 * changes bytes of the file, or gives columns of rows any value; its first byte
 * chooses.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sysexits.h>

#include "../unit/tempdir.h"
#include "cmd/cmd.h"
#include "rows.h"
#include "state/accounts.h"
#include "util/io.h"
#include "util/json.h"
#include "util/log.h"

#define OUTPUT_MAX ((size_t)16 * 1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct buf sound = BUF_INIT(16 * 1024 * 1024);
static int output;
static char output_path[64];

static const char *db_path(void)
{
	return temp_path("state/state.db");
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
	fill_database(db_path());
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
	if (in_rows)
		change_rows(db_path(), data, size);
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
