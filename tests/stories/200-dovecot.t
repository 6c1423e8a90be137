# shellcheck shell=sh disable=SC2016
# The main job against a real server: POP3 over TLS, STLS and plain, with real
# mail where the corpus is present, else with the fixtures.
. "$(dirname "$0")/../lib.sh"
. "$tests/dovecot.sh"

# Dovecot gives CRLF for LF and ends the last line; we LF for CRLF.
list_mail '$_ .= "\n" unless /\n\z/'
start_dovecot

account() { # TLS PORT LINE...: a fresh configuration
	tls=$1 port=$2
	shift 2
	new_config
	add_account a "tls-ca-file = \"$T/ca.pem\"" "$@"
	cat >>"$conf" <<-'EOF'
	rule "Lists" {
	    header = 'List-Id: /<(?<list>[^.>]+)/'
	    folder = "Lists/{list}"
	}
	EOF
}

for tls in implicit starttls none; do
	fill_drop u $(cat "$T/list")
	rm -rf "$mail" "$T/state"
	: >"$T/log"
	case $tls in
	implicit) account implicit "$pop3s_port" ;;
	*) account $tls "$pop3_port" ;;
	esac
	check_status 0 "tls = $tls: fetch" fetch
	check "tls = $tls: says nothing" silent
	oracle "tls = $tls: all $total messages, once, byte for byte"
	check_status 0 "tls = $tls: fetch again" fetch
	oracle "tls = $tls: brings nothing"
	check "tls = $tls: the mail is still on the server" \
		[ "$(left_in_drop u)" = "$total" ]
done

account implicit "$pop3s_port" 'keep-on-server = no'
check_status 0 'keep-on-server = no, for mail that is known' fetch
oracle 'brings nothing'
check 'and empties the mailbox' [ "$(left_in_drop u)" = 0 ]

fill_drop u $(cat "$T/list")
rm -rf "$mail" "$T/state"
check_status 0 'keep-on-server = no, for new mail' fetch
oracle 'all there'
check 'and the mailbox is empty' [ "$(left_in_drop u)" = 0 ]

fill_drop u $(cat "$T/list")
rm -rf "$mail" "$T/state"
killed=0
for i in $(seq 1 "$sparse" 25); do
	setsid "$postroom" -c "$conf" fetch >"$T/out" 2>&1 &
	victim=$!
	sleep "0.$(printf %03d $((i * 37 % 140)))"
	kill -9 "-$victim" 2>/dev/null && killed=$((killed + 1))
	wait "$victim" 2>/dev/null
	wait_for group_is_gone "$victim"
done
echo "# killed $killed times"
check 'kill -9 hit some runs' [ "$killed" -gt 0 ]
check_status 0 'after kill -9: fetch' fetch
check_status 0 'after kill -9: fetch once more' fetch
oracle "E13: after kill -9: all $total messages, once, byte for byte"
check 'after kill -9: the mailbox is empty' [ "$(left_in_drop u)" = 0 ]

password=wrong account implicit "$pop3s_port"
check_status 77 'A8: a wrong password' fetch
check 'is said in one line' [ "$(wc -l <"$T/out")" = 1 ]
check 'with what the server said' says 'Authentication failed'
done_testing
