# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2119,SC2154
# Around the sorter: a reader changes mail on disk meanwhile, folders disappear or
# cannot be made, killed runs are undone.
. "$(dirname "$0")/../lib.sh"
no_leak_search

run() { "$postroom" -c "$conf" "$@"; }
deliver() { printf "$1" | run deliver; }
old=$T/old
folder() { mkdir -p "$1/cur" "$1/new" "$1/tmp"; }
there() { [ "$(messages "$1" 2>/dev/null)" = "$2" ] || { delivered "$T" && false; }; }
spooled() { ls "$T/state/spool" 2>/dev/null | wc -l; }
fresh() { # RULE...
	chmod -R u+rwX "$T"
	rm -rf "$T/state" "$mail" "$old" "$T/real"
	new_config
	printf '%s\n' "$@" >>"$conf"
}
two_old() {
	fresh 'rule "x" { subject = "x" folder = "X" }'
	folder "$old/Inbox"
	printf 'Subject: x\n\n1\n' >"$old/Inbox/new/1.h"
	printf 'Subject: x\n\n2\n' >"$old/Inbox/cur/2.h:2,S"
	run sort "$old"
}
# As after a kill between the removal of the old files and its record.
killed() { sql 'UPDATE msg SET moved = 1'; }
failing() { # CALL ERROR COMMAND...: each such call of the sorter
	call=$1 error=$2 && shift 2
	"$top/tests/tools/inject" --call "$call" error "$error" "$postroom" -c "$conf" "$@"
}
can_fail() { failing "$1" EPERM help >/dev/null 2>&1; }

# Mail on disk whose removal was not recorded.
two_old && killed
check_status 0 'undo after a kill' run undo
check 'puts both back' there "$old" 2
check_status 0 'the next run' deliver 'A: b\n\nx\n'
check 'E11: leaves what was put back' there "$old" 2
two_old && killed
printf 'Subject: x\n\n1\n' >"$old/Inbox/new/1.h"
check_status 0 'undo of what has not been removed yet' run undo
check 'has it once' there "$old" 2
check 'and not in the folder' there "$mail/X" 0
two_old && killed
printf 'Subject: another\n\n1\n' >"$old/Inbox/new/1.h"
check_status 0 'another message under an old name' run sort
check 'stays' there "$old" 1
check_status 0 'and is not overwritten' run undo
check 'by what comes back' grep -q another "$old/Inbox/new/1.h"
two_old && killed
rm -rf "$old"
check_status 0 'the old folders are gone' deliver 'A: b\n\n1\n'
check 'silently' silent
check 'new mail is filed' there "$mail/Inbox" 1
check 'nobody asks again' [ "$(sql 'SELECT sum(moved) FROM msg')" = 0 ]
two_old && killed
rm -rf "$old/Inbox" && : >"$old/Inbox"
check_status 0 'a file in their place' deliver 'A: b\n\n1\n'
check 'new mail is filed, too' there "$mail/Inbox" 1
if can_fail renameat2; then
	for error in EINVAL ENOSYS; do
		two_old
		check_status 0 "undo without an exclusive rename ($error)" \
			failing renameat2 $error undo
		check 'puts both back' there "$old" 2
		check 'and has them once' there "$mail" 0
	done
else
	skip 'no call can be made to fail here'
fi

# A mail reader is at work in the old folder.
one_old() { # NAME
	fresh "rule \"x\" { subject = \"x\" test-command = {\"sh\", \"-c\", \
		\"[ ! -e $T/second ] || mv '$1' '$2'; touch $T/second\"}" \
		'folder = "X" }'
	rm -f "$T/second"
	folder "$old/Inbox"
	printf 'Subject: x\n\n1\n' >"$1"
}
one_old "$old/Inbox/new/1.h" "$old/Inbox/cur/1.h:2,S"
check_status 0 'it is moved to cur/ meanwhile' run sort "$old"
check 'and not there twice' there "$old" 0
check 'but filed' there "$mail/X" 1
mkdir "$T/[a]" && old="$T/[a]/old"
one_old "$old/Inbox/cur/1.h:2," "$old/Inbox/cur/1.h:2,RS"
check_status 0 'it gets other flags, below a [' run sort "$old"
check 'likewise' there "$old" 0
check 'it is filed' there "$mail/X" 1
one_old "$old/Inbox/cur/1.h:2,S" "$old/Inbox/new/1.h"
check_status 0 'it becomes new again' run sort "$old"
check 'likewise' there "$old" 0
old=$T/old

# Mail that waits is not taken again under another name.
fresh 'rule "x" { subject = "x" folder = "X" }'
folder "$old/Inbox" && mkdir -p "$mail" && : >"$mail/X"
printf 'Subject: x\n\n1\n' >"$old/Inbox/new/1.h"
check_status 75 'it cannot be filed' run sort "$old"
mv "$old/Inbox/new/1.h" "$old/Inbox/cur/1.h:2,S"
check_status 75 'and is moved to cur/' run sort "$old"
rm "$mail/X"
check_status 0 'mended' run sort "$old"
check 'it is filed once' there "$mail/X" 1
check 'and gone' there "$old" 0

# A file that cannot be removed is reported, and tried again.
if can_fail unlink; then
	fresh 'rule "x" { subject = "x" folder = "X" }'
	folder "$old/Inbox"
	printf 'Subject: x\n\n1\n' >"$old/Inbox/new/1.h"
	printf 'Subject: x\n\n2\n' >"$old/Inbox/new/2.h"
	run sort # makes the state, of which the same is asked
	check_status 75 'the old files cannot be removed' \
		failing unlink EACCES sort "$old"
	check 'which is said once' [ "$(grep -c 'Inbox/new: .*still there' "$T/out")" = 1 ]
	check_status 75 'once more' failing unlink EROFS sort "$old"
	check 'they are not taken again' there "$mail/X" 2
	check_status 0 'undo' failing unlink EROFS undo
	check 'puts nothing under a name that is to be removed' there "$old" 2
	check_status 0 'mended' run sort
	check 'they are gone' there "$old" 0
	check 'and filed once' there "$mail/X" 2
else
	skip 'no call can be made to fail here'
fi
if [ "$(id -u)" != 0 ]; then
	fresh 'rule "x" { subject = "x" folder = "X" }'
	folder "$old/Inbox"
	printf 'Subject: x\n\n1\n' >"$old/Inbox/new/1.h"
	chmod 500 "$old/Inbox/new"
	check_status 75 'a folder that nothing can be removed from' run sort "$old"
	check 'is named' says 'Inbox/new: nothing can be removed'
	check 'nothing is moved' there "$mail" 0
else
	skip 'root can remove files from every folder'
fi

# A folder name from a sender that can never be made: the message does not wait.
# For a name in the configuration it waits, because the user can correct that.
fresh 'rule "l" { header = "List-Id: /<(\\w+)/" folder = "{1}" }' \
	'rule "k" { header = "X-K: /(\\w+)/" folder = "Lists/{1}" }' \
	'rule "m" { header = "X-M: /(\\w+)/" folder = "My/{1}" }' \
	'undecided = "Odd"'
mkdir -p "$mail/half/cur" "$mail/Lists" "$mail/real"
: >"$mail/aliases" && : >"$mail/half/new" && : >"$mail/Lists/f" && : >"$mail/My"
ln -s nowhere "$mail/dangling" && ln -s round "$mail/round"
ln -s real "$mail/linked"
for name in aliases half dangling round; do
	check_status 0 "C11 B16: a list called $name" deliver "List-Id: <$name>\n\n$name\n"
	check 'is told of' says 'the folder cannot be made.*filed into Odd'
done
check_status 0 'one below' deliver 'X-K: f\n\nf\n'
check 'all are filed' there "$mail/Odd" 5
check_status 0 'a link to a directory' deliver 'List-Id: <linked>\n\nx\n'
check 'is a folder' there "$mail/real" 1
check 'nothing waits' [ "$(spooled)" = 0 ]
check_status 0 'a folder of the user' deliver 'X-M: f\n\nf\n'
check 'D9: is waited for' [ "$(spooled)" = 1 ]
rm "$mail/My"
check_status 0 'mended' run sort
check 'it is filed' there "$mail/My/f" 1
if [ "$(id -u)" != 0 ]; then
	mkdir -m 0 "$mail/theirs"
	check_status 0 'a directory of others' deliver 'List-Id: <theirs>\n\nx\n'
	check 'is not waited for' there "$mail/Odd" 6
else
	skip 'root may write to every directory'
fi

# The witness: a link of the spool file says that a message was filed. After a
# crash its inode is looked for, but only on its own file system.
cat >"$T/mounts" <<'END'
set -e
here=$1 postroom=$2 sql=$3
mount -t tmpfs tmpfs "$here"
mkdir "$here/Mail" "$here/Mail/Other" "$here/out"
mount -t tmpfs tmpfs "$here/Mail/Other"
mkdir "$here/Mail/Other/cur" "$here/Mail/Other/new" "$here/Mail/Other/tmp"
printf '%s\n' "maildir = \"$here/Mail\"" "state = \"$here/state\"" \
	'rule "x" { subject = "x" folder = "X" pipe = {"sh", "-c", "exit 75"} }' \
	>"$here/conf"
printf 'Subject: x\n\n1\n' | "$postroom" -q -c "$here/conf" deliver
"$sql" "$here/state/state.db" "UPDATE delivery SET done = NULL,
	spool = (SELECT spool FROM msg) WHERE kind = 1" && rm "$here/state/state.key"
mv "$here"/Mail/X/new/* "$here/out/backup"
inode=$(stat -c %i "$here/out/backup")
while i=$((${i:-0} + 1)) && [ "$i" -lt 500 ]; do
	: >"$here/Mail/Other/cur/$i"
	[ "$(stat -c %i "$here/Mail/Other/cur/$i")" != "$inode" ] || break
done
[ "$i" -lt 500 ] || { echo 'no such inode' && exit 0; }
"$postroom" -c "$here/conf" sort || echo "status $?"
ls "$here/Mail/X/new"
END
mkdir "$T/mounted"
if unshare -rm mount -t tmpfs tmpfs "$T/mounted" 2>/dev/null; then
	unshare -rm sh "$T/mounts" "$T/mounted" "$postroom" "$top/tests/tools/sql" \
		>"$T/out" 2>&1 </dev/null
	if says 'no such inode' 2>/dev/null >&2; then
		skip 'inodes of two tmpfs are never the same here'
	else
		check 'D24: the same inode number on another file system is not the witness' says 'S=14'
		check 'which is told' says 'to be sure'
	fi
else
	skip 'nothing can be mounted here'
fi
done_testing
