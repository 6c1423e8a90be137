/* SPDX-License-Identifier: ISC */
/*
 * The capabilities and peculiarities of providers, from protocol logs that
 * people have published in bug reports, up to 2026.
 */
#include <string.h>

#include "imapd.h"

#define UNSAFE "\"SELECT Unsafe Login. Please contact kefu@188.com for help\""
#define ENDING "\"Request not ending with \\\\r\\\\n\""

static const struct provider {
	const char *name, *caps_before, *caps, *rules;
	size_t newest, longest;
} providers[] = {
	{"gmail",
	 "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 "
	 "XYZZY SASL-IR AUTH=XOAUTH2 AUTH=PLAIN AUTH=PLAIN-CLIENTTOKEN "
	 "AUTH=OAUTHBEARER",
	 "IMAP4rev1 UNSELECT IDLE NAMESPACE QUOTA ID XLIST CHILDREN X-GM-EXT-1 "
	 "UIDPLUS COMPRESS=DEFLATE ENABLE MOVE CONDSTORE ESEARCH UTF8=ACCEPT "
	 "LIST-EXTENDED LIST-STATUS LITERAL- SPECIAL-USE APPENDLIMIT=35651584",
	 "", 0, 16384},
	{"outlook",
	 "IMAP4 IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR UIDPLUS ID",
	 "IMAP4 IMAP4rev1 SASL-IR UIDPLUS MOVE ID UNSELECT CHILDREN IDLE "
	 "NAMESPACE LITERAL+",
	 "", 0, 8192},
	{"yahoo",
	 "IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=XOAUTH2 AUTH=OAUTHBEARER ID MOVE "
	 "NAMESPACE",
	 "IMAP4rev1 ID MOVE NAMESPACE UIDPLUS LITERAL+ XAPPLEPUSHSERVICE "
	 "XYMHIGHESTMODSEQ OBJECTID",
	 "", 10000, 1000},
	/* 163, 126 and yeah */
	{"coremail",
	 "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ STARTTLS SASL-IR AUTH=PLAIN "
	 "XAPPLEPUSHSERVICE UIDPLUS X-CM-EXT-1",
	 "IMAP4rev1 XLIST SPECIAL-USE ID LITERAL+ XAPPLEPUSHSERVICE UIDPLUS "
	 "X-CM-EXT-1",
	 "on SELECT when no-id no " UNSAFE "\n"
	 "on EXAMINE when no-id no " UNSAFE "\n"
	 "on * when blank bad " ENDING "\n"
	 "on AUTHENTICATE when ir bad " ENDING "\n",
	 0, 0},
	{"icloud", NULL,
	 "IMAP4rev1 SASL-IR AUTH=PLAIN ID ENABLE IDLE UIDPLUS MOVE UNSELECT "
	 "NAMESPACE CONDSTORE QRESYNC UTF8=ACCEPT XLIST",
	 "on ENABLE silent\n", 0, 0},
	{"proton", NULL,
	 "IMAP4rev1 AUTH=PLAIN ID IDLE MOVE UIDPLUS UNSELECT SPECIAL-USE "
	 "LIST-EXTENDED LIST-STATUS",
	 "on LIST *RETURN* bad \"expected a mailbox\"\n"
	 "on LIST (* bad \"expected a mailbox\"\n",
	 0, 0},
	{"strato", NULL,
	 "IMAP4rev1 AUTH=PLAIN SASL-IR ID IDLE UIDPLUS UNSELECT SPECIAL-USE "
	 "LIST-EXTENDED LIST-STATUS",
	 "on LIST *RETURN* silent\n", 0, 0},
	/* Yandex and others: some messages have no body. */
	{"yandex", NULL,
	 "IMAP4rev1 AUTH=PLAIN AUTH=XOAUTH2 SASL-IR ID IDLE UIDPLUS MOVE "
	 "UNSELECT CHILDREN NAMESPACE",
	 "on MESSAGE * skip 1 times 1 when body hide \"BODY*\"\n", 0, 0},
};

void be_like(struct imapd_options *o, const char *name)
{
	size_t n = sizeof(providers) / sizeof(providers[0]);

	for (size_t i = 0; i < n; i++) {
		const struct provider *p = &providers[i];

		if (strcmp(p->name, name) != 0)
			continue;
		o->common.caps = p->caps;
		o->common.rules = p->rules;
		o->caps_before = p->caps_before;
		o->newest = p->newest;
		o->longest = p->longest;
		return;
	}
	die("--like does not know %s", name);
}
