/* SPDX-License-Identifier: ISC */
/*
 * Values of actions with {captures}: "Lists/{list}". They are compiled and
 * checked with the rules; the judge expands them for each message.
 *
 *	{name}		a (?<name>…) group of this rule
 *	{1} … {9}	groups of the rule's last pattern that has any
 *	{from} {from-name} {from-domain} {to} {subject} {list} {account}
 *	{message-id} {size} {tags} {sender} {date} {date:%Y-%m}
 *	{folder}	on the server
 *	{name:lower}	any of them, in small letters
 *	{{ }}		a real brace
 */
#ifndef RULES_TEMPLATE_H
#define RULES_TEMPLATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "mail/message.h"
#include "util/buf.h"
#include "util/error.h"

struct template;

/* The captures that a {…} can name, besides the fields of field.h. */
struct template_names {
	const struct slice *names; /* named captures of the rule */
	size_t n;
	size_t groups; /* {1} to {groups} exist */
};

/* Their values while one rule is applied to one message. */
struct template_values {
	struct message *message;
	const char *account;
	const char *folder; /* on the server; may be NULL */
	const char *tags;   /* blank-separated; may be NULL */
	uint64_t size;
	time_t now;
	time_t arrived; /* used when the message has no readable Date: */
	const struct slice *names;  /* as in template_names */
	const struct slice *values; /* value of names[i]; p NULL: unset */
	size_t n;
	const struct slice *groups; /* [1..n_groups], [0] the whole match */
	size_t n_groups;
};

/*
 * Compile. NULL on error (ERR_CONFIG). An unknown {name} is an error; its text
 * suggests a similar name.
 */
struct template *template_new(const char *text,
			      const struct template_names *names,
			      struct error *err);
void template_free(struct template *t);

/* No placeholders: is the value the same for every message? */
bool template_is_literal(const struct template *t);

/*
 * Can senders make it expand to only a few names? True when nothing but the
 * account, years and months vary.
 */
bool template_is_bounded(const struct template *t);

/* Append the expansion. Unset captures and absent fields expand to "". */
void template_expand(const struct template *t,
		     const struct template_values *values, struct buf *out);

/*
 * Expand as a folder name, see folder.h. Slashes of the template separate
 * folders; captured text is one component or part of one, the folder of the
 * server some; what cannot stand there is replaced, see tame.h. -1 with
 * ERR_MESSAGE and the reason when the name cannot be used.
 */
int template_expand_folder(const struct template *t,
			   const struct template_values *values,
			   struct buf *out, struct error *err);

/*
 * Expand as a path. Text before the first {…} is taken as is, up to its last
 * slash; the rest is checked like a folder name.
 */
int template_expand_path(const struct template *t,
			 const struct template_values *values, struct buf *out,
			 struct error *err);

/*
 * Why no message can give either of them, whatever its text is: what is written
 * between the {…} cannot stand there. NULL: one can.
 */
const char *template_folder_fault(const struct template *t);
const char *template_path_fault(const struct template *t);

/* Where a message comes from. */
struct template_source {
	const char *account;
	const char *folder; /* on the server; may be NULL */
};

/*
 * Can they give this for such a message? For the parent, which does not believe
 * the judge.
 */
bool template_gives_folder(const struct template *t,
			   const struct template_source *source,
			   const char *name);
bool template_gives_path(const struct template *t,
			 const struct template_source *source,
			 const char *path);

/* The text before the first {…}: the same for every message. */
const char *template_prefix(const struct template *t);

#endif
