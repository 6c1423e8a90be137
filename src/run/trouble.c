/* SPDX-License-Identifier: ISC */
/* The stages of sorting, and trouble that is no session's: who is told. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "run/serve.h"
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

static void sorting_failed(const struct config *config, const char *text)
{
	char *path = told_path(config);

	if (config->on_trouble != NULL && may_tell(path))
		tell(config, "", text);
	free(path);
}

/* The next trouble is a new one, once nothing waits because of this one. */
static void sorting_works(const struct config *config, struct sorter *sorter)
{
	struct error ignored = ERROR_INIT;
	char *path = told_path(config);

	if (access(path, F_OK) == 0 &&
	    sorter_has_failing(sorter, &ignored) == 0)
		(void)unlink(path);
	free(path);
}

int schedule_no_sorter(const struct config *config, const struct error *err,
		       bool watched)
{
	log_error("cannot sort: %s", err->text);
	if (!watched)
		sorting_failed(config, err->text);
	return error_exit_status(err->kind);
}

static int stopped(const struct error *err)
{
	log_error("sorting stopped: %s; what is in the spool is safe and will "
		  "be sorted next time",
		  err->text);
	return error_exit_status(err->kind);
}

int schedule_drain(const struct config *config, struct sorter *sorter,
		   bool watched)
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
	if (status == 0)
		sorting_works(config, sorter);
	else if (!watched)
		sorting_failed(config, err.text);
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

/* Nothing is told here: whoever notices trouble has the database open. */
void daemon_note_trouble(struct daemon *d, const char *account,
			 const char *text)
{
	struct daemon_trouble *t;

	if (d->config->on_trouble == NULL || d->n_troubles == TROUBLES_MAX)
		return;
	t = &d->troubles[d->n_troubles++];
	(void)snprintf(t->account, sizeof(t->account), "%s", account);
	(void)snprintf(t->text, sizeof(t->text), "%s", text);
}

void daemon_tell_troubles(struct daemon *d)
{
	struct error err = ERROR_INIT;
	pid_t pid;

	if (d->n_troubles == 0)
		return;
	pid = schedule_fork(&err);
	if (pid == 0) {
		daemon_become_worker(d);
		for (size_t i = 0; i < d->n_troubles; i++)
			tell(d->config, d->troubles[i].account,
			     d->troubles[i].text);
		_exit(0);
	}
	if (pid == -1)
		log_error("on-trouble: %s", err.text);
	d->n_troubles = 0;
}
