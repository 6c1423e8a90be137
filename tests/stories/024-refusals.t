# shellcheck shell=sh disable=SC1091,SC2015,SC2086,SC2154
# Real texts of servers that refused a login, word by word: the exit status is
# for a person (77) or for later (75), and the words are shown.
. "$(dirname "$0")/../lib.sh"

texts=${top_srcdir:-$tests/..}/tests/unit/account/refusals.txt
tab=$(printf '\t')
script '# nothing'
start_popd --script "$T/script" --caps 'USER UIDL TOP'
while IFS=$tab read -r kind server text _; do
	case $kind in
	temporary) status=75 ;;
	credentials | person) status=77 ;;
	*) continue ;;
	esac
	[ "$server" = - ] && sampled || continue
	rm -rf "$T/state"
	new_config
	add_account a
	script "on PASS reply \"-ERR $(printf '%s' "$text" |
		sed 's/"/\\"/g')\\r\\n\""
	check_status $status "A8: $text" fetch
	# Some pairs of bytes of GBK are UTF-8, and shown as such.
	check 'is shown' grep -qF "$(printf '%.50s' "${text%%\\x*}")" "$T/out"
done <"$texts"

# The advice is given with the provider's own words, or if there are none.
advised() { # TEXT PATTERN [ACCOUNT-LINE...]: the first line says what to do
	text=$1 pattern=$2
	shift 2
	rm -rf "$T/state"
	new_config
	add_account a "$@"
	script "on PASS reply \"-ERR $text\\r\\n\""
	check_status 77 "A8: $* $text" fetch
	check "has its advice: $pattern" says "^postroom: a: .*$pattern"
	check 'on one line' [ "$(grep -c . "$T/out")" = 1 ]
}
advised '[AUTH] Username and password not accepted.' 'app password' \
	'provider = gmail'
advised '[AUTH] no' 'check user and password'
advised '[AUTH] no' 'authorisation code' 'provider = 163'
advised 'Please using authorized code to login.' 'authorisation code'
advised 'account is SUSPENDED. Call for assistance.' 'assistance."$' \
	'provider = gmail'
rm -rf "$T/state"
new_config
add_account a
script 'on GREETING reply "-ERR [SYS/PERM] your address is barred\r\n"'
check_status 77 'A8: a greeting that only a person can do something about' fetch
check 'is shown' says 'refuses connections: .*barred'
script 'on GREETING reply "-ERR busy\r\n"'
rm -rf "$T/state"
check_status 75 'A8: a greeting that refuses for now' fetch
check 'is shown' says 'at the moment: .*busy'
done_testing
