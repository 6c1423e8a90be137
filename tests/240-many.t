# shellcheck shell=sh
# Several accounts at once, two runs at once, and what cron sees of trouble.
. "$(dirname "$0")/lib.sh"

two_runs() {
	"$postroom" -c "$conf" fetch >"$T/first" 2>&1 &
	first=$!
	wait_for logged 'C: RETR'
	check_status 75 'a second run while the first is at it' fetch
	check 'says nothing' silent
	check_status 75 'with -v' fetch -v
	check 'it says why' says 'another postroom'
	kill "$first" 2>/dev/null
	wait "$first"
}
for i in 1 2 3; do printf 'Subject: %s\n\n%s\n' $i $i >"$T/drop/$i"; done
expect "$T/drop"/*
script 'on RETR 2 stall'
start_popd --script "$T/script"
new_config
add_account a
two_runs
script '# nothing'
check_status 0 'then a run alone' fetch
oracle 'brings all, once'

# A second run that meets the first at the end of its work harms nothing.
rm -rf "$T/state" "$mail"
for i in 1 2 3 4 5 6; do
	fetch >"$T/run.$i" 2>&1 &
	runs="${runs:-} $!"
done
for run in $runs; do wait "$run" || status=$?; done
check_status 0 'six runs at once, and one more' fetch
oracle 'all messages once'
check 'none of the six said anything' \
	[ -z "$(cat "$T"/run.*)" ]

# Four slow accounts take as long as one.
rm -rf "$T/state" "$mail" "$T/want"
mkdir "$T/want"
script 'on STAT delay 1000'
set --
for user in u1 u2 u3 u4; do
	mkdir "$T/drop.$user"
	printf 'Subject: %s\n\n%s\n' "$user" "$user" >"$T/drop.$user/1"
	expect "$T/drop.$user/1"
	set -- "$@" --drop "$user:$password:$T/drop.$user"
done
start_popd --script "$T/script" "$@"
new_config
for user in u1 u2 u3 u4; do add_account "$user"; done
start=$(date +%s)
check_status 0 'four slow accounts' fetch
took=$(($(date +%s) - start))
check 'are fetched side by side' [ "$took" -le 3 ]
sed -i '1i parallel = 1' "$conf"
start=$(date +%s)
check_status 0 'one after the other' fetch
took=$(($(date +%s) - start))
check 'when so told' [ "$took" -ge 4 ]

# Trouble of one account is that of one account; the worst status wins.
new_config
port=1
add_account dead
printf 'account "wrong" {\nhost = 127.0.0.1\nport = 1\ntls = none\nuser = x\n' \
	>>"$conf"
printf 'password = "file:%s"\n}\n' "$T/none" >>"$conf"
check_status 75 'a server that is not there' fetch dead
check 'one line' [ "$(wc -l <"$T/out")" = 1 ]
check 'that says where and what' says '^dead: .*127.0.0.1:1.*refused'
done_testing
