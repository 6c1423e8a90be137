# shellcheck shell=sh disable=SC1091,SC2016,SC2154
# No process that reads the inside of mail has a password of the configuration, not
# even in memory that was freed: each child looks itself, once it is confined.
. "$(dirname "$0")/../lib.sh"
no_leak_search
! sanitized || skip_all 'a sanitizer keeps memory that was freed'
postroom=$top/tests/tools/bent
# bent looks for these eight bytes, so a part of a password is found, too.
mark=mArKeR%7
password=$mark$mark$mark$mark$mark
long=$(for _ in $(seq 100); do printf %s "$mark"; done)
BENT_SCAN=$T/numbers
export BENT_SCAN
script '# nothing'
start_popd --script "$T/script" --lifetime 0
start_smtpd

passive() { # NAME LINE...: an account that is not polled
	printf 'account "%s" {\n\thost = 127.0.0.1\n\ttls = none\n' "$1"
	printf '\tuser = "%s"\n\tenabled = no\n' "$1"
	shift
	printf '\t%s\n' "$@"
	echo '}'
}
fresh() { # as many ways to write a password as there are
	rm -rf "$T/state" "$mail" "$T/saved"
	new_config 'undecided = "Odd"' "include(\"$T/more\")"
	add_account a
	add_smtp me@x.example 'user = me' "password = \"${sends:-$password}\""
	{
		echo "proxy = \"socks5h://u:$mark@127.0.0.1:1\""
		passive b "password = $long"
		passive c "password = '\\'$mark\\\\\\\\$mark'"
		passive d "password = \"$mark\\\"$mark\""
		passive e "password = \"$mark\" # $mark"
		passive f "# password = $mark" "password = \"$mark\""
		passive g "proxy = \"http://u:$mark$mark@127.0.0.1:1\"" \
			"password = '$mark'"
	} >"$T/more"
	chmod 600 "$T/more"
	sed -i 's/^account "a" {/&\n\tproxy = none/' "$conf"
	cat >>"$conf" <<END
rule "send" { subject = "one" forward = "b@y.example" copy = "Sent" }
rule "save" { attachment = ".pdf" save-attachments = "$T/saved" }
rule "body" { body = "the" folder = "Words" }
END
	head -c 24 /dev/zero >"$T/numbers"
}
saw() { # AT-LEAST
	set -- "$1" $(od -An -tu8 -w24 "$T/numbers")
	echo "children, marks, bytes: $2 $3 $4"
	[ "$2" -ge "$1" ] && [ "$3" = 0 ] && [ "$4" -gt 100000 ]
}
printf 'Subject: one\n\nthe\n' >"$T/drop/1"
cp "$tests/mail/07-attachment-pdf.eml" "$T/drop/2"
fresh
check_status 0 'a round' fetch
check 'its mail was sent, with the password' told '^AG1l'
check 'then attachments were saved' [ -n "$(ls "$T/saved")" ]
check 'H1: the judge and the child that saves have no password' saw 2
for command in show explain; do
	fresh
	check_status 0 "$command" "$postroom" -c "$conf" "$command" "$T/drop/2"
	check "H1: its child has no password" saw 1
done
fresh
head -c 24 /dev/zero >"$T/numbers"
"$postroom" -c "$conf" deliver <"$T/drop/2" >"$T/out" 2>&1
check 'H1: nor one of deliver' saw 2

# A fetcher has no password but its own, nor the daemon's for sending.
mine=$password password=open-sesame sends=$mark pop3_port=$port
start_popd
cp "$tests/mail/07-attachment-pdf.eml" "$T/drop/2"
look_in_fetcher() { # [LINE]: of the configuration
	fresh
	printf '%s\n' "$@" >>"$conf"
	BENT_SCAN_FETCHER=$T/numbers fetch >"$T/out" 2>&1
}
unset BENT_SCAN
look_in_fetcher
check 'H1: a fetcher has no password of others' saw 1
look_in_fetcher "rule \"$mark\" { subject = \"never\" folder = \"Never\" }"
check 'what is no password is found in it' not saw 1
BENT_SCAN=$T/numbers
export BENT_SCAN
password=$mine sends='' port=$pop3_port

# What is not a password is found, so the search works.
for name in "$mark" "$(printf %s "$mark$mark$mark$mark" | openssl base64 -A)"; do
	fresh
	echo "rule \"$name\" { subject = \"never\" folder = \"Never\" }" >>"$conf"
	check_status 0 'a rule with such a name' \
		"$postroom" -c "$conf" explain "$T/drop/2"
	check 'is in memory' not saw 1
done

# The configuration is read again; the mail that then comes gets another judge.
said() { grep -qE -- "$1" "$T/daemon.log"; }
fresh
rm "$T/drop"/*
"$postroom" -c "$conf" -v daemon >"$T/daemon.log" 2>&1 &
daemon=$!
children="$children $daemon"
runs() { "$postroom" -c "$conf" status | grep -q "^daemon: process $daemon"; }
wait_for runs
kill -HUP "$daemon"
wait_for said 'the configuration was read again'
cp "$tests/mail/07-attachment-pdf.eml" "$T/drop/3"
kill -USR1 "$daemon"
wait_for saw 2 >"$T/seen"
result ok 'H1: nor those of a daemon that has read it twice'
done_testing
