# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# Several accounts, and several postrooms, at the same time.
. "$(dirname "$0")/../lib.sh"

set --
for who in 1 2 3 4 5 6; do
	mkdir "$T/drop$who"
	for i in $(seq 20); do
		printf 'Subject: %s of %s\n\nbody\n' "$i" "$who" \
			>"$T/drop$who/$i"
	done
	expect "$T/drop$who"/*
	set -- "$@" --drop "u$who:$password:$T/drop$who"
done
script 'on RETR 3 delay 1500'
start_popd --script "$T/script" "$@"
config() { # MAIN-LINE...
	rm -rf "$T/state" "$mail"
	: >"$T/log"
	new_config "$@"
	for who in 1 2 3 4 5 6; do
		user=u$who
		add_account "a$who" "inbox = \"In$who\""
	done
}
most_at_once() { # how many sessions were open at the same time
	awk '/ connected$/ { if (++open > most) most = open }
		/ (closed|gone)$/ { open-- }
		END { print most }' "$T/log"
}
config
check_status 0 'A37: six accounts on one host' fetch
oracle 'each message of each, once'
check 'each account has its inbox' [ "$(messages "$mail/In4")" = 20 ]
check 'four at a time, unless told otherwise' [ "$(most_at_once)" = 4 ]
config 'parallel = 6'
check_status 0 'parallel = 6' fetch
check 'six at a time' [ "$(most_at_once)" = 6 ]
script '# nothing'
config 'parallel = 1'
check_status 0 'parallel = 1' fetch
check 'one at a time' [ "$(most_at_once)" = 1 ]
oracle 'all there'

# One account in trouble does not hold up the others; the worst status wins.
config
script 'on AUTH times 1 reply "-ERR [AUTH] no\r\n"'
check_status 77 'one login refused' fetch
check 'is one line' [ "$(grep -c '^postroom: a[1-6]: .*login' "$T/out")" = 1 ]
check 'and the others are fetched' [ "$(messages "$mail")" = 100 ]
script 'on GREETING times 1 drop'
check_status 75 'A1: one connection broken' fetch
script '# nothing'
check_status 0 'the next run' fetch
oracle 'all are there, once'

# Two postrooms: the second one skips the account, silently.
config
rm -rf "$T/want"
mkdir "$T/want"
expect "$T/drop1"/*
script 'on RETR 3 delay 700'
fetch a1 >"$T/first" 2>&1 &
first=$!
wait_for grep -q 'u1 C: RETR 3' "$T/log"
check_status 75 'F1: a second copy' fetch a1
check 'says nothing' silent
check 'did not even connect' [ "$(grep -c ' connected$' "$T/log")" = 1 ]
wait "$first"
check 'the first one ends well' [ $? = 0 ]
check 'in silence' [ ! -s "$T/first" ]
oracle 'and each message is there once'

script '# nothing'
config
rm -rf "$T/want"
mkdir "$T/want"
for who in 1 2 3 4 5 6; do expect "$T/drop$who"/*; done
copies=
for i in 1 2 3 4 5 6 7 8 9 10; do
	fetch >"$T/copy.$i" 2>&1 &
	copies="$copies $!"
done
bad=0
for pid in $copies; do
	wait "$pid"
	case $? in 0 | 75) ;; *) bad=$((bad + 1)) ;; esac
done
check 'F1: ten copies at once end with 0 or 75' [ "$bad" = 0 ]
cat "$T"/copy.* >"$T/out"
check 'and in silence' silent
check_status 0 'the next run' fetch
oracle 'each message once'

# Other programs deliver while a fetch goes on.
config
script 'on RETR 3 delay 300'
fetch >"$T/first" 2>&1 &
first=$!
for i in 1 2 3 4 5 6 7 8; do
	printf 'Subject: from outside %s\n\nx\n' "$i" >"$T/in.$i"
	"$postroom" -c "$conf" deliver <"$T/in.$i" >>"$T/said" 2>&1 ||
		echo "status $?" >>"$T/said"
done
wait "$first"
check 'a fetch with deliveries beside it' [ $? = 0 ]
expect "$T"/in.*
check 'the deliveries are silent' [ ! -s "$T/said" ]
oracle 'all mail is there, once'
done_testing
