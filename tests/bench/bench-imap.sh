# shellcheck shell=sh disable=SC2154
# Sourced by bench.sh: the sections of IMAP. The floor is one UID FETCH of all
# messages to nothing, and the copy of the same files that POP3 has, too.
n_imap=${BENCH_MESSAGES:-3000} imap_line='protocol = imap'

# Before Dovecot starts. A machine without its IMAP server measures the rest.
prepare_imap() {
	if (need_imap) >"$T/found"; then need_imap; fi
}
no_imap() {
	[ "$dovecot_protocols" = pop3 ] || return 1
	echo '# the IMAP server of Dovecot is not installed'
}
# Other names than mbsync in BENCH_PEERS are those of POP3.
time_mbsync() { # SECTION SIZE ROUND
	case " ${BENCH_PEERS-mbsync} " in
	*' mbsync '* | *' install '*) ;;
	*) return 0 ;;
	esac
	[ "$3" -le "$peer_rounds" ] || return 0
	if ! peer_is_here mbsync; then
		echo '# mbsync is not installed (isync)'
		return 0
	fi
	prepare_peer mbsync "$port" "$user"
	rest
	# It ends with 1 when it leaves a message behind.
	run_peer mbsync >"$T/said" 2>&1 </dev/null || sed 's/^/# /' "$T/said"
	read -r kib cpu wall <"$T/peak"
	record "$1" mbsync "$2" "$wall" "$cpu" "$kib" "$(messages "$T/mbsync")"
}
imap_floor() { # SECTION [--tls]
	n_of_pop3=$n_messages n_messages=$n_imap
	time_floor "$1" fetch "${2-}"
	n_messages=$n_of_pop3
}
bench_imap() {
	! no_imap || return 0
	user=imap port=$imap_port tls=none
	bench_drop "$user" "$n_imap" "$T/mail"
	for round in $(seq "$rounds"); do
		imap_floor imap
		new_run rules "$imap_line"
		time_postroom imap postroom "$n_imap" fetch
		time_old imap "$n_imap" fetch
		time_mbsync imap "$n_imap" "$round"
	done
}
bench_imaptls() {
	! no_imap || return 0
	user=imaps port=$imaps_port tls=implicit
	bench_drop "$user" "$n_imap" "$T/mail"
	for round in $(seq "$rounds"); do
		imap_floor imaptls --tls
		new_run rules "$imap_line"
		time_postroom imaptls postroom "$n_imap" fetch
		time_old imaptls "$n_imap" fetch
	done
}
imap_trips() { # SECTION [--tls]: $port
	for round in $(seq "$rounds"); do
		rest
		drained fetch "${2-}"
		record "$1" drain 500 "$wall" - - "$got"
		new_run rules "$imap_line"
		time_postroom "$1" postroom 500 fetch
		time_old "$1" 500 fetch
		[ $# != 1 ] || time_mbsync "$1" 500 "$round"
	done
}
bench_imaptrip() {
	! no_imap || return 0
	user=imaptrip tls=none
	bench_drop "$user" 500 "$T/mail"
	start_delay "$imap_port"
	imap_trips imaptrip
}
bench_imaptriptls() {
	! no_imap || return 0
	user=imapfar tls=implicit
	bench_drop "$user" 500 "$T/mail"
	start_delay "$imaps_port"
	imap_trips imaptriptls --tls
}
# The cost of the last connection through the proxy. The client's first turn is
# the login; $went is written when both sides have closed.
record_wire() { # SIZE
	wait_for test -s "$went"
	read -r there back turns <"$went"
	record imapwire bytes "$1" $((there + back)) - - 0
	record imapwire trips "$1" $((turns - 1)) - - 0
}
# Many known messages in a folder that has not changed, and a few; through a proxy
# that counts bytes and round trips.
bench_imapknown() {
	! no_imap || return 0
	tls=none went=$T/went
	small_mail "$T/known.mail" 1000
	delay_ms=0
	start_delay "$imap_port" --count "$went"
	delay_ms=20
	for size in 1000 30000; do
		user=known$size
		bench_drop "$user" "$size" "$T/known.mail"
		new_run rules "$imap_line"
		time_postroom imapknown first "$size" fetch
		eval "conf_$size=\$conf mail_$size=\$mail"
	done
	for round in $(seq "$rounds"); do
		user=known30000
		rest
		drained status
		record imapknown status 30000 "$wall" - - 0
		for size in 1000 30000; do
			eval "conf=\$conf_$size mail=\$mail_$size"
			program=postroom
			[ "$size" = 30000 ] || program=few
			rm -f "$went"
			time_postroom imapknown "$program" "$size" fetch
			record_wire "$size"
		done
	done
}
