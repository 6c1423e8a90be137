# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2119,SC2154
# A configuration is read strictly: all errors are reported at once, each with its
# place, and nothing is fetched with a wrong one.
. "$(dirname "$0")/../lib.sh"

start_popd
new_config
add_account a
chmod 600 "$conf"
cp "$conf" "$T/good"
check_status 0 'a good configuration' "$postroom" -c "$conf" check
wrong() { # PLACE PATTERN TEXT: one error, there; nothing is fetched
	head -n 2 "$T/good" >"$conf"
	printf "$3\n" >>"$conf"
	sed 1,2d "$T/good" >>"$conf"
	check_status 78 "$3" "$postroom" -c "$conf" check
	check "  said at line $1" says "^$conf:$1: error: .*$2"
	: >"$T/log"
	check_status 78 '  fetch refuses it' fetch
	check '  with the same words' says "^postroom: $conf:$1: error: .*$2"
	check '  C7: before it connects' not logged connected
}
wrong 4 'folders.*protocol = imap' \
	'account "i" { host = h user = u netrc = yes\n folders = INBOX }'
wrong 4 'Spam — did you mean .Junk.' \
	"account \"i\" { host = h user = u protocol = imap netrc = yes\n folders = '\\\\Spam' }"
wrong 4 'move-on-server.*keep-on-server' \
	'account "i" { host = h user = u protocol = imap netrc = yes keep-on-server = no\n move-on-server = Old }'
wrong 4 'apop.*POP3' \
	'account "i" { host = h user = u protocol = imap netrc = yes\n auth = apop }'
wrong 3:1 'laiout.*layout' 'laiout = fs'
wrong 3:1 'polling' 'polling = 5m'
wrong 3:10 'layout|mbox' 'layout = mbox'
wrong 3:12 'paralel|number|0' 'parallel = 0'
wrong 3:12 'number|lots' 'parallel = lots'
wrong 4:3 'subjekt.*subject' 'rule "x" {\n  subjekt = "a"\n  folder = "b"\n}'
wrong 4:3 'fileinto.*folder' 'rule "x" {\n  fileinto = "b"\n}'
wrong '3(:[0-9]+)?' 'pattern|parenthes|missing' \
	"rule \"x\" { subject = '/a(b/' folder = \"c\" }"
wrong '3(:[0-9]+)?' 'nothere' 'rule "x" { subject = "a" folder = "{nothere}" }'
wrong '3(:[0-9]+)?' '\.\./' 'rule "x" { folder = "../up" }'
wrong '3(:[0-9]+)?' 'control characters' 'rule "x" { folder = "{from}\t{to}" }'
wrong '3(:[0-9]+)?' 'size|10Q' 'rule "x" { larger = 10Q folder = "c" }'
wrong '3(:[0-9]+)?' 'no-such-file' 'include("no-such-file.conf")'
wrong '4(:[0-9]+)?' '' 'rule "x" {\n  subject = "not closed\n  folder = "b"\n}'

cp "$T/good" "$conf"
printf 'laiout = fs\nrule "x" {\n  subjekt = "a"\n  foldr = "b"\n}\n' >>"$conf"
check_status 78 'C7: three errors' "$postroom" -c "$conf" check
check 'are said in one run' [ "$(grep -c ': error: ' "$T/out")" = 3 ]

refused() { # NAME PATTERN: the file as it is now
	check_status 78 "$1" fetch
	check '  says what to do' says "$2"
}
cp "$T/good" "$conf"
chmod 644 "$conf"
refused 'C8: a password that others can read' 'chmod'
sed -i '/password/d' "$conf"
echo 'account "b" { host = "x.org" user = "v" password-command = "true" }' \
	>>"$conf"
sed -i '/^account "a"/,/^}/d' "$conf"
check_status 0 'no password: anyone may read it' "$postroom" -c "$conf" check
rm "$conf"
refused 'C7: no such file' "$conf"
mkdir "$conf"
refused 'C8: a directory' "$conf"
rmdir "$conf"
mkfifo "$conf"
check_status 78 'C8: a FIFO blocks nobody' timeout 5 "$postroom" -c "$conf" fetch
rm "$conf"
head -c 100000 /dev/urandom >"$conf"
chmod 600 "$conf"
refused 'C7: noise' "$conf"
printf '=' >"$conf"
refused 'C7: only =' "$conf"
yes 'rule "x" { any {' | head -n 3000 >"$conf"
refused 'C7: deep nesting' "$conf"
printf 'include("conf")\n' >"$conf"
refused 'C7: a file that includes itself' 'include'

cp "$T/good" "$conf"
mkdir "$T/rules.d"
echo 'rule "one" { subject = "one" folder = "One" }' >"$T/rules.d/1.conf"
printf '\nrule "two" { subjet = "two" folder = "Two" }\n' >"$T/rules.d/2.conf"
echo 'include("rules.d/*.conf")' >>"$conf"
refused 'an error in an included file' "rules.d/2.conf:2:14: error: .*subject"
sed -i s/subjet/subject/ "$T/rules.d/2.conf"
printf 'Subject: two\n\nx\n' >"$T/drop/1"
check_status 0 'mended' fetch
check 'and used' [ "$(messages "$mail/Two")" = 1 ]

# Files that the configuration names must be there, says check; fetch finds out itself.
account() { # LINE: of the account
	new_config
	printf 'account "a" {\n\thost = x.org\n\tuser = u\n\t%s\n' "$1" >>"$conf"
	shift
	printf '\t%s\n' "$@" '}' >>"$conf"
}
lacks() { # NAME PATTERN LINE...
	lacking=$1 pattern=$2
	shift 2
	account "$@"
	check_status 78 "C8: $lacking" "$postroom" -c "$conf" check
	check "C8: $lacking: where and what" says "^$conf:$line: error: '$pattern"
	sed -i 's/^\t}/\tenabled = no\n&/' "$conf"
	check_status 0 "C8: $lacking, switched off" "$postroom" -c "$conf" check
	check "C8: $lacking, switched off: a warning" says \
		"^$conf:$line: warning: '$pattern"
}
has() { # NAME LINE...
	having=$1
	shift
	account "$@"
	check_status 0 "C8: $having" "$postroom" -c "$conf" check
	check "C8: $having: no warning" not says warning
}
ca="tls-ca-file = \"$T/ca.pem\"" own="tls-client-cert = \"$T/own.pem\""
secret='password-command = "true"' line=6
lacks 'a program' 'password-command.: cannot run /nowhere/pass: No such file' \
	'password-command = "/nowhere/pass show x"'
lacks 'a program for tokens' 'token-command.: there is no program no-such-pro' \
	'token-command = {"no-such-program", "x"}'
echo 'echo x' >"$T/script"
lacks 'a program that is a text' 'password-command.: cannot run .*denied' \
	"password-command = \"$T/script\""
has 'a program in PATH' "$secret"
lacks 'a file' 'password.: cannot read .*/none: No such' 'password = "file:none"'
echo x >"$T/pass"
chmod 644 "$T/pass"
lacks 'a file of our own' 'password.: .*chmod 600' 'password = "file:pass"'
chmod 600 "$T/pass"
has 'a private file' 'password = "file:pass"'
: >"$T/pass"
lacks 'a password' 'password.: .*the first line is empty' 'password = "file:pass"'
lacks 'a netrc' 'netrc.: .*/.netrc: No such file' 'netrc = yes'
echo 'machine y.org login u password x' >"$HOME/.netrc"
chmod 600 "$HOME/.netrc"
lacks 'an entry of netrc' 'netrc.: .*no entry for x.org' 'netrc = yes'
echo 'default password x' >"$HOME/.netrc"
has 'an entry of netrc' 'netrc = yes'
has 'a credential of a service' 'password = "credential:x"'
line=7
lacks 'a CA' 'tls-ca-file.: cannot read .*/ca.pem: No such' "$secret" "$ca"
echo x >"$T/ca.pem"
lacks 'a CA in PEM' 'tls-ca-file.: .*is not a PEM file' "$secret" "$ca"
rm "$T/ca.pem"
make_cert own DNS:x 9
has 'a CA' "$secret" "$ca"
lacks 'a key' 'tls-client-cert.: .*has no private key' "$secret" "$own"
cat "$T/own.key" >>"$T/own.pem"
chmod 600 "$T/own.pem"
has 'a certificate with its key' "$secret" "$own"
chmod 640 "$T/own.pem"
lacks 'a key of our own' 'tls-client-cert.: others can read the private key' \
	"$secret" "$own"
openssl pkey -in "$T/own.key" -aes128 -passout pass:x -out "$T/locked.key"
sed '/PRIVATE/,$d' "$T/own.pem" | cat - "$T/locked.key" >"$T/locked.pem"
lacks 'a key without pass phrase' 'tls-client-cert.: .*has a pass phrase' \
	"$secret" "tls-client-cert = locked.pem"
account "$secret"
echo 'tls-ca-file = none.pem' >>"$conf"
check_status 78 'C8: a CA for all accounts' "$postroom" -c "$conf" check
check 'C8: at its line' says "^$conf:8: error: 'tls-ca-file': cannot read"

for words in '' 'no-such-command' '--no-such-option' '-c' 'fetch --bad'; do
	# shellcheck disable=SC2086
	[ -z "$words" ] || check_status 64 "postroom $words" "$postroom" $words
done
check_status 64 'a command with a typing error' "$postroom" fecth
check 'is put right' says 'fetch'
check_status 0 'no configuration and no command' "$postroom"
check 'says what this is' says 'postroom.conf'
check_status 78 'no configuration, but fetch' "$postroom" fetch
for words in help version 'help fetch' 'fetch --help' --help --version; do
	# shellcheck disable=SC2086
	check_status 0 "postroom $words" "$postroom" $words
	check '  says something' says .
done
mkdir -p "$XDG_CONFIG_HOME/postroom"
cp "$T/good" "$XDG_CONFIG_HOME/postroom/postroom.conf"
chmod 600 "$XDG_CONFIG_HOME/postroom/postroom.conf"
check_status 0 'the configuration at its place is found' "$postroom" fetch

# Warnings: valid, but probably a mistake.
mkdir -p "$mail/Old/cur" "$mail/Old/new"
new_config
cat >>"$conf" <<'END'
rule "slow" { subject = '/(a+)+b/' folder = "Old" }
rule "fine" { subject = {'/^(\[\w+\]\s*)+x/', '/(a|b)+c+/', '/(a++)+/'} folder = "Old" }
rule "account" { account = wrok folder = "New" }
rule "range" { larger = 5M smaller = 1M folder = "Old" }
rule "first" { subject = "x" folder = "Old" }
rule "second" { subject = "x" from = "y" folder = "Old" }
rule "tagged" { tagged = nosuch folder = "Old" }
rule "shell" { pipe = "sort | mail" }
rule "star" { on-server-folder = "Lists/*" folder = "Old" }
rule "use" { on-server-folder = '\Junk' folder = "Old" }
END
check_status 0 'odd rules' "$postroom" -c "$conf" check
check 'a slow pattern' says 'conf:3: warning: the pattern /.a\+.\+b/ may be slow'
check 'not one that is fine' not says 'conf:4: '
check 'an account that is not there' says 'conf:5: warning: there is no account "wrok"'
check 'a size that cannot be' says 'conf:6: warning: rule "range" can never apply'
check 'a rule behind one that takes all' says \
	'conf:8: warning: rule "second" never applies: "first" .line 7.'
check 'a tag nobody sets' says 'conf:9: warning: no rule before this one sets'
check 'a command for a shell' says 'conf:10: .*.pipe. runs without a shell; for "."'
check 'a folder on the server with a wildcard' says \
	'conf:11: .*compared as it is, without wildcards; write ./\^Lists'
check 'or by its use' says 'conf:12: .*is no name of a folder'
check 'C11: a folder that would be made' says 'conf:5: the folder "New" does not exist'
check 'not one that is there' not says '"Old"'
check_status 0 'with -q' "$postroom" -q -c "$conf" check
check 'nothing is said' silent
done_testing
