/* SPDX-License-Identifier: ISC */
/*
 * usage: imapd --drop USER:PASSWORD:DIRECTORY ... [--tls
 *none|implicit|starttls]
 *	[--caps "WORD ..."] [--caps-before "WORD ..."] [--quiet-caps]
 *	[--like gmail|outlook|yahoo|coremail|icloud|proton|strato|yandex]
 *	[--delimiter CHARACTER] [--newest N] [--message-limit N] [--longest N]
 *	[--script FILE] [--log FILE] [--port-file FILE] [--lifetime SECONDS]
 *	[--rtt MS] [--ipv6] [--cert FILE --key FILE] [--max-tls VERSION]
 *	[--client-ca FILE [--need-client]] [--impostor]
 *
 * Listening, TLS, ports and lifetime are as for popd.
 *
 * Each directory in DIRECTORY is a folder, and may have others in it; INBOX
 * should be there. Names are UTF-8. A file in a folder is a message, unless its
 * name begins with a dot: lines end in LF and are sent with CRLF; the bytes of
 * *.raw are sent as they are. INTERNALDATE is its time of modification. A
 * message is copied as a link, and moved or expunged by its removal. Drafts,
 * Sent, Junk, Trash and Archive have their special use. A folder with a file
 * .noselect is \Noselect.
 *
 * UIDs, flags and UIDVALIDITY of a folder are in its file .folder, which is
 *made when the folder is first looked at, survives, and may be written by
 *tests:
 *
 *	validity N		UIDVALIDITY
 *	next N			UIDNEXT
 *	modseq N		HIGHESTMODSEQ
 *	attributes WORDS	for LIST: "\All \Flagged"
 *	unsorted		messages are in the order of the lines below
 *	mail UID MODSEQ (FLAGS) NAME
 *
 * A file without a line gets the next UID, in the order of names; a line
 * without a file is a message that is gone. The flags "label:X" and "thread:N"
 * are shown as X-GM-LABELS and X-GM-THRID only. EMAILID and X-GM-MSGID follow
 * from the name, up to a comma, and the content.
 *
 * --caps are the capabilities. A command that needs one which is not announced
 * is refused, and so is a mechanism without AUTH=. STARTTLS is announced only
 * with --tls starttls, AUTH= and SASL-IR only before the login; --caps-before
 * are others then. They are told in the greeting and with the login, unless
 * --quiet-caps. --newest shows the newest N messages of a folder only (Yahoo);
 * --message-limit fetches the newest N of a command only (RFC 9738); --longest
 * notes longer lines. UIDONLY, with a message limit or without, is known.
 *
 * --like is a set of capabilities, limits and rules as that provider has them;
 * options behind it change them, and a script comes on top.
 *
 * The log has one line for each command ("SESSION USER C: UID-FETCH ...";
 * secrets are masked, literals left out), for each file that was removed
 * ("expunged FOLDER/NAME"), "VIOLATION ..." when a client breaks the protocol
 * (bare-lf, long, literal, initial-response, login-disabled, pipelined
 * STARTTLS), and at the end of each connection
 *
 *	end commands=N trips=N received=N sent=N
 *
 * with the answers for which the client waited before it sent more, and bytes
 * without those of TLS. --rtt delays just those answers.
 *
 * In IDLE, changes of the folder are told. What a test writes into the file
 * .push of the folder (by rename) is sent as it is, and the file removed.
 *
 * A script is as for popd, with the same actions; a command by UID is
 * "UID-FETCH" and so on, its argument is all that follows. GREETING is a
 * command, and so is each MESSAGE in the answer to FETCH, its argument the UID.
 * "$TAG" in a text is the tag. A condition may stand before the action:
 *
 *	on SELECT when no-id no "SELECT Unsafe Login."
 *
 *	id, no-id		ID was given, or was not
 *	blank, no-blank		a blank is at the end of the line
 *	ir			AUTHENTICATE has a first response
 *	tls, no-tls, in, out, selected, no-folder
 *	body			of MESSAGE: a part of it is asked for
 *
 * Actions that popd has not:
 *
 *	no|bad|ok "TEXT"	answer so instead of doing the command
 *	end "NO TEXT"		do it, but end with this line
 *	before "TEXT"		send this first
 *	prefix "TEXT"		begin each line with it
 *	hide "GLOB"		leave out untagged lines, items of FETCH and
 *				STATUS, and folders, that match
 *	silent			no untagged line at all
 *	close			close after the answer
 *	challenge "TEXT"	AUTHENTICATE: refuse, with this as the reason of
 *				SASL
 *	preauth			GREETING: PREAUTH
 *	validity "N"		the folder (or INBOX) has this UIDVALIDITY now
 *	renumber		and new UIDs, and the next UIDVALIDITY
 *	reverse			FETCH: the last message first
 *
 * For MESSAGE (or for a FETCH: all of its messages):
 *
 *	before, append, prefix, hide, drop, stall, chunk	as above
 *	refuse "TEXT"		no body, and FETCH ends with NO TEXT
 *	omit			no answer about it, though FETCH ends with OK
 *	empty			each part has no bytes
 *	nil			or is NIL
 *	claim "N"		the literal says N bytes more, or -N less
 *	cut "N [HOW]"		close after N bytes of the first part
 *	stall-after "N"		or say nothing more
 *	size, modseq, uid "TEXT"	say this instead
 */
#include "imapd.h"

#include <stdlib.h>
#include <string.h>

static const struct own_word words[OWN_WORDS] = {
	[OWN_NO] = {"no", true},
	[OWN_BAD] = {"bad", true},
	[OWN_OK] = {"ok", true},
	[OWN_END] = {"end", true},
	[OWN_BEFORE] = {"before", true},
	[OWN_PREFIX] = {"prefix", true},
	[OWN_HIDE] = {"hide", true},
	[OWN_SILENT] = {"silent", false},
	[OWN_CLOSE] = {"close", false},
	[OWN_CHALLENGE] = {"challenge", true},
	[OWN_PREAUTH] = {"preauth", false},
	[OWN_VALIDITY] = {"validity", true},
	[OWN_RENUMBER] = {"renumber", false},
	[OWN_REVERSE] = {"reverse", false},
	[OWN_REFUSE] = {"refuse", true},
	[OWN_OMIT] = {"omit", false},
	[OWN_EMPTY] = {"empty", false},
	[OWN_NIL] = {"nil", false},
	[OWN_CLAIM] = {"claim", true},
	[OWN_CUT] = {"cut", true},
	[OWN_STALL_AFTER] = {"stall-after", true},
	[OWN_SIZE] = {"size", true},
	[OWN_MODSEQ] = {"modseq", true},
	[OWN_UID] = {"uid", true},
};

_Static_assert(OWN_WORDS <= OWN_WORDS_MAX, "each word has its place");

static bool set_flag(struct options *o, const char *name)
{
	struct imapd_options *own = (struct imapd_options *)o;

	if (strcmp(name, "--quiet-caps") != 0)
		return false;
	own->quiet_caps = true;
	return true;
}

static bool set_option(struct options *o, const char *name, const char *value)
{
	struct imapd_options *own = (struct imapd_options *)o;

	if (strcmp(name, "--like") == 0)
		be_like(own, value);
	else if (strcmp(name, "--caps-before") == 0)
		own->caps_before = value;
	else if (strcmp(name, "--delimiter") == 0)
		own->delimiter = value[0];
	else if (strcmp(name, "--newest") == 0)
		own->newest = strtoul(value, NULL, 10);
	else if (strcmp(name, "--message-limit") == 0)
		own->message_limit = strtoul(value, NULL, 10);
	else if (strcmp(name, "--longest") == 0)
		own->longest = strtoul(value, NULL, 10);
	else
		return false;
	return true;
}

int main(int argc, char **argv)
{
	static const struct server imapd = {
		.flag = set_flag,
		.set = set_option,
		.words = words,
		.n_words = OWN_WORDS,
		.run = session_run,
	};
	struct imapd_options options = {
		.common.caps =
			"IMAP4rev1 SASL-IR LITERAL+ ID ENABLE IDLE UIDPLUS "
			"MOVE UNSELECT NAMESPACE CHILDREN SPECIAL-USE "
			"LIST-EXTENDED LIST-STATUS CONDSTORE OBJECTID "
			"UTF8=ACCEPT STARTTLS AUTH=PLAIN AUTH=LOGIN",
		.delimiter = '/',
	};

	server_main(&options.common, &imapd, argc, argv);
}
