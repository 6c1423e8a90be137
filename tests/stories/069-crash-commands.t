# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# Killed at any moment while rules tag, rewrite, copy and pipe: after one run
# more each message is in each of its folders once, and each pipe ran.
. "$(dirname "$0")/../lib.sh"
n=60
for i in $(seq 100 $((99 + n))); do
	printf 'Subject: m%s\nMessage-ID: <%s@x>\n\n%s\n' "$i" "$i" "$i" >"$T/drop/$i"
done
start_popd
ids() { # FOLDER: the numbers of the messages in it
	delivered "$mail/$1" | xargs -r -d '\n' grep -h '^Message-ID' | sort
}
seq 100 $((99 + n)) | sed 's/.*/Message-ID: <&@x>/' >"$T/wanted"
for try in 02 04 06 08 10 13 16 20 25 30; do
	sampled || continue
	rm -rf "$mail" "$T/state" "$T/keys"
	new_config
	add_account a
	cat >>"$conf" <<END
rule "seen" { duplicate = yes folder = "Twice" }
rule "copy" { copy = "Copy" }
rule "filter" { subject = '/[05]\$/' filter = {"sh", "-c", "echo X-F: 1; cat"} }
rule "tag" { subject = '/[2468]\$/' tag = even }
rule "pipe" { subject = '/[1357]\$/' pipe = {"sh", "-c", "echo \$POSTROOM_KEY >>$T/keys"} }
rule "all" { folder = "All" }
END
	"$postroom" -c "$conf" fetch >/dev/null 2>&1 &
	pid=$!
	sleep "0.$try"
	kill -9 $pid 2>/dev/null
	wait $pid 2>/dev/null
	# The workers end with their parent; they may need a moment.
	wait_for "$postroom" -q -c "$conf" fetch
	"$postroom" -q -c "$conf" fetch
	ids All >"$T/got"
	check "E2 G7: killed after 0.$try s: each is filed once" cmp "$T/wanted" "$T/got"
	ids Copy >"$T/got"
	check 'and copied once' cmp "$T/wanted" "$T/got"
	check 'none is a duplicate' [ ! -e "$mail/Twice" ]
	check 'G7: each pipe ran' [ "$(sort -u "$T/keys" | wc -l)" = 24 ]
	check 'tags are there' [ "$(grep -rl '^X-Label: even' "$mail/All" | wc -l)" = 24 ]
	check 'filters, too' [ "$(grep -rl '^X-F: 1' "$mail/All" | wc -l)" = 12 ]
	check 'nothing is left' [ -z "$(find "$T/state/spool" -type f)" ]
done
done_testing
