#!/bin/sh
# shellcheck disable=SC1091,SC2046,SC2086
# usage: run.sh SECONDS TARGET...	`make fuzz SECONDS=60` runs them all
#
# Builds the targets with libFuzzer, ASan and UBSan of clang, below fuzz/ in the
# build directory, and runs each for so long. What they found out before is in
# fuzz/corpus and is where they begin; what they find wrong is kept in
# fuzz/found: TARGET FILE shows it again.
set -eu
seconds=$1
shift
seeds_from=$top_srcdir/tests
. "$top_srcdir/tests/fuzz/seeds.sh"
out=$top_builddir/fuzz
build=$out/build

command -v clang >/dev/null || { echo 'fuzz: clang is not installed' && exit 1; }
mkdir -p "$build" "$out/found"
[ -f "$build/Makefile" ] || (cd "$build" && "$top_srcdir/configure" --quiet \
	--enable-sanitizers CC=clang CFLAGS='-O1 -g -fsanitize=fuzzer-no-link')
# configure, which make runs again when it is outdated, must not get the flag.
make -C "$build" -s Makefile
make -C "$build" -s -j"$(nproc)" $(printf 'tests/fuzz/%s ' "$@") \
	LDFLAGS=-fsanitize=fuzzer
rm -rf "$out/seeds"
make_seeds "$out/seeds"
failed=
# Files of targets are in memory where that is possible.
TMPDIR=$(mktemp -d /dev/shm/postroom-fuzz.XXXXXX 2>/dev/null || mktemp -d)
export TMPDIR
trap 'rm -rf "$TMPDIR"' EXIT
trap 'exit 1' HUP INT TERM
for target; do
	dict=$top_srcdir/tests/fuzz/$target.dict
	mkdir -p "$out/corpus/$target"
	"$build/tests/fuzz/$target" -max_total_time="$seconds" -timeout=20 \
		-rss_limit_mb=1024 -max_len=16384 -print_final_stats=1 \
		-artifact_prefix="$out/found/$target-" \
		$([ ! -f "$dict" ] || echo "-dict=$dict") "$out/corpus/$target" \
		$(seeds_of "$target" "$out/seeds") >"$out/$target.log" 2>&1 ||
		failed="$failed $target"
	echo "$target: $(sed -n 's/^stat::number_of_executed_units: *//p' \
		"$out/$target.log") inputs"
done
for target in $failed; do
	echo "fuzz: $target failed, see $out/$target.log:"
	grep -E 'ERROR|Assertion|runtime error|Test unit written' \
		"$out/$target.log"
done
[ -z "$failed" ]
