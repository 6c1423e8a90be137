# shellcheck shell=sh disable=SC1003,SC2016,SC2154
# Completions in real shells: commands, accounts, folders, rules, files.
. "$(dirname "$0")/../lib.sh"

service=$tests/../src/service
new_config
printf '%s\n' 'account "work" { host = pop.example.org user = u password = x }' \
	'account "home" { host = pop.example.org user = u password = x }' \
	'rule "Mailing lists" { subject = "x" folder = "A b/C" }' \
	'rule "发票" { subject = "x" folder = "A b/C" }' >>"$conf"
mkdir -p "$mail/A b/C/cur" "$mail/A b/C/new" "$T/bin" "$XDG_CONFIG_HOME/postroom"
cp "$conf" "$XDG_CONFIG_HOME/postroom/postroom.conf"
ln -s "$(cd "$(dirname "$postroom")" && pwd)/postroom" "$T/bin/postroom"
PATH=$T/bin:$PATH LC_ALL=C.UTF-8
export PATH LC_ALL
: >"$T/notes.eml"
cd "$T" || exit 1

if command -v fish >/dev/null; then
	offers() { # LINE WORDS
		fish --no-config -c "source '$service/postroom.fish'
			complete -C '$1'" 2>>"$T/fish.err" | cut -f1 >"$T/out"
		[ "$(sort "$T/out" | paste -sd, -)" = "$2" ] || { cat "$T/out" && false; }
	}
	check 'fish: a command' offers 'postroom expl' explain
	check 'fish: accounts' offers 'postroom poll ' home,work
	check 'fish: an account' offers 'postroom fetch w' work
	check 'fish: a folder with a blank' offers 'postroom log --folder ' 'A b/C'
	check 'fish: rules' offers 'postroom log --rule ' 'Mailing lists,发票'
	check 'fish: options' offers 'postroom fetch --e' --exit-code
	check 'fish: files where files belong' offers 'postroom explain not' notes.eml
else
	skip 'fish is not installed'
fi

if command -v zsh >/dev/null && command -v tmux >/dev/null; then
	tmux() { command tmux -S "$T/tmux" -f /dev/null "$@"; }
	trap 'tmux kill-server 2>/dev/null; end_story' EXIT
	seen() { tmux capture-pane -p -t s >"$T/screen" && grep -qE -- "$1" "$T/screen"; }
	completes() { # LINE WHAT-IT-BECOMES
		tmux send-keys -t s C-u && tmux send-keys -t s -l "$1" &&
			tmux send-keys -t s Tab && wait_for seen "^ready> $2" &&
			tmux send-keys -t s C-u
	}
	printf '%s\n' "fpath=('$service' \$fpath)" 'PS1="ready> "' \
		'autoload -Uz compinit && compinit -u -D' \
		'setopt no_auto_menu' >"$T/.zshrc"
	tmux new-session -d -s s -x 100 -y 30 \
		"ZDOTDIR='$T' zsh -i"
	wait_for seen '^ready>'
	check 'zsh: a command' completes 'postroom expl' 'postroom explain$'
	check 'zsh: an account' completes 'postroom fetch w' 'postroom fetch work$'
	check 'zsh: a folder with a blank' completes 'postroom log --folder A' \
		'postroom log --folder A\\ b/C$'
	check 'zsh: a rule' completes 'postroom log --rule M' \
		'postroom log --rule Mailing\\ lists$'
	check 'zsh: an option' completes 'postroom fetch --e' 'postroom fetch --exit-code$'
	check 'zsh: a file' completes 'postroom explain not' 'postroom explain notes.eml$'
	tmux kill-server
else
	skip 'zsh or tmux is not installed'
fi

if command -v bash >/dev/null; then
	cat >"$T/complete.bash" <<'END'
source "$1" && shift
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
compopt() { :; }
_postroom
printf '%s\n' "${COMPREPLY[@]}"
END
	offers() { # WORDS LINE...
		wanted=$1 && shift
		bash "$T/complete.bash" "$service/postroom.bash" "$@" >"$T/out" 2>&1
		[ "$(sort "$T/out" | paste -sd, -)" = "$wanted" ] || { cat "$T/out" && false; }
	}
	check 'bash: a command' offers explain postroom expl
	check 'bash: accounts' offers home,work postroom poll ''
	check 'bash: accounts of check' offers home,work postroom check --connect ''
	check 'bash: a folder with a blank' offers 'A\ b/C' postroom log --folder A
	check 'bash: what is typed of it' offers 'A\ b/C' postroom log --folder 'A\ b'
	check 'bash: a rule' offers 'Mailing\ lists' postroom log --rule M
	# Folder names that came with a message must not be run.
	for name in '$(touch pwned)' 'X`touch pwned`' 'X;touch pwned #' "X'\"&|<>*?"; do
		mkdir -p "$mail/$name/cur" "$mail/$name/new"
	done
	check 'bash: a folder named as a command' offers '\$\(touch\ pwned\)' \
		postroom log --folder '$'
	check 'bash: several of them' offers \
		'X\'\''\"\&\|\<\>\*\?,X\;touch\ pwned\ #,X\`touch\ pwned\`' \
		postroom log --folder X
	check 'bash: within quotes nothing is offered' offers '' \
		postroom log --folder '"X'
	check 'bash: nothing was run' [ ! -e pwned ]
else
	skip 'bash is not installed'
fi
done_testing
