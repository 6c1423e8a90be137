# shellcheck shell=sh disable=SC2012,SC2034,SC2154
# Sourced by the stories on UIDLs, after lib.sh: messages with chosen UIDLs, and
# what the last session asked for. Three servers listen on the ports $all (knows
# all commands), $no_top (has no TOP) and $no_capa (has no CAPA).
# Long enough that postroom does not take a UIDL for a number.
long=-6f3c9a17e2
uidl() { # WORD: the UIDL for it: a number stays what it is
	case $1 in *[!0-9]*) echo "$1$long" ;; *) echo "$1" ;; esac
}
put() { # NAME UIDL [BODY]
	printf 'Message-ID: <%s@x>\nSubject: %s\n\n%s\n' "$1" "$1" \
		"${3-body of $1}" >"$T/drop/$1"
	printf '%s %s\n' "$1" "$(uidl "$2")" >>"$T/drop/.uidl"
}
fill() { # FIRST LAST PREFIX: these messages; a UIDL is prefix and number
	awk -v n="$1" -v last="$2" -v prefix="$3" -v drop="$T/drop" \
		-v long="${3:+$long}" 'BEGIN {
		for (; n <= last; n++) {
			file = drop "/m" n
			printf "Message-ID: <m%d@x>\nSubject: m%d\n\nbody of m%d\n", \
				n, n, n >file
			close(file)
			print "m" n, prefix n long >>(drop "/.uidl")
		}
	}'
}
account() { # ACCOUNT-LINE...
	new_config
	add_account a "$@"
}
fresh() { # ACCOUNT-LINE...: an empty maildrop and no state
	rm -rf "$T/state" "$mail" "$T/drop" "$T/want"
	mkdir "$T/drop" "$T/want"
	script '# nothing'
	: >"$T/log"
	account "$@"
}
asked() { # RETR TOP: did the last session log in and send so many of each?
	awk -v retr="$1" -v top="$2" '
	/ connected$/ { r = t = login = 0 }
	/ C: RETR/ { r++ }
	/ C: TOP/ { t++ }
	/ STAT/ { login = 1 }
	END {
		print r + 0, t + 0
		exit !(login && r + 0 == retr && (top == "" || t + 0 == top))
	}' "$T/log"
}
quiet_run() { # NAME RETR TOP: ends with 0, silent, with so many RETR and TOP
	check_status 0 "$1" fetch
	check "$1: silence" silent
	check "$1: $2 retrieved, $3 looked at" asked "$2" "$3"
	oracle "$1: each message is there once"
}
script '# nothing'
start_popd --script "$T/script"
all=$port
start_popd --script "$T/script" --caps 'USER UIDL PIPELINING'
no_top=$port
start_popd --script "$T/script" --no-capa
no_capa=$port
port=$all
