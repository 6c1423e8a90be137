/* SPDX-License-Identifier: ISC */
/*
 * For a test and fuzz targets: a set with every kind of action, what an honest
 * judge says of a message, and what no judge may say.
 */
#ifndef TESTS_JUDGED_H
#define TESTS_JUDGED_H

#include <stdlib.h>

#include "mail/flags.h"
#include "rule_lines.h"
#include "rules/allow.h"
#include "rules/judge.h"
#include "util/xalloc.h"

#define JUDGED_NOW ((int64_t)1000000)

static inline struct ruleset *make_all_rules(void)
{
	static const char *const lines[] = {
		"header=X-A: /(?<x>.*)/", "mark=read", "tag=one|t-{x}",
		"copy=Copies/{x}", "copy=Fixed", "add-header=X-Label: {x}",
		"pipe=prog --a a-{x}", "pipe=prog --a a-{x}",
		"forward=a@x.example", "--",
		/* 1 */
		"{any", "test-command=ask it {from}", "duplicate=yes",
		"test-command=ask it {from}", "}", "filter=clean {from}",
		"filter=clean {from}", "copy=Cleaned/{date:%Y-%m}", "--",
		/* 2 */
		"off", "larger=1", "copy=Off", "mark=draft", "hold=2h",
		"set-header=X-Off: 1", "--",
		/* 3 */
		"larger=1", "log=saw {subject}",
		"save-attachments=/x/att/{from}",
		"save-attachments=/x/{date:%Y}/{account}", "untag=one",
		"vacation=Gone. {subject}", "hold=1h", "--",
		/* 4 */
		"header=X-End: /(?<e>.+)/", "remove-header=X-A", "mark=flagged",
		"folder=In/{account}/{folder}/{e}", "tag=late", "--",
		/* 5 */
		"header=X-Drop: yes", "discard=yes", "--",
		/* 6 */
		"subject=/(?<s>.*)/", "copy=Last/{s} - {from}", NULL};
	char text[512] = "";
	struct ruleset *set = build_rules(lines, text, sizeof(text));

	if (set == NULL) {
		printf("# %s\n", text);
		exit(EXIT_FAILURE);
	}
	ruleset_add_me(set, "me@x.example");
	ruleset_finish(set);
	return set;
}

/* With what names of folders must not hold. */
#define JUDGED_MESSAGES 10

static const char *const judged_messages[JUDGED_MESSAGES] = {
	"X-A: v\nFrom: a@b.example\nTo: me@x.example\nSubject: hi\n"
	"Message-ID: <1@x>\nDate: Sat, 03 Feb 2024 23:30:00 +0800\n\nbody\n",
	"X-A: v\nX-End: e\nFrom: a@b.example\nTo: me@x.example\n"
	"Subject: hi\nMessage-ID: <2@x>\n\nbody\n",
	"X-A: ../../etc\nX-End: ..\nFrom: \"..\" <../@b.example>\n"
	"Message-ID: <3@x>\nSubject: -\n\nbody\n",
	"X-A:  \nX-End: new\nFrom:\nSubject: .\nMessage-ID: <4@x>\n\nbody\n",
	"X-A: \u202eevil\u200b\u00a0 x\nX-End: \u3000cur\nFrom: <- ->\n"
	"Subject: -\u00ad - b\n\nbody\n",
	"X-Drop: yes\nSubject: e\u0301 \u0915\u094d\u200d\u0937\n"
	"From: - - \n\nbody\n",
	"X-A: \xff\xfe\nX-End: \xe4\nSubject: \xc3\n\nbody\n",
	"Subject: tmp\nFrom: \n\n",
	"X-A: "
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa \u0915\u094d\u200d\u0937\n"
	"X-End: "
	"\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d"
	"\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d"
	"\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d\u4e2d"
	"\n\nbody\n",
	"",
};

static inline struct slice judged_message(size_t i)
{
	return slice_str(judged_messages[i % JUDGED_MESSAGES]);
}

/* A judgement; its requests are kept, to be made again. */
struct judged {
	const struct ruleset *set;
	struct allowance_terms terms;
	struct allowance *a;
	struct message message;
	struct slice bytes;
	unsigned answers; /* a bit for each request: yes or no */
	struct buf asked[16];
	struct reply replies[16];
	size_t n_asked;
	bool refused; /* an honest request */
	struct rule_input input;
	struct buf verdict;
};

static inline struct slice judged_bytes(void *context)
{
	struct judged *j = context;

	return j->bytes;
}

static inline void judged_ask(void *context, const struct request *request,
			      struct reply *reply)
{
	static const char filtered[] = "X-A: f\nSubject: s\n\nbody\n";
	struct judged *j = context;
	size_t n = j->n_asked++;
	struct request back;

	buf_init(&j->asked[n], 1 << 20);
	request_encode(request, &j->asked[n]);
	if (request_decode(buf_slice(&j->asked[n]),
			   (unsigned)ruleset_size(j->set),
			   allowance_sources(j->a), &back)) {
		j->refused |= !allowance_takes_request(j->a, &back);
		request_release(&back);
	} else {
		j->refused = true;
	}
	reply->answer = j->answers >> n & 1 ? MATCH_YES : MATCH_NO;
	reply->fd = -1;
	if (request->kind == REQUEST_FILTER && reply->answer == MATCH_YES) {
		reply->fd = 0;
		j->bytes = slice_str(filtered);
		message_release(&j->message);
		message_init(&j->message, j->bytes, NULL);
	}
	allowance_note_reply(j->a, reply);
	j->replies[n] = *reply;
}

/* Keep it, and release it with judged_release(). `text` is borrowed. */
static inline void judge_text(const struct ruleset *set, struct slice text,
			      unsigned answers, bool held, struct judged *j)
{
	struct rule_host host = {j, judged_bytes, judged_ask};
	struct verdict v;

	memset(j, 0, sizeof(*j));
	j->set = set;
	j->answers = answers;
	j->bytes = text;
	j->terms = (struct allowance_terms){.source = {"office", "Old/.Mail"},
					    .now = JUDGED_NOW,
					    .received =
						    held ? JUDGED_NOW - 60 : 0};
	j->a = allowance_new(set, &j->terms);
	message_init(&j->message, j->bytes, NULL);
	j->input = (struct rule_input){.message = &j->message,
				       .account = "office",
				       .folder = "Old/.Mail",
				       .size = j->bytes.len,
				       .now = (time_t)j->terms.now,
				       .received = (time_t)j->terms.received,
				       .host = &host};
	verdict_init(&v);
	ruleset_judge(set, &j->input, &v);
	buf_init(&j->verdict, 1 << 20);
	verdict_encode(&v, &j->verdict);
	verdict_release(&v);
	message_release(&j->message);
}

static inline void judged_release(struct judged *j)
{
	for (size_t i = 0; i < j->n_asked; i++)
		buf_release(&j->asked[i]);
	buf_release(&j->verdict);
	allowance_free(j->a);
}

/* The judge asks all that again, and then says this. Release *out if so. */
static inline bool judged_takes(const struct judged *j, struct slice bytes,
				struct verdict *out)
{
	struct allowance *a = allowance_new(j->set, &j->terms);
	unsigned n_rules = (unsigned)ruleset_size(j->set);
	struct error ignored = ERROR_INIT;
	struct request request;
	bool good;

	for (size_t i = 0; i < j->n_asked; i++) {
		if (!request_decode(buf_slice(&j->asked[i]), n_rules,
				    allowance_sources(a), &request))
			continue;
		(void)allowance_takes_request(a, &request);
		request_release(&request);
		allowance_note_reply(a, &j->replies[i]);
	}
	good = verdict_decode(bytes, n_rules, allowance_sources(a), out,
			      &ignored) == 0 &&
	       allowance_takes_verdict(a, out);
	if (!good)
		verdict_release(out);
	allowance_free(a);
	return good;
}

/*
 * Change encoded bytes, by four bytes of a script each time: what is done, the
 * place (two), and a value. The unit of the encoding is eight bytes.
 */
static inline void judged_bend(struct buf *b, const uint8_t *script, size_t len)
{
	for (; len >= 4; script += 4, len -= 4) {
		size_t at = ((size_t)script[1] << 8 | script[2]) % b->len;
		size_t more = 8 + script[3] % 64, rest = b->len - at;
		uint64_t number = script[3] % 70;
		char *copy;

		if (script[0] % 5 == 0) {
			b->s[at] = (char)(b->s[at] ^ (1 << script[3] % 8));
		} else if (script[0] % 5 == 1 && rest >= 8) {
			memcpy(b->s + at, &number, 8);
		} else if (script[0] % 5 == 2 && more < rest) {
			copy = xmemdup0(b->s + at, rest);
			buf_truncate(b, at + more);
			buf_add(b, copy, rest); /* so it is there twice */
			free(copy);
		} else if (script[0] % 5 == 3) {
			b->s[at] = "./_-~ a\x01"[script[3] % 8];
		} else {
			b->s[at] = (char)script[3];
		}
	}
}

/* All that the set can do with a message, each once. */
struct deed {
	unsigned rule;
	enum action_kind kind;
	const char *begins; /* the text, or the last word */
	int slashes;	    /* of a name; -1: the text is no name */
	bool captured;
	unsigned written;
};

#define N_DEEDS 13

static const struct deed deeds[N_DEEDS] = {
	{0, ACTION_COPY, "Copies/", 1, true, 7},
	{0, ACTION_COPY, "Fixed", 0, false, 0},
	{0, ACTION_PIPE, "a-", -1, false, 0},
	{0, ACTION_PIPE, "a-", -1, false, 0},
	{0, ACTION_FORWARD, "a@x.example", -1, false, 0},
	{1, ACTION_COPY, "Cleaned/", 1, false, 0},
	{3, ACTION_LOG, "saw ", -1, false, 0},
	{3, ACTION_SAVE, "/x/att/", 3, false, 0},
	{3, ACTION_SAVE, "/x/", 3, false, 0},
	{3, ACTION_VACATION, "me@x.example", -1, false, 0},
	{4, ACTION_FOLDER, "In/office/Old/_Mail/", 4, true, 3},
	{5, ACTION_DISCARD, "", -1, false, 0},
	{6, ACTION_COPY, "Last/", 1, true, 5},
};

/* No component is empty, hidden, or looks like another one. */
static inline bool is_harmless(struct slice name, int slashes)
{
	struct slice part;
	int n = -1;

	if (name.len > 0 && name.p[0] == '/') {
		name = slice_skip(name, 1);
		n++;
	}
	for (size_t i = 0; i < name.len; i++)
		if ((unsigned char)name.p[i] < 0x20 || name.p[i] == 0x7f)
			return false;
	while (slice_split(&name, '/', &part)) {
		n++;
		if (part.len == 0 || part.len > 100 ||
		    memchr(".-~", part.p[0], 3) != NULL)
			return false;
		if (memmem(part.p, part.len, "\u202e", 3) != NULL ||
		    memmem(part.p, part.len, "\u200b", 3) != NULL ||
		    memmem(part.p, part.len, "\u00a0", 2) != NULL)
			return false;
	}
	return n == slashes;
}

static inline bool is_deed(const struct verdict_action *action,
			   const struct deed *deed)
{
	const char *text = action->text;
	size_t n = 0;

	if (action->kind != deed->kind || action->rule != deed->rule ||
	    action->captured != deed->captured ||
	    action->written != deed->written)
		return false;
	if (deed->slashes >= 0 && !is_harmless(slice_str(text), deed->slashes))
		return false;
	while (action->argv != NULL && action->argv[n] != NULL)
		n++;
	if (n > 0)
		text = action->argv[n - 1];
	return strncmp(text, deed->begins, strlen(deed->begins)) == 0;
}

static inline bool are_known_tags(const char *tags)
{
	struct slice rest = slice_str(tags == NULL ? "" : tags), tag;

	while (rest.len > 0 && slice_split(&rest, ' ', &tag))
		if (!slice_equal(tag, slice_str("one")) &&
		    !slice_equal(tag, slice_str("late")) &&
		    !slice_starts_nocase(tag, "t-"))
			return false;
	return true;
}

static inline bool are_known_contents(const struct verdict *v)
{
	for (size_t i = 0; i < v->n_contents; i++) {
		const struct content *c = &v->contents[i];

		if (c->header != NULL && (i == 0 || c->n_names == 0))
			return false;
		for (size_t k = 0; k < c->n_names; k++)
			if (strcmp(c->names[k], "X-Label") != 0 &&
			    strcmp(c->names[k], "X-A") != 0)
				return false;
	}
	return true;
}

/* Is it a part of what the rules can do? */
static inline bool is_within_rules(const struct verdict *v)
{
	bool done[N_DEEDS] = {false};
	const unsigned flags = FLAG_SEEN | FLAG_FLAGGED;

	for (size_t i = 0; i < v->n; i++) {
		const struct verdict_action *action = &v->actions[i];
		size_t k = 0;

		while (k < N_DEEDS && (done[k] || !is_deed(action, &deeds[k])))
			k++;
		if (k == N_DEEDS || (action->flags & ~flags) != 0 ||
		    !are_known_tags(action->tags))
			return false;
		done[k] = true;
	}
	for (size_t i = 0; i < v->n_matched; i++)
		if (v->matched[i] == 2 ||
		    (i > 0 && v->matched[i] <= v->matched[i - 1]))
			return false;
	return (v->flags & ~flags) == 0 && are_known_tags(v->tags) &&
	       (v->untags[0] == '\0' || strcmp(v->untags, "one") == 0) &&
	       (v->hold == 0 || v->hold == 3540) && v->n_trace == 0 &&
	       are_known_contents(v);
}

#endif
