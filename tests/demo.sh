#!/bin/sh
# usage: demo.sh BUILD DIRECTORY
#
# Fetches the test mail from popd on loopback, over TLS, sorts it by a
# configuration with rules, and prints the folders.
set -eu
build=$1
where=$2
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$where"
mkdir -p "$where"
chmod 700 "$where"
cd "$where"

# A certificate authority and a certificate for 127.0.0.1, valid for a day.
openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj "/CN=demo CA" \
	-keyout ca.key -out ca.pem 2>/dev/null
openssl req -newkey rsa:2048 -nodes -subj "/CN=localhost" \
	-keyout server.key -out server.csr 2>/dev/null
printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\n' >server.ext
openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial \
	-days 1 -extfile server.ext -out server.pem 2>/dev/null

mkdir drop
cp "$here"/mail/*.eml drop/
"$build/tests/tools/popd" --drop "demo:secret:$where/drop" --tls implicit \
	--cert server.pem --key server.key --port-file port --log server.log &
server=$!
trap 'kill $server 2>/dev/null' EXIT
until [ -s port ]; do
	kill -0 $server
	sleep 0.05
done

cat >postroom.conf <<EOF
maildir = "$where/Mail"
state   = "$where/state"

account "demo" {
    host        = 127.0.0.1
    port        = $(cat port)
    tls         = implicit
    tls-ca-file = "$where/ca.pem"
    user        = "demo"
    password    = "secret"
}

rule "Mailing lists" {
    header = 'List-Id: /<(?<list>[^.>]+)/'
    folder = "Lists/{list}"
}

rule "Invoices" {
    subject = {"发票", "invoice", "счёт", "請求書"}
    folder  = "Finance"
}

rule "Spam" {
    header = "X-Spam-Flag: YES"
    mark   = read
    folder = "Spam"
}

rule "From friends" {
    from   = {"@example.org", "@.example.net"}
    folder = "Friends"
}
EOF
chmod 600 postroom.conf

"$build/postroom" -c postroom.conf check
"$build/postroom" -c postroom.conf fetch

echo "$(find drop -name '*.eml' | wc -l) messages fetched over TLS and sorted:"
find Mail -type d -name cur | sort | while read -r cur; do
	folder=${cur%/cur}
	printf '  %4d  %s\n' \
		"$(find "$folder/new" "$cur" -type f | wc -l)" "${folder#Mail/}"
done
echo "They are in $where/Mail; the configuration is $where/postroom.conf."
