# Completion for bash: postroom itself knows what fits.
_postroom() {
	local IFS=$'\n'
	COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" __complete -- \
		"${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" \
		-- "${COMP_WORDS[COMP_CWORD]}"))
	[ ${#COMPREPLY[@]} != 0 ] || compopt -o default
	COMPREPLY=("${COMPREPLY[@]// /\\ }")
}
complete -F _postroom postroom
