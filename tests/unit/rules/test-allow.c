/* SPDX-License-Identifier: ISC */
/* The judge was taken over: what its parent takes, and what it does not. */
#include <stdlib.h>

#include "../judged.h"
#include "../tap.h"

static void test_honest(void)
{
	struct ruleset *set = make_all_rules();
	size_t refused = 0, outside = 0, n_asked = 0, n_actions = 0;

	for (size_t i = 0; i < JUDGED_MESSAGES * 64; i++) {
		struct judged j;
		struct verdict v;
		bool good;

		judge_text(set, judged_message(i / 64), i % 32, i % 64 >= 32,
			   &j);
		good = !j.refused &&
		       judged_takes(&j, buf_slice(&j.verdict), &v);
		n_asked += j.n_asked;
		judged_release(&j);
		refused += !good;
		if (!good) {
			printf("# message %zu, %zu\n", i / 64, i % 64);
			continue;
		}
		n_actions += v.n;
		outside += !is_within_rules(&v);
		verdict_release(&v);
	}
	is_int(0, (long)refused, "an honest judge is never refused");
	is_int(0, (long)outside, "and does what the rules say");
	ok(n_asked > 100 && n_actions > 1000, "which is a lot");
	ruleset_free(set);
}

/* A lie: one change of an honest verdict. */
struct lie {
	const char *name;
	void (*tell)(struct verdict *v);
	size_t message;
	bool fine; /* it is a choice of the judge */
};

static struct verdict_action *find(struct verdict *v, enum action_kind kind)
{
	for (size_t i = 0; i < v->n; i++)
		if (v->actions[i].kind == kind)
			return &v->actions[i];
	printf("# there is no action %d\n", (int)kind);
	exit(EXIT_FAILURE);
}

static void set_text(struct verdict *v, enum action_kind kind, const char *text)
{
	struct verdict_action *action = find(v, kind);

	free(action->text);
	action->text = xstrdup(text);
}

static void set_content(struct verdict *v, unsigned source, const char *header)
{
	struct content *c;

	xgrow(&v->contents, v->n_contents, sizeof(*v->contents));
	c = &v->contents[v->n_contents++];
	memset(c, 0, sizeof(*c));
	c->source = source;
	if (header != NULL) {
		c->header = xstrdup(header);
		c->header_len = strlen(header);
		c->skip = 1000;
	}
}

static void tell_nothing(struct verdict *v)
{
	(void)v;
}

static void save_above(struct verdict *v)
{
	set_text(v, ACTION_SAVE, "/x/att/../stolen");
}

static void save_at_above(struct verdict *v)
{
	set_text(v, ACTION_SAVE, "/x/att/..");
}

static void save_below(struct verdict *v)
{
	set_text(v, ACTION_SAVE, "/x/att/a/b");
}

static void save_itself(struct verdict *v)
{
	set_text(v, ACTION_SAVE, "/x/att/");
}

static void save_turned(struct verdict *v)
{
	set_text(v, ACTION_SAVE, "/x/att/\u202egpj.exe");
}

static void save_long(struct verdict *v)
{
	char text[128] = "/x/att/";

	memset(text + 7, 'a', 101);
	set_text(v, ACTION_SAVE, text);
}

static void save_elsewhere(struct verdict *v)
{
	set_text(v, ACTION_SAVE, "/x/attic/a");
}

static void save_otherwise(struct verdict *v)
{
	set_text(v, ACTION_SAVE, "/x/att/b@c.example");
}

static void copy_deeper(struct verdict *v)
{
	set_text(v, ACTION_COPY, "Copies/a/b");
}

static void copy_unseen(struct verdict *v)
{
	set_text(v, ACTION_COPY, "Copies/v\u200b");
}

static void copy_blank(struct verdict *v)
{
	set_text(v, ACTION_COPY, "Copies/\u00a0v");
}

static void copy_unsaid(struct verdict *v)
{
	v->actions[find(v, ACTION_COPY) - v->actions + 1].text[0] = 'G';
}

static void copy_250_times(struct verdict *v)
{
	const struct verdict_action first = *find(v, ACTION_COPY);

	for (int i = 0; i < 200; i++) {
		struct verdict_action *a =
			verdict_add(v, ACTION_COPY, first.rule);
		char text[32];

		(void)snprintf(text, sizeof(text), "Copies/%d", i);
		a->text = xstrdup(text);
		a->flags = first.flags;
		a->content = first.content;
	}
}

static void swap(struct verdict *v, size_t i)
{
	struct verdict_action action = v->actions[i];

	v->actions[i] = v->actions[i + 1];
	v->actions[i + 1] = action;
}

static void copy_backwards(struct verdict *v)
{
	swap(v, 0);
}

static void pipe_again(struct verdict *v)
{
	struct verdict_action *pipe = find(v, ACTION_PIPE);
	struct verdict_action *a = verdict_add(v, ACTION_PIPE, pipe->rule);

	pipe = find(v, ACTION_PIPE);
	a->argv = strings_copy(pipe->argv);
	a->environment = strings_copy(pipe->environment);
	a->content = pipe->content;
}

static void pipe_path(struct verdict *v)
{
	strings_add(&find(v, ACTION_PIPE)->environment, "PATH=/tmp");
}

static void pipe_variable(struct verdict *v)
{
	strings_add(&find(v, ACTION_PIPE)->environment, "POSTROOM_KEY=1");
}

static void pipe_preload(struct verdict *v)
{
	char **e = find(v, ACTION_PIPE)->environment;

	free(e[0]);
	e[0] = xstrdup("LD_PRELOAD=/tmp/x.so");
}

static void pipe_other(struct verdict *v)
{
	char **argv = find(v, ACTION_PIPE)->argv;

	free(argv[0]);
	argv[0] = xstrdup("sh");
}

static void pipe_option(struct verdict *v)
{
	strings_add(&find(v, ACTION_PIPE)->argv, "--more");
}

static void pipe_other_value(struct verdict *v)
{
	char **argv = find(v, ACTION_PIPE)->argv;

	free(argv[2]);
	argv[2] = xstrdup("a-$(x)");
}

static void forward_elsewhere(struct verdict *v)
{
	strings_add(&find(v, ACTION_FORWARD)->argv, "evil@x.example");
}

static void flag_copy(struct verdict *v)
{
	find(v, ACTION_COPY)->flags |= FLAG_DRAFT;
}

static void flag_inbox(struct verdict *v)
{
	v->flags |= FLAG_ANSWERED;
}

static void tag_inbox(struct verdict *v)
{
	free(v->tags);
	v->tags = xstrdup("one t-v evil");
}

static void tag_otherwise(struct verdict *v)
{
	free(v->tags);
	v->tags = xstrdup("one t-other");
}

static void untag_inbox(struct verdict *v)
{
	free(v->untags);
	v->untags = xstrdup("inbox");
}

static void tag_copy(struct verdict *v)
{
	struct verdict_action *copy = find(v, ACTION_COPY);

	free(copy->tags);
	copy->tags = xstrdup("one");
}

static void hold_long(struct verdict *v)
{
	verdict_set_hold(v, (int64_t)3000 * 24 * 3600);
}

static void hold_as_off(struct verdict *v)
{
	verdict_set_hold(v, 7200 - 60);
}

static void hold_rightly(struct verdict *v)
{
	verdict_set_hold(v, 3600 - 60);
}

static void postpone(struct verdict *v)
{
	verdict_set_postponed(v, "later");
}

static void give_up(struct verdict *v)
{
	verdict_set_undecided(v, "it is too hard");
}

static void use_off(struct verdict *v)
{
	verdict_add(v, ACTION_COPY, 2)->text = xstrdup("Off");
	verdict_add_match(v, 2);
	swap(v, v->n - 2);
}

static void match_off(struct verdict *v)
{
	v->matched[0] = 2;
}

static void match_backwards(struct verdict *v)
{
	verdict_add_match(v, 0);
}

static void match_again(struct verdict *v)
{
	v->matched[1] = v->matched[0];
}

static void go_on(struct verdict *v)
{
	struct verdict_action *a = verdict_add(v, ACTION_COPY, 6);

	verdict_add_match(v, 6);
	a->text = xstrdup("Last/x - y");
	a->flags = FLAG_SEEN | FLAG_FLAGGED;
	a->content = find(v, ACTION_FOLDER)->content;
}

static void trace(struct verdict *v)
{
	verdict_add_trace(v, 0, OUTCOME_APPLIES, "because");
}

static void has_key(struct verdict *v)
{
	v->key[0] ^= 1;
}

/* Nothing has changed the header yet: the content is as it came. */
static void change_header(struct verdict *v)
{
	set_content(v, 0, "A: b\n\n");
	find(v, ACTION_COPY)->content = (unsigned)v->n_contents - 1;
}

static void change_first(struct verdict *v)
{
	v->contents[0].header = xstrdup("A: b\n\n");
	v->contents[0].header_len = 6;
}

static void add_content(struct verdict *v)
{
	set_content(v, 0, NULL);
}

static void add_source(struct verdict *v)
{
	v->contents[1].source = 1;
}

static void leave_header(struct verdict *v)
{
	content_release(&v->contents[1]);
}

static void drop_action(struct verdict *v)
{
	struct verdict_action *copy = find(v, ACTION_COPY);

	free(copy->text);
	free(copy->tags);
	free(copy->why);
	strings_free(copy->argv);
	strings_free(copy->environment);
	memmove(v->actions, v->actions + 1, --v->n * sizeof(*v->actions));
}

static const struct lie lies[] = {
	{"the truth", tell_nothing, 0, true},
	{"another name of a directory", save_otherwise, 0, true},
	{"attachments go above their directory", save_above, 0, false},
	{"or to the one above", save_at_above, 0, false},
	{"or deeper", save_below, 0, false},
	{"or into the directory itself", save_itself, 0, false},
	{"or a name that is turned", save_turned, 0, false},
	{"or too long", save_long, 0, false},
	{"or beside", save_elsewhere, 0, false},
	{"a folder is deeper than the rule says", copy_deeper, 0, false},
	{"has characters that nobody sees", copy_unseen, 0, false},
	{"or blanks that look like others", copy_blank, 0, false},
	{"or is another than the one that is written", copy_unsaid, 0, false},
	{"one copy is many", copy_250_times, 0, false},
	{"the order is another", copy_backwards, 0, false},
	{"a command runs once more", pipe_again, 0, false},
	{"with another variable", pipe_path, 0, false},
	{"or one that the sorter sets", pipe_variable, 0, false},
	{"or for the loader", pipe_preload, 0, false},
	{"another program", pipe_other, 0, false},
	{"another argument", pipe_option, 0, false},
	{"another value", pipe_other_value, 0, true},
	{"the mail goes to somebody else", forward_elsewhere, 0, false},
	{"a flag of no rule, for a copy", flag_copy, 0, false},
	{"and in the inbox", flag_inbox, 0, false},
	{"a tag of no rule", tag_inbox, 0, false},
	{"another value in a tag", tag_otherwise, 0, true},
	{"a tag is removed that no rule removes", untag_inbox, 0, false},
	{"a copy gets a tag", tag_copy, 0, false},
	{"a hold without end", hold_long, 0, false},
	{"the hold of a rule that is off", hold_as_off, 0, false},
	{"the hold of a rule", hold_rightly, 0, true},
	{"it waits without reason", postpone, 0, false},
	{"the judge gives up", give_up, 0, true},
	{"a rule that is off acts", use_off, 0, false},
	{"or has applied", match_off, 0, false},
	{"a rule applies after a later one", match_backwards, 0, false},
	{"or twice", match_again, 0, false},
	{"a rule applies after the end", go_on, 1, false},
	{"a trace that was not asked for", trace, 0, false},
	{"another key, when none was asked about", has_key, 5, true},
	{"another header, before a rule changes it", change_header, 0, false},
	{"or of the message as it came", change_first, 0, false},
	{"a content that nothing uses", add_content, 0, false},
	{"a source that no filter made", add_source, 0, false},
	{"an action on the message as it was before", leave_header, 0, false},
	{"a rule does not all it says", drop_action, 0, false},
};

static bool is_taken(const struct ruleset *set, const struct lie *lie)
{
	bool held = lie->tell == hold_long || lie->tell == hold_as_off ||
		    lie->tell == hold_rightly;
	struct judged j;
	struct verdict v;
	bool taken;

	judge_text(set, judged_message(lie->message), 0, held, &j);
	if (!judged_takes(&j, buf_slice(&j.verdict), &v)) {
		judged_release(&j);
		return !lie->fine;
	}
	lie->tell(&v);
	buf_clear(&j.verdict);
	verdict_encode(&v, &j.verdict);
	verdict_release(&v);
	taken = judged_takes(&j, buf_slice(&j.verdict), &v);
	if (taken) {
		ok(is_within_rules(&v), "within the rules");
		verdict_release(&v);
	}
	judged_release(&j);
	return taken;
}

static void test_lies(void)
{
	struct ruleset *set = make_all_rules();

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++)
		ok(is_taken(set, &lies[i]) == lies[i].fine, lies[i].name);
	ruleset_free(set);
}

/* Requests 0 to 4 are: test, duplicate, test, filter, filter. */
struct plea {
	const char *name;
	const char *order;
	void (*change)(struct request *r); /* the last of them */
	bool fine;
};

static void leave_request(struct request *r)
{
	(void)r;
}

static void ask_more(struct request *r)
{
	strings_add(&r->argv, "more");
}

static void ask_other(struct request *r)
{
	free(r->argv[0]);
	r->argv[0] = xstrdup("sh");
}

static void ask_with_value(struct request *r, const char *value)
{
	size_t last = r->kind == REQUEST_TEST ? 2 : 1;

	free(r->argv[last]);
	r->argv[last] = xstrdup(value);
}

static void ask_otherwise(struct request *r)
{
	ask_with_value(r, "a -x");
}

static void ask_with_option(struct request *r)
{
	ask_with_value(r, "-x");
}

static void ask_with_path(struct request *r)
{
	strings_add(&r->environment, "PATH=/tmp");
}

static void ask_of_off(struct request *r)
{
	r->rule = 2;
}

static void ask_must(struct request *r)
{
	r->must = true;
}

static void ask_long(struct request *r)
{
	r->seconds++;
}

static void ask_source(struct request *r)
{
	r->content.source = 1;
}

static void ask_early(struct request *r)
{
	r->rule = 0;
}

static void ask_unchanged(struct request *r)
{
	content_release(&r->content);
}

static const struct plea pleas[] = {
	{"all requests", "01234", leave_request, true},
	{"some of them", "14", leave_request, true},
	{"a test, and the other one", "02", leave_request, true},
	{"the same two by their words", "00", leave_request, true},
	{"a test once more", "000", leave_request, false},
	{"`duplicate` twice", "11", leave_request, false},
	{"the same key after the second test", "0001", leave_request, false},
	{"two filters", "33", leave_request, true},
	{"a filter once more", "333", leave_request, false},
	{"a test after the filter", "32", leave_request, false},
	{"an argument more", "0", ask_more, false},
	{"another program", "3", ask_other, false},
	{"another value in a test", "0", ask_otherwise, true},
	{"and in a filter", "3", ask_otherwise, true},
	{"a value that a test takes for an option", "0", ask_with_option,
	 false},
	{"or a filter", "3", ask_with_option, false},
	{"a variable more", "3", ask_with_path, false},
	{"a rule that is off", "3", ask_of_off, false},
	{"a rule that asks nothing", "0", ask_early, false},
	{"a filter that must work", "3", ask_must, false},
	{"a test that must work", "0", ask_must, false},
	{"a longer time", "1", ask_long, false},
	{"a source that no filter made", "3", ask_source, false},
	{"the message as it came", "3", ask_unchanged, true},
};

/* Is the last request taken? */
static bool is_granted(const struct judged *j, const struct plea *plea)
{
	struct allowance *a = allowance_new(j->set, &j->terms);
	unsigned n_rules = (unsigned)ruleset_size(j->set);
	struct request r;
	bool taken = false;

	for (const char *p = plea->order; *p != '\0'; p++) {
		size_t i = (size_t)(*p - '0');

		if (!request_decode(buf_slice(&j->asked[i]), n_rules, 1, &r))
			break;
		if (p[1] == '\0')
			plea->change(&r);
		taken = allowance_takes_request(a, &r);
		if (taken)
			allowance_note_reply(a, &j->replies[i]);
		if (taken && r.content.header != NULL)
			ok(r.content.n_names == 1 &&
				   strcmp(r.content.names[0], "X-Label") == 0,
			   "with the one field that a rule has changed");
		request_release(&r);
	}
	allowance_free(a);
	return taken;
}

static void test_requests(void)
{
	struct ruleset *set = make_all_rules();
	struct judged j;

	judge_text(set, judged_message(0), 4, false, &j);
	is_int(5, (long)j.n_asked, "five requests");
	for (size_t i = 0; i < sizeof(pleas) / sizeof(pleas[0]); i++)
		ok(is_granted(&j, &pleas[i]) == pleas[i].fine, pleas[i].name);
	judged_release(&j);
	ruleset_free(set);
}

static uint64_t seed = 1;

/* A number below n. */
static size_t any(size_t n)
{
	seed = seed * 6364136223846793005 + 1442695040888963407;
	return (size_t)(seed >> 33) % n;
}

static void test_bent(void)
{
	struct ruleset *set = make_all_rules();
	size_t taken = 0, outside = 0;

	for (size_t i = 0; i < 20000; i++) {
		struct judged j;
		struct verdict v;
		uint8_t script[12];

		for (size_t k = 0; k < sizeof(script); k++)
			script[k] = (uint8_t)any(256);
		judge_text(set, judged_message(any(JUDGED_MESSAGES)),
			   (unsigned)any(32), any(8) == 0, &j);
		judged_bend(&j.verdict, script, 4 * (1 + any(3)));
		if (judged_takes(&j, buf_slice(&j.verdict), &v)) {
			taken++;
			outside += !is_within_rules(&v);
			verdict_release(&v);
		}
		judged_release(&j);
	}
	printf("# %zu were taken\n", taken);
	ok(taken > 500, "many verdicts with changed bytes are taken");
	is_int(0, (long)outside, "all of them are within the rules");
	ruleset_free(set);
}

int main(void)
{
	test_honest();
	test_lies();
	test_requests();
	test_bent();
	return done_testing();
}
