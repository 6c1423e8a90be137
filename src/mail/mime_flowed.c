/* SPDX-License-Identifier: ISC */
#include "mail/mime_flowed.h"

#include <string.h>

#include "mail/mime_param.h"

#include "util/banned.h"

struct line {
	size_t depth;	    /* of quotes */
	struct slice marks; /* ">> " */
	struct slice text;
	bool is_signature;
	bool is_flowed;
};

static bool has_value(const struct mime_part *part, const char *name,
		      const char *wanted)
{
	struct buf value = BUF_INIT(MIME_FIELD_MAX);
	bool has;

	(void)mime_param_raw(part->content_type, name, &value);
	has = slice_equal_nocase(slice_trim(buf_slice(&value)),
				 slice_str(wanted));
	buf_release(&value);
	return has;
}

bool mime_is_flowed(const struct mime_part *part, bool *delsp)
{
	if (strcmp(part->type, "text/plain") != 0 ||
	    !has_value(part, "format", "flowed"))
		return false;
	*delsp = has_value(part, "delsp", "yes");
	return true;
}

static struct line read_line(struct slice s)
{
	struct line line = {0};
	size_t marks;

	if (s.len > 0 && s.p[s.len - 1] == '\r')
		s.len--;
	while (line.depth < s.len && s.p[line.depth] == '>')
		line.depth++;
	marks = line.depth;
	if (marks < s.len && s.p[marks] == ' ')
		marks++;
	line.marks = slice_of(s.p, line.depth == 0 ? 0 : marks);
	line.text = slice_skip(s, marks);
	line.is_signature = slice_equal(line.text, slice_str("-- "));
	line.is_flowed = line.text.len > 0 && !line.is_signature &&
			 line.text.p[line.text.len - 1] == ' ';
	return line;
}

void mime_flowed_join(struct slice text, bool delsp, struct buf *out)
{
	struct slice rest = text, bytes;
	struct line last = {0};
	bool is_first = true;

	while (slice_split(&rest, '\n', &bytes)) {
		struct line line = read_line(bytes);

		if (rest.p == NULL && bytes.len == 0)
			break;
		if (is_first || !last.is_flowed || line.is_signature ||
		    last.depth != line.depth) {
			if (!is_first)
				buf_addch(out, '\n');
			buf_addslice(out, line.marks);
		}
		if (line.is_flowed && delsp)
			line.text.len--;
		buf_addslice(out, line.text);
		last = line;
		is_first = false;
	}
	if (!is_first)
		buf_addch(out, '\n');
}
