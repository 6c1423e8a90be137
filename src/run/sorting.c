/* SPDX-License-Identifier: ISC */
#include "run/sorting.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "run/trouble.h"
#include "sort/sort.h"
#include "util/buf.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"

#include "util/banned.h"

/* While sorting fails, on-trouble is run this often. */
#define AGAIN_SECONDS ((int64_t)24 * 3600)

/*
 * Is it time to run on-trouble? The time of a file remembers when it ran last,
 * because the database may be what fails. When the file cannot be written,
 * on-trouble is not run: the log has the trouble, and running it every minute
 * would be worse.
 */
static bool may_tell(const char *path)
{
	int64_t age;
	struct stat st;
	bool touched;
	int fd;

	if (stat(path, &st) == 0) {
		age = clock_calendar_s() - st.st_mtim.tv_sec;
		if (age >= 0 && age < AGAIN_SECONDS)
			return false;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	touched = fd != -1 && futimens(fd, NULL) == 0;
	io_close_quietly(&fd);
	return touched;
}

static char *told_path(const struct config *config)
{
	struct buf path = BUF_INIT(4096);

	buf_addf(&path, "%s/sorter.told", config->state_dir);
	return buf_detach(&path);
}

static void note_failure(const struct config *config, const char *text)
{
	char *path = told_path(config);

	if (config->on_trouble != NULL && may_tell(path))
		trouble_notify(config, "", text);
	free(path);
}

static void note_success(const struct config *config)
{
	char *path = told_path(config);

	if (access(path, F_OK) == 0)
		(void)unlink(path);
	free(path);
}

int sorting_cannot_start(const struct config *config, const struct error *err,
			 bool watched)
{
	log_error("cannot sort: %s", err->text);
	if (!watched)
		note_failure(config, err->text);
	return error_exit_status(err->kind);
}

/* Returns whether a person was told. */
static bool note_stop(struct sorter *sorter, const struct error *err)
{
	static const char text[] = "sorting stopped: %s; the mail in the spool "
				   "is safe and will be sorted by the next run";
	bool tell = sorter_tells(sorter, err);

	if (tell)
		log_error(text, err->text);
	else
		log_info(text, err->text);
	return tell;
}

/*
 * Record for `status` whether mail can be filed. A drain that went well says
 * nothing of mail that an earlier one has put off.
 */
static void record(struct sorter *sorter, const char *trouble)
{
	struct error ignored = ERROR_INIT;

	if (trouble != NULL)
		sorter_note_trouble(sorter, trouble);
	else if (sorter_has_failing(sorter, &ignored) == 0)
		sorter_note_trouble(sorter, NULL);
}

/* Each time: nobody makes such steps but an attacker, or a broken disk. */
static void tell_forged(const struct config *config, struct sorter *sorter,
			bool watched)
{
	struct error forged = sorter_take_forged(sorter);

	if (forged.kind != ERR_NONE && !watched)
		trouble_notify(config, "", forged.text);
}

int sorting_drain(const struct config *config, struct sorter *sorter,
		  bool watched)
{
	struct sort_result result = {0};
	struct error err = ERROR_INIT;
	const char *why = NULL;
	bool tell = false;

	if (sorter_drain(sorter, &result, &err) == -1) {
		tell = note_stop(sorter, &err);
		why = err.text;
	} else if (result.failed > 0) {
		(void)error_set(&err, ERR_TEMPORARY,
				"mail waits in the spool: %s",
				sorter_trouble(sorter));
		tell = sorter_has_news(sorter);
		why = sorter_trouble(sorter);
	}
	record(sorter, why);
	if (err.kind == ERR_NONE)
		note_success(config);
	else if (tell && !watched)
		trouble_notify(config, "", err.text);
	tell_forged(config, sorter, watched);
	return error_exit_status(err.kind);
}

int sorting_finish(const struct config *config, struct sorter *sorter,
		   bool watched)
{
	struct sort_result result = {0};
	struct error err = ERROR_INIT;

	if (sorter_finish(sorter, &result, &err) == -1) {
		(void)note_stop(sorter, &err);
		return error_exit_status(err.kind);
	}
	tell_forged(config, sorter, watched);
	return result.failed > 0 ? EX_TEMPFAIL : 0;
}
