/* SPDX-License-Identifier: ISC */
#include "state/schema.h"

#include "util/banned.h"

/*
 * The numbers in msg.state, msg.gone and delivery.kind are in columns.h.
 * msg.gone counts complete listings without the message, 0: it is listed.
 * msg.spool is NULL when the file is not needed any more. msg.uidl is NULL for
 * messages that came from no server, so that UNIQUE does not compare them.
 * msg.origin is the file on disk that a message is a copy of; while moved is 1
 * that file must still be removed. delivery.command holds the arguments and the
 * environment, see util/flat.h.
 */
const char *const state_migrations[STATE_VERSION] = {
	"CREATE TABLE account (id INTEGER PRIMARY KEY,"
	" name TEXT NOT NULL UNIQUE, last_success INTEGER NOT NULL DEFAULT 0,"
	" last_session INTEGER NOT NULL DEFAULT 0,"
	" failing_since INTEGER NOT NULL DEFAULT 0,"
	" complained INTEGER NOT NULL DEFAULT 0,"
	" kind INTEGER NOT NULL DEFAULT 0, trouble TEXT);"
	"CREATE TABLE msg (id INTEGER PRIMARY KEY, account INTEGER NOT NULL,"
	" uidl BLOB, listed_size INTEGER NOT NULL, size INTEGER NOT NULL,"
	" sha256 BLOB NOT NULL, identity BLOB NOT NULL,"
	" state INTEGER NOT NULL, spool TEXT, session INTEGER NOT NULL,"
	" first_seen INTEGER NOT NULL, gone INTEGER NOT NULL DEFAULT 0,"
	" gone_since INTEGER);"
	"CREATE UNIQUE INDEX msg_content ON msg (account, uidl, sha256);"
	"CREATE INDEX msg_live ON msg (account, uidl, listed_size, session,"
	" first_seen) WHERE gone = 0 AND account <> 0;"
	"CREATE INDEX msg_leaving ON msg (account, gone)"
	" WHERE gone > 0 AND gone < 3;"
	"CREATE INDEX msg_gone_since ON msg (account, gone_since)"
	" WHERE gone = 3;"
	"CREATE INDEX msg_work ON msg (state, id) WHERE spool IS NOT NULL;"
	"CREATE INDEX msg_spool ON msg (spool) WHERE spool IS NOT NULL;"
	"CREATE TABLE delivery (message INTEGER NOT NULL, n INTEGER NOT NULL,"
	" kind INTEGER NOT NULL, flags INTEGER NOT NULL, folder TEXT,"
	" base TEXT, spool TEXT, rule TEXT, done INTEGER,"
	" PRIMARY KEY (message, n)) WITHOUT ROWID;"
	"CREATE INDEX delivery_spool ON delivery (spool)"
	" WHERE spool IS NOT NULL;"
	"CREATE TABLE folder (name TEXT NOT NULL, created INTEGER NOT NULL);"
	"CREATE INDEX folder_created ON folder (created);",

	/* Commands, holds, duplicates, and a history for people. */
	"ALTER TABLE msg ADD COLUMN hold_until INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE msg ADD COLUMN summary TEXT;"
	"ALTER TABLE msg ADD COLUMN message_id TEXT;"
	"ALTER TABLE msg ADD COLUMN run INTEGER;"
	"ALTER TABLE msg ADD COLUMN origin TEXT;"
	"ALTER TABLE msg ADD COLUMN moved INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX msg_origin ON msg (origin) WHERE moved = 1;"
	"CREATE INDEX msg_moved ON msg (id) WHERE moved = 1 AND state = 3;"
	"ALTER TABLE delivery ADD COLUMN keywords TEXT;"
	"ALTER TABLE delivery ADD COLUMN why TEXT;"
	"ALTER TABLE delivery ADD COLUMN tags TEXT;"
	"ALTER TABLE delivery ADD COLUMN command BLOB;"
	"ALTER TABLE delivery ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE delivery ADD COLUMN next INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE delivery ADD COLUMN trouble TEXT;"
	"CREATE INDEX delivery_command ON delivery (message, n)"
	" WHERE done IS NULL AND kind >= 4;"
	"CREATE INDEX delivery_done ON delivery (done);"
	"CREATE INDEX msg_run ON msg (run);"
	"CREATE TABLE run (id INTEGER PRIMARY KEY AUTOINCREMENT,"
	" began INTEGER NOT NULL);"
	"CREATE TABLE duplicate (key BLOB PRIMARY KEY, at INTEGER NOT NULL,"
	" message INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX duplicate_at ON duplicate (at);",

	/*
	 * How often deciding a message was put off, and how many sorters died
	 * while deciding it or running a step. The files that `state rebuild`
	 * found in the Maildirs: key and content as in the file name, and the
	 * identity of the header.
	 */
	"ALTER TABLE msg ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE msg ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE delivery ADD COLUMN crashes INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE found (key BLOB NOT NULL, content BLOB NOT NULL,"
	" identity BLOB NOT NULL, PRIMARY KEY (key, content)) WITHOUT ROWID;"
	"CREATE INDEX found_content ON found (content);",

	/*
	 * When an account is polled next, and why not before; what its server
	 * announced (login_delay in seconds, expire in days, -1: never). The
	 * single row of daemon describes the daemon that started last.
	 */
	"ALTER TABLE account ADD COLUMN last_try INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN next_poll INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN refusals INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN login_delay INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN expire INTEGER NOT NULL DEFAULT -1;"
	"ALTER TABLE account ADD COLUMN on_server INTEGER NOT NULL DEFAULT -1;"
	"CREATE TABLE daemon (id INTEGER PRIMARY KEY CHECK (id = 1),"
	" began INTEGER NOT NULL, loaded INTEGER NOT NULL, trouble TEXT);",

	/*
	 * Since when the uses of a rule are counted, how many there were; and
	 * filings into the fallback folder.
	 */
	"CREATE TABLE rule (name TEXT PRIMARY KEY, since INTEGER NOT NULL,"
	" hits INTEGER NOT NULL DEFAULT 0, last INTEGER NOT NULL DEFAULT 0)"
	" WITHOUT ROWID;"
	"ALTER TABLE delivery ADD COLUMN quarantined INTEGER NOT NULL"
	" DEFAULT 0;"
	"CREATE INDEX delivery_quarantined ON delivery (done)"
	" WHERE quarantined = 1;",

	/* Which accounts the daemon polls, one per line. NULL: all of them. */
	"ALTER TABLE daemon ADD COLUMN accounts TEXT;",

	/*
	 * The rule that made a step: its name, and the file and line where it
	 * stood. Before, delivery.rule was a sentence for people,
	 *
	 *	rule "NAME", FILE:LINE
	 *
	 * or the reason of a step that no rule made; either with "; undone" at
	 * its end. Names may contain quotes: the last quote ends the name,
	 * unless no comma follows, because the file has a quote, too; then the
	 * first `", ` ends it. In between, `line` is the position of that
	 * quote. A text that cannot be parsed stays a reason.
	 */
	"ALTER TABLE delivery ADD COLUMN file TEXT;"
	"ALTER TABLE delivery ADD COLUMN line INTEGER;"
	"ALTER TABLE delivery ADD COLUMN reason TEXT;"
	"ALTER TABLE delivery ADD COLUMN undone INTEGER NOT NULL DEFAULT 0;"
	"UPDATE delivery SET"
	" rule = replace(rule, '; undone; undone', '; undone')"
	" WHERE rule LIKE '%; undone; undone';"
	"UPDATE delivery SET undone = 1,"
	" rule = substr(rule, 1, length(rule) - 8)"
	" WHERE substr(rule, -8) = '; undone';"
	"UPDATE delivery SET reason = rule, rule = NULL;"
	"UPDATE delivery SET"
	" line = length(rtrim(reason, replace(reason, '\"', '')))"
	" WHERE reason GLOB 'rule \"*\", *:[0-9]*' AND quarantined = 0;"
	"UPDATE delivery SET line = 6 + instr(substr(reason, 7), '\", ')"
	" WHERE line IS NOT NULL AND substr(reason, line + 1, 2) <> ', ';"
	"UPDATE delivery SET rule = substr(reason, 7, line - 7),"
	" file = substr(reason, line + 3) WHERE line IS NOT NULL;"
	"UPDATE delivery SET rule = NULL, file = NULL, line = NULL"
	" WHERE substr(rtrim(file, '0123456789'), -1) <> ':'"
	" OR length(file) - length(rtrim(file, '0123456789'))"
	" NOT BETWEEN 1 AND 9;"
	"UPDATE delivery SET reason = NULL, line = CAST(substr(file,"
	" 1 + length(rtrim(file, '0123456789'))) AS INTEGER),"
	" file = substr(file, 1, length(rtrim(file, '0123456789')) - 1)"
	" WHERE rule IS NOT NULL;",

	/*
	 * Which mailbox an account is: its server (in lower case) and its user;
	 * former: the account that had its name before and may be the same
	 * mailbox. msg.body: a digest of what follows the header, or NULL.
	 * Messages whose transfer failed, and those that are never deleted on
	 * the server because two readings differ (keep). msg.doubt: its end
	 * was not proved; it is read again before it is deleted. What a person
	 * was told of an account (0: of none), and when. How a server
	 * ("HOST:PORT") must be treated, until when. Refused logins that were
	 * taken for temporary (excused), since when they are counted; and
	 * messages larger than max-size, their number and bytes. The single row
	 * of sorter says why mail cannot be filed; without trouble, there is
	 * none.
	 */
	"ALTER TABLE account ADD COLUMN host TEXT;"
	"ALTER TABLE account ADD COLUMN user TEXT;"
	"ALTER TABLE account ADD COLUMN excused INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN excused_since INTEGER NOT NULL"
	" DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN large INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN large_bytes INTEGER NOT NULL"
	" DEFAULT 0;"
	"ALTER TABLE account ADD COLUMN former INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE msg ADD COLUMN body BLOB;"
	"ALTER TABLE msg ADD COLUMN doubt INTEGER NOT NULL DEFAULT 0;"
	"CREATE INDEX msg_doubt ON msg (account) WHERE doubt = 1;"
	"CREATE TABLE attempt (account INTEGER NOT NULL, uidl BLOB NOT NULL,"
	" size INTEGER NOT NULL, failures INTEGER NOT NULL DEFAULT 0,"
	" last INTEGER NOT NULL, next INTEGER NOT NULL DEFAULT 0,"
	" keep INTEGER NOT NULL DEFAULT 0, alone INTEGER NOT NULL DEFAULT 0,"
	" sha256 BLOB, trouble TEXT,"
	" PRIMARY KEY (account, uidl, size)) WITHOUT ROWID;"
	"CREATE TABLE told (account INTEGER NOT NULL, what TEXT NOT NULL,"
	" at INTEGER NOT NULL, PRIMARY KEY (account, what)) WITHOUT ROWID;"
	"CREATE INDEX told_at ON told (at);"
	"CREATE TABLE sorter (id INTEGER PRIMARY KEY CHECK (id = 1),"
	" since INTEGER NOT NULL, trouble TEXT NOT NULL);"
	"CREATE TABLE server (name TEXT PRIMARY KEY,"
	" no_pipelining_until INTEGER NOT NULL DEFAULT 0,"
	" no_top_until INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;",

	/*
	 * Mail on disk that is a duplicate, as `sort` has found (repeated). The
	 * Maildirs in which mail was filed.
	 *
	 * Senders that `vacation` has answered: the key is a digest of the text
	 * and the sender; rule and sender are for people. While sending is 1 an
	 * answer to that message is on its way: nobody knows whether it went
	 * if the sorter ends now.
	 */
	"ALTER TABLE msg ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0;"
	"CREATE TABLE maildir (path TEXT PRIMARY KEY) WITHOUT ROWID;"
	"CREATE TABLE vacation (key BLOB PRIMARY KEY, rule TEXT NOT NULL,"
	" sender TEXT NOT NULL, at INTEGER NOT NULL,"
	" message INTEGER NOT NULL, sending INTEGER NOT NULL DEFAULT 0)"
	" WITHOUT ROWID;"
	"CREATE INDEX vacation_at ON vacation (at);",

	/*
	 * The seal of a step, and of the origin of mail on disk, see seal.h.
	 * state_load_key() seals the rows that are there.
	 */
	"ALTER TABLE delivery ADD COLUMN seal BLOB;"
	"ALTER TABLE msg ADD COLUMN seal BLOB;",

	/*
	 * IMAP: how far each folder was read, and what of it is wanted still
	 * (watermark.h). Of a message: its folder on the server, INTERNALDATE
	 * in seconds since 1970, flags (mail/flags.h), and its id in all
	 * folders, as the server says.
	 */
	"CREATE TABLE watermark (account INTEGER NOT NULL,"
	" folder TEXT NOT NULL, uid_validity INTEGER NOT NULL,"
	" uid_next INTEGER NOT NULL, said_next INTEGER NOT NULL,"
	" said_messages INTEGER NOT NULL, PRIMARY KEY (account, folder))"
	" WITHOUT ROWID;"
	"CREATE TABLE unfetched (account INTEGER NOT NULL,"
	" folder TEXT NOT NULL, uid INTEGER NOT NULL, size INTEGER NOT NULL,"
	" PRIMARY KEY (account, folder, uid)) WITHOUT ROWID;"
	"ALTER TABLE msg ADD COLUMN folder TEXT;"
	"ALTER TABLE msg ADD COLUMN arrived INTEGER;"
	"ALTER TABLE msg ADD COLUMN server_flags INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE msg ADD COLUMN server_id TEXT;"
	"CREATE INDEX msg_server_id ON msg (account, server_id)"
	" WHERE server_id IS NOT NULL;"
	"CREATE INDEX msg_in_folders ON msg (account, sha256)"
	" WHERE folder IS NOT NULL;",

	/* Since when the daemon waits for mail, and when some came; or 0. */
	"CREATE TABLE idle (account INTEGER PRIMARY KEY, since INTEGER NOT NULL,"
	" news INTEGER NOT NULL);",
};
