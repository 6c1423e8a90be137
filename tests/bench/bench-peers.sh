# shellcheck shell=sh disable=SC2154
# Sourced by bench.sh: the peers, with the same five rules where they can have
# rules. Each begins with nothing and keeps the mail on the server.
. "$tests/bench/peers.sh"
all_peers='mpop fdm getmail fetchmail+procmail fetchmail+maildrop'
peer_packages='mpop fdm fetchmail procmail maildrop getmail6 isync'

prepare_folders() { # PEER
	rm -rf "${T:?}/$1"
	for folder in $five_folders; do
		(umask 077 && mkdir -p "$T/$1/$folder/cur" \
			"$T/$1/$folder/new" "$T/$1/$folder/tmp")
	done
}
has() { command -v "$1" >"$T/found"; }

peer_is_here() { # PEER
	case $1 in
	fetchmail+*) has fetchmail && has "${1#*+}" ;;
	*) has "$1" ;;
	esac
}
fetchmail_with() { # PORT USER MDA
	cat >"$T/fetchmailrc" <<-END
	set no bouncemail
	poll 127.0.0.1 protocol pop3 port $1 no dns
		user "$2" password "$password" sslproto "" keep fetchall
		mda "$3"
	END
	chmod 600 "$T/fetchmailrc"
}
# Sets up all of a run, for run_peer.
prepare_peer() { # PEER PORT USER
	prepare_folders "${1#*+}"
	case $1 in
	mpop)
		rm -f "$T/mpop.uidls"
		cat >"$T/mpoprc" <<-END
		account a
		host 127.0.0.1
		port $2
		user $3
		password $password
		tls off
		auth user
		keep on
		pipelining on
		delivery maildir $T/mpop/Inbox
		uidls_file $T/mpop.uidls
		END
		chmod 600 "$T/mpoprc" ;;
	mbsync)
		# FSync is on by default: after each message, and for the state.
		rm -rf "$T/mbsync.d"
		mkdir "$T/mbsync.d"
		cat >"$T/mbsyncrc" <<-END
		SyncState $T/mbsync.d/
		IMAPAccount a
		Host 127.0.0.1
		Port $2
		User $3
		Pass $password
		SSLType None
		AuthMechs PLAIN

		IMAPStore far
		Account a

		MaildirStore near
		Inbox $T/mbsync/Inbox
		Path $T/mbsync/

		Channel a
		Far :far:
		Near :near:
		Patterns INBOX
		Sync Pull
		END
		chmod 600 "$T/mbsyncrc" ;;
	fdm)
		# As root it fetches as a user of its own.
		rm -rf "$T/fdm.d"
		mkdir -m 777 "$T/fdm.d"
		five_rules_fdm "$T/fdm.conf" "account \"a\" pop3 server \"127.0.0.1\" \
port $2 user \"$3\" pass \"$password\" new-only cache \"$T/fdm.d/cache\" keep" ;;
	fetchmail+procmail)
		five_rules_procmail "$T/procmailrc"
		fetchmail_with "$2" "$3" "procmail -m $T/procmailrc" ;;
	fetchmail+maildrop)
		five_rules_maildrop "$T/mailfilter"
		fetchmail_with "$2" "$3" "maildrop $T/mailfilter" ;;
	getmail)
		rm -rf "$T/getmail.d"
		mkdir "$T/getmail.d"
		cat >"$T/getmail.d/getmailrc" <<-END
		[retriever]
		type = SimplePOP3Retriever
		server = 127.0.0.1
		port = $2
		username = $3
		password = $password
		[destination]
		type = Maildir
		path = $T/getmail/Inbox/
		user = $drop_user
		[options]
		delete = false
		read_all = true
		verbose = 0
		END
		# It does not deliver as root.
		[ "$(id -u)" != 0 ] || chown -R "$drop_user" "$T/getmail"
		;;
	esac
}
run_peer() { # PEER: under peak
	case $1 in
	mpop) "$top/tests/tools/peak" "$T/peak" mpop -C "$T/mpoprc" -q a ;;
	mbsync) "$top/tests/tools/peak" "$T/peak" mbsync -q -c "$T/mbsyncrc" a ;;
	fdm) "$top/tests/tools/peak" "$T/peak" fdm -q -f "$T/fdm.conf" fetch ;;
	fetchmail+*) "$top/tests/tools/peak" "$T/peak" fetchmail -s -f "$T/fetchmailrc" \
		--nosyslog --pidfile "$T/fetchmail.pid" -i "$T/fetchids" ;;
	getmail) "$top/tests/tools/peak" "$T/peak" getmail -q --getmaildir "$T/getmail.d" ;;
	esac
}
