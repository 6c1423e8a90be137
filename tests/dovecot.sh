# shellcheck shell=sh disable=SC2154
# Sourced after lib.sh: a real Dovecot on loopback, with POP3, STLS and POP3
# over TLS. It accepts any user name with the password "$password"; the mail of
# user NAME is the Maildir $T/dovecot/mail/NAME. $dovecot_ways are the mechanisms
# that it offers, $dovecot_more is more configuration; $dovecot_protocols may have
# imap, too.
dovecot_ways=plain dovecot_more="" dovecot_protocols=pop3
dovecot_bin=$(PATH=$PATH:/usr/sbin:/usr/local/sbin command -v dovecot) ||
	skip_all 'dovecot is not installed'
drop_user=$(id -un)
[ "$drop_user" != root ] || drop_user=mail

need_imap() { # without the IMAP server of Dovecot there is nothing to test
	for dir in /usr/lib/dovecot /usr/libexec/dovecot \
		/usr/local/libexec/dovecot; do
		[ ! -x "$dir/imap-login" ] || dovecot_protocols='pop3 imap'
	done
	[ "$dovecot_protocols" != pop3 ] ||
		skip_all 'the IMAP server of Dovecot is not installed'
}

# Real mail where the corpus is present, else the fixtures: $T/list has the
# files, $total is their number. They are wanted as PERL makes them of $_, under
# numbers, because expect() sees file names, which repeat in the corpus.
list_mail() { # PERL
	corpus=${POSTROOM_CORPUS:-$tests/../../shared/corpus}
	mkdir "$T/source" "$T/numbered"
	if [ -f "$corpus/sample.tgz" ]; then
		tar -xzf "$corpus/sample.tgz" -C "$T/source"
	else
		cp "$tests"/mail/*.eml "$T/source"
	fi
	find "$T/source" -name '*.eml' -type f >"$T/list"
	total=$(wc -l <"$T/list")
	xargs -d '\n' perl -e '$to = shift; $change = shift; for $file (@ARGV) {
		open(my $in, "<", $file) or die "$file: $!";
		open(my $out, ">", "$to/" . ++$n) or die "$to/$n: $!";
		$_ = do { local $/; <$in> } // "";
		s/\r\n/\n/g;
		eval $change;
		die $@ if $@;
		print $out $_;
	}' "$T/numbered" "$1" <"$T/list"
	expect "$T/numbered"/*
}

# All mechanisms, and a client certificate in $T/us.pem.
offer_all_ways() {
	make_cert client DNS:u 2
	(cd "$T" && openssl req -new -key client.key -subj /CN=u -out u.csr &&
		openssl x509 -req -in u.csr -CA ca.pem -CAkey ca.key \
			-CAcreateserial -days 2 -out u.pem) >/dev/null 2>&1
	cat "$T/u.pem" "$T/client.key" >"$T/us.pem"
	chmod 600 "$T/us.pem"
	dovecot_ways='plain login cram-md5 scram-sha-1 scram-sha-256 xoauth2'
	dovecot_ways="$dovecot_ways oauthbearer external"
	dovecot_more="auth_debug = yes
	ssl_ca = <$T/ca.pem
	ssl_verify_client_cert = yes
	ssl_require_crl = no
	auth_ssl_username_from_cert = yes
	auth_failure_delay = 0
	service anvil {
	  unix_listener anvil-auth-penalty {
	    mode = 0
	  }
	}
	passdb {
	  driver = static
	  mechanisms = external
	  args = nopassword=y
	}"
}

start_dovecot() { # sets $pop3_port, $pop3s_port, $imap_port and $imaps_port
	d=$T/dovecot
	chmod 711 "$T"
	mkdir -p "$d/run" "$d/state" "$d/mail"
	chmod 711 "$d"
	[ -f "$T/server.pem" ] || make_cert server IP:127.0.0.1,DNS:localhost 2
	for try in 1 2 3 4 5 6 7 8 9 10; do
		pop3_port=$(awk -v s="$$$try" \
			'BEGIN { srand(s); print 20000 + int(rand() * 40000) }')
		pop3s_port=$((pop3_port + 1))
		imap_port=$((pop3_port + 2)) imaps_port=$((pop3_port + 3))
		dovecot_conf >"$d/conf"
		# When a port is taken, Dovecot says so in its log only.
		"$dovecot_bin" -c "$d/conf" >"$d/out" 2>&1 || continue
		for _ in $(seq 250); do
			[ -s "$d/run/master.pid" ] && break 2
			sleep 0.02
		done
	done
	[ -s "$d/run/master.pid" ] || {
		sed 's/^/# /' "$d/out" "$d/log"
		skip_all 'dovecot does not start here'
	}
	children="$children $(cat "$d/run/master.pid")"
}

dovecot_conf() {
	cat <<-EOF
	base_dir = $d/run
	state_dir = $d/state
	log_path = $d/log
	protocols = $dovecot_protocols
	listen = 127.0.0.1
	ssl = yes
	ssl_cert = <$T/server.pem
	ssl_key = <$T/server.key
	disable_plaintext_auth = no
	mail_location = maildir:$d/mail/%u
	mail_fsync = never
	first_valid_uid = 1
	auth_mechanisms = $dovecot_ways
	default_login_user = $(id -un nobody 2>/dev/null || id -un)
	default_internal_user = $drop_user
	default_internal_group = $(id -gn "$drop_user")
	$dovecot_more
	passdb {
	  driver = static
	  args = password=$password
	}
	userdb {
	  driver = static
	  args = uid=$(id -u "$drop_user") gid=$(id -g "$drop_user") home=$d/mail/%u
	}
	service pop3-login {
	  chroot =
	  inet_listener pop3 {
	    port = $pop3_port
	  }
	  inet_listener pop3s {
	    port = $pop3s_port
	    ssl = yes
	  }
	}
	service anvil {
	  chroot =
	}
	EOF
	case $dovecot_protocols in
	*imap*) cat <<-EOF ;;
	service imap-login {
	  chroot =
	  inet_listener imap {
	    port = $imap_port
	  }
	  inet_listener imaps {
	    port = $imaps_port
	    ssl = yes
	  }
	}
	EOF
	esac
}

stop_dovecot() {
	master=$(cat "$d/run/master.pid")
	kill "$master"
	wait_for is_over "$master"
	rm -f "$d/run/master.pid"
}

fill_drop() { # NAME FILE...: these become the user's mail, in that order
	drop=$T/dovecot/mail/$1
	shift
	rm -rf "$drop"
	mkdir -p "$drop/new" "$drop/cur" "$drop/tmp"
	perl -MFile::Copy=copy -e '$new = shift; for (@ARGV) {
		copy($_, "$new/" . (1700000000 + ++$n) . ".$n.x") or die "$_: $!";
	}' "$drop/new" "$@"
	[ "$(id -u)" != 0 ] || chown -R "$drop_user" "$T/dovecot/mail"
}
left_in_drop() { # NAME
	find "$T/dovecot/mail/$1/new" "$T/dovecot/mail/$1/cur" -type f | wc -l
}
