#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# vipotp-credential(5) says where each byte of a record is. Here a real `vipotp enroll` writes a record, and od reads
# it at the manual's own offsets: a field that moves, in the program or in the manual, fails.
set -u
export LC_ALL=C
: "${top_srcdir:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${top_builddir:=$PWD}"
vipotp=${VIPOTP:-$top_builddir/vipotp}
manual=$top_srcdir/man/vipotp-credential.5
user=root
id=VSST12345678

[ "$(id -u)" -eq 0 ] || { echo "1..0 # SKIP needs root: records are root's"; exit 0; }
for tool in oathtool python3; do
	command -v $tool >/dev/null || { echo "1..0 # SKIP $tool is not installed"; exit 0; }
done
place=$(mktemp -d /run/vipotp-test-XXXXXX) || exit 99
trap 'rm -rf "$place"' EXIT
trap 'exit 130' INT
trap 'exit 143' HUP TERM
config=$place/vipotp.conf
printf 'store = { path = "%s/store"; key = "%s/key"; };\n' "$place" "$place" >"$config"

slot=A # which one the offsets below Slot are counted in
points=0
failed=0

# is DESCRIPTION EXPECTED FOUND
is() {
	points=$((points + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $points - $1"
	else
		failed=$((failed + 1))
		echo "not ok $points - $1"
		echo "# expected '$2', found '$3'"
	fi
}

# The offset and length that the manual gives: field PART NAME.
field() {
	awk -v part="$1" -v name="$2" '
		/^\.Ss / { inside = ($0 == ".Ss " part) }
		inside && /^\.It [0-9]+ Ta / { split($0, cell, " Ta "); sub(/^\.It /, "", cell[1]); if (cell[3] == name) print cell[1], cell[2] }' "$manual" |
		head -n 1
}

# Where a part begins in the file, from the tables above it.
base_of() {
	case $1 in
	"The file" | "Facts block") echo 0 ;;
	Slot) field "The file" "slot $slot" | cut -d' ' -f1 ;;
	Facts | Invitation) field "Facts block" facts | cut -d' ' -f1 ;;
	"Token's facts") echo $(($(base_of Facts) + $(field Facts "first token" | cut -d' ' -f1))) ;;
	State) echo $(($(base_of Slot) + $(field Slot state | cut -d' ' -f1))) ;;
	"Token's state") echo $(($(base_of State) + $(field State "first token" | cut -d' ' -f1))) ;;
	esac
}

# bytes PART NAME: the field's bytes in hexadecimal, without blanks.
bytes() {
	# shellcheck disable=SC2046
	set -- "$1" "$2" $(field "$1" "$2")
	[ $# -eq 4 ] || { echo "the manual has no field '$2' under '$1'"; return; }
	od -A n -t x1 -v -j $(($(base_of "$1") + $3)) -N "$4" "$record" | tr -d ' \n'
}

number() {
	echo $((0x$(bytes "$1" "$2")))
}

# The shell's own numbers stop at 63 bits.
signed_number() {
	digits=$(bytes "$1" "$2")
	case $digits in
	[89a-f]*) echo $((-(0x$(echo "$digits" | tr 0123456789abcdef fedcba9876543210) + 1))) ;;
	*) echo $((0x$digits)) ;;
	esac
}

text() {
	# shellcheck disable=SC2046
	set -- "$1" "$2" $(field "$1" "$2")
	dd if="$record" bs=1 skip=$(($(base_of "$1") + $3)) count="$4" 2>/dev/null | tr -d '\0'
}

hex_of() {
	printf %s "$1" | od -A n -t x1 -v | tr -d ' \n'
}

# ---- a token in the inventory, then bound by two codes of oathtool ------------------------------------

secret=3132333435363738393031323334353637383930 # RFC 4226's
start=$(date +%s)
now=$((start / 30 * 30))
"$vipotp" --config "$config" tokens add --id $id --hex --digits 8 --digest SHA256 --label desk --issuer Example >"$place/log" 2>&1 <<INPUT
$secret
INPUT
is "vipotp tokens add puts the token into the inventory" 0 $?
record=$place/store/tokens/$id
is "tokens: magic and version" "$(hex_of VIPOTP)0001" "$(bytes "Facts block" magic)"
is "tokens: the holder is empty" "" "$(text Facts holder)"
is "tokens: the token is in the inventory" 1 "$(number "Token's facts" status)"
is "tokens: key length" 20 "$(number "Token's facts" "key length")"
is "tokens: clock known" 0 "$(number "Token's state" "clock known")"
is "tokens: reserved for nobody" "" "$(text Facts "reserved for")"
"$vipotp" --config "$config" tokens assign $id $user --yes >"$place/log" 2>&1
is "vipotp tokens assign reserves it: reserved for" $user "$(text Facts "reserved for")"
is "tokens: and the owner is still nobody" "" "$(text Facts owner)"

code() {
	oathtool --totp=SHA256 -d 8 -N "@$1" $secret
}
printf '%s\n%s\n' "$(code $((now - 30)))" "$(code $now)" |
	"$vipotp" --config "$config" enroll $user --token $id >"$place/log" 2>&1
is "vipotp enroll binds it to $user" 0 $?
sed 's/^/# /' "$place/log"
after=$(date +%s)
record=$place/store/users/$user

is "the file has the blocks of the manual" "$(($(field "The file" "slot B" | tr ' ' +)))" "$(stat -c %s "$record")"
is "only root may read it" "600 root" "$(stat -c '%a %U' "$record")"
is "the key file has the 79 bytes of the manual" "79 vipotp-key-v1" "$(stat -c %s "$place/key") $(head -c 13 "$place/key")"

is "magic and version" "$(hex_of VIPOTP)0001" "$(bytes "Facts block" magic)"
is "generation: 16 bytes" 32 "$(bytes "Facts block" generation | wc -c)"
is "length of the facts: one token" $(($(field Facts "first token" | tr ' ' +))) "$(number "Facts block" "length of the facts")"
is "length of the state: one token" $(($(field State "first token" | tr ' ' +))) "$(number Slot "length of the state")"
is "sequence of a new file" 1 "$(number Slot sequence)"
is "settled" 1 "$(number Slot settled)"

is "facts: version" 2 "$(number Facts version)"
is "facts: tokens" 1 "$(number Facts tokens)"
is "facts: uid" 0 "$(number Facts uid)"
is "facts: holder" "$user" "$(text Facts holder)"
is "facts: owner" "" "$(text Facts owner)"
is "facts: reserved for" "" "$(text Facts "reserved for")"
for part in "recovery codes" once salt "temporary until" "temporary tag" "recovery tags"; do
	is "facts: $part, of which there is none" "" "$(bytes Facts "$part" | tr -d 0)"
done
is "token: ID" $id "$(text "Token's facts" "token ID")"
is "token: kind" 1 "$(number "Token's facts" kind)"
is "token: digest" 2 "$(number "Token's facts" digest)"
is "token: digits" 8 "$(number "Token's facts" digits)"
is "token: status" 2 "$(number "Token's facts" status)"
is "token: period" 30 "$(number "Token's facts" period)"
is "token: key length" 20 "$(number "Token's facts" "key length")"
is "token: sealed key, then zero bytes" "$(printf '0%.0s' $(seq 88))" "$(bytes "Token's facts" "sealed key" | cut -c41-)"
is "token: the sealed key is not the key" 0 "$(bytes "Token's facts" "sealed key" | grep -c "^$secret")"
is "token: expires" 0 "$(number "Token's facts" expires)"
enrolled=$(number "Token's facts" enrolled)
is "token: enrolled at the time of the enrolment" yes "$([ "$enrolled" -ge "$start" ] && [ "$enrolled" -le "$after" ] && echo yes)"
is "token: label" desk "$(text "Token's facts" label)"
is "token: issuer" Example "$(text "Token's facts" issuer)"
is "token: reason" "" "$(text "Token's facts" reason)"

is "state: version" 2 "$(number State version)"
is "state: recovery codes spent" 0 "$(number State "recovery codes spent")"
is "state: temporary code spent" 0 "$(number State "temporary code spent")"
is "state: tokens" 1 "$(number State tokens)"
is "state: local failures" 0 "$(number State "local failures")"
is "state: remote failures" 0 "$(number State "remote failures")"
is "state: origin" "" "$(text State origin)"
is "token's state: the next position is the one after the second code's" $((now / 30 + 1)) "$(number "Token's state" "next position")"
is "token's state: clock known" 1 "$(number "Token's state" "clock known")"
low=$(signed_number "Token's state" low)
high=$(signed_number "Token's state" high)
is "token's state: the interval holds the true offset, 0" yes "$([ "$low" -le 0 ] && [ "$high" -ge 0 ] && echo yes)"
at=$(number "Token's state" at)
is "token's state: at" yes "$([ "$at" -ge $((start * 1000)) ] && [ "$at" -lt $((after * 1000 + 1000)) ] && echo yes)"

# ---- codes that need no token ---------------------------------------------------------------------------

# tag CODE: what the manual says is kept of a code, by another program: HKDF-Expand, HMAC-SHA-256, 16 bytes.
tag() {
	python3 - "$place/key" "$(bytes Facts salt)" "$1" <<'PYTHON'
import hashlib, hmac, sys
key = bytes.fromhex(open(sys.argv[1]).read().split()[1])
subkey = hmac.new(key, b"vipotp recovery v1" + b"\x01", hashlib.sha256).digest()
print(hmac.new(subkey, bytes.fromhex(sys.argv[2]) + sys.argv[3].encode(), hashlib.sha256).hexdigest()[:32])
PYTHON
}

"$vipotp" --config "$config" recovery $user --yes >"$place/codes" 2>"$place/log"
is "vipotp recovery makes ten codes: recovery codes" 10 "$(number Facts "recovery codes")"
codes=$(grep -oE '[0-9A-Z]{5}-[0-9A-Z]{5}' "$place/codes" | tr -d -)
tags=$(for one in $codes; do tag "$one"; done | tr -d '\n')
is "recovery tags: of the codes that were shown, in their order" "$tags" "$(bytes Facts "recovery tags")"
is "recovery tags: ten, no two alike" 10 "$(bytes Facts "recovery tags" | fold -w 32 | sort -u | wc -l)"
is "no temporary code yet" 0 "$(number Facts "temporary until")"
before=$(date +%s)
"$vipotp" --config "$config" tempcode $user --for 2h --yes >"$place/codes" 2>"$place/log"
until=$(number Facts "temporary until")
is "vipotp tempcode --for 2h: temporary until" yes "$([ "$until" -ge $((before + 7200)) ] && [ "$until" -le $((before + 7230)) ] && echo yes)"
is "temporary tag: of the code that was shown" "$(tag "$(grep -oE '[0-9]{4} ?[0-9]{4}' "$place/codes" | head -n 1 | tr -d ' ')")" "$(bytes Facts "temporary tag")"
is "it serves once" 1 "$(number Facts once)"
"$vipotp" --config "$config" tempcode $user --reusable --yes >"$place/codes" 2>"$place/log"
is "vipotp tempcode --reusable: once" 0 "$(number Facts once)"
"$vipotp" --config "$config" tempcode $user --cancel --yes >"$place/codes" 2>"$place/log"
slot=B # a state is all that this changes
is "vipotp tempcode --cancel: temporary code spent" 1 "$(number State "temporary code spent")"
slot=A
"$vipotp" --config "$config" lock $user --yes >"$place/log" 2>&1
is "vipotp lock: status" 4 "$(number "Token's facts" status)"
"$vipotp" --config "$config" unlock $user --yes >"$place/log" 2>&1
is "vipotp unlock: status" 2 "$(number "Token's facts" status)"

# ---- an invitation ------------------------------------------------------------------------------------------

before=$(date +%s)
"$vipotp" --config "$config" invite daemon --for 2h --yes >"$place/log" 2>&1
record=$place/store/invitations/daemon
is "vipotp invite: magic and version" "$(hex_of VIPOTP)0001" "$(bytes "Facts block" magic)"
is "invitation: length of the facts" "$(($(field Invitation user | tr ' ' +)))" "$(number "Facts block" "length of the facts")"
is "invitation: its state is empty" 0 "$(number Slot "length of the state")"
is "invitation: version" 1 "$(number Invitation version)"
is "invitation: reserved bytes are zero" "" "$(bytes Invitation reserved | tr -d 0)"
is "invitation: uid" "$(id -u daemon)" "$(number Invitation uid)"
until=$(number Invitation expires)
is "invitation: expires" yes "$([ "$until" -ge $((before + 7200)) ] && [ "$until" -le $((before + 7230)) ] && echo yes)"
is "invitation: user" daemon "$(text Invitation user)"
record=$place/store/users/$user

# ---- the second slot, and the parts that must be zero ------------------------------------------------------

for part in Facts "Token's facts" State "Token's state" "Facts block" Slot; do
	is "$part: reserved bytes are zero" "" "$(bytes "$part" reserved | tr -d 0)"
done
printf '00000000\n' | "$vipotp" --config "$config" test $user >"$place/log" 2>&1
slot=B
is "vipotp test changes nothing: slot B is still blank" 0 "$(number Slot sequence)"
printf '%s\n00000000\n11111111\n' $id | "$vipotp" --config "$config" reset $user >"$place/log" 2>&1
is "a reset with wrong codes goes into slot B: sequence" 2 "$(number Slot sequence)"
is "slot B: settled" 2 "$(number Slot settled)"
is "slot B: local failures" 1 "$(number State "local failures")"
is "slot B: local candidates" yes "$([ "$(number State "local candidates")" -gt 0 ] && echo yes)"
is "slot B: remote failures" 0 "$(number State "remote failures")"
at=$(number State "local failed at")
is "slot B: local failed at" yes "$([ "$at" -ge $((start * 1000)) ] && echo yes)"
is "slot B: failures since the last success" 1 "$(number State failures)"
is "slot B: failed at" "$at" "$(number State "failed at")"
slot=A
is "slot A is as it was" 1 "$(number Slot sequence)"

# What the tables cover, they cover without a gap: each row begins where the row before it ended.
for part in "The file" "Facts block" Facts "Token's facts" State "Token's state" Invitation "Remembered facts" \
	"Remembered state" "Remembered login"; do
	gaps=$(awk -v part="$part" '
		/^\.Ss / { inside = ($0 == ".Ss " part); end = 0 }
		inside && /^\.It [0-9]+ Ta / { if ($2 + 0 != end) print $2; end = $2 + $4 }' "$manual")
	is "$part: the manual's table has no gap" "" "$gaps"
done
echo "1..$points"
[ "$failed" -eq 0 ]
