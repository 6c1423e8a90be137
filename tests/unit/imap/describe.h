/* SPDX-License-Identifier: ISC */
/* Responses of a server as text, a line each. */
#ifndef TESTS_DESCRIBE_H
#define TESTS_DESCRIBE_H

#include <inttypes.h>

#include "fake_conn.h"
#include "imap/item.h"
#include "imap/response.h"

static inline void describe_status(const struct response *r, struct buf *out)
{
	static const char *const names[] = {"OK", "NO", "BAD", "BYE",
					    "PREAUTH"};

	buf_addf(out, "%s %d:%" PRIu64 "[%.*s] \"%.*s\" %d:%x:%x\n",
		 names[r->status], (int)r->code.kind, r->code.number,
		 (int)r->code.words.len, r->code.words.p, (int)r->text.len,
		 r->text.p, r->capabilities.known, r->capabilities.set,
		 r->capabilities.sasl);
}

static inline int describe_literal(struct reader *r, struct buf *out,
				   struct error *err)
{
	struct slice piece;
	int rc;

	while ((rc = lex_read(&r->lex, &piece, err)) == 1)
		buf_addslice(out, piece);
	return rc;
}

static inline int describe_item(struct reader *r, const struct item *item,
				struct buf *out, struct error *err)
{
	static const char *const names[] = {"uid", "flags", "date", "size",
					    "gm",  "id",    "body", "header"};
	int rc = 0;

	buf_addf(out, "  %s", names[item->kind]);
	if (item->kind == ITEM_DATE)
		buf_addf(out, " %" PRId64, item->time);
	else if (item->kind == ITEM_FLAGS)
		buf_addf(out, " %x", item->flags);
	else if (item->number > 0)
		buf_addf(out, " %" PRIu64, item->number);
	buf_addf(out, "%s '", item->is_nil ? " nil" : "");
	buf_addslice(out, item->text);
	if (item->is_literal)
		rc = describe_literal(r, out, err);
	buf_addstr(out, "'\n");
	return rc;
}

static inline int describe_fetch(struct reader *r, struct buf *out,
				 struct error *err)
{
	struct item item;
	int rc;

	while ((rc = item_next(r, &item, err)) == 1)
		if (describe_item(r, &item, out, err) == -1)
			return -1;
	return rc;
}

static inline void describe_counts(const struct response *r, struct buf *out)
{
	const struct counts *c = &r->counts;

	buf_addf(out, "status '%.*s' %x", (int)r->folder.name.len,
		 r->folder.name.p, c->counted);
	buf_addf(out, " %u %u %u %u %" PRIu64 "\n", c->messages, c->uid_next,
		 c->uid_validity, c->unseen, c->highest_modseq);
}

static inline int describe_search(struct reader *r, struct buf *out,
				  struct error *err)
{
	bool is_odd = false;
	uint32_t n;
	int rc;

	buf_addstr(out, "search");
	while ((rc = search_next(r, &n, &is_odd, err)) == 1)
		buf_addf(out, " %" PRIu32, n);
	buf_addstr(out, is_odd ? " odd\n" : "\n");
	return rc;
}

static inline int describe(struct reader *r, const struct response *response,
			   struct buf *out, struct error *err)
{
	switch (response->kind) {
	case RESPONSE_DONE:
		buf_addf(out, "done %u ", response->number);
		describe_status(response, out);
		break;
	case RESPONSE_CONDITION:
	case RESPONSE_CONTINUE:
	case RESPONSE_CAPABILITY:
	case RESPONSE_ENABLED:
		buf_addf(out, "%d ", (int)response->kind);
		describe_status(response, out);
		break;
	case RESPONSE_FOLDER:
		buf_addf(out, "folder '%.*s' '%c' %x\n",
			 (int)response->folder.name.len,
			 response->folder.name.p,
			 response->folder.delimiter == '\0'
				 ? '0'
				 : response->folder.delimiter,
			 response->folder.attributes);
		break;
	case RESPONSE_STATUS:
		describe_counts(response, out);
		break;
	case RESPONSE_EXISTS:
	case RESPONSE_RECENT:
	case RESPONSE_EXPUNGE:
	case RESPONSE_OTHER:
		buf_addf(out, "%d %u\n", (int)response->kind, response->number);
		break;
	case RESPONSE_SEARCH:
		return describe_search(r, out, err);
	case RESPONSE_FETCH:
		buf_addf(out, "fetch %u\n", response->number);
		return describe_fetch(r, out, err);
	}
	return 0;
}

/* All that a server says, in pieces of `step` bytes, and why it ended. */
static inline void describe_all(struct slice input, size_t step,
				struct buf *out)
{
	struct conn conn;
	struct wire wire;
	struct reader r;
	struct response response;
	struct error err = ERROR_INIT;

	buf_clear(out);
	fake_conn_init(&conn, input, step);
	wire_init(&wire, &conn, NULL);
	reader_init(&r, &wire);
	while (reader_next(&r, &response, &err) == 0 &&
	       describe(&r, &response, out, &err) == 0)
		;
	buf_addf(out, "%s\n", err.text);
	reader_release(&r);
	wire_release(&wire);
}

#endif
