/* SPDX-License-Identifier: ISC */
/* The script: one rule a line, as popd.c and imapd.c say. */
#include <ctype.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "server.h"

#define RULES_MAX     128
#define TOKENS_MAX    16
#define COUNTERS_SIZE (2 * RULES_MAX * sizeof(int))

struct rule {
	char *command, *argument, *condition;
	struct fault fault;
};

struct script {
	struct rule rules[RULES_MAX];
	size_t n;
	int *skip, *times; /* left, for each rule; shared by all processes */
	const struct own_word *words;
	size_t n_words;
};

struct tokens {
	struct bytes list[TOKENS_MAX];
	size_t n, at;
	const char *where;
};

static char escape_value(char c)
{
	static const char letters[] = "nrt0", values[] = "\n\r\t";
	const char *at = strchr(letters, c);

	return at == NULL || c == '\0' ? c : values[at - letters];
}

size_t unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		unsigned value;

		if (from[0] != '\\' || from[1] == '\0') {
			*to++ = *from;
		} else if (from[1] == 'x' &&
			   sscanf(from + 2, "%2x", &value) == 1) {
			*to++ = (char)value;
			from += 3;
		} else {
			*to++ = escape_value(*++from);
		}
	}
	*to = '\0';
	return (size_t)(to - text);
}

/* Cut a line into words and "quoted texts". */
static void split(struct tokens *t, char *line)
{
	t->n = t->at = 0;
	for (;;) {
		char *start, quote;

		line += strspn(line, " \t\r\n");
		if (*line == '\0' || *line == '#')
			return;
		if (t->n == TOKENS_MAX)
			die("%s: too many words", t->where);
		quote = *line == '"' ? *line++ : '\0';
		start = line;
		while (*line != '\0' &&
		       (quote ? *line != '"' : !isspace((unsigned char)*line)))
			line += *line == '\\' && line[1] != '\0' ? 2 : 1;
		if (*line != '\0')
			*line++ = '\0';
		else if (quote)
			die("%s: a quote is not closed", t->where);
		t->list[t->n].p = need(strdup(start));
		t->list[t->n].len =
			quote ? unescape(t->list[t->n].p) : strlen(start);
		t->n++;
	}
}

static struct bytes next(struct tokens *t)
{
	if (t->at == t->n)
		die("%s: something is missing at the end", t->where);
	return t->list[t->at++];
}

static bool take_word(struct tokens *t, const char *word)
{
	if (t->at == t->n || strcmp(t->list[t->at].p, word) != 0)
		return false;
	t->at++;
	return true;
}

static long long next_number(struct tokens *t)
{
	const char *text = next(t).p;
	char *end;
	long long n = strtoll(text, &end, 10);

	if (end == text || *end != '\0')
		die("%s: %s is not a number", t->where, text);
	return n;
}

static enum ending next_ending(struct tokens *t)
{
	if (take_word(t, "dirty"))
		return END_DIRTY;
	if (take_word(t, "rst"))
		return END_RESET;
	(void)take_word(t, "clean");
	return END_CLEAN;
}

static int own_word(const struct script *s, const char *word)
{
	for (size_t i = 0; i < s->n_words; i++)
		if (strcmp(s->words[i].word, word) == 0)
			return (int)i;
	return -1;
}

static bool is_action(const struct script *s, const char *word)
{
	static const char *const words[] = {
		"skip",	     "times",	"when",	 "drop",  "drop-after", "stall",
		"reply",     "append",	"delay", "chunk", "lf",		"hasty",
		"unstuffed", "endless", "flush", "most"};

	if (own_word(s, word) != -1)
		return true;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(words[i], word) == 0)
			return true;
	return false;
}

static void read_action(const struct script *s, struct tokens *t,
			struct fault *f)
{
	static char nothing[] = "";
	const char *word = next(t).p;
	int own = own_word(s, word);

	if (own != -1) {
		f->own[own] = (struct bytes){nothing, 0};
		if (s->words[own].has_text)
			f->own[own] = next(t);
	} else if (strcmp(word, "drop") == 0) {
		f->drop = true;
		f->ending = next_ending(t);
	} else if (strcmp(word, "drop-after") == 0) {
		f->limited = true;
		f->limit = next_number(t);
		f->ending = next_ending(t);
	} else if (strcmp(word, "stall") == 0) {
		f->stall = true;
	} else if (strcmp(word, "reply") == 0) {
		f->reply = next(t);
	} else if (strcmp(word, "append") == 0) {
		f->append = next(t);
	} else if (strcmp(word, "delay") == 0) {
		f->delay_ms = (unsigned)next_number(t);
	} else if (strcmp(word, "chunk") == 0) {
		f->chunk = (unsigned)next_number(t);
		f->pause_ms = t->at < t->n ? (unsigned)next_number(t) : 0;
	} else if (strcmp(word, "lf") == 0) {
		f->lf = true;
	} else if (strcmp(word, "unstuffed") == 0) {
		f->unstuffed = true;
	} else if (strcmp(word, "flush") == 0) {
		f->flush = true;
	} else if (strcmp(word, "most") == 0) {
		f->most = (unsigned)next_number(t);
	} else if (strcmp(word, "hasty") == 0) {
		f->hasty = next(t);
	} else if (strcmp(word, "endless") == 0) {
		f->endless = next(t);
	} else {
		die("%s: unknown action %s", t->where, word);
	}
}

static void read_rule(struct script *s, struct tokens *t)
{
	struct rule *rule = &s->rules[s->n];

	if (s->n == RULES_MAX)
		die("%s: too many rules", t->where);
	if (!take_word(t, "on"))
		die("%s: a rule begins with \"on\"", t->where);
	rule->command = next(t).p;
	if (t->at < t->n && !is_action(s, t->list[t->at].p))
		rule->argument = next(t).p;
	if (take_word(t, "skip"))
		s->skip[s->n] = (int)next_number(t);
	s->times[s->n] = take_word(t, "times") ? (int)next_number(t) : -1;
	if (take_word(t, "when"))
		rule->condition = next(t).p;
	read_action(s, t, &rule->fault);
	if (t->at != t->n)
		die("%s: too much at the end", t->where);
	s->n++;
}

static void read_rules(struct script *s, FILE *file, const char *name)
{
	char *line = NULL, where[4200];
	size_t room = 0;

	for (unsigned n = 1; getline(&line, &room, file) != -1; n++) {
		struct tokens t = {.where = where};

		(void)snprintf(where, sizeof(where), "%s:%u", name, n);
		split(&t, line);
		if (t.n > 0)
			read_rule(s, &t);
	}
	free(line);
	(void)fclose(file);
}

struct script *script_read(const char *path, const char *built_in,
			   const struct own_word *words, size_t n_words)
{
	struct script *s = need(calloc(1, sizeof(*s)));
	FILE *file = path == NULL ? NULL : fopen(path, "r");

	if (path != NULL && file == NULL)
		die("cannot read %s: %s", path, strerror(errno));
	s->skip = mmap(NULL, COUNTERS_SIZE, PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->skip == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	s->times = s->skip + RULES_MAX;
	s->words = words;
	s->n_words = n_words;
	if (built_in != NULL && *built_in != '\0')
		read_rules(s,
			   need(fmemopen((void *)(uintptr_t)built_in,
					 strlen(built_in), "r")),
			   "built in");
	if (file != NULL)
		read_rules(s, file, path);
	return s;
}

/* The words are not freed: a test changes its script a few times only. */
void script_free(struct script *s)
{
	if (s == NULL)
		return;
	(void)munmap(s->skip, COUNTERS_SIZE);
	free(s);
}

static bool matches(const struct rule *rule, const char *command,
		    const char *arg, const char *holds)
{
	if (rule->condition != NULL) {
		const char *at = strstr(holds, rule->condition);
		size_t len = strlen(rule->condition);

		if (at == NULL || at == holds || at[-1] != ' ' ||
		    at[len] != ' ')
			return false;
	}
	return fnmatch(rule->command, command, 0) == 0 &&
	       (rule->argument == NULL || fnmatch(rule->argument, arg, 0) == 0);
}

/* Count down; false at zero. A negative counter never ends. */
static bool count_down(int *counter)
{
	int left = __atomic_load_n(counter, __ATOMIC_SEQ_CST);

	while (left > 0)
		if (__atomic_compare_exchange_n(counter, &left, left - 1, false,
						__ATOMIC_SEQ_CST,
						__ATOMIC_SEQ_CST))
			return true;
	return left < 0;
}

static void merge(struct fault *to, const struct fault *from)
{
	to->drop |= from->drop;
	to->stall |= from->stall;
	to->lf |= from->lf;
	to->unstuffed |= from->unstuffed;
	to->flush |= from->flush;
	if (from->most != 0)
		to->most = from->most;
	if (from->hasty.p != NULL)
		to->hasty = from->hasty;
	if (from->drop || from->limited)
		to->ending = from->ending;
	if (from->limited) {
		to->limited = true;
		to->limit = from->limit;
	}
	if (from->delay_ms != 0)
		to->delay_ms = from->delay_ms;
	if (from->chunk != 0) {
		to->chunk = from->chunk;
		to->pause_ms = from->pause_ms;
	}
	if (from->reply.p != NULL)
		to->reply = from->reply;
	if (from->append.p != NULL)
		to->append = from->append;
	if (from->endless.p != NULL)
		to->endless = from->endless;
	for (size_t i = 0; i < OWN_WORDS_MAX; i++)
		if (from->own[i].p != NULL)
			to->own[i] = from->own[i];
}

void script_match(struct script *s, const char *command, const char *arg,
		  const char *holds, struct fault *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; s != NULL && i < s->n; i++)
		if (matches(&s->rules[i], command, arg, holds) &&
		    !count_down(&s->skip[i]) && count_down(&s->times[i]))
			merge(out, &s->rules[i].fault);
}
