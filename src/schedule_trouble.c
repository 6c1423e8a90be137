/* SPDX-License-Identifier: ISC */
/* The stages of sorting, and trouble that is no session's: who is told. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schedule_serve.h"
#include "util/clock.h"
#include "util/io.h"
#include "util/log.h"

#include "util/banned.h"

/* Sorting that fails is told once, and then so often. */
#define AGAIN_SECONDS ((int64_t)24 * 3600)

static struct hook hook_of(const struct config *config)
{
	return (struct hook){config->on_trouble, config->command_timeout};
}

static void tell(const struct config *config, const char *account,
		 const char *text)
{
	struct hook hook = hook_of(config);
	struct error err = ERROR_INIT;

	if (hook_trouble(&hook, account, text, &err) == -1)
		log_error("%s", err.text);
}

/*
 * May it be told now? A file remembers when it was, for the database may be
 * what the trouble is with. Where there cannot be one, nobody is told: the log
 * has it, and rather that than every minute.
 */
static bool may_tell(const char *path)
{
	struct stat st;
	bool told = stat(path, &st) == 0;
	int fd;

	if (told &&
	    clock_calendar_us() / 1000000 - st.st_mtim.tv_sec < AGAIN_SECONDS)
		return false;
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	told = fd != -1 && futimens(fd, NULL) == 0;
	io_close_quietly(&fd);
	return told;
}

static void note_sorting(const struct config *config, const char *trouble)
{
	struct buf path = BUF_INIT(4096);

	if (config->on_trouble == NULL)
		return;
	buf_addf(&path, "%s/sorter.told", config->state_dir);
	if (trouble == NULL)
		(void)unlink(path.s);
	else if (may_tell(path.s))
		tell(config, "", trouble);
	buf_release(&path);
}

int schedule_no_sorter(const struct config *config, const struct error *err)
{
	log_error("cannot sort: %s", err->text);
	if (!schedule_is_watched())
		note_sorting(config, err->text);
	return error_exit_status(err->kind);
}

static int stopped(const struct error *err)
{
	log_error("sorting stopped: %s; what is in the spool is safe and will "
		  "be sorted next time",
		  err->text);
	return error_exit_status(err->kind);
}

int schedule_drain(const struct config *config, struct sorter *sorter)
{
	struct sort_result result = {0};
	struct error err = ERROR_INIT;
	int status = 0;

	if (sorter_drain(sorter, &result, &err) == -1) {
		status = stopped(&err);
	} else if (result.failed > 0) {
		(void)error_set(&err, ERR_TEMPORARY,
				"mail waits in the spool: %s",
				sorter_trouble(sorter));
		status = 75;
	}
	/* What failed is not tried again by this sorter: it proves nothing.
	 */
	if (!schedule_is_watched() &&
	    (status != 0 || sorter_trouble(sorter)[0] == '\0'))
		note_sorting(config, status == 0 ? NULL : err.text);
	return status;
}

int schedule_finish(struct sorter *sorter)
{
	struct sort_result result = {0};
	struct error err = ERROR_INIT;

	if (sorter_finish(sorter, &result, &err) == -1)
		return stopped(&err);
	return result.failed > 0 ? 75 : 0;
}

void daemon_tell_person(struct daemon *d, const char *account, const char *text)
{
	struct error err = ERROR_INIT;
	pid_t pid;

	if (d->config->on_trouble == NULL)
		return;
	pid = schedule_fork(&err);
	if (pid == -1)
		log_error("on-trouble: %s", err.text);
	if (pid != 0)
		return;
	daemon_become_worker(d);
	tell(d->config, account, text);
	_exit(0);
}
