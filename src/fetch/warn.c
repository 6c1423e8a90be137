/* SPDX-License-Identifier: ISC */
/* A person should see it although the session goes on: once a day. */
#include "fetch/internal.h"
#include "state/told.h"
#include "util/log.h"

#include "util/banned.h"

/* May a person be told now? */
static int is_news(const struct fetch *f, const struct error *what,
		   bool *news_out, struct error *err)
{
	int rc = state_begin(f->state, err);

	if (rc == -1)
		return -1;
	rc = state_tell_trouble(f->state, f->job->account_id, what,
				f->session / 1000000, news_out, err);
	return state_end(f->state, rc, err);
}

void fetch_warn(const struct fetch *f, const struct error *what)
{
	struct error err = ERROR_INIT;
	bool news = true;

	if (!f->dry && is_news(f, what, &news, &err) == -1)
		log_error("%s: %s", f->name, err.text);
	if (news || f->job->watched)
		log_warning("%s: %s", f->name, what->text);
	else
		log_info("%s: %s", f->name, what->text);
}

/* RFC 9051, 7.1: a client must show it. */
void fetch_show_alert(const struct fetch *f)
{
	struct slice text = f->remote.imap == NULL ? SLICE_EMPTY
						   : imap_alert(f->remote.imap);
	struct error what = ERROR_INIT;

	if (text.len == 0)
		return;
	(void)error_set(&what, ERR_TEMPORARY, "the server says: \"%.*s\"",
			(int)text.len, text.p);
	fetch_warn(f, &what);
}
