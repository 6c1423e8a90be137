/* SPDX-License-Identifier: ISC */
#include "config/secret.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "util/banned.h"

/* It needs no quotes and means nothing. */
#define FILLER "x"

bool secret_is(const char *name)
{
	return strcmp(name, "password") == 0 || strcmp(name, "proxy") == 0;
}

/*
 * Decode as libconfuse does what lint() lets pass: in '…' a backslash quotes '
 * and itself, and stays otherwise; in "…" it quotes ", $ and itself. False: it
 * has a variable or a line end, or a backslash without quotes.
 */
static bool decode(const char *p, size_t len, char quote, char *out)
{
	for (size_t i = 0; i < len; i++) {
		char next = i + 1 < len ? p[i + 1] : '\0';

		if (p[i] == '\n' ||
		    (p[i] == '$' && next == '{' && quote != '\''))
			return false;
		if (p[i] == '\\' && quote != '\0' &&
		    (next == '\\' || next == quote ||
		     (next == '$' && quote == '"')))
			i++;
		else if (p[i] == '\\' && quote != '\'')
			return false;
		*out++ = p[i];
	}
	*out = '\0';
	return true;
}

static void add(struct secrets *s, char *text)
{
	xgrow(&s->list, s->n, sizeof(*s->list));
	s->list[s->n++] = text;
}

void secrets_skip(struct secrets *s)
{
	add(s, NULL);
}

void secrets_take(struct secrets *s, char *text, size_t len)
{
	char quote = text[0] == '"' || text[0] == '\'' ? text[0] : '\0';
	char *value;

	if (quote != '\0' && len >= 2) {
		text++;
		len -= 2;
	}
	value = xcalloc(len + 1, 1);
	if (len > 0 && decode(text, len, quote, value)) {
		memset(text, FILLER[0], len);
		add(s, value);
		return;
	}
	explicit_bzero(value, len);
	free(value);
	add(s, NULL);
}

static bool is_filler(const struct parse_event *e)
{
	const char *text = e->n == 1 ? e->values[0].text : "";

	return text[0] != '\0' && text[strspn(text, FILLER)] == '\0';
}

int secrets_return(struct secrets *s, struct parse_event *e)
{
	char *text;

	if (e->kind != PARSE_SET || !secret_is(e->name))
		return 0;
	if (s->returned == s->n)
		return -1;
	text = s->list[s->returned];
	if (text != NULL && !is_filler(e))
		return -1;
	s->list[s->returned++] = NULL;
	if (text != NULL)
		parse_replace(e, 0, text);
	return 0;
}

void secrets_release(struct secrets *s)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->list[i] != NULL)
			explicit_bzero(s->list[i], strlen(s->list[i]));
		free(s->list[i]);
	}
	free(s->list);
	*s = (struct secrets){0};
}
