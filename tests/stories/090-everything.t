# shellcheck shell=sh disable=SC1091,SC2012,SC2016,SC2119,SC2154
# All test mail, over TLS, through rules of every kind, in three runs of which the
# second breaks off: each message is there once, in the right folder.
. "$(dirname "$0")/../lib.sh"

cp "$tests"/mail/*.eml "$T/drop"
total=$(ls "$T/drop" | wc -l)
expect "$T/drop"/*
make_cert server IP:127.0.0.1,DNS:localhost 2
script '# nothing'
start_popd --tls implicit --cert "$T/server.pem" --key "$T/server.key" \
	--script "$T/script"
tls=implicit
config() { # ACCOUNT-LINE...
	rm -rf "$T/state" "$mail"
	new_config
	add_account all "tls-ca-file = \"$T/ca.pem\"" "$@"
	cat >>"$conf" <<-'EOF'
	rule "lists"    { header = 'List-Id: /<(?<list>[^.>]+)/' folder = "Lists/{list}" }
	rule "finance"  { subject = {"发票", "invoice", "счёт", "請求書"} folder = "Finance" }
	rule "large"    { larger = 20K folder = "Large" }
	rule "flagged"  { any { subject = '/urgent|wichtig/' header = "X-Priority: 1" } mark = flagged }
	rule "nobody"   { none { from = '/./' to = '/./' subject = '/./' } folder = "Nobody" }
	EOF
}
check 'there is enough test mail' [ "$total" -ge 40 ]
config 'keep-on-server = no' 'limit = 20'
check_status 0 'the configuration' "$postroom" -c "$conf" check
check_status 0 'the first twenty' fetch
check 'are here' [ "$(messages "$mail")" = 20 ]
script 'on RETR 5 drop-after 100 rst'
check_status 75 'a run that breaks' fetch
script '# nothing'
sed -i '/limit/d' "$conf"
check_status 0 'the rest' fetch
oracle 'each message once, byte for byte'
check 'the server is empty' [ -z "$(ls "$T/drop")" ]
check 'mailing lists have folders of their own' [ -d "$mail/Lists" ]
find "$mail" -name cur | sed "s|^$mail/||; s|/cur$||" | while read -r folder; do
	printf '# %s: %s\n' "$folder" "$(messages "$mail/$folder")"
done
check 'more than one folder was used' [ "$(find "$mail" -name cur | wc -l)" -gt 3 ]

# A dry run shows exactly what happens then.
cp "$tests"/mail/*.eml "$T/drop"
config
check_status 0 'a dry run' fetch -n
grep -o '→ [^ ]*' "$T/out" | sort >"$T/foretold"
check_status 0 'the run' fetch -v
grep -o '→ [^ ]*' "$T/out" | sort >"$T/done"
check 'does what was foretold' diff "$T/foretold" "$T/done"
oracle 'with all of the mail'
check 'each file of it can be shown' "$postroom" show "$tests"/mail/*.eml
check 'also for machines' "$postroom" show --json "$tests"/mail/*.eml
done_testing
