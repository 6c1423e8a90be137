/* SPDX-License-Identifier: ISC */
#include "rules/field.h"

#include <stdint.h>
#include <string.h>

#include "mail/address.h"
#include "mail/date.h"
#include "mail/mailing_list.h"
#include "mail/origin.h"
#include "rules/template.h"

#include "util/banned.h"

static const char *const field_names[] = {
	"from", "from-name", "from-domain", "to",   "subject",
	"list", "account",   "message-id",  "size", "date",
	"tags", "sender",    "folder",
};

#define N_FIELDS (sizeof(field_names) / sizeof(field_names[0]))

const char *field_name(size_t i)
{
	return i < N_FIELDS ? field_names[i] : NULL;
}

const char *field_variable(size_t i)
{
	return i == FIELD_FOLDER ? "on-server-folder" : field_name(i);
}

/* A display name cannot fake one: the raw value is read. */
static void put_domain(struct message *m, struct buf *out)
{
	struct buf address = BUF_INIT(out->max);

	if (message_address(m, "From", &address))
		buf_addslice(out, address_domain(buf_slice(&address)));
	buf_release(&address);
}

/* Is it one of an address? A sender without a name has the address as one. */
static bool put_address(enum field_kind field, struct message *m,
			struct buf *out)
{
	if (field == FIELD_FROM_DOMAIN)
		put_domain(m, out);
	else if (field == FIELD_TO)
		(void)message_address(m, "To", out);
	else if (field != FIELD_FROM && field != FIELD_FROM_NAME)
		return false;
	else if (field == FIELD_FROM || !message_name(m, "From", out))
		(void)message_address(m, "From", out);
	return true;
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
	char room[128];
	struct tm tm;
	time_t local;
	int zone;

	local = (time_t)date_of(v->message, v->arrived, v->now, &zone);
	local += zone;
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
	struct slice sender;

	switch (field) {
	case FIELD_SUBJECT:
		return message_first(m, "Subject");
	case FIELD_LIST:
		return mailing_list_name(m);
	case FIELD_ACCOUNT:
		return slice_str(v->account);
	case FIELD_MESSAGE_ID:
		return message_id(m);
	case FIELD_SENDER:
		return origin_sender(m, &sender) ? sender : SLICE_EMPTY;
	case FIELD_FOLDER:
		return slice_str(v->folder == NULL ? "" : v->folder);
	case FIELD_TAGS:
		return slice_str(v->tags == NULL ? "" : v->tags);
	case FIELD_FROM:
	case FIELD_FROM_NAME:
	case FIELD_FROM_DOMAIN:
	case FIELD_TO:
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
		put_date(format == NULL ? FIELD_DATE_FORMAT : format, v, out);
		return;
	}
	if (put_address(field, v->message, out))
		return;
	text = text_field(field, v);
	if (text.p != NULL)
		buf_addslice(out, text);
}
