/* SPDX-License-Identifier: ISC */
#include "account/netrc.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "account/private_file.h"
#include "util/io.h"

#include "util/banned.h"

struct word {
	struct slice text;
	int line;
	bool quoted;
	const char *fault; /* or NULL */
};

struct reader {
	char *p, *end;
	int line;
};

/* A machine or default with what follows it. */
struct entry {
	bool is_machine, applies; /* to the host */
	bool has_login;
	struct slice login, password; /* p of password is NULL: none */
	int line;
	const char *fault; /* why it cannot be used, or NULL */
	int fault_line;
};

struct search {
	const struct netrc_query *query;
	struct entry best;
	int best_rank; /* 0: none */
	/* The first of this machine that are not of this user; line 0: none. */
	struct entry faulty, other;
};

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* After the opening quote: remove backslashes, up to the closing quote. */
static void read_quoted(struct reader *r, struct word *word)
{
	char *start = r->p, *out = r->p;

	while (r->p < r->end && *r->p != '"' && *r->p != '\n') {
		char c = *r->p++;

		if (c == '\\' && r->p < r->end && *r->p != '\n') {
			c = *r->p++;
			c = c == 'n' ? '\n' : c == 'r' ? '\r' : c;
			c = c == 't' ? '\t' : c;
		}
		*out++ = c;
	}
	word->text = slice_of(start, (size_t)(out - start));
	if (r->p == r->end || *r->p != '"')
		word->fault = "a quote is not closed";
	else if (++r->p < r->end && !is_blank(*r->p))
		word->fault = "text follows a closing quote without a blank";
}

/* False at the end of the file. */
static bool next_word(struct reader *r, struct word *word)
{
	char *start;

	for (; r->p < r->end && is_blank(*r->p); r->p++)
		r->line += *r->p == '\n';
	if (r->p == r->end)
		return false;
	*word = (struct word){.line = r->line, .quoted = *r->p == '"'};
	if (word->quoted) {
		r->p++;
		read_quoted(r, word);
		return true;
	}
	for (start = r->p; r->p < r->end && !is_blank(*r->p);)
		r->p++;
	word->text = slice_of(start, (size_t)(r->p - start));
	return true;
}

static void skip_line(struct reader *r)
{
	while (r->p < r->end && *r->p != '\n')
		r->p++;
}

/* The word in the place of a keyword, after comments. */
static bool next_keyword(struct reader *r, struct word *word)
{
	while (next_word(r, word)) {
		if (word->quoted || word->text.p[0] != '#')
			return true;
		skip_line(r);
	}
	return false;
}

/* A macro ends with an empty line. */
static void skip_macro(struct reader *r)
{
	bool empty;

	skip_line(r);
	do {
		empty = true;
		if (r->p < r->end)
			r->p++;
		r->line++;
		for (; r->p < r->end && *r->p != '\n'; r->p++)
			empty &= is_blank(*r->p);
	} while (!empty && r->p < r->end);
}

static void set_fault(struct entry *entry, const char *fault, int line)
{
	if (entry->fault != NULL)
		return;
	entry->fault = fault;
	entry->fault_line = line;
}

static struct slice read_value(struct reader *r, struct entry *entry)
{
	struct word word;

	if (!next_word(r, &word)) {
		set_fault(entry, "the last word has no value", r->line);
		return SLICE_EMPTY;
	}
	if (word.fault != NULL)
		set_fault(entry, word.fault, word.line);
	return word.text;
}

/* "[::1]" is "::1", and "example.org." is "example.org". */
static bool is_host(struct slice name, const char *host)
{
	if (name.len > 2 && name.p[0] == '[' && name.p[name.len - 1] == ']')
		name = slice_of(name.p + 1, name.len - 2);
	if (name.len > 1 && name.p[name.len - 1] == '.')
		name.len--;
	return slice_equal_nocase(name, slice_str(host));
}

/* How well an entry fits; one without a password is better than none. */
static int rank_of(const struct search *s, const struct entry *entry)
{
	int rank = entry->is_machine ? 5 : 1;

	if (!entry->applies)
		return 0;
	if (entry->has_login) {
		if (!slice_equal(entry->login, slice_str(s->query->user)))
			return 0;
		rank += 2;
	}
	return rank + (entry->password.p != NULL);
}

static void take_entry(struct search *s, const struct entry *entry)
{
	int rank = rank_of(s, entry);

	if (rank > s->best_rank) {
		s->best = *entry;
		s->best_rank = rank;
	} else if (rank == 0 && entry->applies && entry->is_machine) {
		struct entry *kept =
			entry->fault == NULL ? &s->other : &s->faulty;

		if (kept->line == 0)
			*kept = *entry;
	}
}

static void begin_entry(struct reader *r, struct search *s, bool is_machine,
			struct entry *entry)
{
	take_entry(s, entry);
	*entry = (struct entry){
		.is_machine = is_machine, .applies = true, .line = r->line};
	if (is_machine)
		entry->applies = is_host(read_value(r, entry), s->query->host);
}

static void read_statement(struct reader *r, const struct word *word,
			   struct search *s, struct entry *entry)
{
	struct slice key = word->quoted ? SLICE_EMPTY : word->text;

	if (slice_equal_nocase(key, slice_str("machine"))) {
		begin_entry(r, s, true, entry);
	} else if (slice_equal_nocase(key, slice_str("default"))) {
		begin_entry(r, s, false, entry);
	} else if (slice_equal_nocase(key, slice_str("macdef"))) {
		skip_macro(r);
	} else if (slice_equal_nocase(key, slice_str("login"))) {
		entry->login = read_value(r, entry);
		entry->has_login = true;
	} else if (slice_equal_nocase(key, slice_str("password"))) {
		entry->password = read_value(r, entry);
	} else if (slice_equal_nocase(key, slice_str("account")) ||
		   slice_equal_nocase(key, slice_str("port"))) {
		(void)read_value(r, entry);
	} else {
		set_fault(entry,
			  "here should be machine, login or password; put a "
			  "value with blanks in double quotes",
			  word->line);
	}
}

static int complain_fault(const struct entry *entry, const char *path,
			  struct error *err)
{
	return error_set(err, ERR_PERSON, "%s:%d: %s", path, entry->fault_line,
			 entry->fault);
}

static int complain(const struct search *s, struct error *err)
{
	const struct netrc_query *q = s->query;
	struct slice login = s->other.login;

	/* After a fault any word may be the password: show none. */
	if (s->faulty.line != 0)
		return complain_fault(&s->faulty, q->path, err);
	if (s->other.line != 0)
		return error_set(err, ERR_PERSON,
				 "%s has no password of %s at %s, only one of "
				 "\"%.*s\" (line %d)",
				 q->path, q->user, q->host,
				 (int)(login.len > 100 ? 100 : login.len),
				 login.p, s->other.line);
	return error_set(err, ERR_PERSON,
			 "%s has no entry for %s; add: machine %s login %s "
			 "password …",
			 q->path, q->host, q->host, q->user);
}

static int check_best(const struct search *s, struct error *err)
{
	const struct entry *best = &s->best;
	struct slice password = best->password;
	const char *path = s->query->path;

	if (best->fault != NULL)
		return complain_fault(best, path, err);
	if (password.p == NULL || password.len == 0)
		return error_set(err, ERR_PERSON,
				 "%s:%d: this entry has no password", path,
				 best->line);
	if (memchr(password.p, '\0', password.len) != NULL ||
	    memchr(password.p, '\r', password.len) != NULL ||
	    memchr(password.p, '\n', password.len) != NULL)
		return error_set(err, ERR_PERSON,
				 "%s:%d: the password has a NUL or a line "
				 "break",
				 path, best->line);
	return 0;
}

int netrc_find(struct buf *text, const struct netrc_query *query,
	       struct slice *password_out, struct error *err)
{
	struct reader r = {text->s, text->s + text->len, 1};
	struct search s = {.query = query};
	struct entry entry = {0};
	struct word word;

	while (next_keyword(&r, &word))
		read_statement(&r, &word, &s, &entry);
	take_entry(&s, &entry);
	if (s.best_rank == 0)
		return complain(&s, err);
	if (check_best(&s, err) == -1)
		return -1;
	*password_out = s.best.password;
	return 0;
}

void netrc_path(struct buf *path)
{
	const char *named = getenv("NETRC"), *home = getenv("HOME");

	if (named != NULL && named[0] == '/')
		buf_addstr(path, named);
	else if (home != NULL)
		buf_addf(path, "%s/.netrc", home);
}

static int read_text(const char *path, struct buf *text, struct error *err)
{
	if (private_file_read(path, false, text, err) == -1)
		return -1;
	if (text->len == text->max)
		return error_set(err, ERR_PERSON,
				 "%s is too large; the limit is %zu KB", path,
				 text->max >> 10);
	return 0;
}

int netrc_read(const char *host, const char *user, struct buf *secret,
	       struct error *err)
{
	struct buf path = BUF_INIT(IO_PATH_MAX), text = BUF_INIT(NETRC_MAX);
	struct netrc_query query = {.host = host, .user = user};
	struct slice password = SLICE_EMPTY;
	int rc = -1;

	netrc_path(&path);
	query.path = path.s;
	if (path.len == 0)
		error_set(err, ERR_PERSON,
			  "HOME is not set, so there is no ~/.netrc");
	else if (read_text(path.s, &text, err) == 0)
		rc = netrc_find(&text, &query, &password, err);
	if (rc == 0 && password.len > secret->max - secret->len)
		rc = error_set(err, ERR_PERSON, "%s: the password is too long",
			       path.s);
	if (rc == 0 && buf_reserve(secret, secret->max - secret->len))
		buf_addslice(secret, password);
	explicit_bzero(text.s, text.cap);
	buf_release(&text);
	buf_release(&path);
	return rc == -1 ? error_prefix(err, "netrc") : 0;
}
