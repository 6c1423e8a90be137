# shellcheck shell=sh disable=SC2154
# Sourced by compare.sh and bench.sh: the same five header rules for postroom
# and its peers. Each writes to $T/NAME, NAME being the program's: a spam flag,
# a word in the subject, a domain in From, a word in List-Id, a subject that
# begins with "Re:"; the rest goes to Inbox.
five_folders='Spam Patch Alibaba Ettus Re Inbox'

five_rules_postroom() { # FILE: they are added to it
	cat >>"$1" <<-'END'
	rule "1" { header = "X-Spam-Flag: YES" folder = "Spam" }
	rule "2" { subject = "patch" folder = "Patch" }
	rule "3" { from = "@linux.alibaba.com" folder = "Alibaba" }
	rule "4" { header = "List-Id: ettus" folder = "Ettus" }
	rule "5" { subject = '/^Re:/' folder = "Re" }
	END
}
five_rules_procmail() { # FILE
	cat >"$1" <<-END
	MAILDIR=$T/procmail
	DEFAULT=$T/procmail/Inbox/
	:0
	* ^X-Spam-Flag:.*YES
	Spam/
	:0
	* ^Subject:.*patch
	Patch/
	:0
	* ^From:.*@linux\\.alibaba\\.com
	Alibaba/
	:0
	* ^List-Id:.*ettus
	Ettus/
	:0
	* ^Subject:[ 	]*Re:
	Re/
	END
}
five_rules_maildrop() { # FILE
	cat >"$1" <<-END
	DEFAULT="$T/maildrop/Inbox"
	if (/^X-Spam-Flag:.*YES/)
		to "$T/maildrop/Spam"
	if (/^Subject:.*patch/)
		to "$T/maildrop/Patch"
	if (/^From:.*@linux\\.alibaba\\.com/)
		to "$T/maildrop/Alibaba"
	if (/^List-Id:.*ettus/)
		to "$T/maildrop/Ettus"
	if (/^Subject:[ \\t]*Re:/)
		to "$T/maildrop/Re"
	to "$T/maildrop/Inbox"
	END
	chmod 600 "$1"
}
five_rules_fdm() { # FILE ACCOUNT-LINE
	cat >"$1" <<-END
	set default-user "$(id -un)"
	set lock-file "$T/fdm.lock"
	$2
	action "Spam" maildir "$T/fdm/Spam"
	action "Patch" maildir "$T/fdm/Patch"
	action "Alibaba" maildir "$T/fdm/Alibaba"
	action "Ettus" maildir "$T/fdm/Ettus"
	action "Re" maildir "$T/fdm/Re"
	action "Inbox" maildir "$T/fdm/Inbox"
	match "^X-Spam-Flag:.*YES" in headers action "Spam"
	match "^Subject:.*patch" in headers action "Patch"
	match "^From:.*@linux\\\\.alibaba\\\\.com" in headers action "Alibaba"
	match "^List-Id:.*ettus" in headers action "Ettus"
	match "^Subject:[ \\t]*Re:" in headers action "Re"
	match all action "Inbox"
	END
	chmod 600 "$1"
}
