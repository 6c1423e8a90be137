# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2046,SC2059,SC2119,SC2154
# Other users must not see or change passwords, files behind links, the places
# where mail waits, the log, the database.
. "$(dirname "$0")/../lib.sh"
no_leak_search

fresh() { # two messages, nothing known
	chmod -R u+rwX "$T/state" "$mail" 2>/dev/null
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want" "$T/far"
	mkdir "$T/drop" "$T/want" "$T/far"
	printf 'Subject: one\n\nx\n' >"$T/drop/1"
	printf 'Subject: two\n\nx\n' >"$T/drop/2"
	expect "$T/drop"/*
	script '# nothing'
	: >"$T/log"
	new_config 'undecided = "Odd"'
	add_account a
}
deliver() { # FORMAT [ARGUMENT...]
	printf "$1" >"$T/input"
	shift
	"$postroom" -c "$conf" "$@" deliver <"$T/input"
}
family() { # PID: it, its children and theirs
	echo "$1"
	xargs -rn 1 <"/proc/$1/task/$1/children" | while read -r child; do
		family "$child"
	done
}
script '# nothing'
start_popd --script "$T/script"

# --- H1: where a password must not be, while a session is held open ---------------
secret=$password
plain=$(printf '\0u\0%s' "$secret" | openssl base64)
printf '%s\n' "$secret" >"$T/secret"
chmod 600 "$T/secret"
held() { # HOW ACCOUNT-LINE: all processes of a fetch that waits for UIDL
	how=$1
	fresh
	new_config
	add_account a "$2" 'timeout = 60'
	[ "$how" = inline ] || sed -i "/\"$password\"/d" "$conf"
	script 'on UIDL stall'
	"$postroom" -c "$conf" -vv fetch >"$T/said" 2>&1 &
	parent=$!
	wait_for logged 'C: UIDL'
	them=$(family "$parent")
	for pid in $them; do
		tr '\0' '\n' <"/proc/$pid/cmdline"
		tr '\0' '\n' <"/proc/$pid/environ"
	done >"$T/seen" 2>/dev/null
	check "H1: $how: there are processes to look at" \
		[ $(echo "$them" | wc -l) -ge 2 ]
	nowhere() {
		! grep -rF -e "$secret" -e "$plain" "$T/seen" "$T/said" \
			"$T/state" "$T/log"
	}
	check "H1: $how: not in arguments, environments, state or log" nowhere
	without_core() { # those that dump one: none
		for pid in $them; do
			grep -q '^Max core file size  *0  *0 ' \
				"/proc/$pid/limits" || echo "$pid"
		done | grep . && return 1
		return 0
	}
	check "H1: $how: no process would leave a core" without_core
	readable() { # those whose memory others of the user can read
		for pid in $them; do
			! head -c 1 "/proc/$pid/environ" >/dev/null 2>&1 ||
				echo "$pid"
		done | grep .
	}
	if [ "$(id -u)" = 0 ]; then
		skip "H1: $how: root can read any memory"
	else
		check "H1: $how: nobody can look into them" not readable
	fi
	kill "$parent"
	wait "$parent" 2>/dev/null
	check "H1: $how: nor is it there afterwards" nowhere
}
held inline '# no more'
held file "password = \"file:$T/secret\""
held command "password-command = {\"cat\", \"$T/secret\"}"

# --- H2: the file that is checked is the one that is read -----------------------------------------------
if "$strace" -o "$T/trace" true 2>/dev/null; then
	fresh
	new_config
	add_account a "password = \"file:$T/secret\""
	sed -i "/\"$password\"/d" "$conf"
	check_status 0 'H2: a run under strace' env ASAN_OPTIONS=detect_leaks=0 \
		"$strace" -f -o "$T/trace" \
		-e trace=%file "$postroom" -c "$conf" fetch
	by_name() { # FILE: all that is done to it by its name
		grep -F "\"$1\"" "$T/trace" | grep -v execve |
			sed 's/^[0-9]* *\([a-z0-9]*\)(.*/\1/'
	}
	check 'H2: the configuration is opened once, and nothing else' \
		[ "$(by_name "$conf")" = openat ]
	check 'H2: so is the file with the password' \
		[ "$(by_name "$T/secret")" = openat ]
else
	skip 'H2: there is no strace here'
fi
fresh
mv "$conf" "$T/real.conf"
ln -s "$T/real.conf" "$conf"
check_status 0 'C8 H2: a configuration that is a link of ours' fetch
chmod 666 "$T/real.conf"
check_status 78 'C8 H2: is judged by what it leads to' fetch
check 'C8 H2: and said so' says 'everybody can write'
chmod 660 "$T/real.conf"
if [ "$(id -u)" = 0 ]; then
	check_status 78 'C8: a group of the owner alone may write' fetch
	check 'C8: but not read passwords' not says 'a group can write'
	chgrp 65534 "$T/real.conf"
	check_status 78 'C8: another group may not' fetch
	check 'C8: and said so' says 'a group can write .*chmod go-w'
	chmod 600 "$T/real.conf"
	chown 65534 "$T/real.conf"
	check_status 78 'C8: a configuration of somebody else' fetch
	check 'C8: is refused' says 'belongs to another user'
else
	skip 'C8: giving a file away needs root'
fi
rm -f "$conf" "$T/real.conf"

# --- H3: links in the way ------------------------------------------------------------------
# Links of the user are followed: ~/Mail may be anywhere.
for part in Mail Mail/Inbox Mail/Inbox/new state state/spool; do
	fresh
	mkdir -p "$T/$(dirname "$part")" "$T/far/$part"
	ln -s "$T/far/$part" "$T/$part"
	check_status 0 "H3: $part is a link to a directory of ours" fetch
	check "H3: $part: is followed, and stays" [ -L "$T/$part" ]
	far_mail() { [ "$(find -L "$mail/Inbox/new" -type f | wc -l)" = 2 ]; }
	check "H3: $part: the mail is there" far_mail
	rm "$T/$part"
	fresh
	mkdir -p "$T/$(dirname "$part")"
	ln -s "$part" "$T/$part"
	check "H3: $part: a link to nowhere gets no mail" not fetch
	check "H3: $part: nothing is deleted" not logged 'C: DELE'
	rm "$T/$part"
	mkdir -p "$T/$part"
	check_status 0 "H3: $part: put right" fetch
	oracle "H3: $part: all is there, once"
done
# Only postroom creates files in the spool: do not follow a link there.
fresh
cat >>"$conf" <<'END'
rule "h" { header = "X-Hold: 1" hold = 15m folder = "Held" }
END
check_status 0 'H3: a message that waits' deliver 'X-Hold: 1\n\nx\n'
echo 'not for others' >"$T/far/private"
ln -sf "$T/far/private" "$(find "$T/state/spool" -type f)"
"$top/tests/tools/sql" "$T/state/state.db" 'UPDATE msg SET hold_until = 0'
check_status 0 'H3: and whose file became a link' deliver 'X: y\n\nx\n'
check 'H3: is told of' says 'spool/.*symbolic link'
check 'H3: what it leads to is not delivered' not grep -Rq 'not for others' \
	"$mail"
check 'H3: nor changed' grep -qx 'not for others' "$T/far/private"

# --- H10: another user of this machine -------------------------------------------------------
fresh
open_to_others() { find "$T/state" "$mail" -perm /077 | grep .; }
umask 000
check_status 0 'H10: with umask 000' fetch
check_status 0 'H10: and a delivery' deliver 'X: y\n\nx\n'
umask 022
check 'H10: nothing is open to others' not open_to_others
chmod 777 "$T/state"
check_status 77 'H10: a state that all can write to' fetch
check 'H10: is not used' says 'everybody can write.*chmod 700'
check_status 75 'H10: nor for deliveries' deliver 'X: z\n\nx\n'
chmod 700 "$T/state"
chmod 777 "$T/state/spool"
check_status 77 'H10: a spool that all can write to' fetch
check 'H10: is not used' says 'everybody can write to the spool'
chmod 700 "$T/state/spool"
if [ "$(id -u)" = 0 ]; then
	chown 65534 "$T/state"
	check_status 77 'H10: a state of somebody else' fetch
	check 'H10: is not used' says 'belongs to another user'
	chown 0 "$T/state"
else
	skip 'H10: giving a directory away needs root'
fi
check_status 0 'H10: put right' fetch

# --- H4: names of folders that come with the mail -----------------------------------------------
for layout in fs maildir++; do
	fresh
	new_config "layout = \"$layout\"" 'undecided = "Odd"'
	cat >>"$conf" <<-'END'
	rule "l" { header = 'X-L: /^(?<l>.*)$/' folder = "Lists/{l}" }
	rule "m" { header = 'X-M: /^(?<m>.*)$/' folder = "{m}" }
	END
	rm -rf "$T/drop"
	mkdir "$T/drop"
	find "$T" -not -path "$mail*" -not -path "$T/state*" | sort >"$T/before"
	n=0
	for name in .. . ../x ../../../../tmp/x /etc/x a/../../b a/./b .ssh \
		'~root' -rf new cur tmp a//b a/ / ../Mail2 '..\057x' \
		'=?utf-8?q?=2E=2E=2Fx?=' '=?utf-8?b?Li4veA==?=' \
		'=?utf-7?q?+AC4ALg-/x?=' '=?utf-16?b?AC4ALgAv?=' \
		'a\0/../../x' 'a\r/../../x' 'a\t' '\300\256\300\256/x' \
		"$(printf '%0300d' 1)" "$(printf 'a/%.0s' $(seq 300))" inbox .Inbox; do
		for field in L M; do
			n=$((n + 1))
			printf "X-$field: $name\nX-N: $n\n\nx\n" >"$T/drop/$n"
		done
	done
	sort -o "$T/before" "$T/before"
	add_account a
	check_status 0 "H4 B16: $layout: $n names" fetch
	all_there() { [ "$(find "$mail" -type f -not -name maildirfolder | wc -l)" = "$n" ]; }
	check "H4 B16: $layout: all are filed" all_there
	find "$T" -not -path "$mail*" -not -path "$T/state*" -not -path \
		"$T/drop*" | sort >"$T/after"
	grep -v "^$T/drop" "$T/before" | comm -13 - "$T/after" |
		grep -vE '/(before|after|out|why|log|conf|script|popd.err)$' >"$T/outside"
	check "H4 B16: $layout: nothing is outside of the Maildir" \
		[ ! -s "$T/outside" ]
	all_maildirs() { # messages are in new or cur of a folder, nowhere else
		find "$mail" -type f -not -name maildirfolder |
			grep -vE '/(new|cur)/[^/]+$' && return 1
		return 0
	}
	check "H4 B16: $layout: nor beside its folders" all_maildirs
done
skip 'H4: openat2 is not used; names are checked before a path is made of them'

# --- H11: text from the network, in the log ------------------------------------------------------------
fresh
rm -f "$T/drop"/* && rm -rf "$T/want" && mkdir "$T/want"
printf 'Subject: \033]0;x\007\nFrom: \033[2J <\233a@b>\nMessage-ID: <\033[1m\r\n>\nList-Id: <\033[31m>\nX-F: a\033[1mb\n\nx\n' >"$T/drop/1"
printf '1 %s\n' '\x1b[31m\x9b1muidl' >"$T/drop/.uidl"
cat >>"$conf" <<'END'
rule "l" { header = 'X-F: /(.*)/' log = "{1} {subject} {from} {from-name} {message-id} {to} {uidl}" }
END
sed -i 's/ {uidl}//' "$conf"
cat >>"$conf" <<END
rule "c" { header = 'X-F: /(.*)/' pipe = {"sh", "-c",
	"cat >/dev/null; printf '\\\\033[31mno\\\\n' >&2; exit 75"} }
rule "f" { header = 'X-F: /(.*)/' folder = "F/{1}" }
END
script "on CAPA append \"\"" 'on TOP reply "-ERR \x1b[31m\r\n"'
check_status 75 'H11: escapes in every field, with -vv' fetch -vv
controls() { tr -d '\n\t' <"$T/out" | LC_ALL=C grep -a '[[:cntrl:]]'; }
check 'H11: something was said' says 'x1[bB]'
check 'H11: none of it steers a terminal' not controls
"$postroom" -c "$conf" why -v 1 >"$T/out" 2>&1
check 'H11: nor does what why says' not controls
"$postroom" -c "$conf" explain "$T/drop/1" >"$T/out" 2>&1
check 'H11: nor explain' not controls
"$postroom" show "$T/drop/1" >"$T/out" 2>&1
check 'H11: nor show' not controls

# --- H12: SQL ------------------------------------------------------------------------------------------
fresh
sql="x'); DROP TABLE msg; --"
sed -i "s/^account \"a\"/account \"$sql\"/" "$conf"
printf '1 %s\n' "$sql" >"$T/drop/.uidl"
cat >>"$conf" <<END
rule "$sql" { subject = "one" folder = "F" }
rule "f" { subject = "two" folder = "$sql" }
END
check_status 0 'H12: SQL as the name of an account, a rule, a folder, a UIDL' \
	fetch
oracle 'H12: are names'
check_status 0 'H12: again' fetch
oracle 'H12: all is known'
check_status 0 'H12: the account by its name' fetch "$sql"
put_together() { # lines that make SQL from parts
	grep -nE '(buf_add[a-z]*|printf)\(.*(SELECT|INSERT|UPDATE|DELETE|WHERE) ' \
		"$tests"/../src/*/*.c
}
check 'H12: no statement is put together from texts' not put_together
done_testing
