/* SPDX-License-Identifier: ISC */
/* The steps of a session; part of internal.h. */
#ifndef FETCH_STEPS_H
#define FETCH_STEPS_H

#include "fetch/health.h"
#include "fetch/session.h"
#include "tell/report.h"
#include "util/error.h"

struct fetch;
struct watermark;

/*
 * open.c, the steps a session begins with: fetch_open() opens state and spool
 * (fetch_open_dry() only reads the state, and logs in),
 * fetch_recall() reads what is remembered of the account (fetch_open() calls
 * it), and fetch_recall_trouble() a part of that, which is read again after
 * accounts were merged; fetch_connect() logs in, fetch_read_listing() reads the
 * listing and calls fetch_compare(), which finds out what of it is known; it is
 * called again when more has become known. Always call fetch_close() at the
 * end.
 */
int fetch_open(struct fetch *f, const struct fetch_job *job, struct error *err);
int fetch_open_dry(struct fetch *f, const struct fetch_job *job,
		   struct error *err);
int fetch_recall(struct fetch *f, struct error *err);
int fetch_recall_trouble(struct fetch *f, struct error *err);
int fetch_connect(struct fetch *f, struct error *err);
int fetch_read_listing(struct fetch *f, struct error *err);
void fetch_make_policy(struct fetch *f);
int fetch_compare(struct fetch *f, struct error *err);
void fetch_close(struct fetch *f);

/* One folder is done: forget its listing, and what came of it is counted. */
void fetch_leave_mailbox(struct fetch *f);

/*
 * confine.c: after the login, give up all but the connection, the state and the
 * spool, for the rest of this process.
 */
int fetch_confine(struct fetch *f, struct error *err);

/* left.c: tell the parent what is left to do. */
void fetch_leave(int fd, const struct fetch_left *left);

/* outcome.c: report progress to the parent. */
void fetch_report(const struct fetch *f, enum report_kind kind, uint64_t count,
		  uint64_t bytes);

/* session.c: read the listing, find out all that is known of it, log it. */
int fetch_list(struct fetch *f, struct error *err);

/*
 * remove.c: delete on the server what is durable here and due, or move it, or
 * mark it as read; of POP3, the end of the session makes it true, and then it
 * is recorded.
 */
int fetch_delete_due(struct fetch *f, struct error *err);
int fetch_record_deleted(struct fetch *f, struct error *err);

/*
 * large.c: count the messages that stay on the server because of max-size, and
 * log those that were not logged before. f->todo is final. Of a folder that is
 * not listed, only count those that its watermark has. A session begins with
 * none.
 */
void fetch_note_large(struct fetch *f);
void fetch_count_large(struct fetch *f, const struct watermark *w);
void fetch_forget_large(struct fetch *f);

/*
 * warn.c: log what a person should see although the session goes on, as a
 * warning once a day. The second: the last ALERT of an IMAP server, if any.
 */
void fetch_warn(const struct fetch *f, const struct error *what);
void fetch_show_alert(const struct fetch *f);

/*
 * outcome.c: fetch_doubt() looks at trouble that calls itself temporary; emit
 * the event of a session's start; log and emit its end, and
 * record the account's health. When the outcome is to be told, call
 * fetch_notify_person(), which runs on-trouble: after fetch_close(), because
 * that command may take long.
 */
void fetch_doubt(struct fetch *f, struct error *trouble);
void fetch_emit_start(const struct fetch *f);
void fetch_emit_end(const struct fetch *f, bool ok);
struct health_outcome fetch_note_outcome(struct fetch *f,
					 const struct error *trouble);
void fetch_notify_person(const struct fetch_job *job,
			 const struct error *trouble);

#endif
