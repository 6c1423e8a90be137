/* SPDX-License-Identifier: ISC */
/* Does a condition hold? One switch; an error is never a "no". */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mail/address.h"
#include "mail/date.h"
#include "mail/mailing_list.h"
#include "mail/origin.h"
#include "rules/trial.h"
#include "util/xalloc.h"

#include "util/banned.h"

/* Keep the captures of a pattern for the templates of this rule. */
static void keep_captures(struct trial *t, const struct text *text,
			  const struct slice *captures)
{
	size_t groups = regex_groups(text->regex), number;
	struct slice name;

	if (groups > 0) {
		memcpy(t->groups, captures, (groups + 1) * sizeof(*captures));
		t->n_groups = groups + 1;
	}
	for (size_t i = 0; regex_group_name(text->regex, i, &name, &number);
	     i++)
		for (size_t j = 0; j < t->rule->n_captures; j++)
			if (slice_equal(t->rule->captures[j], name) &&
			    captures[number].p != NULL)
				t->values[j] = captures[number];
}

static enum match match_text(struct trial *t, const struct text *text,
			     const struct text_subject *subject)
{
	struct slice *captures = t->captures;
	size_t n = text->kind == TEXT_REGEX ? regex_groups(text->regex) + 1 : 0;
	enum match match = text_match(text, subject, captures, n, &t->err);

	if (match == MATCH_YES && n > 1)
		keep_captures(t, text, captures);
	return match;
}

/* A yes anywhere is a yes; else an error anywhere is an error. */
static enum match either(enum match a, enum match b)
{
	if (a == MATCH_YES || b == MATCH_YES)
		return MATCH_YES;
	return a == MATCH_ERROR ? a : b;
}

static enum match match_fields(struct trial *t, const struct needle *needle,
			       size_t name, struct slice *seen)
{
	struct message *m = t->input->message;
	enum match match = MATCH_NO;

	for (size_t i = t->first[name]; i != NO_FIELD && match != MATCH_YES;
	     i = t->next[i]) {
		struct text_subject subject = {.decoded = SLICE_EMPTY};

		if (text_needs_decoded(&needle->text)) {
			subject.decoded = message_text(m, i);
			subject.folded = message_folded(m, i);
		}
		if (text_needs_mailboxes(&needle->text))
			subject.mailboxes =
				message_mailboxes(m, i, &subject.n_mailboxes);
		match = either(match, match_text(t, &needle->text, &subject));
		if ((t->input->explain && seen->p == NULL) ||
		    match == MATCH_YES)
			*seen = message_text(m, i);
	}
	return match;
}

static enum match match_header(struct trial *t, const struct condition *c,
			       struct slice *seen)
{
	enum match match = MATCH_NO;

	for (size_t i = 0; i < c->n_needles && match != MATCH_YES; i++) {
		const struct needle *needle = &c->needles[i];

		for (size_t j = 0; j < needle->n_names && match != MATCH_YES;
		     j++)
			match = either(match,
				       match_fields(t, needle, needle->names[j],
						    seen));
	}
	return match;
}

/* Does any value of the condition match? */
static enum match match_any(struct trial *t, const struct condition *c,
			    const struct text_subject *subject)
{
	enum match match = MATCH_NO;

	for (size_t i = 0; i < c->n_needles && match != MATCH_YES; i++)
		match = either(match,
			       match_text(t, &c->needles[i].text, subject));
	return match;
}

/* Is any in these bytes? `folded`: the same for comparison, or NULL. */
static enum match match_bytes(struct trial *t, const struct condition *c,
			      struct slice bytes, const struct folded *folded)
{
	const struct text_subject subject = {.decoded = bytes,
					     .folded = folded};

	return match_any(t, c, &subject);
}

static const struct mime_view *view_of(struct trial *t)
{
	return view_read(&t->view,
			 t->input->host->bytes(t->input->host->context),
			 t->set->fallback);
}

/* The text, and the targets of links, which people look for there, too. */
static enum match match_body(struct trial *t, const struct condition *c)
{
	const struct mime_view *view = view_of(t);
	enum match match =
		match_bytes(t, c, buf_slice(&view->text), view_body(&t->view));

	if (match == MATCH_YES || view->links.n == 0)
		return match;
	return either(match,
		      match_bytes(t, c, buf_slice(&view->links.urls), NULL));
}

static enum match match_attachments(struct trial *t, const struct condition *c,
				    struct slice *seen)
{
	bool types = c->kind == CONDITION_ATTACHMENT_TYPE;
	enum match match = MATCH_NO;
	const struct view_name *names;
	size_t n;

	(void)view_of(t);
	names = view_names(&t->view, &n);
	for (size_t i = 0; i < n && match != MATCH_YES; i++) {
		const struct view_name *name = &names[i];

		if (name->is_type != types || (name->is_inline && !types))
			continue;
		match = either(match,
			       match_bytes(t, c, name->text, name->folded));
		if (seen->p == NULL || match == MATCH_YES)
			*seen = name->text;
	}
	return match;
}

/* A link is a text, in both forms of its host, and "user@host" an address. */
static enum match match_link(struct trial *t, const struct condition *c,
			     const struct links *links, size_t i)
{
	struct slice mailbox = links_mailbox(links, i);
	struct slice letters = links_letters(links, i);
	const struct text_subject subject = {.decoded = links_url(links, i),
					     .mailboxes = &mailbox,
					     .n_mailboxes = mailbox.len > 0};
	enum match match = match_any(t, c, &subject);

	if (match == MATCH_YES || letters.len == 0)
		return match;
	return either(match, match_bytes(t, c, letters, NULL));
}

static enum match match_links(struct trial *t, const struct condition *c,
			      struct slice *seen)
{
	const struct links *links = &view_of(t)->links;
	enum match match = MATCH_NO;

	for (size_t i = 0; i < links->n && match != MATCH_YES; i++) {
		match = either(match, match_link(t, c, links, i));
		if (seen->p == NULL || match == MATCH_YES)
			*seen = links_url(links, i);
	}
	return match;
}

static bool has_misleading_link(struct trial *t)
{
	const struct links *links = &view_of(t)->links;

	for (size_t i = 0; i < links->n; i++)
		if (links_shown(links, i).len > 0)
			return true;
	return false;
}

/* Names are compared whole: "work" does not match "homework". */
static enum match match_word(struct trial *t, const struct condition *c,
			     struct slice word)
{
	const struct text_subject subject = {.decoded = word};
	enum match match = MATCH_NO;

	for (size_t i = 0; i < c->n_needles && match != MATCH_YES; i++) {
		const struct text *text = &c->needles[i].text;

		if (text->kind == TEXT_REGEX || text->kind == TEXT_LIST)
			match = either(match, match_text(t, text, &subject));
		else if (slice_equal_nocase(slice_str(text->value), word))
			match = MATCH_YES;
	}
	return match;
}

static enum match match_tagged(struct trial *t, const struct condition *c)
{
	enum match match = MATCH_NO;

	for (size_t i = 0; i < t->tags.n && match != MATCH_YES; i++)
		match = either(match,
			       match_word(t, c, slice_str(t->tags.names[i])));
	return match;
}

static struct slice raw_body(struct trial *t)
{
	struct slice bytes = t->input->host->bytes(t->input->host->context);
	size_t header =
		t->header_size < bytes.len ? (size_t)t->header_size : bytes.len;

	return slice_of(bytes.p + header, bytes.len - header);
}

/* Seconds since its Date:; without a readable one, since it arrived. */
static int64_t age_of(struct trial *t)
{
	const struct rule_input *input = t->input;
	int zone;

	if (!t->is_dated)
		t->date = date_of(input->message, input->arrived, input->now,
				  &zone);
	t->is_dated = true;
	return (int64_t)input->now - t->date;
}

/* Is it this address, or this one with "+detail"? ASCII case is ignored. */
static bool is_address_of(struct slice me, struct slice mailbox)
{
	struct slice domain = address_domain(mailbox),
		     mine = address_domain(me);
	const char *plus = memchr(mailbox.p, '+', mailbox.len);
	size_t local;

	if (slice_equal_nocase(me, mailbox))
		return true;
	if (plus == NULL || mine.len == 0 || !slice_equal_nocase(domain, mine))
		return false;
	local = (size_t)(plus - mailbox.p);
	return local > 0 && local == me.len - mine.len - 1 &&
	       slice_equal_nocase(slice_of(me.p, local),
				  slice_of(mailbox.p, local));
}

static bool is_me(const struct trial *t, struct slice mailbox)
{
	for (size_t i = 0; i < t->set->n_me; i++)
		if (is_address_of(slice_str(t->set->me[i]), mailbox))
			return true;
	return false;
}

static bool is_to_me(const struct trial *t, const struct condition *c)
{
	struct message *m = t->input->message;
	size_t n;

	for (size_t j = 0; j < c->needles->n_names; j++)
		for (size_t i = t->first[c->needles->names[j]]; i != NO_FIELD;
		     i = t->next[i]) {
			const struct slice *list = message_mailboxes(m, i, &n);

			for (size_t k = 0; k < n; k++)
				if (is_me(t, list[k]))
					return true;
		}
	return false;
}

/* The envelope sender; "<>" for the null sender of bounces. */
static enum match match_sender(struct trial *t, const struct condition *c,
			       struct slice *seen)
{
	struct message *m = t->input->message;
	struct slice sender, mailbox;
	struct text_subject subject = {.mailboxes = &mailbox};
	enum match match;
	struct buf folded;

	if (!origin_sender(m, &sender))
		return MATCH_NO;
	buf_init(&folded, MESSAGE_MAILBOX_MAX(sender.len));
	message_fold_mailbox(m, sender, &folded);
	mailbox = buf_slice(&folded);
	subject.n_mailboxes = sender.len > 0;
	*seen = subject.decoded = sender.len > 0 ? sender : slice_str("<>");
	match = match_any(t, c, &subject);
	buf_release(&folded);
	return match;
}

static bool is_now(const struct trial *t, const struct condition *c)
{
	struct tm tm;
	int minute;

	if (localtime_r(&t->input->now, &tm) == NULL)
		return false;
	if (c->kind == CONDITION_WEEKDAY)
		return (c->days >> tm.tm_wday & 1) != 0;
	minute = tm.tm_hour * 60 + tm.tm_min;
	if (c->from_minute <= c->to_minute)
		return minute >= c->from_minute && minute < c->to_minute;
	return minute >= c->from_minute || minute < c->to_minute;
}

static enum match ask(struct trial *t, struct request *request)
{
	struct reply reply = {.answer = MATCH_ERROR, .fd = -1};

	t->input->host->ask(t->input->host->context, request, &reply);
	if (reply.answer == MATCH_ERROR)
		(void)error_set(&t->err, ERR_MESSAGE, "%s", reply.reason);
	return reply.answer;
}

static enum match match_duplicate(struct trial *t, const struct condition *c)
{
	struct request request = {.kind = REQUEST_DUPLICATE,
				  .rule = t->index,
				  .seconds = (int64_t)c->number};
	enum match match;

	memcpy(request.key, t->verdict->key, HASH_SIZE);
	match = t->verdict->has_key ? ask(t, &request) : MATCH_NO;
	if (match == MATCH_ERROR || c->wanted)
		return match;
	return match == MATCH_YES ? MATCH_NO : MATCH_YES;
}

static enum match match_command(struct trial *t, const struct condition *c)
{
	struct request request = {.kind = REQUEST_TEST, .rule = t->index};
	enum match match = MATCH_ERROR;

	if (trial_safe_argv(t, &c->argv, &request.argv)) {
		request.environment = trial_environment(t);
		trial_content(t, &request.content);
		match = ask(t, &request);
	}
	request_release(&request);
	return match;
}

static enum match yes_if(bool yes)
{
	return yes ? MATCH_YES : MATCH_NO;
}

static enum match match_leaf(struct trial *t, const struct condition *c,
			     struct slice *seen)
{
	switch (c->kind) {
	case CONDITION_HEADER:
		return match_header(t, c, seen);
	case CONDITION_SENDER:
		return match_sender(t, c, seen);
	case CONDITION_RAW_HEADER:
		return match_bytes(t, c, t->input->message->header, NULL);
	case CONDITION_BODY:
		return match_body(t, c);
	case CONDITION_RAW_BODY:
		return match_bytes(t, c, raw_body(t), NULL);
	case CONDITION_ATTACHMENT:
	case CONDITION_ATTACHMENT_TYPE:
		return match_attachments(t, c, seen);
	case CONDITION_LINK:
		return match_links(t, c, seen);
	case CONDITION_ACCOUNT:
		*seen = slice_str(t->input->account);
		return match_word(t, c, *seen);
	case CONDITION_SERVER_FOLDER:
		*seen = slice_str(t->input->folder == NULL ? ""
							   : t->input->folder);
		return match_word(t, c, *seen);
	case CONDITION_TAGGED:
		return match_tagged(t, c);
	case CONDITION_LARGER:
		return yes_if(t->input->size > c->number);
	case CONDITION_SMALLER:
		return yes_if(t->input->size < c->number);
	case CONDITION_OLDER:
		return yes_if(age_of(t) > (int64_t)c->number);
	case CONDITION_NEWER:
		return yes_if(age_of(t) < (int64_t)c->number);
	case CONDITION_DUPLICATE:
		return match_duplicate(t, c);
	case CONDITION_TO_ME:
		return yes_if(is_to_me(t, c) == c->wanted);
	case CONDITION_MAILING_LIST:
		return yes_if(mailing_list_sent(t->input->message) ==
			      c->wanted);
	case CONDITION_AUTOMATIC:
		return yes_if(origin_is_automatic(t->input->message) ==
			      c->wanted);
	case CONDITION_MISLEADING_LINK:
		return yes_if(has_misleading_link(t) == c->wanted);
	case CONDITION_WEEKDAY:
	case CONDITION_HOURS:
		return yes_if(is_now(t, c));
	case CONDITION_COMMAND:
		return match_command(t, c);
	case CONDITION_GROUP:
		break;
	}
	return MATCH_ERROR;
}

static enum match match_group(struct trial *t, const struct condition *c)
{
	enum match all = MATCH_YES, any = MATCH_NO;

	for (size_t i = 0; i < c->n_members; i++) {
		enum match match = match_condition(t, &c->members[i]);

		if (c->group == GROUP_ALL && match == MATCH_NO)
			return MATCH_NO;
		if (match == MATCH_ERROR)
			all = MATCH_ERROR;
		any = either(any, match);
		if (c->group != GROUP_ALL && any == MATCH_YES)
			break;
	}
	if (c->group == GROUP_ALL)
		return all;
	if (c->group == GROUP_ANY || any == MATCH_ERROR)
		return any;
	return any == MATCH_YES ? MATCH_NO : MATCH_YES;
}

/* Might the answer be another one if the whole message had been read? */
static bool is_in_part(const struct trial *t, const struct condition *c,
		       enum match match)
{
	bool of_text = c->kind == CONDITION_BODY || c->kind == CONDITION_LINK ||
		       c->kind == CONDITION_MISLEADING_LINK;
	bool of_parts = c->kind == CONDITION_ATTACHMENT ||
			c->kind == CONDITION_ATTACHMENT_TYPE;
	bool found = match != MATCH_NO;

	if (c->kind == CONDITION_MISLEADING_LINK)
		found = found == c->wanted;
	return !found && ((of_text && t->view.mime.text_cut) ||
			  (of_parts && t->view.mime.cut));
}

enum match match_condition(struct trial *t, const struct condition *c)
{
	struct slice seen = slice_of(NULL, 0);
	enum match match;
	bool in_part;

	if (c->kind == CONDITION_GROUP)
		return match_group(t, c);
	match = match_leaf(t, c, &seen);
	in_part = is_in_part(t, c, match);
	t->verdict->in_part = t->verdict->in_part || in_part;
	why_condition(t, c, match, seen, in_part);
	return match;
}
