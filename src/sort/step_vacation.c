/* SPDX-License-Identifier: ISC */
/*
 * The step that answers while somebody is away (RFC 5230, RFC 3834). Its words
 * are: the text, the days between two answers to a sender, a digest of the text
 * as it stands in the configuration, and our addresses.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mail/message.h"
#include "mail/reply.h"
#include "sort/host.h"
#include "sort/send.h"
#include "sort/step.h"
#include "state/vacation.h"
#include "util/ascii.h"
#include "util/clock.h"
#include "util/hash.h"
#include "util/log.h"

#include "util/banned.h"

/* Header, and the text, of which each byte may be three. */
#define ANSWER_MAX ((size_t)256 * 1024)

#define DAY ((int64_t)24 * 60 * 60)

/* Random bytes of a Message-ID. */
#define ID_SIZE 12

enum { WORD_TEXT, WORD_DAYS, WORD_DIGEST, WORD_ADDRESSES };

static bool is_complete(char *const *words)
{
	for (size_t i = 0; i <= WORD_ADDRESSES; i++)
		if (words == NULL || words[i] == NULL)
			return false;
	return true;
}

/* At most one answer for a text and a sender, in any case. */
static void make_key(const char *digest, const char *sender,
		     unsigned char key[HASH_SIZE])
{
	char lower[REPLY_ADDRESS_MAX + 1];
	size_t len = strlen(sender);
	struct hash *h = hash_new();

	memcpy(lower, sender, len);
	ascii_lower_bytes(lower, len);
	hash_update(h, digest, strlen(digest) + 1);
	hash_update(h, lower, len);
	hash_final(h, key);
	hash_free(h);
}

static void write_answer(struct message *m, const struct delivery *step,
			 const struct reply_route *route, struct buf *out)
{
	struct buf date = BUF_INIT(64), id = BUF_INIT(512);
	unsigned char random[ID_SIZE];
	char hex[2 * ID_SIZE + 1];
	struct reply_mail reply = {.route = route,
				   .text = slice_str(step->argv[WORD_TEXT])};

	hash_random(random, sizeof(random));
	hash_hex(random, sizeof(random), hex);
	send_date((time_t)clock_calendar_s(), &date);
	buf_addf(&id, "<%s.postroom%s>", hex, strrchr(route->from, '@'));
	reply.date = date.s;
	reply.id = id.s;
	reply_write(m, &reply, out);
	buf_release(&date);
	buf_release(&id);
}

/*
 * RFC 3834 3.3: no sender, and no bounce. Where the server refuses that, the
 * configured one.
 */
static int send_answer(const struct step_tools *tools, char *to,
		       const struct buf *bytes, bool *unsure, struct error *err)
{
	char *recipients[] = {to, NULL};
	struct smtp_mail mail = {.from = "",
				 .recipients = recipients,
				 .fields = buf_slice(bytes),
				 .fd = -1,
				 .unsure = unsure};
	int rc = send_mail(tools, &mail, err);

	if (rc == 0 || *unsure || err->kind != ERR_MESSAGE ||
	    tools->options->smtp_from[0] == '\0')
		return rc;
	mail.from = tools->options->smtp_from;
	*err = (struct error)ERROR_INIT;
	return send_mail(tools, &mail, err);
}

static const char *reason_of(enum claim claim)
{
	switch (claim) {
	case CLAIM_GRANTED:
		break;
	case CLAIM_ANSWERED:
		return "its sender was answered lately";
	case CLAIM_UNCERTAIN:
		return "an answer may have been sent before";
	case CLAIM_TOO_MANY:
		return "500 answers were sent in a day";
	}
	return NULL;
}

/* Claim, then send: what fails later can only cost an answer. */
static int answer(const struct step_tools *tools, const struct delivery *step,
		  struct message *m, struct reply_route *route,
		  const char **reason_out, struct error *err)
{
	int64_t now = clock_calendar_s();
	struct answer a = {
		.rule = step->rule == NULL ? "" : step->rule,
		.sender = route->to,
		.message = step->message,
		.now = now,
		.since = now - strtoll(step->argv[WORD_DAYS], NULL, 10) * DAY,
	};
	struct error unsaved = ERROR_INIT;
	enum claim claim = CLAIM_GRANTED;
	struct buf bytes = BUF_INIT(ANSWER_MAX);
	bool unsure = false;
	int rc;

	make_key(step->argv[WORD_DIGEST], route->to, a.key);
	if (state_claim_answer(tools->state, &a, &claim, err) == -1)
		return -1;
	*reason_out = reason_of(claim);
	if (*reason_out != NULL)
		return 0;
	write_answer(m, step, route, &bytes);
	rc = bytes.full ? error_set(err, ERR_MESSAGE, "the answer is too long")
			: send_answer(tools, route->to, &bytes, &unsure, err);
	if (rc == -1 && !unsure &&
	    state_release_answer(tools->state, &a, err->kind != ERR_MESSAGE,
				 &unsaved) == -1)
		rc = error_set(err, unsaved.kind, "%s", unsaved.text);
	buf_release(&bytes);
	return rc;
}

static int run_message(const struct step_tools *tools,
		       const struct delivery *step, struct message *m,
		       struct error *err)
{
	struct reply_route route = {.to = ""};
	const char *reason =
		reply_check(m, step->argv + WORD_ADDRESSES, &route);
	int rc = 0;

	if (reason == NULL)
		rc = answer(tools, step, m, &route, &reason, err);
	if (rc == 0 && reason == NULL)
		log_info("answered %s", route.to);
	else if (rc == 0)
		log_info("not answered: %s", reason);
	return rc;
}

static void run(const struct step_tools *tools, const struct delivery *step,
		int fd, struct ending *ending)
{
	struct buf header = BUF_INIT(JUDGE_HEADER_MAX);
	struct error err = ERROR_INIT;
	struct message m;
	int rc = sort_host_read_header(fd, &header, &err);

	if (rc == 0 && !is_complete(step->argv))
		rc = error_set(&err, ERR_MESSAGE, "the answer is damaged");
	if (rc == 0) {
		message_init(&m, buf_slice(&header), tools->options->fallback);
		rc = run_message(tools, step, &m, &err);
		message_release(&m);
	}
	if (rc == -1)
		ending_fail(ending, &err);
	buf_release(&header);
}

const struct step_kind step_vacation = {
	.number = 8,
	.action = ACTION_VACATION,
	.name = "vacation",
	.text = "vacation answer",
	.takes = STEP_TAKES_ARGV | STEP_KEEPS_ARGV,
	.needs_bytes = true,
	.run = run,
	.runs_program = send_runs_program,
};
