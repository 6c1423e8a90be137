/* SPDX-License-Identifier: ISC */
/* The judge as a process: answers, limits, death. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../one_rule.h"
#include "../tap.h"
#include "judge/judge.h"
#include "rules/rule.h"
#include "rules/ruleset.h"

/* Under valgrind nothing can be confined; test-hostile is about that. */
static struct judge *new_judge(const struct ruleset *rules)
{
	struct judge *judge = judge_new(rules, NULL);

	judge_set_best_effort(judge, true);
	return judge;
}

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
	struct judge *judge = new_judge(rules);
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
	/* Quadratic on letters, and not caught by the match limit. */
	struct ruleset *rules = make_rules("X: /\\w*\\w*\\z/", "A");
	struct judge *judge = new_judge(rules);
	struct judge_answer answer;
	char *head = malloc(300000);

	(void)snprintf(head, 300000, "X: a%*s.\n\n", 250000, "");
	for (size_t i = 4; i < 250000; i++)
		head[i] = i % 2 ? 'y' : 'z';
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

/* Message number i has the list "m<i>". */
static struct judge_question numbered(int i)
{
	struct judge_question question = {
		.id = i, .size = 30, .account = "work"};
	char head[64];

	(void)snprintf(head, sizeof(head), "List-Id: <m%d.y>\n\n", i);
	question.fd = make_file(head, 0);
	return question;
}

static void is_answered(struct judge *judge,
			const struct judge_question *question, const char *want)
{
	struct error err = ERROR_INIT;
	struct judge_answer answer;

	(void)judge_ask(judge, question, &answer, &err);
	is_str(want,
	       answer.verdict.n == 1 ? answer.verdict.actions[0].text
				     : answer.verdict.reason,
	       "the answer is that of the question");
	verdict_release(&answer.verdict);
	(void)close(question->fd);
}

static void test_foreseen(void)
{
	struct ruleset *rules = make_rules("List-Id: /<(?<l>[^.]+)/", "L/{l}");
	struct judge *judge = new_judge(rules);
	struct judge_question all[JUDGE_AHEAD + 1];
	char want[16];
	int n = 0;

	for (int i = 0; i <= JUDGE_AHEAD; i++) {
		all[i] = numbered(i + 1);
		n += judge_foresee(judge, &all[i]);
	}
	is_int(JUDGE_AHEAD, n, "so many questions are taken before their turn");
	for (int i = 0; i <= JUDGE_AHEAD; i++) {
		(void)snprintf(want, sizeof(want), "L/m%d", i + 1);
		is_answered(judge, &all[i], want);
	}
	ok(!judge_has_foreseen(judge), "none is left");
	for (int i = 0; i < 3; i++) {
		all[i] = numbered(i + 1);
		(void)judge_foresee(judge, &all[i]);
	}
	ok(judge_has_foreseen(judge), "three are foreseen");
	is_answered(judge, &all[1], "L/m2");
	is_answered(judge, &all[0], "L/m1");
	is_answered(judge, &all[2], "L/m3");
	judge_free(judge);
	ruleset_free(rules);
}

/* When the judge dies, only the message it was at is undecided. */
static void test_foreseen_death(void)
{
	struct ruleset *rules = make_rules("X: /\\w*\\w*\\z/", "A");
	struct judge *judge = new_judge(rules);
	struct judge_question three[3];
	char *head = malloc(300000);
	int n = 0;

	(void)snprintf(head, 300000, "X: a%*s.\n\n", 250000, "");
	for (size_t i = 4; i < 250000; i++)
		head[i] = i % 2 ? 'y' : 'z';
	for (int i = 0; i < 3; i++) {
		three[i] = (struct judge_question){
			.id = i + 1, .size = 100, .account = "work"};
		three[i].fd = make_file(i == 1 ? head : "X: a\n\n", 0);
		n += judge_foresee(judge, &three[i]);
	}
	is_int(3, n, "three are foreseen");
	is_answered(judge, &three[0], "A");
	is_answered(judge, &three[1],
		    "judging took more than 5 seconds of CPU time");
	is_answered(judge, &three[2], "A");
	free(head);
	judge_free(judge);
	ruleset_free(rules);
}

/* A filter would have to be run between two questions. */
static void test_not_foreseen(void)
{
	struct ruleset *rules = make_rules("A: /b/", "A");
	struct rule *rule = ruleset_add(rules, "two", "test.conf", 9);
	struct rule_value yes = {"yes", 9};
	struct judge_question question = numbered(1);
	struct error err = ERROR_INIT;
	struct judge *judge;
	size_t index;
	long column;

	(void)rule_add_condition(rule, "duplicate", &yes, 1, &index, &column,
				 &err);
	judge = new_judge(rules);
	ok(!judge_foresee(judge, &question),
	   "nothing is foreseen when rules make requests");
	(void)close(question.fd);
	judge_free(judge);
	ruleset_free(rules);
}

int main(void)
{
	test_answers();
	test_limits();
	test_foreseen();
	test_foreseen_death();
	test_not_foreseen();
	return done_testing();
}
