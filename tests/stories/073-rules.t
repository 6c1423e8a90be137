# shellcheck shell=sh disable=SC2016,SC2059,SC2154
# postroom rules: which rules exist, how often they apply, what they cost.
. "$(dirname "$0")/../lib.sh"

run() { "$postroom" -c "$conf" "$@"; }
deliver() { printf "$1" | run deliver; }
later() { # DAYS COMMAND...: so many days from now
	echo "1 $((86400 * $1))" >"$CLOCK" && shift
	LD_PRELOAD=$T/clock.so "$postroom" -c "$conf" "$@"
}
row() { grep -E -- "^$1 " "$T/out" | grep -qE -- "$2" || { cat "$T/out" && false; }; }

new_config
cat >>"$conf" <<'END'
rule "bills" { subject = "invoice" folder = "Bills" }
rule "marks" { from = "ann@x.org" mark = seen }
rule "costly" { subject = '/(\w*)(\w*)[#%]/' folder = "X" }
rule "发票" { subject = "发票" folder = "Bills" }
rule "later" { subject = "later" hold = 1d }
rule "off" { enabled = no subject = "x" folder = "X" }
rule "discards" { subject = "junk" discard = yes }
END
check_status 0 'before there is any mail' run rules
check 'nothing was counted' row bills ' 0  -  +not counted yet'
deliver 'From: ann@x.org\nSubject: invoice 1\n\nx\n'
deliver 'From: bob@x.org\nSubject: invoice 2\n\nx\n'
deliver 'From: ann@x.org\nSubject: hello\n\nx\n'
deliver 'From: ann@x.org\nSubject: 发票\n\nx\n'
deliver 'From: bob@x.org\nSubject: later\n\nx\n'
deliver 'From: bob@x.org\nSubject: junk\n\nx\n'
check_status 0 'after some' run rules
check 'what filed is counted' row bills 'conf:[0-9]+ +2  20..-..-.. ..:..$'
check 'what only marks, too, unless the journey had ended' row marks ' 2  20'
check 'what discards, too' row discards ' 1  20'
check 'names may be in any script' row 发票 ' 1  20'
check 'what never applied is said' row costly ' 0  -  +never since 20..-..-..$'
check 'a message that waits is not counted' row later ' 0  -'
check 'what is off is said' row off ' 0  - +off$'
run sort "$mail" >"$T/out" 2>&1
check_status 0 'mail that is sorted again' run rules
check 'is not counted again' row bills ' 2  20'

# Counts belong to a rule's name, wherever the rule stands.
cp "$conf" "$T/first"
{ sed '/^rule/d' "$T/first" && grep '^rule' "$T/first" | sort; } >"$conf"
deliver "Subject: invoice $(printf %0900d 3)\n\nx\n"
check_status 0 'when the rules change places' run rules
check 'the counts go along' row bills ' 3  20'

check_status 0 'what they cost' run rules --cost
# On a busy machine any rule may be kept waiting, but not each time.
costly_first() { run rules --cost >"$T/out" && sed -n 2p "$T/out" | grep -q '^costly '; }
wait_for costly_first
result ok 'the costliest is first'
check 'and the whole' says '^The rules take [0-9.]+ us a message, on average over 5 messages on disk'
check_status 0 'of one message' run rules --cost --messages 1 --json
check 'as JSON' says '^\{"messages":1,"rules":\[\{"name":"bills",.*"applied":3,.*"ns":[1-9]'
check_status 64 'a directory without mail' run rules --cost "$T/nowhere"
check 'which is reported' says "there is no mail in $T/nowhere"
check_status 64 'a word too many' run rules nonsense
check 'nothing was filed by that' [ "$(messages "$mail")" = 5 ]

if ${CC:-cc} -shared -fPIC -o "$T/clock.so" "$tests/tools/clock.c" 2>"$T/cc.err"; then
	no_leak_search
	CLOCK=$T/clock
	export CLOCK
	check_status 0 'half a year later' later 181 rules
	check 'what did not apply is named' row bills ' 3  20.* not in 180 days$'
	check 'so is what never did' row costly ' 0  - +never in 180 days$'
else
	skip 'half a year later: no compiler for another clock'
fi

# A state of the version before is read, and counts from then on.
check 'a state without counts' "$top/tests/tools/sql" "$T/state/state.db" \
	'DROP TABLE rule; DROP INDEX delivery_quarantined; ALTER TABLE delivery
	DROP COLUMN quarantined; ALTER TABLE daemon
	DROP COLUMN accounts; ALTER TABLE delivery DROP COLUMN file; ALTER TABLE
	delivery DROP COLUMN line; DROP TABLE attempt; DROP TABLE told; DROP TABLE
	sorter; DROP TABLE server; DROP TABLE maildir; DROP TABLE vacation;
	DROP INDEX msg_doubt; ALTER TABLE msg DROP COLUMN repeated;
	ALTER TABLE msg DROP COLUMN doubt; ALTER TABLE msg DROP COLUMN body; ALTER TABLE account DROP COLUMN
	host; ALTER TABLE account DROP COLUMN user; ALTER TABLE account DROP COLUMN
	excused; ALTER TABLE account DROP COLUMN excused_since; ALTER TABLE account
	DROP COLUMN large; ALTER TABLE account DROP COLUMN large_bytes; ALTER TABLE
	account DROP COLUMN former; ALTER TABLE delivery DROP COLUMN reason; ALTER
	TABLE delivery DROP COLUMN undone; ALTER TABLE delivery DROP COLUMN seal;
	ALTER TABLE msg DROP COLUMN seal; DROP TABLE idle; DROP TABLE watermark; DROP TABLE unfetched;
	DROP INDEX msg_server_id; DROP INDEX msg_in_folders;
	ALTER TABLE msg DROP COLUMN folder; ALTER TABLE msg DROP COLUMN arrived;
	ALTER TABLE msg DROP COLUMN server_flags;
	ALTER TABLE msg DROP COLUMN server_id; PRAGMA user_version = 4'
check_status 0 'is read' run rules
check 'as not counted' row bills ' 0  -  +not counted yet'
deliver 'Subject: invoice 4\n\nx\n'
check_status 0 'and goes on' run rules
check 'counting' row bills ' 1  20'
done_testing
