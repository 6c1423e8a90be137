# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2119,SC2154
# Folders as other programs expect them: fs as mutt and notmuch, maildir++ as
# Dovecot and Courier; names that are not ASCII.
. "$(dirname "$0")/../lib.sh"
umask 077

layout() { # MAIN-LINE...: with rules for some folders
	rm -rf "$T/state" "$mail"
	new_config "$@"
	cat >>"$conf" <<-'EOF'
	rule "deep"    { subject = "deep"    folder = "Lists/dev" }
	rule "chinese" { subject = "chinese" folder = "发票/二月" }
	rule "umlaut"  { subject = "umlaut"  folder = "Büro & Co" }
	rule "dots"    { subject = "dots"    folder = "a.b/c.d" }
	rule "inbox"   { subject = "inbox"   folder = "Inbox" }
	EOF
}
send() { # SUBJECT
	printf 'Subject: %s\n\nbody\n' "$1" |
		"$postroom" -c "$conf" deliver >"$T/out" 2>&1
}
is_folder() { # PATH BELOW MAILDIR: a Maildir, ours alone, with one message
	find "$mail" -type d
	[ -d "$mail/$1/cur" ] && [ -d "$mail/$1/new" ] && [ -d "$mail/$1/tmp" ] &&
		[ "$(find "$mail/$1/new" -type f | wc -l)" = 1 ] &&
		[ -z "$(find "$mail" -perm /077)" ]
}
goes() { # SUBJECT PATH
	send "$1"
	check "$1 is filed into ${2:-the top}" is_folder "$2"
}
all_of() { # INBOX DEEP CHINESE UMLAUT DOTS: where each is
	goes nothing "$1"
	goes deep "$2"
	goes chinese "$3"
	goes umlaut "$4"
	goes dots "$5"
	check_status 0 'fetch' fetch
	check 'no more folders than that' [ "$(find "$mail" -name cur | wc -l)" = 5 ]
}
layout 'layout = fs'
all_of Inbox Lists/dev 发票/二月 'Büro & Co' a.b/c.d
layout 'layout = fs' 'folder-encoding = utf7'
all_of Inbox Lists/dev '&U9F5aA-/&ToxnCA-' 'B&APw-ro &- Co' a.b/c.d
layout 'layout = "maildir++"'
all_of '' .Lists.dev '.&U9F5aA-.&ToxnCA-' '.B&APw-ro &- Co' .a_b.c_d
check 'Courier knows a folder by its maildirfolder' \
	[ -f "$mail/.Lists.dev/maildirfolder" ]
layout 'layout = "maildir++"' 'folder-encoding = utf8'
all_of '' .Lists.dev .发票.二月 '.Büro & Co' .a_b.c_d

layout
all_of Inbox Lists/dev 发票/二月 'Büro & Co' a.b/c.d
layout 'layout = auto'
mkdir -p "$mail/cur" "$mail/new" "$mail/tmp"
all_of '' .Lists.dev '.&U9F5aA-.&ToxnCA-' '.B&APw-ro &- Co' .a_b.c_d
layout 'layout = auto'
mkdir -p "$mail/Inbox/cur" "$mail/Inbox/new" "$mail/Inbox/tmp"
all_of Inbox Lists/dev 发票/二月 'Büro & Co' a.b/c.d

# Names of files: unique, without what other programs give a meaning to.
for i in $(seq 50); do printf 'Subject: %s\n\nx\n' "$i" >"$T/drop/$i"; done
start_popd
layout
add_account a
check_status 0 'fifty messages' fetch
find "$mail" -type f | sed 's|.*/||' >"$T/names"
check 'D13 F8: SECONDS.UNIQUE.HOST,S=SIZE' [ "$(grep -cE \
	'^[0-9]{10}\.[A-Za-z0-9_=-]+\.[^/:,]+,S=[0-9]+$' "$T/names")" = 50 ]
check 'the size is that of the file' [ -z "$(find "$mail" -type f -printf \
	'%f %s\n' | sed 's/.*,S=//' | awk '$1 != $2')" ]
check 'D23: nobody else may read them' [ -z "$(find "$mail" -type f -perm /077)" ]

# A place that cannot be used is said before any login.
rm -rf "$T/state" "$mail"
echo 'not a directory' >"$mail"
: >"$T/log"
check_status 75 'D3 D9: a file where the Maildir should be' fetch
check 'is named' says "$mail"
check 'before any login' not logged 'C: (PASS|AUTH)'
rm "$mail"
check_status 0 'mended' fetch
check 'all comes' [ "$(messages "$mail")" = 50 ]

rm -rf "$T/state" "$mail"
layout
add_account a
sed -i 's/subject = "inbox"/subject = "7"/; s/folder = "Inbox"/folder = "Seven"/' \
	"$conf"
mkdir "$mail"
echo 'not a folder' >"$mail/Seven"
check_status 75 'C11 D2: one folder that cannot be used' fetch
check 'is named' says 'Seven'
check 'the other mail is filed' [ "$(messages "$mail")" = 45 ]
check 'the mail for it waits' [ "$(find "$T/state/spool" -type f | wc -l)" = 5 ]
rm "$mail/Seven"
: >"$T/log"
check_status 0 'mended' fetch
check 'it is filed' [ "$(messages "$mail/Seven")" = 5 ]
check 'without asking the server again' not logged 'C: RETR'
done_testing
