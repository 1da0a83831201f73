#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The soft token's codes are oathtool's (RFC 4226, RFC 6238), and no event code is given twice (product §7.5).
. "$(dirname "$0")/scene.sh"

moment=1900000000 # 2030, in the middle of a step

# ---- time ---------------------------------------------------------------------------------------------------

# The keys of RFC 6238, appendix B, in base32.
key_SHA1=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ
key_SHA256=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZA
key_SHA512=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQGEZDGNA

if time_can_be_set; then
	while read -r digest digits period; do
		eval "secret=\$key_$digest"
		add "otpauth://totp/x?secret=$secret&algorithm=$digest&digits=$digits&period=$period"
		lower=$(echo "$digest" | tr '[:upper:]' '[:lower:]')
		at $moment show "$id" --code
		point "$digest, $digits digits, every $period s" \
			said "$(oathtool "--totp=$lower" -d "$digits" -s "$period" -b -N "@$moment" "$secret")"
	done <<-TABLE
		SHA1 6 30
		SHA1 8 60
		SHA256 6 30
		SHA256 8 15
		SHA512 7 300
		SHA512 8 30
	TABLE

	add "otpauth://totp/x?secret=$key_SHA1"
	at 59 show "$id" --code
	point "RFC 6238, appendix B: at 59 s" said 287082
	at $((moment - moment % 30 + 9)) show "$id"
	expect "show says how long the code is shown" exit 0 out "Token ID:           LVOT " out "Security code:      " out "Changes in:         about 21 seconds"
	at $((moment - moment % 30 + 29)) show "$id"
	expect "of the last second in the singular" out "about 1 second" no-out "seconds"
	must_run new --period 60 --digits 8 --digest sha256 --label "made here"
	secret=$(value_in "$(cat "$scene/out")" secret)
	at $moment show "made here" --code
	point "a token made here" said "$(oathtool --totp=sha256 -d 8 -s 60 -b -N "@$moment" "$secret")"
else
	skip "time tokens" "this program cannot run under faketime"
fi

# ---- event --------------------------------------------------------------------------------------------------

add "otpauth://hotp/x?secret=$key_SHA1&counter=0"
run next "$id"
point "RFC 4226, appendix D: counter 0" said 755224
run next "$id"
point "counter 1" said 287082
add "otpauth://hotp/x?secret=$key_SHA1&counter=41&digits=8"
run next "$id"
point "from a counter on, 8 digits" said "$(hotp 41 $key_SHA1 -d 8)"
# HOTP with another digest is what TOTP computes at the step that is the counter.
add "otpauth://hotp/x?secret=$key_SHA512&counter=7&digits=8&algorithm=SHA512"
run next "$id"
point "SHA-512" said "$(oathtool --totp=sha512 -d 8 -b -N "@$((7 * 30))" $key_SHA512)"
run show "$id"
expect "show takes no event code" exit 0 out 'take the next one with "vipotp-token next"'
run next "$id"
point "so that the next one is the next one" said "$(oathtool --totp=sha512 -d 8 -b -N "@$((8 * 30))" $key_SHA512)"
run show "$id" --code
expect "show --code neither" exit 2 err "event token" err "vipotp-token next"
add "otpauth://totp/x?secret=$key_SHA1"
run next "$id"
expect "next is for event tokens" exit 2 err "$id is a time token"
add "otpauth://hotp/x?secret=$key_SHA1&counter=1000000000000"
run next "$id"
expect "the last counter" exit 2 err "has no more codes"

# ---- many at once ---------------------------------------------------------------------------------------------

# Eight digits and a fixed key: among the first codes no two are the same, so that a repeat is one.
rounds=4
add "otpauth://hotp/x?secret=$key_SHA1&counter=0&digits=8"
oathtool --hotp -d 8 -b -c 0 -w $((16 * rounds)) $key_SHA1 >"$scene/codes"
point "the codes to come are all different" [ -z "$(sort "$scene/codes" | uniq -d)" ]

crowd() {
	for _ in $(seq $rounds); do
		# shellcheck disable=SC2016
		as_user sh -c 'for i in $(seq 16); do "$0" next "$1" & done; wait' "$program" "$id"
	done >"$scene/taken" 2>"$scene/err"
}
crowd
status=0 ran="next, 16 at once"
head -n $((16 * rounds)) "$scene/codes" | sort >"$scene/expected"
sort "$scene/taken" >"$scene/out"
point "16 at once, $rounds times: no code twice, and no gap" cmp -s "$scene/expected" "$scene/out"
run next "$id"
point "and the next one comes after them" said "$(tail -n 1 "$scene/codes")"

add_at_once() {
	# shellcheck disable=SC2016
	as_user sh -c 'for i in $(seq 8); do "$0" import <"$1" & "$0" new & done; wait' "$program" "$home/uri" >"$scene/taken" 2>"$scene/err"
}
printf 'otpauth://totp/VSST11112222?secret=%s\n' "$key" >"$home/uri"
chown $user "$home/uri"
before=$(find "$tokens" -type f | wc -l)
add_at_once
ran="8 of new and of import at once"
point "of 8 that add one token at once one does, and 8 new ones find their place" [ "$(sort -u "$scene/taken" | wc -l)" -eq 9 ]
point "and all are there" [ "$(find "$tokens" -type f | wc -l)" -eq $((before + 9)) ]
point "the others are told" [ "$(grep -c 'There is a token VSST11112222 already' "$scene/err")" -eq 7 ]

# ---- a login with it -------------------------------------------------------------------------------------------

must_run new --event --label host
run uri host
{
	cat "$scene/out"
	as_user "$program" next host
	as_user "$program" next host
} >"$scene/dialogue"
"$VIPOTP" --config "$conf" enroll daemon --uri <"$scene/dialogue" >"$scene/out" 2>"$scene/err"
status=$? ran="vipotp enroll"
expect "a host enrols the token by its URI and two codes" exit 0
as_user "$program" next host | "$VIPOTP" --config "$conf" test daemon >"$scene/out" 2>"$scene/err"
status=$? ran="vipotp test"
expect "and finds that the next one works" exit 0
finish
