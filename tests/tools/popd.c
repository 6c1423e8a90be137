/* SPDX-License-Identifier: ISC */
/*
 * usage: popd --drop USER:PASSWORD:DIRECTORY ... [--tls none|implicit|starttls]
 *	[--cert FILE --key FILE] [--max-tls 1.0|1.1|1.2|1.3]
 *	[--client-ca FILE [--need-client]] [--impostor]
 *	[--caps "WORD ..." | --no-capa] [--script FILE] [--log FILE]
 *	[--port-file FILE] [--lifetime SECONDS] [--rtt MS] [--ipv6]
 *
 * Listens on 127.0.0.1, with --ipv6 on ::1, on a port that the system chooses,
 * and writes the port to the port file, or to standard output. Ends with its
 * parent, or after its lifetime (600 s; 0 is unlimited). --rtt makes a client
 * that waits for answers wait so long.
 *
 * A maildrop is a directory. Each file in it whose name does not begin with a
 * dot is a message; they are numbered by name. Lines end in LF and are sent
 * with CRLF and dots stuffed; the bytes of a file named *.raw are sent as they
 * are, after the status line, and must bring their own end marker. The UIDL is
 * the name, unless a line "NAME UIDL" in the file .uidl says otherwise (C
 * escapes; it may be empty). A maildrop is locked from login to the end of the
 * session; QUIT removes what was marked by DELE, nothing else does.
 *
 * Without --caps the server announces all it can do. It refuses what --caps
 * leaves out (TOP UIDL STLS SASL=PLAIN=LOGIN PIPELINING ...); "=" stands for a
 * blank. With --no-capa it refuses CAPA only. The mechanisms of SASL that it
 * knows are PLAIN, LOGIN, CRAM-MD5, SCRAM-SHA-1, SCRAM-SHA-256 (both also with
 * -PLUS), XOAUTH2, OAUTHBEARER (the password is the token), and EXTERNAL (for a
 * client with a certificate of --client-ca). APOP is a word of --caps, too. As
 * an impostor it accepts every proof of SCRAM, and has none itself.
 *
 * The log has one line for each command ("SESSION USER C: ..."; secrets are
 * masked), for each removed message ("deleted NAME"), for the end of each
 * connection, and "VIOLATION ..." when a client breaks the protocol: a
 * command before the answer to the last one without PIPELINING
 * ("pipelined"), a line that ends in LF ("bare-lf") or is too long ("long").
 *
 * A script has one rule on each line; "#" begins a comment. A script that has
 * changed is read again at the next connection.
 *
 *	on COMMAND [ARGUMENT] [skip N] [times N] ACTION
 *
 * COMMAND and ARGUMENT are globs; the greeting is the command GREETING. All
 * rules that match take effect together; "skip" (not the first N) and "times"
 * (no more than N) count over all sessions.
 *
 *	drop [HOW]		close instead of doing the command;
 *				HOW: clean (default), dirty (TLS without
 *				close_notify), rst
 *	drop-after N [HOW]	do it, send N bytes of the answer, close;
 *				-N: all but N bytes
 *	stall			never answer
 *	reply "TEXT"		answer so instead of doing the command
 *	append "TEXT"		send this after the answer, in one write
 *	delay MS		wait before answering
 *	chunk N [MS]		answer in writes of N bytes, MS apart
 *	lf			lines of the answer end in LF
 *	unstuffed		dots are not stuffed
 *	endless "TEXT"		send this after the answer, without end
 *	flush			lose the commands that are there already
 *	most N			close when more than N commands are there
 *	hasty "TEXT"		answer so while more commands are there
 *
 * For example, QUIT with "reply +OK" claims to delete and does not; with
 * "drop-after 0" it deletes and does not answer.
 */
#include "popd.h"

#include <string.h>

static bool set_flag(struct options *o, const char *name)
{
	if (strcmp(name, "--no-capa") != 0)
		return false;
	o->caps = NULL;
	return true;
}

int main(int argc, char **argv)
{
	static const struct server popd = {.flag = set_flag,
					   .run = session_run};
	struct options options = {
		.tls = TLS_NONE,
		.caps = "TOP UIDL PIPELINING RESP-CODES USER SASL=PLAIN STLS",
	};

	server_main(&options, &popd, argc, argv);
}
