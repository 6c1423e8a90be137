/* SPDX-License-Identifier: ISC */
#include "imap/capability.h"

#include <stdio.h>
#include <string.h>

#include "util/buf.h"

#include "util/banned.h"

static const char *const names[] = {
	[CAPABILITY_IMAP4REV1] = "IMAP4rev1",
	[CAPABILITY_IMAP4REV2] = "IMAP4rev2",
	[CAPABILITY_STARTTLS] = "STARTTLS",
	[CAPABILITY_LOGINDISABLED] = "LOGINDISABLED",
	[CAPABILITY_SASL_IR] = "SASL-IR",
	[CAPABILITY_LITERAL_PLUS] = "LITERAL+",
	[CAPABILITY_LITERAL_MINUS] = "LITERAL-",
	[CAPABILITY_UIDPLUS] = "UIDPLUS",
	[CAPABILITY_MOVE] = "MOVE",
	[CAPABILITY_SPECIAL_USE] = "SPECIAL-USE",
	[CAPABILITY_XLIST] = "XLIST",
	[CAPABILITY_LIST_EXTENDED] = "LIST-EXTENDED",
	[CAPABILITY_LIST_STATUS] = "LIST-STATUS",
	[CAPABILITY_CONDSTORE] = "CONDSTORE",
	[CAPABILITY_ENABLE] = "ENABLE",
	[CAPABILITY_UTF8_ACCEPT] = "UTF8=ACCEPT",
	[CAPABILITY_ID] = "ID",
	[CAPABILITY_IDLE] = "IDLE",
	[CAPABILITY_UNSELECT] = "UNSELECT",
	[CAPABILITY_NAMESPACE] = "NAMESPACE",
	[CAPABILITY_COMPRESS_DEFLATE] = "COMPRESS=DEFLATE",
	[CAPABILITY_OBJECTID] = "OBJECTID",
	[CAPABILITY_GMAIL] = "X-GM-EXT-1",
	[CAPABILITY_COREMAIL] = "X-CM-EXT-1",
	[CAPABILITY_YAHOO] = "XYMHIGHESTMODSEQ",
};

#define N_NAMES (sizeof(names) / sizeof(names[0]))

_Static_assert(N_NAMES <= 32, "each has a bit");

/* They make a difference to how mail is fetched, moved and deleted. */
static const enum capability shown[] = {
	CAPABILITY_UIDPLUS,	CAPABILITY_MOVE,	CAPABILITY_SPECIAL_USE,
	CAPABILITY_XLIST,	CAPABILITY_LIST_STATUS, CAPABILITY_CONDSTORE,
	CAPABILITY_UTF8_ACCEPT, CAPABILITY_IDLE,	CAPABILITY_OBJECTID,
	CAPABILITY_GMAIL,	CAPABILITY_COREMAIL,	CAPABILITY_YAHOO,
};

void capability_describe(const struct capabilities *c, struct buf *out)
{
	const char *between = "";

	for (size_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		if (!capability(c, shown[i]))
			continue;
		buf_addf(out, "%s%s", between, names[shown[i]]);
		between = " ";
	}
}

static void add_way(struct slice name, struct capabilities *out)
{
	size_t at = strlen(out->ways);

	if (at + 2 + name.len < sizeof(out->ways))
		(void)snprintf(out->ways + at, sizeof(out->ways) - at, "%s%.*s",
			       at == 0 ? "" : ", ", (int)name.len, name.p);
}

static void read_word(struct slice word, struct capabilities *out)
{
	enum sasl_mechanism mechanism;
	unsigned long long n;

	if (slice_starts_nocase(word, "AUTH=")) {
		word = slice_skip(word, strlen("AUTH="));
		add_way(word, out);
		if (sasl_find(word, &mechanism))
			out->sasl |= UINT32_C(1) << mechanism;
		return;
	}
	if (slice_starts_nocase(word, "MESSAGELIMIT=") &&
	    slice_number(slice_skip(word, strlen("MESSAGELIMIT=")), UINT32_MAX,
			 &n))
		out->message_limit = (uint32_t)n;
	for (unsigned i = 0; i < N_NAMES; i++)
		if (slice_equal_nocase(word, slice_str(names[i])))
			out->set |= UINT32_C(1) << i;
}

/* It includes these, by RFC 9051, appendix E. */
static void add_rev2(struct capabilities *c)
{
	static const enum capability implied[] = {
		CAPABILITY_NAMESPACE,	  CAPABILITY_UNSELECT,
		CAPABILITY_UIDPLUS,	  CAPABILITY_ENABLE,
		CAPABILITY_IDLE,	  CAPABILITY_SASL_IR,
		CAPABILITY_LIST_STATUS,	  CAPABILITY_MOVE,
		CAPABILITY_LITERAL_MINUS, CAPABILITY_LIST_EXTENDED,
	};

	if (capability(c, CAPABILITY_IMAP4REV1) ||
	    !capability(c, CAPABILITY_IMAP4REV2))
		return;
	for (size_t i = 0; i < sizeof(implied) / sizeof(implied[0]); i++)
		c->set |= UINT32_C(1) << implied[i];
}

void capability_read(struct slice words, struct capabilities *out)
{
	struct slice word;

	memset(out, 0, sizeof(*out));
	out->known = true;
	while (slice_split(&words, ' ', &word))
		read_word(word, out);
	add_rev2(out);
}
