# Completion for fish: postroom itself knows what fits.
function __postroom_fitting
	set -l words (commandline -opc) (commandline -ct)
	$words[1] __complete -- $words[2..-1] 2>/dev/null
end
complete -c postroom -a '(__postroom_fitting)'
