/* SPDX-License-Identifier: ISC */
#include "rules/view.h"

#include <stdlib.h>
#include <string.h>

#include "util/xalloc.h"

#include "util/banned.h"

const struct mime_view *view_read(struct view *v, struct slice bytes,
				  const char *const *fallback)
{
	if (!v->is_read)
		mime_view_init(&v->mime, bytes, fallback);
	v->is_read = true;
	return &v->mime;
}

const struct folded *view_body(struct view *v)
{
	if (!v->body_is_folded)
		v->body = fold_new(buf_slice(&v->mime.text));
	v->body_is_folded = true;
	return v->body;
}

static void add_name(struct view *v, struct slice text, bool is_type,
		     bool is_inline)
{
	if (text.len == 0)
		return;
	xgrow(&v->names, v->n_names, sizeof(*v->names));
	v->names[v->n_names++] =
		(struct view_name){text, fold_line(text), is_type, is_inline};
}

/* The name that mail readers show, and others that some may save it by. */
static void add_names(struct view *v, const struct mime_attachment *a)
{
	struct slice others = slice_str(a->others), name;

	add_name(v, slice_str(a->type), true, a->is_inline);
	add_name(v, slice_of(a->name, a->name_len), false, a->is_inline);
	while (slice_split(&others, '\n', &name))
		add_name(v, name, false, a->is_inline);
}

const struct view_name *view_names(struct view *v, size_t *n_out)
{
	for (size_t i = 0; !v->has_names && i < v->mime.n_attachments; i++)
		add_names(v, &v->mime.attachments[i]);
	v->has_names = true;
	*n_out = v->n_names;
	return v->names;
}

void view_release(struct view *v)
{
	if (v->is_read)
		mime_view_release(&v->mime);
	fold_free(v->body);
	for (size_t i = 0; i < v->n_names; i++)
		fold_free(v->names[i].folded);
	free(v->names);
	memset(v, 0, sizeof(*v));
}
