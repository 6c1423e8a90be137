/* SPDX-License-Identifier: ISC */
/* A command, with its literals; and its words, one after the other. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "imapd.h"

/* Literals of more bytes are not taken: no test needs them. */
#define LITERAL_MAX (256UL * 1024 * 1024)

/* LITERAL- (RFC 7888): so many bytes without a wait. */
#define LITERAL_MINUS_MAX 4096

static void add(struct command *c, const char *p, size_t len)
{
	if (c->len + len + 1 > c->room) {
		c->room = (c->len + len + 1) * 2;
		c->raw = need(realloc(c->raw, c->room));
	}
	memcpy(c->raw + c->len, p, len);
	c->len += len;
	c->raw[c->len] = '\0';
}

static void add_text(struct command *c, const char *p)
{
	size_t len = strlen(p);

	c->text = need(realloc(c->text, c->text_len + len + 1));
	memcpy(c->text + c->text_len, p, len + 1);
	c->text_len += len;
}

void command_clear(struct command *c)
{
	for (size_t i = 0; i < c->n_kept; i++)
		free(c->kept[i]);
	free(c->kept);
	free(c->raw);
	free(c->text);
	memset(c, 0, sizeof(*c));
}

/* Does this line end in "{N}" or "{N+}"? */
static bool ends_in_literal(const char *line, unsigned long *n, bool *wait)
{
	const char *brace = strrchr(line, '{');
	char *end;

	if (brace == NULL || !isdigit((unsigned char)brace[1]))
		return false;
	*n = strtoul(brace + 1, &end, 10);
	*wait = *end != '+';
	return strcmp(end, "}") == 0 || strcmp(end, "+}") == 0;
}

static bool take_literal(struct session *s, unsigned long n, bool wait)
{
	struct command *c = &s->command;
	char *bytes;
	bool here;

	if (n > LITERAL_MAX)
		die("a literal of %lu bytes", n);
	if (wait) {
		c->has_sync = true;
		link_print(&s->link, "+ OK\r\n");
	} else if (!announces(s, "LITERAL+") &&
		   (n > LITERAL_MINUS_MAX || !announces(s, "LITERAL-"))) {
		note(s, "VIOLATION literal");
	}
	bytes = need(malloc(n + 1));
	here = link_take(&s->link, bytes, n);
	if (here)
		add(c, bytes, n);
	free(bytes);
	return here;
}

static void read_name(struct command *c)
{
	char *text = c->text, *space = strchr(text, ' ');
	size_t n = 0;

	(void)snprintf(
		c->tag, sizeof(c->tag), "%.*s",
		(int)(space == NULL ? strlen(text) : (size_t)(space - text)),
		text);
	text = space == NULL ? text + strlen(text) : space + 1;
	for (bool uid = false; *text != '\0' && n + 1 < sizeof(c->name);
	     text++) {
		if (*text == ' ' &&
		    (uid || n != 3 || strncmp(c->name, "UID", 3) != 0))
			break;
		uid |= *text == ' ';
		c->name[n++] =
			(char)(*text == ' ' ? '-'
					    : toupper((unsigned char)*text));
	}
	c->name[n] = '\0';
	c->text_args = (size_t)(text - c->text);
	c->at = c->args = c->text_args;
	c->text_args += *text == ' ';
}

bool command_read(struct session *s)
{
	struct command *c = &s->command;
	unsigned long n = 0;
	bool bare_lf, more = true, wait;
	char *line;

	command_clear(c);
	while (more) {
		if (!link_line(&s->link, &line, &bare_lf))
			return false;
		c->bare_lf |= bare_lf;
		c->long_line |=
			s->o->longest != 0 && strlen(line) + 2 > s->o->longest;
		add(c, line, strlen(line));
		add_text(c, line);
		more = ends_in_literal(line, &n, &wait);
		if (!more)
			break;
		add(c, "\n", 1);
		if (!take_literal(s, n, wait))
			return false;
	}
	read_name(c);
	return true;
}

static struct arg keep(struct command *c, enum arg_kind kind, const char *p,
		       size_t len)
{
	struct arg arg = {kind, need(malloc(len + 1)), len};

	memcpy(arg.p, p, len);
	arg.p[len] = '\0';
	c->kept = need(realloc(c->kept, (c->n_kept + 1) * sizeof(*c->kept)));
	c->kept[c->n_kept++] = arg.p;
	return arg;
}

static struct arg next_quoted(struct command *c)
{
	const char *p = c->raw + c->at + 1, *end = c->raw + c->len;
	char *to = need(malloc(c->len + 1));
	size_t n = 0;
	struct arg arg = {ARG_BAD, NULL, 0};

	for (; p < end && *p != '"'; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		to[n++] = *p;
	}
	if (p < end)
		arg = keep(c, ARG_STRING, to, n);
	c->at = (size_t)(p - c->raw) + (p < end);
	free(to);
	return arg;
}

/* "{N}", a line end, and the bytes. */
static struct arg next_literal(struct command *c)
{
	const char *p = c->raw + c->at + 1;
	char *end;
	unsigned long n = strtoul(p, &end, 10);
	const char *lf = strchr(end, '\n');

	if (lf == NULL || n > c->len - (size_t)(lf + 1 - c->raw))
		return (struct arg){ARG_BAD, NULL, 0};
	c->at = (size_t)(lf + 1 - c->raw) + n;
	return keep(c, ARG_STRING, lf + 1, n);
}

/* Brackets and the text between them belong to an atom: BODY[TEXT]<0.9>. */
static struct arg next_atom(struct command *c)
{
	const char *start = c->raw + c->at, *p = start;
	bool inside = false;

	for (; *p != '\0' && (inside || strchr(" ()\"", *p) == NULL); p++) {
		inside |= *p == '[';
		inside &= *p != ']';
	}
	c->at = (size_t)(p - c->raw);
	return keep(c, ARG_ATOM, start, (size_t)(p - start));
}

struct arg command_next(struct command *c)
{
	while (c->at < c->len && c->raw[c->at] == ' ')
		c->at++;
	if (c->at >= c->len)
		return (struct arg){ARG_END, NULL, 0};
	switch (c->raw[c->at]) {
	case '(':
		c->at++;
		return (struct arg){ARG_OPEN, NULL, 0};
	case ')':
		c->at++;
		return (struct arg){ARG_CLOSE, NULL, 0};
	case '"':
		return next_quoted(c);
	case '{':
		return next_literal(c);
	default:
		return next_atom(c);
	}
}

struct arg command_peek(struct command *c)
{
	size_t at = c->at;
	struct arg arg = command_next(c);

	c->at = at;
	return arg;
}

bool arg_is(const struct arg *arg, const char *word)
{
	return arg->kind == ARG_ATOM && strcasecmp(arg->p, word) == 0;
}
