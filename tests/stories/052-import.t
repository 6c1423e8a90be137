# shellcheck shell=sh disable=SC1091,SC2012,SC2119,SC2120,SC2154
# Knowledge of one account becomes that of another: state rename, import,
# and forget of an account that has left the configuration.
. "$(dirname "$0")/../lib.sh"
. "$tests/uidl.sh"

state() { "$postroom" -c "$conf" state "$@"; }
new_state() { # the folders are as they were, and nothing is known
	rm -rf "$T/state"
	mv "$mail" "$T/mail.old"
}
old_folders() { # add what was fetched before
	mkdir -p "$mail/Before/new" "$mail/Before/cur" "$mail/Before/tmp"
	delivered "$T/mail.old" | xargs -r mv -t "$mail/Before/new"
	rm -rf "$T/mail.old"
}
start_with() { # ACCOUNT-LINE...: five letters that were fetched
	fresh "$@"
	fill 1 4 u
	put m5 5
	expect "$T/drop"/m*
	fetch >"$T/out" 2>&1
}

# The output of export.
for json in '' --json; do
	for keep in yes no; do
		start_with
		# shellcheck disable=SC2086
		state $json export >"$T/export"
		new_state
		account "keep-on-server = $keep"
		check_status 0 "import $json, keep $keep" state import "$T/export"
		check 'says how much' says '^5 messages are known now, 0 were'
		check_status 0 'a second time' state import a "$T/export"
		check 'nothing is new' says '^0 messages are known now, 5 were'
		check_status 0 'then a fetch' fetch
		old_folders
		oracle "import $json, keep $keep: nothing comes twice"
		if [ $keep = no ]; then
			check 'all are compared, then deleted' server_has 0
		else
			check 'nothing is fetched' asked 0 ''
		fi
	done
done
start_with
state export >"$T/export"
sed -i 's/m5/M5/g' "$T/drop/m5"
new_state
expect "$T/drop/m5"
account 'keep-on-server = no'
check_status 0 'import of what is another message now' state import "$T/export"
check_status 0 'then a fetch that deletes' fetch
old_folders
oracle 'nothing is deleted unread'

# One UIDL a line.
known() { # LINES: as another program keeps them; then all but m6 is known
	new_state
	rm -rf "$T/mail.old"
	printf '%b' "$1" >"$T/uidls"
	account "$2"
	check_status 0 "a file of UIDLs, $3" state import a "$T/uidls"
	check 'four are known now' says '^4 messages are known'
	check_status 0 'export' state export
	check 'without a size' [ "$(grep -c '	-	-	.*marked' "$T/out")" = 4 ]
	check_status 0 'then a fetch' fetch
	check 'one is fetched' asked 1 ''
	check_status 0 'once more' fetch
	check 'nothing' asked 0 ''
	check_status 0 'export' state export
	check 'the sizes are known now' not says '	-	-	'
	check 'what was never here stays there' [ "$(ls "$T/drop" | wc -l)" = "$4" ]
}
for case in 'yes 5' 'no 4'; do
	start_with
	known "u1$long\nu2$long\n\nu3$long\r\nu4$long" \
		"keep-on-server = ${case% *}" "keep ${case% *}" "${case#* }"
done
start_with
known "u@127.0.0.1 u1$long\nu@127.0.0.1 u2$long\nu@127.0.0.1 u3$long
u@127.0.0.1 u4$long\nu@other 5\nv@127.0.0.1 5\n" 'limit = 9' fetchmail 5
start_with
known "u1$long\\00001\\nu2$long\\00002\\nu3$long\\00003\\nu4$long\\00004\\n" \
	'limit = 9' getmail 5
check_status 0 'standard input' sh -c "echo 5 | '$postroom' -c '$conf' state import"
check 'is read' says '^0 messages are known now, 1'

# Files that cannot be read.
refused() { # WHAT LINE
	printf 'good\n%b\n' "$2" >"$T/uidls"
	check_status 64 "$1" state import a "$T/uidls"
	check 'its line is named' says "$T/uidls: line 2: .*nothing was imported"
	check 'nothing was imported' not sh -c "'$postroom' -c '$conf' state export |
		grep good"
}
start_with
refused 'two words' 'a b'
refused 'JSON that is none' '{"account":'
refused 'JSON without members' '{}'
refused 'fields that are missing' 'a\tu\t1'
refused 'fields that are too many' 'a\tu\t1\t-\t1\tknown\tmore'
refused 'a time that is none' 'a\tu\t1\t-\t-5\tknown'
refused 'a UIDL that is too long' "$(printf %01025d 0)"
check_status 75 'no such file' state import a "$T/nothing"
check_status 64 'two files' state import a "$T/uidls" "$T/uidls"
printf 'a\todd\\x01\\x41\t7\t-\t1\tmarked\n' >"$T/uidls"
check_status 0 'a UIDL with a control character' state import "$T/uidls"
state export >"$T/out"
check 'is what it was' says '^a	odd\\x01\\x41	7	-	.*marked$'
[ "$(sql "SELECT hex(uidl) FROM msg WHERE listed_size = 7")" = 6F6464015C783431 ]
check 'byte for byte' [ $? = 0 ]

# Two accounts: lines without an account, and of others.
add_account b
sed -i '$d' "$conf" && echo '	enabled = no' >>"$conf" && echo '}' >>"$conf"
sed -i '/^account "b"/,$s/user = "u"/user = "v"/' "$conf"
check_status 64 'which account?' state import "$T/export.none" /dev/null
echo x-uidl >"$T/uidls"
check_status 64 'a UIDL without an account' state import "$T/uidls"
check 'is not guessed' says 'name the account'
printf 'b\tone\t7\t-\t1\tknown\nc\ttwo\t7\t-\t1\tknown\n' >"$T/uidls"
check_status 0 'lines of others' state import a "$T/uidls"
check 'of an account that is here: left out' says '^1 lines are of other'
check 'of one that is not here any more: taken' says '^1 messages are known now'

# An account whose name, host and user have all changed.
start_with
mkdir "$T/elsewhere"
start_popd --script "$T/script" --drop "w:$password:$T/drop"
before=$conf
new_config
user=w
add_account new
user=u
check_status 0 'state, before it is polled' state
check 'shows the old one' says '^a +5 '
check_status 0 'rename' state rename a new
check 'says so' says 'what was known of a is known of new now'
quiet_run 'all three have changed' 0 ''
check_status 64 'there is no such account now' state rename a new
check_status 0 'to a name that is not configured' state rename new third
check_status 0 'which the next fetch' fetch
check 'sets right' [ "$(sql 'SELECT name FROM account')" = new ]
check_status 64 'one word' state rename new
user=u
add_account u
check_status 64 'two that are configured' state rename u new
check 'are two mailboxes' says "'u' and 'new' are two accounts"
conf=$before

# An account that has left the configuration.
start_with
sed -i 's/account "a"/account "other"/; s/user = "u"/user = "w"/' "$conf"
check_status 0 'state' state show a
check 'knows the account that has left' says '^a +5 '
check_status 64 'forget needs UIDLs, or --all' state forget a
check_status 0 'forget all of it' state forget a --all
check 'says how much' says '^5 messages of a are forgotten'
check_status 0 'state' state
check 'shows it no more' not says '^a '
check_status 64 'an account that never was' state forget nobody --all
check 'is none' says "no account 'nobody', neither in"
done_testing
