#!/bin/sh
# F13: deliver started by root: it becomes the user whose mail it is.
. "${0%/*}/../lib.sh"

[ "$(id -u)" = 0 ] || skip_all 'only root can run this'
other=nobody uid=$(id -u nobody)
chmod 755 "$T"
setpriv --reuid="$uid" --clear-groups test -x "$postroom" ||
	skip_all 'another user cannot run this program'
home=$T/them
mkdir "$home" && chown "$other" "$home"
printf 'Subject: hello\n\nhello\n' >"$T/message"
attempt() { "$postroom" -c "$conf" deliver "$@" <"$T/message"; }
fresh() { # LINE...: and nothing was delivered
	rm -rf "$home" "$T/state" "$T/ids"
	mkdir "$home" "$T/state"
	chown "$other" "$home" "$T/state"
	chmod 700 "$T/state"
	mail=$home/Mail
	new_config "$@"
	chmod 644 "$conf"
}
takes() { # the message is there, and all of it is theirs
	[ "$(messages "$1")" = 1 ] &&
		! find "$1" "$T/state" ! -user "$other" | grep .
}
try() { # STATUS NAME ARGUMENT...
	wanted=$1 name=$2 got=0 && shift 2
	attempt "$@" >"$T/out" 2>&1 || got=$?
	echo "status $got" >>"$T/out"
	verdict=ok && [ "$got" = "$wanted" ] || verdict='not ok'
	result "$verdict" "$name" "$T/out"
}

fresh
mkdir "$mail" && chown "$other" "$mail"
try 0 'F13: a Maildir of a user'
check 'is delivered to by that user' takes "$mail"

fresh
try 0 'a Maildir that is missing'
check 'is made by the owner of the directory above' takes "$mail"

mkdir "$T/secret"
fresh
ln -s "$T/secret" "$mail" && chown -h "$other" "$mail"
try 0 'a link of the user to a directory of root'
check 'waits in the spool' says 'Permission denied'
check 'leaves nothing there' [ -z "$(ls -A "$T/secret")" ]

fresh
mkdir "$mail"
try 0 'a directory of root in the home of a user'
check 'waits, too' says 'Permission denied'
check 'is not written to' [ -z "$(ls -A "$mail")" ]

fresh
ln -s "$home" "$T/link" && mail=$T/link/Mail && new_config
try 0 'a link of root into the home of a user'
check 'is that user again' takes "$home/Mail"

fresh
mkdir "$T/open" && chmod 1777 "$T/open" && mail=$T/open/Mail && new_config
try 75 'a missing Maildir where everybody may make one'
check 'is refused' says 'other users can write to .*/open'
check 'before it is made' [ ! -e "$mail" ]

chown root "$T/state"
mkdir -m 700 "$T/open/Mail"
try 0 "a Maildir of root's that nobody can touch"
check 'is delivered to by root' [ "$(messages "$mail")" = 1 ]

fresh 'rule "run" {
	pipe = "sh -c '"'id -u >$T/ids/who; env >$T/ids/env'"'"
}'
mkdir "$T/ids" && chown "$other" "$T/ids"
try 0 'a command of a rule'
check 'runs as the user' grep -qx "$uid" "$T/ids/who"
check 'with the HOME of the user' grep -qx \
	"HOME=$(getent passwd "$other" | cut -d: -f6)" "$T/ids/env"

# By name: the configuration belongs to the user and nobody else reads it.
fresh
chmod 600 "$conf" && chown "$other" "$conf"
try 0 'for a user who is named' --user "$other"
check 'with a configuration of that user' takes "$mail"
try 75 'for a user who does not exist' --user no-such-user
check 'with the reason' says 'no user .no-such-user.'
try 64 '--user without a name' --user
cp "$T/message" "$T/open/message" && chmod 644 "$T/open/message"
check_status 75 'by another user' setpriv --reuid="$uid" --clear-groups \
	"$postroom" -c "$conf" deliver --user root
check 'is refused' says 'only root'
done_testing
