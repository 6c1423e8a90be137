/* SPDX-License-Identifier: ISC */
#include "state/stats.h"

#include "state/columns.h"
#include "state/db.h"

#include "util/banned.h"

#define FROM_STEPS                                                             \
	", count(*), sum(msg.size), max(delivery.done) FROM delivery"          \
	" JOIN msg ON msg.id = delivery.message"                               \
	" LEFT JOIN account ON account.id = msg.account"                       \
	" WHERE delivery.done >= ? AND delivery.kind "

static const char *const queries[] = {
	[TALLY_DAY] =
		"SELECT date(delivery.done, 'unixepoch', 'localtime')" FROM_STEPS
		"IN (" SQL_FOLDER ", " SQL_DISCARD ") GROUP BY 1 ORDER BY 1",
	[TALLY_FOLDER] = "SELECT delivery.folder" FROM_STEPS "IN (" SQL_FOLDER
			 ", " SQL_COPY ") GROUP BY 1 ORDER BY 2 DESC, 1",
	[TALLY_RULE] =
		"SELECT coalesce(delivery.rule, delivery.reason, '')" FROM_STEPS
		"<> " SQL_STAY " GROUP BY 1 ORDER BY 2 DESC, 1",
	[TALLY_ACCOUNT] =
		"SELECT coalesce(account.name, '')" FROM_STEPS "IN (" SQL_FOLDER
		", " SQL_DISCARD ") GROUP BY 1 ORDER BY 2 DESC, 1",
};

int state_tally(struct state *s, enum tally_by by, int64_t since,
		tally_take *take, void *context, struct error *err)
{
	struct query *q = query(s, queries[by]);
	int rc;

	query_bind_int(q, 1, since);
	while ((rc = query_step(q, err)) == 1) {
		struct tally row = {.name = query_text(q, 0),
				    .count = query_int(q, 1),
				    .bytes = query_int(q, 2),
				    .last = query_int(q, 3)};

		take(context, &row);
	}
	query_reset(q);
	return rc;
}
