/* SPDX-License-Identifier: ISC */
/*
 * JSON: any text is printed as one line, which can be read again.
 */
#include "util/json.h"

#include <assert.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "tell/event.h"
#include "util/escape.h"
#include "util/xalloc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Each byte that is not UTF-8 is a U+FFFD. */
static void check_json(struct slice text)
{
	struct buf want = BUF_INIT(3 * text.len), got = BUF_INIT(3 * text.len);
	struct json *object = json_new_object(), *again;
	char *line;

	for (size_t i = 0, n; i < text.len; i += n == 0 ? 1 : n) {
		n = utf8_sequence(text.p + i, text.len - i);
		buf_addslice(&want, n == 0 ? slice_str("\xef\xbf\xbd")
					   : slice_of(text.p + i, n));
	}
	json_put(object, "a", json_new_string(text));
	line = json_text(object);
	assert(strchr(line, '\n') == NULL);
	again = json_parse(slice_str(line));
	assert(again != NULL && json_add_member(again, "a", &got));
	assert(slice_equal(buf_slice(&got), buf_slice(&want)));
	json_free(again);
	json_free(object);
	free(line);
	buf_release(&want);
	buf_release(&got);
	json_free(json_parse(text));
}

static void check_event(struct slice text)
{
	struct event *e = event_new(LOG_PRIORITY_INFO, "a");
	char *word = xmemdup0(text.p, text.len);
	struct json *json;
	const char *line;

	event_put_text(e, "subject", word);
	event_put_number(e, "number", (int64_t)text.len);
	event_add(e, "rules", word);
	event_put_line(e, "text", word);
	event_add(e, "rules", word);
	line = event_text(e);
	assert(line != NULL && strlen(line) < PIPE_BUF);
	assert(strchr(line, '\n') == NULL);
	json = json_parse(slice_str(line));
	assert(json != NULL);
	json_free(json);
	event_free(e);
	free(word);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct slice text = slice_of((const char *)data, size);

	/* Events are made for somebody only. */
	if (!log_has_event_fd())
		log_set_event_fd(open("/dev/null", O_WRONLY | O_CLOEXEC));
	check_json(text);
	check_event(text);
	return 0;
}
