/* SPDX-License-Identifier: ISC */
#include "imap/response.h"

#include <string.h>

#include "imap/attribute.h"

#include "util/banned.h"

static const char *const statuses[] = {
	[STATUS_OK] = "OK",	      [STATUS_NO] = "NO",
	[STATUS_BAD] = "BAD",	      [STATUS_BYE] = "BYE",
	[STATUS_PREAUTH] = "PREAUTH",
};

void reader_init(struct reader *r, struct wire *wire)
{
	memset(r, 0, sizeof(*r));
	lex_init(&r->lex, wire);
	buf_init(&r->code, LEX_LINE_MAX);
	buf_init(&r->name, LEX_LINE_MAX);
}

void reader_release(struct reader *r)
{
	lex_release(&r->lex);
	buf_release(&r->code);
	buf_release(&r->name);
}

/* The word that was read, with what follows, fits nowhere. */
static int not_imap(struct reader *r, struct error *err)
{
	struct slice word = slice_until(buf_slice(&r->lex.text), "\r\n");

	(void)error_set(err, ERR_TEMPORARY,
			"the server sent \"%.*s…\", which is no answer of "
			"IMAP; session given up",
			(int)(word.len > 200 ? 200 : word.len), word.p);
	return wire_dead(r->lex.wire);
}

static bool is_word(const struct reader *r, const char *word)
{
	return slice_equal_nocase(buf_slice(&r->lex.text), slice_str(word));
}

/* Is a status there, one of the first n? */
static bool find_status(const struct reader *r, size_t n,
			enum response_status *out)
{
	for (size_t i = 0; i < n; i++) {
		if (!is_word(r, statuses[i]))
			continue;
		*out = (enum response_status)i;
		return true;
	}
	return false;
}

static int read_text(struct reader *r, struct response *out, struct error *err)
{
	if (lex_text(&r->lex, &r->code, err) == -1)
		return -1;
	out->text = buf_slice(&r->lex.text);
	out->code = code_read(buf_slice(&r->code));
	if (out->code.kind == CODE_CAPABILITY)
		capability_read(out->code.words, &out->capabilities);
	return 0;
}

/* "P12": the number of a command of ours. */
static bool read_tag(struct slice word, uint32_t *out)
{
	unsigned long long n;

	if (word.len < 2 || word.p[0] != TAG_PREFIX ||
	    !slice_number(slice_skip(word, 1), UINT32_MAX, &n))
		return false;
	*out = (uint32_t)n;
	return true;
}

static int read_tagged(struct reader *r, struct response *out,
		       struct error *err)
{
	int kind;

	if (!read_tag(buf_slice(&r->lex.text), &out->number))
		return not_imap(r, err);
	kind = lex_next(&r->lex, err);
	if (kind == -1)
		return -1;
	if (kind != LEX_ATOM || !find_status(r, STATUS_BAD + 1, &out->status))
		return not_imap(r, err);
	out->kind = RESPONSE_DONE;
	r->n_untagged = r->n_found = 0;
	return read_text(r, out, err);
}

/* "12 EXISTS" */
static int read_numbered(struct reader *r, struct response *out,
			 struct error *err)
{
	static const struct {
		const char *word;
		enum response_kind kind;
	} words[] = {
		{"EXISTS", RESPONSE_EXISTS},
		{"RECENT", RESPONSE_RECENT},
		{"EXPUNGE", RESPONSE_EXPUNGE},
		{"FETCH", RESPONSE_FETCH},
	};

	int kind = lex_next(&r->lex, err);

	if (kind == -1)
		return -1;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (kind == LEX_ATOM && is_word(r, words[i].word))
			out->kind = words[i].kind;
	if (out->kind != RESPONSE_FETCH)
		return 0;
	kind = lex_next(&r->lex, err);
	if (kind != LEX_OPEN)
		out->kind = RESPONSE_OTHER;
	return kind == -1 ? -1 : 0;
}

static int read_attributes(struct reader *r, unsigned *out, struct error *err)
{
	int kind;

	while ((kind = lex_value(&r->lex, err)) == LEX_ATOM ||
	       kind == LEX_STRING)
		*out |= attribute_bit(buf_slice(&r->lex.text));
	return kind;
}

/* A name, which is kept. Returns 1, 0 if there is none, or -1. */
static int read_name(struct reader *r, struct response *out, struct error *err)
{
	int kind = lex_value(&r->lex, err);
	struct slice name = buf_slice(&r->lex.text);

	if (kind == -1)
		return -1;
	if ((kind != LEX_ATOM && kind != LEX_STRING) || name.len == 0 ||
	    name.len > FOLDER_NAME_MAX)
		return 0;
	buf_clear(&r->name);
	buf_addslice(&r->name, name);
	out->folder.name = buf_slice(&r->name);
	return 1;
}

/* (\HasNoChildren \Junk) "/" name */
static int read_folder(struct reader *r, struct response *out,
		       struct error *err)
{
	struct folder *folder = &out->folder;
	int kind = lex_next(&r->lex, err);

	if (kind == LEX_OPEN)
		kind = read_attributes(r, &folder->attributes, err);
	if (kind == LEX_CLOSE)
		kind = lex_value(&r->lex, err);
	if (kind != LEX_STRING && kind != LEX_ATOM)
		return kind == -1 ? -1 : 0;
	/* NIL has three bytes. */
	if (r->lex.text.len == 1)
		folder->delimiter = r->lex.text.s[0];
	kind = read_name(r, out, err);
	if (kind == 1)
		out->kind = RESPONSE_FOLDER;
	return kind == -1 ? -1 : 0;
}

static void set_count(struct counts *c, struct slice name, struct slice value)
{
	const struct {
		const char *name;
		unsigned bit;
		unsigned long long least;
		uint32_t *count;
	} known[] = {
		{"MESSAGES", COUNTED_MESSAGES, 0, &c->messages},
		{"UNSEEN", COUNTED_UNSEEN, 0, &c->unseen},
		{"UIDNEXT", COUNTED_UIDNEXT, 1, &c->uid_next},
		{"UIDVALIDITY", COUNTED_UIDVALIDITY, 1, &c->uid_validity},
	};

	unsigned long long n;

	if (!slice_number(value, INT64_MAX, &n))
		return;
	if (slice_equal_nocase(name, slice_str("HIGHESTMODSEQ"))) {
		c->highest_modseq = n;
		c->counted |= COUNTED_HIGHESTMODSEQ;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!slice_equal_nocase(name, slice_str(known[i].name)) ||
		    n < known[i].least || n > UINT32_MAX)
			continue;
		*known[i].count = (uint32_t)n;
		c->counted |= known[i].bit;
	}
}

/* name (MESSAGES 12 UIDNEXT 40) */
static int read_counts(struct reader *r, struct response *out,
		       struct error *err)
{
	int kind = read_name(r, out, err);

	if (kind != 1)
		return kind;
	kind = lex_next(&r->lex, err);
	if (kind != LEX_OPEN)
		return kind == -1 ? -1 : 0;
	while ((kind = lex_value(&r->lex, err)) == LEX_ATOM) {
		buf_clear(&r->code);
		buf_addslice(&r->code, buf_slice(&r->lex.text));
		kind = lex_value(&r->lex, err);
		if (kind == -1 ||
		    (kind == LEX_OPEN && lex_skip_list(&r->lex, err) == -1))
			return -1;
		if (kind != LEX_ATOM)
			continue;
		set_count(&out->counts, buf_slice(&r->code),
			  buf_slice(&r->lex.text));
	}
	out->kind = RESPONSE_STATUS;
	return kind == -1 ? -1 : 0;
}

static int read_named(struct reader *r, struct response *out, struct error *err)
{
	if (find_status(r, STATUS_PREAUTH + 1, &out->status)) {
		out->kind = RESPONSE_CONDITION;
		return read_text(r, out, err);
	}
	if (is_word(r, "LIST") || is_word(r, "XLIST") || is_word(r, "LSUB"))
		return read_folder(r, out, err);
	if (is_word(r, "STATUS"))
		return read_counts(r, out, err);
	if (is_word(r, "SEARCH")) {
		out->kind = RESPONSE_SEARCH;
		return 0;
	}
	if (is_word(r, "ENABLED")) {
		out->kind = RESPONSE_ENABLED;
		return read_text(r, out, err);
	}
	if (!is_word(r, "CAPABILITY"))
		return 0;
	out->kind = RESPONSE_CAPABILITY;
	if (read_text(r, out, err) == -1)
		return -1;
	capability_read(out->text, &out->capabilities);
	return 0;
}

static int read_untagged(struct reader *r, struct response *out,
			 struct error *err)
{
	int kind = lex_next(&r->lex, err);
	unsigned long long n;

	if (kind != LEX_ATOM)
		return kind == -1 ? -1 : 0;
	if (!slice_number(buf_slice(&r->lex.text), UINT32_MAX, &n))
		return read_named(r, out, err);
	out->number = (uint32_t)n;
	return read_numbered(r, out, err);
}

static int count_response(struct reader *r, struct error *err)
{
	if (++r->n_untagged <= UNTAGGED_MAX)
		return 0;
	(void)error_set(err, ERR_TEMPORARY,
			"the server sent %d responses that answer nothing; "
			"session given up",
			UNTAGGED_MAX);
	return wire_dead(r->lex.wire);
}

/*
 * The line has a number for each message that was found, which are more than a
 * line may have otherwise: they are not kept, and each is read for itself.
 */
int search_next(struct reader *r, uint32_t *out, bool *is_odd,
		struct error *err)
{
	for (;;) {
		int kind = lex_value(&r->lex, err);
		unsigned long long n;

		if (kind == -1 || kind == LEX_END)
			return kind;
		if (kind == LEX_ATOM &&
		    slice_number(buf_slice(&r->lex.text), UINT32_MAX, &n) &&
		    n != 0 && ++r->n_found <= UNTAGGED_MAX) {
			*out = (uint32_t)n;
			r->lex.used = 0;
			return 1;
		}
		/* (MODSEQ 12) of RFC 7162 is not. */
		*is_odd |= kind != LEX_OPEN;
		if (kind == LEX_OPEN && lex_skip_list(&r->lex, err) == -1)
			return -1;
	}
}

int reader_next(struct reader *r, struct response *out, struct error *err)
{
	int kind;

	memset(out, 0, sizeof(*out));
	out->kind = RESPONSE_OTHER;
	out->text = out->folder.name = out->code.words = SLICE_EMPTY;
	if (lex_skip_line(&r->lex, err) == -1 || count_response(r, err) == -1 ||
	    lex_start(&r->lex, err) == -1)
		return -1;
	kind = lex_next(&r->lex, err);
	if (kind == -1)
		return -1;
	if (kind == LEX_ATOM && is_word(r, "*"))
		return read_untagged(r, out, err);
	if (kind != LEX_ATOM || !is_word(r, "+"))
		return kind == LEX_ATOM ? read_tagged(r, out, err)
					: not_imap(r, err);
	out->kind = RESPONSE_CONTINUE;
	return read_text(r, out, err);
}
