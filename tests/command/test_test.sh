#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# The token test (product §7.2): where a code stands, without changing anything and without telling a right one.
. "$(dirname "$0")/scene.sh"

bind_event daemon
records() {
	find "$scene/store" -type f -exec cksum {} + | sort
}
records >"$scene/before"

answers "$(hotp 2)"
run test daemon
expect "the next code works" exit 0 out "works (tier 1)" out-line "Offset in codes: +0"
answers "$(hotp 7)"
run test daemon
expect "the last code of the window works" exit 0 out-line "Offset in codes: +5"
answers "$(hotp 8)"
run test daemon
expect "a code beyond it needs a reset" exit 1 out "needs a reset" out "error 4923" out "tier 2" \
	out-line "Offset in codes: +6"
answers "$(hotp 5000)"
run test daemon
expect "a code beyond the sync range fails" exit 1 out "error 49b5" out "tier 3" no-out "Offset"
answers "$(hotp 1)"
run test daemon
expect "the code used last is told as used" exit 1 out "used already"
answers "$(hotp 0)"
run test daemon
expect "an older one fails" exit 1 out "error 49b5"
answers 12345 "$(hotp 2 "$key" -d 8)" "" "$(hotp 2)"
run test daemon
expect "malformed codes are told and asked for again" exit 0 err-line "The security code is a 6-digit number."
run test daemon
expect "no answer" exit 1 err "Nothing was tested"
records >"$scene/after"
point "root's tests change no record" cmp -s "$scene/before" "$scene/after"
for counter in 2 3 4 5 6 7 8; do
	answers 000000
	run test daemon
	point "the right code $counter is never shown" shows no-out "$(hotp "$counter")" no-err "$(hotp "$counter")"
done

run test games
expect "a user without a token" exit 3 err "error 6008"
run test no-such-user-here
expect "an unknown user" exit 3 err "error 6003"

forget_all
bind_time daemon
answers "$(totp 1)"
run test daemon
expect "a time token's next code works" exit 0 out "Offset in steps: "
answers "$(totp 20)"
run test daemon
expect "a token ten minutes ahead needs a reset" exit 1 out "error 4923" out "VSST 0000 0001"
answers "$(totp 100)"
run test daemon
expect "one fifty minutes ahead fails" exit 1 out "tier 3"

# Tokens of different lengths: any of the user's forms will do.
answers "$other_key"
run tokens add --id UBHE00000002 --digits 8
answers "$(hotp 0 "$other_key" -d 8)" "$(hotp 1 "$other_key" -d 8)"
run enroll daemon --add --token UBHE00000002
answers 1234567 "$(hotp 2 "$other_key" -d 8)"
run test daemon
expect "with tokens of 6 and 8 digits, 7 are malformed" exit 0 err-line "The security code is a number of 6 to 8 digits." \
	out "UBHE 0000 0002"

forget_all
settings "fail_delay = 0; free_failures = 10; lock_failures = 5;"
bind_event games
for wrong in 000001 000002 000003 000004 000005; do
	out_with games $wrong || echo "# not refused: $wrong"
done
answers "$(hotp 2)"
run test games
expect "a right code of somebody who is locked after failures" exit 0 out "works (tier 1)" err "games is locked after too many failures (error 4990)"
finish
