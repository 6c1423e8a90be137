/* SPDX-License-Identifier: ISC */
/*
 * The open elements of an HTML page, and whether text in them is seen. End tags
 * that are missing, superfluous or crossed are treated much as browsers do.
 */
#ifndef MAIL_HTML_STACK_H
#define MAIL_HTML_STACK_H

#include "mail/html_style.h"
#include "mail/html_tag.h"

/* Browsers stop at 512 levels, too; deeper elements do not count. */
#define HTML_DEPTH_MAX 512

struct html_element {
	uint64_t letters;
	unsigned kind;
	struct style own;
	/* Its own style, and the result with that of its parents. */
	bool hidden, invisible, tiny, pre;
};

struct html_stack {
	struct html_element items[HTML_DEPTH_MAX]; /* [0] is the page */
	size_t n;
};

void html_stack_init(struct html_stack *stack);

/* A start tag: end what it ends, and open the element if it has content. */
void html_stack_start(struct html_stack *stack, const struct tag *tag,
		      const struct style *style);
void html_stack_end(struct html_stack *stack, const struct tag *tag);

/* Is text seen here? Are its blanks and line ends kept? */
bool html_stack_is_seen(const struct html_stack *stack);
bool html_stack_is_pre(const struct html_stack *stack);

#endif
