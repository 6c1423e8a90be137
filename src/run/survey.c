/* SPDX-License-Identifier: ISC */
#include "run/survey.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fetch/survey.h"
#include "run/options.h"
#include "util/escape.h"
#include "util/json.h"
#include "util/log.h"
#include "util/value.h"

#include "util/banned.h"

/* Columns for the path of a folder; a longer one moves what follows. */
#define PATH_WIDTH_MAX 30

#define SHOWN_MAX 512

static void print_row(const char *label, const char *text)
{
	char shown[SHOWN_MAX];

	escape_to(shown, sizeof(shown), text, strlen(text));
	(void)printf("  %-9s %s\n", label, shown);
}

static void add_size(struct buf *out, uint64_t bytes)
{
	if (bytes == 0) /* some servers do not tell */
		return;
	buf_addstr(out, " (");
	value_show_size(bytes, out);
	buf_addch(out, ')');
}

/* "12 messages: 3 new (120 KB), 1 larger than max-size (5.1 MB), 8 known" */
static void describe(const struct survey_count *c, struct buf *out)
{
	buf_addf(out, "%llu message%s", (unsigned long long)c->messages,
		 c->messages == 1 ? "" : "s");
	if (c->messages == 0)
		return;
	buf_addf(out, ": %llu new", (unsigned long long)c->new);
	add_size(out, c->new_bytes);
	if (c->large > 0) {
		buf_addf(out, ", %llu larger than max-size",
			 (unsigned long long)c->large);
		add_size(out, c->large_bytes);
	}
	buf_addf(out, ", %llu known", (unsigned long long)c->known);
}

static int path_width(const struct survey *s)
{
	size_t width = 0;

	for (size_t i = 0; i < s->n; i++)
		if (strlen(s->folders[i].path) > width)
			width = strlen(s->folders[i].path);
	return width > PATH_WIDTH_MAX ? PATH_WIDTH_MAX : (int)width;
}

static void print_folders(const struct survey *s)
{
	struct buf text = BUF_INIT(SHOWN_MAX);
	int width = path_width(s);

	for (size_t i = 0; i < s->n; i++) {
		const struct survey_folder *folder = &s->folders[i];

		buf_clear(&text);
		buf_addf(&text, "%-*.200s  ", width, folder->path);
		if (folder->is_read)
			describe(&folder->count, &text);
		else
			buf_addstr(&text, "cannot be read");
		print_row(i == 0 ? "folders" : "", text.s);
	}
	buf_release(&text);
	if (s->n_others > 0)
		(void)printf("  %-9s %zu other%s, not named by 'folders'\n", "",
			     s->n_others, s->n_others == 1 ? "" : "s");
}

/* The next session does this. */
static void print_plan(const struct account *a, const struct survey *s)
{
	struct buf text = BUF_INIT(SHOWN_MAX);

	if (s->all.new == 0)
		buf_addstr(&text, "nothing");
	else
		buf_addf(&text, "%llu message%s",
			 (unsigned long long)s->all.new,
			 s->all.new == 1 ? "" : "s");
	add_size(&text, s->all.new_bytes);
	if (a->limit > 0 && (uint64_t)a->limit < s->all.new)
		buf_addf(&text, ", %lld in a session (limit)",
			 (long long)a->limit);
	print_row("to fetch", text.s);
	buf_release(&text);
}

static void print_survey(const struct account *a, const struct survey *s,
			 bool complete)
{
	struct buf text = BUF_INIT(SHOWN_MAX);

	buf_addf(&text, "%.80s: %.120s at %.120s:%d", a->name, a->user, a->host,
		 a->port);
	print_row("account", text.s);
	buf_clear(&text);
	buf_addf(&text, "%s, %s",
		 a->protocol == PROTOCOL_IMAP ? "IMAP" : "POP3",
		 s->tls == NULL ? "not encrypted" : s->tls);
	print_row("protocol", text.s);
	if (s->capabilities.len > 0)
		print_row("can", s->capabilities.s);
	print_folders(s);
	buf_clear(&text);
	describe(&s->all, &text);
	if (complete && a->protocol == PROTOCOL_POP3)
		print_row("mailbox", text.s);
	if (complete || s->n > 0)
		print_plan(a, s);
	buf_release(&text);
}

static struct json *json_text_of(const char *text)
{
	return text == NULL ? json_new_null()
			    : json_new_string(slice_str(text));
}

static void put_count(struct json *o, const struct survey_count *c)
{
	json_put(o, "messages", json_new_number((int64_t)c->messages));
	json_put(o, "new", json_new_number((int64_t)c->new));
	json_put(o, "new_bytes", json_new_number((int64_t)c->new_bytes));
	json_put(o, "too_large", json_new_number((int64_t)c->large));
	json_put(o, "too_large_bytes",
		 json_new_number((int64_t)c->large_bytes));
	json_put(o, "known", json_new_number((int64_t)c->known));
}

static struct json *json_folders(const struct survey *s)
{
	struct json *array = json_new_array();

	for (size_t i = 0; i < s->n; i++) {
		struct json *o = json_new_object();

		json_put(o, "name", json_text_of(s->folders[i].path));
		json_put(o, "readable", json_new_bool(s->folders[i].is_read));
		put_count(o, &s->folders[i].count);
		json_push(array, o);
	}
	return array;
}

static struct json *json_words(struct slice words)
{
	struct json *array = json_new_array();
	struct slice word;

	while (words.len > 0 && slice_split(&words, ' ', &word))
		json_push(array, json_new_string(word));
	return array;
}

static void print_json(const struct account *a, const struct survey *s,
		       const struct error *trouble)
{
	bool is_imap = a->protocol == PROTOCOL_IMAP;
	struct json *o = json_new_object();

	json_put(o, "account", json_text_of(a->name));
	json_put(o, "ok", json_new_bool(trouble->kind == ERR_NONE));
	json_put(o, "host", json_text_of(a->host));
	json_put(o, "port", json_new_number(a->port));
	json_put(o, "protocol", json_text_of(is_imap ? "imap" : "pop3"));
	json_put(o, "logged_in", json_new_bool(s->is_in));
	if (s->is_in) {
		json_put(o, "tls", json_text_of(s->tls));
		json_put(o, "capabilities",
			 json_words(buf_slice(&s->capabilities)));
		put_count(o, &s->all);
	}
	if (s->is_in && is_imap) {
		json_put(o, "folders", json_folders(s));
		json_put(o, "other_folders",
			 json_new_number((int64_t)s->n_others));
	}
	if (trouble->kind != ERR_NONE) {
		json_put(o, "text", json_text_of(trouble->text));
		json_put(o, "temporary",
			 json_new_bool(error_exit_status(trouble->kind) == 75));
	}
	(void)json_print(o, stdout);
}

static int survey_account(const struct fetch_job *job, bool json)
{
	const struct account *a = job->account;
	struct error err = ERROR_INIT;
	struct survey survey;
	int rc = survey_run(&survey, job, &err);

	if (rc == 0)
		err.kind = ERR_NONE;
	if (json)
		print_json(a, &survey, &err);
	else if (survey.is_in)
		print_survey(a, &survey, rc == 0);
	(void)fflush(stdout);
	if (rc == -1)
		log_error("%s: %s", a->name, err.text);
	survey_release(&survey);
	return error_exit_status(err.kind);
}

static int look(void *context, const struct fetch_job *job)
{
	const bool *json = context;
	struct fetch_job quiet = *job;

	quiet.watched = false; /* each message has its line once */
	return survey_account(&quiet, *json);
}

int run_survey(const struct config *config, const size_t *accounts, size_t n,
	       bool json)
{
	return run_look(config, accounts, n, look, &json);
}
