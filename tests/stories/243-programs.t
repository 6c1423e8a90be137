# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# Real programs around postroom: mu and neomutt read what it filed, bogofilter and
# SpamAssassin filter, msmtp sends. Each is skipped where it is not installed.
. "$(dirname "$0")/../lib.sh"
POSTROOM_FILTERS=${top_srcdir:-$tests/..}/filters
export POSTROOM_FILTERS
has() { command -v "$1" >/dev/null || { skip "$1 is not installed" && false; }; }
deliver() { # FORMAT
	printf "$1" | "$postroom" -c "$conf" deliver
}
begin() { # LINE...: an empty Maildir and these lines
	rm -rf "$mail" "$T/state"
	new_config "$@"
}
in_folder() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }

# --- readers: flags, X-Label, names of folders -----------------------------------
begin
cat >>"$conf" <<'END'
rule "w" { subject = "work" tag = {work, urgent} mark = {flagged, read} folder = "发票/2026" }
rule "n" { folder = "News" }
END
check_status 0 'a message with tags and marks' \
	deliver 'From: a@x.org\nMessage-ID: <1@x>\nSubject: work\n\nbody\n'
check_status 0 'and one without' \
	deliver 'From: a@x.org\nMessage-ID: <2@x>\nSubject: news\n\nbody\n'
found() { # COUNT QUERY: of mu
	got=$(LC_ALL=C.UTF-8 MUHOME=$T/mu mu find --nocolor --fields=i "$2" 2>"$T/mu.err" | wc -l)
	cat "$T/mu.err" && echo "$2: $got" && [ "$got" = "$1" ]
}
if has mu; then
	MUHOME=$T/mu mu init --maildir="$mail" >"$T/why" 2>&1
	check 'mu indexes' env MUHOME="$T/mu" mu index --quiet
	check '  finds tags' found 1 tag:urgent
	check '  flags' found 1 flag:flagged
	check '  what was read' found 1 flag:seen
	check '  what is new' found 1 flag:unread
	check '  and folders' found 1 'maildir:/发票/2026'
fi
# neomutt, in a terminal of tmux.
if has neomutt && has tmux; then
	unset TMUX
	printf '%s\n' "set folder=\"$mail\" hostname=localhost sort=date" \
		'set index_format="<%S%Z> {%y} %s" charset=utf-8' \
		'unset confirmappend move mark_old' >"$T/muttrc"
	views=0
	view() { # FOLDER PATTERN: the index of a folder has such a line
		views=$((views + 1))
		tmux -S "$T/tmux.$views" -f /dev/null new-session -d -x 100 -y 20 \
			"env TERM=screen LC_ALL=C.UTF-8 neomutt -n -F '$T/muttrc' -f '$mail/$1'" ||
			return
		for _ in $(seq 500); do
			tmux -S "$T/tmux.$views" capture-pane -p >"$T/pane" 2>&1
			! grep -qE "$2" "$T/pane" || break
			sleep 0.02
		done
		tmux -S "$T/tmux.$views" kill-server
		cat "$T/pane" && grep -qE "$2" "$T/pane"
	}
	check 'neomutt shows X-Label and the flag' \
		view '发票/2026' '!> *\{work urgent\} work'
	check '  and new mail without them' view News 'N.*> *\{\} news'
fi

# --- bogofilter ------------------------------------------------------------------
spam='From: a@x.org\nSubject: pills\n\npills casino lottery winner pills\n'
if has bogofilter; then
	begin
	echo 'include("std:bogofilter")' >>"$conf"
	check_status 0 'bogofilter that was never trained' deliver "$spam"
	check '  the message comes' in_folder Inbox 1
	train_bogofilter
	check_status 0 'trained: spam' deliver "$spam"
	check '  is filed' in_folder Spam 1
	check_status 0 'ham' deliver 'Subject: lunch\n\nlunch garden lunch garden\n'
	check '  is not' in_folder Inbox 2
fi

# --- spamc, and a spamd with the rules of the system -------------------------------
PATH=$PATH:/usr/sbin
spamc_asks() { # OPTION...: a spamc that has these
	mkdir -p "$T/bin"
	printf '#!/bin/sh\nexec %s %s "$@"\n' "$real_spamc" "$*" >"$T/bin/spamc"
	chmod +x "$T/bin/spamc"
}
debians_rules() {
	[ -f /etc/spamassassin/v320.pre ] || { skip 'no rules of spamd' && false; }
}
if has spamc && has spamd && debians_rules; then
	real_spamc=$(command -v spamc)
	# Of root, it becomes nobody.
	chmod 755 "$T" && mkdir "$T/spamd"
	cp /etc/spamassassin/*.pre "$T/spamd"
	spamd -L -x -m 1 -s stderr --socketpath="$T/spamd.socket" \
		--siteconfigpath="$T/spamd" \
		--configpath=/usr/share/spamassassin >"$T/spamd.err" 2>&1 &
	children="$children $!"
	wait_for grep -q 'server started' "$T/spamd.err"
	spamc_asks -U "$T/spamd.socket"
	begin
	echo 'include("std:spamassassin")' >>"$conf"
	old_path=$PATH PATH=$T/bin:$PATH
	gtube='XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X'
	check_status 0 'spamd: spam' deliver \
		"From: a@x.org\nMessage-ID: <1@x.org>\nSubject: pills\n\n$gtube\n"
	check '  is filed' in_folder Spam 1
	check '  as read' [ -n "$(find "$mail/Spam/cur" -name '*:2,*S*')" ]
	check '  with the report, and as it was' grep -rqF "$gtube" "$mail/Spam"
	check_status 0 'ham' deliver 'From: a@x.org\nDate: Tue, 1 Dec 2026 01:00:00 +0000
Message-ID: <2@x.org>\nSubject: lunch\n\nShall we have lunch?\n'
	check '  is not' in_folder Inbox 1
	check '  and says so' grep -rq '^X-Spam-Status: No, ' "$mail/Inbox"
	PATH=$old_path
fi

# --- spamc, and no spamd -----------------------------------------------------------
if has spamc; then
	real_spamc=$(command -v spamc)
	begin
	echo 'include("std:spamassassin")' >>"$conf"
	# Port 1 of loopback: nobody listens there.
	spamc_asks -d 127.0.0.1 -p 1 --connect-retries=1
	PATH=$T/bin:$PATH
	check_status 0 'a spamd that does not answer' deliver "$spam"
	check '  is told of' says 'spamassassin: ask.*spamc'
	check '  and the message comes as it is' in_folder Inbox 1
	check '  unchanged' not grep -rq '^X-Spam' "$mail"
fi

# --- msmtp as sendmail -------------------------------------------------------------
if has msmtp; then
	start_smtpd
	printf '%s\n' 'account default' 'host 127.0.0.1' \
		"port $smtp_port" 'from me@x.org' 'tls off' \
		'auth off' >"$T/msmtprc"
	chmod 600 "$T/msmtprc"
	begin "sendmail = {\"msmtp\", \"-C\", \"$T/msmtprc\"}"
	echo 'rule "f" { forward = "bob@y.org" folder = "F" }' >>"$conf"
	check_status 0 'msmtp as sendmail' deliver 'Subject: fwd\n\n.\nbody\n'
	check '  sends it' grep -q '^RCPT TO:<bob@y.org>' "$T/smtp.log"
	check '  whole' grep -q '^body' "$T/smtp.log"
	check '  with a mark against loops' \
		grep -q '^X-Postroom-Forwarded: bob@y.org' "$T/smtp.log"
	check '  once' [ "$(grep -c '^RCPT' "$T/smtp.log")" = 1 ]
	sed -i 's/^port.*/port 1/' "$T/msmtprc"
	check_status 0 'msmtp without a server' deliver 'Subject: fwd\n\nx\n'
	check '  is told of, with its reason' says 'msmtp'
	check '  and tried again' [ "$(sql 'SELECT count(*) FROM delivery
		WHERE done IS NULL')" = 1 ]
fi
done_testing
