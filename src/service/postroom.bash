# Completion for bash: postroom lists the words that fit. Names of folders may
# come from a message: they are quoted, so the shell never expands them.
_postroom() {
	local word words=("${COMP_WORDS[@]:1:COMP_CWORD}")
	local typed=${COMP_WORDS[COMP_CWORD]//\\/}

	COMPREPLY=()
	# Within quotes other characters are special: bash completes files only.
	[[ $typed == [\'\"]* ]] || while IFS= read -r word; do
		[[ $word != "$typed"* ]] || COMPREPLY+=("$(printf %q "$word")")
	done < <("${COMP_WORDS[0]}" __complete -- "${words[@]//\\/}" 2>/dev/null)
	[ ${#COMPREPLY[@]} != 0 ] || compopt -o default
}
complete -F _postroom postroom
