/* SPDX-License-Identifier: ISC */
#include "account/refusal_table.h"

#include "util/banned.h"

#define T REFUSAL_TEMPORARY
#define P REFUSAL_PERSON
#define C REFUSAL_CREDENTIALS
#define W REFUSAL_WAY

#define GOOGLE	"gmail.com google.com googlemail.com"
#define MS	"outlook.com office365.com hotmail.com live.com"
#define QQ	"qq.com foxmail.com"
#define NETEASE "163.com 126.com yeah.net 188.com netease.com"
#define GMX	"gmx.net gmx.com gmx.de web.de"

#define QQ_CODE_ADVICE                                                          \
	"QQ needs an authorisation code (授权码), not your QQ "              \
	"password: mail.qq.com → 设置 → 账号 → POP3/IMAP 服务 → " \
	"生成授权码; all codes die when the QQ password changes"
#define QQ_OPEN_ADVICE                                                             \
	"the user name is the whole address, POP3 or IMAP must be switched on, "   \
	"and QQ needs an authorisation code (授权码): mail.qq.com → "         \
	"设置 → 账号 → POP3/IMAP 服务; with too many logins, set every " \
	"to a longer time"
#define EXMAIL_CODE_ADVICE                                                     \
	"Tencent Exmail (腾讯企业邮) needs the client password "          \
	"(客户端专用密码) when secure login (安全登录) is on"
#define NETEASE_CODE_ADVICE                                                    \
	"it needs an authorisation code (授权码), not your password: "      \
	"web mail → 设置 → POP3/SMTP/IMAP → 开启服务 → 新增授权密码"
#define NETEASE_OPEN_ADVICE                                                      \
	"switch the service on in the web mail: 设置 → POP3/SMTP/IMAP "      \
	"→ 开启服务; it gives you the authorisation code (授权码) for " \
	"this account"
#define SINA_CODE_ADVICE                                                       \
	"switch the service on in the web mail (设置 → "                   \
	"客户端pop/imap/smtp); it needs the 客户端授权码, not your "  \
	"password"
#define ALIYUN_CODE_ADVICE                                                     \
	"it may need the password for clients (三方客户端安全密码) "  \
	"instead of your password"
#define ALIYUN_OPEN_ADVICE                                                     \
	"POP3, IMAP or SMTP is switched off for this mailbox; the "            \
	"administrator of the domain can switch it on"
#define GMAIL_APP_ADVICE                                                       \
	"Gmail needs an app password (with 2-step verification: "              \
	"https://myaccount.google.com/apppasswords) or token-command"
#define GMAIL_WEB_ADVICE                                                       \
	"log in to Gmail with a browser and confirm that it was you; "         \
	"then use an app password "                                            \
	"(https://myaccount.google.com/apppasswords) or token-command"
#define GMAIL_POP_ADVICE                                                       \
	"switch POP on: Gmail → Settings → Forwarding and POP/IMAP"
#define MS_TOKEN_ADVICE                                                        \
	"Outlook accepts no passwords since September 2024: set "              \
	"token-command to a program that prints an OAuth2 token"
#define MS_MAILBOX_ADVICE                                                      \
	"Exchange takes the login, but finds no mailbox for it: check the "    \
	"address in user (of a shared mailbox: that of the mailbox, with the " \
	"token of a member), its licence, whether the administrator allows "   \
	"this protocol, and the scope of the token"
#define YAHOO_WEB_ADVICE                                                       \
	"log in with a browser and answer what it asks; then make an "         \
	"app password (account security → generate app password)"
#define MAILRU_APP_ADVICE                                                      \
	"mail.ru needs a password for external applications (Security "        \
	"→ Passwords for external applications)"
#define YANDEX_OPEN_ADVICE                                                     \
	"POP3 or IMAP must be switched on in Yandex Mail (Settings → Email " \
	"clients), and it needs an app password"
#define YANDEX_WEB_ADVICE "log in with a browser and answer what it asks"
#define GMX_OPEN_ADVICE                                                        \
	"POP3 or IMAP must be switched on in the web mail: settings → "      \
	"POP3/IMAP; with two-factor login it needs an app password"
#define TONLINE_ADVICE                                                         \
	"T-Online wants the separate e-mail password (Passwort für "          \
	"E-Mail-Programme), not that of the customer center"
#define TLS_ADVICE                                                             \
	"set tls = implicit for this account, with port 995, or 993 for IMAP"
#define APP_ADVICE "make an app password in the web mail"
#define OPEN_ADVICE                                                            \
	"POP3 or IMAP must be switched on, in the web mail or by the "         \
	"administrator"
#define EXPIRED_ADVICE "set a new password, usually in the web mail"
#define FULL_ADVICE    "set user to the whole address, with @ and domain"
#define QUOTA_ADVICE   "make room in the mailbox"
#define TOKEN_ADVICE                                                           \
	"the token is not accepted: let token-command get a new one, "         \
	"with the scope for mail"

/*
 * Texts of servers. Each stands here so short that only what varies is left
 * out (names, numbers, links).
 */
const struct refusal_row refusal_table[] = {
	/* Gmail. */
	{"username and password not accepted", GOOGLE, C,
	 "PHPMailer/PHPMailer#546", GMAIL_APP_ADVICE},
	{"application-specific password required", NULL, P,
	 "Gaia e-mail, test of its account prober", GMAIL_APP_ADVICE},
	{"web login required", NULL, P, "smiley22/S22.Imap#116",
	 GMAIL_WEB_ADVICE},
	{"log in via your web browser", NULL, P, "byt3bl33d3r/gcat#2",
	 GMAIL_WEB_ADVICE},
	{"log in with your web browser", NULL, P, "kootenpv/yagmail#111",
	 GMAIL_WEB_ADVICE},
	{"account is not enabled for pop", NULL, P,
	 "Gaia e-mail, test of its account prober", GMAIL_POP_ADVICE},
	{"pop access is disabled for your domain", NULL, P,
	 "Gaia e-mail, test of its account prober",
	 "the administrator of the domain has switched POP off"},
	{"[auth] account exceeded pop command or bandwidth limits", NULL, T,
	 "SocketPop3Client, its list of refusals of Gmail", NULL},
	{"temporary system problem", NULL, T, "frappe/frappe#1133", NULL},
	{"too many simultaneous connections", NULL, T, "zone-eu/wildduck#35",
	 NULL},
	/* Outlook and Exchange. */
	{"logon failure unknown user name or bad password", MS, C,
	 "nicm/fdm#123", MS_TOKEN_ADVICE},
	{"logon failure unknown user name or bad password", NULL, C,
	 "mattnenterprise/rust-pop3#17", NULL},
	{"authentication failure unknown user name or bad password", NULL, C,
	 "simonrob/email-oauth2-proxy#244", NULL},
	{"basic authentication is disabled", NULL, P,
	 "guides to SMTP AUTH of Exchange Online", MS_TOKEN_ADVICE},
	{"user is authenticated but not connected", NULL, T,
	 "jstedfast/MailKit#1496", MS_MAILBOX_ADVICE},
	{"login only available under a layer", NULL, P,
	 "cyrusimap/cyrus-imapd, imap/imapd.c", TLS_ADVICE},
	{"request not ending with", NULL, W, "pimalaya/himalaya#729", NULL},
	{"protocol error connection is closed", NULL, W,
	 "getmail6/getmail6#256", NULL},
	{"exceeded the login limit", NULL, T, "frappe/frappe#242", NULL},
	{"error=\"userdisabled\"", NULL, P, "MailSDK of Tencent, LoginUtility",
	 NULL},
	{"command received in invalid state", NULL, W,
	 "MailSDK of Tencent, LoginUtility", NULL},
	/* Yahoo and AOL. */
	{"login to your account via a web browser", NULL, P,
	 "MailSDK of Tencent, LoginUtility", YAHOO_WEB_ADVICE},
	{"mbr1240 please verify your account", NULL, P,
	 "MailSDK of Tencent, LoginUtility", YAHOO_WEB_ADVICE},
	{"temporary failure on server", NULL, T, "mscdex/node-imap#340", NULL},
	/* QQ, Foxmail, Exmail. */
	{"please enter your authorization code to login", NULL, P,
	 "YMFE/yapi#2219", QQ_CODE_ADVICE},
	{"please using authorized code to login", NULL, P,
	 "a poplib example for pop.qq.com", QQ_CODE_ADVICE},
	{"authorized code is incorrect", NULL, C,
	 "sync-engine, auth_requires_app_password()", QQ_CODE_ADVICE},
	{"please using weixin token", NULL, P,
	 "sync-engine, auth_requires_app_password()", EXMAIL_CODE_ADVICE},
	{"请使用授权码登录", NULL, P, "pandolia/qqbot#36", QQ_CODE_ADVICE},
	{"\xc7\xeb\xca\xb9\xd3\xc3\xca\xda\xc8\xa8\xc2\xeb\xb5\xc7\xc2\xbc",
	 NULL, P, "pandolia/qqbot#221", QQ_CODE_ADVICE},
	{"login fail a secure connection is requiered", NULL, P,
	 "a poplib example for pop.qq.com", TLS_ADVICE},
	{"a secure connection is requiered", NULL, P,
	 "a JavaMail example for QQ", TLS_ADVICE},
	{"account is abnormal service is not open", NULL, P,
	 "chengazhen/cursor-auto-free#294", QQ_OPEN_ADVICE},
	{"登录太频繁", NULL, T, "MailSDK of Tencent, LoginUtility", NULL},
	{"\xb5\xc7\xc2\xbc\xcc\xab", NULL, T, "zhangyunhao116/zmail#30", NULL},
	{"=login fail", QQ, C, "a poplib example for pop.qq.com",
	 QQ_CODE_ADVICE},
	{"{\"status\":\"400\",\"msg\":\"login fail\"", NULL, C,
	 "chen08209/FlClash#369", TOKEN_ADVICE},
	/* 163, 126, yeah.net. */
	{"unable to log on", NETEASE, C,
	 "a log of a student's POP3 client at pop.163.com",
	 NETEASE_CODE_ADVICE},
	{"err.login.passerr", NULL, C, "MailSDK of Tencent, LoginUtility",
	 NETEASE_CODE_ADVICE},
	{"err.login.userstatus", NULL, T,
	 "a table of bounces, \"said: 422 ERR.LOGIN.USERSTATUS\"", NULL},
	{"login error password error", NULL, C,
	 "sync-engine, auth_is_invalid()", NETEASE_CODE_ADVICE},
	{"error authentication failed", NETEASE, C, "hongrunhui/node_12306#1",
	 NETEASE_CODE_ADVICE},
	{"user has no permission", NULL, P, "open-falcon/mail-provider#6",
	 NETEASE_OPEN_ADVICE},
	{"unsafe login please contact kefu@188.com", NULL, P,
	 "note.lispstudio.com, on imap.163.com", NETEASE_OPEN_ADVICE},
	{"can't get the letter", NULL, T, "zhangyunhao116/zmail#22", NULL},
	/* Sina, Aliyun, others in China. */
	{"login auth error", NULL, C, "a JavaMail client, \"sina\"",
	 SINA_CODE_ADVICE},
	{"authentication failure[1]", NULL, T,
	 "sh-aliyun.com, error codes of Aliyun mail", NULL},
	{"authentication failure[0]", NULL, C,
	 "sh-aliyun.com, error codes of Aliyun mail", ALIYUN_CODE_ADVICE},
	{"username or passwd is null", NULL, C,
	 "sh-aliyun.com, error codes of Aliyun mail", NULL},
	{"cipher text is invalid base64 format", NULL, W,
	 "sh-aliyun.com, error codes of Aliyun mail", NULL},
	{"uc_oper_no_permission", NULL, P,
	 "sh-aliyun.com, error codes of Aliyun mail", NULL},
	{"uc_login_source_not_allowed", NULL, P,
	 "sh-aliyun.com, error codes of Aliyun mail", ALIYUN_OPEN_ADVICE},
	{"uc_client_non_ssl", NULL, P,
	 "sh-aliyun.com, error codes of Aliyun mail", TLS_ADVICE},
	{"bad login", NULL, C, "debugease.com, log of quarkmail 1.2.1", NULL},
	{"incorrect state", NULL, W, "debugease.com, log of quarkmail 1.2.1",
	 NULL},
	{"please enable mail protocol first", NULL, P,
	 "MailSDK of Tencent, LoginUtility", OPEN_ADVICE},
	{"登录失败，用户不存在", NULL, C, "an example about encodings, in C#",
	 NULL},
	{"密码不能为空", NULL, C, "a POP3 server in Java", NULL},
	/* mail.ru, Yandex. */
	{"neobhodim parol prilozheniya", NULL, P,
	 "thunderbird/thunderbird-android#9069", MAILRU_APP_ADVICE},
	{"incorrect authentication data authentication failed", NULL, C,
	 "muquit/mailsend#74", MAILRU_APP_ADVICE},
	{"login failure or pop3 disabled", NULL, P,
	 "an article on a TCP debugger, log of pop.yandex.ru",
	 YANDEX_OPEN_ADVICE},
	{"invalid credentials or imap is disabled", NULL, P,
	 "Foundry376/Mailspring#2111", YANDEX_OPEN_ADVICE},
	{"prove you are not a robot", NULL, P, "higty/higlabo#17",
	 YANDEX_WEB_ADVICE},
	{"неверный пароль", NULL, C, "a test of a mail library in Lua", NULL},
	/* GMX, web.de, T-Online, Purelymail. */
	{"=authentication failed", GMX, C, "jens-maus/yam#638",
	 GMX_OPEN_ADVICE},
	{"toid authentication disabled", NULL, P, "tiramigoof.de, on T-Online",
	 TONLINE_ADVICE},
	{"please create an app password", NULL, P,
	 "Purelymail/purelymail-issues#337", APP_ADVICE},
	{"anmeldung fehlgeschlagen", NULL, C,
	 "a POP3 server in German, in Java", NULL},
	{"passwort falsch", NULL, C, "a POP3 server in German, in Java", NULL},
	{"passwort ungültig", NULL, C, "a POP3 server in German, in Java",
	 NULL},
	/* Dovecot. */
	{"plaintext authentication disallowed", NULL, P,
	 "Dovecot, AUTH_PLAINTEXT_DISABLED_MSG", TLS_ADVICE},
	{"authentication not allowed until ssl/tls is enabled", NULL, P,
	 "Dovecot, pop3-login/client-authenticate.c", TLS_ADVICE},
	{"temporary authentication failure", NULL, T,
	 "Dovecot, AUTH_TEMP_FAILED_MSG", NULL},
	{"=authentication failed", NULL, C,
	 "docker-mailserver/docker-mailserver#1631", NULL},
	{"waiting for authentication process to respond", NULL, T,
	 "Dovecot, AUTH_SERVER_WAITING_MSG", NULL},
	{"waiting for authentication master process to respond", NULL, T,
	 "Dovecot, AUTH_MASTER_WAITING_MSG", NULL},
	{"account is temporarily unavailable", NULL, T,
	 "Dovecot, PROXY_FAILURE_MSG", NULL},
	{"maximum number of connections from user+ip exceeded", NULL, T,
	 "mscdex/node-imap#606", NULL},
	{"mailbox is in inconsistent state", NULL, T, "Dovecot, pop3-client.c",
	 NULL},
	{"couldn't sync mailbox", NULL, T, "Dovecot, pop3-client.c", NULL},
	{"apop not enabled", NULL, W,
	 "Dovecot, pop3-login/client-authenticate.c", NULL},
	{"no username given", NULL, W,
	 "Dovecot, pop3-login/client-authenticate.c", NULL},
	/* Cyrus. */
	{"[auth] invalid login", NULL, C, "cyrusimap/cyrus-imapd, imap/pop3d.c",
	 NULL},
	{"auth command only available under a layer", NULL, P,
	 "cyrusimap/cyrus-imapd, imap/pop3d.c", TLS_ADVICE},
	{"unable to lock maildrop", NULL, T,
	 "cyrusimap/cyrus-imapd, imap/pop3d.c", NULL},
	{"logins must be at least", NULL, T,
	 "cyrusimap/cyrus-imapd, imap/pop3d.c", NULL},
	{"[sys/temp] unable to open maildrop", NULL, T,
	 "cyrusimap/cyrus-imapd, imap/pop3d.c", NULL},
	{"[sys/perm] unable to open maildrop", NULL, P,
	 "cyrusimap/cyrus-imapd, imap/pop3d.c", NULL},
	{"authentication to backend server failed", NULL, T,
	 "cyrusimap/cyrus-imapd, imap/pop3d.c", NULL},
	/* Zimbra. */
	{"=login failed", NULL, C, "Zimbra/zm-mailbox, Pop3Handler.java", NULL},
	{"pop access not enabled for account", NULL, P,
	 "Zimbra/zm-mailbox, Pop3Handler.java", OPEN_ADVICE},
	{"your password has expired", NULL, P,
	 "Zimbra/zm-mailbox, Pop3Handler.java", EXPIRED_ADVICE},
	{"your account is having maintenance", NULL, T,
	 "Zimbra/zm-mailbox, Pop3Handler.java", NULL},
	{"only valid after entering tls mode", NULL, P,
	 "Zimbra/zm-mailbox, Pop3Handler.java", TLS_ADVICE},
	{"mechanism not supported", NULL, W,
	 "Zimbra/zm-mailbox, Pop3Handler.java", NULL},
	{"command only valid in authorization state", NULL, W,
	 "Zimbra/zm-mailbox, Pop3Handler.java", NULL},
	/* qmail, Courier. */
	{"=authorization failed", NULL, C, "notqmail/notqmail, qmail-popup.c",
	 NULL},
	{"child crashed", NULL, T, "notqmail/notqmail, qmail-popup.c", NULL},
	{"unable to fork", NULL, T, "notqmail/notqmail, qmail-popup.c", NULL},
	{"unable to write pipe", NULL, T, "notqmail/notqmail, qmail-popup.c",
	 NULL},
	{"=authorization first", NULL, W, "notqmail/notqmail, qmail-popup.c",
	 NULL},
	{"=user first", NULL, W, "notqmail/notqmail, qmail-popup.c", NULL},
	{"this user has no home/maildir", NULL, P,
	 "qmail-pop3d.c, die_nomaildir()", NULL},
	{"unable to scan home/maildir", NULL, T, "qmail-pop3d.c, die_scan()",
	 NULL},
	{"temporary problem please try again later", NULL, T,
	 "Courier, authentication of pop3login", NULL},
	{"=expired", NULL, P, "syscom.ne.jp, FAQ on errors of mail", NULL},
	/* hMailServer. */
	{"invalid user name or password please use full email address", NULL, C,
	 "hmailserver/hmailserver, POP3Connection.cpp", FULL_ADVICE},
	{"invalid user name or password", NULL, C,
	 "hmailserver/hmailserver, POP3Connection.cpp", NULL},
	{"your mailbox is already locked", NULL, T,
	 "hmailserver/hmailserver, POP3Connection.cpp", NULL},
	{"failed to fetch messages in inbox", NULL, T,
	 "hmailserver/hmailserver#594", NULL},
	{"invalid command in current state", NULL, W,
	 "hmailserver/hmailserver#230", NULL},
	{"autologout idle too long", NULL, T,
	 "hmailserver/hmailserver, POP3Connection.cpp", NULL},
	{"unable to access mailbox", NULL, T,
	 "hmailserver/hmailserver, POP3Connection.cpp", NULL},
	/* Bongo (Novell NetMail). */
	{"pop access for account disabled", NULL, P, "Bongo, pop3 agent",
	 OPEN_ADVICE},
	{"pop access to this server currently disabled", NULL, P,
	 "Bongo, pop3 agent", NULL},
	{"pop connection limit for this server reached", NULL, T,
	 "Bongo, pop3 agent", NULL},
	{"many connections try later", NULL, T, "Bongo, pop3 agent", NULL},
	{"permission denied maximum login attempts exceeded", NULL, C,
	 "Bongo, pop3 agent", NULL},
	{"mailbox doesn't exist", NULL, C, "Bongo, pop3 agent", NULL},
	{"unsupported method", NULL, W, "Bongo, pop3 agent", NULL},
	/* Other servers. */
	{"must issue a starttls command first", NULL, P,
	 "gordano.com, alert 8299", TLS_ADVICE},
	{"=mailbox locked", NULL, T, "helpdesk.pscs.co.uk, VPOP3", NULL},
	{"lock busy", NULL, T, "tgharold.com, Outlook error 0x800CCC92", NULL},
	{"maillock", NULL, T, "misty.ne.jp, FAQ on errors of mail", NULL},
	{"mailbox already in use by pid", NULL, T, "horms/perdition#4", NULL},
	{"re-authentication failure", NULL, C, "horms/perdition#4", NULL},
	{"maildrop already locked", NULL, T, "RFC 1939", NULL},
	{"sorry no mailbox for", NULL, C, "RFC 1939", NULL},
	{"account is suspended", NULL, P, "a pop3d for Unix, svr_pass()", NULL},
	{"invalid usercode or password", NULL, C,
	 "a pop3d for Unix, svr_pass()", NULL},
	{"password supplied for", NULL, C,
	 "popbiff.el, \"Zmail pop server message\"", NULL},
	{"password failed for", NULL, C, "popbiff.el, \"Post Office 1.93\"",
	 NULL},
	{"password required for", NULL, C, "popbiff.el, \"Post Office 1.93\"",
	 NULL},
	{"=no password specified", NULL, C, "popbiff.el", NULL},
	{"groupwise login failed", NULL, C, "sync-engine, auth_is_invalid()",
	 NULL},
	{"you are not allowed to authenticate yourself through apop", NULL, W,
	 "Tblue/solid-pop3d, src/main.c", NULL},
	{"=unknown username", NULL, C, "Tblue/solid-pop3d, src/main.c", NULL},
	{"=fatal error", NULL, T, "Tblue/solid-pop3d, src/main.c", NULL},
	{"maildrop opened for exclusive access by another user", NULL, T,
	 "MailSDK of Tencent, LoginUtility", NULL},
	{"auth limit", NULL, T, "MailSDK of Tencent, LoginUtility", NULL},
	{"init socket error", NULL, T, "MailSDK of Tencent, LoginUtility",
	 NULL},
	{"custom imap off", NULL, P, "MailSDK of Tencent, LoginUtility",
	 OPEN_ADVICE},
	{"cleartext logins disabled", NULL, P,
	 "MailSDK of Tencent, LoginUtility", TLS_ADVICE},
	{"starttls required", NULL, P, "MailSDK of Tencent, LoginUtility",
	 TLS_ADVICE},
	{"pop3 is disabled", NULL, P, "MailSDK of Tencent, LoginUtility",
	 OPEN_ADVICE},
	{"user name or password is wrong", NULL, C,
	 "MailSDK of Tencent, LoginUtility", NULL},
	{"=account not exist", NULL, C, "MailSDK of Tencent, LoginUtility",
	 NULL},
	{"temporarily locked out", NULL, T, "a server in C++, TempLockedOut",
	 NULL},
	{"system error please try again later", NULL, T,
	 "a POP3 server in C, its accept loop", NULL},
	{"sorry i'm too busy right now", NULL, T,
	 "a POP3 daemon in C, its accept loop", NULL},
	{"internal server error", NULL, T,
	 "nginx mail, internal_server_errors[]", NULL},
	{"user names must contain the username and domain", NULL, C,
	 "a mail server in Java, MESSAGE_NEED_USER_DOMAIN", FULL_ADVICE},
	{"disk quota exceeded", NULL, P, "bluemail.me, POP3 error codes",
	 QUOTA_ADVICE},
	{"=user not found", NULL, C, "bluemail.me, POP3 error codes", NULL},
	{"=mailbox not found", NULL, C, "bluemail.me, POP3 error codes", NULL},
	{"server temporarily unavailable", NULL, T,
	 "bluemail.me, POP3 error codes", NULL},
};

const size_t refusal_table_len =
	sizeof(refusal_table) / sizeof(refusal_table[0]);
