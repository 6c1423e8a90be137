/* SPDX-License-Identifier: ISC */
#include "mail/html_stack.h"

#include <string.h>

#include "util/banned.h"

static bool from_above(enum style_value own, bool above)
{
	return own == STYLE_UNSET ? above : own == STYLE_YES;
}

static void inherit(struct html_stack *stack, size_t i)
{
	struct html_element *e = &stack->items[i];
	const struct html_element *above = &stack->items[i - 1];

	e->hidden = above->hidden || e->own.hidden;
	e->invisible = from_above(e->own.invisible, above->invisible);
	e->tiny = from_above(e->own.tiny, above->tiny);
	e->pre = from_above(e->own.pre, above->pre);
}

void html_stack_init(struct html_stack *stack)
{
	memset(&stack->items[0], 0, sizeof(stack->items[0]));
	stack->n = 1;
}

/* A formatting element ends alone, what was opened inside it goes on. */
static void remove_one(struct html_stack *stack, size_t at)
{
	stack->n--;
	memmove(&stack->items[at], &stack->items[at + 1],
		(stack->n - at) * sizeof(stack->items[0]));
	for (size_t i = at; i < stack->n; i++)
		inherit(stack, i);
}

/* Does the search for an open element end at this one? */
static bool stops(const struct html_element *e, const struct tag *tag)
{
	if ((tag->kind & (ELEMENT_CELL | ELEMENT_ROWS)) != 0)
		return (e->kind & ELEMENT_TABLE) != 0;
	if ((tag->kind & ELEMENT_TABLE) != 0)
		return (e->kind & ELEMENT_HIDDEN) != 0;
	return (e->kind & ELEMENT_FENCE) != 0;
}

/* Some elements end others than those of their own name. */
static bool is_same(const struct html_element *e, const struct tag *tag)
{
	unsigned kinds = tag->kind & (ELEMENT_CELL | ELEMENT_TERM);

	return kinds != 0 ? (e->kind & kinds) != 0 : e->letters == tag->letters;
}

static void end_paragraph(struct html_stack *stack)
{
	for (size_t i = stack->n - 1; i > 0; i--) {
		if (stack->items[i].letters == 'p') {
			stack->n = i;
			return;
		}
		if ((stack->items[i].kind & ELEMENT_FENCE) != 0)
			return;
	}
}

static void end_same(struct html_stack *stack, const struct tag *tag)
{
	for (size_t i = stack->n - 1; i > 0; i--) {
		const struct html_element *e = &stack->items[i];

		if (is_same(e, tag)) {
			if ((tag->kind & ELEMENT_FORMAT) != 0)
				remove_one(stack, i);
			else
				stack->n = i;
			return;
		}
		if (stops(e, tag) || (e->kind & ELEMENT_LIST) != 0)
			return;
	}
}

void html_stack_start(struct html_stack *stack, const struct tag *tag,
		      const struct style *style)
{
	struct html_element *e;

	if ((tag->kind & ELEMENT_ENDS_P) != 0)
		end_paragraph(stack);
	if ((tag->kind & ELEMENT_ENDS_SAME) != 0)
		end_same(stack, tag);
	if ((tag->kind & ELEMENT_VOID) != 0 || stack->n == HTML_DEPTH_MAX)
		return;
	e = &stack->items[stack->n++];
	e->letters = tag->letters;
	e->kind = tag->kind;
	e->own = *style;
	e->own.hidden |= (tag->kind & ELEMENT_HIDDEN) != 0;
	inherit(stack, stack->n - 1);
}

void html_stack_end(struct html_stack *stack, const struct tag *tag)
{
	bool is_inline = (tag->kind & ~(unsigned)ELEMENT_HIDDEN) == 0;

	for (size_t i = stack->n - 1; i > 0; i--) {
		const struct html_element *e = &stack->items[i];

		if (e->letters == tag->letters) {
			if ((tag->kind & ELEMENT_FORMAT) != 0)
				remove_one(stack, i);
			else
				stack->n = i;
			return;
		}
		if (stops(e, tag) ||
		    (is_inline &&
		     (e->kind & (ELEMENT_BLOCK | ELEMENT_CELL)) != 0))
			return;
	}
}

bool html_stack_is_seen(const struct html_stack *stack)
{
	const struct html_element *e = &stack->items[stack->n - 1];

	return !e->hidden && !e->invisible && !e->tiny;
}

bool html_stack_is_pre(const struct html_stack *stack)
{
	return stack->items[stack->n - 1].pre;
}
