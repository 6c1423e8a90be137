/* SPDX-License-Identifier: ISC */
/* The judge as a process: answers, limits, death. */
#include <fcntl.h>
#include <sys/mman.h>

#include "judge.h"
#include "plan.h"
#include "tap.h"
#include "tempdir.h"
#include "util/xalloc.h"

static int make_file(const char *head, size_t filler)
{
	int fd = memfd_create("message", 0);
	char block[4096];

	memset(block, ' ', sizeof(block));
	if (write(fd, head, strlen(head)) == -1)
		perror("write");
	for (size_t n = 0; n < filler; n += sizeof(block))
		if (write(fd, block, sizeof(block)) == -1)
			perror("write");
	return fd;
}

static struct ruleset *make_rules(const char *header, const char *folder)
{
	struct ruleset *set = ruleset_new();
	struct rule *rule = ruleset_add(set, "one", "test.conf", 3);
	struct rule_value h = {header, 4}, f = {folder, 5};
	struct error err = ERROR_INIT;
	size_t index;
	long column;
	int line;

	if (rule_add_condition(rule, "header", &h, 1, &index, &column, &err) ||
	    rule_add_action(rule, "folder", &f, 1, &err) ||
	    rule_finish(rule, &line, &err))
		printf("# %s\n", err.text);
	return set;
}

static void ask(struct judge *judge, int fd, struct judge_answer *answer,
		const char *name)
{
	struct judge_question question = {
		.fd = fd, .size = 100, .account = "work"};
	struct error err = ERROR_INIT;

	ok(judge_ask(judge, &question, answer, &err) == 0, name);
	(void)close(fd);
}

static void test_answers(void)
{
	struct ruleset *rules = make_rules("List-Id: /<(?<l>[^.]+)/", "L/{l}");
	struct judge *judge = judge_new(rules, NULL);
	struct judge_answer answer;

	for (int i = 0; i < 300; i++) {
		struct judge_question question = {
			.fd = make_file(
				"List-Id: <x.y>\nSubject: \033[1mhi\n\n", 0),
			.size = 30,
			.account = "work"};
		struct error err = ERROR_INIT;

		if (judge_ask(judge, &question, &answer, &err) == -1 ||
		    answer.verdict.n != 1)
			ok(false, "one of many questions");
		(void)close(question.fd);
		verdict_release(&answer.verdict);
	}
	ask(judge, make_file("List-Id: <x.y>\nSubject: \033[1mhi\n\n", 0),
	    &answer, "asked once more");
	is_str("L/x", answer.verdict.actions[0].text, "the folder");
	is_str("\"\\x1b[1mhi\" from ", answer.summary,
	       "a summary that does not steer the terminal");
	verdict_release(&answer.verdict);
	ask(judge, make_file("", 0), &answer, "an empty message");
	ok(!answer.verdict.decided && !answer.verdict.undecided,
	   "is decided by no rule");
	verdict_release(&answer.verdict);
	judge_free(judge);
	ruleset_free(rules);
}

static void test_limits(void)
{
	/* Quadratic on blanks, and not caught by the match limit. */
	struct ruleset *rules = make_rules("X: /\\s*\\s*\\z/", "A");
	struct judge *judge = judge_new(rules, NULL);
	struct judge_answer answer;
	char *head = malloc(300000);

	(void)snprintf(head, 300000, "X: a%*s.\n\n", 250000, "");
	for (size_t i = 4; i < 250000; i++)
		head[i] = i % 2 ? ' ' : '\t';
	ask(judge, make_file(head, 0), &answer, "C2: a pattern that runs wild");
	ok(answer.verdict.undecided, "is undecided");
	printf("# %s\n", answer.verdict.reason);
	verdict_release(&answer.verdict);
	ask(judge, make_file("A: b\n\n", 0), &answer, "the next question");
	ok(!answer.verdict.undecided, "is answered");
	verdict_release(&answer.verdict);
	ask(judge, make_file("A: b\n", 2 * JUDGE_HEADER_MAX), &answer,
	    "B6: a header of 2 MiB");
	is_str("the header is larger than 1 MiB", answer.verdict.reason,
	       "is not judged");
	verdict_release(&answer.verdict);
	ask(judge, make_file("A: b\n\n", 2 * JUDGE_HEADER_MAX), &answer,
	    "a body of 2 MiB");
	ok(!answer.verdict.undecided, "does not matter");
	verdict_release(&answer.verdict);
	free(head);
	judge_free(judge);
	ruleset_free(rules);
}

static void test_plan(void)
{
	struct ruleset *rules = make_rules("A: /b/", "A");
	struct sort_options options = {.undecided = "Odd", .rules = rules};
	struct plan_context context = {.options = &options, .folders_left = 1};
	struct queued message = {.id = 1, .account = "work", .size = 5};
	struct error err = ERROR_INIT;
	struct buf text = BUF_INIT(4096);
	struct verdict v;
	struct plan plan;

	(void)maildir_open(&context.maildir, temp_path("Mail"), LAYOUT_FS,
			   ENCODING_AUTO, &err);
	verdict_init(&v);
	plan_make(&plan, &context, &message, &v);
	plan_describe(&plan, &text);
	is_str("→ Inbox (no rule decided)", text.s, "C10: no rule: the inbox");
	plan_release(&plan);
	verdict_add(&v, ACTION_FOLDER, 0)->text = xstrdup("New/1");
	v.actions[0].captured = true;
	plan_make(&plan, &context, &message, &v);
	is_str("New/1", plan.steps[0].folder, "a new folder");
	ok(plan.steps[0].new_folder, "is counted");
	ok(plan.steps[0].base != NULL, "the file name is fixed");
	plan_release(&plan);
	context.folders_left = 0;
	plan_make(&plan, &context, &message, &v);
	is_str("Odd", plan.steps[0].folder, "too many: the fallback folder");
	ok(strstr(plan.trouble, "200 folders") != NULL, "with the reason");
	plan_release(&plan);
	verdict_set_undecided(&v, "it was too wild");
	plan_make(&plan, &context, &message, &v);
	buf_clear(&text);
	plan_describe(&plan, &text);
	is_str("→ Odd (it was too wild)", text.s, "undecided: likewise");
	plan_release(&plan);
	buf_release(&text);
	verdict_release(&v);
	maildir_close(context.maildir);
	ruleset_free(rules);
}

int main(void)
{
	(void)tempdir();
	test_answers();
	test_limits();
	test_plan();
	return done_testing();
}
