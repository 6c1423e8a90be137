/* SPDX-License-Identifier: ISC */
/* Forwarding, saving attachments, notmuch; and what happens when all fails. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "account/password.h"
#include "mail/mime_save.h"
#include "mail/tags.h"
#include "net/conn.h"
#include "sort/commands.h"
#include "sort/forward.h"
#include "util/clock.h"
#include "util/command.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* `notmuch new` reads all new mail, of other programs too. */
#define NOTMUCH_SECONDS 600
#define NOTMUCH_BYTES	((size_t)64 * 1024 * 1024)

/* Fields that are put before a forwarded message. */
#define FIELDS_MAX ((size_t)64 * 1024)

/* CPU time; more than a message that is read once can need. */
#define SAVE_SECONDS 60

/* Address space: our own, the message and its parts, decoded. */
#define SAVE_MEMORY ((rlim_t)512 * 1024 * 1024)

/* Where the child keeps what it needs; all others are closed. */
#define MESSAGE_FD   3
#define COMPLAINT_FD 4
#define ABOVE_ALL    5

static void fail(struct ending *ending, const struct error *err)
{
	ending->how = err->kind == ERR_MESSAGE ? ENDED_BADLY : ENDED_LATER;
	(void)snprintf(ending->why, sizeof(ending->why), "%s", err->text);
}

static int send_by_smtp(const struct sorter *s, char *const *recipients, int fd,
			const struct buf *fields, struct error *err)
{
	struct buf bytes = BUF_INIT(PASSWORD_MAX);
	const struct conn_mail mail = {s->options.smtp_from, recipients,
				       buf_slice(fields), fd};
	struct conn_secret secret = {NULL, false};
	int rc = password_read(s->options.smtp, &bytes, err);

	secret.text = bytes.s;
	if (rc == 0)
		rc = conn_send_mail(s->options.smtp, &secret, &mail, err);
	explicit_bzero(bytes.s, bytes.len);
	buf_release(&bytes);
	return rc;
}

/* The program gets the addresses behind "--", and the message on stdin. */
static int send_by_program(struct sorter *s, char *const *recipients, int fd,
			   const struct buf *fields, struct error *err)
{
	char **argv = strings_copy(s->options.sendmail);
	struct command command = {.output = -1,
				  .seconds = s->options.command_timeout,
				  .interrupted = sorter_interrupted,
				  .context = s};
	struct command_result result = {.end = COMMAND_EXITED};
	struct asker asker;
	int rc = -1;

	strings_add(&argv, "--");
	for (size_t i = 0; recipients[i] != NULL; i++)
		strings_add(&argv, recipients[i]);
	command.argv = argv;
	asker_init(&asker, &s->options, fd);
	asker.spool = &s->spool;
	command.input = asker_scratch(&asker, err);
	if (command.input != -1 &&
	    io_write(command.input, fields->s, fields->len, "", err) == 0 &&
	    io_copy(fd, command.input, "the spool", err) == 0)
		rc = command_run(&command, &result, err);
	if (rc == 0 && (result.end != COMMAND_EXITED || result.status != 0))
		rc = error_set(err, ERR_TEMPORARY, "%s %s", argv[0],
			       result.text);
	io_close_quietly(&command.input);
	strings_free(argv);
	return rc;
}

void sorter_forward(struct sorter *s, const struct delivery *step, int fd,
		    struct ending *ending)
{
	struct buf header = BUF_INIT(JUDGE_HEADER_MAX);
	struct buf fields = BUF_INIT(FIELDS_MAX);
	struct error err = ERROR_INIT;
	char host[256] = "localhost";
	const char *loop = NULL;
	int rc = sorter_read_header(fd, &header, &err);

	(void)gethostname(host, sizeof(host) - 1);
	if (rc == 0 && forward_is_loop(buf_slice(&header), step->argv, &loop))
		rc = error_set(&err, ERR_MESSAGE,
			       "not forwarded to %s: it would go round (%s)",
			       step->argv[0], loop);
	if (rc == 0) {
		forward_fields(step->argv, s->options.smtp_from,
			       (time_t)clock_calendar_s(), host, &fields);
		rc = s->options.sendmail != NULL
			     ? send_by_program(s, step->argv, fd, &fields, &err)
			     : send_by_smtp(s, step->argv, fd, &fields, &err);
	}
	if (rc == -1)
		fail(ending, &err);
	buf_release(&header);
	buf_release(&fields);
}

/*
 * In a child: what reads MIME reads hostile bytes, and may run wild. It keeps
 * nothing of ours but the message and the way to complain.
 */
static void save_in_child(const struct sorter *s, const char *directory, int fd,
			  int to)
{
	const struct rlimit cpu = {SAVE_SECONDS, SAVE_SECONDS};
	const struct rlimit memory = {SAVE_MEMORY, SAVE_MEMORY};
	int message = fcntl(fd, F_DUPFD, ABOVE_ALL);
	int complaint = fcntl(to, F_DUPFD, ABOVE_ALL);
	struct mime_save_result result;
	struct error err = ERROR_INIT;
	int rc;

	if (message == -1 || complaint == -1 ||
	    dup2(message, MESSAGE_FD) == -1 ||
	    dup2(complaint, COMPLAINT_FD) == -1)
		_exit(EXIT_FAILURE);
	(void)close_range(COMPLAINT_FD + 1, ~0U, 0);
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	(void)setrlimit(RLIMIT_CPU, &cpu);
#ifndef SANITIZED
	(void)setrlimit(RLIMIT_AS, &memory);
#else
	(void)memory;
#endif
	rc = mime_save(MESSAGE_FD, directory, s->options.fallback, &result,
		       &err);
	if (rc == -1 && write(COMPLAINT_FD, &err, sizeof(err)) == -1)
		_exit(EXIT_FAILURE);
	_exit(rc == -1 ? EXIT_FAILURE : EXIT_SUCCESS);
}

void sorter_save(struct sorter *s, const struct delivery *step, int fd,
		 struct ending *ending)
{
	struct error err = ERROR_INIT;
	int pair[2], status = 0;
	ssize_t n = 0;
	pid_t pid = -1;

	if (pipe2(pair, O_CLOEXEC) == 0) {
		pid = fork();
		if (pid == 0)
			save_in_child(s, step->folder, fd, pair[1]);
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
	fail(ending, &err);
}

void sorter_add_notmuch(struct notmuch *notmuch, struct delivery *step)
{
	xgrow(&notmuch->steps, notmuch->n, sizeof(*notmuch->steps));
	notmuch->steps[notmuch->n++] = *step;
	memset(step, 0, sizeof(*step));
}

void sorter_release_notmuch(struct notmuch *notmuch)
{
	for (size_t i = 0; i < notmuch->n; i++)
		delivery_release(&notmuch->steps[i]);
	free(notmuch->steps);
}

static bool run_notmuch(const char *option, int input, struct ending *ending)
{
	struct command command = {
		.input = input, .output = -1, .seconds = NOTMUCH_SECONDS};
	struct command_result result = {.end = COMMAND_EXITED};
	struct error err = ERROR_INIT;
	char **argv = NULL;
	int rc;

	strings_add(&argv, "notmuch");
	strings_add(&argv, input == -1 ? "new" : "tag");
	strings_add(&argv, option);
	command.argv = argv;
	rc = command_run(&command, &result, &err);
	strings_free(argv);
	if (rc == -1) {
		fail(ending, &err);
		return false;
	}
	if (result.end == COMMAND_EXITED && result.status == 0)
		return true;
	ending->how = ENDED_LATER;
	(void)snprintf(ending->why, sizeof(ending->why), "notmuch %.400s",
		       result.text);
	return false;
}

void sorter_run_notmuch(struct sorter *s, const struct notmuch *notmuch,
			struct ending *ending)
{
	struct buf lines = BUF_INIT(NOTMUCH_BYTES);
	struct error err = ERROR_INIT;
	struct asker asker;
	int fd;

	for (size_t i = 0; i < notmuch->n; i++) {
		const struct delivery *step = &notmuch->steps[i];
		struct tags tags = {0};

		tags_split(slice_str(step->tags), ' ', &tags);
		tags_notmuch_line(&tags, slice_str(step->folder), &lines);
		tags_release(&tags);
	}
	asker_init(&asker, &s->options, -1);
	fd = asker_scratch(&asker, &err);
	if (fd == -1 || io_write(fd, lines.s, lines.len, "", &err) == -1)
		fail(ending, &err);
	else if (run_notmuch("--quiet", -1, ending))
		(void)run_notmuch("--batch", fd, ending);
	io_close_quietly(&fd);
	buf_release(&lines);
}

/* The bytes once more, as a file that the new step can be linked from. */
static int copy_bytes(struct sorter *s, const struct delivery *step,
		      struct delivery *filing, struct error *err)
{
	char name[SPOOL_NAME_MAX];
	int from = spool_read(&s->spool, step->source, err), to, rc;

	if (from == -1)
		return -1;
	to = spool_create(&s->spool, "s", name, err);
	rc = to == -1 ? -1 : io_copy(from, to, name, err);
	if (rc == 0)
		rc = io_sync(to, name, err);
	io_close_quietly(&from);
	io_close_quietly(&to);
	filing->spool = xstrdup(name);
	return rc == 0 ? io_sync(s->spool.fd, s->spool.dir, err) : -1;
}

static int add_filing(struct sorter *s, const struct delivery *filing,
		      struct error *err)
{
	if (state_begin(s->state, err) == -1)
		return -1;
	return state_end(s->state, state_add_delivery(s->state, filing, err),
			 err);
}

static int file_now(struct sorter *s, const struct delivery *step,
		    const char *why, int n, struct error *err)
{
	struct delivery filing = {
		.message = step->message, .n = n, .kind = DELIVERY_FOLDER};
	struct queued queued;
	int rc = state_get_queued(s->state, step->message, &queued, err);

	if (rc != 1)
		return rc;
	filing.folder = xstrdup(s->options.undecided);
	filing.base = plan_base(&queued, n, queued.size);
	filing.rule = xstrdup(why);
	filing.quarantined = true;
	rc = copy_bytes(s, step, &filing, err);
	if (rc == 0)
		rc = add_filing(s, &filing, err);
	delivery_release(&filing);
	return rc == 0 ? sorter_resume(s, err) : -1;
}

int sorter_file_failed(struct sorter *s, const struct delivery *step,
		       const char *why, bool *filed_out, struct error *err)
{
	bool has_one = false;
	int n = 0, lock = -1, rc;

	*filed_out = false;
	if (state_is_filed(s->state, step->message, &has_one, &n, err) == -1)
		return -1;
	if (has_one || step->kind == DELIVERY_NOTMUCH)
		return 1;
	/* Files in the spool without a row are safe from cleaning only now. */
	rc = sorter_lock(s, &lock, err);
	if (rc != 1)
		return rc;
	rc = file_now(s, step, why, n, err);
	*filed_out = rc == 0;
	if (rc == -1 && err->kind == ERR_MESSAGE) {
		/* Foreign hands took its file: that will not get better. */
		log_error("%s: the message is gone from the spool (%s)",
			  step->rule, err->text);
		rc = 0;
	}
	io_close_quietly(&lock);
	return rc == 0 ? 1 : -1;
}
