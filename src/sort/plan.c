/* SPDX-License-Identifier: ISC */
#include "sort/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "rules/action_type.h"
#include "rules/ruleset.h"
#include "sort/step.h"
#include "util/clock.h"
#include "util/hash.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Seconds between two tries: 1, 2, 4 … and then always 60 minutes. */
#define FIRST_PAUSE 60
#define LAST_PAUSE  3600

/* Bytes of a step's key; enough for no two steps to have the same. */
#define KEY_SIZE 16

/* A rule's name, file and line, or a reason; see plan_reason(). */
#define REASON_MAX 1024

int64_t plan_pause(int tries)
{
	int64_t pause = FIRST_PAUSE;

	for (int i = 0; i < tries && pause < LAST_PAUSE; i++)
		pause *= 2;
	return pause < LAST_PAUSE ? pause : LAST_PAUSE;
}

const char *plan_inbox(const struct sort_options *options, const char *name)
{
	for (size_t i = 0; i < options->n_accounts; i++)
		if (strcmp(options->accounts[i].name, name) == 0 &&
		    options->accounts[i].inbox != NULL)
			return options->accounts[i].inbox;
	return "Inbox";
}

char *plan_reason(const struct delivery *step)
{
	struct buf text = BUF_INIT(REASON_MAX);

	if (step->rule != NULL)
		buf_addf(&text, "rule \"%.200s\", %.200s:%d", step->rule,
			 step->file == NULL ? "" : step->file, step->line);
	else if (step->reason != NULL)
		buf_addf(&text, "%.900s", step->reason);
	if (step->undone && (step->rule != NULL || step->reason != NULL))
		buf_addstr(&text, "; undone");
	return text.len > 0 ? buf_detach(&text) : xstrdup("");
}

struct delivery *plan_add_step(struct plan *plan, const struct step_kind *kind)
{
	struct delivery *step;

	xgrow(&plan->steps, plan->n, sizeof(*plan->steps));
	step = &plan->steps[plan->n];
	memset(step, 0, sizeof(*step));
	step->n = (int)plan->n++;
	step->kind = (enum delivery_kind)kind->number;
	return step;
}

/* The file name in the Maildir is fixed now: a retry finds its own file. */
char *plan_base(const struct queued *message, int n, uint64_t size)
{
	char base[MAILDIR_BASE_MAX];

	maildir_base(base, clock_calendar_us(), message->key, message->sha256,
		     (unsigned)n, size);
	return xstrdup(base);
}

static struct delivery *add_filing(struct plan *plan,
				   const struct queued *message,
				   const struct step_kind *kind,
				   const char *folder, unsigned flags)
{
	struct delivery *step = plan_add_step(plan, kind);

	step->folder = xstrdup(folder);
	step->flags = flags;
	step->base = plan_base(message, step->n, message->size);
	return step;
}

static void clear_steps(struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		delivery_release(&plan->steps[i]);
	plan->n = 0;
}

static void stay(struct plan *plan)
{
	struct delivery *step = plan_add_step(plan, &step_stay);

	step->reason = xstrdup("");
}

/* Replace the plan: the message goes to the fallback folder. */
static void fall_back(struct plan *plan, const struct plan_context *context,
		      const struct queued *message, const char *reason)
{
	clear_steps(plan);
	(void)snprintf(plan->trouble, sizeof(plan->trouble), "%s", reason);
	if (message->origin[0] != '\0') {
		stay(plan);
		return;
	}
	add_filing(plan, message, &step_folder, context->options->undecided, 0);
	plan->steps[0].reason = xstrdup(plan->trouble);
	plan->steps[0].quarantined = true;
}

/*
 * A folder name that a message brought must fit the file system and the
 * Maildir: otherwise senders could make mail wait for ever. It may create only
 * NEW_FOLDERS_A_DAY folders. NULL: it may; else why not.
 */
static const char *refuse_folder(const struct plan *plan,
				 const struct plan_context *context,
				 const struct verdict_action *action,
				 bool *is_new)
{
	int64_t left = context->folders_left;

	*is_new = false;
	if (!action->captured || context->maildir == NULL)
		return NULL;
	if (!maildir_fits(context->maildir, action->text))
		return "the folder's name is too long";
	if (!maildir_may_be(context->maildir, action->text, action->written))
		return "the folder cannot be made: something else has its name, "
		       "or it is not writable";
	if (maildir_exists(context->maildir, action->text))
		return NULL;
	*is_new = true;
	for (size_t i = 0; i < plan->n; i++)
		left -= plan->steps[i].new_folder;
	return left > 0 ? NULL
			: "200 folders were made in a day for names found in "
			  "messages";
}

/* Does the message on disk lie in that folder already? */
static bool is_there(const struct plan_context *context,
		     const struct queued *message, const char *folder)
{
	char directory[ORIGIN_MAX], *path, *slash;
	struct stat here, there;
	bool same;

	if (message->origin[0] == '\0' || context->maildir == NULL)
		return false;
	(void)snprintf(directory, sizeof(directory), "%s", message->origin);
	/* …/new/name: the folder is two levels up. */
	for (int i = 0; i < 2; i++) {
		slash = strrchr(directory, '/');
		if (slash == NULL)
			return false;
		*slash = '\0';
	}
	path = maildir_path(context->maildir, folder);
	same = stat(path, &there) == 0 && stat(directory, &here) == 0 &&
	       here.st_dev == there.st_dev && here.st_ino == there.st_ino;
	free(path);
	return same;
}

/* Does the action leave a message on disk where it is? */
static bool leaves_it(const struct plan_context *context,
		      const struct queued *message,
		      const struct verdict_action *action)
{
	if (message->origin[0] == '\0')
		return false;
	if (action->kind == ACTION_DISCARD)
		return !context->options->discard_on_disk;
	return action->kind == ACTION_FOLDER &&
	       is_there(context, message, action->text);
}

/*
 * Is the step left out? Mail on disk was copied, piped and forwarded when it
 * came; doing that again for all of it could not be undone.
 */
static bool is_done_once(const struct plan_context *context,
			 const struct queued *message,
			 const struct step_kind *kind)
{
	return message->origin[0] != '\0' && !context->options->all_on_disk &&
	       !kind->repeats;
}

static char *copy_or_null(const char *text)
{
	return text == NULL || text[0] == '\0' ? NULL : xstrdup(text);
}

/* Never run it: step_pipe.c says why. */
static void refuse_argument(struct delivery *step, const struct ruleset *rules,
			    unsigned rule)
{
	size_t open = ruleset_open_argument(rules, rule, step->argv);
	char text[64];

	(void)snprintf(text, sizeof(text), STEP_REFUSED "%zu", open);
	if (open > 0)
		strings_add(&step->environment, text);
}

static struct delivery *add_other(struct plan *plan,
				  const struct step_kind *kind,
				  const struct verdict_action *action,
				  const struct ruleset *rules)
{
	struct delivery *step = plan_add_step(plan, kind);

	if (kind->takes & STEP_TAKES_DIRECTORY)
		step->folder = xstrdup(action->text);
	if (kind->takes & STEP_TAKES_ARGV)
		step->argv = strings_copy(action->argv);
	if (kind->takes & STEP_TAKES_ENVIRONMENT)
		step->environment = strings_copy(action->environment);
	if (action->kind == ACTION_PIPE)
		refuse_argument(step, rules, action->rule);
	return step;
}

/* Mail on disk keeps the flags it has, and mail of IMAP those it has there. */
static unsigned old_flags(const struct queued *message)
{
	bool trashed;

	return message->origin[0] == '\0'
		       ? message->flags
		       : maildir_flags_of(message->origin, &trashed);
}

static void set_rule(struct delivery *step, const struct ruleset *rules,
		     unsigned i)
{
	step->rule = xstrdup(ruleset_rule_name(rules, i));
	step->file = xstrdup(ruleset_rule_file(rules, i));
	step->line = ruleset_rule_line(rules, i);
}

static bool is_same_folder(const struct plan_context *context, const char *a,
			   const char *b)
{
	char *one, *other;
	bool same = strcmp(a, b) == 0;

	if (same || context->maildir == NULL)
		return same;
	one = maildir_path(context->maildir, a);
	other = maildir_path(context->maildir, b);
	same = strcmp(one, other) == 0;
	free(one);
	free(other);
	return same;
}

/* The step that files the same bytes into this folder; NULL: none does. */
static struct delivery *find_filing(const struct plan *plan,
				    const struct plan_context *context,
				    const char *folder, unsigned content)
{
	for (size_t i = 0; i < plan->n; i++) {
		struct delivery *step = &plan->steps[i];

		if (step_kind_of(step->kind)->is_filing &&
		    step->content == content &&
		    is_same_folder(context, step->folder, folder))
			return step;
	}
	return NULL;
}

/*
 * A folder has a message once: another step for it adds its flags. The step of
 * `folder` has the tags and the rule. A message that rules changed in between
 * is another one.
 */
static struct delivery *join_filing(struct delivery *step,
				    const struct step_kind *kind,
				    unsigned flags, const char *tags)
{
	step->flags |= flags;
	step->copied |= step->kind == DELIVERY_COPY || kind == &step_copy;
	if (kind == &step_copy)
		return step;
	step->kind = (enum delivery_kind)kind->number;
	free(step->tags);
	step->tags = copy_or_null(tags);
	return step;
}

static void set_action(struct delivery *step, const struct ruleset *rules,
		       const struct verdict_action *action)
{
	step->why = copy_or_null(action->why);
	set_rule(step, rules, action->rule);
}

/* Join the filing with one that the plan has. False: it has none for it. */
static bool join_action(struct plan *plan, const struct plan_context *context,
			const struct queued *message,
			const struct verdict_action *action)
{
	const struct step_kind *kind = step_kind_for(action->kind);
	struct delivery *step =
		find_filing(plan, context, action->text, action->content);

	if (step == NULL)
		return false;
	step = join_filing(step, kind, action->flags | old_flags(message),
			   action->tags);
	if (kind == &step_copy)
		return true;
	free(step->rule);
	free(step->file);
	free(step->why);
	set_action(step, context->options->rules, action);
	return true;
}

/* Is it a copy of mail on disk into the folder where that is, and stays? */
static bool copies_itself(const struct plan_context *context,
			  const struct queued *message,
			  const struct verdict *verdict,
			  const struct verdict_action *action)
{
	if (action->kind != ACTION_COPY || action->content != 0 ||
	    !is_there(context, message, action->text))
		return false;
	for (size_t i = 0; i < verdict->n; i++) {
		enum action_kind kind = verdict->actions[i].kind;

		if ((kind == ACTION_FOLDER || kind == ACTION_DISCARD) &&
		    !leaves_it(context, message, &verdict->actions[i]))
			return false;
	}
	return true;
}

/* NULL, or why the whole message goes to the fallback folder. */
static const char *add_action(struct plan *plan,
			      const struct plan_context *context,
			      const struct queued *message,
			      const struct verdict_action *action)
{
	const struct step_kind *kind = step_kind_for(action->kind);
	const char *refused = NULL;
	struct delivery *step;
	bool is_new = false;

	if (kind == NULL || is_done_once(context, message, kind))
		return NULL;
	if (leaves_it(context, message, action)) {
		stay(plan);
		return NULL;
	}
	if (kind->is_filing && join_action(plan, context, message, action))
		return NULL;
	if (kind->is_filing) {
		refused = refuse_folder(plan, context, action, &is_new);
		if (refused != NULL)
			return refused;
		step = add_filing(plan, message, kind, action->text,
				  action->flags | old_flags(message));
	} else {
		step = add_other(plan, kind, action, context->options->rules);
	}
	step->tags = copy_or_null(action->tags);
	step->content = action->content;
	step->new_folder = is_new;
	set_action(step, context->options->rules, action);
	return NULL;
}

/*
 * The key of a step: the same for the same message, even in another database,
 * and different for each step. Mail from no server has no UIDL, so the random
 * name of its spool file is used.
 */
static void add_key(struct delivery *step, const struct queued *message)
{
	struct hash *h = hash_new();
	unsigned char digest[HASH_SIZE];
	char text[sizeof("POSTROOM_KEY=") + 2 * KEY_SIZE];
	size_t len = strlen("POSTROOM_KEY=");

	hash_update(h, message->key, HASH_SIZE);
	hash_update(h, message->sha256, HASH_SIZE);
	if (message->account[0] == '\0')
		hash_update(h, message->spool, strlen(message->spool) + 1);
	for (size_t i = 0; step->argv[i] != NULL; i++)
		hash_update(h, step->argv[i], strlen(step->argv[i]) + 1);
	hash_update(h, &step->n, sizeof(step->n));
	hash_final(h, digest);
	hash_free(h);
	memcpy(text, "POSTROOM_KEY=", len);
	hash_hex(digest, KEY_SIZE, text + len);
	strings_add(&step->environment, text);
}

/* Tell commands the folder of the message, and their key. */
static void tell_commands(struct plan *plan, const struct queued *message)
{
	const char *folder = "";
	struct buf text = BUF_INIT(VERDICT_FOLDER_MAX + 32);

	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i].kind == DELIVERY_FOLDER)
			folder = plan->steps[i].folder;
	buf_addf(&text, "POSTROOM_FOLDER=%s", folder);
	for (size_t i = 0; i < plan->n; i++) {
		struct delivery *step = &plan->steps[i];

		if (!(step_kind_of(step->kind)->takes & STEP_TAKES_ENVIRONMENT))
			continue;
		strings_add(&step->environment, text.s);
		add_key(step, message);
	}
	buf_release(&text);
}

static void add_inbox(struct plan *plan, const struct plan_context *context,
		      const struct queued *message,
		      const struct verdict *verdict)
{
	const char *inbox = plan_inbox(context->options, message->account);
	struct delivery *step;

	if (message->origin[0] != '\0') {
		stay(plan);
		return;
	}
	step = find_filing(plan, context, inbox, verdict->content);
	if (step != NULL) {
		join_filing(step, &step_folder, verdict->flags, verdict->tags);
		return;
	}
	step = add_filing(plan, message, &step_folder, inbox,
			  verdict->flags | message->flags);
	step->reason = xstrdup("no rule decided");
	step->tags = copy_or_null(verdict->tags);
	step->content = verdict->content;
}

void plan_make(struct plan *plan, const struct plan_context *context,
	       const struct queued *message, const struct verdict *verdict)
{
	memset(plan, 0, sizeof(*plan));
	if ((verdict->hold > 0 || verdict->postponed) &&
	    message->origin[0] != '\0') {
		stay(plan);
		return;
	}
	if (verdict->hold > 0 || verdict->postponed) {
		plan->hold_until =
			context->now + (verdict->postponed
						? plan_pause(message->tries)
						: verdict->hold);
		plan->tries = message->tries + verdict->postponed;
		return;
	}
	if (verdict->undecided) {
		fall_back(plan, context, message, verdict->reason);
		return;
	}
	for (size_t i = 0; i < verdict->n; i++) {
		const struct verdict_action *action = &verdict->actions[i];
		const char *refused = NULL;

		if (!copies_itself(context, message, verdict, action))
			refused = add_action(plan, context, message, action);
		if (refused == NULL)
			continue;
		fall_back(plan, context, message, refused);
		return;
	}
	if (!verdict->decided)
		add_inbox(plan, context, message, verdict);
	tell_commands(plan, message);
}

void plan_release(struct plan *plan)
{
	clear_steps(plan);
	free(plan->steps);
	memset(plan, 0, sizeof(*plan));
}

bool plan_stays(const struct plan *plan)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->steps[i].kind == DELIVERY_STAY)
			return true;
	return false;
}

const char *plan_action(enum delivery_kind kind)
{
	return step_kind_of(kind)->name;
}

static void describe_words(char *const *words, struct buf *out)
{
	for (size_t i = 0; words != NULL && words[i] != NULL; i++)
		buf_addf(out, " %.100s", words[i]);
}

void plan_describe_step(const struct delivery *step, struct buf *out)
{
	const struct step_kind *kind = step_kind_of(step->kind);
	char letters[8];

	buf_addstr(out, kind->text);
	if (!(kind->takes & STEP_KEEPS_ARGV))
		describe_words(step->argv, out);
	if (step->folder != NULL)
		buf_addf(out, " %s", step->folder);
	if (step->flags != 0) {
		maildir_flag_letters(step->flags, letters);
		buf_addf(out, " %s", letters);
	}
	if (step->tags != NULL)
		buf_addf(out, ", tags %s", step->tags);
}

void plan_describe(const struct plan *plan, struct buf *out)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct delivery *step = &plan->steps[i];
		char *reason;

		if (step_kind_of(step->kind)->is_batched)
			continue;
		buf_addstr(out, i == 0 ? "" : ", ");
		plan_describe_step(step, out);
		reason = plan_reason(step);
		if (reason[0] != '\0')
			buf_addf(out, " (%s)", reason);
		free(reason);
	}
	if (plan->hold_until != 0)
		buf_addstr(out, "stays in the spool and is decided later");
}
