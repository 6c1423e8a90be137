/* SPDX-License-Identifier: ISC */
/*
 * For a test and the benchmark: the parts of a message with their types and
 * decoded bytes, as text, read by our own code and by GMime.
 */
#ifndef TESTS_PARTS_H
#define TESTS_PARTS_H

#include "mail/mime_decode.h"
#include "mail/mime_part.h"
#include "util/buf.h"

/* A message in a file, and what is decoded of it. */
#define PARTS_MAX ((size_t)64 * 1024 * 1024)

static inline void parts_add(const char *type, struct slice bytes,
			     struct buf *out)
{
	buf_addf(out, "[%s %zu]\n", type, bytes.len);
	buf_addslice(out, bytes);
	buf_addch(out, '\n');
}

static inline void parts_ours(struct slice bytes, struct buf *out)
{
	struct mime_walk walk;
	struct mime_part part;

	mime_walk_begin(&walk, bytes);
	while (mime_walk_next(&walk, &part)) {
		struct buf decoded = BUF_INIT(PARTS_MAX);

		if (part.kind == MIME_PART_LEAF)
			parts_add(part.type,
				  mime_decode(mime_encoding_of(part.encoding),
					      part.body, &decoded),
				  out);
		buf_release(&decoded);
	}
	mime_walk_end(&walk);
}

#ifdef HAVE_GMIME

#include <gmime/gmime.h>

static inline void parts_add_gmime(GMimePart *part, struct buf *out)
{
	GMimeDataWrapper *content = g_mime_part_get_content(part);
	GMimeStream *memory = g_mime_stream_mem_new();
	GMimeContentType *type =
		g_mime_object_get_content_type((GMimeObject *)part);
	char *name = g_mime_content_type_get_mime_type(type);
	char *lower = g_ascii_strdown(name, -1);
	GByteArray *array =
		g_mime_stream_mem_get_byte_array((GMimeStreamMem *)memory);

	if (content != NULL)
		(void)g_mime_data_wrapper_write_to_stream(content, memory);
	parts_add(lower, slice_of((const char *)array->data, array->len), out);
	g_free(lower);
	g_free(name);
	g_object_unref(memory);
}

static inline void parts_gmime(struct slice bytes, struct buf *out)
{
	GMimeStream *stream =
		g_mime_stream_mem_new_with_buffer(bytes.p, bytes.len);
	GMimeParser *parser = g_mime_parser_new_with_stream(stream);
	GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
	GMimePartIter *iter;

	g_object_unref(parser);
	g_object_unref(stream);
	if (message == NULL)
		return;
	iter = g_mime_part_iter_new((GMimeObject *)message);
	if (g_mime_part_iter_is_valid(iter))
		do {
			GMimeObject *part = g_mime_part_iter_get_current(iter);

			if (GMIME_IS_PART(part))
				parts_add_gmime((GMimePart *)part, out);
		} while (g_mime_part_iter_next(iter));
	g_mime_part_iter_free(iter);
	g_object_unref(message);
}

#endif

#endif
