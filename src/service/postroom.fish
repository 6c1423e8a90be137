# Completion for fish: postroom lists the words that fit; without any, files.
function __postroom_fitting
	set -l words (commandline -opc) (commandline -ct)
	$words[1] __complete -- $words[2..-1] 2>/dev/null
end
function __postroom_knows
	set -l fitting (__postroom_fitting)
	test (count $fitting) -gt 0
end
complete -c postroom -f -n __postroom_knows -a '(__postroom_fitting)'
