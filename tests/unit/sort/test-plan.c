/* SPDX-License-Identifier: ISC */
/* From a verdict to the steps of a plan. */
#include "../one_rule.h"
#include "../tap.h"
#include "../tempdir.h"
#include "rules/rule.h"
#include "rules/ruleset.h"
#include "sort/plan.h"
#include "util/xalloc.h"

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

static void add(struct verdict *v, enum action_kind kind, const char *folder,
		unsigned flags, const char *tags)
{
	struct verdict_action *a = verdict_add(v, kind, 0);

	a->text = xstrdup(folder);
	a->flags = flags;
	a->tags = tags == NULL ? NULL : xstrdup(tags);
}

/* The plan of `v`, as text; released. */
static void is_planned(const char *wanted, struct verdict *v,
		       const struct plan_context *context, const char *name)
{
	struct queued message = {.id = 1, .account = "work", .size = 5};
	struct buf text = BUF_INIT(4096);
	struct plan plan;

	plan_make(&plan, context, &message, v);
	plan_describe(&plan, &text);
	is_str(wanted, text.s, name);
	plan_release(&plan);
	buf_release(&text);
	verdict_release(v);
	verdict_init(v);
}

/* Two rules that file into the same folder. */
static void test_once(void)
{
	struct ruleset *rules = make_rules("A: /b/", "A");
	struct sort_options options = {.undecided = "Odd", .rules = rules};
	struct plan_context context = {.options = &options, .folders_left = 1};
	struct error err = ERROR_INIT;
	struct verdict v;

	(void)maildir_open(&context.maildir, temp_path("Pp"), LAYOUT_MAILDIRPP,
			   ENCODING_AUTO, &err);
	verdict_init(&v);
	add(&v, ACTION_COPY, "A", FLAG_SEEN, NULL);
	add(&v, ACTION_COPY, "A", FLAG_FLAGGED, NULL);
	is_planned(
		"copy → A FS (rule \"one\", test.conf:3), → Inbox (no rule decided)",
		&v, &context, "two copies are one, with the flags of both");
	add(&v, ACTION_COPY, "A", FLAG_SEEN, "one");
	add(&v, ACTION_FOLDER, "A", FLAG_FLAGGED, "two");
	v.decided = true;
	is_planned("→ A FS, tags two (rule \"one\", test.conf:3)", &v, &context,
		   "a copy and the filing are the filing");
	add(&v, ACTION_COPY, "INBOX", 0, NULL);
	v.flags = FLAG_SEEN;
	is_planned("→ INBOX S (rule \"one\", test.conf:3)", &v, &context,
		   "a copy where it goes by default");
	add(&v, ACTION_COPY, "A", 0, NULL);
	add(&v, ACTION_FOLDER, "A", 0, NULL);
	v.actions[1].content = 1;
	v.decided = true;
	is_planned(
		"copy → A (rule \"one\", test.conf:3), → A (rule \"one\", test.conf:3)",
		&v, &context, "a changed message is another one");
	verdict_release(&v);
	maildir_close(context.maildir);
	ruleset_free(rules);
}

int main(void)
{
	(void)tempdir();
	test_plan();
	test_once();
	return done_testing();
}
