#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The inventory: tokens go in by their key or URI, and each is free or somebody's.
. "$(dirname "$0")/scene.sh"

in_inventory() {
	run tokens list --json
	json ".[] | select(.id == \"$1\") | $2"
}

run tokens list
expect "an empty inventory" exit 0
point "has no lines" [ ! -s "$scene/out" ]
answers "jbsw y3dp-ehpk 3pxp jbsw y3dp ehpk 3pxp"
run tokens add --id "vsst 0000 0001"
expect "a key as people write it" exit 0 out "Token VSST 0000 0001 is in the inventory" no-out JBSW no-err JBSW
point "the prefix tells the kind; the rest is normal" in_inventory VSST00000001 \
	'.kind == "time" and .digits == 6 and .digest == "SHA1" and .period == 30 and .owner == null and .state == "new"'
answers "$(totp -1)" "$(totp 0)"
run enroll daemon --token VSST00000001
expect "its codes are that key's" exit 0
point "it has an owner now" in_inventory VSST00000001 '.owner == "daemon"'

answers "48:65:6c:6c:6f:21:de:ad:be:ef:48:65:6c:6c:6f:21:de:ad:be:ef"
run tokens add --id UBHE00000001 --hex --counter 41 --digits 8 --label "spare fob" --issuer VIP
expect "a key in hexadecimal digits" exit 0
point "an event token with its facts" in_inventory UBHE00000001 \
	'.kind == "event" and .digits == 8 and .period == null and .label == "spare fob" and .issuer == "VIP"'
answers "$(hotp 41 JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP -d 8)" "$(hotp 42 JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP -d 8)"
run enroll games --token UBHE00000001
expect "both forms of the key are one key, and the counter counts" exit 0
answers "$key"
run tokens add --id DP0123456789
expect "an ID that does not tell the kind" exit 2 err "--kind time or --kind event"
answers "$key"
run tokens add --id DP0123456789 --kind time --digest sha512 --period 60
expect "with the kind told" exit 0
point "SHA512, 60 s" in_inventory DP0123456789 '.digest == "SHA512" and .period == 60'
answers "$key"
run tokens add --kind event
expect "without an ID it gets one of ours" exit 0 out "Token LVOE "
(umask 077 && echo "$key" >"$scene/keyfile")
run tokens add --id VSST00000002 --key-file "$scene/keyfile"
expect "--key-file" exit 0
answers "otpauth://totp/VSST00000003?secret=$key"
run tokens add --uri
expect "--uri" exit 0 out "VSST 0000 0003"
(umask 077 && echo "otpauth://hotp/fob?secret=$key&counter=3" >"$scene/uri")
run tokens add --uri-file "$scene/uri" --id UBHE00000004
expect "--uri-file with an ID" exit 0 out "UBHE 0000 0004"
run tokens list
point "a line per token" [ "$(grep -c . "$scene/out")" -eq 7 ]
expect "free ones and bound ones" out "DP01 2345 6789  free" out "UBHE 0000 0001  of games" out "spare fob"

answers "$key"
run tokens add --id VSST00000001
expect "an ID that is known" exit 4 err "known on this host already"
answers "$key"
run tokens add --id UBHE00000005 --kind time
expect "a kind that the ID denies" exit 2 err "its ID says so"
answers "otpauth://hotp/VSST00000006?secret=$key&counter=0"
run tokens add --uri
expect "a URI whose kind its ID denies" exit 2 err "its ID says so"
answers "otpauth://totp/VSST00000006?secret=$key"
run tokens add --uri --id VSST00000007
expect "an ID that is not the URI's" exit 2 err "VSST00000006"
run tokens add --uri --digits 8
expect "facts beside a URI" exit 2 err "--digits does not go with a URI"
run tokens add --uri --hex
expect "a key's form beside a URI" exit 2 err "--hex does not go with a URI"
answers "not a key!"
run tokens add --id VSST00000008
expect "a key that is none" exit 2 err "base32" no-err "not a key"
answers "486"
run tokens add --id VSST00000008 --hex
expect "half a byte" exit 2 err "pairs of hexadecimal digits"
answers JBSWY3DPEHPK3PXP
run tokens add --id VSST00000008
expect "a key that is too short" exit 2 err "16 to 64 bytes"
answers "$(printf '%0130d' 0)"
run tokens add --id VSST00000008 --hex
expect "a key that is too long" exit 2 err "16 to 64 bytes"
run tokens add --id VSST00000008
expect "no key" exit 1 err "Nothing was changed"
answers "$key"
run tokens add --id VSST00000008 --counter 3
expect "a counter for a time token" exit 2 err "--counter is for event tokens"
answers "$key"
run tokens add --id UBHE00000008 --counter -1
expect "a negative counter" exit 2 err "--counter must be"
run tokens add --id 12345678
expect "an ID that is none" exit 2 err "error 6004"
run tokens list
point "what was refused is not there" [ "$(grep -c . "$scene/out")" -eq 7 ]
finish
