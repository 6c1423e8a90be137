/* SPDX-License-Identifier: ISC */
#include "imap/item.h"

#include <string.h>

#include "imap/date.h"

#include "util/banned.h"

static const struct {
	const char *name;
	enum item_kind kind;
} names[] = {
	{"UID", ITEM_UID},
	{"FLAGS", ITEM_FLAGS},
	{"INTERNALDATE", ITEM_DATE},
	{"RFC822.SIZE", ITEM_SIZE},
	{"X-GM-MSGID", ITEM_GMAIL_ID},
	{"EMAILID", ITEM_EMAIL_ID},
	{"BODY[]", ITEM_BODY},
	{"BODY[HEADER]", ITEM_HEADER},
};

static const struct {
	const char *name;
	unsigned flag;
} flags[] = {
	{"\\Answered", IMAP_FLAG_ANSWERED}, {"\\Deleted", IMAP_FLAG_DELETED},
	{"\\Draft", IMAP_FLAG_DRAFT},	    {"\\Flagged", IMAP_FLAG_FLAGGED},
	{"\\Seen", IMAP_FLAG_SEEN},	    {"\\Recent", IMAP_FLAG_RECENT},
};

static unsigned flag_of(struct slice word)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (slice_equal_nocase(word, slice_str(flags[i].name)))
			return flags[i].flag;
	return 0;
}

void flags_add(struct buf *out, unsigned set)
{
	const char *blank = "";

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if ((set & flags[i].flag) == 0)
			continue;
		buf_addf(out, "%s%s", blank, flags[i].name);
		blank = " ";
	}
}

static bool is_nil(const struct reader *r)
{
	return slice_equal_nocase(buf_slice(&r->lex.text), slice_str("NIL"));
}

/* 1: the value is one of its kind; 0: it is not, and was skipped. */
static int read_number(struct reader *r, unsigned long long max,
		       struct item *out, struct error *err)
{
	int kind = lex_value(&r->lex, err);
	unsigned long long n;

	if (kind == -1 || kind == LEX_END)
		return kind == -1 ? -1 : 0;
	if (kind == LEX_OPEN)
		return lex_skip_list(&r->lex, err);
	if (!slice_number(buf_slice(&r->lex.text), max, &n))
		return 0;
	out->number = n;
	return 1;
}

static int read_flags(struct reader *r, struct item *out, struct error *err)
{
	int kind = lex_next(&r->lex, err);

	if (kind != LEX_OPEN)
		return kind == -1 ? -1 : 0;
	while ((kind = lex_value(&r->lex, err)) == LEX_ATOM ||
	       kind == LEX_STRING) {
		struct slice word = buf_slice(&r->lex.text);
		unsigned flag = flag_of(word);

		out->flags |= flag;
		if (flag != 0 || word.len == 0 || word.p[0] == '\\')
			continue;
		buf_addslice(&r->name, word);
		buf_addch(&r->name, ' ');
	}
	out->text = buf_slice(&r->name);
	return kind == -1 ? -1 : 1;
}

static int read_date(struct reader *r, struct item *out, struct error *err)
{
	int kind = lex_value(&r->lex, err);

	if (kind == LEX_OPEN)
		return lex_skip_list(&r->lex, err);
	if (kind == -1)
		return -1;
	return imap_date(buf_slice(&r->lex.text), &out->time) ? 1 : 0;
}

/* "(M6d99ac3275bb4e)", and what Yahoo had before RFC 8474: no parentheses. */
static int read_id(struct reader *r, struct item *out, struct error *err)
{
	int kind = lex_value(&r->lex, err);
	bool in_list = kind == LEX_OPEN;

	if (in_list)
		kind = lex_value(&r->lex, err);
	if (kind == LEX_STRING || (kind == LEX_ATOM && !is_nil(r)))
		buf_addslice(&r->name, buf_slice(&r->lex.text));
	if (in_list && kind > LEX_CLOSE && lex_skip_list(&r->lex, err) == -1)
		return -1;
	out->text = buf_slice(&r->name);
	return kind == -1 ? -1 : out->text.len > 0;
}

static int read_body(struct reader *r, struct item *out, struct error *err)
{
	int kind = lex_next(&r->lex, err);
	struct slice text = buf_slice(&r->lex.text);

	if (kind == -1)
		return -1;
	out->is_literal = kind == LEX_LITERAL;
	if (kind == LEX_STRING)
		out->text = text;
	/* Anything else is none, and nothing is NIL's text. */
	out->is_nil = kind != LEX_LITERAL && kind != LEX_STRING;
	return kind == LEX_OPEN && lex_skip_list(&r->lex, err) == -1 ? -1 : 1;
}

static int read_value(struct reader *r, struct item *out, struct error *err)
{
	switch (out->kind) {
	case ITEM_UID:
		return read_number(r, UINT32_MAX, out, err);
	case ITEM_SIZE:
		return read_number(r, INT64_MAX, out, err);
	case ITEM_GMAIL_ID:
		return read_number(r, UINT64_MAX, out, err);
	case ITEM_FLAGS:
		return read_flags(r, out, err);
	case ITEM_DATE:
		return read_date(r, out, err);
	case ITEM_EMAIL_ID:
		return read_id(r, out, err);
	case ITEM_BODY:
	case ITEM_HEADER:
		return read_body(r, out, err);
	}
	return 0;
}

/* Does the name of an item that we know stand there? */
static bool find_item(struct slice word, struct item *out)
{
	memset(out, 0, sizeof(*out));
	out->text = SLICE_EMPTY;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!slice_equal_nocase(word, slice_str(names[i].name)))
			continue;
		out->kind = names[i].kind;
		return true;
	}
	return false;
}

int item_next(struct reader *r, struct item *out, struct error *err)
{
	if (lex_skip_literal(&r->lex, err) == -1)
		return -1;
	buf_clear(&r->name);
	for (;;) {
		int kind = lex_item(&r->lex, err);
		int rc;

		if (kind == -1 || kind == LEX_END || kind == LEX_CLOSE)
			return kind == -1 ? -1 : 0;
		if (kind == LEX_LITERAL && lex_skip_literal(&r->lex, err) == -1)
			return -1;
		if (kind == LEX_OPEN && lex_skip_list(&r->lex, err) == -1)
			return -1;
		if (kind != LEX_ATOM)
			continue;
		rc = find_item(buf_slice(&r->lex.text), out)
			     ? read_value(r, out, err)
			     : lex_skip_value(&r->lex, err);
		if (rc != 0 &&
		    !(rc == 1 && out->kind == ITEM_UID && out->number == 0))
			return rc;
	}
}
