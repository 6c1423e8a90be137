/* SPDX-License-Identifier: ISC */
/* How far the folders of an IMAP account were read. */
#include <stdlib.h>
#include <string.h>

#include "../tap.h"
#include "../tempdir.h"
#include "state/admin.h"
#include "state/watermark.h"

static struct state *state;
static struct error err = ERROR_INIT;

static int set(int64_t account, const char *folder, uint32_t uid_next,
	       size_t n_unfetched)
{
	struct unfetched unfetched[] = {{4294967295U, 7}, {3, UINT32_MAX}};
	const struct watermark w = {
		.uid_validity = 17,
		.uid_next = uid_next,
		.unfetched = unfetched,
		.n_unfetched = n_unfetched,
	};
	int rc = state_begin(state, &err);

	if (rc == -1)
		return -1;
	rc = state_set_watermark(state, account, folder, &w, &err);
	return state_end(state, rc, &err);
}

/* "17 9 3 4294967295", "0 0": validity, next, and the UIDs that are wanted. */
static const char *get(int64_t account, const char *folder)
{
	static char text[200];
	struct watermark w;
	size_t len;

	if (state_get_watermark(state, account, folder, &w, &err) == -1)
		return err.text;
	len = (size_t)snprintf(text, sizeof(text), "%u %u", w.uid_validity,
			       w.uid_next);
	for (size_t i = 0; i < w.n_unfetched; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len, " %u",
					w.unfetched[i].uid);
	watermark_release(&w);
	return text;
}

static void test_folders(void)
{
	is_str("0 0", get(1, "INBOX"), "at first nothing is known");
	is_int(0, set(1, "INBOX", 9, 2), "it is stored");
	is_str("17 9 3 4294967295", get(1, "INBOX"), "in the order of UIDs");
	is_str("0 0", get(1, "inbox"), "other folders have their own");
	is_str("0 0", get(2, "INBOX"), "and other accounts");
	is_int(0, set(1, "INBOX", 10, 0), "it is replaced");
	is_str("17 10", get(1, "INBOX"), "with all that was wanted");
	is_int(0, set(1, "Lists/ä", 3, 1), "a name in UTF-8");
	is_str("17 3 4294967295", get(1, "Lists/ä"), "is found");
}

static void test_accounts(void)
{
	int64_t n;

	is_int(0, set(2, "INBOX", 77, 2), "another account");
	is_int(0, state_forget_watermarks(state, 1, &err), "one is forgotten");
	is_str("0 0", get(1, "INBOX"), "with all its folders");
	is_str("17 77 3 4294967295", get(2, "INBOX"), "but not the other");
	is_int(0,
	       state_forget_seen(state, 2, slice_str("INBOX:17:4"), 1, &n,
				 &err),
	       "a message is forgotten");
	is_str("0 0", get(2, "INBOX"), "so all folders are listed again");
	is_int(0, set(2, "INBOX", 77, 2), "read again");
	is_int(0, state_forget_folders(state, 2, &err), "an account of POP3");
	is_str("0 0", get(2, "INBOX"), "has none");
}

/* One was added by another process since the session has read them. */
static void test_settled(void)
{
	const uint32_t settled[] = {3, 9};
	struct unfetched wanted[] = {{5, 100}};
	struct watermark w = {
		.uid_validity = 17,
		.uid_next = 20,
		.unfetched = wanted,
		.n_unfetched = 1,
		.settled = settled,
		.n_settled = 2,
	};
	int rc;

	is_int(0, set(4, "INBOX", 10, 2), "two are wanted");
	rc = state_begin(state, &err);
	if (rc == 0)
		rc = state_end(state,
			       state_set_watermark(state, 4, "INBOX", &w, &err),
			       &err);
	is_int(0, rc, "one of them is settled");
	is_str("17 20 5 4294967295", get(4, "INBOX"), "the other one stays");
}

int main(void)
{
	(void)tempdir();
	if (state_open(&state, temp_path("state"), STATE_WRITE, &err) == -1) {
		printf("Bail out! %s\n", err.text);
		return 1;
	}
	test_folders();
	test_accounts();
	test_settled();
	state_close(state);
	return done_testing();
}
