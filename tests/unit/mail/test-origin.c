/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "../tap.h"
#include "mail/mailing_list.h"
#include "mail/origin.h"

/* The first line, without its end, which would end the report. */
static const char *first_line(const char *header)
{
	static char line[128];
	size_t len = strcspn(header, "\n");

	(void)snprintf(line, sizeof(line), "%.*s", (int)len, header);
	return line;
}

static const struct {
	const char *header;
	const char *name; /* NULL: none */
	bool sent;
} lists[] = {
	{"List-Id: Notmuch <notmuch.notmuchmail.org>\n", "notmuch", true},
	{"List-Id: topic.mail.example.com\n", "topic", true},
	{"List-Id: \"All of us\" all.example.org\n", "all", true},
	{"List-Id: all.example.org (All of us)\n", "all", true},
	{"List-Id: (All of us) all.example.org\n", "all", true},
	{"List-Id: <all@lists.example.org>\n", "all", true},
	{"List-Id: crew\n", "crew", true},
	{"List-Id: All of us\n", "All of us", true},
	{"List-Id: All of us\nList-Post: <mailto:us@x.org>\n", "us", true},
	{"List-Id: <>\nX-Mailing-List: us@x.org\n", "us", true},
	{"List-Post: <mailto:dev@x.org?subject=a>\n", "dev", true},
	{"List-Post: <mailto:dev%40x.org>\n", "dev", true},
	{"List-Post: NO\nSender: owner-news@x.org\n", "news", true},
	{"Mailing-List: contact dev+help@x.org; run by mlmmj\n", "dev", true},
	{"Mailing-List: contact dev-help@x.org; run by ezmlm\n", "dev", true},
	{"Mailing-List: list talk@x.org; contact talk-owner@x.org\n", "talk",
	 true},
	{"X-Mailing-List: <linux-kernel@vger.example> archive/latest/1\n",
	 "linux-kernel", true},
	{"X-Mailing-List: https://lists.example/7\n", NULL, true},
	{"X-BeenThere: foo@example.org\n", "foo", true},
	{"X-ML-Name: fml\n", "fml", true},
	{"Sender: owner-dev@x.org\nFrom: bob@x.org\n", "dev", true},
	{"Sender: dev-bounces@x.org\nFrom: bob@x.org\n", "dev", true},
	{"Sender: dev-owner@x.org\nFrom: bob@x.org\n", "dev", false},
	{"Sender: dev-admin@x.org\nFrom: bob@x.org\n", "dev", false},
	{"Sender: owner-dev@x.org\nFrom: owner-dev@x.org\nErrors-To: a@b\n",
	 "dev", false},
	{"Sender: the-admiral@x.org\nPrecedence: bulk\n", NULL, false},
	{"Sender: owner-dev@x.org\nPrecedence: bulk\n", "dev", true},
	{"Sender: \"Dev\" <dev-bounces@x.org>\nErrors-To: a@b\n", "dev", true},
	{"Sender: dev-owner@x.org\nX-Loop: dev@x.org\n", "dev", true},
	{"Sender: dev-bounces+bob=y.org@x.org\nReturn-Path: <dev-bounces@x.org>\n",
	 "dev", true},
	{"List-Id: <mailto:dev@x.org>\n", "dev", true},
	{"List-Id: <a href=\"http://x.org\">Dev</a> <dev.x.org\n", "dev", true},
	{"List-Id: https://x.org/archives/dev\n", "dev", true},
	{"List-Id: <_.x.org>\nX-BeenThere: dev@x.org\n", "dev", true},
	{"List-Id: <.../>\n", NULL, true},
	{"List-Id: linux\n", "linux", true},
	{"List-Id: <linux>\n", "linux", true},
	{"List-Id: \"日本語\"\n", "日本語", true},
	{"List-Post: dev@lists.x.org\n", "dev", true},
	{"List-Post: <dev@lists.x.org>\n", "dev", true},
	{"List-Post: <https://x.org/mailman3/lists/dev.x.org/>\n", "dev", true},
	{"List-Archive: <https://x.org/pipermail/dev/>\n", "dev", true},
	{"List-Archive: <https://x.org/archives/list/dev@x.org/>\n", "dev",
	 true},
	{"List-Archive: <https://x.org/dev%40x.org/>\n", "dev", true},
	{"List-Archive: <https://x.org/a/y.org/group/dev?x=y>\n", "dev", true},
	{"List-Archive: <https://x.org/index.html>\n", NULL, true},
	{"List-Archive: <https://x.org/archive>\n", NULL, true},
	{"List-Archive: <https://x.org>\n", NULL, true},
	{"List-Archive: https://\n", NULL, true},
	{"List-Subscribe: <https://x.org/mailman/listinfo/dev>\n", "dev", true},
	{"List-Subscribe: <mailto:dev-request@x.org?subject=subscribe>\n",
	 "dev", true},
	{"List-Unsubscribe: <mailto:dev-request@x.org>\n", "dev", true},
	{"List-Unsubscribe: <https://x.org/u/QWxsIG9m>\n", NULL, false},
	{"List-Unsubscribe: <mailto:unsubscribe-12@x.org>\n", NULL, false},
	{"Precedence: \"List\"\nX-Loop: dev@x.org\n", "dev", true},
	{"X-Loop: bob@x.org\n", NULL, false},
	{"X-Loop: mailer-daemon@x.org\nFrom: mailer-daemon@x.org\n", NULL,
	 false},
	{"X-ML-Name: all of us\n", "all of us", true},
	{"X-List: dev\nX-ecartis-version: 1\n", "dev", true},
	{"Delivered-To: mailing list qmail@x.org\n", "qmail", true},
	{"Precedence: list\nReturn-Path: <dev-return-12-bob=y.org@x.org>\n",
	 "dev", true},
	{"Precedence: list (of many)\nList-Help: <mailto:dev-request@x.org>\n",
	 "dev", true},
	{"List-Unsubscribe: <https://x.org/u>\n", NULL, false},
	{"Precedence: bulk\nSender: bob@x.org\n", NULL, false},
	{"Delivered-To: bob@x.org\nSender: the-admiral@x.org\n", NULL, false},
	{"Subject: x\n", NULL, false},
};

static void test_lists(void)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct message m;
		struct slice name;

		message_init(&m, slice_str(lists[i].header), NULL);
		name = mailing_list_name(&m);
		ok(lists[i].name == NULL
			   ? name.p == NULL
			   : name.p != NULL &&
				     slice_equal(name,
						 slice_str(lists[i].name)),
		   first_line(lists[i].header));
		is_int(lists[i].sent, mailing_list_sent(&m), "of a list");
		message_release(&m);
	}
}

static const struct {
	const char *header;
	const char *sender; /* NULL: not known */
} senders[] = {
	{"Return-Path: <bob@x.org>\n", "bob@x.org"},
	{"Return-Path: bob@x.org (Bob)\n", "bob@x.org"},
	{"Return-Path: <>\n", ""},
	{"Return-Path: < >\n", ""},
	{"Return-Path: <MAILER-DAEMON>\n", ""},
	{"Return-Path: MAILER-DAEMON (Mail Delivery System)\n", ""},
	{"Return-Path: <mailer-daemon@x.org>\n", "mailer-daemon@x.org"},
	{"Return-Path: <@a.org,@b.org:bob@x.org>\n", "bob@x.org"},
	{"Return-Path: <@x.org>\n", "@x.org"},
	{"Return-Path: <@x.org:>\n", ""},
	{"Return-Path: <a@x.org>\nReturn-Path: <b@x.org>\n", "a@x.org"},
	{"From bob@x.org Mon Nov  2 10:00:00 2026\nSubject: x\n", "bob@x.org"},
	{"From \"b o b\"@x.org  Mon Nov  2 10:00:00 2026\n", "\"b o b\"@x.org"},
	{"From MAILER-DAEMON Mon Nov  2 10:00:00 2026\n", ""},
	{"From - Mon Nov  2 10:00:00 2026\n", NULL},
	{"From ???@??? Mon Nov  2 10:00:00 2026\n", NULL},
	{"From a>b<c Mon Nov  2 10:00:00 2026\n", NULL},
	{"X-Envelope-From: <bob@x.org>\n", "bob@x.org"},
	{"From: bob@x.org\n", NULL},
};

static void test_senders(void)
{
	for (size_t i = 0; i < sizeof(senders) / sizeof(senders[0]); i++) {
		struct slice sender = SLICE_EMPTY;
		struct message m;
		bool known;

		message_init(&m, slice_str(senders[i].header), NULL);
		known = origin_sender(&m, &sender);
		ok(known == (senders[i].sender != NULL) &&
			   (!known ||
			    slice_equal(sender, slice_str(senders[i].sender))),
		   first_line(senders[i].header));
		message_release(&m);
	}
}

static const char *const by_programs[] = {
	"Auto-Submitted: auto-replied (vacation)\n",
	"Auto-Submitted: auto-generated; x=y\n",
	"Auto-Submitted: (no) \"auto-notified\"\n",
	"Auto-Submitted: AUTO-REPLIED\n",
	"Auto-Submitted: no\nAuto-Submitted: auto-replied\n",
	"Auto-Submitted:\n",
	"Return-Path: <>\n",
	"Return-Path: <MAILER-DAEMON>\n",
	"Return-Path: <mailer-daemon@mx.x.org>\n",
	"From MAILER-DAEMON Mon Nov  2 10:00:00 2026\n",
	"From: Mail Delivery System <MAILER-DAEMON@x.org>\n",
	"From: Bob <bob@x.org>\nSender: no-reply@x.org\n",
	"From: noreply@x.org\n",
	"Precedence: bulk (see RFC 2076)\n",
	"Precedence: \"Bulk\"\n",
	"Precedence: (of (many)) LIST\n",
	"Precedence: =?us-ascii?q?junk?=\n",
	"X-Precedence: auto_reply\n",
	"Preference: auto_reply\n",
	"X-Loop: bob@x.org\n",
	"X-OTRS-Loop: yes\n",
	"X-RT-Loop-Prevention: x.org\n",
	"X-Autorespond: yes\n",
	"X-Autorespond:\n",
	"X-Autoreply: yes\n",
	"X-Auto-Response-Suppress: All\n",
	"X-Auto-Response-Suppress: DR, RN, NRN, oof\n",
	"X-Auto-Response-Suppress: DR,AutoReply\n",
	"X-FC-MachineGenerated: true\n",
	"X-POST-MessageClass: 9; Autoresponder\n",
	"X-Mailer: vacation 1.2.7\n",
	"X-Mailer: KMail [vacation]\n",
	"X-Auto-Response: yes\n",
	"List-Unsubscribe-Post: List-Unsubscribe=One-Click\n",
	"X-Mailer: EPR/AutoResponder 2\n",
	"Delivered-To: Autoresponder\n",
	"List-Unsubscribe: <https://x.org/u>\n",
	"X-Mailman-Version: 2.0\n",
	"Content-Type: multipart/report; report-type=delivery-status\n",
	"X-Failed-Recipients: a@b.org\n",
	"Subject: Automatic reply: lunch\n",
	"Subject: AUTO-REPLY\n",
	"Subject: [Auto-Reply] lunch\n",
	"Subject: Auto reply : lunch\n",
	"Subject: Out of Office AutoReply: lunch\n",
	"Subject: Out-of-Office: lunch\n",
	"Subject: Abwesenheitsnotiz: Mittag\n",
	"Subject: Automatische Antwort: Mittag\n",
	"Subject: RÉPONSE AUTOMATIQUE : midi\n",
	"Subject: Re\u0301ponse automatique\u00a0: midi\n",
	"Subject: Message d\u2019absence\n",
	"Subject: Respuesta automática: almuerzo\n",
	"Subject: Risposta automatica: pranzo\n",
	"Subject: Autosvar: lunch\n",
	"Subject: =?utf-8?b?6Ieq5Yqo5Zue5aSNOiDljYjppJA=?=\n",
	"Subject: 自动回复：午餐\n",
	"Subject: 【自動返信】お問い合わせ\n",
	"Subject: 자동 회신: 점심\n",
	"Subject: Автоматический ответ: Обед\n",
	"Subject: Trả lời tự động: x\n",
};

static const char *const by_people[] = {
	"From: bob@x.org\n",
	"Return-Path: <bob@x.org>\nAuto-Submitted: no\n",
	"Auto-Submitted: no (really)\n",
	"Auto-Submitted: (auto-replied) NO; x=y\n",
	"Precedence: first-class\n",
	"Precedence: (bulk)\n",
	"Precedence: (bulk\n",
	"X-Auto-Response-Suppress: None\n",
	"X-Auto-Response-Suppress: DR, NDR, RN, NRN\n",
	"X-OTRS-Loop: no\n",
	"X-FC-MachineGenerated: false\n",
	"Feedback-ID: 1234:user:provider\n",
	"X-Mailer: Apple Mail (2.3654)\n",
	"Subject: Re: Automatic reply: lunch\n",
	"Subject: Automatic replies are wrong\n",
	"Subject: Automatic reply is wrong\n",
	"Subject: Out of office next week\n",
	"Subject: Autosvarta sidor: x\n",
	"Subject: 自动回复功能有问题\n",
	"Subject: [\n",
	"Subject:\n",
};

static void test_letter(const char *header, bool automatic)
{
	struct message m;

	message_init(&m, slice_str(header), NULL);
	is_int(automatic, origin_is_automatic(&m), first_line(header));
	message_release(&m);
}

static void test_automatic(void)
{
	for (size_t i = 0; i < sizeof(by_programs) / sizeof(by_programs[0]);
	     i++)
		test_letter(by_programs[i], true);
	for (size_t i = 0; i < sizeof(by_people) / sizeof(by_people[0]); i++)
		test_letter(by_people[i], false);
}

/* Local parts. */
static const char robots[] =
	"noreply no-reply no_reply no.reply No-Reply NOREPLY2 noreply+x "
	"noreply-a1b2 github-noreply donotreply do-not-reply do_not_reply "
	"do.not.reply do-not-reply+1 please-do-not-reply nicht-antworten "
	"nichtantworten ne-pas-repondre nepasrepondre no-responder "
	"naoresponda non.rispondere mailer-daemon MAILER_DAEMON postmaster "
	"Postmaster+x nobody bounce bounces bounce-12-34 bounces+5 "
	"bounce+a=b.org bounce_x bounce=x owner-dev dev-owner dev-request "
	"dev-bounces dev-bounce dev-bounces+bob=y.org "
	"dev-return-12-bob=y.org mail-daemon listserv majordomo "
	"no-responda ne-pas-répondre não-responda не-отвечать do-not-answer "
	"prvs=12ab=postmaster prvs=12ab=dev-owner "
	"notifications auto-confirm autoreply SRS0=ab=cd=x.org=noreply";

static const char people[] =
	"bob noreplyfan no-replyfan the-requester the-admiral bouncer "
	"john.bounce.house owner.smith postmasters mailer.fan reply "
	"downer-x no.reply\u00e4 trebounces nobodyknows notifications.team "
	"prvs=12ab=bob prvs= prvs=postmaster request relay +";

static void test_local_parts(const char *all, bool want)
{
	struct slice rest = slice_str(all), local;

	while (slice_split(&rest, ' ', &local)) {
		char address[64];

		(void)snprintf(address, sizeof(address), "%.*s@noreply.x",
			       (int)local.len, local.p);
		is_int(want, origin_is_robot(slice_str(address)), address);
	}
	ok(!origin_is_robot(SLICE_EMPTY), "empty");
}

/* Each takes milliseconds; a square of their size would take minutes. */
static void test_bombs(void)
{
	static const char *const units[] = {
		"From: not-", "Precedence: (", "Precedence: \"", "X-Mailer: a ",
		"Subject: [", "Subject: -",    "From: no\0",	 "From: <no-"};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		struct buf header = BUF_INIT(2 << 20);
		const char *unit = strchr(units[i], ' ') + 1;
		struct message m;

		buf_addstr(&header, units[i]);
		while (header.len < 1 << 20)
			buf_add(&header, unit, strlen(unit) + (i == 6));
		message_init(&m, buf_slice(&header), NULL);
		ok(!origin_is_automatic(&m), units[i]);
		ok(!origin_is_robot(buf_slice(&header)), "as an address");
		message_release(&m);
		buf_release(&header);
	}
}

int main(void)
{
	test_lists();
	test_senders();
	test_automatic();
	test_local_parts(robots, true);
	test_local_parts(people, false);
	test_bombs();
	return done_testing();
}
