/* SPDX-License-Identifier: ISC */
#include "account/refusal_table.h"

#include "util/banned.h"

#define T REFUSAL_TEMPORARY
#define P REFUSAL_PERSON
#define C REFUSAL_CREDENTIALS
#define W REFUSAL_WAY

#define SIGN(words, kind)                                                      \
	{                                                                      \
		words, NULL, kind, NULL, NULL                                  \
	}

/*
 * A command that is not known comes before all, as its words look like those
 * about a password. Then what passes although its words look worse
 * ("temporarily blocked"), then the state of an account, the password, and
 * last the weak signs.
 */
const struct refusal_row refusal_signs[] = {
	SIGN("unknown|invalid|unrecognized|unrecognised|unimplemented|"
	     "unsupported|bad|illegal|unexpected command|commands|verb",
	     W),
	SIGN("command * not|unknown|invalid|unrecognized|disabled", W),
	SIGN("not implemented|supported", W),
	SIGN("bad|wrong|invalid|out sequence|order", W),
	SIGN("out of sequence|order", W),
	SIGN("syntax|protocol error", W),
	SIGN("invalid|bad|missing|wrong argument|arguments|parameter|"
	     "parameters|state|syntax",
	     W),
	SIGN("mechanism|mechanisms|method * "
	     "not|unsupported|unknown|disabled|invalid|unavailable",
	     W),
	SIGN("unknown|unsupported|unrecognized|invalid|no|disabled * "
	     "mechanism|mechanisms|method|type",
	     W),
	SIGN("auth|authentication not supported|enabled|available", W),
	SIGN("base64", W),
	SIGN("attempts|tries|attempt|try left|remaining", C),
	SIGN("not available|supported|included|offered * your|this|you "
	     "account|plan|package|subscription|user|tariff",
	     P),
	SIGN("temporarily|transient", T),
	SIGN("another|other * session|process|client|connection|program|"
	     "instance|device",
	     T),
	SIGN("locked|disabled|blocked|suspended * by|contact|call|ask * "
	     "admin|administrator|administrators|operator|policy|provider|"
	     "support|postmaster|helpdesk",
	     P),
	SIGN("temporary failure|error|problem|authentication|issue|outage|"
	     "system|server|internal|local|lock|login|block",
	     T),
	SIGN("too many * connections|connection|sessions|session|logins|login|"
	     "attempts|attempt|tries|requests|failures|failed|clients|users|"
	     "errors|polls|checks|simultaneous|concurrent|commands",
	     T),
	SIGN("number|maximum|max|limit|exceeded * "
	     "connections|connection|sessions|requests",
	     T),
	SIGN("login|logon|access|connection frequency", T),
	SIGN("maximum|max|limit * attempts|logins|frequency * "
	     "exceeded|reached",
	     T),
	SIGN("exceeded * attempts|logins|login|frequency", T),
	SIGN("connection|connections|session|sessions|login|rate limit", T),
	SIGN("rate * exceeded", T),
	SIGN("rate limited|limiting", T),
	SIGN("too frequent|frequently|often|fast|soon|early|quickly", T),
	SIGN("minimum|min time|interval|delay", T),
	SIGN("throttled|throttling|overloaded|overload", T),
	SIGN("internal * error|failure|problem", T),
	SIGN("server|system error|failure|problem|busy|fault", T),
	SIGN("service|server|mailbox|system * unavailable", T),
	SIGN("service|server|system|host|backend * down|offline|restarting", T),
	SIGN("service|server not available|ready", T),
	SIGN("service|server|daemon|system|backend is|currently * not "
	     "available|ready|running|reachable",
	     T),
	SIGN("daemon|server not running", T),
	SIGN("not respond|responding|answer|answering|reply|reachable", T),
	SIGN("slow down", T),
	SIGN("logged in|on elsewhere", T),
	SIGN("only|just one|1 session|connection|login|client", T),
	SIGN("multiple|concurrent|simultaneous|parallel * not", T),
	SIGN("connection|session quota", T),
	SIGN("less frequently|often", T),
	SIGN("resource limit|limits", T),
	SIGN("configuration error|problem", T),
	SIGN("broken pipe", T),
	SIGN("connection reset", T),
	SIGN("bad file descriptor", T),
	SIGN("write|scan|copy error|failed|failure", T),
	SIGN("high|heavy load", T),
	SIGN("no route", T),
	SIGN("autologout|authdaemon|authdaemond|saslauthd|exception", T),
	SIGN("disconnected|idle * inactivity|idle|long", T),
	SIGN("refused|closed|lost|reset * by|to|with "
	     "backend|upstream|proxy",
	     T),
	SIGN("in progress", T),
	SIGN("being "
	     "moved|migrated|rebuilt|repaired|converted|restored|upgraded|"
	     "indexed|updated|created|used",
	     T),
	SIGN("obtain|get|gain|acquire exclusive", T),
	SIGN("mailbox|maildrop|folder|inbox|spool "
	     "open|read|lock|access|scan|sync|stat "
	     "error|failed|failure",
	     T),
	SIGN("please reconnect|relogin", T),
	SIGN("authentication|auth|password|user database|server|service|"
	     "backend|daemon|process * "
	     "locked|busy|unreachable|error|crashed",
	     T),
	SIGN("error opening|reading|copying|writing|creating|accessing|locking|scanning|connecting",
	     T),
	SIGN("unexpected|unknown|fatal|general error", T),
	SIGN("corrupt|corrupted|inconsistent|rebuilt|rebuilding", T),
	SIGN("database|ldap|radius|backend|sql|proxy|disk|network|i/o * "
	     "error|failure|failed|down|unavailable|unreachable|problem",
	     T),
	SIGN("timeout|maintenance", T),
	SIGN("timed|time out", T),
	SIGN("session expired", T),
	SIGN("shutting|shut|going down", T),
	SIGN("load * high", T),
	SIGN("disk full", T),
	SIGN("input/output error", T),
	SIGN("read-only|readonly file", T),
	SIGN("stale * handle", T),
	SIGN("out of * memory|space|resources", T),
	SIGN("no|insufficient|allocate|enough * memory|space|resources", T),
	SIGN("no more connections|sessions|logins", T),
	SIGN("at the|this moment|time", T),
	SIGN("unable|failed|failure to connect|open|access|lock|contact|reach|"
	     "read|fetch|get|process|scan|chdir|retrieve|create|write|copy",
	     T),
	SIGN("cannot|can't connect|open|access|lock|contact|reach|read|fetch|"
	     "get|scan|chdir|retrieve|create|write|copy",
	     T),
	SIGN("could|can not connect|open|access|lock|contact|reach|read|fetch|"
	     "get|scan|chdir|retrieve|create|write|copy",
	     T),
	SIGN("in use", T),
	SIGN("already * open|opened|use|locked|lock|connected|logged|active",
	     T),
	SIGN("mailbox|maildrop|maildir|drop|spool|pop3|pop|mail|box|file|"
	     "session|folder|inbox lock|locked|locks|busy",
	     T),
	SIGN("mailbox|maildrop|maildir|drop|spool|inbox is|was|currently * "
	     "lock|locked|busy",
	     T),
	SIGN("waiting for", T),
	SIGN("account|user|mailbox|login|domain|service|access|subscription|"
	     "mail|pop|pop3|imap|smtp|password|username * "
	     "locked|disabled|suspended|blocked|expired|inactive|deactivated|"
	     "closed|frozen|banned|terminated|cancelled|canceled|deleted|"
	     "removed|revoked|restricted|barred|switched|off",
	     P),
	SIGN("disabled|suspended|deactivated|blocked|banned|barred|expired|"
	     "revoked|blacklisted|prohibited|forbidden",
	     P),
	SIGN("not enabled|activated|active|allowed|permitted|entitled|"
	     "subscribed|licensed|authorized",
	     P),
	SIGN("app|application password|passwords|specific", P),
	SIGN("authorization|authorisation|authorized|verification|client * "
	     "code|codes",
	     P),
	SIGN("two-factor|2fa|two-step|2-step|mfa|otp|captcha|webmail", P),
	SIGN("web login|browser|interface|mail|site", P),
	SIGN("unusual|suspicious", P),
	SIGN("no|without permission", P),
	SIGN("no access to", P),
	SIGN("discontinued|ended|lapsed", P),
	SIGN("mailbox|box is full", P),
	SIGN("not available to|for|in", P),
	SIGN("only for|to", P),
	SIGN("needs verification", P),
	SIGN("shut by", P),
	SIGN("consent|terms|upgrade|payment|premium|subscription|paying|paid|"
	     "customers|renew|unverified|unconfirmed",
	     P),
	SIGN("confirm|verify|activate your", P),
	SIGN("ssl|tls|encryption|encrypted|starttls|secure|plaintext|"
	     "cleartext * required|requires|require|must|need|needed|"
	     "disallowed|not|disabled|only|enable",
	     P),
	SIGN("must|require|requires|need|use|issue|only|enable|start * "
	     "ssl|tls|starttls|encryption|encrypted|secure",
	     P),
	SIGN("quota", P),
	SIGN("mailbox|box full", P),
	SIGN("change|reset|update your password", P),
	SIGN("password * change|changed|reset|renew", P),
	SIGN("access|permission restricted|forbidden|denied", P),
	SIGN("contact|call|ask * administrator|admin|support|provider|"
	     "helpdesk|postmaster|customer|service",
	     P),
	SIGN("invalid|incorrect|wrong|bad|unknown|illegal|nonexistent * "
	     "user|username|login|password|passwd|pass|credentials|account|"
	     "mailbox|userid|token|authentication|auth|name|logon",
	     C),
	SIGN("not accepted", C),
	SIGN("no such user|account|mailbox|person|login|domain", C),
	SIGN("password|credentials|username|user|login|account|token|"
	     "mailbox|name * "
	     "invalid|incorrect|wrong|bad|mismatch|unknown|rejected|refused|"
	     "failed|failure|not|error",
	     C),
	SIGN("authentication|authorization|authenticate|auth|login|logon|"
	     "logging|sign-in * "
	     "failed|failure|fail|fails|error|rejected|denied|refused|"
	     "unsuccessful|invalid|incorrect",
	     C),
	SIGN("failed|fail|failure|unable|cannot|can't|not|could|rejected|"
	     "denied * "
	     "authenticate|authenticated|authentication|login|log|logon|auth|"
	     "sign|user|password|credentials",
	     C),
	SIGN("unauthorized|unauthenticated|denied|credentials|password|"
	     "passphrase",
	     C),
	/* Chinese, simplified and traditional, and the first in GBK. */
	SIGN("暂时|稍后|频繁|繁忙|过多|超时|维护|系统错误|系统忙|"
	     "连接数|内部错误|暂不|使用中|其他进程|另一",
	     T),
	SIGN("暫時|稍後|頻繁|繁忙|忙碌|過多|逾時|維護|系統錯誤|系統忙|"
	     "連線數|內部錯誤|暫不|其他程序",
	     T),
	SIGN("授權碼|專用密碼|應用程式密碼|鎖定|凍結|停用|未開啟|"
	     "未開通|未啟用|過期",
	     P),
	SIGN("密碼|帳號|使用者|登入失敗|認證失敗|驗證失敗", C),
	SIGN("授权码|独立密码|专用密码|锁定|冻结|禁用|停用|未开启|未开通|未启用|安全登录|权限|网页|过期|禁止|封禁",
	     P),
	SIGN("密码|帐号|账号|用户名|登录失败|认证失败|验证失败|不存在", C),
	SIGN("\xd4\xdd\xca\xb1|\xc9\xd4\xba\xf3|\xc6\xb5\xb7\xb1|"
	     "\xb7\xb1\xc3\xa6|\xb9\xfd\xb6\xe0|\xb3\xac\xca\xb1|"
	     "\xce\xac\xbb\xa4|\xcf\xb5\xcd\xb3\xb4\xed\xce\xf3|"
	     "\xcf\xb5\xcd\xb3\xc3\xa6",
	     T),
	SIGN("\xca\xda\xc8\xa8\xc2\xeb|"
	     "\xb6\xc0\xc1\xa2\xc3\xdc\xc2\xeb|"
	     "\xd7\xa8\xd3\xc3\xc3\xdc\xc2\xeb|\xcb\xf8\xb6\xa8|"
	     "\xb6\xb3\xbd\xe1|\xbd\xfb\xd3\xc3|\xcd\xa3\xd3\xc3|"
	     "\xce\xb4\xbf\xaa\xc6\xf4|\xce\xb4\xbf\xaa\xcd\xa8|"
	     "\xce\xb4\xc6\xf4\xd3\xc3|"
	     "\xb0\xb2\xc8\xab\xb5\xc7\xc2\xbc|\xb9\xfd\xc6\xda|"
	     "\xbd\xfb\xd6\xb9|\xb7\xe2\xbd\xfb",
	     P),
	SIGN("\xc3\xdc\xc2\xeb|\xd5\xca\xba\xc5|\xd5\xcb\xba\xc5|"
	     "\xd3\xc3\xbb\xa7\xc3\xfb|"
	     "\xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc|"
	     "\xc8\xcf\xd6\xa4\xca\xa7\xb0\xdc|"
	     "\xd1\xe9\xd6\xa4\xca\xa7\xb0\xdc|"
	     "\xb2\xbb\xb4\xe6\xd4\xda",
	     C),
	/* Japanese. */
	SIGN("一時的|しばらく|混み合|混雑|メンテナンス|時間をおいて|使用中|障害|"
	     "他のプロセス|他のセッション|内部エラー|接続数|上限",
	     T),
	SIGN("ロック|停止|無効|利用できません|制限|解約|有効期限|許可|専用パスワード",
	     P),
	SIGN("パスワード|認証|ログイン|ユーザ|アカウント", C),
	/* Russian. */
	SIGN("временно|позже|позднее|перегружен|занят|недоступен", T),
	SIGN("слишком много|часто", T),
	SIGN("внутренняя|ошибка ошибка|сервера", T),
	SIGN("другой|другим|другая|другое|другого "
	     "сессией|сессия|сессии|процессом|процесс|клиентом|сеансом|"
	     "сеанс|сеанса|программой",
	     T),
	SIGN("используется|обслуживание|перегрузка", T),
	SIGN("превышен|превышено|превышена|лимит * "
	     "соединений|подключений|сессий|запросов|попыток",
	     T),
	SIGN("через * минут|минуты|минуту|секунд|секунды|час|часа", T),
	SIGN("включить|настройках|заблокирован|заблокирована|отключен|отключена|отключён|запрещен|запрещён|запрещено|приостановлен",
	     P),
	SIGN("пароль приложения|внешнего|внешних", P),
	SIGN("пароль|пароля|логин|авторизации|аутентификации|"
	     "пользователь",
	     C),
	/* German. */
	SIGN("vorübergehend|voruebergehend|temporär|zeitweise|"
	     "später|spaeter|wartung|wartungsarbeiten|überlastet|"
	     "ueberlastet",
	     T),
	SIGN("zu viele|häufig|haeufig|oft", T),
	SIGN("interner|interne|internen * fehler|serverfehler|störung", T),
	SIGN("serverfehler|systemfehler|datenbankfehler", T),
	SIGN("wird|ist * benutzt|verwendet|genutzt|gewartet", T),
	SIGN("in benutzung|verwendung|gebrauch", T),
	SIGN("bereits * geöffnet|geoeffnet|angemeldet|belegt", T),
	SIGN("postfach|mailbox * bereits|momentan|gerade|derzeit "
	     "gesperrt|belegt",
	     T),
	SIGN("nicht verfügbar|verfuegbar|erreichbar", T),
	SIGN("gesperrt|verweigert|deaktiviert|abgelaufen|freigeschaltet|"
	     "aktiviert|eingefroren|kontosperre|sperre|sperrung",
	     P),
	SIGN("passwort|kennwort|benutzername|benutzerkennung|"
	     "anmeldung|zugangsdaten|benutzer",
	     C),
	/* Turkish. */
	SIGN("meşgul|mesgul|geçici|gecici|kullanımda|kullanimda|bakım", T),
	SIGN("daha sonra", T),
	SIGN("çok|cok fazla|sık", T),
	SIGN("tekrar|yeniden deneyin|deneyiniz", T),
	SIGN("kilitli|kilitlendi|kilitlenmiştir|askıya|kapatıldı|engellendi|"
	     "engellenmiştir|pasif|uygulama",
	     P),
	SIGN("devre dışı", P),
	SIGN("şifre|şifreniz|sifre|sifreniz|parola|parolanız|kullanıcı", C),
	/* French. */
	SIGN("indisponible|indisponibles|réessayez|reessayez|réessayer|"
	     "momentanément|momentanement|temporairement|surchargé|occupé",
	     T),
	SIGN("plus tard", T),
	SIGN("trop de|d'", T),
	SIGN("erreur interne|serveur", T),
	SIGN("par|une autre session|processus|client|connexion", T),
	SIGN("déjà * ouverte|ouvert|utilisée|utilisé", T),
	SIGN("bloqué|bloquée|verrouillé|désactivé|désactivée|suspendu|"
	     "expiré",
	     P),
	SIGN("mot de passe", C),
	SIGN("identifiant|identifiants|utilisateur|authentification", C),
	/* Spanish and Portuguese. */
	SIGN("ocupado|ocupada|temporalmente|temporariamente|mantenimiento|"
	     "manutenção|indisponível",
	     T),
	SIGN("más|mas|mais tarde", T),
	SIGN("demasiadas|demasiados|muitas|muitos", T),
	SIGN("en|em uso", T),
	SIGN("error|erro interno", T),
	SIGN("no|não disponible|disponível", T),
	SIGN("bloqueada|bloqueado|suspendida|suspensa|deshabilitada|"
	     "desactivada|desativada|caducada|expirada",
	     P),
	SIGN("contraseña|usuario|usuário|senha|clave|credenciales|"
	     "credenciais",
	     C),
	/* Italian. */
	SIGN("temporaneamente|riprovare|riprova|manutenzione|troppi|troppe|"
	     "occupata",
	     T),
	SIGN("più|piu tardi", T),
	SIGN("in uso", T),
	SIGN("errore interno", T),
	SIGN("non disponibile", T),
	SIGN("bloccata|bloccato|sospesa|sospeso|disabilitata|disabilitato|"
	     "scaduta",
	     P),
	SIGN("utente|credenziali", C),
	/* Polish. */
	SIGN("tymczasowo|zajęta|zajęty|później|niedostępna|niedostępny", T),
	SIGN("zbyt|za wiele|dużo|często", T),
	SIGN("zablokowane|zablokowana|zawieszone|wyłączone|wygasło", P),
	SIGN("hasło|użytkownik|użytkownika", C),
	/* Korean. */
	SIGN("잠시|일시적|점검|사용중|초과", T),
	SIGN("잠금|차단|정지|만료", P),
	SIGN("비밀번호|아이디|인증|로그인", C),
	/* These may mean anything. */
	SIGN("error|exception|problem occurred|occured", T),
	SIGN("error processing|executing|handling", T),
	SIGN("went wrong", T),
	SIGN("not ready", T),
	SIGN("shutdown", T),
	SIGN("unsupported|unimplemented|unrecognized", W),
	SIGN("error 500|503", T),
	SIGN("mailbox|maildrop|folder * changed|modified|migration|rebuild", T),
	SIGN("later|again|retry|wait|busy|unavailable|moment|lock|locked|"
	     "temporary|delay|delayed|minutes|seconds|interval|maintenance",
	     T),
};

const size_t refusal_signs_len =
	sizeof(refusal_signs) / sizeof(refusal_signs[0]);
