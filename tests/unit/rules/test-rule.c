/* SPDX-License-Identifier: ISC */
/* Rules on messages: which actions follow, or which error. */
#include <stdlib.h>

#include "../rule_lines.h"
#include "../tap.h"
#include "maildir/maildir.h"
#include "rules/judge.h"

static const char message[] =
	"From: =?gb18030?B?1cXI/Q==?= <zhang@mail.example.cn>\n"
	"To: Bob <bob@x.org>, \"carol@evil.org\" <dave@sub.y.org>\n"
	"Cc: list@lists.example.org\n"
	"Delivered-To: bob+tag@x.org\n"
	"Subject: =?utf-8?B?5Y+R56Wo?= [JIRA-42]\n"
	" Invoice for C++\n"
	"List-Id: Notmuch <notmuch.notmuchmail.org>\n"
	"X-Spam-Flag: YES\n"
	"X-Evil: ../../../etc\n"
	"X-Odd: \u00a0Cafe\u0301\u3000\u3000a\u200bu\u3000lait\u3164\n"
	"X-Blank: \u3164\u2800\u00ad\n"
	"X-Dot: \u200b.x\n"
	"X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!\n"
	"Received: one\n"
	"Received: two\n"
	"Message-ID: <id@x>\n"
	"Date: Sat, 03 Feb 2024 23:30:00 +0800\n"
	"\n"
	"body\n";

static void add_flags(unsigned flags, struct buf *out)
{
	char letters[8];

	maildir_flag_letters(flags, letters);
	if (letters[0] != '\0')
		buf_addf(out, " %s", letters);
}

static void add_tags(const char *tags, struct buf *out)
{
	if (tags != NULL && tags[0] != '\0')
		buf_addf(out, " [%s]", tags);
}

static void add_action(const struct verdict_action *action, struct buf *out)
{
	buf_addf(out, "%s%s", out->len > 0 ? ", " : "",
		 action_of(action->kind)->name);
	if (action->text != NULL)
		buf_addf(out, " %s", action->text);
	for (size_t i = 0; action->argv && action->argv[i] != NULL; i++)
		buf_addf(out, " {%s}", action->argv[i]);
	add_flags(action->flags, out);
	add_tags(action->tags, out);
}

/* The verdict as words: "copy A, folder B FS", "inbox", "undecided: …". */
static void describe(const struct verdict *v, struct buf *out)
{
	if (v->undecided || v->postponed)
		buf_addf(out, "%s: %s",
			 v->undecided ? "undecided" : "postponed", v->reason);
	else if (v->hold > 0)
		buf_addf(out, "hold %d", (int)v->hold);
	if (out->len > 0)
		return;
	for (size_t i = 0; i < v->n; i++)
		add_action(&v->actions[i], out);
	if (v->decided)
		return;
	buf_addf(out, "%sinbox", out->len > 0 ? ", " : "");
	add_flags(v->flags, out);
	add_tags(v->tags, out);
}

/* The answer of the host to all but filters, which change nothing. */
static enum match host_says = MATCH_NO;
static char *host_argv;

static struct slice host_bytes(void *context)
{
	(void)context;
	return slice_str(message);
}

static void host_ask(void *context, const struct request *request,
		     struct reply *reply)
{
	(void)context;
	reply->answer = host_says;
	free(host_argv);
	host_argv = NULL;
	if (request->argv != NULL)
		host_argv = strdup(request->argv[request->argv[1] != NULL]);
	(void)snprintf(reply->reason, sizeof(reply->reason), "no reply");
}

/* Saturday, 3 February 2024, 23:40 in UTC+8; it came ten minutes ago. */
#define NOW ((time_t)1706974800)

static void judge(const char *const *lines, char *text, size_t size)
{
	static const struct rule_host host = {NULL, host_bytes, host_ask};
	struct ruleset *set = build_rules(lines, text, size);
	struct buf words = BUF_INIT(4096);
	struct message m;
	struct verdict v;
	struct rule_input input = {.message = &m,
				   .account = "work",
				   .folder = "Lists/Dev",
				   .size = 5000,
				   .now = NOW,
				   .received = NOW - 600,
				   .arrived = NOW - 600,
				   .host = &host};

	if (set == NULL)
		return;
	ruleset_add_me(set, "Bob <bob@x.org>");
	message_init(&m, slice_str(message), NULL);
	verdict_init(&v);
	ruleset_judge(set, &input, &v);
	describe(&v, &words);
	(void)snprintf(text, size, "%s", words.s);
	buf_release(&words);
	verdict_release(&v);
	message_release(&m);
	ruleset_free(set);
}

struct example {
	const char *want;
	const char *lines[10];
};

static const struct example examples[] = {
	{"inbox", {NULL}},
	{"folder A", {"folder=A", NULL}},
	/* text values */
	{"folder A", {"subject=invoice", "folder=A", NULL}},
	{"folder A", {"subject=发票", "folder=A", NULL}},
	{"folder A", {"subject=c++", "folder=A", NULL}},
	{"folder A", {"subject=[jira-", "folder=A", NULL}},
	{"inbox", {"subject=nothing", "folder=A", NULL}},
	{"folder A", {"subject=nothing|invoice", "folder=A", NULL}},
	{"inbox", {"subject=invoice", "subject=nothing", "folder=A", NULL}},
	{"folder A", {"subject=/INVOICE/", "folder=A", NULL}},
	{"inbox", {"subject=/INVOICE/c", "folder=A", NULL}},
	{"folder A", {"from=张三", "folder=A", NULL}},
	/* addresses are not substrings */
	{"folder A", {"to=bob@x.org", "folder=A", NULL}},
	{"folder A", {"to=BOB@X.ORG", "folder=A", NULL}},
	{"inbox", {"to=ob@x.org", "folder=A", NULL}},
	{"folder A", {"to=@x.org", "folder=A", NULL}},
	{"inbox", {"to=@y.org", "folder=A", NULL}},
	{"folder A", {"to=@.y.org", "folder=A", NULL}},
	{"inbox", {"to=@evil.org", "folder=A", NULL}},
	{"inbox", {"to=carol@evil.org", "folder=A", NULL}},
	{"folder A", {"to=carol", "folder=A", NULL}},
	{"folder A", {"cc=@lists.example.org", "folder=A", NULL}},
	{"inbox", {"to=bob+tag@x.org", "folder=A", NULL}},
	{"folder A", {"recipient=bob+tag@x.org", "folder=A", NULL}},
	/* headers */
	{"folder A", {"header=x-spam-flag: yes", "folder=A", NULL}},
	{"folder A", {"header=Received: two", "folder=A", NULL}},
	{"folder A", {"header=Message-ID: /./", "folder=A", NULL}},
	{"inbox", {"header=X-None: /./", "folder=A", NULL}},
	/* the rest */
	{"folder A", {"account=WORK", "folder=A", NULL}},
	{"inbox", {"account=wor", "folder=A", NULL}},
	{"folder A", {"account=/^w/", "folder=A", NULL}},
	{"folder A", {"on-server-folder=lists/dev", "folder=A", NULL}},
	{"inbox", {"on-server-folder=Lists", "folder=A", NULL}},
	{"folder A", {"on-server-folder=/^Lists\\//", "folder=A", NULL}},
	{"folder dev",
	 {"on-server-folder=/^lists\\/(?<x>.+)/", "folder={x:lower}", NULL}},
	{"folder A",
	 {"{none", "on-server-folder=INBOX|Sent", "}", "folder=A", NULL}},
	{"folder Old/Lists/Dev", {"folder=Old/{folder}", NULL}},
	{"folder x-lists/dev-x", {"folder=x-{folder:lower}-x", NULL}},
	{"folder A", {"larger=4K", "folder=A", NULL}},
	{"inbox", {"larger=5000", "folder=A", NULL}},
	{"folder A", {"smaller=5001", "folder=A", NULL}},
	{"inbox", {"smaller=4K", "folder=A", NULL}},
	/* groups */
	{"folder A", {"{any", "subject=no", "larger=1", "}", "folder=A", NULL}},
	{"inbox", {"{any", "subject=no", "larger=9M", "}", "folder=A", NULL}},
	{"inbox", {"{none", "subject=invoice", "}", "folder=A", NULL}},
	{"folder A", {"{none", "subject=no", "}", "folder=A", NULL}},
	{"folder A",
	 {"{none", "{all", "subject=invoice", "larger=9M", "}", "}", "folder=A",
	  NULL}},
	/* other conditions; the message is ten minutes old */
	{"folder A", {"body=BODY", "folder=A", NULL}},
	{"inbox", {"body=Subject", "folder=A", NULL}},
	{"folder A", {"raw-body=/^body$/", "folder=A", NULL}},
	{"folder A", {"raw-header=/=\\?gb18030\\?B/", "folder=A", NULL}},
	{"inbox", {"attachment=/./", "folder=A", NULL}},
	{"folder A", {"newer=1h", "folder=A", NULL}},
	{"inbox", {"older=1h", "folder=A", NULL}},
	{"folder A", {"older=9m", "folder=A", NULL}},
	{"folder A", {"to-me=yes", "folder=A", NULL}},
	{"inbox", {"to-me=no", "folder=A", NULL}},
	{"folder A", {"mailing-list=yes", "folder=A", NULL}},
	{"folder A", {"automatic=yes", "folder=A", NULL}},
	{"folder A", {"weekday=sat|sunday", "folder=A", NULL}},
	{"inbox", {"weekday=mon", "folder=A", NULL}},
	{"folder A", {"weekday=fri-mon", "folder=A", NULL}},
	{"folder A", {"weekday=wed|Thursday - Saturday", "folder=A", NULL}},
	{"inbox", {"weekday=mon-fri", "folder=A", NULL}},
	/* an address in brackets, or in blanks */
	{"folder A",
	 {"from=Zhang San <zhang@mail.example.cn>", "folder=A", NULL}},
	{"folder A", {"from=<ZHANG@mail.example.cn>", "folder=A", NULL}},
	{"folder A", {"from=Z <@.example.cn>", "folder=A", NULL}},
	{"folder A", {"from= zhang@mail.example.cn ", "folder=A", NULL}},
	{"inbox", {"from=zhang@mail.example.cn <a@x.org>", "folder=A", NULL}},
	{"inbox", {"from=<ang@mail.example.cn>", "folder=A", NULL}},
	{"folder A", {"hours=22-6", "folder=A", NULL}},
	{"folder A", {"hours=23:39-23:41", "folder=A", NULL}},
	{"inbox", {"hours=9-17", "folder=A", NULL}},
	{"inbox", {"duplicate=yes", "folder=A", NULL}},
	{"folder A", {"duplicate=no", "folder=A", NULL}},
	{"inbox", {"test-command=prog", "folder=A", NULL}},
	/* tags */
	{"folder A [review]", {"tag=review", "folder=A", NULL}},
	{"folder A [b]",
	 {"tag=a|b", "--", "tagged=a", "untag=a", "--", "tagged=a", "folder=X",
	  "--", "folder=A", NULL}},
	{"inbox [42]", {"subject=/JIRA-(\\d+)/", "tag={1}", NULL}},
	/* headers: later conditions see them */
	{"folder new worklue",
	 {"set-header=X-Evil: new {account}lue", "--",
	  "header=X-Evil: /(?<e>.*)/", "folder={e}", NULL}},
	{"folder A",
	 {"remove-header=List-Id", "--", "mailing-list=no", "folder=A", NULL}},
	{"folder A",
	 {"add-header=X-New: 发票", "--", "header=X-New: 发票", "folder=A",
	  NULL}},
	/* commands */
	{"pipe {prog} {$(x) [JIRA-42] Invoice for C++}, inbox",
	 {"subject=/(\\[.*)/", "pipe=prog|$(x) {1}", NULL}},
	{"pipe {x} {-y} {id@x}, discard",
	 {"pipe=x -y {message-id}", "discard=yes", NULL}},
	{"error: the program to run must be the same for every message; write "
	 "its name without {…}",
	 {"pipe={subject} x", NULL}},
	{"error: \"a b\" cannot be a tag: a tag is one word of up to 64 bytes "
	 "without ( ) { } % * \" \\ ] and comma",
	 {"tag=a b", NULL}},
	{"forward {a@b} {c@d}, folder A",
	 {"forward=a@b|c@d", "folder=A", NULL}},
	{"log Subject is [JIRA-42] Invoice, inbox",
	 {"subject=/(\\[.*e) for/", "log=Subject is {1}", NULL}},
	{"save-attachments /tmp/x/zhang, inbox",
	 {"from=/<(\\w+)@/", "save-attachments=/tmp/x/{1}", NULL}},
	{"hold 300", {"hold=15m", "folder=A", NULL}},
	{"folder A", {"hold=5m", "folder=A", NULL}},
	{"inbox", {"filter=prog", NULL}},
	/* captures and templates */
	{"folder Lists/notmuch",
	 {"header=List-Id: /<(?<list>[^.>]+)/", "folder=Lists/{list}", NULL}},
	{"folder Lists/notmuch", {"folder=Lists/{list}", NULL}},
	{"folder T/42", {"subject=/JIRA-(\\d+)/", "folder=T/{1}", NULL}},
	{"folder example.cn", {"from=/@mail\\.(?<d>.+)>/", "folder={d}", NULL}},
	{"folder mail.example.cn", {"folder={from-domain}", NULL}},
	{"folder 张三", {"folder={from-name}", NULL}},
	{"folder work-5000", {"folder={account}-{size}", NULL}},
	{"folder 2024/02", {"folder={date:%Y/%m}", NULL}},
	{"folder 2024-02-03", {"folder={date}", NULL}},
	{"folder {x}", {"folder={{x}}", NULL}},
	{"folder id@x", {"folder={message-id}", NULL}},
	/* B16, C6: text that cannot stand in a name is replaced */
	{"folder L/_._.._.._etc",
	 {"header=X-Evil: /(?<e>.*)/", "folder=L/{e}", NULL}},
	{"folder L/_",
	 {"{any", "header=X-None: /(?<e>.*)/", "larger=1", "}", "folder=L/{e}",
	  NULL}},
	{"folder L/Caf\u00e9 au lait",
	 {"header=X-Odd: /(?<e>.*)/", "folder=L/{e}", NULL}},
	{"folder L/_", {"header=X-Blank: /(?<e>.*)/", "folder=L/{e}", NULL}},
	{"folder L/_x", {"header=X-Dot: /(?<e>.*)/", "folder=L/{e}", NULL}},
	{"folder L/x -/y", {"subject=/(?<n>qq)?/", "folder=L/x - {n}/y", NULL}},
	{"folder L/_x",
	 {"subject=/(?<n>qq)?/", "header=X-Dot: /(?<e>\\..*)/",
	  "folder=L/{n} {e}", NULL}},
	{"folder L/x.._.._.._etc-y",
	 {"header=X-Evil: /(?<e>.{9})/", "folder=L/x{e}etc-y", NULL}},
	{"folder x-spam",
	 {"raw-header=/(?<x>X-Spam)/", "folder={x:lower}", NULL}},
	/* C14: actions */
	{"copy B, folder A", {"copy=B", "folder=A", NULL}},
	{"copy B, copy C, inbox", {"copy=B|C", NULL}},
	{"folder A S", {"mark=read", "folder=A", NULL}},
	{"folder A FS", {"folder=A", "mark=read|flagged", NULL}},
	{"copy B, folder A S", {"copy=B", "mark=read", "folder=A", NULL}},
	{"inbox F", {"mark=flagged", NULL}},
	{"discard", {"discard=yes", NULL}},
	{"inbox", {"discard=no", NULL}},
	{"inbox", {"stop=yes", "--", "folder=A", NULL}},
	{"folder A F", {"mark=flagged", "--", "folder=A", NULL}},
	{"folder A", {"folder=A", "--", "folder=B", NULL}},
	{"copy B, folder A", {"copy=B", "--", "folder=A", NULL}},
	/* C1: an error is never "no match" */
	{"undecided: rule \"r\": a pattern needs more steps than allowed",
	 {"header=X-Long: /^(a+)+[bc]$/", "folder=A", "--", "folder=B", NULL}},
	/* mistakes */
	{"error: pattern /(a/: missing closing parenthesis",
	 {"subject=/(a/", NULL}},
	{"error: a value that begins with / is a pattern and must end in / or "
	 "/c",
	 {"subject=/a", NULL}},
	{"error: a header is written 'Name: value'; \"List-Id\" has no colon; for \"present\" write 'List-Id: /./'",
	 {"header=List-Id", NULL}},
	{"error: {subjct} is neither a message field nor a (?<subjct>…) "
	 "capture of this rule — did you mean {subject}?",
	 {"folder={subjct}", NULL}},
	{"error: {2}: the last pattern of this rule has 1 groups",
	 {"subject=/(a)/", "folder={2}", NULL}},
	{"error: {x} is neither a message field nor a (?<x>…) capture of this "
	 "rule",
	 {"{none", "subject=/(?<x>a)/", "}", "folder={x}", NULL}},
	{"error: a message goes to one folder; use copy for the others",
	 {"folder=A|B", NULL}},
	{"error: the folder name \"../x\" cannot be used: a part of it starts "
	 "with \".\", \"-\" or \"~\"",
	 {"folder=../x", NULL}},
	{"error: the folder name \"{from}\\x09{to}\" cannot be used: it holds "
	 "control characters",
	 {"folder={from}\t{to}", NULL}},
	{"error: the folder name \"{from}//a\" cannot be used: a part of it is "
	 "empty",
	 {"folder={from}//a", NULL}},
	{"error: the folder name \"/x/{from}\\x7f{to}\" cannot be used: it "
	 "holds control characters",
	 {"save-attachments=/x/{from}\x7f{to}", NULL}},
	{"error: a message cannot be marked \"red\"; write read, flagged, "
	 "answered or draft",
	 {"mark=red", NULL}},
	{"error: {date:%B}: only %Y %m %d %H %M %S %y %j can be used",
	 {"folder={date:%B}", NULL}},
	{"error: \"5X\" is not a size; write 500K, 5M or 1G",
	 {"larger=5X", NULL}},
	{"error: 'folder' is an action; move it out of any, all and none",
	 {"{any", "folder=A", "}", NULL}},
};

static void test_nesting(void)
{
	struct ruleset *set = ruleset_new();
	struct rule *rule = ruleset_add(set, "deep", "f", 1);
	struct error err = ERROR_INIT;
	struct rule_value value = {"x", 1};
	size_t index;
	long column;

	for (int i = 0; i < 1000; i++)
		rule_begin_group(rule, GROUP_ANY, 1);
	is_int(0,
	       rule_add_condition(rule, "subject", &value, 1, &index, &column,
				  &err),
	       "1000 levels of groups");
	for (int i = 0; i < 100000; i++)
		rule_begin_group(rule, GROUP_ANY, 1);
	is_int(-1,
	       rule_add_condition(rule, "subject", &value, 1, &index, &column,
				  &err),
	       "more are an error, even 100000");
	ruleset_free(set);
}

int main(void)
{
	char text[1024];

	(void)setenv("TZ", "UTC-8", 1);
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		char name[256];

		(void)snprintf(name, sizeof(name), "%s %s … gives %.80s",
			       examples[i].lines[0] ? examples[i].lines[0] : "",
			       examples[i].lines[0] && examples[i].lines[1]
				       ? examples[i].lines[1]
				       : "",
			       examples[i].want);
		judge(examples[i].lines, text, sizeof(text));
		is_str(examples[i].want, text, name);
	}
	test_nesting();
	return done_testing();
}
