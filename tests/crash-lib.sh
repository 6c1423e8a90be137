# shellcheck shell=sh disable=SC2034,SC2086,SC2154
# Sourced by crash.sh in each worker, after lib.sh: one point. It happens ten
# thousand times, so only built-ins and tests/tools/tally do the work.
inject=${INJECT:-$top/tests/tools/inject} tally=$top/tests/tools/tally
tree=$T/tree mail=$T/tree/Mail state=$T/tree/state
turn=${CRASH_OFFSET:-0} ASAN_OPTIONS=detect_leaks=0
second='' preload='' input=/dev/null
export ASAN_OPTIONS

for i in 1 2 3; do
	mkdir -p "$T/from"
	printf 'Subject: %s\nMessage-ID: <%s@x>\n\n.message %s\n' $i $i $i \
		>"$T/from/$i"
done
configure() { # a run with POP3, which deletes
	configure_for "$T/conf" 'keep-on-server = no'
}
configure_imap() { # it starts the servers, too
	# Without MOVE and UIDPLUS: COPY, and EXPUNGE of what is marked.
	start_imapd --lifetime 0 --caps 'IMAP4rev1 SASL-IR AUTH=PLAIN'
	configure_for "$T/conf.imap-copy" 'protocol = imap' 'move-on-server = Done'
	start_imapd --lifetime 0
	configure_for "$T/conf.imap-keep" 'protocol = imap'
	configure_for "$T/conf.imap-reset" 'protocol = imap'
	configure_for "$T/conf.imap-delete" 'protocol = imap' 'keep-on-server = no'
	configure_for "$T/conf.imap-move" 'protocol = imap' \
		'move-on-server = Done' 'mark-seen = yes'
	configure_for "$T/conf.imap-two" 'protocol = imap' 'keep-on-server = no' \
		'folders = {"INBOX", "Lists"}'
}
# A copy and a pipe, a flag, a tag: each in a folder of its own.
configure_for() { # FILE LINE-OF-ACCOUNT...
	conf=$1 && shift
	printf '%s\n' "maildir = \"$mail\"" "state = \"$state\"" \
		'undecided = "Odd"' 'tag-style = x-label' >"$conf"
	chmod 600 "$conf"
	add_account a 'timeout = 5' "$@"
	cat >>"$conf" <<-END
	rule "copy" { subject = "1" copy = "Copies" pipe = {"sh", "-c", \
		"cat >/dev/null; echo \$POSTROOM_KEY >>$T/piped"} }
	rule "mark" { subject = "2" mark = read folder = "Marked/deep" }
	rule "tag" { subject = "3" tag = three folder = "Tagged" }
	END
}

# --- what happens: fetch, by POP3 or IMAP, sort of mail on disk, deliver ---
words_of() { # SCENARIO: sets the command and its configuration
	input=/dev/null conf=$T/conf
	case $1 in
	fetch) words=fetch ;;
	imap-*) words=fetch conf=$T/conf.$1 ;;
	sort) words="sort $mail Old" ;;
	deliver) words=deliver input=$T/from/1 ;;
	esac
}
attempt() { # INJECT-OPTION...: under the tracer; after two minutes it hangs
	"$inject" --seconds 120 --log "$T/injected" --after "$conf" "$@" \
		"$postroom" -c "$conf" $words >"$T/said" 2>&1 <"$input"
	status=$?
}
has() { # FILE TEXT...: a line contains one of them
	file=$1 && shift
	while IFS= read -r line; do
		for text; do case $line in *"$text"*) return 0 ;; esac; done
	done <"$file"
	return 1
}
once_more() { # the run that recovers; the server may still hold the maildrop
	for _ in 1 2 3 4 5 6 7 8 9; do
		LD_PRELOAD=$preload timeout -s KILL 120 "$postroom" -c "$conf" \
			$words >"$T/then" 2>&1 <"$input"
		again=$?
		has "$T/then" IN-USE 'another postroom' ||
			{ [ $again = 75 ] && [ ! -s "$T/then" ]; } || break
		sleep 0.1
	done
}
stage() { # SCENARIO
	"$tally" stage "$1" "$T"
	[ "$1" != imap-reset ] || cp -a "$T/known/." "$tree"
}
# Before the server counts anew, two of three messages are known.
know_two() {
	mv "$T/from/1" "$T/1"
	"$tally" stage imap-keep "$T"
	words_of imap-keep
	once_more
	mv "$T/1" "$T/from/1"
	cp -a "$tree" "$T/known"
}
# The folders after a run without faults, and the system calls of that run.
reference() { # SCENARIO
	stage "$1"
	words_of "$1"
	attempt count
	mv "$T/said" "$T/counts.$1"
	"$tally" list "$T" >"$T/expected.$1"
	[ -s "$T/expected.$1" ] || {
		cat "$T/counts.$1"
		echo "FAULT no reference for $1"
		exit 1
	}
}

# --- what happens between the crash and the next run ---
nothing() { :; }
# A mail reader sees new mail, and renames it.
reads() {
	"$tally" read "$T"
	options="$options --renamed"
}
# It also removes what it has seen. A removed message may come back once.
expunges() {
	"$tally" read "$T" expunge
	options="$options --renamed"
}
# The power is cut: nothing that was not synced is left.
cuts() { "$inject" --rebuild "$tree" "$T/store" $cut_seed || exit 1; }
# The same, but a part of it is left, by chance.
cuts_by_chance() { cut_seed=$turn && cuts && cut_seed=; }
cut_seed=
# The disk lost what it claimed to have synced.
cuts_held() { options="$options --held --damaged" && cuts_by_chance; }
# The disk kept the names of spooled files, and lost their bytes.
empties() {
	options="$options --held"
	for file in "$state"/spool/*; do [ ! -f "$file" ] || : >"$file"; done
}
# After the boot the clock is a day behind.
late() { preload=$clock; }
# Another program replaced the witness by a copy.
no_witness() {
	reads
	for file in "$state"/spool/*; do
		[ -f "$file" ] && cp "$file" "$T/copy" && mv "$T/copy" "$file"
	done
}

# --- points ---
begin() { # NAME: SUITE:PART
	name=$1 points=0 all_lost=0 all_doubled=0 all_wrong=0 missed=0 all_aside=0
}
finish() {
	echo "SUITE $name $points $all_lost $all_doubled $all_wrong $missed $all_aside"
}
my_turn() {
	turn=$((turn + 1))
	[ $((turn % step)) = 0 ] &&
		[ $((turn / step % CRASH_WORKERS)) = $((CRASH_WORKER - 1)) ]
}
point() { # SCENARIO THEN INJECT-OPTION...
	my_turn || return
	scenario=$1 then=$2 options='' preload='' bad=''
	shift 2
	stage $scenario
	words_of $scenario
	attempt "$@"
	points=$((points + 1))
	[ -s "$T/injected" ] || { missed=$((missed + 1)) && return; }
	$then
	recover
	case $scenario in fetch | imap-*) options="$options --pipe" ;; esac
	# A COPY that was made is not known after a crash.
	[ $scenario != imap-copy ] || options="$options --copied"
	"$tally" judge "$T" "$T/expected.$scenario" $options >"$T/verdict"
	read -r lost doubled wrong aside <"$T/verdict"
	[ $status != 142 ] || bad="$bad it hung;"
	# A disk that lies may lose the database: exit status 77, nothing is fetched.
	case $again$options in 0* | 7[57]*--held*) ;; *) bad="$bad the next run ended with $again;" ;; esac
	for file in said "then"; do
		has "$T/$file" 'runtime error' AddressSanitizer && bad="$bad sanitizer;"
	done
	[ -z "$bad" ] || wrong=$((wrong + 1))
	all_lost=$((all_lost + (lost > 0))) all_doubled=$((all_doubled + (doubled > 0)))
	all_wrong=$((all_wrong + (wrong > 0))) all_aside=$((all_aside + aside))
	[ $((lost + doubled + wrong)) = 0 ] || explain "$@"
}
# Does a command wait for its next try? The log may be lost with the process.
command_waits() {
	for file in "$state"/spool/*; do [ -e "$file" ] && break; done
	[ -e "$file" ] && [ "$("$top/tests/tools/sql" "$state/state.db" 'SELECT count(*)
		FROM delivery WHERE done IS NULL AND kind >= 4 AND next > 0')" != 0 ]
}
recover() {
	if [ $scenario = deliver ]; then
		# After a failure the MTA delivers again, so two copies may
		# come; a message that was accepted is in the spool.
		[ $status != 0 ] || { words="sort" && input=/dev/null; }
		[ $status = 0 ] || options="$options --retried"
	fi
	[ -z "$second" ] || attempt --nth "$second" --role "$second_role" kill-all
	once_more
	# A command that was hit is tried again in a minute: make that now.
	if has "$T/said" 'tried again in' || has "$T/then" 'tried again in' ||
		command_waits; then
		"$top/tests/tools/sql" "$state/state.db" 'UPDATE delivery SET next = 0' >/dev/null
		once_more
	fi
}
explain() { # INJECT-OPTION...
	case $name in broken*) return ;; liar*) [ "$wrong" -gt 0 ] || return ;; esac
	read -r what <"$T/injected"
	echo "# $name: $* ($what, then $then): lost $lost, doubled $doubled, wrong $wrong;$bad"
	sed 1d "$T/verdict" | cat "$T/said" "$T/then" - | head -n 12 | sed 's/^/#   /'
}
count_of() { # SCENARIO ROLE CALL
	awk -v r="$2" -v c="$3" '$1 == r && $2 == c { n += $3 } END { print n + 0 }' \
		"$T/counts.$1"
}
every() { # SCENARIO ROLE THEN ACTION: before every call of that process
	for n in $(seq $(count_of $1 $2 any)); do
		point $1 $3 --role $2 --nth $n $4
	done
}
