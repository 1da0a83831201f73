#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Enrolment (product §7.1): two consecutive codes bind a token; nothing is bound on any failure.
. "$(dirname "$0")/scene.sh"

nobody_is_enrolled() {
	run list
	[ "$status" -eq 0 ] && [ ! -s "$scene/out" ]
}

# The dialogue without options: token ID, OTP1, OTP2.
answers "$key"
run tokens add --id VSST00000001
answers "vsst 0000-0001" "$(totp -1)" "$(totp 0)"
run enroll daemon
expect "token ID, OTP1, OTP2 bind the token" exit 0 out-line \
	"Token VSST 0000 0001 is bound to daemon. Its codes are demanded from the next login on."
expect "between the codes it says what the seeds say" err "until the display goes dark or changes" \
	err "about 30 seconds" err "no new code for 30 seconds"
expect "questions leave standard output alone" no-out "OTP1"
run list
expect "the user is listed" exit 0 out "daemon"
run tokens list
expect "the inventory names the owner" exit 0 out "VSST 0000 0001  of daemon"

# Who is there already.
answers VSST00000001 "$(totp 1)" "$(totp 2)"
run enroll daemon
expect "an enrolled user needs a release first" exit 4 err "vipotp release daemon" err "--add"
run enroll games --token VSST00000001
expect "a bound token stays whose it is" exit 4 err "daemon"
run enroll games --token VSST99999999
expect "a token that is not in the inventory" exit 3 err "error 6004" err "vipotp tokens add"
run enroll games --token VSST1234
expect "a malformed token ID as an option" exit 2 err "error 6004"
run enroll no-such-user-here --token VSST00000001
expect "an unknown user" exit 3 err "error 6003"
answers "no ID" VSST99999999 VSST00000001
run enroll games
expect "a wrong ID is asked for again; at the end the last complaint counts" exit 4 err "error 6004" err "inventory" \
	err "Nothing was bound"
run enroll games
expect "the end of the answers ends the dialogue" exit 1 err "Nothing was bound"

# A further token.
answers "$other_key"
run tokens add --id UBHE00000002
answers "$(hotp 0 $other_key)" "$(hotp 1 $other_key)"
run enroll games --add --token UBHE00000002
expect "--add needs a token to add to" exit 3 err "Leave out --add"
answers "$(hotp 0 $other_key)" "$(hotp 1 $other_key)"
run enroll daemon --add --token UBHE00000002
expect "--add binds a further token" exit 0
run status daemon --json
point "the user has both" json '[.tokens[].id] == ["VSST00000001", "UBHE00000002"]'

# Codes that are not right.
forget_all
answers "$key"
run tokens add --id UBHE00000001
answers 12345 1234567 abcdef "" "$(hotp 7)" 99 "$(hotp 8)"
run enroll daemon --token UBHE00000001
expect "a malformed code is told and asked for again" exit 0 err-line "The security code is a 6-digit number."
point "each of the five" [ "$(grep -cx 'The security code is a 6-digit number.' "$scene/err")" -eq 5 ]

forget_all
answers "$key"
run tokens add --id UBHE00000001
answers "$(hotp 0)" "$(hotp 2)"
run enroll daemon --token UBHE00000001
expect "codes that are not consecutive" exit 1 err "not two consecutive codes of this token" err "error 49b5"
point "bind nothing" nobody_is_enrolled
answers "$(hotp 1)" "$(hotp 0)" "$(hotp 3)" "$(hotp 4)"
run enroll daemon --token UBHE00000001
expect "a refused pair may be followed by another" exit 0 err "not two consecutive codes"

forget_all
answers "$key"
run tokens add --id UBHE00000001
answers "$(hotp 0)" "$(hotp 0)" "$(hotp 0)"
run enroll daemon --token UBHE00000001
expect "equal codes: a fresh second one is asked for, and without it nothing is bound" exit 1 \
	err "The two are never the same" no-err "not two consecutive"
point "the second code was asked for three times" [ "$(grep -c 'OTP2' "$scene/err")" -eq 3 ]
point "nothing was bound by equal codes" nobody_is_enrolled
answers "$(hotp 0)" "$(hotp 0)" "$(hotp 1)"
run enroll daemon --token UBHE00000001
expect "equal codes, then the next: bound" exit 0

# RFC 6238 allows what the seed rules out: this key shows one code in two steps. Its first code is refused as a pair.
forget_all
answers "$(hotp 47514934 LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ)" "$(hotp 47514935 LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ)"
point "there are tokens that show a code twice in a row" [ "$(sort -u "$scene/in")" = 027167 ]
printf '%s\n' LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ "$(cat "$scene/in")" >"$scene/pair"
answers LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ
run tokens add --id UBHE00000001 --counter 47514934
cp "$scene/pair" "$scene/in"
sed -i 1d "$scene/in"
run enroll daemon --token UBHE00000001
expect "such a token is asked for a fresh code" exit 1 err "never the same"
printf '%s\n' 027167 027167 "$(hotp 47514936 LJYWKRGZO5TV2IQSD434O5RWELYBGXDJ)" >"$scene/in"
run enroll daemon --token UBHE00000001
expect "whose pair is the second of the two and the next" exit 0

# Forms of codes: full-width digits, blanks, hyphens, leading zeros, eight digits, SHA-512.
forget_all
answers "$other_key"
run tokens add --id UBHE00000001 --digits 8 --digest SHA512
first=$(hotp 0 "$other_key" -d 8 2>/dev/null)
answers 123456
run enroll daemon --token UBHE00000001
expect "the number of digits is the token's" err-line "The security code is an 8-digit number."
# oathtool has SHA-1 alone for HOTP, so that these are refused: the digest counts.
answers "$first" "$(hotp 1 "$other_key" -d 8)"
run enroll daemon --token UBHE00000001
expect "codes of another digest are refused" exit 1
forget_all
answers "$other_key"
run tokens add --id VSST00000001 --digits 8 --digest SHA256 --period 60
two=$(oathtool --totp=SHA256 -s 60s -d 8 -b -N "@$now" "$other_key" | sed 's/..../&-/')
answers "$(oathtool --totp=SHA256 -s 60s -d 8 -b -N "@$((now - 60))" "$other_key" | sed 's/./& /g')" "$two"
run enroll daemon --token VSST00000001
expect "8 digits, SHA256, 60 s, blanks and hyphens" exit 0 err "about 60 seconds"
forget_all
answers "$key"
run tokens add --id UBHE00000001
answers "$(hotp 0 | sed 's/0/０/g; s/1/１/g; s/2/２/g; s/3/３/g; s/4/４/g; s/5/５/g; s/6/６/g; s/7/７/g; s/8/８/g; s/9/９/g')" \
	"$(hotp 1)"
run enroll daemon --token UBHE00000001
expect "full-width digits" exit 0

# Failures are throttled like a login's.
forget_all
settings "free_failures = 0; first_wait = 3600;"
answers "$key"
run tokens add --id UBHE00000001
answers 000000 000001 "$(hotp 0)" "$(hotp 1)"
run enroll daemon --token UBHE00000001
expect "after too many failures codes are refused unread" exit 6 err "Wait"
settings
finish
