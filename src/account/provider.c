/* SPDX-License-Identifier: ISC */
#include "account/provider.h"

#include <strings.h>

#include "util/banned.h"

#define POP3S 995

#define NETEASE_HINT                                                           \
	"it needs an authorisation code (授权码), not your password: "      \
	"web mail → 设置 → POP3/SMTP/IMAP → 开启服务 → 新增授权密码"
#define GMX_HINT                                                               \
	"POP3 must be switched on in the web mail: settings → POP3/IMAP; "   \
	"with two-factor login it needs an app password"
#define SINA_HINT                                                                 \
	"POP3 must be switched on in the web mail (设置 → "                   \
	"客户端pop/imap/smtp), and it needs the 客户端授权码, not your " \
	"password"
#define GENERIC_HINT                                                           \
	"POP3 may have to be switched on in the web mail, and it may need an " \
	"app password or authorisation code (授权码) instead of your password"
#define YAHOO_HINT                                                             \
	"it needs an app password (account security → generate app password)"
#define YAHOO_JP_HINT                                                          \
	"POP3 must be switched on in the web mail; the user name is the part " \
	"before the @"

static const struct provider rows[] = {
	{"gmail", "pop.gmail.com", POP3S,
	 "Gmail needs an app password (with 2-step verification: "
	 "https://myaccount.google.com/apppasswords) or token-command; POP "
	 "must be enabled in Gmail → Settings → Forwarding and POP/IMAP"},
	{"outlook", "outlook.office365.com", POP3S,
	 "Outlook accepts no passwords since September 2024: set token-command "
	 "to a program that prints an OAuth2 token"},
	{"yahoo", "pop.mail.yahoo.com", POP3S, YAHOO_HINT},
	{"aol", "pop.aol.com", POP3S, YAHOO_HINT},
	{"yahoo.co.jp", "pop.mail.yahoo.co.jp", POP3S, YAHOO_JP_HINT},
	{"fastmail", "pop.fastmail.com", POP3S,
	 "Fastmail needs an app password (Settings → Privacy & Security → "
	 "Manage app passwords)"},
	{"icloud", NULL, 0, NULL},
	{"proton", NULL, 0, NULL},
	{"gmx", "pop.gmx.com", POP3S, GMX_HINT},
	{"gmx.com", "pop.gmx.com", POP3S, GMX_HINT},
	{"gmx.net", "pop.gmx.net", POP3S, GMX_HINT},
	{"gmx.de", "pop.gmx.net", POP3S, GMX_HINT},
	{"web.de", "pop3.web.de", POP3S,
	 "POP3 must be switched on in the web mail: settings → POP3/IMAP; the "
	 "user name is the part before the @"},
	{"t-online", "securepop.t-online.de", POP3S,
	 "T-Online wants the separate e-mail password "
	 "(Passwort für E-Mail-Programme), not that of the customer center"},
	{"posteo", "posteo.de", POP3S, NULL},
	{"mailbox.org", "pop3.mailbox.org", POP3S, GENERIC_HINT},
	{"zoho", "pop.zoho.com", POP3S,
	 "POP must be switched on in Zoho Mail's settings; with two-factor "
	 "login it needs an app password; the server depends on the region: "
	 "host = pop.zoho.eu, pop.zoho.in, …"},
	{"yandex", "pop.yandex.com", POP3S,
	 "POP3 must be switched on in Yandex Mail (Settings → Email clients), "
	 "and it needs an app password"},
	{"mail.ru", "pop.mail.ru", POP3S,
	 "mail.ru needs a password for external applications (Security → "
	 "Passwords for external applications)"},
	{"qq", "pop.qq.com", POP3S,
	 "QQ needs an authorisation code (授权码), not your QQ password: "
	 "mail.qq.com → 设置 → 账号 → POP3/IMAP 服务 → 生成授权码; all codes "
	 "die when the QQ password changes"},
	{"foxmail", "pop.qq.com", POP3S,
	 "Foxmail needs an authorisation code (授权码), not your QQ password: "
	 "mail.qq.com → 设置 → 账号 → POP3/IMAP 服务 → 生成授权码"},
	{"exmail", "pop.exmail.qq.com", POP3S,
	 "Tencent Exmail (腾讯企业邮) needs the client password "
	 "(客户端专用密码) when secure login (安全登录) is on"},
	{"163", "pop.163.com", POP3S, NETEASE_HINT},
	{"126", "pop.126.com", POP3S, NETEASE_HINT},
	{"yeah", "pop.yeah.net", POP3S, NETEASE_HINT},
	{"yeah.net", "pop.yeah.net", POP3S, NETEASE_HINT},
	{"sina", "pop.sina.com", POP3S, SINA_HINT},
	{"sina.cn", "pop.sina.cn", POP3S, SINA_HINT},
	{"vip.sina", "pop3.vip.sina.com", POP3S, SINA_HINT},
	{"sohu", "pop3.sohu.com", POP3S, GENERIC_HINT},
	{"aliyun", "pop3.aliyun.com", POP3S, GENERIC_HINT},
	{"139", "pop.139.com", POP3S, GENERIC_HINT},
	{"189", "pop.189.cn", POP3S, GENERIC_HINT},
	{"naver", "pop.naver.com", POP3S, GENERIC_HINT},
};

#define N_ROWS (sizeof(rows) / sizeof(rows[0]))

const struct provider *provider_row(size_t i)
{
	return i < N_ROWS ? &rows[i] : NULL;
}

const struct provider *provider_find(const char *name)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		if (strcasecmp(rows[i].name, name) == 0)
			return &rows[i];
	}
	return NULL;
}

const struct provider *provider_of_host(const char *host)
{
	for (size_t i = 0; i < N_ROWS; i++) {
		if (rows[i].host != NULL && strcasecmp(rows[i].host, host) == 0)
			return &rows[i];
	}
	return NULL;
}

bool provider_lists_some(const struct provider *p)
{
	return strcasecmp(p->name, "gmail") == 0;
}
