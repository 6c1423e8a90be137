# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# The Maildir++ that Dovecot serves by IMAP: flags, keywords, subscriptions, names
# of folders. The real imap runs as `dovecot --exec-mail` runs it, on pipes.
. "$(dirname "$0")/../lib.sh"
imap=
for dir in /usr/lib/dovecot /usr/libexec/dovecot /usr/local/libexec/dovecot; do
	[ ! -x "$dir/imap" ] || imap=$dir/imap
done
[ -n "$imap" ] || skip_all 'the IMAP server of Dovecot is not installed'
command -v doveconf >/dev/null || skip_all 'doveconf is not installed'

owner=$(id -un)
[ "$owner" != root ] || owner=mail
chmod 711 "$T"
mkdir -p "$T/dovecot" "$mail/cur" "$mail/new" "$mail/tmp"
cat >"$T/dovecot/conf" <<END
base_dir = $T/dovecot
state_dir = $T/dovecot
log_path = $T/dovecot/log
protocols = imap
ssl = no
mail_location = maildir:$mail
mail_fsync = never
first_valid_uid = 1
mail_uid = $(id -u "$owner")
mail_gid = $(id -g "$owner")
END
# Dovecot does not serve root, and postroom works as the owner of the Maildir.
own() {
	[ "$(id -u)" != 0 ] || {
		chown "$owner" "$T" && chown -R "$owner" "$T/dovecot" "$mail"
	}
}
imap() { # COMMAND...: each with a tag; the answers are in $T/out
	own
	{
		for command in "$@" LOGOUT; do printf 'a %s\r\n' "$command"; done
	} | USER=me "$imap" -c "$T/dovecot/conf" 2>&1 | tr -d '\r' >"$T/out"
}
own
imap 'SELECT INBOX' 'SUBSCRIBE INBOX' 'CREATE Old' 'SUBSCRIBE Old' 'CREATE Shy'
grep -q '^a OK .*Select completed' "$T/out" || {
	sed 's/^/# /' "$T/out"
	skip_all 'the IMAP server of Dovecot does not run here'
}

deliver() { # SUBJECT
	printf 'From: a@example.org\nSubject: %s\n\nbody\n' "$1" |
		"$postroom" -c "$conf" deliver
}
keywords() { # FOLDER KEYWORD NUMBER: so many messages have it
	imap "SELECT \"$1\"" "SEARCH KEYWORD $2" && cat "$T/out" &&
		[ "$(sed -n 's/^\* SEARCH//p' "$T/out" | wc -w)" = "$3" ]
}
subscribed() { # FOLDER: once
	imap 'LSUB "" *' && cat "$T/out" && [ "$(grep -cF " \".\" $1" "$T/out")" = 1 ]
}
new_config
cat >>"$conf" <<'END'
rule "tag" { tag = {work, urgent} mark = flagged }
rule "x"   { subject = '/^to (?<name>.+)$/' folder = "By/{name}" }
rule "shy" { subject = "shy" folder = "Shy" }
rule "inv" { subject = "invoice" folder = "发票/2026" }
END
check_status 0 'a message for the inbox' deliver one
check 'has its keywords' keywords INBOX work 1
check '  and no field' not grep -rq '^X-Label' "$mail"
check_status 0 'the first message of a new folder' deliver 'to dev'
check_status 0 'and the second' deliver 'to dev'
check 'have theirs, too' keywords By.dev urgent 2
check 'and flags' says 'FLAGS \(.*work'
imap 'SELECT By.dev' 'SEARCH FLAGGED'
check '  as marked' says '^\* SEARCH 1 2$'
check 'D25: the new folder is subscribed' subscribed By.dev
check_status 0 'a folder whose name is not ASCII' deliver invoice
check 'is shown by IMAP' keywords '&U9F5aA-.2026' work 1
check 'and subscribed' subscribed '&U9F5aA-.2026'
check_status 0 'a folder that nobody subscribed' deliver shy
imap 'LSUB "" *'
check 'stays so' not says 'Shy'
check 'the others stay' says '"\." Old'
imap 'UNSUBSCRIBE By.dev'
check_status 0 'a folder that was unsubscribed' deliver 'to dev'
imap 'LSUB "" *'
check 'is not subscribed again' not says 'By.dev'
check 'Dovecot adds to the list of ours' sh -c '
	grep -q "^By	other$" "$1" || sed -n 1,2p "$1" | grep -q "^V	2$"' - \
	"$mail/subscriptions"
printf 'INBOX\nOld\n' >"$mail/subscriptions"
check_status 0 'a list in the older format' deliver 'to third'
check 'is continued' grep -qx 'By.third' "$mail/subscriptions"
check 'and read by Dovecot' subscribed By.third
imap 'SUBSCRIBE By.dev'
check 'and by it continued' subscribed By.dev
rm "$mail/subscriptions"
check_status 0 'without a list' deliver 'to fourth'
check 'none is made' [ ! -e "$mail/subscriptions" ]
check 'Dovecot complains of nothing' not grep -E 'Error|Warning|Panic' \
	"$T/dovecot/log"
check 'each message is there once' [ "$(messages "$mail")" = 8 ]

# tags that keywords cannot hold
sed -i 's/{work, urgent}/{work, "急"}/' "$conf"
check_status 0 'a tag that is not ASCII' deliver 'to fifth'
check 'makes a field of them' grep -rq '^X-Label: ' "$mail/.By.fifth"
done_testing
