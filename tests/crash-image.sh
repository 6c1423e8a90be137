#!/bin/sh
# shellcheck shell=sh disable=SC1091,SC2046,SC2086,SC2154
# usage: crash-image.sh; a part of crash.sh
#
# E5: the power is cut on a real file system. State, spool and Maildir are on
# an ext4 in a file. Before the n-th call of a process all processes are killed,
# and the file is copied without a sync: the copy holds what a disk would hold.
# It is mounted, which replays the journal, and the next run continues there.
# Needs root and loop devices.
. "$(dirname "$0")/lib.sh"
[ "$(id -u)" = 0 ] || skip_all 'E5: only root can mount'
PATH=$PATH:/usr/sbin:/sbin
for tool in mkfs.ext4 e2fsck mount umount; do
	command -v $tool >/dev/null || skip_all "E5: there is no $tool"
done
. "$tests/crash-lib.sh"
points_each=${CRASH_IMAGE_POINTS:-8} # for each process and round

detach() { # unmount the last point; its loop devices disappear with it
	for where in "$tree" "$T/copy"; do
		umount "$where" 2>/dev/null || umount -l "$where" 2>/dev/null
	done
	return 0
}
trap 'detach; end_story' EXIT
make_image() { # once; each point starts with a copy of it
	truncate -s 24M "$T/fresh" &&
		mkfs.ext4 -q -F -O ^resize_inode -J size=4 "$T/fresh" &&
		mkdir -p "$tree" "$T/copy" && cp "$T/fresh" "$T/disk" &&
		mount -o "loop,$1" "$T/disk" "$tree"
}
mkdir -p "$tree"
make_image data=ordered >"$T/why" 2>&1 || {
	read -r why <"$T/why"
	skip_all "E5: an ext4 image cannot be mounted here: ${why-}"
}
detach
start_popd
configure

# The copy is mounted at the same path as the tree.
image_point() { # SCENARIO ROLE N INJECT-OPTION...
	scenario=$1 role=$2 n=$3 options=''
	shift 3
	cp --sparse=always "$T/fresh" "$T/disk" &&
		mount -o "loop,$mode" "$T/disk" "$tree" || exit 1
	"$tally" stage $scenario "$T" && sync -f "$tree"
	words_of $scenario
	attempt "$@" --role $role --nth $n kill-all
	cp --sparse=always "$T/disk" "$T/disk.cut"
	umount "$tree"
	points=$((points + 1))
	[ -s "$T/injected" ] || missed=$((missed + 1))
	mount -o "loop,$mode" "$T/disk.cut" "$tree" || {
		unmountable=$((unmountable + 1))
		return
	}
	once_more
	[ $scenario != fetch ] || options=--pipe
	"$tally" judge "$T" "$T/expected.$scenario" $options >"$T/verdict"
	umount "$tree"
	# The mount has replayed the journal, so there must be nothing to repair.
	e2fsck -fn "$T/disk.cut" >"$T/fsck" 2>&1 || unclean=$((unclean + 1))
	read -r lost doubled wrong _ <"$T/verdict"
	all_lost=$((all_lost + (lost > 0))) all_doubled=$((all_doubled + (doubled > 0)))
	all_wrong=$((all_wrong + (wrong > 0 || again != 0)))
	[ $((lost + doubled + wrong + again)) = 0 ] || [ $# -gt 0 ] ||
		sed "s/^/#   $scenario $role $n: /" "$T/verdict" "$T/then"
}
image_points() { # SCENARIO ROLE INJECT-OPTION...
	total=$(count_of $1 $2 any)
	begin=$((${CRASH_OFFSET:-0} % (total / points_each) + 1))
	what=$1 who=$2
	shift 2
	for n in $(seq $begin $((total / points_each)) $total); do
		image_point $what $who $n "$@"
	done
}
none_wrong() {
	sed 1q "$T/fsck"
	[ $((all_lost + all_doubled + all_wrong + unmountable + unclean)) = 0 ] &&
		[ $points -gt $((4 * missed)) ]
}
round() { # MOUNT-OPTIONS
	mode=$1 unmountable=0 unclean=0
	mount -o "loop,$mode" "$T/disk" "$tree" 2>"$T/why" || {
		count=$((count + 1))
		echo "ok $count # SKIP E5: this kernel cannot mount with $mode"
		return
	}
	umount "$tree"
	begin image
	image_points fetch 0.1
	image_points fetch 0.2
	image_points sort 0
	check "E5: ext4, $mode: $points power cuts by copy, $all_lost lost, $all_doubled doubled, $all_wrong otherwise wrong, $unmountable not mountable, $unclean not clean" \
		none_wrong
}
for scenario in fetch sort; do reference $scenario; done
for mode in data=ordered data=writeback nobarrier; do round $mode; done

# Without the syncs of directories. ext4 writes its whole journal at any sync,
# so it may be too safe to show a loss.
mode=data=ordered unmountable=0 unclean=0
begin image
image_points fetch 0.2 --skip-sync /
if [ $((all_lost + all_doubled)) -gt 0 ]; then
	check "E5: without syncs of directories: $all_lost lost, $all_doubled doubled, in $points" true
else
	echo "# E5: without syncs of directories: none lost, none doubled, in $points:" \
		'ext4 is too safe to show it; the suite "broken" of crash.sh does'
fi
check 'E5: nothing stays mounted' not grep -q " $T/" /proc/mounts
done_testing
