# shellcheck shell=sh disable=SC1091,SC2012,SC2086,SC2119,SC2154
# An account is its mailbox, not its name: other names, other addresses, and
# other mailboxes behind the same name.
. "$(dirname "$0")/../lib.sh"
. "$tests/uidl.sh"

state() { "$postroom" -c "$conf" state "$@"; }
labels() { sql "SELECT name FROM account ORDER BY name"; }

# Another name.
fresh
fill 1 5 u
expect "$T/drop"/m*
fetch >"$T/out" 2>&1
renamed() { # NAME WHAT
	new_config
	add_account "$1"
	check_status 0 "A43: $2: state" state
	check "A43: $2: the name that is shown" says "^$1 +5 +0"
	check_status 0 "A43: $2: log" "$postroom" -c "$conf" log --account "$1"
	check "A43: $2: its mail" [ "$(wc -l <"$T/out")" = 5 ]
	check_status 0 "A43: $2: status" "$postroom" -c "$conf" status
	check "A43: $2: is not new" says "^$1 .* 5 +0$"
	check_status 0 "A43: $2: a dry run" fetch -n
	check "A43: $2: a dry run fetches nothing" silent
	quiet_run "A43: $2" 0 0
	check "A43: $2: one account" [ "$(labels)" = "$1" ]
}
renamed A 'capitals'
renamed office 'another name'
sql "UPDATE account SET name = 'office', host = NULL, user = NULL"
quiet_run 'A43: the database of an older version' 0 0
renamed work 'then another name'

# Two accounts swap their names.
mkdir "$T/drop2"
printf 'Message-ID: <v@x>\n\nof v\n' >"$T/drop2/1"
expect "$T/drop2/1"
start_popd --drop "v:$password:$T/drop2"
two() { # NAME-OF-U NAME-OF-V
	new_config
	user=u port=$all
	add_account "$1"
	user=v port=$second
	add_account "$2"
	user=u
}
second=$port
two work home
check_status 0 'A43: two accounts' fetch
two home work
check_status 0 'A43: swap their names' fetch
oracle 'A43: each message is there once'
check_status 0 'A43: state after it' state
check 'A43: each has its mail' says '^home +5 '
check 'A43: and the other one, too' says '^work +1 '
port=$all


# Servers that count 1, 2, 3 in each mailbox; letters of one size.
box() { # DIRECTORY WHO FIRST LAST
	for n in $(seq "$3" "$4"); do
		printf 'Message-ID: <%s%s@x>\nSubject: of %s\n\nletter %s\n' \
			"$2" "$n" "$2" "$n" >"$1/$n"
	done
}
counted() { # ACCOUNT-LINE...: nine letters of alice, with the UIDLs 1 to 9
	fresh "$@"
	box "$T/drop" alice 1 9
	expect "$T/drop"/*
	fetch >"$T/out" 2>&1
}
shift_uidls() { # the first message is gone, the others move up
	rm "$T/drop/1"
	for n in $(seq 2 9); do mv "$T/drop/$n" "$T/drop/$((n - 1))"; done
}
for how in "$all top" "$no_top no-top"; do
	port=${how% *} how=${how#* }
	counted
	quiet_run "A44: $how: numbers as UIDLs, nothing new" \
		"$([ $how = top ] && echo 0 || echo 1)" ''
	rm "$T/drop"/*
	box "$T/drop" later 1 9
	expect "$T/drop"/*
	check_status 0 "A44: $how: the mailbox was emptied and filled again" fetch
	oracle "A44: $how: all of it comes"
	check_status 0 "A44: $how: the next poll" fetch
	oracle "A44: $how: brings nothing"
	counted
	shift_uidls
	check_status 0 "A44: $how: a deletion moves all numbers" fetch
	oracle "A44: $how: nothing comes twice"
	counted
	shift_uidls
	box "$T/drop" later 9 9
	expect "$T/drop/9"
	check_status 0 "A44: $how: and a new one has the last number" fetch
	oracle "A44: $how: only that one is new"
	counted 'keep-on-server = no'
	box "$T/drop" later 1 9
	expect "$T/drop"/*
	check_status 0 "A44: $how: an account that deletes" fetch
	oracle "A44: $how: nothing is deleted unread"
done
port=$all
counted
script 'on TOP 9* drop'
check_status 75 'A44: the session breaks while it looks' fetch
script 'on TOP reply "-ERR no\r\n"'
check_status 0 'A44: TOP is refused' fetch
check 'A44: one is fetched, to be compared' asked 1 ''
oracle 'A44: nothing comes twice'
rm "$T/drop"/*
box "$T/drop" later 1 9
expect "$T/drop"/*
check_status 0 'A44: TOP is refused, and the mailbox filled again' fetch
oracle 'A44: all of it comes'
script '# nothing'
fresh
for n in 1 2 3; do put "m$n" "000000000000$n"; done
fetch >"$T/out" 2>&1
check_status 0 'A44: a count behind zeros' fetch
check 'A44: is one, too' asked 0 2
fresh
fill 1 5 u
fetch >"$T/out" 2>&1
check_status 0 'A44: long UIDLs' fetch
check 'A44: cost nothing' asked 0 0

# The account names another mailbox of such a server; or the same one under
# another address.
mkdir "$T/bob"
start_popd --script "$T/script" --drop "bob:$password:$T/bob"
both=$port
start_popd --script "$T/script" --drop "bob:$password:$T/bob" --caps 'USER UIDL'
both_no_top=$port
other() { # N: letters of bob, with the same UIDLs and sizes
	rm -rf "$T/bob"
	mkdir "$T/bob"
	box "$T/bob" bobby 1 "$1"
	sed -i 's/of bobby/of alice/' "$T/bob"/*
	expect "$T/bob"/*
}
configure() { # USER PORT [ACCOUNT-LINE...]
	user=$1 port=$2
	shift 2
	account "$@"
	user=u
}
for how in "$both top" "$both_no_top no-top"; do
	server=${how% *} how=${how#* }
	for keep in yes no; do
		port=$server
		counted "keep-on-server = $keep"
		other 9
		configure bob "$server" "keep-on-server = $keep"
		check_status 0 "A45: $how, keep $keep: another user" fetch
		oracle "A45: $how, keep $keep: all of that mailbox comes"
		configure u "$server" "keep-on-server = $keep"
		check_status 0 "A45: $how, keep $keep: back to the first" fetch
		oracle "A45: $how, keep $keep: nothing comes twice"
		configure bob "$server" "keep-on-server = $keep"
		check_status 0 "A45: $how, keep $keep: and again" fetch
		oracle "A45: $how, keep $keep: nothing comes twice"
	done
	port=$server
	counted
	sed 's/host = 127.0.0.1/host = localhost/' "$conf" >"$T/conf2"
	cat "$T/conf2" >"$conf"
	check_status 0 "A45: $how: another name of the server" fetch
	oracle "A45: $how: nothing comes twice"
	check "A45: $how: it is one account" [ "$(labels)" = a ]
	check_status 0 "A45: $how: the next poll" fetch
	oracle "A45: $how: nor does it then"
done
port=$both
counted
other 9
script 'on TOP reply "-ERR no\r\n"'
configure bob "$both"
check_status 0 'A45: another user, and TOP is refused' fetch
oracle 'A45: all of that mailbox comes'
port=$both
counted
other 9
configure bob "$both"
script 'on TOP reply "-ERR no\r\n"' 'on RETR reply "-ERR no\r\n"'
check_status 77 'A45: nothing is shown at all' fetch
check 'A45: a person is told what to do' \
	says 'state rename "a \(u@127.0.0.1:[0-9]*\)" "a"; if not: postroom state forget'
check_status 0 'A45: it is the same' state rename "$(labels | tail -n 1)" a
script '# nothing'
check_status 0 'A45: then' fetch
oracle 'A45: the numbers show that it is not'
port=$both
counted
other 9
script 'on STAT times 2 drop'
configure bob "$both"
check_status 75 'A45: another user, and the first session breaks' fetch
script 'on TOP times 2 drop'
check_status 75 'A45: the second, too' fetch
script 'on RETR 5 times 2 drop'
check_status 75 'A45: the third, in the middle' fetch
script '# nothing'
check_status 0 'A45: the fourth does not' fetch
oracle 'A45: all of the other mailbox comes'
for how in "$both top" "$both_no_top no-top"; do
	port=${how% *} how=${how#* }
	fresh
	box "$T/drop" alice 10 30
	expect "$T/drop"/*
	fetch >"$T/out" 2>&1
	box "$T/drop" bobby 17 17
	sed -i 's/of bobby/of alice/' "$T/drop/17"
	expect "$T/drop/17"
	sed -i 's/127.0.0.1/localhost/' "$conf"
	check_status 0 "A45: $how: moved, and a number is of another letter" fetch
	oracle "A45: $how: that one comes, and nothing twice"
	check_status 0 "A45: $how: the next poll" fetch
	oracle "A45: $how: brings nothing"
done
port=$all
fresh
fill 1 25 old
expect "$T/drop"/m*
fetch >"$T/out" 2>&1
fill 26 28 new
expect "$T/drop/m26" "$T/drop/m27" "$T/drop/m28"
sed -i 's/^\(m[0-9]*\) old.*/\1 other-long-uidl-\1/' "$T/drop/.uidl"
configure u "$both"
check_status 0 'A45: another server, which has other UIDLs' fetch
oracle 'A45: known by the headers: only three are new'

# A new account, which is one that has left the configuration.
port=$both
counted
sed 's/host = 127.0.0.1/host = localhost/; s/"a"/"b"/' "$conf" >"$T/conf2"
cat "$T/conf2" >"$conf"
check_status 0 'A45: name and host have changed' fetch
oracle 'A45: it is the same by its headers'
check 'A45: there is one account' [ "$(labels)" = b ]
counted
other 9
configure bob "$both"
sed -i 's/"a"/"b"/' "$conf"
check_status 0 'A45: name and user have changed, for another mailbox' fetch
oracle 'A45: all of that one comes'

# The same UIDL with another size: servers that keep mail in an mbox.
port=$all
read_by_server() { # FIELD: the server adds or changes it in each header
	for file in "$T/drop"/m*; do
		sed -i -e "/^${1%%:*}:/d" -e "0,/^\$/s/^\$/$1\\n/" "$file"
	done
}
mbox() { # UNDER-TEST ACCOUNT-LINE...
	fresh "$2"
	fill 1 5 u
	"$1"
	expect "$T/drop"/m*
	for field in 'Status: O' 'Status: RO' 'X-Status: A' 'X-UID: 123'; do
		fetch >"$T/out" 2>&1 || cat "$T/out"
		read_by_server "$field"
	done
	fetch >"$T/out" 2>&1 || cat "$T/out"
}
as_they_are() { :; }
without_id() { sed -i '/^Message-ID/d' "$T/drop"/m*; }
for port in $all $no_top; do
	for kind in as_they_are without_id; do
		mbox $kind 'keep-on-server = yes'
		oracle "A46: a header that grows, $kind: each comes once"
		mbox $kind 'keep-on-server = 9d'
		oracle "A46: a header that grows, $kind, 9d: each comes once"
	done
done
port=$all
mbox as_they_are 'keep-on-server = yes'
echo 'one more line' >>"$T/drop/m3"
expect "$T/drop/m3"
check_status 0 'A46: another body under the same UIDL and header' fetch
oracle 'A46: it comes'

# New UIDLs in a small mailbox, and in a part of one.
for port in $all $no_top; do
	fresh
	fill 1 30 u
	expect "$T/drop"/m*
	for prefix in u v w x; do
		sed -i "s/^\(m[0-9]*[02468]\) .*/\1 \1-$prefix-long-uidl/" \
			"$T/drop/.uidl"
		check_status 0 "A47: half of the UIDLs are new: $prefix" fetch
	done
	oracle 'A47: nothing comes twice'
	fresh
	fill 1 10 u
	expect "$T/drop"/m*
	fetch >"$T/out" 2>&1
	sed -i '1i X-Moved: yes' "$T/drop"/m*
	sed -i 's/ u/ v/' "$T/drop/.uidl"
	script 'on RETR 4 drop'
	check_status 75 'A47: a line in each header, too; cut off' fetch
	script '# nothing'
	check_status 0 'A47: and the next time not' fetch
	oracle 'A47: nothing comes twice'
done
port=$all
fresh
fill 1 5 u
expect "$T/drop"/m*
fetch >"$T/out" 2>&1
rm "$T/drop/m3"
sed 's/m4/m6/g' "$T/drop/m4" >"$T/drop/m6"
echo "m6 $(uidl six)" >>"$T/drop/.uidl"
expect "$T/drop/m6"
check_status 0 'A47: one is gone, and a new one has its size' fetch
oracle 'A47: it comes'

# A part of the new UIDLs at a time; or nothing is listed for once before.
for port in $all $no_top; do
	for how in limit empty; do
		fresh 'limit = 4'
		fill 1 10 u
		expect "$T/drop"/m*
		for try in 1 2 3; do fetch >"$T/out" 2>&1; done
		[ $how = limit ] ||
			script 'on STAT reply "+OK 0 0\r\n"' \
				'on UIDL reply "+OK\r\n.\r\n"' \
				'on LIST reply "+OK\r\n.\r\n"'
		[ $how = limit ] || fetch >"$T/out" 2>&1
		script '# nothing'
		sed -i '1i X-Moved: yes' "$T/drop"/m*
		sed -i 's/ u/ v/' "$T/drop/.uidl"
		for try in 1 2 3; do fetch >"$T/out" 2>&1; done
		oracle "A47: new UIDLs, $how: nothing comes twice"
	done
done
port=$all

# The state directory is another one, and the folders are the same.
fresh
fill 1 3 u
expect "$T/drop"/m*
fetch >"$T/out" 2>&1
mv "$T/state" "$T/state.old"
: >"$T/log"
for try in first second; do
	check_status 77 "A48: a new state beside old folders, $try time" fetch
	check 'A48: a person is told' says 'is new; nothing was fetched.*rebuild'
	check 'A48: no login' not logged 'C: '
done
check_status 0 'A48: rebuild' state rebuild
fill 4 4 u
expect "$T/drop/m4"
check_status 0 'A48: then' fetch
oracle 'A48: only the new one comes'
rm -rf "$T/state" "$mail"
mkdir -p "$mail/Inbox/cur" "$mail/Inbox/new" "$mail/Inbox/tmp"
echo x >"$mail/Inbox/cur/1700000000.M1P2.other:2,S"
check_status 0 'A48: folders of another program' fetch
check 'A48: all comes' [ "$(messages "$mail")" = 5 ]
rm -rf "$T/state.old"

done_testing
