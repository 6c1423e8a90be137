/* SPDX-License-Identifier: ISC */
#include "account/provider.h"

#include <strings.h>

#include "util/banned.h"

/* Where Proton Mail Bridge listens unless told otherwise. */
#define BRIDGE_PORT 1143

#define NETEASE_HINT                                                           \
	"it needs an authorisation code (授权码), not your password: "      \
	"web mail → 设置 → POP3/SMTP/IMAP → 开启服务 → 新增授权密码"
#define GMX_HINT                                                               \
	"POP3 or IMAP must be switched on in the web mail: settings → "      \
	"POP3/IMAP; with two-factor login it needs an app password"
#define SINA_HINT                                                                 \
	"POP3 or IMAP must be switched on in the web mail (设置 → "           \
	"客户端pop/imap/smtp), and it needs the 客户端授权码, not your " \
	"password"
#define GENERIC_HINT                                                              \
	"POP3 or IMAP may have to be switched on in the web mail, and it may "    \
	"need an app password or authorisation code (授权码) instead of your " \
	"password"
#define YAHOO_HINT                                                             \
	"it needs an app password (account security → generate app password)"
#define YAHOO_JP_HINT                                                          \
	"POP3 or IMAP must be switched on in the web mail; the user name is "  \
	"the part before the @"

static const struct provider rows[] = {
	{"gmail", "pop.gmail.com", "imap.gmail.com",
	 "Gmail needs an app password (with 2-step verification: "
	 "https://myaccount.google.com/apppasswords) or token-command; for "
	 "POP3, POP must be enabled in Gmail → Settings → Forwarding and "
	 "POP/IMAP"},
	{"outlook", "outlook.office365.com", "outlook.office365.com",
	 "Outlook accepts no passwords since September 2024: set token-command "
	 "to a program that prints an OAuth2 token"},
	{"yahoo", "pop.mail.yahoo.com", "imap.mail.yahoo.com", YAHOO_HINT},
	{"aol", "pop.aol.com", "imap.aol.com", YAHOO_HINT},
	{"yahoo.co.jp", "pop.mail.yahoo.co.jp", "imap.mail.yahoo.co.jp",
	 YAHOO_JP_HINT},
	{"fastmail", "pop.fastmail.com", "imap.fastmail.com",
	 "Fastmail needs an app password (Settings → Privacy & Security → "
	 "Manage app passwords)"},
	{"icloud", NULL, "imap.mail.me.com",
	 "iCloud needs an app-specific password (account.apple.com → Sign-In "
	 "and Security); the user name is the part before the @"},
	{"proton", NULL, "127.0.0.1",
	 "Proton Mail Bridge must run on this computer; the user name and the "
	 "password are those that it shows, not those of Proton"},
	{"gmx", "pop.gmx.com", "imap.gmx.com", GMX_HINT},
	{"gmx.com", "pop.gmx.com", "imap.gmx.com", GMX_HINT},
	{"gmx.net", "pop.gmx.net", "imap.gmx.net", GMX_HINT},
	{"gmx.de", "pop.gmx.net", "imap.gmx.net", GMX_HINT},
	{"web.de", "pop3.web.de", "imap.web.de",
	 "POP3 or IMAP must be switched on in the web mail: settings → "
	 "POP3/IMAP; the user name is the part before the @"},
	{"t-online", "securepop.t-online.de", "secureimap.t-online.de",
	 "T-Online wants the separate e-mail password "
	 "(Passwort für E-Mail-Programme), not that of the customer center"},
	{"posteo", "posteo.de", "posteo.de", NULL},
	{"mailbox.org", "pop3.mailbox.org", "imap.mailbox.org", GENERIC_HINT},
	{"zoho", "pop.zoho.com", "imap.zoho.com",
	 "POP or IMAP must be switched on in Zoho Mail's settings; with "
	 "two-factor login it needs an app password; the server depends on "
	 "the region: host = pop.zoho.eu, imap.zoho.eu, …"},
	{"yandex", "pop.yandex.com", "imap.yandex.com",
	 "POP3 or IMAP must be switched on in Yandex Mail (Settings → Email "
	 "clients), and it needs an app password"},
	{"mail.ru", "pop.mail.ru", "imap.mail.ru",
	 "mail.ru needs a password for external applications (Security → "
	 "Passwords for external applications)"},
	{"qq", "pop.qq.com", "imap.qq.com",
	 "QQ needs an authorisation code (授权码), not your QQ password: "
	 "mail.qq.com → 设置 → 账号 → POP3/IMAP 服务 → 生成授权码; all codes "
	 "die when the QQ password changes"},
	{"foxmail", "pop.qq.com", "imap.qq.com",
	 "Foxmail needs an authorisation code (授权码), not your QQ password: "
	 "mail.qq.com → 设置 → 账号 → POP3/IMAP 服务 → 生成授权码"},
	{"exmail", "pop.exmail.qq.com", "imap.exmail.qq.com",
	 "Tencent Exmail (腾讯企业邮) needs the client password "
	 "(客户端专用密码) when secure login (安全登录) is on"},
	{"163", "pop.163.com", "imap.163.com", NETEASE_HINT},
	{"126", "pop.126.com", "imap.126.com", NETEASE_HINT},
	{"yeah", "pop.yeah.net", "imap.yeah.net", NETEASE_HINT},
	{"yeah.net", "pop.yeah.net", "imap.yeah.net", NETEASE_HINT},
	{"sina", "pop.sina.com", "imap.sina.com", SINA_HINT},
	{"sina.cn", "pop.sina.cn", "imap.sina.cn", SINA_HINT},
	{"vip.sina", "pop3.vip.sina.com", "imap.vip.sina.com", SINA_HINT},
	{"sohu", "pop3.sohu.com", "imap.sohu.com", GENERIC_HINT},
	{"aliyun", "pop3.aliyun.com", "imap.aliyun.com", GENERIC_HINT},
	{"139", "pop.139.com", "imap.139.com", GENERIC_HINT},
	{"189", "pop.189.cn", "imap.189.cn", GENERIC_HINT},
	{"naver", "pop.naver.com", "imap.naver.com", GENERIC_HINT},
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

static bool is_host(const char *known, const char *host)
{
	return known != NULL && strcasecmp(known, host) == 0;
}

const struct provider *provider_of_host(const char *host)
{
	int port;

	for (size_t i = 0; i < N_ROWS; i++) {
		if (!provider_is_local(&rows[i], &port) &&
		    (is_host(rows[i].pop3, host) ||
		     is_host(rows[i].imap, host)))
			return &rows[i];
	}
	return NULL;
}

const char *provider_host(const struct provider *p, enum protocol protocol)
{
	return protocol == PROTOCOL_IMAP ? p->imap : p->pop3;
}

bool provider_is_local(const struct provider *p, int *port_out)
{
	*port_out = BRIDGE_PORT;
	return strcasecmp(p->name, "proton") == 0;
}

bool provider_lists_some(const struct provider *p)
{
	return strcasecmp(p->name, "gmail") == 0;
}
