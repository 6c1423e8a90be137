# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2119,SC2154
# Disks that are full, broken, read-only, on another device, or without links:
# nothing is lost, an error is reported, the exit status is 75, and the next run
# goes on when the disk works again. Where possible, real file systems are
# mounted in a name space.
if [ -z "${STORY_MOUNTS-}" ]; then
	STORY_MOUNTS=none
	for how in -m -rm; do
		# shellcheck disable=SC2016
		unshare $how sh -c 'mount -t tmpfs tmpfs "${TMPDIR:-/tmp}"' \
			2>/dev/null || continue
		STORY_MOUNTS=ours
		export STORY_MOUNTS
		# shellcheck disable=SC2093
		exec unshare $how sh "$0"
	done
fi
. "$(dirname "$0")/../lib.sh"
no_leak_search
inject=$top/tests/tools/inject sql=$top/tests/tools/sql

"$inject" count true >"$T/counts" 2>&1 && can_inject=yes || can_inject=no
end_disks() {
	umount "$T/disk" "$T/other" 2>/dev/null
	end_story
}
trap end_disks EXIT
mkdir "$T/disk" "$T/other" "$T/from"
for i in $(seq 16); do
	{ printf 'Subject: %s\n\n' "$i" && head -c 60000 /dev/zero |
		tr '\0' "$(printf '\\%o' $((64 + i)))" && echo
	} >"$T/from/$(printf %02d "$i")"
done
script '# nothing'
start_popd --script "$T/script"
on_disks() { # STATE MAILDIR: in which directories; one message came before
	state=$1/state mail=$2/Mail
	printf '%s\n' "maildir = \"$mail\"" "state = \"$state\"" \
		"min-free = ${min_free:-0}" >"$conf"
	chmod 600 "$conf"
	add_account a 'keep-on-server = no' 'timeout = 5'
	rm -rf "$state" "$mail" "$T/drop" "$T/want" "$T/state"
	ln -s "$state" "$T/state" # where the oracle looks
	mkdir "$T/drop" "$T/want"
	printf 'Subject: the first\n\nx\n' >"$T/drop/00"
	expect "$T/drop/00"
	fetch >"$T/out" 2>&1 || cat "$T/out"
	cp "$T/from"/* "$T/drop"
	expect "$T/drop"/*
	: >"$T/log"
}
waits() { # NAME WORDS
	check_status 75 "$1" fetch
	check "$1: is told of" says "$2"
}
safe() { # NAME: who is not on the server is in the spool or filed
	left=$(ls "$T/drop" | wc -l)
	spooled=$(find "$state/spool" -type f 2>/dev/null | wc -l)
	check "$1: each message is somewhere" \
		[ $((left + spooled + $(messages "$mail"))) -ge 17 ]
}
well() { # NAME
	check_status 0 "$1: mended" fetch
	oracle "$1: all is there once"
	check "$1: the server is empty" [ -z "$(ls "$T/drop")" ]
}
no_more_files() {
	(cd "$T/disk" && seq -f file.%.0f 200 | xargs touch 2>/dev/null)
}
disk() { mount -t tmpfs -o "$1" tmpfs "$T/disk"; }
few() { # three will do
	for place in "$T/drop" "$T/want/$wants"; do
		rm -f "$place"/0[4-9] "$place"/[123]*
	done
}
room() { mount -o "remount,$1" "$T/disk"; }

# --- D1, D2: a disk that is full -------------------------------------------------
if [ "$STORY_MOUNTS" = ours ]; then
	disk size=8m
	on_disks "$T/disk" "$T/disk"
	room size=700k
	waits 'D1: a disk that gets full' 'the spool: No space left on device'
	safe 'D1'
	check_status 75 'D1: it stays full' fetch
	safe 'D1: it stays full'
	room size=8m
	well 'D1: a disk that was full'

	on_disks "$T/disk" "$T/disk"
	head -c 9000000 /dev/zero >"$T/disk/fill" 2>/dev/null
	waits 'D1: a disk with no room at all' "$T/disk|disk is full"
	safe 'D1: no room at all'
	check 'D1: nothing was deleted' not logged 'C: DELE'
	rm "$T/disk/fill"
	well 'D1: no room at all'

	on_disks "$T/other" "$T/disk"
	head -c 9000000 /dev/zero >"$T/disk/fill" 2>/dev/null
	waits 'D2: the disk of the Maildir is full' "$T/disk/Mail.*No space left"
	check 'D2: the mail is safe' says 'safe in the spool'
	check 'D2: the server is empty' [ -z "$(ls "$T/drop")" ]
	rm "$T/disk/fill"
	well 'D2: the disk of the Maildir is full'
	check 'D2: nothing was fetched once more' \
		[ "$(grep -c 'C: RETR' "$T/log")" = 16 ]
	umount "$T/disk"

	# --- D1: room is left for others ------------------------------------------
	disk size=8m
	min_free=6M on_disks "$T/disk" "$T/disk"
	fills() { # LEFT: a file that leaves so much
		rm -f "$T/disk/fill"
		head -c $(($(df -Pk "$T/disk" | awk 'NR == 2 { print $4 }') \
			* 1024 - $1)) /dev/zero >"$T/disk/fill"
	}
	fills 5900000
	: >"$T/log"
	waits 'D1: less than min-free' \
		'the disk of .* is nearly full: less than 6.0 MB .*min-free'
	check 'D1: less than min-free: no login' not logged .
	check_status 75 'D1: less than min-free, again' fetch
	check 'D1: which is told once' not says 'nearly full'
	fills 6800000
	forget_told
	waits 'D1: room for some' 'nearly full'
	check 'D1: which came' [ "$(grep -c 'C: RETR' "$T/log")" -gt 4 ]
	check 'D1: the rest stays' [ "$(ls "$T/drop" | wc -l)" -gt 2 ]
	check 'D1: what came was deleted' [ "$(ls "$T/drop" | wc -l)" -lt 12 ]
	safe 'D1: room for some'
	rm "$T/disk/fill"
	well 'D1: room for all'
	umount "$T/disk" && disk size=40m
	min_free=20M on_disks "$T/disk" "$T/disk"
	script 'on RETR 1 reply "+OK\r\n"' \
		"on RETR 1 endless \"$(printf %060d 1)\\r\\n\""
	waits 'D1: a message without an end' 'nearly full'
	check 'D1: it ends before the disk is full' [ "$(df -Pk "$T/disk" |
		awk 'NR == 2 { print $4 }')" -gt 20000 ]
	script '# nothing'
	umount "$T/disk"

	# --- D2: no more files ----------------------------------------------------
	disk size=8m,nr_inodes=200
	on_disks "$T/disk" "$T/disk"
	no_more_files
	waits 'D2: not one more file' "$T/disk|disk is full"
	safe 'D2: not one more file'
	rm "$T/disk"/file.?
	waits 'D2: a few' "$T/disk.*No space left on device"
	safe 'D2: a few files'
	check 'D2: they were used' [ $((spooled + $(messages "$mail"))) -gt 1 ]
	rm -f "$T/disk"/file.*
	well 'D2: more files'
	on_disks "$T/other" "$T/disk"
	no_more_files
	waits 'D2: not one more file for the Maildir' "$T/disk/Mail.*No space"
	check 'D2: the server is empty' [ -z "$(ls "$T/drop")" ]
	rm "$T/disk"/file.*
	well 'D2: more files for the Maildir'

	# --- D3, D22: read-only -------------------------------------------------------
	on_disks "$T/disk" "$T/other"
	room ro
	waits 'D3: the state is read-only' "$T/disk/state|Read-only|readonly"
	check 'D3: before any login' not logged 'C: (USER|PASS|AUTH)'
	room rw
	well 'D3: the state is read-only'
	on_disks "$T/other" "$T/disk"
	room ro
	waits 'D3: the Maildir is read-only' \
		"$T/disk/Mail.*Read-only file system.*safe in the spool"
	room rw
	well 'D3: the Maildir is read-only'
	check 'D3: nothing was fetched once more' \
		[ "$(grep -c 'C: RETR' "$T/log")" = 16 ]
	echo 'on RETR 9 delay 300' >"$T/script"
	start_popd --script "$T/script"
	on_disks "$T/other" "$T/disk"
	fetch >"$T/out" 2>&1 &
	fetching=$!
	wait_for logged 'C: RETR 9'
	room ro
	got=0
	wait $fetching || got=$?
	echo >"$T/script"
	check 'D22: the Maildir gets read-only meanwhile' [ "$got" = 75 ]
	check 'D22: is told of' says 'Read-only file system.*safe in the spool'
	room rw
	well 'D22: the Maildir gets read-only'

	# --- D8: the spool is on another disk --------------------------------------------
	on_disks "$T/other" "$T/disk"
	check_status 0 'D8: spool and Maildir on two disks' fetch
	check 'D8: silently' silent
	oracle 'D8: two disks: all is there once'
	umount "$T/disk"
else
	skip 'D1: nothing can be mounted here'
	skip 'D2: nothing can be mounted here'
	skip 'D3: nothing can be mounted here'
fi

# --- D1, D4, D22: what fails, and goes on failing ------------------------------------
broken() { # NAME WORDS INJECT-OPTION...
	what=$1 words=$2
	shift 2
	on_disks "$T/other" "$T/other"
	rm -f "$T/injected"
	check_status 75 "$what" "$inject" --after "$conf" --log "$T/injected" \
		"$@" "$postroom" -c "$conf" fetch
	check "$what: is told of" says "$words"
	check "$what: it failed" [ -s "$T/injected" ]
	safe "$what"
	well "$what"
}
spool='--role 0.1 --path /spool'
if [ "$can_inject" = yes ]; then
	quota='Disk quota exceeded' io='Input/output error'
	ro='Read-only file system'
	# shellcheck disable=SC2086
	{
		broken 'D1: the quota is used up' "spool.*$quota" \
			$spool --call write --nth 5 --on error EDQUOT
		broken 'D1: no quota for one more file' "spool.*$quota" \
			$spool --call openat --nth 9 --on error EDQUOT
		broken 'D4: a file cannot be written' "$io" \
			$spool --call write --nth 5 --on error EIO
		broken 'D4: files cannot be synced' "$io" \
			--role 0.1 --call syncfs --on error EIO
		broken 'D4: a folder cannot be synced' "Inbox.*$io" \
			--role 0.2 --call fsync --path Inbox/new --on error EIO
		broken 'D22: read-only from the middle on' "$ro" \
			$spool --call openat --nth 9 --on error EROFS
		broken 'D4: a lock cannot be looked at' 'account-1.lock' \
			--role 0 --path account-1.lock --call newfstatat --on error EACCES
		broken 'D2: nothing can be linked' 'Inbox.*No space left' \
			--role 0.2 --call linkat --nth 4 --on error ENOSPC
	}
else
	skip 'D1 D2 D4 D22: processes cannot be traced here'
fi

# --- D5, D7: limits -------------------------------------------------------------------
for n in 8 13 18; do
	sampled || continue
	on_disks "$T/other" "$T/other"
	got=0
	# shellcheck disable=SC3045
	(ulimit -n $n && fetch) >"$T/out" 2>&1 || got=$?
	check "D5: $n descriptors: all is well, or later" \
		[ "$got" = 0 -o "$got" = 75 -o "$got" = 78 ]
	safe "D5: $n descriptors"
	well "D5: $n descriptors"
done
on_disks "$T/other" "$T/other"
head -c 3000000 /dev/zero | tr '\0' x | fold >"$T/drop/17"
expect "$T/drop/17"
check_status 75 'D7: a file may not get that large' \
	sh -c 'ulimit -f 4000 && "$@" fetch' - "$postroom" -c "$conf"
check 'D7: is told of' says 'spool.*File too large'
check 'D7: what is small came' [ "$(messages "$mail")" = 17 ]
well 'D7: a file may not get that large'

# --- D8: no links ----------------------------------------------------------------------
if [ "$can_inject" = yes ]; then
	for error in EPERM EXDEV EOPNOTSUPP; do
		sampled || continue
		on_disks "$T/other" "$T/other"
		check_status 0 "D8: link fails with $error" "$inject" \
			--after "$conf" --role 0.2 --call linkat error $error \
			"$postroom" -c "$conf" fetch
		check "D8: $error: silently" silent
		oracle "D8: $error: all is there once"
	done
else
	skip 'D8: processes cannot be traced here'
fi
# Killed during delivery: the copy in tmp/ is the witness, or the name alone,
# where no links are possible. A reader may have renamed new mail.
reads() { # flags only: without links a file has nothing but its name
	for file in "$mail"/Inbox/new/*; do
		[ ! -e "$file" ] || mv "$file" "$mail/Inbox/cur/${file##*/}:2,S"
	done
}
killed_at() { # NAME CALL N STRACE-OPTION...: all die at each N-th of this call
	what=$1 call=$2 step=$(($3 * sparse)) n=1 bad=0 points=0
	shift 3
	while [ "$n" -lt 60 ]; do
		on_disks "$T/other" "$T/other"
		few
		ASAN_OPTIONS=detect_leaks=0 "$strace" -f -qq -o "$T/trace" "$@" \
			-e "trace=linkat,renameat2,$call" \
			-e "inject=$call:signal=SIGKILL:when=$n" \
			"$postroom" -c "$conf" fetch >"$T/said" 2>&1 </dev/null
		grep -q 'killed by SIGKILL' "$T/trace" || break
		points=$((points + 1)) n=$((n + step))
		[ $((points % 2)) = 0 ] || reads
		ASAN_OPTIONS=detect_leaks=0 "$strace" -f -qq -o "$T/trace" "$@" \
			-e trace=linkat,renameat2 \
			"$postroom" -c "$conf" fetch >"$T/out" 2>&1
		# A copy may stay in tmp/: readers remove it (36 hours).
		find "$mail"/*/tmp -type f -links +1 -delete
		all_is_well >"$T/why" 2>&1 && continue
		bad=$((bad + 1))
		echo "# $what: $call $((n - step))"
		cat "$T/said" "$T/out" "$T/why" | sed 's/^/#  /'
	done
	check "D8: $what, killed at $points places ($call)" \
		[ "$bad" = 0 -a "$points" -gt 0 ]
}
if command -v strace >/dev/null && "$strace" -qq -o "$T/probe" true 2>/dev/null; then
	across='-e inject=linkat:error=EXDEV:when=1+2' # and a link from tmp/
	# shellcheck disable=SC2086
	for call in linkat fsync fdatasync unlinkat; do
		case $call in
		linkat) killed_at 'another file system' renameat2 1 \
			-e inject=linkat:error=EPERM ;;
		*) killed_at 'another file system' $call 3 $across ;;
		esac
	done
	for call in fsync fdatasync unlinkat; do
		killed_at 'no links at all' $call 2 -e inject=linkat:error=EPERM
	done
	# Nor can it promise not to replace.
	on_disks "$T/other" "$T/other"
	check_status 0 'D8: neither links nor RENAME_NOREPLACE' "$strace" -f -qq \
		-o "$T/trace" -e trace=linkat,renameat2 \
		-e inject=linkat:error=EPERM -e inject=renameat2:error=EINVAL \
		"$postroom" -c "$conf" fetch
	oracle 'D8: all is there once'
else
	skip 'D8: strace is not here or may not trace'
fi

# --- E11, E12: what a crash leaves, and a clock that is behind --------------------------
on_disks "$T/other" "$T/other"
few
(cd "$state/spool" && seq -f 'a1-%016.0f' 1000 | xargs touch)
check_status 0 'E11: a thousand files that nobody removed' fetch
oracle 'E11: are removed'
if [ "$can_inject" = yes ]; then
	on_disks "$T/other" "$T/other"
	few
	"$inject" --after "$conf" --role 0.2 --call unlinkat --nth 1 kill-all \
		"$postroom" -c "$conf" fetch >"$T/said" 2>&1
	check 'E11: killed before the first is removed' \
		[ "$(find "$state/spool" -type f | wc -l)" = 3 ]
	check_status 0 'E11: the next run' fetch
	oracle 'E11: removes them'
fi
if [ "$can_inject" = yes ] &&
	${CC:-cc} -shared -fPIC -o "$T/clock.so" "$tests/tools/clock.c" 2>"$T/cc.err"
then
	then_is() { # SECONDS: since 1970
		echo "1 $1 1" >"$T/clock"
		CLOCK=$T/clock LD_PRELOAD=$T/clock.so \
			ASAN_OPTIONS=verify_asan_link_order=0 \
			"$postroom" -c "$conf" fetch
	}
	for behind in 1000000 4102444800; do
		on_disks "$T/other" "$T/other"
		few
		"$inject" --after "$conf" --role 0.2 --call linkat --nth 2 \
			kill-all "$postroom" -c "$conf" fetch >"$T/said" 2>&1
		cp "$T/from/16" "$T/drop"
		expect "$T/drop/16"
		check_status 0 "E12: after a crash it is $behind" then_is $behind
		oracle 'E12: all is there once'
		check_status 0 'E12: and the right time again' fetch
		oracle 'E12: does no harm'
	done
else
	skip 'E12: no compiler for another clock'
fi
done_testing
