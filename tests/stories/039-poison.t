# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2059,SC2154
# A message that kills the judge, a command or the sorter: after three tries it is
# set aside with the reason, and no other message waits.
. "$(dirname "$0")/../lib.sh"

deliver() { printf "$1" | "$postroom" -c "$conf" deliver; }
sort_again() { "$postroom" -c "$conf" sort; }
due() { sql 'UPDATE delivery SET next = 0'; sql 'UPDATE msg SET hold_until = 0'; }
there() { [ "$(messages "$mail/$1" 2>/dev/null)" = "$2" ]; }
spooled() { ls "$T/state/spool" 2>/dev/null | wc -l; }
fresh() {
	rm -rf "$T/state" "$mail" "$T/got"
	mkdir "$T/got"
	: >"$T/log"
}

new_config 'undecided = "Odd"' 'command-timeout = 1'
cat >>"$conf" <<END
rule "judge" { header = 'X-Judge: /./' filter = {"sh", "-c", \
	"echo >>$T/got/judge; [ \$(wc -l <$T/got/judge) -gt \$0 ] || \
	[ \$PPID = 1 ] || for p in \$(cat /proc/\$PPID/task/\$PPID/children); do \
	[ \$p = \$\$ ] || kill -9 \$p; done; cat", "{subject}"} folder = "Judged" }
rule "sorter" { header = "X-Sorter: 1" filter = {"sh", "-c", "[ \$PPID = 1 ] || kill -9 \$PPID"} }
rule "pipe" { header = "X-Pipe: 1" pipe = {"sh", "-c", \
	"echo >>$T/got/pipe; kill -9 \$\$"} discard = yes }
rule "hang" { header = "X-Hang: 1" pipe = {"sh", "-c", \
	"echo >>$T/got/hang; sleep 30"} discard = yes }
rule "both" { header = "X-Both: 1" pipe = {"sh", "-c", \
	"echo >>$T/got/both; [ \$PPID = 1 ] || kill -9 \$PPID"} discard = yes }
rule "last" { header = "X-Last: 1" pipe = {"sh", "-c", "cat >$T/got/last"} }
rule "must" { header = "X-Must: 1" filter = {"sh", "-c", \
	"echo >>$T/got/must; kill -9 \$\$"} filter-must = yes }
END
tried() { [ "$(wc -l <"$T/got/$1")" = "$2" ]; }

# The judge: one or two deaths have no effect, three set the message aside.
fresh
check_status 0 'E4: a judge is killed twice' deliver 'X-Judge: 1\nSubject: 2\n\nx\n'
check 'a third one has judged it' there Judged 1
fresh
check_status 0 'C13: it is killed each time' deliver 'X-Judge: 1\nSubject: 9\n\nx\n'
check 'C13: after three tries' tried judge 3
check 'C13: it is set aside' there Odd 1
check 'C13: with the reason' says 'could not be judged: the judge was killed.*three times'
check_status 0 'why' "$postroom" -c "$conf" why
check 'has it, too' says '→ Odd  \(the judge was killed'
check_status 0 'another message' deliver 'X: 1\n\nx\n'
check 'is judged as ever' there Inbox 1

# The sorter: the next one knows at which message the last one died.
fresh
check_status 137 'E9: the sorter dies of a message' deliver 'X-Sorter: 1\n\nx\n'
check_status 137 'once more, with another one behind it' deliver 'X: 1\n\nx\n'
check 'that one waits' there Inbox 0
check_status 137 'a third time' sort_again
check_status 0 'and not a fourth time' sort_again
check 'it is set aside' there Odd 1
check 'with the reason' says 'the sorter was killed while it judged this message, three times'
check 'the other one is filed' there Inbox 1
check 'nothing waits' [ "$(spooled)" = 0 ]
check_status 0 'one more' deliver 'X: 2\n\nx\n'
check 'nobody is suspected' there Inbox 2

# A pipe that crashes; discarded mail is filed when it failed.
fresh
check_status 0 'a pipe that dies' deliver 'X-Pipe: 1\n\nx\n'
check 'is told of' says 'tried again in 16 min'
forget_told
due && check_status 75 'twice' sort_again
check 'is told of' says 'tried again in 32 min'
due && check_status 0 'three times' sort_again
check 'is not tried again' says 'it is not tried again, the message was filed into Odd'
check 'E4: three times, no more' tried pipe 3
check 'the message is there' there Odd 1
check 'nothing waits' [ "$(spooled)" = 0 ]
fresh
check_status 0 'a pipe that hangs' deliver 'X-Hang: 1\n\nx\n'
due && check_status 75 'twice' sort_again
due && check_status 0 'three times' sort_again
check 'is ended each time, and given up' tried hang 3
check 'the message is there' there Odd 1

# A message that kills the sorter does not stop those behind it for ever.
fresh
check_status 137 'a pipe that kills the sorter' deliver 'X-Both: 1\n\nx\n'
check_status 137 'twice' deliver 'X-Last: 1\n\nx\n'
check 'the next one has not run' [ ! -e "$T/got/last" ]
check_status 137 'three times' sort_again
check_status 0 'and not a fourth time' sort_again
check 'is told of' says 'killed from outside too often.*filed into Odd'
check 'the next one has run' [ -s "$T/got/last" ]
check 'nothing waits' [ "$(spooled)" = 0 ]

# A filter that must work: its message waits, unless the filter crashes.
fresh
check_status 0 'a filter that must work dies' deliver 'X-Must: 1\n\nx\n'
check 'the message waits' [ "$(spooled)" = 1 ]
check_status 0 'others do not' deliver 'X: 1\n\nx\n'
check 'likewise' there Inbox 1
due && check_status 75 'twice' sort_again
due && check_status 0 'three times' sort_again
check 'it is set aside' there Odd 1
check 'with the reason' says 'rule must.*it was tried 3 times'
check 'three times, no more' tried must 3
check 'nothing waits' [ "$(spooled)" = 0 ]
done_testing
