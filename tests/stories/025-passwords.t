# shellcheck shell=sh disable=SC1091,SC2016,SC2154
# The roads of a password: ~/.netrc, files, programs. What is wrong with one is
# said with what to do, and no login is tried then.
. "$(dirname "$0")/../lib.sh"

printf 'Subject: x\n\nx\n' >"$T/drop/1"
expect "$T/drop"/*
script '# nothing'
password='open "sesame" \ #1'
start_popd --script "$T/script"
account() { # LINE...: an account that gets its password by them
	new_config
	add_account a "$@"
	sed -i '/^\tpassword = "open/d' "$conf"
}
fresh() { rm -rf "$T/state" "$mail" && : >"$T/log"; }
netrc() { # TEXT: the file
	printf '%s' "$1" >"$HOME/.netrc"
	chmod 600 "$HOME/.netrc"
}
logs_in() { # NAME TEXT
	fresh
	netrc "$2"
	check_status 0 "H13: netrc: $1" fetch
	oracle "H13: netrc: $1: the mail is here"
}
no_login() { # NAME PATTERN: 77, one line, and nothing was sent
	fresh
	check_status 77 "$1" fetch
	check "$1: it is said" says "^postroom: a: .*$2"
	check "$1: on one line" [ "$(wc -l <"$T/out")" = 1 ]
	check "$1: no login was tried" not logged 'C: (USER|PASS|AUTH)'
	check "$1: no password is shown" not grep -q sesame "$T/out"
}
refused() { # NAME TEXT PATTERN
	netrc "$2"
	no_login "H13: netrc: $1" "$3"
}
good='"open \"sesame\" \\ #1"'
crlf=$(printf '\r')

account 'netrc = yes'
logs_in 'one line' "machine 127.0.0.1 login u password $good"
logs_in 'lines, comments, CRLF' "# mail$crlf
machine 127.0.0.1$crlf
	login u # me$crlf
	password $good$crlf
"
logs_in 'the login of this account' "machine 127.0.0.1 login v password x
machine 127.0.0.1 login u password $good
machine 127.0.0.1 login u password y
"
logs_in 'without a login' "machine 127.0.0.1 password $good"
logs_in 'default' "machine x.org login u password x
default login u password $good
"
logs_in 'behind a macro' "machine 127.0.0.1 login u macdef init
machine 127.0.0.1 login u password x

password $good
"
logs_in 'a byte order mark' "$(printf '\357\273\277')machine 127.0.0.1 password $good"
fresh
mv "$HOME/.netrc" "$T/other-netrc"
check_status 0 'H13: netrc: the file of $NETRC' \
	env "NETRC=$T/other-netrc" "$postroom" -c "$conf" fetch
refused 'another machine' "machine x.org login u password sesame" \
	'netrc has no entry for 127.0.0.1; add: machine 127.0.0.1 login u'
refused 'another user' "machine 127.0.0.1 login v password sesame" \
	'no password of u at 127.0.0.1, only one of "v"'
refused 'no password' "machine 127.0.0.1 login u" ':1: this entry has no pass'
refused 'an empty password' 'machine 127.0.0.1 login u password ""' \
	':1: this entry has no password'
refused 'blanks without quotes' 'machine 127.0.0.1 login u
	password open sesame' ':2: .*put a value with blanks in double quotes'
refused 'an open quote' 'machine 127.0.0.1 login "u password sesame' \
	':1: a quote is not closed'
refused 'an empty file' '' 'no entry'
head -c 300000 /dev/zero | tr '\0' '\n' >"$HOME/.netrc"
no_login 'H13: netrc: a huge file' 'netrc: .*too large'
netrc "machine 127.0.0.1 password $good"
chmod 640 "$HOME/.netrc"
no_login 'H13: netrc: others can read it' 'others can read it; run: chmod 600'
rm "$HOME/.netrc"
no_login 'H13: netrc: no file' 'netrc: cannot read .*/.netrc: No such file'
mkfifo "$HOME/.netrc"
no_login 'H13: netrc: a FIFO' 'not a regular file'
rm "$HOME/.netrc"

printf '\357\273\277%s\r\nmore\n' "$password" >"$T/pass"
chmod 600 "$T/pass"
account "password = \"file:$T/pass\""
fresh
check_status 0 'a file with a byte order mark, and CRLF' fetch
rm "$T/pass"
no_login 'a file that is not there' "cannot read $T/pass: No such file"

# Programs: their complaints are part of ours, told once, and never the secret.
program() { account "password-command = {\"sh\", \"-c\", \"$1\"}"; }
printf '%s\n' "$password" >"$T/pass"
program "echo a warning >&2; cat $T/pass"
fresh
check_status 0 'H14: a program that warns' fetch
check 'H14: silently' silent
program 'echo gpg: failed: No secret key >&2; exit 2'
check_status 75 'H14: a key ring that is locked later' fetch
check 'H14: is not complained of at once' silent
sql 'UPDATE account SET failing_since = failing_since - 7200'
check_status 75 'H14: after two hours' fetch
check 'H14: it is, with its words' says \
	'^postroom: a: password-command: sh failed with status 2: "gpg: failed: No secret key"$'
check_status 75 'H14: again' fetch
check 'H14: not again' silent
fresh
program "cat $T/pass >&2; cat $T/pass; exit 1"
check_status 75 'H14: a program that fails with the password on its lips' fetch
check 'H14: does not spill it' not grep -q sesame "$T/out"
nowhere() { ! grep -rq sesame "$T/state"; }
check 'H14: nor into the state' nowhere
account 'password-command = "/nowhere/pass show mail"'
no_login 'H14: no such program' 'password-command: cannot run /nowhere/pass: No'
account 'token-command = "no-such-program"'
no_login 'H14: no such program for tokens' 'token-command: cannot run no-such-p'
program 'no-such-program x'
no_login 'H14: nor for the shell' 'status 127: .*no-such-program'
program 'echo sign in first >&2'
no_login 'H14: a program that prints nothing' 'printed nothing but "sign in f'
done_testing
