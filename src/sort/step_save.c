/* SPDX-License-Identifier: ISC */
/* The step that saves the attachments of a message into a directory. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "mail/charset.h"
#include "mail/mime_save.h"
#include "sort/host.h"
#include "sort/step.h"
#include "util/hash.h"
#include "util/io.h"
#include "util/sandbox.h"

#include "util/banned.h"

/* CPU time: more than reading a message once can need. */
#define SAVE_SECONDS 60

/* Address space: our own, the message and its parts, decoded. */
#define SAVE_MEMORY ((uint64_t)512 * 1024 * 1024)

/* The child's descriptors; it closes all others. */
#define MESSAGE_FD   3
#define COMPLAINT_FD 4
#define DIRECTORY_FD 5
#define ABOVE_ALL    6

/*
 * Make the directory and open it as DIRECTORY_FD, then keep nothing else than
 * what the child needs in it.
 */
static int confine(const struct sort_options *options, const char *directory,
		   struct error *err)
{
	const int directories[] = {DIRECTORY_FD};
	const struct sandbox box = {.directories = directories,
				    .n_directories = 1,
				    .best_effort = options->best_effort,
				    .seconds = SAVE_SECONDS,
				    .memory = SAVE_MEMORY};
	struct sandbox_kept kept;
	enum sandbox_step step = SANDBOX_DESCRIPTORS;
	int dir_fd;

	if (io_make_directory(directory, err) == -1)
		return -1;
	dir_fd = io_open_directory(AT_FDCWD, directory, err);
	if (dir_fd == -1)
		return -1;
	/* OpenSSL reads its configuration when it is used first. */
	hash_prepare();
	if (dup2(dir_fd, DIRECTORY_FD) != -1 &&
	    sandbox_close_from(DIRECTORY_FD + 1) == 0)
		step = sandbox_enter(&box, &kept);
	return step == SANDBOX_DONE
		       ? 0
		       : sandbox_refuse("attachments cannot be saved by a "
					"process that is confined",
					step, err);
}

/*
 * Runs in a child, because MIME is hostile and its reader may crash. The child
 * keeps only the message, the pipe for its error, and the directory.
 */
static void save_in_child(const struct sort_options *options,
			  const char *directory, int fd, int to)
{
	int message = fcntl(fd, F_DUPFD, ABOVE_ALL);
	int complaint = fcntl(to, F_DUPFD, ABOVE_ALL);
	struct mime_save_result result;
	struct error err = ERROR_INIT;
	int rc;

	if (message == -1 || complaint == -1 ||
	    dup2(message, MESSAGE_FD) == -1 ||
	    dup2(complaint, COMPLAINT_FD) == -1 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		_exit(EXIT_FAILURE);
	sort_forget_secrets(options);
	rc = confine(options, directory, &err);
	if (rc == 0)
		rc = mime_save(MESSAGE_FD, DIRECTORY_FD, directory,
			       options->fallback, &result, &err);
	if (rc == -1 && write(COMPLAINT_FD, &err, sizeof(err)) == -1)
		_exit(EXIT_FAILURE);
	_exit(rc == -1 ? EXIT_FAILURE : EXIT_SUCCESS);
}

static void run(const struct step_tools *tools, const struct delivery *step,
		int fd, struct ending *ending)
{
	struct error err = ERROR_INIT;
	int pair[2], status = 0;
	ssize_t n = 0;
	pid_t pid = -1;

	charset_prepare_all();
	if (pipe2(pair, O_CLOEXEC) == 0) {
		pid = fork();
		if (pid == 0)
			save_in_child(tools->options, step->folder, fd,
				      pair[1]);
		(void)close(pair[1]);
		if (pid != -1)
			n = read(pair[0], &err, sizeof(err));
		(void)close(pair[0]);
	}
	while (pid != -1 && waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	if (pid == -1)
		(void)error_errno(&err, ERR_TEMPORARY, "cannot fork");
	else if (status == 0)
		return;
	else if (n != (ssize_t)sizeof(err))
		(void)error_set(&err, ERR_MESSAGE,
				"the attachments cannot be read");
	ending_fail(ending, &err);
}

const struct step_kind step_save = {
	.number = 6,
	.action = ACTION_SAVE,
	.name = "save-attachments",
	.text = "attachments to",
	.takes = STEP_TAKES_DIRECTORY,
	.needs_bytes = true,
	.run = run,
};
