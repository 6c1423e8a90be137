/* SPDX-License-Identifier: ISC */
#include "pop3/capa.h"

#include "util/banned.h"

/* More lines cannot be a list of capabilities. */
#define CAPABILITIES_MAX 200

/* Does a list begin without +OK? Its words are in capitals (RFC 2449, 3). */
static bool is_capability(struct slice line)
{
	static const char *const words[] = {
		"TOP",	      "USER",	    "SASL", "UIDL",
		"PIPELINING", "RESP-CODES", "STLS", "IMPLEMENTATION"};
	struct slice word;

	(void)slice_split(&line, ' ', &word);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (slice_equal_nocase(word, slice_str(words[i])))
			return true;
	return false;
}

static int read_list(struct wire *w, capa_line *take, void *context,
		     struct error *err)
{
	struct slice line;

	for (int i = 0; i < CAPABILITIES_MAX; i++) {
		if (wire_line(w, WIRE_STATUS_MAX, &line, err) == -1)
			return -1;
		if (wire_is_end(line))
			return 1;
		take(context, line);
	}
	(void)error_set(err, ERR_TEMPORARY,
			"the server's list of capabilities does not end");
	return wire_dead(w);
}

int capa_read(struct wire *w, capa_line *take, void *context, struct error *err)
{
	struct slice line;

	if (wire_line(w, WIRE_STATUS_MAX, &line, err) == -1)
		return -1;
	if (w->trace != NULL)
		w->trace('<', line);
	if (wire_is_end(line))
		return 1;
	if (wire_kind(line) == WIRE_OK)
		return read_list(w, take, context, err);
	if (!is_capability(line))
		return 0;
	take(context, line);
	return read_list(w, take, context, err);
}
