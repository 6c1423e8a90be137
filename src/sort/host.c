/* SPDX-License-Identifier: ISC */
#include "sort/host.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include "account/password.h"
#include "mail/edit.h"
#include "mail/message.h"
#include "rules/ruleset.h"
#include "sort/from_line.h"
#include "sort/scratch.h"
#include "state/duplicate.h"
#include "util/command.h"
#include "util/io.h"
#include "util/log.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* A filter adds headers or a report; one that adds more than this is broken. */
#define FILTER_GROWTH ((uint64_t)64 * 1024 * 1024)

int sort_host_write(const struct sort_host *h, const struct content *content,
		    int to, struct error *err)
{
	int from = h->fds[content->source];

	if (content->header == NULL)
		return io_copy(from, to, "the spool", err);
	if (io_write(to, content->header, content->header_len, "the spool",
		     err) == -1)
		return -1;
	return io_copy_from(from, (int64_t)content->skip, to, "the spool", err);
}

int sort_host_read_header(int fd, struct buf *out, struct error *err)
{
	struct message m;
	ssize_t n;

	(void)buf_reserve(out, JUDGE_HEADER_MAX);
	n = pread(fd, out->s, JUDGE_HEADER_MAX, 0);
	if (n == -1)
		return error_errno(err, ERR_TEMPORARY, "cannot read the spool");
	out->len = (size_t)n;
	buf_terminate(out);
	message_init(&m, buf_slice(out), NULL);
	buf_truncate(out, m.header.len);
	message_release(&m);
	return 0;
}

static bool is_edited(const void *context, struct slice name)
{
	const struct content *content = context;

	for (size_t i = 0; i < content->n_names; i++)
		if (slice_equal_nocase(slice_str(content->names[i]), name))
			return true;
	return false;
}

int sort_host_check(const struct sort_host *h, const struct content *content,
		    struct error *err)
{
	const struct edit_names names = {is_edited, content};
	struct buf before = BUF_INIT(JUDGE_HEADER_MAX);
	int rc;

	if (content->header == NULL)
		return 0;
	rc = sort_host_read_header(h->fds[content->source], &before, err);
	if (rc == 0 &&
	    (content->skip != before.len ||
	     !edit_kept(buf_slice(&before),
			slice_of(content->header, content->header_len),
			&names)))
		rc = error_set(err, ERR_MESSAGE,
			       "changes of header fields would have lost "
			       "other parts of the message");
	buf_release(&before);
	return rc;
}

/* Write why a command failed, with the rule and its place, to reply->reason. */
static void describe(const struct sort_host *h, const struct request *r,
		     const char *text, struct reply *reply)
{
	const struct ruleset *set = h->options->rules;

	(void)snprintf(reply->reason, sizeof(reply->reason),
		       "%.80s (%.80s:%d): %.60s %s",
		       ruleset_rule_name(set, r->rule),
		       ruleset_rule_file(set, r->rule),
		       ruleset_rule_line(set, r->rule), r->argv[0], text);
}

/* A descriptor of the bytes that a command gets. Close it if *own_out. */
static int open_input(const struct sort_host *h, const struct content *content,
		      bool *own_out, struct error *err)
{
	int fd;

	*own_out = content->header != NULL;
	if (content->header == NULL)
		return h->fds[content->source];
	if (sort_host_check(h, content, err) == -1)
		return -1;
	fd = sort_scratch(h->spool, err);
	if (fd != -1 && sort_host_write(h, content, fd, err) == -1)
		io_close_quietly(&fd);
	return fd;
}

static bool is_given_up(const struct sort_host *h, unsigned rule)
{
	return h->timeouts != NULL && h->timeouts[rule] >= TIMEOUTS_MAX;
}

/* Run the command. False: it could not be run, reply->reason says why. */
static bool run(struct sort_host *h, const struct request *r, int output,
		uint64_t output_max, struct command_result *result,
		struct reply *reply)
{
	struct command command = {.argv = r->argv,
				  .output = output,
				  .output_max = output_max,
				  .seconds = h->options->command_timeout,
				  .interrupted = h->interrupted,
				  .context = h->context};
	struct error err = ERROR_INIT;
	char **environment;
	bool own = false;
	int rc = -1;

	if (is_given_up(h, r->rule)) {
		describe(h, r,
			 "ran out of time three times, so it is not run now",
			 reply);
		return false;
	}
	command.input = open_input(h, &r->content, &own, &err);
	environment = strings_copy(r->environment);
	strings_add(&environment, NESTED_VARIABLE "=1");
	command.environment = environment;
	if (command.input != -1)
		rc = command_run(&command, result, &err);
	strings_free(environment);
	if (own)
		io_close_quietly(&command.input);
	if (rc == -1) {
		describe(h, r, err.text, reply);
		return false;
	}
	h->crashed |= result->end != COMMAND_EXITED &&
		      result->end != COMMAND_NOT_STARTED;
	if (h->timeouts != NULL)
		h->timeouts[r->rule] =
			result->end == COMMAND_TIMEOUT
				? (unsigned char)(h->timeouts[r->rule] + 1)
				: 0;
	return true;
}

static void answer_test(struct sort_host *h, const struct request *r,
			struct reply *reply)
{
	struct command_result result;

	reply->answer = MATCH_NO;
	if (h->fake)
		return;
	reply->answer = MATCH_ERROR;
	if (!run(h, r, -1, 0, &result, reply))
		return;
	/* With EX_TEMPFAIL the test says that it cannot decide. */
	if (result.end == COMMAND_EXITED && result.status != EX_TEMPFAIL)
		reply->answer = result.status == 0 ? MATCH_YES : MATCH_NO;
	else
		describe(h, r, result.text, reply);
}

/* The output of a filter, in `fd`, is the message from now on. */
static bool take_output(struct sort_host *h, int fd, struct reply *reply)
{
	struct stat st;

	if (h->n_fds > SOURCES_MAX || fstat(fd, &st) == -1 || st.st_size == 0)
		return false;
	reply->fd = dup(fd);
	if (reply->fd == -1)
		return false;
	reply->answer = MATCH_YES;
	reply->size = (uint64_t)st.st_size;
	h->fds[h->n_fds++] = fd;
	return true;
}

/* The same, without what formail and others write before the header. */
static bool take_message(struct sort_host *h, int *fd, struct reply *reply,
			 struct error *err)
{
	bool own;
	int bare = from_line_drop(h->spool, *fd, &own, err);

	if (bare == -1)
		return false;
	if (own)
		io_close_quietly(fd);
	*fd = bare;
	return take_output(h, bare, reply);
}

static uint64_t size_of(const struct sort_host *h, unsigned source)
{
	struct stat st;

	return fstat(h->fds[source], &st) == 0 ? (uint64_t)st.st_size : 0;
}

static void run_filter(struct sort_host *h, const struct request *r,
		       struct reply *reply)
{
	struct command_result result;
	struct error err = ERROR_INIT;
	uint64_t max = size_of(h, r->content.source) + FILTER_GROWTH;
	int fd = sort_scratch(h->spool, &err);

	if (fd == -1) {
		describe(h, r, err.text, reply);
	} else if (run(h, r, fd, max, &result, reply)) {
		if (result.end != COMMAND_EXITED || result.status != 0)
			describe(h, r, result.text, reply);
		else if (take_message(h, &fd, reply, &err))
			return;
		else
			describe(h, r, "wrote no message", reply);
	}
	io_close_quietly(&fd);
}

/*
 * When a filter fails, the message goes on unchanged: mail must not depend on a
 * filter, unless the rule says so (r->must).
 */
static void answer_filter(struct sort_host *h, const struct request *r,
			  struct reply *reply)
{
	reply->answer = MATCH_NO;
	if (h->fake)
		return;
	run_filter(h, r, reply);
	if (reply->answer == MATCH_YES)
		return;
	reply->answer = r->must ? MATCH_ERROR : MATCH_NO;
	reply->postpone = r->must;
	if (r->must)
		return;
	if (h->failures != NULL)
		failures_add(h->failures, FAILURE_FILTER,
			     ruleset_rule_name(h->options->rules, r->rule),
			     reply->reason);
	else
		log_warning("rule %s; the message goes on unchanged",
			    reply->reason);
}

static void answer_duplicate(struct sort_host *h, const struct request *r,
			     struct reply *reply)
{
	struct error err = ERROR_INIT;
	int rc = h->repeated ||
		 (h->keys != NULL && sort_keys_has(h->keys, r->key));

	if (rc == 0 && h->state != NULL)
		rc = state_has_duplicate(h->state, r->key, h->now - r->seconds,
					 h->message, &err);
	reply->answer = rc == 1 ? MATCH_YES : MATCH_NO;
	h->said_duplicate |= rc == 1;
	if (rc == -1) {
		reply->answer = MATCH_ERROR;
		(void)snprintf(reply->reason, sizeof(reply->reason), "%.250s",
			       err.text);
	}
}

static void ask(void *context, const struct request *r, struct reply *reply)
{
	struct sort_host *h = context;

	switch (r->kind) {
	case REQUEST_DUPLICATE:
		answer_duplicate(h, r, reply);
		break;
	case REQUEST_TEST:
		answer_test(h, r, reply);
		break;
	case REQUEST_FILTER:
		answer_filter(h, r, reply);
		break;
	}
}

void sort_forget_secrets(const struct sort_options *options)
{
	for (size_t i = 0; i < options->n_accounts; i++)
		password_forget(&options->accounts[i]);
	if (options->smtp != NULL)
		password_forget(options->smtp);
}

static void forget_secrets(const void *context)
{
	sort_forget_secrets(context);
}

struct judge *sort_judge_new(const struct sort_options *options)
{
	struct judge *judge = judge_new(options->rules, options->fallback);

	judge_set_best_effort(judge, options->best_effort);
	judge_set_forget(judge, forget_secrets, options);
	return judge;
}

static void restart(void *context)
{
	struct sort_host *h = context;

	sort_host_release(h);
	h->n_fds = 1;
	h->said_duplicate = false;
}

void sort_host_init(struct sort_host *h, const struct sort_options *options,
		    int fd)
{
	memset(h, 0, sizeof(*h));
	h->options = options;
	h->for_judge.context = h;
	h->for_judge.restart = restart;
	h->for_judge.ask = ask;
	h->fds[0] = fd;
	h->n_fds = 1;
}

void sort_host_release(struct sort_host *h)
{
	for (unsigned i = 1; i < h->n_fds; i++)
		io_close_quietly(&h->fds[i]);
}
