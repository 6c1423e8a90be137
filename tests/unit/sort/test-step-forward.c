/* SPDX-License-Identifier: ISC */
/* Which messages may be forwarded, and which would loop. */
#include "../tap.h"
#include "mail/message.h"
#include "sort/step_forward.h"

static char bob[] = "bob@x.org", carol[] = "carol@y.org";
static char *const to[] = {bob, carol, NULL};

static void loops(bool want, const char *header)
{
	const char *why = NULL;
	bool is = forward_is_loop(slice_str(header), to, &why);

	ok(is == want && (why != NULL) == want, why ? why : "no loop");
}

int main(void)
{
	struct buf out = BUF_INIT(65536), many = BUF_INIT(65536);
	struct message m;
	size_t at = 0, i, n = 0;

	loops(false, "From: a@b\nTo: bob@x.org\n\n");
	loops(false, "Delivered-To: me@x.org\n\n");
	loops(true, "Delivered-To: Bob@X.org\n\n");
	loops(true, "A: b\nX-Postroom-Forwarded: z@z,\n carol@y.org\n\n");
	loops(false, "Auto-Submitted: auto-generated\n\n");
	loops(true, "Auto-Submitted: auto-replied (vacation)\n\n");
	loops(false, "Return-Path: <>\n\n");
	loops(true, "Return-Path: <>\nContent-Type: multipart/report;"
		    " boundary=x\n\n");
	for (int j = 0; j < 51; j++)
		buf_addstr(&many, "Received: x\n");
	loops(true, many.s);
	loops(false, "");

	forward_fields(to, "me@x.org", 0, "host", &out);
	message_init(&m, buf_slice(&out), NULL);
	while (message_next(&m, NULL, &at, &i))
		n++;
	is_int(5, n, "five fields are added");
	ok(strstr(out.s, "Resent-Date: Thu, 01 Jan 1970 00:00:00 +0000\n") !=
		   NULL,
	   "with a date");
	loops(true, out.s);
	message_release(&m);
	buf_release(&out);
	buf_release(&many);
	return done_testing();
}
