/* SPDX-License-Identifier: ISC */
#include "net/way.h"

#include <string.h>

#include "net/wire.h"

#include "util/banned.h"

void way_open_command(struct buf *b)
{
	buf_init(b, WAY_COMMAND_MAX);
	(void)buf_reserve(b, WAY_COMMAND_MAX);
}

void way_begin(struct way_try *t)
{
	t->asked = t->gave = t->first_together = false;
	t->ignored_first = t->denied = false;
	t->refusal[0] = t->reason[0] = '\0';
}

/* error_set() escapes them; only a NUL would end them. */
void way_keep_words(char to[WAY_WORDS_MAX], struct slice words)
{
	size_t len = words.len < WAY_WORDS_MAX ? words.len : WAY_WORDS_MAX - 1;

	for (size_t i = 0; i < len; i++)
		to[i] = words.p[i] == '\0' ? ' ' : words.p[i];
	to[len] = '\0';
}

void way_keep_reason(struct way_try *t, const struct sasl *s)
{
	way_keep_words(t->reason, sasl_reason(s));
	wire_hide(t->reason, strlen(t->reason), t->login.secret);
}

enum sasl_proof way_proof(unsigned way)
{
	if (way == WAY_APOP)
		return SASL_HASH;
	return way == WAY_OWN ? SASL_PASSWORD
			      : sasl_proof((enum sasl_mechanism)way);
}
