/* SPDX-License-Identifier: ISC */
#include "rules/field.h"

#include <stdint.h>
#include <string.h>

#include "mail/address.h"
#include "mail/date.h"
#include "mail/mailing_list.h"
#include "rules/template.h"

#include "util/banned.h"

static const char *const field_names[] = {
	"from",	   "from-name",	 "from-domain", "to",	"subject", "list",
	"account", "message-id", "size",	"date", "tags",
};

#define N_FIELDS (sizeof(field_names) / sizeof(field_names[0]))

const char *field_name(size_t i)
{
	return i < N_FIELDS ? field_names[i] : NULL;
}

/* The first address of the raw value: decoded text can fake one. */
static struct slice first_address(const struct message *m, const char *field,
				  struct address *out)
{
	size_t at = 0, i;
	struct address_reader rest;

	if (!message_next(m, field, &at, &i))
		return SLICE_EMPTY;
	rest = address_reader(m->fields[i].value);
	return address_next(&rest, out) ? out->mailbox : SLICE_EMPTY;
}

/* The decoded display name; without one, the address. */
static struct slice from_name(struct message *m)
{
	struct slice text = message_first(m, "From");
	const char *angle;
	struct address a;

	if (text.p == NULL)
		return SLICE_EMPTY;
	angle = memchr(text.p, '<', text.len);
	if (angle == NULL || angle == text.p)
		return first_address(m, "From", &a);
	text = slice_trim(slice_of(text.p, (size_t)(angle - text.p)));
	if (text.len >= 2 && text.p[0] == '"' && text.p[text.len - 1] == '"')
		text = slice_of(text.p + 1, text.len - 2);
	return text;
}

static struct slice message_id(struct message *m)
{
	struct slice id = message_first(m, "Message-ID");

	if (id.len >= 2 && id.p[0] == '<' && id.p[id.len - 1] == '>')
		return slice_of(id.p + 1, id.len - 2);
	return id;
}

static void put_date(const char *format, const struct template_values *v,
		     struct buf *out)
{
	struct slice text = message_first(v->message, "Date");
	int64_t seconds = v->now;
	char room[128];
	struct tm tm;
	time_t local;
	int zone = 0;

	if (text.p == NULL || !date_parse(text, &seconds, &zone)) {
		seconds = v->now;
		zone = 0;
	}
	local = (time_t)(seconds + zone);
	if (gmtime_r(&local, &tm) == NULL)
		return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	/* The format comes from the configuration; check_format() saw it. */
	buf_add(out, room, strftime(room, sizeof(room), format, &tm));
#pragma GCC diagnostic pop
}

static struct slice text_field(enum field_kind field,
			       const struct template_values *v)
{
	struct message *m = v->message;
	struct address a;

	switch (field) {
	case FIELD_FROM:
		return first_address(m, "From", &a);
	case FIELD_FROM_NAME:
		return from_name(m);
	case FIELD_FROM_DOMAIN:
		return address_domain(first_address(m, "From", &a));
	case FIELD_TO:
		return first_address(m, "To", &a);
	case FIELD_SUBJECT:
		return message_first(m, "Subject");
	case FIELD_LIST:
		return mailing_list_name(m);
	case FIELD_ACCOUNT:
		return slice_str(v->account);
	case FIELD_MESSAGE_ID:
		return message_id(m);
	case FIELD_TAGS:
		return slice_str(v->tags == NULL ? "" : v->tags);
	case FIELD_SIZE:
	case FIELD_DATE:
		break;
	}
	return SLICE_EMPTY;
}

void field_put(enum field_kind field, const char *format,
	       const struct template_values *v, struct buf *out)
{
	struct slice text;

	if (field == FIELD_SIZE) {
		buf_addf(out, "%llu", (unsigned long long)v->size);
		return;
	}
	if (field == FIELD_DATE) {
		put_date(format == NULL ? "%Y-%m-%d" : format, v, out);
		return;
	}
	text = text_field(field, v);
	if (text.p != NULL)
		buf_addslice(out, text);
}
