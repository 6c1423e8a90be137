# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2154
# The connection breaks at every place. A message that was not received
# completely stays on the server, and the next run delivers it once.
. "$(dirname "$0")/../lib.sh"

fresh() { # LINE...: of the script; three messages on the server
	script "$@"
	rm -rf "$T/state" "$mail" "$T/drop"
	mkdir "$T/drop"
	cp "$T/want/1"/* "$T/drop"
}
nothing_broken() { # what is there was expected, and is there once
	delivered "$mail" | hashes >"$T/found"
	[ -z "$(uniq -d "$T/found")" ] && [ -z "$(find "$T/want" -type f |
		hashes | comm -13 - "$T/found")" ]
}
server_is_empty() { [ -z "$(ls "$T/drop")" ]; }

for i in 1 2 3; do
	printf 'Subject: %s\n\n.%s\n' "$i" "$(seq 400)" >"$T/drop/$i"
done
expect "$T/drop"/*
make_cert server IP:127.0.0.1 2
script '# nothing'
set -- --script "$T/script" --cert "$T/server.pem" --key "$T/server.key"

broken() { # WHERE LINE: of the script; then without it
	fresh "$2"
	check_status 75 "$1: later" fetch
	check "$1: said in one line that names the account" [ "$(grep -c '^postroom: a: ' \
		"$T/out")" = "$(grep -c . "$T/out")" ]
	check "$1: nothing broken is delivered" nothing_broken
	script '# nothing'
	check_status 0 "$1: the next run" fetch
	oracle "$1: then all are there once"
	check "$1: and gone from the server" server_is_empty
}
commands='GREETING AUTH STAT UIDL LIST RETR.1 RETR.2 DELE.1
	DELE.3 QUIT'
# The answer to RETR 2 is a status line of 17 bytes and about 1900 more.
bytes='0 1 17 18 900 -6 -5 -4 -3 -2 -1'
run_all() { # how the connection ends
	for where in $commands; do
		sampled || continue
		where=$(echo "$where" | tr . ' ')
		broken "A9: $tls, $where $1" "on $where drop $1"
	done
	for n in $bytes; do
		sampled || continue
		broken "A10 A11: $tls, after $n bytes $1" "on RETR 2 drop-after $n $1"
	done
}
start_popd "$@"
new_config
add_account a 'keep-on-server = no'
run_all clean
run_all rst
tls=implicit commands='GREETING RETR.2 QUIT' bytes='900 -5 -3 -2 -1'
start_popd "$@" --tls implicit
new_config
add_account a 'keep-on-server = no' "tls-ca-file = \"$T/ca.pem\""
run_all clean
run_all dirty
tls=starttls
start_popd "$@" --tls starttls
new_config
add_account a 'keep-on-server = no' "tls-ca-file = \"$T/ca.pem\""
broken 'A9: in the middle of STLS' 'on STLS drop'
broken 'A9: after STLS, before TLS' 'on STLS drop-after 999'

tls=none
start_popd "$@" --caps 'USER UIDL'
new_config
add_account a 'keep-on-server = no'
for where in 'RETR 1' 'RETR 2' 'DELE 1' 'DELE 3' QUIT; do
	sampled || continue
	broken "A9: without pipelining, $where" "on $where drop"
done
fresh 'on RETR 2 drop-after 700 rst'
new_config
add_account a 'keep-on-server = yes'
check_status 75 'A10: also when mail is kept there' fetch
script '# nothing'
check_status 0 'the next run' fetch
oracle 'all are there once'
check 'those that came complete were not asked for again' \
	[ "$(tac "$T/log" | sed '/connected/q' | grep -c 'C: RETR [23]')" = 2 ]
done_testing
